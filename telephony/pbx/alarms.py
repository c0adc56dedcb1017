"""What a person must know of the switchboard: each alarm has a code, its values, and an English text."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from telephony.pbx.events import Alarm

AlarmCode: TypeAlias = Literal[
    "no_rtp_port", "sound_failed", "recording_stopped", "prompt_failed", "call_overran",
    "desk_overran", "telephone_gone", "mailbox_full", "forward_nowhere", "trunk_unregistered",
    "gateway_silent", "gateway_back", "gateway_unknown", "gateway_untrusted",
    "media_died", "media_back", "no_sound", "password_guessed", "mobile_no_way",
]  # fmt: skip

ENGLISH: Final[dict[AlarmCode, str]] = {
    "no_rtp_port": "Every RTP port is taken; widen the range of RTP ports in the settings.",
    "sound_failed": "A telephone's sound failed: {why}",
    "recording_stopped": "A recording stopped: {why}",
    "prompt_failed": "Prompt {clip} cannot be played: {why}",
    "call_overran": "A call overran and was ended.",
    "desk_overran": "Desk {desk} overran and was freed.",
    "telephone_gone": "The telephone of desk {desk} is gone.",
    "mailbox_full": "The mailbox {box} is full: delete messages.",
    "forward_nowhere": "The forwards of desk {desk} lead nowhere ({why}).",
    "trunk_unregistered": "Trunk {trunk} is not registered at its carrier ({why}).",
    "gateway_silent": "Gateway {gateway} of trunk {trunk} does not answer ({why}).",
    "gateway_back": "Gateway {gateway} of trunk {trunk} answers again.",
    "gateway_unknown": "The gateway {gateway} cannot be found by its name.",
    "gateway_untrusted": (
        "The gateway {gateway} cannot prove who it is: run lab trunk check for its trunk."
    ),
    "media_died": "The media worker died; calls in progress are ended.",
    "media_back": "The media worker died; a new one runs.",
    "no_sound": "There is no sound: {why}.",
    "password_guessed": "Somebody at {host} tries passwords of {desk} and is not listened to.",
    "mobile_no_way": "No line leads to the telephone outside of the mobile seat {desk} ({why}).",
}


def alarm(at: float, code: AlarmCode, call: str | None = None, **values: str) -> Alarm:
    """Make an alarm; logs and third parties read its text, people their language's by the code."""
    return Alarm(at, ENGLISH[code].format(**values), call, code, values)
