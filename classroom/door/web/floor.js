// What is known of the floor at one moment: desks, calls, talk, queues, alarms.

const TALK_KEPT = 60;
const GOES_ON = ["queued", "ringing", "talking"];
const OVER = ["graded", "ended", "broken_off", "abandoned"];

export class Floor {
  constructor() {
    this.clear();
  }

  /** The server tells everything anew. */
  clear() {
    this.desks = new Map();
    this.calls = new Map();
    this.talk = new Map();
    this.queues = new Map();
    this.alarms = [];
    this.lines ??= { channels: [], waiting: [], conferences: [] };
    this.linesAt ??= -Infinity; // when the lines were told, on this page's clock
  }

  /** Let one event of the floor in. */
  take(event) {
    switch (event.type) {
      case "desk":
        this.desks.set(event.desk.extension, event.desk);
        break;
      case "call":
        this.call(event.call);
        break;
      case "caption":
        this.hear(event);
        break;
      case "queue":
        this.queues.set(event.queue.name, event.queue);
        break;
      case "alarm":
        this.alarms.push(event.text);
        break;
    }
  }

  call(call) {
    if (OVER.includes(call.state)) {
      this.calls.delete(call.call_id);
      this.talk.delete(call.call_id);
    } else {
      this.calls.set(call.call_id, call);
    }
  }

  hear(caption) {
    const said = this.talk.get(caption.call_id) ?? [];
    const known = said.findIndex((one) => one.who === caption.who && one.at === caption.at);
    if (known >= 0) said[known] = caption;
    else said.push(caption);
    this.talk.set(caption.call_id, said.slice(-TALK_KEPT));
  }

  /** The desks: those with a telephone first, then by extension. */
  get seats() {
    const order = (desk) => `${desk.registered ? 0 : 1}${desk.extension.padStart(8)}`;
    return [...this.desks.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  /** The call at a desk. */
  callAt(desk) {
    return this.calls.get(desk?.call_id ?? "");
  }

  /** How many desks are ready and idle, in a call, wrapping up. */
  get counts() {
    const desks = [...this.desks.values()];
    const doing = (...acts) => desks.filter((desk) => acts.includes(desk.activity)).length;
    return {
      ready: desks.filter((desk) => desk.duty === "ready" && desk.activity === "idle").length,
      talking: doing("talking", "holding", "offered"),
      wrapping: doing("wrapping"),
    };
  }

  /** Talks with real customers at this moment. */
  get live() {
    const isLive = (call) => call.line === "live" && GOES_ON.includes(call.state);
    return [...this.calls.values()].filter(isLive).length;
  }
}
