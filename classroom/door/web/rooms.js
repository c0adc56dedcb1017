// Conferences: who is in them, and what whoever leads them may do.

import { number, sure } from "/qa/question.js";
import { Table, clock, make, write } from "/qa/table.js";
import { say } from "/qa/words.js";

const COLUMNS = ["", "", "", "number", "", "acts"];
const ROOM = [
  { word: () => "keys.invite", tip: "tips.invite", act: invite },
  { word: ({ room }) => (room.locked ? "qa.unlock" : "keys.lock"), tip: "tips.lock", act: lock },
  { word: () => "keys.end_room", tip: "tips.end_room", act: end, grave: true },
];
const MEMBER = [
  { word: ({ member }) => (member.muted ? "qa.unmute" : "keys.mute_member"), tip: "tips.mute_member", act: mute },
  { word: () => "keys.kick", tip: "tips.kick", act: kick, grave: true },
];

export class Rooms {
  /** `order(name, values)` has something done. */
  constructor(floor, order) {
    this.floor = floor;
    this.order = order;
    this.about = new WeakMap(); // row → the room and the member that it shows
    this.table = new Table(document.querySelector("#members"), COLUMNS);
    document.querySelector("#open-room").addEventListener("click", () => this.open());
  }

  async open() {
    const name = await number(say("lines.ask_open_room"), say("keys.open_room"), "[0-9]{1,12}");
    if (name) this.order("open_conference", { name });
  }

  /** Draw, `passed` seconds after the server counted. */
  show(passed) {
    const rows = this.floor.lines.conferences.flatMap((room) => [
      this.room(room, passed),
      ...room.members.map((member) => this.member(room, member)),
    ]);
    this.table.show(rows, say("qa.no_rooms"));
  }

  room(room, passed) {
    const chair = room.chair ? say("qa.chair", { extension: room.chair }) : "";
    const marks = [say(room.recorded ? "lines.taped" : "qa.not_taped")];
    if (room.locked) marks.push(say("lines.locked"));
    const members = room.members.length ? say("qa.members", { n: room.members.length }) : say("lines.empty");
    const cells = [room.name, members, chair, clock(room.seconds + passed), marks.join(" · "), undefined];
    return { key: `${room.name}/`, cells, className: "room", dress: (tr) => this.dress(tr, ROOM, { room }) };
  }

  member(room, member) {
    const cells = [
      "",
      `${member.number} ${member.name}`.trim(),
      { text: say(`channel.${member.state}`), mark: member.state },
      "",
      member.muted ? say("lines.muted") : "",
      undefined,
    ];
    return {
      key: `${room.name}/${member.number}`,
      cells,
      dress: (tr) => this.dress(tr, MEMBER, { room, member }),
    };
  }

  dress(tr, acts, about) {
    this.about.set(tr, about);
    const cell = tr.lastChild;
    acts.forEach((act, at) => {
      const button = cell.children[at] ?? this.button(tr, cell, act);
      write(button, say(act.word(about)));
      button.title = say(act.tip);
    });
  }

  button(tr, cell, { act, grave }) {
    const button = cell.appendChild(make("button", grave ? "grave" : ""));
    button.dataset.act = act.name;
    button.addEventListener("click", () => act(this.about.get(tr), this.order));
    return button;
  }
}

async function invite({ room }, order) {
  const to = await number(`${room.name} · ${say("lines.ask_invite")}`, say("keys.invite"));
  if (to) order("invite", { name: room.name, number: to });
}

function lock({ room }, order) {
  order("lock_conference", { name: room.name, locked: !room.locked });
}

async function end({ room }, order) {
  const title = say("qa.sure_end", { name: room.name });
  if (await sure(title, say("keys.end_room"), say("qa.cancel"))) order("end_conference", { name: room.name });
}

function mute({ room, member }, order) {
  order("mute_member", { name: room.name, number: member.number, muted: !member.muted });
}

function kick({ room, member }, order) {
  order("kick", { name: room.name, number: member.number });
}
