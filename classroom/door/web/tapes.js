// Recordings of conferences that are over: found, heard, their length seen.

import { Refused, ask, fetchSound } from "/qa/door.js";
import { Table, clock, make, write } from "/qa/table.js";
import { say } from "/qa/words.js";

const COLUMNS = ["", "", "number", "acts"];
const two = (n) => String(n).padStart(2, "0");

/** A moment as the house writes it, on this machine's clock. */
function moment(began) {
  const at = new Date(began * 1000);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

export class Tapes {
  /** `tell(error)` has what went wrong told; without an error, that it is well. */
  constructor(tell) {
    this.tell = tell;
    this.tapes = [];
    this.open = null; // the conferences that were open when the list was read
    this.table = new Table(document.querySelector("#tapes"), COLUMNS);
    this.audio = new Audio();
    this.audio.addEventListener("ended", () => this.stop());
    this.sounding = ""; // the tape that is heard or fetched
  }

  /** Read the list anew where another conference has begun or ended. */
  async look(rooms) {
    const open = rooms.map((room) => `${room.name}/${room.recorded}`).join(" ");
    if (open === this.open) return;
    this.tapes = await ask("GET", "conferences");
    this.open = open;
  }

  clear() {
    this.stop();
    this.tapes = [];
    this.open = null;
  }

  show() {
    const rows = this.tapes.map((tape) => ({
      key: tape.id,
      cells: [tape.name, moment(tape.began), clock(tape.seconds), undefined],
      dress: (tr) => this.dress(tr, tape),
    }));
    this.table.show(rows, say("lines.no_tapes"));
  }

  dress(tr, tape) {
    let button = tr.lastChild.firstChild;
    if (!button) {
      button = tr.lastChild.appendChild(make("button"));
      button.addEventListener("click", () => this.hear(tape.id));
    }
    const here = this.sounding === tape.id;
    const word = !here ? "qa.hear" : this.audio.paused ? "qa.fetching" : "qa.silence";
    write(button, say(word));
  }

  /** Play one from its beginning, or fall silent. */
  async hear(id) {
    const again = this.sounding === id;
    this.stop();
    if (again) return;
    this.sounding = id;
    this.tell(null);
    this.show();
    try {
      const address = await fetchSound(`conferences/${id}/recording`);
      if (this.sounding !== id) return URL.revokeObjectURL(address);
      this.audio.src = address;
      await this.audio.play().catch(() => {
        throw new Refused(say("qa.no_sound"), 0);
      });
    } catch (error) {
      if (this.sounding === id) this.stop();
      this.tell(error);
    }
    this.show();
  }

  stop() {
    this.audio.pause();
    if (this.audio.src) URL.revokeObjectURL(this.audio.src);
    this.audio.removeAttribute("src");
    this.sounding = "";
    this.show();
  }
}
