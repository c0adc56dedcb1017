"""The customer of the call: the record, the last calls, and the form in which it is changed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Label

from classroom.door.customers import FIELDS, CustomerEdit, CustomerPage, PastCall, PastLetter
from classroom.door.wire import FormField
from lab.errors import LabError, Refused
from lab.parts import palette
from lab.parts.cells import clock, cut, fit_right, wrap
from lab.parts.lines import Lines
from lab.seat.desk import Desk
from lab.seat.form import FormPane
from lab.seat.state import Pane, SeatState
from lab.words import Words

CHANGED = 409
"""The status by which the server says that the record was changed in between."""


class Unreadable(LabError):
    """What was typed cannot be kept."""


def record_rows(record: dict[str, str], width: int) -> list[Text]:
    """The customer's record: labels in one column, values in the next."""
    label_cells = min(max((cell_len(label) for label in record), default=0), width // 2)
    rows = []
    for label, value in record.items():
        for number, line in enumerate(wrap(value, width - label_cells - 2)):
            row = Text()
            name = fit_right(cut(label, label_cells), label_cells)
            row.append(f"{name if number == 0 else ' ' * label_cells}  ", style=palette.MIST)
            row.append(line, style=palette.SNOW)
            rows.append(row)
    return rows


def result_of(call: PastCall, words: Words) -> str:
    """How an earlier call ended: as its agent closed it, else as the switchboard saw it."""
    if call.disposition:
        return call.disposition
    if not call.answered:
        return words("records.missed")
    return words.or_plain("results", call.result) if call.result else words("records.answered")


def head_of(call: PastCall, words: Words) -> str:
    """When it was, which way, and whose call."""
    moment = time.strftime("%m-%d %H:%M", time.localtime(call.at))
    way = words("records.out" if call.out else "records.in")
    if not call.answered and not call.out:
        return f"{moment} {way}"
    return f"{moment} {way} {words('customer.mine' if call.mine else 'customer.colleague')}"


def past_brief(calls: Sequence[PastCall], words: Words, width: int) -> list[Text]:
    """Earlier calls, one row each."""
    rows = []
    for call in calls:
        row = Text(head_of(call, words), style=palette.MIST, no_wrap=True)
        row.append(f" {result_of(call, words)}", style=palette.SNOW)
        row.append(f"  {call.summary}", style=palette.MIST)
        rows.append(Text(cut(row.plain, width)) if cell_len(row.plain) > width else row)
        if cell_len(row.plain) > width:
            head = len(head_of(call, words)) + 1 + len(result_of(call, words))
            rows[-1].stylize(palette.MIST)
            rows[-1].stylize(palette.SNOW, len(head_of(call, words)), head)
    return rows


def past_whole(calls: Sequence[PastCall], words: Words, width: int) -> list[Text]:
    """Earlier calls with all that may be known of them."""
    rows: list[Text] = []
    for call in calls:
        queue = words.or_plain("queues", call.queue) if call.queue else ""
        talked = clock(call.talk_seconds) if call.answered else ""
        about = " · ".join(filter(None, (result_of(call, words), queue, talked)))
        rows += [Text(line, style=palette.TEAL) for line in wrap(head_of(call, words), width)]
        rows += [Text(line, style=palette.SNOW) for line in wrap(about, width)]
        rows += [Text(line, style=palette.MIST) for line in wrap(call.summary, width) if line]
    return rows


def letters_whole(letters: Sequence[PastLetter], words: Words, width: int) -> list[Text]:
    """Earlier mails and faxes: when, what about, what was answered."""
    rows: list[Text] = []
    for one in letters:
        at = time.strftime("%m-%d %H:%M", time.localtime(one.at))
        head = f"{at} {words(f'letters.{one.kind}')} {words(f'letters.{one.state}')}"
        rows += [Text(line, style=palette.TEAL) for line in wrap(head, width)]
        rows += [Text(line, style=palette.SNOW) for line in wrap(one.subject or one.number, width)]
        rows += [Text(line, style=palette.MIST) for line in wrap(one.answer, width) if line]
    return rows


class CustomerLines(Lines):
    """The record and the last calls, to read."""

    DEFAULT_CSS = """
    CustomerLines { padding: 0 1; background: $surface; }
    """

    def __init__(self, words: Words, state: SeatState) -> None:
        super().__init__(id="customer-lines")
        self.words = words
        self.state = state
        self.can_focus = False

    def rows(self, width: int) -> list[Text]:
        """Labels over values, then the calls."""
        page, say = self.state.customer, self.words
        record = self.state.record
        rows = record_rows(record, width)
        if not record:
            rows = [Text(row, style=palette.MIST) for row in wrap(say("card.no_record"), width)]
        if page is None or not page.number:
            return rows
        if page.changed_at is not None:
            at = time.strftime("%m-%d %H:%M", time.localtime(page.changed_at))
            told = say("customer.changed", by=page.changed_by, at=at)
            rows += [Text(row, style=palette.MIST) for row in wrap(told, width)]
        rows += [Text(""), Text(say("customer.calls"), style=f"bold {palette.BLUE}")]
        if not page.calls:
            rows += [Text(row, style=palette.MIST) for row in wrap(say("customer.first"), width)]
        rows += past_whole(page.calls, say, width)
        if page.letters:
            rows += [Text(""), Text(say("customer.letters"), style=f"bold {palette.BLUE}")]
        return rows + letters_whole(page.letters, say, width)


class CustomerPane(Vertical):
    """What is known of the customer; ``turn`` opens the form over it, and saves it."""

    DEFAULT_CSS = """
    CustomerPane { background: $surface; }
    CustomerPane #customer-form { padding: 0 1; }
    CustomerPane #customer-title { height: auto; width: 1fr; padding: 0 1; color: $accent; }
    CustomerPane #customer-news { height: auto; width: 1fr; padding: 0 1; color: $warning; }
    """

    @dataclass
    class Closed(Message):
        """The form was closed, and what came of it."""

        sentence: str

    def __init__(self, words: Words, desk: Desk) -> None:
        super().__init__(id="record")
        self.words = words
        self.desk = desk
        self.state = desk.state
        self.version = 0
        """The version that the form was filled from."""
        self._base: dict[str, str] = {}
        self._draft: dict[str, str] = {}
        self._news = ""

    def compose(self) -> ComposeResult:
        """The form, where it is open, over the rows."""
        yield Label(id="customer-title", markup=False)
        yield FormPane(self.words, id="customer-form")
        yield Label(id="customer-news", markup=False)
        yield CustomerLines(self.words, self.state)

    def move(self, step: int) -> None:
        """Scroll through the record and the calls."""
        self.query_one(CustomerLines).scroll_relative(y=step * 3, animate=False)

    async def show(self) -> None:
        """Draw it as it is now; what somebody else has changed meanwhile comes into the form."""
        page, editing = self.state.customer, self.state.editing
        if editing and page is not None and page.version != self.version:
            self._take_over(page)
        form, news = self.query_one(FormPane), self.query_one("#customer-news", Label)
        title = self.query_one("#customer-title", Label)
        for part in (form, title):
            part.display = editing
        title.update(self.words("customer.editing"))
        news.display = editing and bool(self._news)
        news.update(self._news)
        fields = [FormField(id=name, title=self.words(f"customer.{name}")) for name in FIELDS]
        await form.load(fields, self._draft)
        self.query_one(CustomerLines).lay_out()

    def turn(self) -> Awaitable[None]:
        """Open the form, or save what it says; what is left to do is to be awaited."""
        if self.state.editing:
            return self.save() if self.state.pane is Pane.TALK else self._finish()
        if page := self.state.customer:
            self._begin(page)
        return self.desk.open_record()

    def _begin(self, page: CustomerPage) -> None:
        """Open it at once, before the next key: else that would go to the customer."""
        form = self.query_one(FormPane)
        if not (boxes := list(form.query(Input))):
            return
        self._base, self._news = page.fields.model_dump(), ""
        self._draft, self.version = dict(self._base), page.version
        form.fill(self._draft)
        self.state.editing = self.display = form.display = True
        self.screen.set_focus(boxes[0])

    def changes(self) -> dict[str, str]:
        """What was changed here."""
        typed = {name: " ".join(value.split()) for name, value in self._draft.items()}
        return {name: value for name, value in typed.items() if value != self._base[name]}

    async def save(self) -> None:
        """Save what was changed here; what was not saved stays in the form."""
        changes, card = self.changes(), self.state.card
        if not changes or card is None:
            return self._close("unchanged")
        try:
            edit = CustomerEdit.model_validate({"version": self.version, **changes})
        except ValidationError as error:
            raise Unreadable(self.words("customer.unreadable")) from error
        door = self.desk.door
        try:
            self.state.customer = await door.edit_customer(card.call_id, edit)
        except Refused as refused:
            if refused.status == CHANGED:
                self.state.customer = await door.customer(card.call_id)
                await self.show()
            raise
        return self._close("saved")

    async def _finish(self) -> None:
        """The call has ended with the form open: what was typed is saved, whatever came in between."""
        try:
            await self.save()
        except Refused as refused:
            if refused.status != CHANGED:
                raise
            await self.save()
        finally:
            self.state.editing = False

    def leave(self) -> None:
        """Close the form without saving."""
        self._close("left" if self.changes() else "unchanged")

    def _close(self, how: str) -> None:
        self.state.editing = False
        self.post_message(self.Closed(self.words(f"customer.{how}")))

    def _take_over(self, page: CustomerPage) -> None:
        """Somebody else was quicker: say what is new, and keep what was typed here."""
        mine, new = self.changes(), page.fields.model_dump()
        others = [name for name in FIELDS if new[name] != self._base[name]]
        what = "; ".join(f"{self.words(f'customer.{name}')}: {new[name]}" for name in others)
        if others:
            self._news = self.words("customer.news", by=page.changed_by, what=what)
        self._base, self.version = new, page.version
        self._draft = {**new, **mine}

    def on_form_pane_filled(self, event: FormPane.Filled) -> None:
        """A field has another value; it is no field of the summary's form."""
        event.stop()
        self._draft[event.field] = event.value

    def on_form_pane_settled(self, event: FormPane.Settled) -> None:
        """Nothing is saved before it is asked for."""
        event.stop()
