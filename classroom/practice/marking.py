"""Grades calls: the pure work, and the server's hold on the process that does it."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classroom.door import wire
from classroom.errors import ChildLost
from classroom.practice.children import Child
from classroom.practice.own import Own
from classroom.practice.shelf import Shelf
from grader.evidence import DeskAction, Evidence, Item, LineEvent, Utterance
from grader.grade import grade
from grader.measure import standard_for
from grader.scorecard import ScorecardJson

_KINDS: dict[str, type[Utterance | LineEvent | DeskAction]] = {
    "utterance": Utterance,
    "line": LineEvent,
    "action": DeskAction,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def mark(
    evidence: Evidence, lang: wire.Lang | None = None, own: Own | None = None
) -> ScorecardJson:
    """Grade one call by the rubric of its scenario; reasons in ``lang`` or the call's language."""
    shelf = Shelf(own)
    scenario = shelf.scenario(evidence.scenario)
    standard = standard_for(evidence, scenario, shelf.scripts(scenario))
    return grade(evidence, shelf.rubric(scenario), standard, lang).as_json()


def evidence_to(evidence: Evidence) -> dict[str, Any]:
    """Write evidence as plain values."""
    body = {
        field.name: getattr(evidence, field.name)
        for field in dataclasses.fields(evidence)
        if field.name != "items"
    }
    body["facts"], body["mood"] = dict(evidence.facts), dict(evidence.mood)
    body["items"] = [[_NAMES[type(item)], dataclasses.asdict(item)] for item in evidence.items]
    return body


def evidence_from(body: dict[str, Any]) -> Evidence:
    """Read evidence back."""
    items: list[Item] = [_KINDS[kind](**fields) for kind, fields in body["items"]]
    return Evidence(**{**body, "items": tuple(items)})


class Marker:
    """The grading process; asks that it dies over are asked again once."""

    def __init__(self, log: Path, alarm: Callable[[str], None], shelf: Shelf | None = None) -> None:
        self._shelf = shelf or Shelf()
        self._child = Child(
            "classroom.practice.marker", name="grading", log=log, hear=self._hear, alarm=alarm,
            greeting=self._again, lost=self._count_loss,
        )  # fmt: skip
        self._keys = itertools.count(1)
        self._asked: dict[int, tuple[bytes, asyncio.Future[wire.Scorecard]]] = {}
        self._losses: dict[int, int] = {}

    async def start(self) -> None:
        """Start the process."""
        await self._child.start()

    async def close(self) -> None:
        """Wait for what is under way and end the process."""
        await asyncio.gather(*(card for _, card in self._asked.values()), return_exceptions=True)
        await self._child.close()

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self._child.pid

    async def grade(self, evidence: Evidence, lang: wire.Lang | None = None) -> wire.Scorecard:
        """Grade one call; raises ChildLost with the reason when it cannot be."""
        key = next(self._keys)
        ask = {"key": key, "evidence": evidence_to(evidence), "lang": lang}
        ask["own"] = dataclasses.asdict(self._shelf.own)
        line = json.dumps(ask, ensure_ascii=False).encode() + b"\n"
        card: asyncio.Future[wire.Scorecard] = asyncio.get_running_loop().create_future()
        self._asked[key] = (line, card)
        if not self._child.send(line) and self._child.gone:
            card.set_exception(ChildLost("not_graded_now", call="", why="no grading process"))
        try:
            return await card
        finally:
            self._asked.pop(key, None)
            self._losses.pop(key, None)

    def _hear(self, line: bytes) -> None:
        answer = json.loads(line)
        _, card = self._asked.get(answer["key"], (b"", None))
        if card is None or card.done():
            return
        if "why" in answer:
            card.set_exception(ChildLost("not_graded_now", call="", why=answer["why"]))
        else:
            card.set_result(wire.Scorecard.model_validate(answer["card"]))

    def _again(self) -> list[bytes]:
        return [line for line, _ in self._asked.values()]

    def _count_loss(self) -> None:
        for key, (_, card) in list(self._asked.items()):
            self._losses[key] = self._losses.get(key, 0) + 1
            if self._losses[key] > 1 and not card.done():
                card.set_exception(ChildLost("not_graded_now", call="", why="process died twice"))
                del self._asked[key]
