"""Every flow of a school: its own files first, then those that come with the program."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from classroom.flows.build import flow_of, prompt_key
from classroom.flows.check import House, check
from classroom.flows.document import Document, read
from classroom.flows.errors import BrokenFlow, Mistake, UnknownFlow
from classroom.flows.model import DataEntry, FlowSheet, SelectLanguage
from telephony.pbx import ivr
from telephony.pbx.ivr.lookup import Shape

BUNDLED: Final = Path(__file__).parent / "bundled"
TRIAL: Final = "*78"
"""Seats dial this and a flow's two digits to try it."""
TRIALS: Final = range(1, 100)


@dataclass(frozen=True, slots=True)
class Shelved:
    """One flow, ready to be walked."""

    path: Path
    text: str
    sheet: FlowSheet
    flow: ivr.Flow
    weak: tuple[Mistake, ...] = ()
    trial: str = ""
    """The number that seats dial to try it."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.flow.name

    @property
    def langs(self) -> frozenset[str]:
        """Languages that callers may choose in it."""
        nodes = [one for one in self.sheet.nodes.values() if isinstance(one, SelectLanguage)]
        chosen = {lang for node in nodes for lang in node.keys.values()}
        return frozenset(chosen | ({self.sheet.lang} if self.sheet.lang else set()))

    def texts(self, lang: str) -> dict[str, str]:
        """The words of its prompts in one language, by the board's key."""
        return {
            prompt_key(self.sheet, name): words
            for name, prompt in self.sheet.prompts.items()
            if (words := prompt.zh if lang == "zh" else prompt.en) and not prompt.file
        }

    def sounds(self) -> dict[str, str]:
        """The recordings among its prompts: key → file."""
        return {
            prompt_key(self.sheet, name): str(self.path.parent / prompt.file)
            for name, prompt in self.sheet.prompts.items()
            if prompt.file
        }


