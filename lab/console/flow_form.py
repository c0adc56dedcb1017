"""The form of one node: a row for each field, what it says, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from classroom.door.flow_wire import FlowField, FlowNode, FlowPage, FlowProblem
from lab.parts import palette
from lab.parts.boxes import Box
from lab.parts.prose import Prose
from lab.words import Words

MACROS = ("ANI", "DNIS", "DATE", "TIME", "DATETIME")
VALUES = ("value", "left", "right", "name")
"""Fields that a variable may fill."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What the draft has by now, to be named in a form."""

    nodes: Sequence[str] = ()
    prompts: Sequence[str] = ()
    variables: Sequence[str] = ()

    @classmethod
    def of(cls, page: FlowPage) -> Offers:
        """Read them off a draft."""
        nodes, prompts, variables = (
            [one.name for one in part] for part in (page.nodes, page.prompts, page.variables)
        )
        return cls(nodes, prompts, variables)

    def for_field(self, field: FlowField) -> Sequence[str]:
        """What can be written into a field."""
        if field.kind == "node":
            return self.nodes
        if field.kind == "prompts":
            return [f"[{name}]" for name in self.prompts]
        if field.name == "into":
            return self.variables
        if field.name in VALUES:
            return [f"${name}" for name in (*self.variables, *MACROS)]
        return field.choices


class FieldRow(Horizontal):
    """A label and its input."""

    def __init__(self, words: Words, field: FlowField, offers: Offers) -> None:
        super().__init__(classes="field")
        self.words = words
        self.field = field
        self.offers = offers

    def compose(self) -> ComposeResult:
        """The field's name in the present language; what can be chosen is offered while typing."""
        mark = "*" if self.field.required else ""
        yield Label(f"{self.words.or_plain('field', self.field.name)}{mark}", markup=False)
        yield Box(self.field.value, name=self.field.name, compact=True)

    def on_mount(self) -> None:
        """Offer what there is."""
        self.offer(self.field, self.offers)

    def offer(self, field: FlowField, offers: Offers) -> None:
        """Offer what can be written now; nodes, prompts, variables come and go while a form stands."""
        offered = offers.for_field(field)
        box = self.query_one(Input)
        box.placeholder = " ".join(field.choices)
        box.suggester = SuggestFromList(offered) if offered else None


class NodeForm(VerticalScroll):
    """Shows one node and gives back what was changed in it."""

    DEFAULT_CSS = """
    NodeForm { padding: 0 1; }
    NodeForm .field { height: 1; }
    NodeForm .field Label { width: 12; color: $text-muted; }
    NodeForm .field Input { width: 1fr; border: none; height: 1; padding: 0 1; background: $panel; }
    NodeForm .field Input:focus { border: none; background: $primary 25%; }
    NodeForm #says { color: $text-muted; margin-top: 1; height: auto; }
    NodeForm #wrong { height: auto; margin-top: 1; }
    """

    def __init__(self, words: Words) -> None:
        super().__init__(id="form", can_focus=False)
        self.words = words
        self.node: FlowNode | None = None

    def compose(self) -> ComposeResult:
        """Nothing yet."""
        yield Prose(id="says")
        yield Static(id="wrong", markup=False)

    async def show(
        self, node: FlowNode | None, offers: Offers, problems: Sequence[FlowProblem]
    ) -> None:
        """Show a node; the same one again keeps its inputs and where the cursor is."""
        old = self.node
        same = old is not None and node is not None and old.name == node.name
        fields = [field.name for field in node.fields] if node else []
        self.node = node
        if same and old is not None and fields == [field.name for field in old.fields]:
            shown = self.query(FieldRow).results(FieldRow)
            for row, field in zip(shown, node.fields if node else (), strict=True):
                row.offer(field, offers)
                box = row.query_one(Input)
                if not box.has_focus:
                    box.value = field.value
        else:
            await self.query(FieldRow).remove()
            if node is not None:
                rows = [FieldRow(self.words, field, offers) for field in node.fields]
                await self.mount_all(rows, before=self.query_one("#says"))
        said = "\n".join(node.says) if node else ""
        self.query_one("#says", Prose).update(said)
        wrong = Text()
        for problem in problems:
            style = palette.AMBER if problem.weak else palette.ROSE
            wrong.append(f"! {problem.line}: {problem.text}\n", style=style)
        self.query_one("#wrong", Static).update(wrong)

    def reset(self) -> None:
        """Let every input say what the draft says, even the one that the cursor is in."""
        said = {field.name: field.value for field in self.node.fields} if self.node else {}
        for box in self.query(Input).results(Input):
            box.value = said.get(box.name or "", box.value)

    def changed(self) -> dict[str, str]:
        """What was typed and not taken yet."""
        if self.node is None:
            return {}
        typed = {box.name or "": box.value for box in self.query(Input).results(Input)}
        return {
            field.name: typed[field.name]
            for field in self.node.fields
            if field.name in typed and typed[field.name] != field.value
        }
