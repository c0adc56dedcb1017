"""One letter at a desk: what it says, why it came first, and the answer that is being written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from pydantic import ValidationError
from rich.text import Text
from textual import work
from textual.widget import Widget
from textual.widgets import Label, TextArea

from classroom.door.letters import (
    FaxParameters,
    LetterAnswer,
    LetterEnd,
    LetterPage,
    LetterTrace,
    Sent,
)
from classroom.door.wire import FormField
from lab.errors import LabError, Refused
from lab.parts import palette
from lab.parts.boxes import Sheet
from lab.parts.cells import printable, wrap
from lab.parts.keys import Key
from lab.parts.lines import Lines
from lab.seat.customer import record_rows
from lab.seat.desk import Desk
from lab.seat.form import FormPane
from lab.seat.page import Page
from lab.seat.records import moment
from lab.words import Words

GONE: Final = 409
"""The status by which the server says that somebody else has the letter by now."""
RESOLUTIONS: Final = ("standard", "fine", "superfine")
NOTE: Final = 120
"""Letters of a note."""


class NothingWritten(LabError):
    """The answer cannot be sent as it stands."""


class LetterLines(Lines):
    """The letter, to read."""

    DEFAULT_CSS = """
    LetterLines { padding: 0 1; background: $surface; }
    """

    def __init__(self, words: Words, letter: LetterPage, *, steps: bool = False) -> None:
        super().__init__(id="letter-lines")
        self.words = words
        self.letter = letter
        self.steps = steps
        """Who did what with it is told, too."""
        self.can_focus = False

    def rows(self, width: int) -> list[Text]:
        """What is known of it, then its text, then what went out."""
        one, say = self.letter, self.words
        rows = record_rows({say(f"letters.{key}"): value for key, value in self._facts()}, width)
        if one.record:
            rows += [Text(""), Text(say("letters.customer"), style=f"bold {palette.BLUE}")]
            rows += record_rows(one.record, width)
        rows.append(Text("─" * width, style=palette.STONE))
        rows += _paragraphs(one.text or say("letters.no_text"), width, palette.SNOW)
        for sent in one.sent:
            head = f"{say(f'letters.{sent.what}')}  {moment(sent.at)}  → {sent.receiver}"
            rows += [Text(""), *_paragraphs(head, width, f"bold {palette.BLUE}")]
            rows += _paragraphs(sent.text, width, palette.MIST)
            rows += record_rows(_by_what(sent, say), width)
        return rows

    def _facts(self) -> list[tuple[str, str]]:
        one, say = self.letter, self.words
        sender = f"{one.sender_name} <{one.sender}>" if one.sender_name else one.sender
        why = say("letters.and").join(
            say("letters.because", rule=say.or_plain("letter_rule", because.rule),
                found=because.found, where=say(f"letters.in_{because.where}"),
                priority=f"{because.priority:+}")
            for because in one.reasons
        )  # fmt: skip
        files = [f"{file.name} ({file.size} B)" for file in one.attached]
        files += [say("letters.pages", n=one.pages)] if one.pages else []
        facts = (
            ("sender", sender or say("letters.nobody")), ("subject", one.subject),
            ("came", moment(one.came)), ("attached", ", ".join(files)), ("why", why),
            ("steps", say("letters.and").join(map(self._step, one.steps)) if self.steps else ""),
        )  # fmt: skip
        return [(key, printable(value)) for key, value in facts if value]

    def _step(self, step: LetterTrace) -> str:
        told = (moment(step.at), step.by, self.words(f"letters.was_{step.what}"), step.note)
        return " ".join(filter(None, told))


def _by_what(sent: Sent, words: Words) -> dict[str, str]:
    """By what a fax left; a mail's own header lines are its machines' matter."""
    if sent.kind != "fax":
        return {}
    return {
        words.or_plain("fax", name): words.or_plain("fax", str(value))
        for name, value in sent.parameters.items()
    }


def _paragraphs(text: str, width: int, style: str) -> list[Text]:
    lines = (printable(line) for line in text.split("\n"))
    return [Text(row, style=style) for line in lines for row in wrap(line, width) or [""]]


class LetterScreen(Page):
    """The letter over its answer; what is typed stays with the desk until it is sent."""

    NAME = "letters"
    KEYS = (
        Key("f5", "put_back", "return_letter", "letter"),
        Key("f8", "close", "close_letter", "letter"),
        Key("f9", "send", "send_letter", "letter"),
        Key("pageup", "scroll(-1)", "look_back", "letter", show=False, priority=True),
        Key("pagedown", "scroll(1)", "look_on", "letter", show=False, priority=True),
    )

    DEFAULT_CSS = """
    LetterScreen #answer-title { height: 1; width: 100%; padding: 0 1; color: $accent; }
    LetterScreen #fax { padding: 0 1; }
    LetterScreen TextArea {
        height: 6; border: none; padding: 0 1; background: $panel; scrollbar-size-vertical: 1;
    }
    LetterScreen TextArea:focus { border: none; background: $primary 12%; }
    """

    def __init__(
        self,
        words: Words,
        desk: Desk,
        letter: LetterPage,
        line: Callable[[Words, Desk, str], Page],
    ) -> None:
        super().__init__(words, desk)
        self.letter = letter
        self._line = line
        self._sure = False
        """The next F8 closes it."""

    @property
    def mine(self) -> bool:
        """It is still to be done."""
        return self.letter.state == "at_desk"

    def parts(self) -> Iterable[Widget]:
        """The letter, then the answer."""
        yield LetterLines(self.words, self.letter)
        yield Label(id="answer-title", markup=False)
        if self.letter.kind == "fax":
            yield FormPane(self.words, id="fax")
        typed = self.desk.state.letter_drafts.get(self.letter.id, "")
        yield Sheet(typed, id="answer", tab_behavior="focus", show_line_numbers=False, compact=True)

    def retitle(self) -> None:
        """Put everything into the present language."""
        super().retitle()
        say, one = self.words, self.letter
        about = say.or_plain("letter_category", one.category) if one.category else ""
        told = [one.number, say(f"letters.{one.kind}"), about, say(f"letters.{one.state}")]
        self.query_one("#page-title", Label).update(" · ".join(filter(None, map(printable, told))))
        answers = "answer_fax" if one.kind == "fax" else "answer_to"
        key = f"letters.{answers if self.mine else one.state}"
        to = one.sender_name or one.sender or say("letters.nobody")
        self.query_one("#answer-title", Label).update(say(key, to=printable(to)))
        for pane in self.query(FormPane):
            pane.display = self.mine
            self._draw_fax(pane)
        box = self.query_one(TextArea)
        box.display = self.mine
        box.placeholder = say("letters.write_here")
        self.query_one(LetterLines).lay_out()
        if self.mine:
            box.focus()

    @work(group="fax", exclusive=True)
    async def _draw_fax(self, pane: FormPane) -> None:
        say = self.words
        choices = [say(f"fax.{name}") for name in RESOLUTIONS]
        fields = [
            FormField(id="number", title=say("fax.number")),
            FormField(id="header", title=say("fax.header")),
            FormField(id="resolution", title=say("fax.resolution"), choices=choices),
        ]
        chosen = self._wishes.get("resolution", "")
        shown = {"resolution": say(f"fax.{chosen}") if chosen else ""}
        await pane.load(fields, self._wishes | shown)

    @property
    def _wishes(self) -> dict[str, str]:
        """By what the answer is to be faxed; it outlives a call, as the answer does."""
        return self.desk.state.letter_faxes.setdefault(self.letter.id, {})

    def on_form_pane_filled(self, event: FormPane.Filled) -> None:
        """A parameter of the fax has another value."""
        value = event.value
        if event.field == "resolution":
            value = next((one for one in RESOLUTIONS if self.words(f"fax.{one}") == value), "")
        self._wishes[event.field] = value

    async def ask(self) -> None:
        """It was read when it was opened."""

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """What is typed outlives a call that comes in between."""
        self.desk.state.letter_drafts[self.letter.id] = event.text_area.text

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a letter that is done with."""
        return self.mine if action in ("put_back", "close", "send") else True

    def action_scroll(self, step: int) -> None:
        """Read on."""
        lines = self.query_one(LetterLines)
        lines.scroll_relative(y=step * max(1, lines.size.height - 1), animate=False)

    @work(group="letter", exclusive=True)
    async def action_send(self) -> None:
        """Send the answer."""
        await self.tried(self._send())

    @work(group="letter", exclusive=True)
    async def action_put_back(self) -> None:
        """Give it back to the line."""
        await self.tried(self._put_back())

    @work(group="letter", exclusive=True)
    async def action_close(self) -> None:
        """Be done with it without an answer; asks once. What is typed is its note."""
        if self._sure:
            await self.tried(self._close())
        else:
            self.tell(self.words("letters.sure"))
        self._sure = not self._sure

    async def _send(self) -> None:
        text = self.query_one(TextArea).text
        wishes = {name: " ".join(value.split()) for name, value in self._wishes.items()}
        try:
            fax = FaxParameters.model_validate({k: v for k, v in wishes.items() if v})
        except ValidationError as error:
            raise NothingWritten(self.words("fax.unreadable")) from error
        try:
            said = LetterAnswer(version=self.letter.version, text=text, fax=fax)
        except ValidationError as error:
            raise NothingWritten(self.words("letters.write_first")) from error
        await self._leave(self.desk.door.answer_letter(self.letter.id, said), "sent_here")

    async def _put_back(self) -> None:
        end = LetterEnd(version=self.letter.version)
        await self._leave(self.desk.door.return_letter(self.letter.id, end), "given_back")

    async def _close(self) -> None:
        note = " ".join(printable(self.query_one(TextArea).text).split())[:NOTE]
        end = LetterEnd(version=self.letter.version, note=note)
        await self._leave(self.desk.door.close_letter(self.letter.id, end), "done_here")

    async def _leave(self, doing: Awaitable[LetterPage], sentence: str) -> None:
        """Do it, and go back to the line with one sentence; a letter that is gone is left, too."""
        told = self.words(f"letters.{sentence}", number=self.letter.number)
        try:
            await doing
        except Refused as refused:
            if refused.status != GONE:
                raise
            told = str(refused)
        else:
            self.desk.state.letter_drafts.pop(self.letter.id, None)
            self.desk.state.letter_faxes.pop(self.letter.id, None)
        self.desk.state.letter = None
        self.app.switch_screen(self._line(self.words, self.desk, told))

    def action_back(self) -> None:
        """Back to the line; the letter stays at this desk."""
        self.app.switch_screen(self._line(self.words, self.desk, ""))
