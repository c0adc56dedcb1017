// The live table of seats: duty and activity with the time counting, the caller, the line.

import { Acts } from "/qa/acts.js";
import { serverNow } from "/qa/door.js";
import { Table, clock, make, write } from "/qa/table.js";
import { orPlain, say } from "/qa/words.js";

const COLUMNS = ["extension", "short", "", "", "number", "short", "line", "acts"];

export class Seats {
  /** `order(name, values)` has something done over a desk. */
  constructor(floor, order) {
    this.floor = floor;
    this.order = order;
    this.acts = new WeakMap();
    this.table = new Table(document.querySelector("#seats"), COLUMNS);
    this.chosen = "";
    this.changed = () => {};
  }

  /** The desk whose talk is read. */
  get desk() {
    return this.floor.desks.get(this.chosen);
  }

  choose(extension) {
    this.chosen = extension;
    this.changed();
  }

  /** `may` tells the desks in charge, the own extension, and behind whom one stands. */
  show(may) {
    this.may = may;
    this.table.show(this.floor.seats.map((desk) => this.row(desk)), say("console.no_desks"));
  }

  row(desk) {
    const call = this.floor.callAt(desk);
    const offline = !desk.registered && desk.duty === "off";
    const cells = [
      undefined,
      (desk.name || say("seat.nobody")) + (desk.mobile ? ` · ${say("console.mobile")}` : ""),
      offline ? say("console.offline") : { text: duty(desk), mark: desk.duty },
      offline ? "" : { text: say(`activity.${desk.activity}`), mark: desk.activity },
      offline ? "" : clock(serverNow() - desk.since),
      call ? call.caller || say("card.withheld") : "",
      call ? { text: say(`line.${call.line}`), mark: call.line } : "",
      undefined,
    ];
    const names = {
      offline,
      live: call?.line === "live",
      chosen: desk.extension === this.chosen,
      behind: desk.extension === this.may.behind.extension,
    };
    const className = Object.keys(names).filter((name) => names[name]).join(" ");
    return { key: desk.extension, cells, className, dress: (tr) => this.dress(tr, desk) };
  }

  dress(tr, desk) {
    const cell = tr.children[0];
    if (!cell.firstChild) {
      const button = cell.appendChild(make("button", "pick"));
      button.addEventListener("click", () => this.choose(desk.extension));
      this.acts.set(tr, new Acts(tr.lastChild, desk.extension, this.order));
    }
    this.acts.get(tr).show(desk, this.may);
    write(cell.firstChild, desk.extension);
    cell.firstChild.setAttribute("aria-pressed", String(desk.extension === this.chosen));
  }
}

function duty(desk) {
  if (desk.duty !== "break") return say(`duty.${desk.duty}`);
  const word = say(desk.rest ? "duty.rest" : "duty.break");
  const reason = desk.reason && orPlain("reason", desk.reason);
  return reason && reason !== word ? say("duty.because", { duty: word, reason }) : word;
}
