// The supervisor's own telephone: which one rings, what it does, dialling and hanging up.

import { MODES } from "/qa/behind.js";
import { serverNow } from "/qa/door.js";
import { clock, write } from "/qa/table.js";
import { say } from "/qa/words.js";

const $ = (selector) => document.querySelector(selector);

export class Telephone {
  /** `order(name, values)` has something done. */
  constructor(floor, order) {
    this.floor = floor;
    $("#dial").addEventListener("submit", (event) => {
      event.preventDefault();
      order("dial", { number: event.target.elements.number.value });
    });
    $("#hang-up").addEventListener("click", () => order("hang_up"));
    $("#stop").addEventListener("click", () => order("stop_supervising"));
    for (const mode of MODES) {
      $(`#modes [data-mode-of=${mode}]`).addEventListener("click", () => {
        order(mode, { extension: this.behind.extension });
      });
    }
  }

  show(own, behind) {
    this.behind = behind;
    const desk = this.floor.desks.get(own ?? "");
    const ready = desk?.registered === true;
    write($("#own-line"), this.line(own, ready));
    write($("#own-does"), desk ? this.does(desk, behind) : "");
    $("#own-does").hidden = !ready;
    $("#modes").hidden = !behind.mode;
    for (const button of document.querySelectorAll("#modes [data-mode-of]")) {
      button.setAttribute("aria-pressed", String(button.dataset.modeOf === behind.mode));
    }
    const idle = !ready || desk.activity === "idle";
    $("#dial").hidden = !own;
    $("#dial button").disabled = !ready || !idle;
    $("#hang-up").disabled = idle;
  }

  line(own, ready) {
    if (!own) return say("qa.own_none");
    return say(ready ? "qa.own_ready" : "qa.own_lost", { extension: own });
  }

  does(desk, behind) {
    if (behind.mode) {
      const { name = "" } = this.floor.desks.get(behind.extension) ?? {};
      const mode = say(`keys.${behind.mode}`);
      return `${say("qa.behind", { mode, extension: behind.extension })} ${name} ${clock(behind.lasted)}`;
    }
    if (desk.activity === "idle") return say("qa.own_idle");
    const number = this.other(desk);
    const does = say(desk.activity === "offered" ? "qa.own_rings" : "qa.own_talks", { number });
    return `${does} ${clock(serverNow() - desk.since)}`;
  }

  /** Who is at the other end: a number, or the conference one is in. */
  other(desk) {
    const isThere = (room) => room.members.some((member) => member.number === desk.extension);
    const room = this.floor.lines.conferences.find(isThere);
    if (room) return `${say("column.conference")} ${room.name}`;
    const call = this.floor.callAt(desk);
    if (!call) return "";
    return (call.caller === desk.extension ? call.dialled : call.caller) || say("card.withheld");
  }
}
