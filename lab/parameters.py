"""``lab settings``: every setting in its group, with its present value and what it means."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom import trunks
from classroom.groups import GROUPS, Entry, entries
from classroom.settings import FILE, Settings
from classroom.words import spoken
from lab.roster import strangers_in_queues
from lab.words import Words


def show(data: Path, *, as_json: bool) -> None:
    """Print the settings of a folder as a server would take them."""
    words = Words(spoken())
    found = list(listed(data))
    for sentence in strangers_in_queues(data):
        print(sentence, file=sys.stderr)
    if as_json:
        print(json.dumps([told(one, words) for one in found], ensure_ascii=False))
        return
    console = Console()
    for group in GROUPS:
        heads = [words(f"settings.head_{name}") for name in ("where", "value", "meaning")]
        table = Table(*heads, title=words(f"settings.group_{group}"), title_justify="left",
                      title_style="bold", box=None, pad_edge=False)  # fmt: skip
        for one in found:
            if one.group == group:
                value = Text(written(one.value) + ("" if one.usual else " *"))
                table.add_row(one.where, value, words(f"settings.{one.key}"))
        console.print(table, "")
    console.print(words("settings.changed", file=data / FILE))


def listed(data: Path) -> Iterator[Entry]:
    """List the settings of ``lab.toml``, and by name what has files of its own."""
    yield from entries(Settings.load(data))
    lines = [one.name for one in trunks.read(data)]
    yield Entry("lines", trunks.FILE, "trunks", lines, not lines)
    flows = sorted(path.stem for path in (data / "flows").glob("*.yaml"))
    yield Entry("workflow", "flows/", "flows", flows, not flows)


def told(one: Entry, words: Words) -> dict[str, Any]:
    """Write a setting for a program."""
    value = one.value if isinstance(one.value, bool | int | float | str) else written(one.value)
    return {
        "group": one.group, "setting": one.where, "value": value, "default": one.usual,
        "meaning": words(f"settings.{one.key}"),
    }  # fmt: skip


def written(value: Any) -> str:
    """Write a value as it stands in the file, nearly."""
    if value is None or value in ("", [], {}, ()):
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
