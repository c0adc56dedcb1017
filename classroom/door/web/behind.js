// Behind which desk one stands, and how; as the switchboard tells it.

export const MODES = ["listen", "whisper", "barge"];
const DID = {
  intercept: "qa.did_intercept",
  answer_for: "behind.did_answer_for",
  force_release: "behind.did_force_release",
  force_transfer: "behind.did_force_transfer",
};

export class Behind {
  constructor(own) {
    this.own = own;
    this.clear();
  }

  clear() {
    this.mode = "";
    this.extension = "";
    this.since = 0;
  }

  /** Let one item of the news in; returns the key of what must be told, or nothing. */
  take(event, fields) {
    if (event === "standing") return this.stand(fields.mode, fields.behind);
    if (fields.supervisor !== this.own) return "";
    if (event === "supervision_missed") return "behind.missed";
    if (event === "supervision_ended" && fields.act === this.mode) this.clear();
    if (event !== "supervision_began") return "";
    if (!MODES.includes(fields.act)) return DID[fields.act];
    return this.stand(fields.act, fields.extension);
  }

  stand(mode, extension) {
    if (extension !== this.extension) this.since = performance.now();
    this.mode = mode;
    this.extension = extension;
    return "";
  }

  /** Seconds since one stands there. */
  get lasted() {
    return (performance.now() - this.since) / 1000;
  }
}
