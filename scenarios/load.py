"""From YAML files to scenarios, and the list of all there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from scenarios.check import Known, broken, strangers, weaknesses
from scenarios.document import Document
from scenarios.errors import BrokenScenario, Mistake, UnknownScenario
from scenarios.model import Lang, Scenario
from scenarios.telling import Both, say

ID = re.compile(r"""^id:[ \t]*(?P<quote>["']?)(?P<id>[^\s"'#]+)(?P=quote)[ \t]*(#.*)?$""", re.M)
PACKS = Path(__file__).parent / "packs"


def read(path: Path | str) -> tuple[Scenario, Document]:
    """Read one scenario and keep its document, for problems found later."""
    document = Document(Path(path))
    return document.fit(Scenario), document


def load(path: Path | str) -> Scenario:
    """Read one scenario that a mind can live in, or say all that is wrong with it."""
    path = Path(path)
    try:
        state = path.stat()
    except OSError:
        return _load(path, 0, 0)
    return _load(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _load(path: Path, changed: int, size: int) -> Scenario:
    """Read a file once for each of its states."""
    scenario, document = read(path)
    if problems := broken(scenario):
        raise BrokenScenario(tuple(document.problem(p.place, p.says) for p in problems))
    return scenario


def check_file(path: Path | str, known: Known | None = None) -> list[Mistake]:
    """Tell everything wrong with a file, each ``file:line: what to do``.

    ``known``: the rubrics, scripts and voices there are; without it, names of them are not checked.
    """
    try:
        scenario, document = read(path)
    except BrokenScenario as error:
        return list(error.problems)
    outside = list(strangers(scenario, known)) if known else []
    problems = [*broken(scenario), *outside] or weaknesses(scenario)
    return [document.problem(p.place, p.says) for p in problems]


def files(packs: Sequence[Path | str] = ()) -> list[Path]:
    """List the scenario files of the built-in packs and of further ones, each a folder or a file."""
    found = sorted(PACKS.rglob("*.yaml"))
    for pack in map(Path, packs):
        found += [pack] if pack.is_file() else sorted(pack.rglob("*.yaml"))
    return found


def all_scenarios(lang: Lang | None = None, packs: Sequence[Path | str] = ()) -> list[Scenario]:
    """Read every scenario, by level and id; a later folder overrides an earlier one."""
    found = {scenario.id: scenario for scenario in map(load, files(packs))}
    wanted = (s for s in found.values() if lang in (None, s.lang))
    return sorted(wanted, key=lambda s: (s.lang, s.level, s.id))


def id_of(path: Path) -> str:
    """Find the id in a file, which need not be whole or readable; its name where there is none."""
    try:
        return _id_of(path, _state(path)) if path.is_file() else path.stem
    except OSError:
        return path.stem


def _state(path: Path) -> tuple[int, int]:
    """Tell one state of a file from the next."""
    seen = path.stat()
    return seen.st_mtime_ns, seen.st_size


@lru_cache(maxsize=1024)
def _id_of(path: Path, _at: tuple[int, int]) -> str:
    """Look into a file once for each of its states."""
    text = path.read_text("utf-8-sig", errors="replace")
    found = ID.search(text)
    return found["id"] if found else path.stem


@lru_cache(maxsize=128)
def _loaded(path: Path, _at: tuple[int, int]) -> Scenario:
    """Read a scenario once for each state of its file: fifty customers play the same one."""
    return load(path)


def _either(names: Sequence[str]) -> Both:
    """Guess at one name or the other."""
    return say("meant", near=Both("` 或 `".join(names), "` or `".join(names)))


def find(name: str, packs: Sequence[Path | str] = ()) -> Scenario:
    """Give the scenario of an id, else the one whose file has that name."""
    paths = files(packs)
    known = {path.stem: path for path in paths} | {id_of(path): path for path in paths}
    if name in known:
        path = known[name]
        return _loaded(path, _state(path)) if path.is_file() else load(path)
    near = get_close_matches(name, known, 3, 0.5) or get_close_matches(name, known, 1, 0.4)
    near = [one for one in known if name and one.startswith(name)] or near
    guess = _either(near) if near else say("see_list")
    raise UnknownScenario(say("unknown", name=name, guess=guess))
