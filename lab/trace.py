"""``lab calls trace``: one call's way through the house in the textbook's thirteen steps."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.door.trace import CallTrace, TraceStep
from classroom.store.engine import Store
from classroom.store.records import Records
from classroom.words import spoken
from lab.errors import LabError
from lab.parts.cells import printable
from lab.parts.named import named
from lab.roster import settings_of
from lab.words import Words

LISTS: Final = {"needs", "keyed", "asked"}
CODES: Final = {"strategy": "strategy", "to": "ways", "queue": "queues", "menu": "menus"}
"""Where the names of a value are written."""


class NoCall(LabError):
    """There is no such call."""


def show(data: Path, call_id: str | None, *, as_json: bool) -> None:
    """Print the trace of a call, of the newest one where none is named."""
    found = asyncio.run(_read(data, call_id))
    if as_json:
        print(json.dumps(found.model_dump(), ensure_ascii=True))
        return
    words = Words(spoken())
    table = Table(
        title=Text(printable(words("trace.title", call=found.call_id))), title_justify="left"
    )
    for name in ("no", "time", "at", "what"):
        table.add_column(words(f"trace.{name}"), justify="right" if name == "at" else "left")
    for step in found.steps:
        moment = datetime.fromtimestamp(step.time).strftime("%H:%M:%S")
        told = Text(printable(sentence(step, words)))
        table.add_row(str(step.no or ""), moment, f"{step.at:.3f}", told)
    Console().print(table)


async def _read(data: Path, call_id: str | None) -> CallTrace:
    settings = settings_of(data)
    store = Store(settings.database)
    try:
        records = Records(store, settings.data)
        known = [call.call_id for call in await records.calls(limit=3)]
        found = await records.trace(call_id or (known[0] if known else ""))
    finally:
        await store.close()
    if found is None:
        words = Words(spoken())
        latest = ", ".join(known) or words("errors.none_yet")
        key = "errors.no_call" if call_id else "errors.no_calls"
        raise NoCall(words(key, data=data, call=call_id or "", latest=latest))
    return found


def sentence(step: TraceStep, words: Words) -> str:
    """Say one step, with what is known of it."""
    values: dict[str, Any] = dict(step.values)
    if not step.no:
        return " ".join(named(words, step.what, str(values.get("value", "")))).rstrip()
    for name in LISTS & values.keys():
        values[name] = _listed(values[name])
    for name, section in CODES.items():
        if name in values:
            values[name] = words.or_plain(section, str(values[name]).replace("-", "_"))
    if step.what == "found":
        by = str(step.values["by"]).replace("-", "_")
        values["why"] = words(f"why.{by if words.knows(f'why.{by}') else 'other'}", **values)
    values.setdefault("caller", words("trace.withheld"))
    values["who"] = who_of(values)
    more = [f"more.{step.what}_{name}" for name in values if values[name]]
    said = [f"step.{step.what}", *(key for key in more if words.knows(key))]
    return words("trace.comma").join(words(key, **values) for key in said)


def who_of(values: dict[str, Any]) -> str:
    """Write a desk with the name of its agent, or the number that took its place."""
    desk = str(values.get("extension") or values.get("number") or "")
    person = str(values.get("name") or values.get("agent") or "")
    return f"{desk} {person}".strip()


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={one}" for name, one in value.items())
    return ", ".join(value)
