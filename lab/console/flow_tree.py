"""A flow as rows of a tree: every node once where it is first met, afterwards only its name."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from classroom.door.flow_wire import FlowNode, FlowPage
from lab.parts import palette
from lab.parts.cells import cut
from lab.words import Words

DEEPEST = 8
"""Rows further in are drawn at this depth."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the tree."""

    node: str
    way: str
    depth: int
    again: bool = False


def rows_of(page: FlowPage) -> list[Row]:
    """The flow itself, below it the tree from its start, then what nothing leads to."""
    nodes = {node.name: node for node in page.nodes}
    rows: list[Row] = [Row("", "", 0)] if page.head else []
    met: set[str] = set()
    for root in (page.start, *nodes):
        if root not in nodes or root in met:
            continue
        todo = [Row(root, "", len(rows[:1]))]
        while todo:
            row = todo.pop(0)
            if row.node not in nodes:
                continue
            if row.node in met:
                rows.append(Row(row.node, row.way, row.depth, again=True))
                continue
            met.add(row.node)
            rows.append(row)
            ways = nodes[row.node].ways
            todo = [Row(way.to, way.name, row.depth + 1) for way in ways] + todo
    return rows


def draw(row: Row, node: FlowNode, wrong: bool, words: Words, width: int) -> Text:
    """Draw one row."""
    line = Text("  " * min(row.depth, DEEPEST), no_wrap=True)
    if not row.node:
        line.append(words("flow.root"), style=f"bold {palette.BLUE}")
        return line
    if row.way:
        line.append(f"{words.or_plain('field', row.way)} ", style=palette.AMBER)
    if row.again:
        line.append(f"↑ {row.node}", style=palette.MIST)
    else:
        if wrong:
            line.append("! ", style=f"bold {palette.ROSE}")
        line.append(f"{row.node} ", style=f"bold {palette.ROSE if wrong else palette.SNOW}")
        line.append(words.or_plain("node", node.type), style=palette.TEAL)
    plain = cut(line.plain, width)
    line.truncate(width) if plain != line.plain else None
    return line
