"""The editor of one flow: the tree on the left, the chosen node's form on the right."""

from __future__ import annotations

from typing import Literal

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from classroom.door.flow_wire import FlowEdit, FlowNode, FlowPage, version_of
from lab.console.flow_form import NodeForm, Offers
from lab.console.flow_history import Deed, History, Step
from lab.console.flow_new import NewNodeScreen
from lab.console.flow_prompts import PromptsScreen
from lab.console.flow_tree import Row, draw, rows_of
from lab.console.flow_variables import VariablesScreen
from lab.errors import TOLD, Refused, sentence_of
from lab.parts.cells import cut
from lab.parts.dialogs import ChoiceScreen, HelpScreen
from lab.parts.door import FlowDoor
from lab.parts.keyrow import KeyRow
from lab.parts.keys import Key, bind, table
from lab.words import Words

KEYS = (
    Key("f1", "help", "help", "flow"),
    Key("f2", "save", "flow_save", "flow"),
    Key("f3", "add", "flow_add", "flow"),
    Key("f4", "remove", "flow_remove", "flow"),
    Key("f5", "dial", "flow_try", "flow"),
    Key("f6", "variables", "flow_variables", "flow"),
    Key("f7", "prompts", "flow_prompts", "flow"),
    Key("f8,ctrl+z", "undo", "flow_undo", "flow"),
    Key("f9,ctrl+y", "redo", "flow_redo", "flow", show=False),
    Key("escape", "leave", "back", "flow", shown="Esc"),
    Key("f10", "app.lang", "lang", "flow", show=False),
)

CONFLICT = 409


