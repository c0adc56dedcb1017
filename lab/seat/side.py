"""The right pane in a call: script and customer's record; the form is a widget of its own."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Final

from rich.text import Text
from textual import events
from textual.message import Message
from textual.timer import Timer

from classroom.door.wire import ScriptStep
from lab.parts import palette
from lab.parts.cells import wrap
from lab.parts.lines import Lines
from lab.seat.state import SeatState
from lab.words import Words

SECOND_DIGIT: Final = 0.6
"""A digit that longer numbers begin with, too, waits so long for the second one."""
HABIT: Final = 1.0
"""Enter so soon after a number belongs to the number."""
SAME: Final = 5.0
"""For so long Enter does not say again the step that was said last and is not ticked yet."""


SIDES: Final = ("script", "record", "form")
_TITLES: Final = {"script": "script.title", "record": "card.record", "form": "form.title"}


def tabs_of(shown: str, words: Words) -> Text:
    """The titles of the panes, the shown one marked."""
    tabs = Text()
    for side in SIDES:
        style = f"bold {palette.NIGHT} on {palette.TEAL}" if side == shown else palette.MIST
        tabs.append(f" {words(_TITLES[side])} ", style=style)
    return tabs


class ScriptPane(Lines):
    """The script's steps, numbered; done ones are ticked."""

    DEFAULT_CSS = """
    ScriptPane { padding: 0 1; background: $surface; }
    """

    @dataclass
    class Picked(Message):
        """A step is to be said."""

        step: ScriptStep

    def __init__(self, words: Words, state: SeatState) -> None:
        super().__init__(id="script")
        self.words = words
        self.state = state
        self.chosen: int | None = None
        self.can_focus = False
        self._starts: list[int] = []
        self._picked = ("", 0.0, False)
        """The step that was said last, when, and whether by its number."""
        self._first = 0
        """The digit that waits for a second one; 0: none does."""
        self._waiting: Timer | None = None

    @property
    def next_step(self) -> int | None:
        """The first step that is not done."""
        steps = self.state.steps
        return next((index for index, step in enumerate(steps) if not step.done), None)

    def rows(self, width: int) -> list[Text]:
        """Each step: number or tick, title, then its words unless they are done."""
        self._starts = []
        if not self.state.steps:
            return [Text(row, style=palette.MIST) for row in wrap(self.words("script.none"), width)]
        rows: list[Text] = []
        for index, step in enumerate(self.state.steps):
            self._starts.append(len(rows))
            rows += self._step(step, width, index == self._marked)
        return rows

    @property
    def _marked(self) -> int | None:
        return self.chosen if self.chosen is not None else self.next_step

    def _step(self, step: ScriptStep, width: int, marked: bool) -> list[Text]:
        colour = palette.GREEN if step.done else palette.AMBER if marked else palette.MIST
        head = Text("▌" if marked else " ", style=palette.AMBER)
        head.append(f"{'✓' if step.done else ' '}{step.number} ", style=f"bold {colour}")
        title = step.title + (f" · {self.words('script.verbatim')}" if step.verbatim else "")
        first, *more = wrap(title, width - 4 - (step.number > 9))
        head.append(first, style=f"bold {palette.SNOW if marked else palette.MIST}")
        rows = [head] + [Text(" " * 4 + row, style=palette.MIST) for row in more]
        if step.done and not marked:
            return rows
        ink = palette.SNOW if marked else palette.MIST
        return rows + [Text("    " + row, style=ink) for row in wrap(step.text, width - 4)]

    def move(self, step: int) -> None:
        """Mark the step above or below."""
        count = len(self.state.steps)
        if count:
            now = self._marked
            self.chosen = max(0, min((now if now is not None else 0) + step, count - 1))
            self.lay_out()
            self._show_marked()

    def press(self, digit: int) -> None:
        """Say the step of this number once it is whole; 0 by itself is the tenth."""
        first = self._forget_first()
        longer = first * 10 + digit
        if first and any(step.number == longer for step in self.state.steps):
            self.pick(longer)
            return
        if first:
            self.pick(first)
        if digit and any(step.number // 10 == digit for step in self.state.steps):
            self._first = digit
            self._waiting = self.set_timer(SECOND_DIGIT, self._one_digit)
        else:
            self.pick(digit or 10)

    def _one_digit(self) -> None:
        self.pick(self._forget_first())

    def _forget_first(self) -> int:
        if self._waiting is not None:
            self._waiting.stop()
        first, self._first, self._waiting = self._first, 0, None
        return first

    def pick(self, number: int | None = None) -> None:
        """Say the step of this number, or the marked one; a digit that waits is whole now."""
        number = number or self._forget_first() or None
        steps = self.state.steps
        if number is None:
            step = steps[self._marked] if self._marked is not None else None
            if self._just_picked(step):
                return
        else:
            step = next((known for known in steps if known.number == number), None)
        if step is not None:
            self.chosen = None
            self._picked = (step.id, monotonic(), number is not None)
            self.post_message(self.Picked(step))

    def _just_picked(self, step: ScriptStep | None) -> bool:
        """Enter typed out of habit after a number, or twice, says nothing a second time."""
        last, at, by_number = self._picked
        since = monotonic() - at
        again = step is not None and step.id == last and self.chosen is None
        return (by_number and since < HABIT) or (again and since < SAME)

    def follow(self) -> None:
        """Lay out and keep the step that is due in sight."""
        if self.chosen is not None and self.chosen >= len(self.state.steps):
            self.chosen = None
        self.lay_out()
        self._show_marked()

    def _show_marked(self) -> None:
        marked = self._marked
        if marked is not None and marked < len(self._starts):
            ends = [*self._starts[1:], len(self._strips)]
            self.show_row(self._starts[marked], ends[marked] - self._starts[marked])

    def on_click(self, event: events.Click) -> None:
        """A double click says the step."""
        row = event.y + self.scroll_offset.y
        under = [index for index, start in enumerate(self._starts) if start <= row]
        if under:
            self.chosen = under[-1]
            self.lay_out()
            if event.chain == 2:
                self.pick()
