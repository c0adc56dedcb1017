// The talk at the chosen desk, to read along.

import { make } from "/qa/table.js";
import { say } from "/qa/words.js";

export class Talk {
  constructor(floor) {
    this.floor = floor;
    this.list = document.querySelector("#talk");
    this.title = document.querySelector("#talk-title");
    this.drawn = "";
  }

  show(desk) {
    const said = this.floor.talk.get(desk?.call_id ?? "") ?? [];
    const about = desk ? ` · ${desk.extension} ${desk.name}` : "";
    const rows = said.map((one) => [one.who, say(`who.${one.who}`), one.text]);
    const drawn = JSON.stringify([say("console.live_talk"), about, rows]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.title.textContent = say("console.live_talk") + about;
    this.list.replaceChildren(...rows.map(line));
    if (!rows.length) this.list.append(make("li", "nothing", say("console.pick_desk")));
    this.list.lastChild.scrollIntoView({ block: "nearest" });
  }
}

function line([who, name, text]) {
  const item = make("li", who);
  item.append(make("b", "", name), make("span", "", text));
  return item;
}
