"""Start and end a lesson: which customers call, in which language, how hard."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, SelectionList
from textual.widgets.selection_list import Selection

from classroom.door.wire import LessonOrder
from lab.console.state import FloorState
from lab.errors import LabError
from lab.parts.boxes import Box
from lab.seat.form import Choice
from lab.words import LANGS, Words

NUMBERS = {"seed": (0, 999_999_999), "gap": (0, 86_400), "calls": (1, 1_000_000)}
"""From what to what each may go."""
LEVELS = ("1", "2", "3", "4", "5")
OWN = "own"


class LessonPane(Vertical):
    """Scenarios on the left, the numbers on the right."""

    DEFAULT_CSS = """
    LessonPane { height: 1fr; padding: 1 2; }
    LessonPane #lesson-state { height: 1; color: $success; text-style: bold; margin-bottom: 1; }
    LessonPane SelectionList {
        width: 1fr; height: 1fr; border: none; padding: 0; background: $surface;
        scrollbar-size-vertical: 1;
    }
    LessonPane SelectionList:focus { border: none; background-tint: $foreground 0%; }
    LessonPane SelectionList > .selection-list--button { color: $panel; background: $panel; }
    LessonPane SelectionList > .selection-list--button-highlighted {
        color: $panel; background: $panel;
    }
    LessonPane SelectionList > .selection-list--button-selected {
        color: $success; background: $panel; text-style: bold;
    }
    LessonPane SelectionList > .selection-list--button-selected-highlighted {
        color: $success; background: $panel; text-style: bold;
    }
    LessonPane #lesson-left { width: 3fr; }
    LessonPane #lesson-right { width: 2fr; padding: 0 0 0 3; }
    LessonPane .label { color: $text-muted; }
    LessonPane Input {
        border: none; height: 1; padding: 0 1; background: $panel; margin-bottom: 1;
    }
    LessonPane Input:focus { border: none; background: $primary 25%; }
    LessonPane Choice { margin-bottom: 1; }
    LessonPane #lesson-hint { color: $text-muted; height: 1; margin-top: 1; }
    """

    def __init__(self, words: Words, state: FloorState) -> None:
        super().__init__(id="lesson")
        self.words = words
        self.state = state
        self._scenarios: Sequence[tuple[str, str, str]] = ()
        self._listed = ""

    def compose(self) -> ComposeResult:
        """All fields."""
        yield Label(id="lesson-state", markup=False)
        with Horizontal():
            with Vertical(id="lesson-left"):
                yield Label(id="scenarios-label", classes="label")
                yield SelectionList[str](id="scenarios")
            with VerticalScroll(id="lesson-right", can_focus=False):
                yield Label(id="lang-label", classes="label")
                langs: dict[str, str] = {lang: self.words(f"langs.{lang}") for lang in LANGS}
                yield Choice(self.words, "", langs, self.words.lang, name="lang")
                yield Label(id="level-label", classes="label")
                yield Choice(self.words, "", self._levels(), OWN, name="level")
                for name, value in (("seed", "0"), ("gap", "3"), ("calls", "")):
                    yield Label(id=f"{name}-label", classes="label")
                    yield Box(value, name=name, id=f"lesson-{name}", compact=True)
        yield Label(id="lesson-hint", classes="label")

    def _levels(self) -> dict[str, str]:
        """Behind the levels, so that a digit chooses its own, stands each customer's own."""
        return {**{n: n for n in LEVELS}, OWN: self.words("lesson.own_level")}

    @property
    def lang(self) -> str:
        """The customers' language."""
        return self._choice("lang").value

    def _choice(self, name: str) -> Choice:
        return next(choice for choice in self.query(Choice).results(Choice) if choice.name == name)

    def know(self, scenarios: Sequence[tuple[str, str, str]]) -> None:
        """Every scenario there is."""
        self._scenarios, self._listed = scenarios, ""
        self._list()

    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Another language has other scenarios."""
        self._list()

    def _list(self) -> None:
        if self._listed == self.lang:
            return
        self._listed = self.lang
        listing: SelectionList[str] = self.query_one("#scenarios", SelectionList)
        listing.clear_options()
        listing.add_options(
            Selection(title, name) for name, title, lang in self._scenarios if lang == self.lang
        )
        listing.highlighted = 0 if listing.option_count else None

    def show(self) -> None:
        """Draw the lesson as it is."""
        say, lesson = self.words, self.state.lesson
        text = say("lesson.idle")
        if lesson is not None and lesson.running:
            text = say(
                "lesson.running", id=lesson.id, placed=lesson.placed, finished=lesson.finished
            )
            if lesson.prepared < lesson.to_prepare:
                done, of = lesson.prepared, lesson.to_prepare
                text = say("lesson.preparing", id=lesson.id, done=done, of=of)
        self.query_one("#lesson-state", Label).update(text)
        for name in ("scenarios", "lang", "level", *NUMBERS):
            self.query_one(f"#{name}-label", Label).update(say(f"lesson.{name}"))
        choice = self._choice("lang")
        choice.title_text = say("lesson.lang")
        choice.options = {lang: say(f"langs.{lang}") for lang in LANGS}
        choice.refresh()
        levels = self._choice("level")
        levels.title_text, levels.options = say("lesson.level"), self._levels()
        levels.refresh()
        self.query_one("#lesson-hint", Label).update(say("lesson.hint"))

    def order(self) -> LessonOrder:
        """What is filled in; ``LabError`` names the field that is no number."""
        listing: SelectionList[str] = self.query_one("#scenarios", SelectionList)
        calls, level = self._number("calls"), self._choice("level").value
        return LessonOrder(
            scenarios=list(listing.selected),
            lang="en" if self.lang == "en" else "zh",
            seed=int(self._number("seed") or 0),
            level=None if level == OWN else int(level),
            gap_seconds=self._number("gap") or 0.0,
            calls=int(calls) if calls is not None else None,
        )

    def _number(self, name: str) -> float | None:
        text = self.query_one(f"#lesson-{name}", Input).value.strip()
        try:
            number = float(text) if text else None
        except ValueError:
            number = -1.0
        least, most = NUMBERS[name]
        if number is not None and not least <= number <= most:
            what = self.words(f"lesson.{name}")
            raise LabError(self.words("lesson.not_number", what=what, least=least, most=most))
        return number
