"""The line of letters, as a desk sees it: what waits, what it has, what it has done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual import work
from textual.widget import Widget

from classroom.door.letters import LetterBrief, LetterPage
from lab.parts import palette
from lab.parts.cells import printable
from lab.parts.keys import Key
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.seat.desk import Desk
from lab.seat.letter import LetterScreen
from lab.seat.page import Page
from lab.seat.records import moment
from lab.words import Words

COLUMNS: Final = (
    Column("letter", 7), Column("state", 8), Column("priority", 4, right=True),
    Column("about", 10), Column("sender", 16), Column("subject", 0), Column("time", 11),
)  # fmt: skip
COLOURS: Final = {
    "waiting": palette.AMBER, "returned": palette.AMBER, "at_desk": palette.TEAL,
    "answered": palette.GREEN, "closed": palette.MIST,
}  # fmt: skip


class LettersPage(Page):
    """A table; F4 takes the next letter, Enter opens an own one."""

    NAME = "letters"
    KEYS = (
        Key("f4", "next", "next_letter", "letters"),
        Key("enter", "open", "open_letter", "letters"),
    )

    def __init__(self, words: Words, desk: Desk, sentence: str = "") -> None:
        super().__init__(words, desk)
        self._letters: Sequence[LetterBrief] = ()
        self._sentence = sentence
        self._waiting = desk.state.letters

    def parts(self) -> Iterable[Widget]:
        """The table."""
        yield Table(self.words, COLUMNS, id="letters")

    def retitle(self) -> None:
        """Put everything into the present language."""
        super().retitle()
        self.show()

    async def ask(self) -> None:
        """Ask what waits."""
        self._letters = await self.desk.door.letters()
        own = (one.id for one in self._letters if one.mine and one.state == "at_desk")
        self.desk.state.letter = next(own, None)
        self.show()
        if self._sentence:
            self.tell(self._sentence)
            self._sentence = ""

    def look(self) -> None:
        """Another number of letters waits: read them again."""
        if self._waiting != self.desk.state.letters and self.is_mounted:
            self._waiting = self.desk.state.letters
            self.read()

    def show(self) -> None:
        """Draw the rows."""
        rows = [self._row(one) for one in self._letters]
        self.query_one(Table).show(rows, self.words("letters.line_empty"))
        self.query_one(TableRows).focus()

    def _row(self, one: LetterBrief) -> Row:
        say = self.words
        subject = one.subject or (say("letters.pages", n=one.pages) if one.pages else "")
        about = say.or_plain("letter_category", one.category) if one.category else ""
        cells = (
            Cell(one.number, palette.TEAL if one.mine else palette.MIST),
            Cell(say(f"letters.{one.state}"), COLOURS[one.state]),
            Cell(str(one.priority)),
            Cell(printable(about)),
            Cell(printable(one.sender_name or one.sender or say("letters.nobody"))),
            Cell(printable(subject)),
            Cell(moment(one.came), palette.MIST),
        )
        return Row(str(one.id), cells)

    def on_table_rows_opened(self) -> None:
        """Enter opens."""
        self.action_open()

    @work(group="letter", exclusive=True)
    async def action_next(self) -> None:
        """Take the next letter, or go on with the own one."""
        await self.tried(self._next())

    async def _next(self) -> None:
        self._go_to(await self.desk.door.next_letter())

    @work(group="letter", exclusive=True)
    async def action_open(self) -> None:
        """Open an own letter; the line hands out its own by priority only."""
        key = self.query_one(Table).chosen
        chosen = next((one for one in self._letters if str(one.id) == key), None)
        if chosen is None:
            return
        if not chosen.mine or chosen.state == "returned":
            self.tell(self.words("letters.by_line"))
            return
        await self.tried(self._open(chosen.id))

    async def _open(self, number: int) -> None:
        self._go_to(await self.desk.door.letter(number))

    def _go_to(self, letter: LetterPage) -> None:
        if letter.state == "at_desk":
            self.desk.state.letter = letter.id
        self.app.switch_screen(LetterScreen(self.words, self.desk, letter, LettersPage))
