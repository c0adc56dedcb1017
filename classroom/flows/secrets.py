"""Where a flow, or a flow that it enters, would tell what its variables keep secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from classroom.flows.document import Place
from classroom.flows.model import AccessDb, DataEntry, FlowSheet, PlayNumber, StopFlow
from telephony.pbx.ivr.lookup import WRITTEN
from telephony.pbx.ivr.variables import named

Sheets: TypeAlias = Mapping[str, FlowSheet]
Secret: TypeAlias = dict[str, set[str]]
"""Flow → its variables that hold a secret."""
Told: TypeAlias = tuple[Place, str, dict[str, object]]
"""A place, the sentence, its values."""


def leaks(sheet: FlowSheet, others: Sheets) -> Iterator[Told]:
    """Tell every place where a secret of this flow, or one given to it, gets out."""
    sheets = {**others, sheet.flow: sheet}
    seen: set[Place] = set()
    for outer in sorted(sheets, key=lambda name: name != sheet.flow):
        part = _within(outer, sheets)
        if sheet.flow in part:
            own = {name: {v for v in one.variables if one.variable(v).secret}
                   for name, one in part.items()}  # fmt: skip
            for place, key, values in _out(sheet, _spread(part, own)[sheet.flow]):
                if place not in seen:
                    seen.add(place)
                    yield place, key, values
            if outer == sheet.flow:
                yield from _given_away(sheet, part, _spread(part, own)[sheet.flow])


def _given_away(sheet: FlowSheet, part: Sheets, secret: set[str]) -> Iterator[Told]:
    """Tell which secrets a flow inside would tell, where they are given to it."""
    for name, node in sheet.nodes.items():
        if not isinstance(node, DataEntry):
            continue
        inner = _within(node.flow, {n: one for n, one in part.items() if n != sheet.flow})
        for theirs, text in node.given.items():
            spread = _spread(inner, {node.flow: {theirs}})
            for variable in sorted(secret & set(named(text))):
                for flow, one in inner.items():
                    for place, _, _ in _out(one, spread[flow]):
                        values = {"name": variable, "flow": flow, "node": place[1]}
                        yield ("nodes", name, "given", theirs), "secret_given", dict(values)


def _out(sheet: FlowSheet, secret: set[str]) -> Iterator[Told]:
    """Tell where some variables of a flow are written down, spoken or dialled."""
    for name, node in sheet.nodes.items():
        match node:
            case AccessDb() if node.ask in WRITTEN:
                for part, text in node.given.items():
                    for variable in sorted(secret & set(named(text))):
                        values: dict[str, object] = {"name": variable, "ask": node.ask}
                        yield ("nodes", name, "given", part), "secret_written", values
            case PlayNumber():
                for variable in sorted(secret & set(named(node.value))):
                    yield ("nodes", name, "value"), "secret_spoken", {"name": variable}
            case StopFlow():
                for variable in sorted(secret & set(named(node.name))):
                    yield ("nodes", name, "name"), "secret_way", {"name": variable}


def _within(name: str, sheets: Sheets) -> dict[str, FlowSheet]:
    """Give a flow and every flow that can be entered from it."""
    found: dict[str, FlowSheet] = {}
    todo = [name]
    while todo:
        if (one := todo.pop()) in sheets and one not in found:
            found[one] = sheets[one]
            entries = found[one].nodes.values()
            todo += [node.flow for node in entries if isinstance(node, DataEntry)]
    return found


def _spread(sheets: Sheets, begins: Mapping[str, set[str]]) -> Secret:
    """Follow secrets into flows that are entered, and out of them again."""
    secret: Secret = defaultdict(set, {name: set(some) for name, some in begins.items()})
    entries = [
        (name, node)
        for name, one in sheets.items()
        for node in one.nodes.values()
        if isinstance(node, DataEntry)
    ]
    before = -1
    while before != (before := sum(map(len, secret.values()))):
        for outer, node in entries:
            secret[node.flow] |= {
                theirs for theirs, text in node.given.items() if secret[outer] & set(named(text))
            }
            secret[outer] |= {
                ours for theirs, ours in node.into.items() if theirs in secret[node.flow]
            }
    return secret
