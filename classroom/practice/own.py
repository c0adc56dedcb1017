"""The school's own packs: scenarios, scripts and rubrics in ``DATA/packs``, told apart by what is in them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from classroom.practice.proof import Proof, kind_of
from classroom.words import say, spoken
from scenarios.load import id_of

FOLDER = "packs"


@dataclass(frozen=True, slots=True)
class Own:
    """Files that stand before the shipped ones of the same id: id → path."""

    scenarios: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    rubrics: dict[str, str] = field(default_factory=dict)


def own_packs(data: Path, told: Callable[[str], None] = lambda sentence: None) -> Own:
    """Read the packs of a data folder; each file with a mistake is told in one sentence and left out.

    A good file that names a bad one is left out with it.
    """
    folder = data / FOLDER
    left = sorted(folder.rglob("*.yaml")) if folder.is_dir() else []
    while left:
        proof, lang = Proof(left), spoken()
        found = {file: proof.mistakes_in(file, lang) for file in left}
        for mistakes in found.values():
            if mistakes:
                told(say("own_left_out", why=mistakes[0].rstrip("。.")))
        good = [file for file in left if not found[file]]
        if good == left:
            break
        left = good
    own = Own()
    shelves = {"scenario": own.scenarios, "script": own.scripts, "rubric": own.rubrics}
    for file in left:
        shelves[kind_of(file)][id_of(file)] = str(file)
    return own


class Packs:
    """The packs of a data folder, read again when a file came, went or changed."""

    def __init__(self, data: Path, told: Callable[[str], None]) -> None:
        self._data, self._told = data, told
        self._seen = self._stamps()
        self.own = own_packs(data, told)

    async def renew(self) -> bool:
        """Read them beside the calls; tells whether they are others now."""
        seen = await asyncio.to_thread(self._stamps)
        if seen == self._seen:
            return False
        self._seen, wrong = seen, list[str]()
        self.own = await asyncio.to_thread(own_packs, self._data, wrong.append)
        for sentence in wrong:
            self._told(sentence)
        return True

    def _stamps(self) -> dict[str, tuple[int, int]]:
        found = {}
        for file in (self._data / FOLDER).rglob("*.yaml"):
            with contextlib.suppress(OSError):  # it went this moment
                state = file.stat()
                found[str(file)] = (state.st_mtime_ns, state.st_size)
        return found
