// The supervisors' page: logging in, what is shown, and whether it is true at this moment.

import { Behind } from "/qa/behind.js";
import { Control } from "/qa/control.js";
import { Lost, Refused, ask, hasToken, keepToken } from "/qa/door.js";
import { Floor } from "/qa/floor.js";
import { Lines } from "/qa/lines.js";
import { Rooms } from "/qa/rooms.js";
import { Seats } from "/qa/seats.js";
import { ComingBack } from "/qa/socket.js";
import { make, write } from "/qa/table.js";
import { Tapes } from "/qa/tapes.js";
import { Talk } from "/qa/talk.js";
import { Telephone } from "/qa/telephone.js";
import { dress, loadWords, say, switchLanguage, teach } from "/qa/words.js";

const TEACHERS_ONLY = ["rooms", "alarms"]; // views that a leader among the students has not
const LOOK_EVERY = 2000;
const TRUE_FOR = 7000; // how long an answer of the server shows that it is there
const $ = (selector) => document.querySelector(selector);

class Page {
  constructor() {
    this.floor = new Floor();
    const order = (name, values) => this.order(name, values);
    this.seats = new Seats(this.floor, order);
    this.rooms = new Rooms(this.floor, order);
    this.tapes = new Tapes((error) => this.tell(error ? this.sentence(error) : ""));
    this.telephone = new Telephone(this.floor, order);
    this.lines = new Lines(this.floor);
    this.talk = new Talk(this.floor);
    this.seats.changed = () => this.draw();
    this.view = "floor";
    this.me = null;
    this.answers = false; // the server answered when it was last asked
    this.truth = "unknown"; // then "told", and "lost" while it is not so
  }

  /** What is shown is so at this moment. */
  get true() {
    const fresh = performance.now() - this.floor.linesAt < TRUE_FOR;
    return this.answers && fresh && this.feed?.open === true && this.control.open;
  }

  // ── coming and going ──────────────────────────────────────────────────────

  async login(login, password) {
    const session = await ask("POST", "login", { login, password });
    keepToken(session.token);
    await this.come();
  }

  /** Come in with the token that is there. */
  async come() {
    const me = await ask("GET", "me");
    const charge = await ask("GET", "charge");
    if (me.role === "student" && !charge.length) {
      keepToken("");
      throw new Refused(say("qa.student"), 403);
    }
    await this.learn();
    this.me = me;
    this.behind = new Behind(me.extension);
    const ends = { lost: () => this.draw(), refused: (why) => this.leave(why) };
    this.feed = new ComingBack("floor", {
      opened: () => this.open(),
      heard: (event) => this.hear(event),
      ...ends,
    });
    this.control = new Control({
      opened: () => this.behind.clear(),
      heard: (event, fields) => this.learnNews(event, fields),
      ...ends,
    });
    this.looking = setInterval(() => this.look(), LOOK_EVERY);
    this.ticking = setInterval(() => this.draw(), 1000);
    await this.look();
    this.place();
  }

  /** What the feed does not tell: the school's words, the charge, queues that nobody has entered yet. */
  async learn() {
    const [rules, charge, queues] = await Promise.all(
      ["seat", "charge", "queues"].map((path) => ask("GET", path)),
    );
    for (const reason of rules.reasons) teach("reason", reason.id, reason);
    this.charge = new Set(charge);
    for (const queue of queues) this.floor.queues.set(queue.name, queue);
  }

  leave(why = "") {
    this.feed?.close();
    this.control?.close();
    clearInterval(this.looking);
    clearInterval(this.ticking);
    keepToken("");
    this.me = null;
    this.truth = "unknown";
    this.floor.clear();
    this.tapes.clear();
    this.place();
    write($("#login-told"), why);
  }

  // ── what the server says ──────────────────────────────────────────────────

  /** The feed tells everything anew. */
  async open() {
    this.floor.clear();
    await this.learn().catch(() => this.feed.renew());
  }

  hear(event) {
    this.floor.take(event);
    this.drawSoon();
  }

  /** Something happened that concerns this supervisor. */
  learnNews(event, fields) {
    if (event.startsWith("not_") && fields.extension === this.me.extension) {
      this.tell(say(`told.${event}`, fields));
    }
    const told = this.behind.take(event, fields);
    if (told) this.tell(say(told));
    this.drawSoon();
  }

  /** Have something done; what goes wrong is one sentence. */
  async order(name, values) {
    this.tell("");
    await this.control.order(name, values).catch((error) => this.tell(this.sentence(error)));
    this.look();
  }

  // ── whether it is so ──────────────────────────────────────────────────────

