"""The wrap-up form: call summary, disposition, form fields, and the time that is left."""

from __future__ import annotations

from collections.abc import Mapping

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Label, TextArea

from classroom.door.wire import CallCard, Wrapup
from lab.parts.boxes import Sheet
from lab.parts.cells import clock
from lab.parts.talk import Talk
from lab.seat.draft import NOTHING, Draft
from lab.seat.form import Choice, FormPane
from lab.seat.state import Pane, SeatState
from lab.words import Words


class WrapupPane(Horizontal):
    """The form on the left, the talk to look things up on the right."""

    DEFAULT_CSS = """
    WrapupPane #wrapup-form { width: 3fr; padding: 1 1 0 2; scrollbar-size-vertical: 1; }
    WrapupPane #wrapup-talk-side { width: 2fr; padding: 1 0 0 0; border-left: vkey $panel; }
    WrapupPane .title { text-style: bold; color: $primary; width: 1fr; }
    WrapupPane .head { height: 1; margin-bottom: 1; }
    WrapupPane #remaining { width: auto; color: $accent; text-style: bold; }
    WrapupPane .label { color: $text-muted; }
    WrapupPane TextArea {
        height: 5; border: none; padding: 0 1; margin-bottom: 1; background: $panel;
        scrollbar-size-vertical: 1;
    }
    WrapupPane TextArea:focus { border: none; background: $primary 12%; }
    WrapupPane .row { height: 1; margin-bottom: 1; }
    WrapupPane .row Label { width: 13; color: $text-muted; }
    WrapupPane #submit { color: $success; text-style: bold; margin-top: 1; }
    WrapupPane #talk-title { padding: 0 1; text-style: bold; color: $text-muted; }
    """

    def __init__(self, words: Words, state: SeatState, draft: Draft) -> None:
        super().__init__(id="wrapup")
        self.words = words
        self.state = state
        self.draft = draft
        self._call: str | None = None
        self._found: tuple[str, Wrapup] | None = None
        """What was written of a call before this seat came to it."""
        self._lang = ""

    def compose(self) -> ComposeResult:
        """Fields in the order they are written."""
        with VerticalScroll(id="wrapup-form", can_focus=False):
            with Horizontal(classes="head"):
                yield Label(id="wrapup-title", classes="title")
                yield Label(id="remaining")
            yield Label(id="summary-label", classes="label")
            yield Sheet(id="summary", tab_behavior="focus", show_line_numbers=False, compact=True)
            with Horizontal(classes="row", id="disposition-row"):
                yield Label(id="disposition-label")
            yield FormPane(self.words, id="wrapup-fields")
            yield Label(id="submit")
        with Vertical(id="wrapup-talk-side"):
            yield Label(id="talk-title")
            yield Talk(self.words, id="wrapup-talk")

    async def load(self, form: dict[str, str]) -> None:
        """Show the form of this call; what is typed stays while the call is the same."""
        card = self.state.card
        call = card.call_id if card else None
        if call != self._call:
            self._call = call
            found = self._found[1] if self._found and self._found[0] == call else NOTHING
            self.query_one("#summary", TextArea).text = found.summary
            await self._dispositions(card, found.disposition)
        elif self._lang != self.words.lang:
            await self._dispositions(card, self.disposition)
        self._lang = self.words.lang
        await self.query_one(FormPane).load(card.form if card else [], form)
        self.retitle()

    async def _dispositions(self, card: CallCard | None, value: str) -> None:
        row = self.query_one("#disposition-row")
        await row.query(Choice).remove()
        title = self.words("wrapup.disposition")
        options = card.dispositions if card else {}
        await row.mount(Choice(self.words, title, options, value, name="disposition"))

    def retitle(self) -> None:
        """Put every label into the present language."""
        say = self.words
        self.query_one("#wrapup-title", Label).update(say("wrapup.title"))
        self.query_one("#summary-label", Label).update(say("wrapup.summary") + "*")
        self.query_one("#summary", TextArea).placeholder = say("wrapup.summary_hint")
        self.query_one("#disposition-label", Label).update(say("wrapup.disposition") + "*")
        timed = "submit" if self.state.wrap_until is None else "submit_timed"
        self.query_one("#submit", Label).update(say(f"wrapup.{timed}"))
        self.query_one("#talk-title", Label).update(say("wrapup.talk"))
        self.query_one("#wrapup-talk", Talk).show(self.state.talk)

    def show(self, now: float) -> None:
        """Draw the time that is left."""
        until = self.state.wrap_until
        text = ""
        if until is not None:
            left = until - now
            text = self.words("wrapup.remaining", time=clock(left)) if left > 0 else ""
            text = text or self.words("wrapup.over")
        self.query_one("#remaining", Label).update(text)

    @property
    def disposition(self) -> str:
        """The disposition chosen so far."""
        choices = self.query("#disposition-row Choice").results(Choice)
        return next((choice.value for choice in choices), "")

    def written(self, form: Mapping[str, str]) -> Wrapup:
        """The call summary as it stands."""
        summary = self.query_one("#summary", TextArea).text.strip()
        filled = {name: value for name, value in form.items() if value}
        return Wrapup(summary=summary, disposition=self.disposition, form=filled)

    @work(group="draft")
    async def keep(self, call: str | None, form: dict[str, str]) -> None:
        """Keep what is written of this call at the server; what an earlier seat wrote comes back."""
        if call is None or self.state.card is None or self.state.card.call_id != call:
            return
        if self.state.pane is Pane.RINGING:
            self.draft.begins(call)
        if self.state.pane not in (Pane.TALK, Pane.WRAPUP):
            return
        if found := await self.draft.follow(call, self._so_far(call, form)):
            form.update(found.form | form)
            self._found = (call, found)
            if call == self._call:
                await self._put_back(found)
                await self.query_one(FormPane).load(self.state.card.form, form)

    def _so_far(self, call: str, form: dict[str, str]) -> Wrapup:
        written = self.written(form)
        return written if call == self._call else NOTHING.model_copy(update={"form": written.form})

    async def _put_back(self, found: Wrapup) -> None:
        """Fill what is still empty."""
        box = self.query_one("#summary", TextArea)
        box.text = box.text or found.summary
        box.move_cursor(box.document.end)
        await self._dispositions(self.state.card, self.disposition or found.disposition)

    def missing(self, form: Mapping[str, str]) -> list[str]:
        """The titles of what must be filled in and is not."""
        say, card, written = self.words, self.state.card, self.written(form)
        titles = [] if written.summary else [say("wrapup.summary")]
        if card and card.dispositions and not written.disposition:
            titles.append(say("wrapup.disposition"))
        fields = card.form if card else []
        return titles + [f.title for f in fields if f.required and not form.get(f.id)]