@dataclass(slots=True)
class FlowShelf:
    """Flows by name; a broken file is told and left out."""

    folder: Path | None = None
    """The school's own flows."""
    prompts: Collection[str] = ()
    queues: Collection[str] | None = None
    lookups: Mapping[str, Shape] | None = None
    main_lang: str = "zh"
    flows: dict[str, Shelved] = field(default_factory=dict)
    broken: dict[str, tuple[Mistake, ...]] = field(default_factory=dict)
    """Files that cannot be used, and why."""
    desks: Callable[[], Collection[str]] | None = None
    """The school's extensions; None: they are not known and not checked."""
    _sheets: dict[str, FlowSheet] = field(default_factory=dict)
    """Every flow that was read and is good by itself."""

    def load(self) -> None:
        """Read every file anew; a broken one does not take away the flow that callers know."""
        before, self.flows, self.broken = self.flows, {}, {}
        own = sorted(self.folder.glob("*.yaml")) if self.folder and self.folder.is_dir() else []
        for path in own:
            self._take(path)
        for path in sorted(BUNDLED.glob("*.yaml")):
            if path.stem in self.broken and path.stem not in before:
                told = self.broken[path.stem]
                self._take(path)
                self.broken[path.stem] = told
            elif path.stem not in self.flows and path.stem not in self.broken:
                self._take(path)
        self._sheets = {name: one.sheet for name, one in self.flows.items()}
        self._settle_entries()
        self.flows = {**{n: one for n, one in before.items() if n in self.broken}, **self.flows}
        self._give_trials()

    def _take(self, path: Path) -> None:
        try:
            one = self.fit(path.stem, read(path), path=path, alone=True)
        except BrokenFlow as error:
            self.broken[path.stem] = error.mistakes
        else:
            self.flows[one.name] = one

    def fit(
        self, name: str, text: str, *, path: Path | None = None, alone: bool = False
    ) -> Shelved:
        """Check a flow's text against everything else here; raises BrokenFlow."""
        where = str(path or f"{name}.yaml")
        document = Document(where, text)
        sheet = document.sheet()
        mistakes = check(document, sheet, self.house(sheet.flow, alone=alone))
        if sheet.flow != name:
            mistakes.insert(
                0, document.mistake(("flow",), "name_differs", {"file": name, "name": sheet.flow})
            )
        mistakes += self._taken(document, sheet)
        if not alone and self._comes_back(sheet):
            # Flows of a circle were all left out: that the next one is not there is no news.
            mistakes = [one for one in mistakes if one.key != "no_flow"]
            mistakes.append(document.mistake(("flow",), "flows_circle", {"name": sheet.flow}))
        if bad := tuple(mistake for mistake in mistakes if not mistake.weak):
            raise BrokenFlow(bad)
        folder = self.folder or BUNDLED
        return Shelved(
            path or folder / f"{name}.yaml", text, sheet, flow_of(sheet), tuple(mistakes),
            self._trial(sheet),
        )  # fmt: skip

    def house(self, name: str = "", *, alone: bool = False) -> House:
        """What a flow may refer to; ``alone``: other flows and desks are not known yet.

        So a desk that is gone is told to whoever saves the flow, and takes no flow off the line.
        """
        known = None if alone else {*self.flows, name} - {""}
        desks = self.desks() if self.desks and not alone else None
        sheets = {} if alone else {one.name: one.sheet for one in self.flows.values()}
        return House(
            self.prompts, self.queues, known, self.lookups, self.folder, self.main_lang, desks,
            sheets,
        )  # fmt: skip

    def find(self, name: str) -> Shelved:
        """Give a flow; raises UnknownFlow, or BrokenFlow where its file is."""
        if name in self.broken:
            raise BrokenFlow(self.broken[name])
        try:
            return self.flows[name]
        except KeyError:
            near = get_close_matches(name, self.flows, 1, 0.6)
            raise UnknownFlow(f"{name} ({near[0]}?)" if near else name) from None

    def put(self, one: Shelved) -> None:
        """Take a flow that fits in the place of its older self."""
        self.broken.pop(one.name, None)
        self.flows[one.name] = one
        self._give_trials()

    # ── what the switchboard needs ───────────────────────────────────────────

    def numbers(self) -> dict[str, str]:
        """Number → flow."""
        return {number: one.name for one in self.flows.values() for number in one.sheet.numbers}

    def trials(self) -> dict[str, str]:
        """Trial number → flow."""
        return {one.trial: one.name for one in self.flows.values() if one.trial}

    def langs(self) -> frozenset[str]:
        """Every language that callers may choose somewhere."""
        return frozenset().union(*(one.langs for one in self.flows.values()))

    def keys(self) -> set[str]:
        """The board's keys of every flow's own prompts."""
        sheets = [one.sheet for one in self.flows.values()]
        return {prompt_key(sheet, name) for sheet in sheets for name in sheet.prompts}

    def with_entered(self, flows: Iterable[Shelved]) -> list[Shelved]:
        """Give these flows and all that they enter."""
        todo, found = list(flows), dict[str, Shelved]()
        while todo:
            one = todo.pop()
            if one.name not in found:
                found[one.name] = one
                todo += [self.flows[name] for name in entered(one.sheet) if name in self.flows]
        return list(found.values())

    def texts(self, lang: str) -> dict[str, str]:
        """The words of every flow's prompts in one language."""
        return {key: said for one in self.flows.values() for key, said in one.texts(lang).items()}

    def sounds(self) -> dict[str, str]:
        """Every recording among the prompts."""
        return {key: file for one in self.flows.values() for key, file in one.sounds().items()}

    # ── underneath ───────────────────────────────────────────────────────────

    def _settle_entries(self) -> None:
        """Leave out flows that enter one that is not there, or come back to themselves."""
        while True:
            bad = next((one for one in self.flows.values() if self._lost(one)), None)
            if bad is None:
                return
            document = Document(str(bad.path), bad.text)
            mistakes = check(document, bad.sheet, self.house())
            told = [mistake for mistake in mistakes if not mistake.weak]
            if not told:
                told = [document.mistake(("flow",), "flows_circle", {"name": bad.name})]
            del self.flows[bad.name]
            self.broken[bad.path.stem] = tuple(told)

    def _lost(self, one: Shelved) -> bool:
        return any(name not in self.flows for name in entered(one.sheet)) or self._comes_back(
            one.sheet
        )

    def _comes_back(self, sheet: FlowSheet) -> bool:
        todo, seen = entered(sheet), set[str]()
        while todo:
            name = todo.pop()
            if name == sheet.flow:
                return True
            live, read = self.flows.get(name), self._sheets.get(name)
            if name not in seen and (one := live.sheet if live else read):
                seen.add(name)
                todo += entered(one)
        return False

    def _taken(self, document: Document, sheet: FlowSheet) -> Iterable[Mistake]:
        for other in self.flows.values():
            if other.name == sheet.flow:
                continue
            for at, number in enumerate(sheet.numbers):
                if number in other.sheet.numbers:
                    yield document.mistake(
                        ("numbers", at), "number_taken", {"number": number, "name": other.name}
                    )
            if sheet.trial and sheet.trial == other.sheet.trial:
                yield document.mistake(
                    ("trial",), "trial_taken", {"number": self._trial(sheet), "name": other.name}
                )

    @staticmethod
    def _trial(sheet: FlowSheet) -> str:
        return f"{TRIAL}{sheet.trial:02}" if sheet.trial else ""

    def _give_trials(self) -> None:
        """Give those that ask for no trial number the next free one, by name."""
        used = {one.sheet.trial for one in self.flows.values()}
        free = iter([number for number in TRIALS if number not in used])
        for name in sorted(self.flows):
            one = self.flows[name]
            if one.sheet.trial is None:
                number = next(free, None)
                trial = f"{TRIAL}{number:02}" if number else ""
                self.flows[name] = replace(one, trial=trial)


def entered(sheet: FlowSheet) -> list[str]:
    """Name the flows that a flow enters."""
    return [node.flow for node in sheet.nodes.values() if isinstance(node, DataEntry)]
