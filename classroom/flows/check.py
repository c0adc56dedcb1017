"""What is wrong with a flow whose file could be read: names, ways, words, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from classroom.door.lang import Lang
from classroom.flows import build
from classroom.flows.document import Document, Place
from classroom.flows.errors import Mistake
from classroom.flows.model import (
    TYPES,
    AccessDb,
    Asking,
    DataEntry,
    FlowSheet,
    HoursNode,
    PlayDigit,
    PlayNumber,
    PlayOnly,
    PlayOption,
    SelectLanguage,
    StopFlow,
    SurveyNode,
    UserStopFlow,
    VarCompare,
)
from classroom.flows.secrets import leaks
from classroom.speech.reading import words
from telephony.pbx.ivr.flow import MOST_VARIABLES
from telephony.pbx.ivr.lookup import Shape
from telephony.pbx.ivr.variables import MACROS, named

KEYS: Final = frozenset("0123456789*#ABCD")
WAYS: Final = (
    "then", "otherwise", "on_wrong", "on_silent", "yes", "no", "found", "missing", "failed", "open",
    "closed",
)  # fmt: skip
OF_KIND: Final[dict[type, frozenset[str]]] = {
    kind: frozenset(kind.model_fields) for kind in TYPES.values()
}
SPOKEN: Final = ("say", "before", "after", "wrong", "silent")


@dataclass(frozen=True, slots=True)
class House:
    """What a flow may refer to outside itself; None: it is not known and not checked."""

    prompts: Collection[str] = ()
    queues: Collection[str] | None = None
    flows: Collection[str] | None = None
    lookups: Mapping[str, Shape] | None = None
    folder: Path | None = None
    """Where recordings lie."""
    main_lang: str = "zh"
    desks: Collection[str] | None = None
    """Extensions."""
    sheets: Mapping[str, FlowSheet] = field(default_factory=dict)
    """The other flows, as far as they are known."""


def ways_of(node: object) -> Iterator[tuple[Place, str]]:
    """Name every way out of a node: its place within the node, and where it leads.

    An editor asks it of nodes that are half written, too.
    """
    keys = getattr(node, "keys", None) if isinstance(node, PlayOption) else None
    if isinstance(keys, dict):
        for key, to in keys.items():
            yield ("keys", key), str(to)
    for name in fields_of(node, WAYS):
        where = getattr(node, name, None)
        if isinstance(where, str):
            yield (name,), where


def fields_of(node: object, wanted: tuple[str, ...]) -> list[str]:
    """Name those of the wanted fields that a node has: asking pydantic for others is slow."""
    known = OF_KIND.get(type(node), frozenset())
    return [name for name in wanted if name in known]


def check(document: Document, sheet: FlowSheet, house: House) -> list[Mistake]:
    """Tell everything wrong with a flow, from top to bottom."""
    found = _Check(document, sheet, house)
    found.whole()
    for name, node in sheet.nodes.items():
        found.node(name, node)
    for place, key, values in leaks(sheet, house.sheets):
        found.wrong(place, key, **values)
    found.graph()
    found.leftovers()
    return sorted(found.mistakes, key=lambda mistake: (mistake.weak, mistake.line))


@dataclass(slots=True)
class _Check:
    document: Document
    sheet: FlowSheet
    house: House
    mistakes: list[Mistake] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def wrong(self, place: Place, what: str, /, **values: object) -> None:
        self.mistakes.append(self.document.mistake(place, what, values))

    def weak(self, place: Place, what: str, /, **values: object) -> None:
        self.mistakes.append(self.document.mistake(place, what, values, weak=True))

    # ── the file as a whole ──────────────────────────────────────────────────

    def whole(self) -> None:
        sheet = self.sheet
        if len(sheet.variables) > MOST_VARIABLES:
            self.wrong(("variables",), "too_many_variables", most=MOST_VARIABLES)
        for name in sheet.variables:
            if name in MACROS:
                self.wrong(("variables", name), "macro_kept", name=name)
        for lang in ("zh", "en"):
            if "\n" in getattr(sheet.title, lang):
                self.wrong(("title", lang), "one_line", where=f"title.{lang}")
        self.leads(("start",), sheet.start)
        stops = [name for name, node in sheet.nodes.items() if isinstance(node, UserStopFlow)]
        for name in stops[1:]:
            self.wrong(("nodes", name), "two_user_stops", name=name)

    def languages(self) -> list[str]:
        """Every language that a caller may hear."""
        chosen = {self.sheet.lang or self.house.main_lang}
        for node in self.sheet.nodes.values():
            if isinstance(node, SelectLanguage):
                chosen |= set(node.keys.values())
        return sorted(chosen, reverse=True)

    # ── one node ─────────────────────────────────────────────────────────────

    def node(self, name: str, node: object) -> None:
        here: Place = ("nodes", name)
        for place, to in ways_of(node):
            self.leads((*here, *place), to)
        for spoken in fields_of(node, SPOKEN):
            for prompt in getattr(node, spoken):
                self.says((*here, spoken), prompt)
        match node:
            case PlayOption() | SelectLanguage():
                for key in node.keys:
                    if key not in KEYS:
                        self.wrong((*here, "keys", key), "no_key", key=key)
            case PlayDigit() if node.min > node.max:
                self.wrong((*here, "min"), "lengths")
            case HoursNode():
                self.opening(here, node)
            case AccessDb():
                self.look_up(here, node)
            case DataEntry():
                self.uses(here, "given", node.given.values())
                self.one_of(here, "flow", "no_flow", node.flow, self.house.flows)
            case PlayNumber():
                self.reads(here, node)
            case VarCompare():
                self.uses(here, "left", [node.left])
                self.uses(here, "right", [node.right])
            case StopFlow():
                self.stop(here, node)
        self.fills(here, node)

    def stop(self, here: Place, node: StopFlow) -> None:
        if node.to in ("queue", "extension", "number", "voicemail") and not node.name:
            self.wrong(here, "no_way_name")
        self.uses(here, "name", [node.name])
        if node.to == "queue" and node.name and "$" not in node.name:
            self.one_of(here, "name", "no_queue", node.name, self.house.queues)
        self.uses(here, "priority", [str(node.priority)])
        if node.to == "extension" and node.name and "$" not in node.name:
            self.desk(here, node.name)

    def desk(self, here: Place, number: str) -> None:
        desks = self.house.desks
        if desks is not None and number not in desks:
            listed = sorted(desks)
            known = f"{listed[0]}-{listed[-1]}" if len(listed) > 2 else ", ".join(listed) or "-"
            self.wrong((*here, "name"), "no_desk", name=number, known=known)

    def reads(self, here: Place, node: PlayNumber) -> None:
        self.uses(here, "value", [node.value])
        if named(node.value):
            return
        langs: set[Lang] = {"en" if lang == "en" else "zh" for lang in self.languages()}
        if any(words(node.kind, node.value, lang) is None for lang in langs):
            self.wrong((*here, "value"), "no_reading", value=node.value, kind=node.kind)

    def look_up(self, here: Place, node: AccessDb) -> None:
        self.uses(here, "given", node.given.values())
        shapes = self.house.lookups
        self.one_of(here, "ask", "no_look_up", node.ask, shapes)
        if shapes is None or node.ask not in shapes:
            return
        shape = shapes[node.ask]
        for needed in sorted(shape.takes - node.given.keys()):
            self.wrong((*here, "given"), "look_up_takes", name=node.ask, field=needed)
        known = ", ".join(sorted(shape.gives)) or "-"
        for wanted in sorted(node.into.keys() - shape.gives):
            place = (*here, "into", wanted)
            self.wrong(place, "look_up_gives", name=node.ask, field=wanted, known=known)

    def opening(self, here: Place, node: HoursNode) -> None:
        try:
            build.hours_of(node)
        except ValueError as error:
            part = "holidays" if str(error) == "date_form" else "week"
            self.wrong((*here, part), str(error), where=".".join(map(str, (*here, part))))

    def fills(self, here: Place, node: object) -> None:
        into = getattr(node, "into", None) if fields_of(node, ("into",)) else None
        names = [into] if isinstance(into, str) else []
        if isinstance(node, AccessDb | DataEntry):
            names = list(node.into.values())
        for name in names:
            if name in MACROS:
                self.wrong((*here, "into"), "macro_kept", name=name)
            elif name not in self.sheet.variables:
                self.wrong((*here, "into"), "no_variable", name=name)
            self.used.add(name)

    def uses(self, here: Place, part: str, texts: Iterable[str]) -> None:
        for text in texts:
            for name in named(text):
                self.used.add(name)
                if name not in self.sheet.variables and name not in MACROS:
                    self.wrong((*here, part), "no_variable", name=name)

    def one_of(
        self, here: Place, part: str, key: str, name: str, known: Collection[str] | None
    ) -> None:
        if known is not None and name not in known:
            listed = ", ".join(sorted(known)) or "-"
            self.wrong((*here, part), key, name=name, known=listed)

    def leads(self, place: Place, to: str) -> None:
        if to not in self.sheet.nodes:
            self.wrong(place, "no_node", name=to)

    def says(self, place: Place, name: str) -> None:
        self.said.add(name)
        if name not in self.sheet.prompts and name not in self.house.prompts:
            self.wrong(place, "no_prompt", name=name)

    # ── the whole as a graph ─────────────────────────────────────────────────

    def graph(self) -> None:
        sheet = self.sheet
        ways = {
            name: [to for _, to in ways_of(node) if to in sheet.nodes]
            for name, node in sheet.nodes.items()
        }
        for name in circles({n: ways[n] for n, node in sheet.nodes.items() if not _heard(node)}):
            self.wrong(("nodes", name), "loop", name=name)
        starts = [sheet.start] + [n for n, o in sheet.nodes.items() if isinstance(o, UserStopFlow)]
        reached = spread(starts, ways)
        back: dict[str, list[str]] = {}
        for name, leads in ways.items():
            for to in leads:
                back.setdefault(to, []).append(name)
        outs = [  # a way that leads nowhere is told by itself
            name
            for name, node in sheet.nodes.items()
            if isinstance(node, StopFlow) or any(to not in sheet.nodes for _, to in ways_of(node))
        ]
        ending = spread(outs, back)
        for name in sheet.nodes:
            if name not in reached:
                self.weak(("nodes", name), "unreachable", name=name)
            elif name not in ending:
                self.wrong(("nodes", name), "dead_end", name=name)

    def leftovers(self) -> None:
        """Words that are missing, and what nobody uses."""
        for name, prompt in self.sheet.prompts.items():
            place: Place = ("prompts", name)
            if prompt.file.startswith(("/", "\\")) or ".." in prompt.file or ":" in prompt.file:
                self.wrong((*place, "file"), "sound_elsewhere", name=name)
            elif prompt.file:
                path = self.house.folder / prompt.file if self.house.folder else None
                if path is not None and not path.is_file():
                    self.wrong((*place, "file"), "no_sound", name=name, file=prompt.file)
            else:
                for lang in self.languages():
                    if not getattr(prompt, lang):
                        self.wrong(place, "no_words", name=name, lang=f"@{lang}")
            if name not in self.said:
                self.weak(place, "unused_prompt", name=name)
        for name in self.sheet.variables:
            if name not in self.used:
                self.weak(("variables", name), "unused_variable", name=name)


def _heard(node: object) -> bool:
    """Whether a caller hears or presses something in a node, so that time passes."""
    return isinstance(node, Asking | PlayOnly | PlayNumber | StopFlow | SurveyNode)


def spread(starts: Iterable[str], ways: Mapping[str, Iterable[str]]) -> set[str]:
    """Find everything that can be reached."""
    reached, todo = set(), list(starts)
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += ways.get(name, ())
    return reached


def circles(ways: Mapping[str, Collection[str]]) -> list[str]:
    """Name the first node of each circle: Tarjan's search, which looks at every way once."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    todo: list[tuple[str, Iterator[str]]] = []
    found: list[str] = []

    def enter(name: str) -> None:
        index[name] = low[name] = len(index)
        path.append(name)
        todo.append((name, iter(ways[name])))

    def leave(name: str) -> None:
        if todo:
            low[todo[-1][0]] = min(low[todo[-1][0]], low[name])
        if low[name] == index[name]:
            knot = [path.pop()]
            while knot[-1] != name:
                knot.append(path.pop())
            low.update(dict.fromkeys(knot, len(ways)))  # settled: nobody goes below it any more
            if len(knot) > 1 or name in ways[name]:
                found.append(name)

    for root in ways:
        if root not in index:
            enter(root)
        while todo:
            name, leads = todo[-1]
            for to in leads:
                if to in ways and to not in index:
                    enter(to)
                    break
                low[name] = min(low[name], low.get(to, len(ways)))
            else:
                todo.pop()
                leave(name)
    return found
