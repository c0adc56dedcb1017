"""``lab ivr``: list the flows, find mistakes in their files, draw one, walk through one."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from classroom.flows.check import ways_of
from classroom.flows.document import read
from classroom.flows.errors import BrokenFlow, FlowFault, Mistake
from classroom.flows.lookups import SHAPES
from classroom.flows.model import FlowSheet
from classroom.flows.page import one_line
from classroom.flows.shelf import BUNDLED, FlowShelf, Shelved
from classroom.plan import QUEUE, queues_of
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from lab.aloud import Aloud
from lab.errors import FAILED, LabError
from lab.parts.palette import MIST, ROSE, TEAL
from lab.roster import extensions
from lab.walk import Walk
from lab.words import Words


class FlowTrouble(LabError):
    """A flow cannot be drawn or walked."""


@dataclass(frozen=True, slots=True)
class School:
    """Where the ways out of a flow may lead."""

    queues: frozenset[str] = frozenset({QUEUE})
    desks: frozenset[str] | None = None
    """None: not known, so not checked."""
    flows: Path | None = None
    """The school's own flows."""

    @classmethod
    def at(cls, data: Path | None) -> School:
        """Read a server's folder; raises NoData where no class is in it."""
        if data is None:
            return cls()
        queues = frozenset(queues_of(Settings.load(data)))
        return cls(queues, extensions(data), data / "flows")

    def shelf(self, folder: Path | None) -> FlowShelf:
        """Every flow of a folder, and those that come with the program."""
        desks = self.desks
        shelf = FlowShelf(
            folder, frozenset(TEXTS["zh"]), self.queues, SHAPES,
            desks=None if desks is None else lambda: desks,
        )  # fmt: skip
        shelf.load()
        return shelf


def find(file: str, words: Words, school: School | None = None) -> tuple[Shelved, FlowShelf]:
    """Read a flow by its file, or a school's or the program's by its name; raises FlowTrouble."""
    path, school = Path(file), school or School()
    own = school.flows / f"{path.stem}.yaml" if school.flows else path
    try:
        if not path.exists() and (own.exists() or (BUNDLED / f"{path.stem}.yaml").exists()):
            shelf = school.shelf(school.flows)
            known = shelf.find(path.stem)
            return shelf.fit(known.name, known.text, path=known.path), shelf
        shelf = school.shelf(path.parent)
        return shelf.fit(path.stem, read(path), path=path), shelf
    except FlowFault as error:
        raise FlowTrouble(error.told(words.lang)) from error


def list_all(data: Path | None, words: Words) -> None:
    """Print every flow, its numbers, and what to dial to try it."""
    queues = frozenset(queues_of(Settings.load(data))) if data else frozenset({QUEUE})
    shelf = School(queues).shelf(data / "flows" if data else None)
    table = Table(
        *(words(f"ivr.{head}") for head in ("name", "title", "numbers", "trial")), box=None
    )
    for name in sorted(shelf.flows):
        one = shelf.flows[name]
        title = one.sheet.title.zh if words.lang == "zh" else one.sheet.title.en
        table.add_row(name, title, ", ".join(one.sheet.numbers) or "-", one.trial)
    screen = Console(highlight=False)
    screen.print(table)
    for mistakes in shelf.broken.values():
        screen.print(Text(mistakes[0].told(words.lang), style=ROSE))


def check_files(
    files: Sequence[str], words: Words, data: Path | None = None, *, strict: bool = False
) -> None:
    """Print every mistake as ``file:line: what to do``; leave with 2 where there is one.

    What callers can live with is a warning, which is a mistake only where that is asked for.
    """
    school, failed = School.at(data), False
    for file in files:
        path = Path(file)
        shelf = school.shelf(path.parent)
        try:
            found = shelf.fit(path.stem, read(path), path=path).weak
        except BrokenFlow as error:
            found = error.mistakes
        failed |= any(strict or not one.weak for one in found)
        for line in [_line(one, words) for one in found] or [words("check.good", file=file)]:
            print(line)
    if failed:
        sys.exit(FAILED)


def _line(mistake: Mistake, words: Words) -> str:
    if not mistake.weak:
        return mistake.told(words.lang)
    warning = words("check.warning", what=mistake.words(words.lang))
    return f"{mistake.where}:{mistake.line}: {warning}"


# ── drawing ──────────────────────────────────────────────────────────────────


