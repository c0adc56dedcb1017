"""Letters at the console: the line, who has which, the done ones, the out-box; one of them, whole."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input, Label

from classroom.door.customers import LetterState
from classroom.door.letters import LetterBrief, LetterEnd, LetterPage, Sent
from lab.errors import TOLD, sentence_of
from lab.parts import palette
from lab.parts.boxes import Box
from lab.parts.cells import printable
from lab.parts.door import LettersDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.parts.notice import Notice
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.seat.letter import LetterLines
from lab.seat.letters import COLOURS
from lab.seat.records import moment
from lab.words import Words

KEYS: Final = (
    Key("f5", "kind", "letters_kind", "post"),
    Key("escape", "leave", "back", "post", shown="Esc"),
    Key("f10", "app.lang", "lang", "post"),
)
ONE: Final = (
    Key("f5", "put_back", "return_letter", "mail"),
    Key("f8", "close", "close_letter", "mail"),
    Key("escape", "leave", "back", "mail", shown="Esc"),
    Key("f10", "app.lang", "lang", "mail"),
    Key("pageup", "scroll(-1)", "look_back", "mail", show=False, priority=True),
    Key("pagedown", "scroll(1)", "look_on", "mail", show=False, priority=True),
)
KINDS: Final[tuple[LetterState | None, ...]] = (
    None, "waiting", "at_desk", "returned", "answered", "closed",
)  # fmt: skip
"""Which letters are shown, in turn; after them the out-box."""
LINE: Final = (
    Column("letter", 7), Column("state", 9), Column("agent", 5), Column("priority", 4, right=True),
    Column("about", 9), Column("sender", 14), Column("subject", 0), Column("time", 11),
)  # fmt: skip
OUT: Final = (
    Column("letter", 7), Column("what", 8), Column("receiver", 22), Column("subject", 0),
    Column("by", 10), Column("time", 11),
)  # fmt: skip
MOST: Final = 200
"""So many are listed; the search finds the others."""
EVERY: Final = 3.0
"""Seconds between two looks at the letters, while they are shown."""


class LettersScreen(Screen[None]):
    """A box to search in, and the letters that fit; F5 turns to the next kind."""

    AUTO_FOCUS = "#line TableRows"
    DEFAULT_CSS = """
    LettersScreen { background: $background; }
    LettersScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    LettersScreen #search { height: 1; padding: 0 2; }
    LettersScreen #search Label { width: auto; padding-right: 1; color: $text-muted; }
    LettersScreen #find { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
    LettersScreen #find:focus { border: none; background: $primary 25%; }
    """

    def __init__(self, words: Words, door: LettersDoor) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.at = 0
        """Which of ``KINDS``; one beyond is the out-box."""
        self.letters: Sequence[LetterBrief] = ()
        self.sent: Sequence[Sent] = ()
        bind(self, KEYS, words)

    @property
    def is_out(self) -> bool:
        """The out-box is shown."""
        return self.at == len(KINDS)

    def compose(self) -> ComposeResult:
        """Title, search, one of two tables."""
        yield Label(id="about", classes="head", markup=False)
        with Horizontal(id="search"):
            yield Label(id="find-label", markup=False)
            yield Box(id="find", compact=True, max_length=120)
        yield Table(self.words, LINE, id="line")
        yield Table(self.words, OUT, id="out")
        yield Notice()
        yield KeyRow()

    def on_mount(self) -> None:
        """Read, and go on reading: letters come and go."""
        self.retitle()
        self.read()
        self.set_interval(EVERY, self.read)

    def retitle(self) -> None:
        """Draw everything in the present language."""
        bind(self, KEYS, self.words)
        say = self.words
        kind = None if self.is_out else KINDS[self.at]
        name = say("letters.out_box") if self.is_out else say(f"letters.{kind or 'all'}")
        self.query_one("#about", Label).update(say("letters.page", kind=name))
        finds = "letters.find_out" if self.is_out else "letters.find"
        self.query_one("#find-label", Label).update(say(finds))
        line, out = self.query_one("#line", Table), self.query_one("#out", Table)
        line.display, out.display = not self.is_out, self.is_out
        line.show([self._row(one) for one in self.letters], say("letters.none"))
        out.show([self._sent(one) for one in self.sent], say("letters.none_out"))
        self.refresh_bindings()

    def _row(self, one: LetterBrief) -> Row:
        say = self.words
        about = say.or_plain("letter_category", one.category) if one.category else ""
        subject = one.subject or (say("letters.pages", n=one.pages) if one.pages else "")
        texts = (
            (one.number, palette.MIST), (say(f"letters.{one.state}"), COLOURS[one.state]),
            (one.desk, palette.TEAL), (str(one.priority), palette.SNOW), (about, palette.SNOW),
            (one.sender_name or one.sender or say("letters.nobody"), palette.SNOW),
            (subject, palette.SNOW), (moment(one.came), palette.MIST),
        )  # fmt: skip
        return Row(str(one.id), tuple(Cell(printable(text), colour) for text, colour in texts))

    def _sent(self, one: Sent) -> Row:
        number = f"{'F' if one.kind == 'fax' else 'M'}{one.letter_id:06}"
        texts = (
            (number, palette.MIST), (self.words(f"letters.{one.what}"), palette.SNOW),
            (one.receiver, palette.SNOW), (one.subject, palette.SNOW), (one.by, palette.TEAL),
            (moment(one.at), palette.MIST),
        )  # fmt: skip
        cells = tuple(Cell(printable(text), colour) for text, colour in texts)
        return Row(f"{one.letter_id}/{one.id}", cells)

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read what fits, again."""
        find, at = self.query_one("#find", Input).value, self.at
        try:
            if self.is_out:
                self.sent = await self.door.letters_out(find.strip(), MOST)
            else:
                self.letters = await self.door.letters(state=KINDS[at], find=find, limit=MOST)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self.retitle()

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        self.query_one(Notice).say(sentence)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter searches, and the arrows choose what was found."""
        self.tell("")
        self.read()
        self._focus_table()

    def _focus_table(self) -> None:
        self.query_one("#out TableRows" if self.is_out else "#line TableRows").focus()

    def action_kind(self) -> None:
        """The letters of the next state, then the out-box."""
        self.at = (self.at + 1) % (len(KINDS) + 1)
        self.letters = self.sent = ()
        self.tell("")
        self.retitle()
        self._focus_table()
        self.read()

    @work(exclusive=True, group="open")
    async def on_table_rows_opened(self, event: TableRows.Opened) -> None:
        """Enter opens the letter, or the one that was answered."""
        try:
            letter = await self.door.letter(int(event.key.partition("/")[0]))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self.app.push_screen(LetterLook(self.words, self.door, letter), self._came_back)

    def _came_back(self, sentence: str | None) -> None:
        self.tell(sentence or "")
        self.read()

    def action_leave(self) -> None:
        """Back to the console."""
        self.dismiss(None)


class LetterLook(Screen[str]):
    """One letter as it stands; one that lies at a desk may be put into the line again, or closed."""

    DEFAULT_CSS = """
    LetterLook { background: $background; }
    LetterLook .head { height: 1; width: 100%; padding: 0 2; background: $surface; color: $primary;
        text-style: bold; }
    """

    def __init__(self, words: Words, door: LettersDoor, letter: LetterPage) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.letter = letter
        self._sure = False
        """The next F8 closes it."""
        bind(self, ONE, words)

    def compose(self) -> ComposeResult:
        """The title, the letter."""
        yield Label(id="about", classes="head", markup=False)
        yield LetterLines(self.words, self.letter, steps=True)
        yield Notice()
        yield KeyRow()

    def on_mount(self) -> None:
        """Show it."""
        self.retitle()

    def retitle(self) -> None:
        """Draw everything in the present language."""
        bind(self, ONE, self.words)
        say, one = self.words, self.letter
        about = say.or_plain("letter_category", one.category) if one.category else ""
        told = [
            one.number,
            say(f"letters.{one.kind}"),
            about,
            say(f"letters.{one.state}"),
            one.desk,
        ]
        self.query_one("#about", Label).update(" · ".join(filter(None, map(printable, told))))
        self.query_one(LetterLines).lay_out()
        self.refresh_bindings()

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        self.query_one(Notice).say(sentence)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a letter depends on where it is."""
        allowed = {
            "put_back": self.letter.state == "at_desk",
            "close": self.letter.state in ("waiting", "returned", "at_desk"),
        }
        return allowed.get(action, True)

    def action_scroll(self, step: int) -> None:
        """Read on."""
        lines = self.query_one(LetterLines)
        lines.scroll_relative(y=step * max(1, lines.size.height - 1), animate=False)

    @work(group="letter", exclusive=True)
    async def action_put_back(self) -> None:
        """Give it back to the line, at its old place."""
        end = LetterEnd(version=self.letter.version)
        await self._done(self.door.return_letter(self.letter.id, end), "given_back")

    @work(group="letter", exclusive=True)
    async def action_close(self) -> None:
        """Be done with it without an answer; asks once."""
        if self._sure:
            end = LetterEnd(version=self.letter.version)
            await self._done(self.door.close_letter(self.letter.id, end), "closed_here")
        else:
            self.tell(self.words("letters.sure"))
        self._sure = not self._sure

    async def _done(self, doing: Awaitable[LetterPage], sentence: str) -> None:
        try:
            await doing
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
        else:
            self.dismiss(self.words(f"letters.{sentence}", number=self.letter.number))

    def action_leave(self) -> None:
        """Back to the list."""
        self.dismiss("")
