"""``lab people list``: who is known in a data folder."""

from __future__ import annotations

import asyncio
import getpass
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.queues.settings import lost_members
from classroom.school.people import Entry, People
from classroom.settings import Settings
from classroom.store.engine import Store
from classroom.store.people import Person
from classroom.store.upgrade import prepare
from classroom.words import say, spoken
from lab.errors import LabError
from lab.parts.cells import printable
from lab.words import Words


class NoData(LabError):
    """The folder holds no class."""


def settings_of(data: Path) -> Settings:
    """Return the settings of a folder that a server has used before.

    Raises:
        NoData: nothing is kept there yet.
    """
    settings = Settings.load(data)
    if not settings.database.exists():
        raise NoData(Words(spoken())("errors.no_class", data=data))
    prepare(settings.database)
    return settings


async def _roster(settings: Settings, *, reveal: bool) -> list[Entry]:
    store = Store(settings.database)
    try:
        return await People(store).roster(reveal=reveal, by=f"{getpass.getuser()} (command line)")
    finally:
        await store.close()


def extensions(data: Path) -> frozenset[str]:
    """Give the extensions of everybody known in a folder; raises NoData."""
    entries = asyncio.run(_roster(settings_of(data), reveal=False))
    return frozenset(entry.extension for entry in entries if entry.extension)


def strangers_in_queues(data: Path) -> list[str]:
    """Say which members of queues are nobody's extension; nothing before the folder's first start."""
    settings = Settings.load(data)
    if not settings.database.exists():
        return []
    prepare(settings.database)

    async def everybody() -> list[Person]:
        store = Store(settings.database)
        try:
            return list(await People(store).everybody())
        finally:
            await store.close()

    lost = lost_members(settings.queues, asyncio.run(everybody()))
    return [say("member_lost", queue=queue, member=member) for queue, member in lost]


def list_people(data: Path, *, as_json: bool, reveal: bool) -> None:
    """Print the roster; SIP passwords only with ``reveal``, which the audit log keeps."""
    entries = asyncio.run(_roster(settings_of(data), reveal=reveal))
    if as_json:
        rows = [
            {
                "login": entry.login,
                "name": entry.name,
                "role": entry.role,
                "extension": entry.extension,
                **({"sip_password": entry.sip_password} if reveal else {}),
            }
            for entry in entries
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    words = Words(spoken())
    heads = ("login", "name", "role", "extension", *(["sip_password"] if reveal else []))
    table = Table(*(words(f"roster.{head}") for head in heads))
    for entry in entries:
        secret = [entry.sip_password or ""] if reveal else []
        role = words.or_plain("roster", entry.role)
        cells = (entry.login, entry.name, role, entry.extension or "", *secret)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
