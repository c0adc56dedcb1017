"""Customers' records at the console: search, open one, change it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pydantic import ValidationError
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Footer, Input, Label

from classroom.door.customers import FIELDS, Customer, CustomerEdit
from classroom.door.wire import FormField
from lab.errors import TOLD, Refused, sentence_of
from lab.parts import palette
from lab.parts.boxes import Box
from lab.parts.cells import cut
from lab.parts.door import CustomersDoor
from lab.parts.keys import Key, bind
from lab.parts.table import Cell, Column, Row, Table, TableRows
from lab.seat.form import FormPane
from lab.words import Words

KEYS = (
    Key("f5", "kind", "customers_kind", "customers"),
    Key("f9", "save", "customers_save", "customers"),
    Key("escape", "leave", "back", "customers", shown="Esc"),
    Key("f10", "app.lang", "lang", "customers"),
)
COLUMNS = (
    Column("phone", 16), Column("customer", 14), Column("company", 16), Column("note", 0),
)  # fmt: skip
CHANGED = 409
"""The status by which the server says that the record was changed in between."""


class CustomersScreen(Screen[None]):
    """A box to search in, the records that fit, and under them the form of the opened one."""

    AUTO_FOCUS = "#find"
    DEFAULT_CSS = """
    CustomersScreen { background: $background; }
    CustomersScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    CustomersScreen #search { height: 1; padding: 0 2; }
    CustomersScreen #search Label { width: auto; padding-right: 1; color: $text-muted; }
    CustomersScreen #find { width: 1fr; height: 1; border: none; padding: 0 1; background: $panel; }
    CustomersScreen #find:focus { border: none; background: $primary 25%; }
    CustomersScreen #record-form { padding: 0 2; }
    CustomersScreen #whose { color: $accent; }
    CustomersScreen #notice { height: auto; width: 100%; padding: 0 2; color: $background; }
    CustomersScreen #notice.-shown { background: $warning; }
    """

    def __init__(self, words: Words, door: CustomersDoor) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.played = False
        self.rows: Sequence[Customer] = ()
        self.opened: Customer | None = None
        """The record in the form, as it was when the form was filled."""
        self.draft: dict[str, str] = {}
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Title, search, table, form."""
        yield Label(id="about", classes="head", markup=False)
        with Horizontal(id="search"):
            yield Label(id="find-label", markup=False)
            yield Box(id="find", compact=True, max_length=120)
        yield Table(self.words, COLUMNS, id="records")
        yield Label(id="whose", classes="head", markup=False)
        yield FormPane(self.words, id="record-form")
        yield Label(id="notice", markup=False)
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Read the first records."""
        self.retitle()
        self.read()

    # ── drawing ──────────────────────────────────────────────────────────────

    def retitle(self) -> None:
        """Draw everything in the present language."""
        bind(self, KEYS, self.words)
        say = self.words
        kind = say("customers.played" if self.played else "customers.own")
        self.query_one("#about", Label).update(say("customers.page", kind=kind))
        self.query_one("#find-label", Label).update(say("customers.find"))
        rows = [
            Row(str(one.id), (Cell(one.phone, palette.MIST), *map(Cell, (one.name, one.company, one.note))))
            for one in self.rows
        ]  # fmt: skip
        self.query_one("#records", Table).show(rows, say("customers.none"))
        self._draw_form()
        self.refresh_bindings()

    @work(group="form", exclusive=True)
    async def _draw_form(self) -> None:
        one, whose = self.opened, self.query_one("#whose", Label)
        form = self.query_one("#record-form", FormPane)
        whose.display = form.display = one is not None
        if one is None:
            return
        at = time.strftime("%m-%d %H:%M", time.localtime(one.changed_at))
        told = self.words("customer.changed", by=one.changed_by, at=at)
        whose.update(f"{one.phone}  {told}")
        fields = [FormField(id=name, title=self.words(f"customer.{name}")) for name in FIELDS]
        await form.load(fields, self.draft)
        if not any(box.has_focus for box in form.query(Input)):
            form.query(Input).first().focus()

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, 2 * (self.size.width - 4)))

    # ── the server ───────────────────────────────────────────────────────────

    @work(exclusive=True, group="read")
    async def read(self) -> None:
        """Read the records that fit, again."""
        find = self.query_one("#find", Input).value
        try:
            self.rows = await self.door.customers(find, played=self.played)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self._take_over()
        self.retitle()

    def _take_over(self) -> None:
        """What somebody else has changed of the opened record comes into the form; what was typed stays."""
        mine, before = self.changes(), self.opened
        new = next((one for one in self.rows if before and one.id == before.id), None)
        if before is None or new is None or new.version == before.version:
            return
        others = [name for name in FIELDS if getattr(new, name) != getattr(before, name)]
        self.opened, self.draft = new, {**_fields(new), **mine}
        what = "; ".join(
            f"{self.words(f'customer.{name}')}: {getattr(new, name)}" for name in others
        )
        self.tell(self.words("customer.news", by=new.changed_by, what=what))

    def changes(self) -> dict[str, str]:
        """What was changed in the form."""
        if self.opened is None:
            return {}
        typed = {name: " ".join(value.split()) for name, value in self.draft.items()}
        return {name: text for name, text in typed.items() if text != getattr(self.opened, name)}

    # ── keys ─────────────────────────────────────────────────────────────────

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Saving is for an open record."""
        return self.opened is not None if action == "save" else True

    def action_kind(self) -> None:
        """The school's own customers, or the virtual ones."""
        self.played, self.opened = not self.played, None
        self.read()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter searches."""
        self.tell("")
        self.read()

    def on_table_rows_opened(self, event: TableRows.Opened) -> None:
        """Enter opens the chosen record."""
        one = next((one for one in self.rows if str(one.id) == event.key), None)
        if one is not None:
            self.opened, self.draft = one, _fields(one)
            self.tell("")
            self.retitle()

    def on_form_pane_filled(self, event: FormPane.Filled) -> None:
        """A field has another value."""
        self.draft[event.field] = event.value

    def action_leave(self) -> None:
        """Close the form; with none open, the page."""
        if self.opened is None:
            self.dismiss(None)
            return
        self.tell(self.words("customer.left") if self.changes() else "")
        self._close()

    def _close(self) -> None:
        self.opened = None
        self.retitle()
        self.query_one("#records TableRows").focus()

    @work(group="keys", exclusive=True)
    async def action_save(self) -> None:
        """Save what was changed."""
        one, changes = self.opened, self.changes()
        if one is None or not changes:
            self.tell(self.words("customer.unchanged"))
            return
        try:
            edit = CustomerEdit.model_validate({"version": one.version, **changes})
            await self.door.change_customer(one.id, edit)
        except ValidationError:
            self.tell(self.words("customer.unreadable"))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            if isinstance(error, Refused) and error.status == CHANGED:
                self.read()
        else:
            self._close()
            self.tell(self.words("customer.saved"))
            self.read()


def _fields(one: Customer) -> dict[str, str]:
    return {name: getattr(one, name) for name in FIELDS}
