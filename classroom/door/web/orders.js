// The orders that this page sends, each with its fields; the server's models check every one.

export const ORDERS = {
  "subscribe": ["events"],
  "listen": ["extension"],
  "whisper": ["extension"],
  "barge": ["extension"],
  "stop_supervising": [],
  "intercept": ["extension"],
  "answer_for": ["extension"],
  "force_release": ["extension"],
  "force_transfer": ["extension", "number"],
  "dial": ["number"],
  "hang_up": [],
  "open_conference": ["name"],
  "invite": ["name", "number"],
  "kick": ["name", "number"],
  "mute_member": ["name", "number", "muted"],
  "lock_conference": ["name", "locked"],
  "end_conference": ["name"]
};