  /** Look at the lines; that the server answers shows that it is there. */
  async look() {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      this.floor.lines = await ask("GET", "lines");
      this.floor.linesAt = performance.now();
      this.answers = true;
      if (this.view === "rooms") await this.tapes.look(this.floor.lines.conferences);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return this.leave(error.message);
      this.lose();
    } finally {
      this.isLooking = false;
    }
    this.draw();
  }

  /** The server did not answer: a connection that looks open may be dead. */
  lose() {
    if (this.answers && this.true) {
      this.feed.renew();
      this.control.renew();
    }
    this.answers = false;
  }

  // ── drawing ───────────────────────────────────────────────────────────────

  drawSoon() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  draw() {
    if (!this.me) return;
    const { floor } = this;
    const passed = this.true ? (performance.now() - floor.linesAt) / 1000 : 0;
    if (this.true) {
      const { charge, behind } = this;
      this.seats.show({ charge, behind, own: this.me.extension });
      this.telephone.show(this.me.extension, behind);
      this.lines.show(passed);
      this.rooms.show(passed);
      this.tapes.show();
    }
    this.talk.show(this.seats.desk ?? floor.desks.get(this.behind.extension));
    this.drawHead();
    this.drawAlarms();
    this.drawTruth();
  }

  drawHead() {
    const { floor, me } = this;
    write($("#who"), me.extension ? `${me.name} ${me.extension}` : me.name);
    write($("#counts"), say("qa.counts", floor.counts));
    $("#live").hidden = floor.live === 0;
    write($("#live"), floor.live ? say("qa.live", { n: floor.live }) : "");
    const alarms = floor.alarms.length;
    write($("#alarms-tab"), alarms ? say("console.alarm_count", { n: alarms }) : say("keys.alarms"));
    for (const tab of document.querySelectorAll("[data-view]")) {
      tab.hidden = me.role === "student" && TEACHERS_ONLY.includes(tab.dataset.view);
      tab.setAttribute("aria-current", String(tab.dataset.view === this.view));
    }
  }

  drawAlarms() {
    const rows = [...this.floor.alarms].reverse();
    const list = $("#alarm-list");
    const drawn = JSON.stringify([say("console.no_alarms"), rows]);
    if (list.dataset.drawn === drawn) return;
    list.dataset.drawn = drawn;
    const items = rows.map((text) => make("li", "alarm", text));
    list.replaceChildren(...(items.length ? items : [make("li", "nothing", say("console.no_alarms"))]));
  }

  /** What is not so at this moment is never shown as if it were. */
  drawTruth() {
    const isTrue = this.true;
    $("#desk").classList.toggle("stale", !isTrue);
    for (const part of document.querySelectorAll("main, aside")) part.inert = !isTrue;
    if (isTrue && this.truth === "lost") this.tell(say("seat.back"));
    if (isTrue) this.truth = "told";
    else if (this.truth === "told") this.truth = "lost";
    $("#stale").hidden = this.truth !== "lost";
    write($("#stale"), this.truth === "lost" ? say("qa.lost") : "");
  }

  /** What a person is told of an error. */
  sentence(error) {
    if (error instanceof Lost) return say("qa.unreachable");
    if (error instanceof Refused) return error.message;
    throw error;
  }

  tell(sentence) {
    write($("#told"), sentence);
  }

  /** Show the log-in or the desk, in the language of the moment. */
  place() {
    dress();
    $("#login").hidden = this.me !== null;
    $("#desk").hidden = this.me === null;
    if (!this.me) $("#login input").focus();
    this.show(this.view);
  }

  show(view) {
    this.view = view;
    if (view === "rooms" && this.me) {
      this.tapes.open = null; // read them anew
      this.look();
    }
    for (const section of document.querySelectorAll(".view")) section.hidden = section.id !== view;
    this.draw();
  }
}

// ── from here on, hands ─────────────────────────────────────────────────────

await loadWords();
const page = new Page();

$("#login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("[type=submit]");
  write($("#login-told"), "");
  button.disabled = true;
  write(button, say("login.busy"));
  try {
    await page.login(form.elements.login.value.trim(), form.elements.password.value);
  } catch (error) {
    write($("#login-told"), page.sentence(error));
    form.elements.password.select();
  }
  form.elements.password.value = "";
  button.disabled = false;
  write(button, say("login.enter"));
});

document.addEventListener("click", (event) => {
  const { view, do: act } = event.target.dataset;
  if (view) page.show(view);
  if (act === "leave") page.leave();
  if (act === "lang") {
    switchLanguage();
    page.truth = "unknown";
    if (page.me) for (const wire of [page.feed, page.control]) wire.renew(); // their sentences are in a language
    page.tell("");
    page.place();
  }
});

document.addEventListener("visibilitychange", () => page.me && page.look());
if (hasToken()) await page.come().catch((error) => page.leave(page.sentence(error)));
page.place();
