// The switchboard's lines: who waits, how the queues serve, the channels in use.

import { Table, clock } from "/qa/table.js";
import { orPlain, say } from "/qa/words.js";

const COLUMNS = {
  waiting: ["", "number", "", "number", "number"],
  queues: ["", ...Array(8).fill("number")],
  channels: ["", "", "number", "", ""],
};

export class Lines {
  constructor(floor) {
    this.floor = floor;
    for (const [name, columns] of Object.entries(COLUMNS)) {
      this[name] = new Table(document.querySelector(`#${name}`), columns);
    }
  }

  /** Draw, `passed` seconds after the server counted. */
  show(passed) {
    const { waiting, channels } = this.floor.lines;
    this.waiting.show(waiting.map((one) => waits(one, passed)), say("lines.nobody"));
    const queues = [...this.floor.queues.values()];
    this.queues.show(queues.map((queue) => serves(queue, this.longest(queue), passed)), say("queues_page.none"));
    const rows = channels.map((one, at) => inUse(one, at, passed));
    this.channels.show(rows, say("lines.no_channels"));
  }

  /** Since when the first in line has waited, as the lines were told. */
  longest(queue) {
    const waited = this.floor.lines.waiting.filter((one) => one.queue === queue.name).map((one) => one.waited);
    return waited.length ? Math.max(...waited) : null;
  }
}

function waits(one, passed) {
  const expected = one.offered ? say("activity.offered") : clock(one.expected);
  const cells = [
    orPlain("queues", one.queue),
    String(one.position),
    one.caller || say("card.withheld"),
    { text: clock(one.waited + passed), mark: "offered" },
    expected,
  ];
  return { key: `${one.queue}/${one.call_id}`, cells };
}

function serves(queue, longest, passed) {
  const seconds = (n) => (n === null ? "-" : say("queues_page.seconds", { n: Math.round(n) }));
  const cells = [
    orPlain("queues", queue.name),
    String(queue.waiting),
    longest === null ? "" : clock(longest + passed),
    `${queue.free}/${queue.ready - queue.free}`,
    String(queue.offered),
    String(queue.answered),
    String(queue.abandoned),
    queue.level === null ? "-" : `${Math.round(queue.level * 100)}%`,
    seconds(queue.speed),
  ];
  return { key: queue.name, cells };
}

function inUse(one, at, passed) {
  const end = `${one.extension} ${one.name}`.trim() || one.number || say("card.withheld");
  const cells = [
    end,
    { text: say(`channel.${one.state}`), mark: one.state },
    clock(one.seconds + passed),
    one.secured ? say("qa.secured", { codec: one.codec }) : one.codec,
    one.trunk,
  ];
  return { key: `${one.call_id}/${one.extension || one.trunk}/${at}`, cells };
}
