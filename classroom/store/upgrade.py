"""Brings a data folder to this program's version before anything is read from it.

A new folder is made from ``schema.sql`` at once, an old one taken step by step (``migrating``).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from classroom.errors import CannotStart, NewerData, NoRoom
from classroom.trouble import why_of

SCHEMA = Path(__file__).with_name("schema.sql")
STEPS = Path(__file__).parent / "migrations" / "versions"


def prepare(
    database: Path, *, least_free: int = 0, free: Callable[[Path], int] | None = None
) -> None:
    """Make the folder and the file if need be and upgrade them; raises CannotStart."""
    folder = database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        room = (free or _free)(folder)
    except OSError as error:
        raise CannotStart("folder_unusable", folder=folder, why=why_of(error)) from error
    if room < least_free:
        raise NoRoom("disk_full", folder=folder, left=room >> 20, needed=least_free >> 20)
    try:
        _upgrade(database)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        raise _explained(error, folder) from error


def _upgrade(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        empty, here = _found(connection)
        if empty:
            connection.executescript(f"BEGIN IMMEDIATE;\n{SCHEMA.read_text('utf-8')}COMMIT;")
    if not empty:
        known = {step.name[1:5] for step in STEPS.glob("v*.py")}
        if here is not None and here not in known:
            raise NewerData("newer_data", folder=database.parent)
        if here is None or here < max(known):
            # Alembic takes a fifth of a server's start to load; few starts follow an update.
            from classroom.store.migrating import migrate

            migrate(database, "head")
    database.chmod(0o600)


def _found(connection: sqlite3.Connection) -> tuple[bool, str | None]:
    """Tell whether there is nothing in a database, and at which step it stands."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "alembic_version" not in tables:
        return not tables, None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return False, row[0] if row else None


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _explained(error: Exception, folder: Path) -> CannotStart:
    words = str(error.orig if isinstance(error, DatabaseError) else error)
    if "full" in words or "No space left" in words:
        return NoRoom("disk_full", folder=folder, left=_free(folder) >> 20, needed=64)
    if "locked" in words:
        return CannotStart("data_busy", folder=folder)
    return CannotStart("database_unusable", folder=folder, why=words.splitlines()[0])