class FlowScreen(Screen[None]):
    """Edits a draft; nothing is heard by callers before it is saved."""

    AUTO_FOCUS = "#tree"
    DEFAULT_CSS = """
    FlowScreen { background: $background; }
    FlowScreen .head { height: 1; width: 100%; padding: 0 2; background: $surface; }
    FlowScreen #about { text-style: bold; }
    FlowScreen #body { height: 1fr; }
    FlowScreen #left { width: 1fr; }
    FlowScreen #right { width: 1fr; border-left: vkey $panel; }
    FlowScreen .title { height: 1; width: 100%; padding: 0 2; background: $panel; color: $primary; }
    FlowScreen #left:focus-within .title { color: $background; background: $primary; }
    FlowScreen #right:focus-within .title { color: $background; background: $primary; }
    FlowScreen OptionList { border: none; padding: 0 1; height: 1fr; background: $background; }
    FlowScreen OptionList:focus { border: none; }
    FlowScreen #notice { height: 1; width: 100%; padding: 0 2; display: none; color: $background; }
    FlowScreen #notice.-shown { display: block; background: $warning; }
    """

    def __init__(
        self, words: Words, door: FlowDoor, name: str, fresh: FlowPage | None = None
    ) -> None:
        super().__init__()
        self.words = words
        self.door = door
        self.flow_name = name
        self.fresh = fresh
        self.page = FlowPage(name=name, text="")
        self.base = ""
        """The saved text that the draft began from."""
        self.history = History()
        self.rows: list[Row] = []
        self.leaving = False
        bind(self, KEYS, words)

    def compose(self) -> ComposeResult:
        """Tree and form."""
        yield Label(id="about", classes="head", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Label(id="tree-title", classes="title", markup=False)
                yield OptionList(id="tree", markup=False, compact=True)
            with Vertical(id="right"):
                yield Label(id="form-title", classes="title", markup=False)
                yield NodeForm(self.words)
        yield Label(id="notice", markup=False)
        yield KeyRow()

    def on_mount(self) -> None:
        """Read the flow."""
        self.read()

    def on_resize(self) -> None:
        """Rows are cut to the width."""
        self._draw_tree()

    # ── the server ───────────────────────────────────────────────────────────

    @work(group="flow", exclusive=True)
    async def read(self) -> None:
        """Read the flow as it is saved, or begin with the draft of a new one."""
        try:
            page = self.fresh or await self.door.flow(self.flow_name)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        self.base = "" if self.fresh else page.text
        await self._show(page)

    @property
    def node(self) -> FlowNode | None:
        """The node of the chosen row."""
        at = self.query_one("#tree", OptionList).highlighted
        if at is None or at >= len(self.rows):
            return None
        name = self.rows[at].node
        return next((node for node in self.page.nodes if node.name == name), self.page.head)

    async def _take(self) -> bool:
        """Put what was typed into the draft; False where the server refused it."""
        form = self.query_one(NodeForm)
        fields = form.changed()
        if not fields or form.node is None:
            return True
        name = form.node.name
        part: Literal["nodes", "head"] = "nodes" if name else "head"
        change = FlowEdit(text=self.page.text, part=part, node=name, fields=fields)
        return await self._edit(change, Deed("changed", name or self.flow_name))

    async def _become(self, page: FlowPage, deed: Deed, node: str = "") -> None:
        """Let the draft be another one, which can be undone."""
        if page.text != self.page.text:
            self.history.note(deed, self.page)
        await self._show(page, node)

    async def _show(self, page: FlowPage, node: str = "") -> None:
        chosen = node or (self.node.name if self.node else page.start)
        self.page = page
        self.rows = rows_of(page)
        self._draw_tree(chosen)
        await self._show_node()
        bad = [problem for problem in page.problems if not problem.weak]
        loose = next((one for one in bad if one.part != "nodes" or not one.node), None)
        self.tell(f"{loose.line}: {loose.text}" if loose else "")
        self.retitle()

    async def _show_node(self) -> None:
        node = self.node
        problems = [
            one
            for one in self.page.problems
            if node and one.node == node.name and one.part in ("", "nodes")
        ]
        await self.query_one(NodeForm).show(node, Offers.of(self.page), problems)
        self._title_form()

    # ── drawing ──────────────────────────────────────────────────────────────

    def _draw_tree(self, chosen: str | None = None) -> None:
        tree = self.query_one("#tree", OptionList)
        at = next((n for n, row in enumerate(self.rows) if row.node == chosen), tree.highlighted)
        nodes = {node.name: node for node in (self.page.head, *self.page.nodes) if node}
        wrong = {one.node for one in self.page.problems if not one.weak and one.part == "nodes"}
        width = max(tree.size.width - 4, 20)
        with self.prevent(OptionList.OptionHighlighted):
            tree.clear_options()
            tree.add_options(
                Option(draw(row, nodes[row.node], row.node in wrong, self.words, width))
                for row in self.rows
            )
            tree.highlighted = min(at or 0, len(self.rows) - 1) if self.rows else None

    def retitle(self) -> None:
        """Put everything into the present language."""
        bind(self, KEYS, self.words)
        say, page = self.words, self.page
        state = say("flow.saved") if page.saved else say("flow.draft")
        bad = sum(not problem.weak for problem in page.problems)
        if bad:
            state = say("flow.wrong", n=bad)
        about = say(
            "flow.about", title=page.title or page.name, trial=page.trial or "-", state=state
        )
        self.query_one("#about", Label).update(cut(about, self.size.width - 4))
        self.query_one("#tree-title", Label).update(say("flow.tree", n=len(page.nodes)))
        self._title_form()
        self.refresh_bindings()

    def _title_form(self) -> None:
        node = self.node
        kind = self.words.or_plain("node", node.type) if node else ""
        title = f"{node.name or self.flow_name} · {kind}" if node else ""
        self.query_one("#form-title", Label).update(title)

    def tell(self, sentence: str) -> None:
        """Show one sentence over the keys."""
        notice = self.query_one("#notice", Label)
        notice.set_class(bool(sentence), "-shown")
        notice.update(cut(sentence, self.size.width - 4))

    # ── keys ─────────────────────────────────────────────────────────────────

    @work(group="form")
    async def on_option_list_option_highlighted(self) -> None:
        """Another node: what was typed is taken into the draft first."""
        self.leaving = False
        if await self._take():
            await self._show_node()

    def on_option_list_option_selected(self) -> None:
        """Enter goes to the form."""
        first = next(iter(self.query_one(NodeForm).query(Input).results(Input)), None)
        if first is not None:
            first.focus()

    @work(group="keys")
    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes the field and goes on."""
        if await self._take():
            self.focus_next()

    @work(group="keys")
    async def action_save(self) -> None:
        """Check and put live; what others saved meanwhile is not written over unasked."""
        if not await self._take():
            return
        version: str | None = version_of(self.base)
        try:
            page = await self.door.put_flow(self.flow_name, self.page.text, version)
        except Refused as error:
            if error.status != CONFLICT:
                self.tell(sentence_of(error, self.words))
                return
            await self._both_changed()
            return
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        await self._put(page)

    async def _both_changed(self) -> None:
        """Ask whose text is to stand; neither is lost before that is answered."""
        say = self.words
        answers = {key: say(f"flow.{key}") for key in ("stay", "theirs", "mine")}
        chosen = await self.app.push_screen_wait(ChoiceScreen(say, say("flow.both"), answers))
        try:
            if chosen == "mine":
                await self._put(await self.door.put_flow(self.flow_name, self.page.text))
            elif chosen == "theirs":
                page = await self.door.flow(self.flow_name)
                self.fresh, self.base = None, page.text
                await self._become(page, Deed("theirs"))
            else:
                self.tell(say("flow.not_saved"))
        except TOLD as error:
            self.tell(sentence_of(error, say))

    async def _put(self, page: FlowPage) -> None:
        """Show what came of putting it live."""
        await self._show(page)
        if page.saved:
            self.base = page.text
            self.tell(self.words("flow.is_live"))
        else:
            bad = next(problem for problem in page.problems if not problem.weak)
            self.tell(self.words("flow.not_live", line=bad.line, text=bad.text))

    @work(group="keys")
    async def action_dial(self) -> None:
        """Make it ready to be tried and say which number to dial."""
        try:
            row = await self.door.try_flow(self.flow_name)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return
        key = "flow.dial" if self.page.saved else "flow.dial_saved"
        self.tell(self.words(key, trial=row.trial))

    @work(group="keys")
    async def action_add(self) -> None:
        """Choose a type and a name for a new node."""
        if not await self._take():
            return
        types = {name: self.words.or_plain("node", name) for name in self.page.types}
        made = await self.app.push_screen_wait(NewNodeScreen(self.words, types))
        if made is None:
            return
        name, kind = made
        if any(node.name == name for node in self.page.nodes):
            self.tell(self.words("flow.name_taken", name=name))
            return
        change = FlowEdit(text=self.page.text, node=name, fields={"type": kind})
        await self._edit(change, Deed("added", name), name)

    @work(group="keys")
    async def action_remove(self) -> None:
        """Take the chosen node out of the draft, once that is confirmed."""
        say, node = self.words, self.node
        if node is None or not node.name:
            return
        answers = {"yes": say("flow.yes_delete"), "no": say("flow.no_keep")}
        title = say("flow.sure", what=node.name)
        if await self.app.push_screen_wait(ChoiceScreen(say, title, answers)) == "yes":
            change = FlowEdit(text=self.page.text, node=node.name)
            await self._edit(change, Deed("removed", node.name), self.page.start)

    @work(group="keys")
    async def action_variables(self) -> None:
        """All the variables on one screen; stored, they are in the draft."""
        if await self._take():
            screen = VariablesScreen(self.words, self.door, self.page)
            if page := await self.app.push_screen_wait(screen):
                node = "" if self.page.nodes else page.start
                await self._become(page, Deed("variables"), node)

    @work(group="keys")
    async def action_prompts(self) -> None:
        """The prompts on a screen of their own."""
        if await self._take():
            screen = PromptsScreen(self.words, self.door, self.page)
            await self._become(await self.app.push_screen_wait(screen), Deed("prompts"))

    async def _edit(self, change: FlowEdit, deed: Deed, then: str = "") -> bool:
        """Have the server change the draft; False where it refused."""
        try:
            page = await self.door.edit_flow(self.flow_name, change)
        except TOLD as error:
            self.tell(sentence_of(error, self.words))
            return False
        await self._become(page, deed, then)
        return True

    @work(group="keys")
    async def action_undo(self) -> None:
        """Take the last change of the draft back; what cannot be taken into it is dropped first."""
        if await self._take():
            await self._turn(self.history.undo(self.page), "undone")
        else:
            self.query_one(NodeForm).reset()
            self.tell(self.words("flow.typed_dropped"))

    @work(group="keys")
    async def action_redo(self) -> None:
        """Do again what was undone last."""
        if await self._take():
            await self._turn(self.history.redo(self.page), "redone")

    async def _turn(self, step: Step | None, key: str) -> None:
        """Show the draft on the other side of a deed and say which it was."""
        if step is None:
            self.tell(self.words(f"flow.not_{key}"))
            return
        page = step.page.model_copy(update={"saved": step.page.text == self.base})
        name = step.deed.name
        await self._show(page, name if any(one.name == name for one in page.nodes) else "")
        self.query_one(NodeForm).reset()
        self.tell(self.words(f"flow.{key}", what=step.deed.told(self.words)))

    @work(group="keys")
    async def action_leave(self) -> None:
        """Go back; an unsaved draft is asked about once."""
        changed = bool(self.query_one(NodeForm).changed()) or not self.page.saved
        if changed and self.page.text and not self.leaving:
            self.leaving = True
            self.tell(self.words("flow.unsaved"))
            return
        self.dismiss(None)

    def action_help(self) -> None:
        """Explain this screen."""
        keys = table(KEYS, self.words)
        self.app.push_screen(HelpScreen(self.words, self.words("help.flow"), keys))
