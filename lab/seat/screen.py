"""The seat's screen: status bar, the pane that is due, one row to speak in, and the keys."""

from __future__ import annotations

from collections.abc import Awaitable

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Label

from classroom.door.wire import Wrapup
from lab.errors import TOLD, ServerLost, TelephoneLost, sentence_of
from lab.parts.dialogs import HelpScreen
from lab.parts.keyrow import KeyRow
from lab.parts.keys import bind, table
from lab.parts.notice import Notice
from lab.parts.scorecard import ScorecardPane
from lab.parts.talk import Talk
from lab.seat.briefing import BriefingPane
from lab.seat.callmenu import ask_reason, choose
from lab.seat.customer import CustomerPane
from lab.seat.desk import Desk
from lab.seat.draft import Draft
from lab.seat.entry import Entry, invitation, silence
from lab.seat.form import FormPane
from lab.seat.keys import KEYS, does_something, keys_of
from lab.seat.ringing import RingingPane, first_words
from lab.seat.side import SIDES, ScriptPane, tabs_of
from lab.seat.state import Pane
from lab.seat.status import StatusBar, trouble_of
from lab.seat.strip import Strip
from lab.seat.wrapup import WrapupPane
from lab.words import Words


class SeatScreen(Screen[None]):
    """Draws ``desk.state`` and hands the keys to the desk."""

    DEFAULT_CSS = """
    SeatScreen { background: $background; }
    SeatScreen #rail { border-left: outer $primary; height: 1fr; }
    SeatScreen.-live #rail { border-left: outer #d0303f; }
    SeatScreen #body { height: 1fr; }
    SeatScreen #side { width: 34; background: $surface; }
    SeatScreen.-wide #side { width: 46; }
    SeatScreen #side-title { height: 1; padding: 0 1; width: 1fr; }
    SeatScreen #form { padding: 0 1; }
    SeatScreen #score { padding: 1 2; }
    """

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__()
        self.words, self.desk, self.state = words, desk, desk.state
        self.side, self._sentence = "script", ""
        self.form: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._form_of: str | None = None
        self._pane: Pane | None = None
        self._changed = self._drawing = False
        self._keys_for: tuple[object, ...] = ()
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """All panes; one is shown."""
        words, state = self.words, self.state
        yield StatusBar(words, state, self.desk.clock())
        with Vertical(id="rail"):
            yield BriefingPane(words, state)
            yield RingingPane(words, state)
            with Vertical(id="talk-pane"):
                yield Strip(words, state)
                with Horizontal(id="body"):
                    yield Talk(words, id="talk")
                    with Vertical(id="side"):
                        yield Label(id="side-title", markup=False)
                        yield ScriptPane(words, state)
                        yield CustomerPane(words, self.desk)
                        yield FormPane(words, id="form")
                yield Entry()
            yield WrapupPane(words, state, Draft(self.desk.door))
            yield ScorecardPane(words, id="score")
        yield Notice()
        yield KeyRow()

    def on_mount(self) -> None:
        """Draw, then once a second for the timers."""
        self.redraw()
        self.set_interval(1.0, self.tick)

    def on_resize(self) -> None:
        """A wide terminal gives the script more room."""
        self.set_class(self.size.width >= 110, "-wide")

    # ── drawing ──────────────────────────────────────────────────────────────

    def redraw(self) -> None:
        """Draw what the state says now; changes that come while drawing share one more drawing."""
        self._changed = True
        if not self._drawing:
            self._drawing = True
            self._draw()

    @work(group="draw")
    async def _draw(self) -> None:
        try:
            while self._changed:
                self._changed = False
                await self._draw_once()
        except NoMatches:  # the panes go before their screen when the program ends
            if self.app.is_running:
                raise
        finally:
            self._drawing = False

    async def _draw_once(self) -> None:
        state = self.state
        self.set_class(state.live, "-live")
        card = state.card.call_id if state.card else None
        if card != self._form_of:
            side = "record" if state.outward else "script"
            self._form_of, self.form, self._told, self.side = card, {}, {}, side
        self._draw_pane(state.pane)
        await self._draw_inside(state.pane)
        self._draw_notice()
        self.tick()
        self._draw_keys()

    def _draw_keys(self) -> None:
        """The keys in the words of the moment; the footer is made anew only for new ones."""
        state = self.state
        now = (
            self.words.lang, state.pane, state.held, state.muted, state.duty, state.has_call, state.post,
            state.company.asked, state.company.third, state.customer is not None, state.editing,
        )  # fmt: skip
        if now == self._keys_for:
            return
        self._keys_for = now
        bind(self, keys_of(state), self.words)
        self.refresh_bindings()

    def _draw_pane(self, pane: Pane) -> None:
        shown = {
            Pane.BRIEFING: "briefing",
            Pane.RINGING: "ringing",
            Pane.TALK: "talk-pane",
            Pane.WRAPUP: "wrapup",
            Pane.RESULT: "score",
        }
        for kind, name in shown.items():
            self.query_one(f"#{name}").display = kind is pane
        if pane is not self._pane:
            if self.state.editing:
                self.action_customer()
            self._pane = pane
            self._focus_pane(pane)

    def _focus_pane(self, pane: Pane) -> None:
        """Typing goes where the agent needs it; keys of the seat work everywhere."""
        focus = {Pane.TALK: "#entry", Pane.WRAPUP: "#summary", Pane.RESULT: "#score"}
        if pane is Pane.BRIEFING or pane is Pane.RINGING:
            self.set_focus(None)
        else:
            self.query_one(focus[pane]).focus()
        self.query_one(Entry).can_focus = pane is Pane.TALK

    async def _draw_inside(self, pane: Pane) -> None:
        state, say = self.state, self.words
        match pane:
            case Pane.BRIEFING:
                self.query_one(BriefingPane).lay_out()
            case Pane.RINGING:
                self.query_one(RingingPane).lay_out()
            case Pane.TALK:
                self.query_one("#talk", Talk).show(state.talk, first_words(state, say))
                await self._draw_side()
                self.query_one(Entry).placeholder = invitation(self.state, self.words)
            case Pane.WRAPUP:
                await self.query_one(WrapupPane).load(self.form)
            case Pane.RESULT:
                self.query_one(ScorecardPane).show(state.scorecard, self.words("score.waiting"))

    async def _draw_side(self) -> None:
        self.query_one("#side-title", Label).update(tabs_of(self.side, self.words))
        self.query_one(ScriptPane).display = self.side == "script"
        self.query_one(CustomerPane).display = self.side == "record"
        form = self.query_one("#form", FormPane)
        form.display = self.side == "form"
        self.query_one(ScriptPane).follow()
        await self.query_one(CustomerPane).show()
        await form.load(self.state.card.form if self.state.card else [], self.form)

    def tick(self) -> None:
        """Draw what moves with the clock; hand the summary in when its time is over."""
        now, state = self.desk.clock(), self.state
        self.query_one(StatusBar).show(now)
        self.query_one(WrapupPane).keep(self._form_of, self.form)
        if state.pane is Pane.TALK:
            self.query_one(Strip).show(now)
        if state.pane is Pane.WRAPUP:
            self.query_one(WrapupPane).show(now)
            if state.wrap_until is not None and now >= state.wrap_until - 1:
                self._hand_in()

    def _draw_notice(self) -> None:
        sentence = "" if not self.state.connected else self._sentence
        self.query_one(Notice).say(sentence or trouble_of(self.state, self.words))

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys until the next key does something."""
        self._sentence = sentence
        self._draw_notice()

    def retitle(self) -> None:
        """Put everything into the present language."""
        self._sentence = ""
        self.redraw()

    # ── keys ─────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        return does_something(action, self.state)

    def action_help(self) -> None:
        """Explain this screen."""
        advice = self.state.advice(self.words) if self.state.advice else ()
        text = "\n".join((self.words("help.seat"), *([""] if advice else ()), *advice))
        self.app.push_screen(HelpScreen(self.words, text, table(KEYS, self.words)))

    def action_look_back(self, pages: int) -> None:
        """Scroll the talk."""
        talk = self.query_one("#wrapup-talk" if self.state.pane is Pane.WRAPUP else "#talk", Talk)
        talk.scroll_relative(y=pages * max(talk.size.height - 2, 1), animate=False)

    @work(group="keys")
    async def action_ready(self) -> None:
        """Ready for the next call."""
        self.state.outage = ""
        await self._try(self.desk.set_duty("ready"))

    @work(group="keys")
    async def action_break(self) -> None:
        """Ask for the reason; the screen locks with it."""
        if reason := await ask_reason(self.app, self.words, self.desk):
            await self._try(self.desk.be_away(reason))

    @work(group="keys")
    async def action_more(self) -> None:
        """More time for the summary."""
        await self._try(self.desk.more_time())

    @work(group="keys")
    async def action_answer(self) -> None:
        """Take the ringing call."""
        await self._try(self.desk.answer())

    @work(group="keys")
    async def action_call(self) -> None:
        """Show what the telephone can do now, and have it done."""
        if chosen := await choose(self.app, self.words, self.state, self.desk.texts):
            await self._try(self.desk.order(*chosen))

    @work(group="keys")
    async def action_hold(self) -> None:
        """Hold or take back."""
        await self._try(self.desk.toggle_hold())

    @work(group="keys")
    async def action_mute(self) -> None:
        """Mute or speak again."""
        await self._try(self.desk.toggle_mute())

    @work(group="keys")
    async def action_side(self) -> None:
        """Script, record, form in turn; looking at the record is told to the server."""
        self.side = SIDES[(SIDES.index(self.side) + 1) % len(SIDES)]
        self.redraw()
        if self.side == "record":
            await self._try(self.desk.open_record())

    def action_customer(self) -> None:
        """Change the customer's record, or save it; the end of the call saves it, too."""
        self.side = "record"
        self.run_worker(self._try(self.query_one(CustomerPane).turn()), group="keys")
        self.redraw()

    def action_leave_edit(self) -> None:
        """Leave the customer's record as it was."""
        self.query_one(CustomerPane).leave()

    def on_customer_pane_closed(self, event: CustomerPane.Closed) -> None:
        """The form is closed; typing goes to the customer again."""
        self.tell(event.sentence)
        self.redraw()
        self.query_one(Entry).focus()

    @work(group="keys")
    async def action_hang_up(self) -> None:
        """End the call."""
        await self._try(self.desk.hang_up())

    def action_submit(self) -> None:
        """Hand in the call summary once everything is filled in."""
        missing = self.query_one(WrapupPane).missing(self.form)
        if missing:
            self.tell(self.words("wrapup.missing", what=" · ".join(missing)))
        else:
            self._hand_in()

    def _hand_in(self) -> None:
        written = self.query_one(WrapupPane).written(self.form)
        self.state.wrap_until = None
        self._submit(written)

    @work(group="submit")
    async def _submit(self, written: Wrapup) -> None:
        await self._try(self._submitted(written))

    async def _submitted(self, written: Wrapup) -> None:
        await self._tell_form()
        if not await self.desk.submit(written):
            self.tell(self.words("seat.kept"))

    async def _try(self, doing: Awaitable[None]) -> bool:
        """Do it; what goes wrong becomes one sentence."""
        self.tell("")
        try:
            await doing
        except ServerLost:
            self.tell(self.words("seat.lost"))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
        else:
            return True
        return False

    # ── what the panes tell ──────────────────────────────────────────────────

    def on_entry_said(self, event: Entry.Said) -> None:
        """A typed line."""
        self._say(event.text)

    def on_entry_numbered(self, event: Entry.Numbered) -> None:
        """A script step by number."""
        self.query_one(ScriptPane).press(event.digit)

    def on_entry_moved(self, event: Entry.Moved) -> None:
        """The arrows move through the script, or through the customer's record."""
        panes = self.query_one(ScriptPane), self.query_one(CustomerPane)
        panes[self.side == "record"].move(event.step)

    def on_entry_confirmed(self, event: Entry.Confirmed) -> None:
        """Enter on an empty line says the marked step."""
        self.query_one(ScriptPane).pick()

    @work(group="say")
    async def on_script_pane_picked(self, event: ScriptPane.Picked) -> None:
        """A script step is said."""
        if silenced := silence(self.state, self.words, event.step.text, scripted=True):
            self.tell(silenced)
            return
        await self._try(self.desk.say(event.step.text, event.step))

    @work(group="say")
    async def _say(self, text: str) -> None:
        self.tell("")
        try:
            if silenced := silence(self.state, self.words, text):
                raise TelephoneLost(silenced)
            await self.desk.say(text)
        except TOLD as error:
            alone = self.state.company.aside and not silenced
            why = str(error) or self.words("errors.call_over")
            why = self.words("entry.aside_alone") if alone else why
            self.query_one(Entry).put_back(text)
            self.tell(self.words("errors.not_said", why=why))

    def on_form_pane_filled(self, event: FormPane.Filled) -> None:
        """A field has another value."""
        self.form[event.field] = event.value

    @work(group="keys")
    async def on_form_pane_settled(self, event: FormPane.Settled) -> None:
        """Tell the server of what was filled in, each value once."""
        await self._tell_form()

    async def _tell_form(self) -> None:
        fresh = {
            field: value for field, value in self.form.items() if self._told.get(field, "") != value
        }
        self._told.update(fresh)
        for field, value in fresh.items():
            await self._try(self.desk.act("form_field", f"{field}={value}"))
