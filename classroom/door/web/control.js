// Orders to the switchboard, each with its answer, and the news that a supervisor wants to hear.

import { Refused } from "/qa/door.js";
import { ORDERS } from "/qa/orders.js";
import { ComingBack } from "/qa/socket.js";
import { say } from "/qa/words.js";

const PATIENCE = 8000;
const NEWS = [
  "standing", "supervision_began", "supervision_ended", "supervision_missed", "not_lifted", "not_reached",
];

export class Control {
  constructor({ opened, heard, lost, refused }) {
    this.waiting = new Map();
    this.count = 0;
    this.heard = heard;
    this.socket = new ComingBack("control", {
      opened: () => {
        opened();
        this.order("subscribe", { events: NEWS }).catch(() => this.socket.renew());
      },
      heard: (answer) => this.take(answer),
      lost: () => {
        this.forget();
        lost();
      },
      refused,
    });
  }

  get open() {
    return this.socket.open;
  }

  /** Have something done; throws Refused with one sentence where it cannot be. */
  order(name, values = {}) {
    if (Object.keys(values).join() !== ORDERS[name].join()) throw new TypeError(name);
    return new Promise((done, fail) => {
      if (!this.open) return fail(new Refused(say("qa.lost"), 0));
      const id = String(++this.count);
      const late = setTimeout(() => this.settle(id, say("qa.no_answer")), PATIENCE);
      this.waiting.set(id, { done, fail, late });
      this.socket.tell({ id, do: name, ...values });
    });
  }

  take(answer) {
    if (answer.type === "news") this.heard(answer.event, answer.fields);
    else this.settle(answer.id, answer.type === "refused" ? answer.problem : "");
  }

  settle(id, problem) {
    const waits = this.waiting.get(id);
    if (!waits) return;
    this.waiting.delete(id);
    clearTimeout(waits.late);
    if (problem) waits.fail(new Refused(problem, 409));
    else waits.done();
  }

  forget() {
    for (const id of [...this.waiting.keys()]) this.settle(id, say("qa.no_answer"));
  }

  renew() {
    this.socket.renew();
  }

  close() {
    this.socket.close();
  }
}
