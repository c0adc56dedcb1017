"""The list of flows; Enter opens one in the editor."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Label, OptionList
from textual.widgets.option_list import Option

from classroom.door.flow_wire import FlowRow
from lab.console.flow import FlowScreen
from lab.console.flow_new import AskScreen
from lab.errors import TOLD, sentence_of
from lab.parts.cells import cut, fit
from lab.parts.dialogs import ChoiceScreen
from lab.parts.door import FlowDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind
from lab.words import Words

KEYS = (
    Key("f3", "new", "flow_new", "flows"),
    Key("f4", "delete", "flow_delete", "flows"),
    Key("escape", "dismiss(None)", "back", "flows", shown="Esc"),
    Key("f10", "app.lang", "lang", "flows"),
)


class FlowsScreen(Screen[None]):
    """Every flow, with its numbers."""

    AUTO_FOCUS = "#flows"
    DEFAULT_CSS = """
    FlowsScreen { background: $background; }
    FlowsScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    FlowsScreen #columns { background: $panel; color: $primary; }
    FlowsScreen OptionList { border: none; padding: 0 1; height: 1fr; background: $background; }
    FlowsScreen OptionList:focus { border: none; }
    FlowsScreen OptionList.-textual-compact > .option-list--option { padding: 0 2; }
    FlowsScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    FlowsScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(self, words: Words, door: FlowDoor) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.rows: list[FlowRow] = []
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Title, columns, rows."""
        yield Label(id="about", classes="head", markup=False)
        yield Label(id="columns", classes="head", markup=False)
        yield OptionList(id="flows", markup=False, compact=True)
        yield Label(id="notice", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Read the list."""
        self.read()

    @work(exclusive=True, group="flows")
    async def read(self) -> None:
        """Read the list again."""
        try:
            self.rows = await self.door.flows()
        except TOLD as error:
            self._tell(sentence_of(error, self.words))
            return
        self.retitle()

    def retitle(self) -> None:
        """Draw everything in the present language."""
        bind(self, KEYS, self.words)
        say = self.words
        self.query_one("#about", Label).update(say("flow.list"))
        heads = (say("ivr.name"), say("ivr.title"), say("ivr.trial"), say("ivr.numbers"))
        self.query_one("#columns", Label).update(self._row(*heads))
        listing = self.query_one("#flows", OptionList)
        at = listing.highlighted or 0
        listing.clear_options()
        for row in self.rows:
            mark = say("flow.broken", n=row.problems) if row.problems else ", ".join(row.numbers)
            listing.add_option(Option(self._row(row.name, row.title, row.trial, mark), id=row.name))
        listing.highlighted = min(at, len(self.rows) - 1) if self.rows else None
        self.refresh_bindings()

    def _row(self, name: str, title: str, trial: str, numbers: str) -> str:
        return cut(
            f"{fit(name, 16)} {fit(title, 24)} {fit(trial, 14)} {numbers}", self.size.width - 4
        )

    def _tell(self, sentence: str) -> None:
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the editor."""
        if event.option_id:
            self.app.push_screen(
                FlowScreen(self.words, self.door, event.option_id), lambda _: self.read_back()
            )

    @work(group="keys")
    async def action_new(self) -> None:
        """Ask for a name and open the draft of a new flow."""
        say = self.words
        ask = AskScreen(say, say("tips.flow_new"), say("flow.new_flow"), longest=40)
        name = await self.app.push_screen_wait(ask)
        if not name:
            return
        try:
            page = await self.door.new_flow(name, name)
        except TOLD as error:
            self._tell(sentence_of(error, say))
            return
        self._tell("")
        await self.app.push_screen_wait(FlowScreen(say, self.door, name, page))
        self.read_back()

    @work(group="keys")
    async def action_delete(self) -> None:
        """Take the chosen flow away, once that is confirmed."""
        say, at = self.words, self.query_one("#flows", OptionList).highlighted
        if at is None:
            return
        name = self.rows[at].name
        answers = {"yes": say("flow.yes_delete"), "no": say("flow.no_keep")}
        title = say("flow.sure", what=name)
        if await self.app.push_screen_wait(ChoiceScreen(say, title, answers)) != "yes":
            return
        try:
            await self.door.delete_flow(name)
        except TOLD as error:
            self._tell(sentence_of(error, say))
            return
        self._tell(say("flow.deleted", name=name))
        self.read_back()

    def read_back(self) -> None:
        """The editor may have changed something."""
        self.read()
