// What a supervisor may do over a desk, as a row of buttons.

import { MODES } from "/qa/behind.js";
import { number, sure } from "/qa/question.js";
import { make } from "/qa/table.js";
import { say } from "/qa/words.js";

const TALKS = ["talking", "holding"];
const ACTS = [
  { name: "listen", word: "keys.listen", tip: "tips.listen", when: TALKS },
  { name: "whisper", word: "keys.whisper", tip: "tips.whisper", when: TALKS },
  { name: "barge", word: "keys.barge", tip: "tips.barge", when: TALKS },
  { name: "intercept", word: "keys.intercept", tip: "tips.intercept", when: TALKS },
  { name: "answer_for", word: "keys.answer_for", tip: "tips.answer_for", when: ["offered"] },
  { name: "force_transfer", word: "keys.send_on", tip: "tips.send_on", when: TALKS, deskless: true },
  { name: "force_release", word: "keys.release", tip: "tips.release", when: TALKS, deskless: true },
];

export class Acts {
  /** `order(name, values)` has it done; `may` tells the charge and the own extension. */
  constructor(cell, extension, order) {
    this.cell = cell;
    this.extension = extension;
    this.note = cell.appendChild(make("span", "nothing"));
    this.buttons = ACTS.map((act) => {
      const button = cell.appendChild(make("button", act.deskless ? "grave" : ""));
      button.dataset.act = act.name;
      button.addEventListener("click", () => this.act(act, order));
      return button;
    });
  }

  async act({ name, word }, order) {
    const { extension } = this;
    if (name === "force_transfer") {
      const to = await number(`${say(word)} ${extension} · ${say("behind.where")}`, say(word));
      if (to) order(name, { extension, number: to });
    } else if (name !== "force_release") {
      order(name, { extension });
    } else if (await sure(say("behind.sure", { extension }), say("behind.yes"), say("behind.no"))) {
      order(name, { extension });
    }
  }

  /** Show what can be done over this desk now. */
  show(desk, { charge, own, behind }) {
    const busy = ACTS.some((act) => act.when.includes(desk.activity)) && desk.extension !== own;
    const mine = charge.has(desk.extension);
    this.note.textContent = busy && !mine ? say("qa.not_yours") : "";
    ACTS.forEach((act, at) => {
      const button = this.buttons[at];
      const can = busy && mine && act.when.includes(desk.activity) && (own || act.deskless);
      if (!can && document.activeElement === button) this.cell.parentNode.querySelector("button").focus();
      button.hidden = !can;
      button.textContent = say(act.word);
      button.title = say(act.tip);
      if (!MODES.includes(act.name)) return;
      const stands = behind.extension === desk.extension && behind.mode === act.name;
      button.setAttribute("aria-pressed", String(stands));
    });
  }
}
