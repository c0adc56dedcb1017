"""The variables of a flow: a row each, stored all at once."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Checkbox, Input, Label

from classroom.door.flow_wire import FlowPage, FlowVariable, FlowVariables
from lab.errors import TOLD, sentence_of
from lab.parts.boxes import Box
from lab.parts.cells import cut
from lab.parts.dialogs import HelpScreen
from lab.parts.door import FlowDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind, table
from lab.words import Words

KEYS = (
    Key("f1", "help", "help", "variables"),
    Key("f2", "store", "store", "variables"),
    Key("escape", "dismiss(None)", "back", "variables", shown="Esc"),
)
LEAST_ROWS = 8
"""The trade's eight; whoever fills them all finds one row more."""


class VariableRow(Horizontal):
    """Name, what it begins with, and whether it stays inside."""

    def __init__(self, words: Words, one: FlowVariable | None) -> None:
        super().__init__(classes="variable")
        self.words = words
        self.one = one

    def compose(self) -> ComposeResult:
        """Two inputs and a mark."""
        one, say = self.one, self.words
        yield Box(one.name if one else "", name="name", compact=True, max_length=40,
                    placeholder=say("flow.variable"))  # fmt: skip
        yield Box(one.value if one else "", name="value", classes="value", compact=True,
                    max_length=200)  # fmt: skip
        secret = one.secret if one else False
        yield Checkbox(say("flow.secret"), secret, compact=True)

    @property
    def named(self) -> bool:
        """Somebody gave it a name."""
        return bool(self.query(Input).first(Input).value.strip())

    def read(self) -> FlowVariable | None:
        """What stands in the row; None where it has no name."""
        name, value = self.query(Input).results(Input)
        if not name.value.strip():
            return None
        secret = self.query_one(Checkbox).value
        return FlowVariable(name=name.value.strip(), value=value.value, secret=secret)


class VariablesScreen(Screen[FlowPage | None]):
    """Gives back the draft with its variables stored, or None."""

    DEFAULT_CSS = """
    VariablesScreen { background: $background; }
    VariablesScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    VariablesScreen #columns { background: $panel; color: $primary; }
    VariablesScreen VerticalScroll { height: 1fr; padding: 0 2; }
    VariablesScreen .variable { height: 1; }
    VariablesScreen Input { width: 24; border: none; height: 1; padding: 0 1; margin-right: 1;
        background: $panel; }
    VariablesScreen Input:focus { border: none; background: $primary 25%; }
    VariablesScreen Input.value { width: 1fr; }
    VariablesScreen Checkbox { width: 16; border: none; background: $background; padding: 0; }
    VariablesScreen Checkbox:focus { border: none; background: $primary 25%; }
    VariablesScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    VariablesScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(self, words: Words, door: FlowDoor, page: FlowPage) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.page = page
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """What there is, and empty rows."""
        say, known = self.words, self.page.variables
        yield Label(say("flow.variables", title=self.page.title or self.page.name),
                    classes="head", markup=False)  # fmt: skip
        yield Label(say("flow.variable_heads"), id="columns", classes="head", markup=False)
        spare = max(LEAST_ROWS - len(known), 1)
        with VerticalScroll(can_focus=False):
            for one in [*known, *[None] * spare]:
                yield VariableRow(say, one)
        yield Label(id="notice", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """The first empty row waits for a name."""
        rows = self.query(VariableRow).results(VariableRow)
        next(row for row in rows if row.one is None).query(Input).first().focus()

    def on_input_submitted(self) -> None:
        """Enter goes on."""
        self.focus_next()

    async def on_input_changed(self, event: Input.Changed) -> None:
        """There is always a row for one more."""
        rows = list(self.query(VariableRow).results(VariableRow))
        if event.value and all(row.named for row in rows):
            await self.query_one(VerticalScroll).mount(VariableRow(self.words, None))

    def read(self) -> Sequence[FlowVariable]:
        """Everything that has a name."""
        found = [row.read() for row in self.query(VariableRow).results(VariableRow)]
        return [one for one in found if one is not None]

    @work(exclusive=True, group="store")
    async def action_store(self) -> None:
        """Store them all in the draft; a new flow then has its first node."""
        wanted = list(self.read())
        names = [one.name for one in wanted]
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            self.tell(self.words("flow.variable_twice", name=twice))
            return
        change = FlowVariables(text=self.page.text, variables=wanted)
        try:
            self.dismiss(await self.door.store_variables(self.page.name, change))
        except TOLD as error:
            self.tell(sentence_of(error, self.words))

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    def action_help(self) -> None:
        """Explain this screen."""
        keys = table(KEYS, self.words)
        self.app.push_screen(HelpScreen(self.words, self.words("help.variables"), keys))
