// The live table of seats: duty and activity with the time counting, the caller, the line.

import { serverNow } from "/qa/door.js";
import { Table, clock, make, write } from "/qa/table.js";
import { orPlain, say } from "/qa/words.js";

const COLUMNS = ["extension", "", "", "", "number", "", "line", "acts"];

export class Seats {
  constructor(floor) {
    this.floor = floor;
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

  show() {
    this.table.show(this.floor.seats.map((desk) => this.row(desk)), say("console.no_desks"));
  }

  row(desk) {
    const call = this.floor.callAt(desk);
    const offline = !desk.registered && desk.duty === "off";
    const cells = [
      undefined,
      desk.name || say("seat.nobody"),
      offline ? say("console.offline") : { text: duty(desk), mark: desk.duty },
      offline ? "" : { text: say(`activity.${desk.activity}`), mark: desk.activity },
      offline ? "" : clock(serverNow() - desk.since),
      call ? call.caller || say("card.withheld") : "",
      call ? { text: say(`line.${call.line}`), mark: call.line } : "",
      undefined,
    ];
    const names = [offline && "offline", call?.line === "live" && "live", desk.extension === this.chosen && "chosen"];
    return {
      key: desk.extension,
      cells,
      className: names.filter(Boolean).join(" "),
      dress: (tr) => this.dress(tr, desk),
    };
  }

  dress(tr, desk) {
    const cell = tr.children[0];
    if (!cell.firstChild) {
      const button = cell.appendChild(make("button", "pick"));
      button.addEventListener("click", () => this.choose(desk.extension));
    }
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