def draw(file: str, words: Words, *, mermaid: bool, data: Path | None = None) -> None:
    """Draw a flow: as a tree on the terminal, or as a Mermaid flow chart."""
    one, _ = find(file, words, School.at(data))
    if mermaid:
        print(chart(one.sheet))
    else:
        screen = Console(highlight=False)
        screen.print(tree(one.sheet, words, deepest=max(3, screen.width // 8)))


@dataclass(frozen=True, slots=True)
class _Way:
    """A way that is still to be drawn."""

    key: str
    to: str
    above: Tree
    depth: int


def tree(sheet: FlowSheet, words: Words, deepest: int = 10) -> Tree:
    """Draw the flow from its start; a node that was drawn before is only named.

    What lies deeper than a terminal has room for is named there and drawn below, from the margin again.
    """
    title = sheet.title.zh if words.lang == "zh" else sheet.title.en
    root = Tree(Text.assemble((sheet.flow, f"bold {TEAL}"), f"  {title}"))
    drawn: set[str] = set()
    begins = [name for name, node in sheet.nodes.items() if node.type == "user_stop_flow"]
    later = deque(_Way("", name, root, 0) for name in [sheet.start, *begins])
    todo: list[_Way] = []
    while todo or later:
        way = todo.pop() if todo else later.popleft()
        if way.to in drawn:
            if way.key:
                way.above.add(_named(way, "↑"))
        elif way.depth == deepest:
            way.above.add(_named(way, "↓"))
            later.append(_Way("", way.to, root, 0))
        else:
            drawn.add(way.to)
            branch = way.above.add(_leaf(sheet, way, words))
            ways = [(str(place[-1]), to) for place, to in ways_of(sheet.nodes[way.to])]
            todo += [_Way(key, to, branch, way.depth + 1) for key, to in reversed(ways)]
    return root


def _named(way: _Way, where: str) -> Text:
    return Text(f"{way.key} → {where} {way.to}", style=MIST)


def _leaf(sheet: FlowSheet, way: _Way, words: Words) -> Text:
    label, name = Text(), way.to
    if way.key:
        label.append(f"{way.key} → ", style=MIST)
    node = sheet.nodes[name]
    label.append(name, style="bold").append(f"  {words.or_plain('node', node.type)}", style=TEAL)
    return label.append(f"  {about(sheet, name, words)}", style=MIST)


def about(sheet: FlowSheet, name: str, words: Words) -> str:
    """Say in a few words what a node does."""
    node = sheet.nodes[name]
    fields = ("to", "name", "into", "ask", "value", "left", "test", "right", "flow", "marks")
    values = [value for field in fields if (value := getattr(node, field, None))]
    parts = [one_line(value) if isinstance(value, dict) else str(value) for value in values]
    said = getattr(node, "say", None) or getattr(node, "before", None) or []
    for prompt in said:
        texts = sheet.prompts.get(prompt)
        own = (texts.zh if words.lang == "zh" else texts.en) if texts else ""
        parts.append(f"“{own or TEXTS[words.lang].get(prompt, prompt)}”")
    return " ".join(parts)


def chart(sheet: FlowSheet) -> str:
    """Write the flow as a Mermaid flow chart."""
    return "\n".join(["flowchart TD", *_arrows(sheet)])


def _arrows(sheet: FlowSheet) -> Iterator[str]:
    ids = {name: f"n{at}" for at, name in enumerate(sheet.nodes)}
    yield f"    start([{sheet.flow}]) --> {ids[sheet.start]}"
    for name, node in sheet.nodes.items():
        yield f'    {ids[name]}["{name}<br/>{node.type}"]'
        for place, to in ways_of(node):
            yield f'    {ids[name]} -->|"{place[-1]}"| {ids[to]}'


# ── walking ──────────────────────────────────────────────────────────────────


def play(
    file: str,
    words: Words,
    caller: str,
    data: Path | None = None,
    aloud: Aloud | None = None,
) -> None:
    """Walk through a flow: type keys, an empty line is silence, ``/`` hangs up; ``aloud`` speaks."""
    one, shelf = find(file, words, School.at(data))
    walk = Walk(one, shelf, words, caller=caller)
    screen = Console(highlight=False)
    screen.print(Text(words("ivr.rules"), style=MIST))
    _tell(screen, walk, walk.begin(), aloud)
    while not walk.over:
        try:
            typed = input(f"{words('ivr.answer') if walk.looking else words('ivr.keys')} ")
        except (EOFError, KeyboardInterrupt):
            typed = "/"
            print()
        _tell(screen, walk, walk.typed(typed.strip()), aloud)
    if aloud and (path := aloud.close(one.name)):
        screen.print(words("ivr.kept", path=path), markup=False, soft_wrap=True)


def _tell(screen: Console, walk: Walk, lines: Sequence[str], aloud: Aloud | None) -> None:
    for line in lines:
        screen.print(line, markup=False)
    heard, walk.spoken = walk.spoken, []
    if aloud:
        for text, lang in heard:
            aloud.say(text, lang)
