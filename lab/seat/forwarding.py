"""Where the own calls go when nobody takes them: forwards, follow-me, do not disturb (SEA-13, SEA-14)."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from textual import work
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Label

from classroom.door.answering_wire import ForwardsState
from lab.errors import LabError
from lab.parts.boxes import Box
from lab.parts.keys import Key
from lab.parts.prose import Prose
from lab.seat.form import Choice
from lab.seat.page import Page

MAIL = "v"
"""Typed for one's own mailbox."""
NUMBERS = ("always", "busy", "unanswered")
FOLLOWED = ("follow1", "follow2", "follow3")
SECONDS = ("after", "follow_seconds")
ORDER = ("always", "busy", "unanswered", "after", *FOLLOWED, "follow_seconds")


class WrongForward(LabError):
    """What was typed cannot be a forward."""


class ForwardsPage(Page):
    """One field a row; F9 makes it so."""

    NAME = "forwards"
    KEYS = (Key("f9", "save", "save", "forwards"),)

    DEFAULT_CSS = """
    ForwardsPage VerticalScroll { height: 1fr; padding: 1 0; }
    ForwardsPage .page-label { width: 24; }
    ForwardsPage Input { width: 26; }
    ForwardsPage Choice { width: 26; max-width: 26; }
    ForwardsPage #follow1-row, ForwardsPage #undisturbed-row { margin: 1 1 0 1; }
    ForwardsPage #forwards-hint { margin: 1 1 0 1; color: $text-muted; width: 1fr; }
    """

    def parts(self) -> Iterable[Widget]:
        """The fields."""
        rows = []
        for name in ORDER:
            restrict = r"[0-9.]*" if name in SECONDS else r"[0-9*#+vV]*"
            box = Box(id=name, compact=True, restrict=restrict, max_length=21)
            label = Label(id=f"label-{name}", classes="page-label", markup=False)
            rows.append(Horizontal(label, box, id=f"{name}-row", classes="page-row"))
        label = Label(id="label-undisturbed", classes="page-label", markup=False)
        rows.append(Horizontal(label, id="undisturbed-row", classes="page-row"))
        yield VerticalScroll(*rows, Prose(id="forwards-hint"), id="fields", can_focus=False)

    def retitle(self) -> None:
        """Put everything into the present language."""
        super().retitle()
        for name in (*ORDER, "undisturbed"):
            self.query_one(f"#label-{name}", Label).update(self.words(f"forwards.{name}"))
        self.query_one("#forwards-hint", Prose).update(self.words("forwards.hint"))
        self._word_choice("")

    @work(group="choice", exclusive=True)
    async def _word_choice(self, value: str) -> None:
        row = self.query_one("#undisturbed-row", Horizontal)
        for old in row.query(Choice):
            value = value or old.value
        await row.query(Choice).remove()
        options = {name: self.words(f"forwards.{name}") for name in ("no", "yes")}
        title = self.words("forwards.undisturbed")
        await row.mount(Choice(self.words, title, options, value or "no", name="undisturbed"))

    async def ask(self) -> None:
        """Ask what is so now."""
        self._fill(await self.desk.door.forwards())
        self.query_one("#always", Input).focus()

    def _fill(self, state: ForwardsState) -> None:
        followed = (*state.follow, "", "", "")
        values = {name: getattr(state, name) for name in NUMBERS}
        values |= dict(zip(FOLLOWED, followed, strict=False))
        for name, target in values.items():
            self.query_one(f"#{name}", Input).value = MAIL if target == "voicemail" else target
        for name in SECONDS:
            self.query_one(f"#{name}", Input).value = f"{getattr(state, name):g}"
        self._word_choice("yes" if state.undisturbed else "no")

    def typed(self) -> ForwardsState:
        """What is typed, as it crosses the door; ``WrongForward`` where it cannot be."""
        value = {name: self.query_one(f"#{name}", Input).value.strip() for name in ORDER}
        numbers = {n: "voicemail" if v.lower() == MAIL else v for n, v in value.items()}
        undisturbed = any(one.value == "yes" for one in self.query(Choice))
        fields: dict[str, object] = {name: numbers[name] for name in NUMBERS}
        fields["follow"] = tuple(numbers[name] for name in FOLLOWED if numbers[name])
        try:
            fields |= {name: float(value[name] or 20) for name in SECONDS}
            return ForwardsState.model_validate({**fields, "undisturbed": undisturbed})
        except (ValidationError, ValueError) as error:
            raise WrongForward(self.words("forwards.wrong")) from error

    @work(group="save", exclusive=True)
    async def action_save(self) -> None:
        """Make it so from the next call on."""
        if await self.tried(self._save()):
            self.tell(self.words("forwards.saved"))

    async def _save(self) -> None:
        self._fill(await self.desk.door.forward(self.typed()))
