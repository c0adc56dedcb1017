"""The talk as captions: customer on the left, agent on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.cells import cell_len
from rich.text import Text

from lab.parts import palette
from lab.parts.cells import clock, wrap
from lab.parts.lines import Lines
from lab.words import Words


class Utterance(Protocol):
    """What the talk needs of one utterance."""

    @property
    def who(self) -> str:
        """Who speaks."""

    @property
    def text(self) -> str:
        """What is said."""

    @property
    def at(self) -> float | None:
        """Seconds since answer, once known."""

    @property
    def speaking(self) -> bool:
        """Whether the sound has not ended yet."""

    @property
    def note(self) -> str:
        """A key of the section ``talk``."""


COLOURS = {"customer": palette.BLUE, "agent": palette.TEAL, "supervisor": palette.AMBER}
GROUNDS = {"customer": palette.DEEP_BLUE, "agent": palette.DEEP_TEAL}


class Talk(Lines, can_focus=False):
    """Follows the talk to its end."""

    DEFAULT_CSS = """
    Talk { padding: 0 1; background: $background; }
    """

    FOLLOWS = True

    def __init__(self, words: Words, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = words
        self._said: Sequence[Utterance] = ()
        self._empty = ""

    def show(self, said: Sequence[Utterance], empty: str = "") -> None:
        """Show these utterances, or the sentence for none."""
        self._said, self._empty = said, empty
        self.lay_out()

    def rows(self, width: int) -> list[Text]:
        """One head row where the speaker changes, then the words on their side."""
        if not self._said:
            return [Text(row, style=palette.MIST) for row in wrap(self._empty, width)]
        rows: list[Text] = []
        speaker = ""
        for line in self._said:
            if line.who != speaker or line.note:
                rows.append(self._head(line, width))
            rows.extend(_bubble(line, line.text or self.words("talk.voice"), width))
            speaker = line.who
        return rows

    def _head(self, line: Utterance, width: int) -> Text:
        who = self.words.or_plain("who", line.who)
        marks = [who, clock(line.at) if line.at is not None else "…"]
        if line.note:
            marks.append(self.words(f"talk.{line.note}"))
        elif line.speaking:
            marks.append(self.words("talk.speaking"))
        head = "  ".join(marks)
        indent = width - cell_len(head) if line.who == "agent" else 0
        row = Text(" " * max(indent, 0))
        row.append(who, style=f"bold {COLOURS.get(line.who, palette.MIST)}")
        row.append(head[len(who) :], style=palette.MIST)
        return row


def _bubble(line: Utterance, said: str, width: int) -> list[Text]:
    """The words on their side, on a ground of their own, with an edge towards the speaker."""
    room = max(width - max(width // 6, 4) - 3, 8)
    texts = wrap(said, room)
    widest = max(cell_len(text) for text in texts)
    colour = COLOURS.get(line.who, palette.MIST)
    style = f"{palette.SNOW} on {GROUNDS.get(line.who, palette.SLATE)}"
    if line.at is None:
        style = f"italic {style}"
    rows = []
    for text in texts:
        words = " " + text + " " * (widest - cell_len(text)) + " "
        row = Text()
        if line.who == "agent":
            row.append(" " * (width - widest - 3))
            row.append(words, style=style)
            row.append("▕", style=f"{colour} on {GROUNDS['agent']}")
        else:
            row.append("▏", style=f"{colour} on {GROUNDS.get(line.who, palette.SLATE)}")
            row.append(words, style=style)
        rows.append(row)
    return rows
