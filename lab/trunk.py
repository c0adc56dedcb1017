"""``lab trunk``: the school's trunks, listed, added, removed, and checked in plain words."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Final

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom import trunks
from classroom.misfit import misfit
from classroom.settings import Settings
from classroom.words import spoken
from lab.errors import FAILED, LabError
from lab.given import bad_option
from lab.parts.cells import printable
from lab.words import Words
from telephony.checkup import Finding, examine
from telephony.ports import RtpPorts

EXITS: Final = {"name": 3, "options": 3, "register": 4, "call": 5, "sound": 6}
"""The exit code by the step that went wrong: not reached, not admitted, not connected, not heard."""

OPTIONS: Final = {
    "name": "NAME",
    "host": "--host",
    "port": "--port",
    "numbers": "--number",
    "user": "--user",
}
"""A part of a trunk → the option that gives it."""

COLOURS: Final = {"good": "green", "doubt": "yellow", "bad": "red"}


def list_all(data: Path, *, as_json: bool) -> None:
    """Print every trunk; passwords stay in the file."""
    words, entries = Words(spoken()), trunks.read(data)
    if as_json:
        told = [one.model_dump(mode="json", exclude={"account": {"password"}}) for one in entries]
        print(json.dumps(told, ensure_ascii=False))
        return
    if not entries:
        print(words("trunk.none"))
        return
    heads = [words(f"trunk.head_{name}") for name in ("name", "line", "gateways", "numbers")]
    table = Table(*heads, words("trunk.head_account"), box=None, pad_edge=False)
    for one in entries:
        ways = "\n".join(gateway.name for gateway in one.plan().ways())
        account = one.account.user if one.account else "-"
        table.add_row(one.name, one.line, ways, "\n".join(one.numbers) or "-", account)
    Console().print(table)


def add(
    data: Path,
    name: str,
    *,
    host: str,
    port: int,
    transport: str,
    user: str,
    password: str,
    numbers: list[str],
    line: str,
    ca: Path | None = None,
) -> None:
    """Add a trunk with one gateway; more is written in the file."""
    words = Words(spoken())
    if user and not password:
        password = typer.prompt(words("trunk.ask_password", user=user), hide_input=True)
    given = {
        "name": name,
        "line": line,
        "gateways": [{"host": host, "port": port, "transport": transport}],
        "account": {"user": user, "password": password} if user else None,
        "register": bool(user),
        "numbers": dict.fromkeys(numbers, "flow front"),
        "ca": str(ca.resolve()) if ca else "",
    }
    try:
        entry = trunks.TrunkEntry.model_validate(given)
    except ValidationError as error:
        where, why = misfit(error)
        raise bad_option(_option(where, name), why) from error
    entry.trust(data)
    trunks.check_numbers(entry, trunks.read(data), Settings.load(data).numbers.place)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    trunks.add(data, entry)
    print(words("trunk.added", name=name))


def _option(where: str, name: str) -> str:
    """Find the option that gave this part of a trunk."""
    parts = where.split(".")
    found = next((OPTIONS[part] for part in reversed(parts) if part in OPTIONS), "")
    return found or ("NAME" if name == trunks.PRACTICE else "--ca")


def remove(data: Path, name: str) -> None:
    """Take a trunk out."""
    trunks.remove(data, name)
    print(Words(spoken())("trunk.removed", name=name))


def check(data: Path, name: str, *, call: str, as_json: bool) -> None:
    """Examine a trunk and say what was seen; the exit code says what went wrong first."""
    entry = trunks.find(data, name)
    settings = Settings.load(data)
    found = asyncio.run(_examine(entry, settings, call, as_json))
    if as_json:
        print(json.dumps([_told(one) for one in found], ensure_ascii=False))
    bad = [one for one in found if one.grade == "bad"]
    reached = any(one.code == "answers" for one in found)
    if bad and not (reached and bad[0].step in ("name", "options") and len(bad) == 1):
        worst = bad[-1] if reached else bad[0]
        sys.exit(EXITS.get(worst.step, FAILED))


async def _examine(
    entry: trunks.TrunkEntry, settings: Settings, call: str, quiet: bool
) -> list[Finding]:
    found, network, place = [], settings.network, settings.numbers.place
    ports = RtpPorts(network.rtp_first, network.rtp_last)
    async for finding in examine(
        entry.plan(), place=place, call=call, local=network.host, ports=ports
    ):
        found.append(finding)
        if not quiet:
            _say(finding)
    return found


def sentence_of(finding: Finding, words: Words) -> str:
    """Say what one look found, and what to do about it."""
    key = f"trunk.{finding.code}"
    if not words.knows(key):
        raise LabError(key)
    return words(key, **finding.values)


def _say(finding: Finding) -> None:
    words = Words(spoken())
    step, grade = words(f"trunk.step_{finding.step}"), words(f"trunk.{finding.grade}")
    said = printable(sentence_of(finding, words))
    Console().print(Text.assemble((grade, COLOURS[finding.grade]), f"  {step}  ", said))


def _told(finding: Finding) -> dict[str, object]:
    said = sentence_of(finding, Words(spoken()))
    return {"step": finding.step, "grade": finding.grade, "code": finding.code, "says": said}
