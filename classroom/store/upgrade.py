"""Brings a data folder to this program's version before anything is read from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from classroom.errors import CannotStart, NewerData, NoRoom

MIGRATIONS = Path(__file__).with_name("migrations")


def prepare(
    database: Path, *, least_free: int = 0, free: Callable[[Path], int] | None = None
) -> None:
    """Make the folder and the file if need be and upgrade them; raises CannotStart."""
    folder = database.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        room = (free or _free)(folder)
    except OSError as error:
        raise CannotStart("folder_unusable", folder=folder, why=error.strerror) from error
    if room < least_free:
        raise NoRoom("disk_full", folder=folder, left=room >> 20, needed=least_free >> 20)
    try:
        _upgrade(database)
    except (DatabaseError, OSError) as error:
        raise _explained(error, folder) from error


def migrate(database: Path, revision: str) -> None:
    """Move the file to one revision, up or down."""
    with _connected(database) as connection:
        config = _config(connection)
        here = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config)
        known = [step.revision for step in script.walk_revisions()]
        target = script.as_revision_number(revision)
        if revision != "head" and here in known and _is_older(known, str(target), here):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        connection.commit()


def _is_older(known: list[str], target: str, here: str) -> bool:
    """``known`` runs from the newest to the oldest; ``base`` is in none."""
    return target not in known or known.index(target) > known.index(here)


def _upgrade(database: Path) -> None:
    with _connected(database) as connection:
        config = _config(connection)
        here = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config)
        if here is not None and here not in {step.revision for step in script.walk_revisions()}:
            raise NewerData("newer_data", folder=database.parent)
        command.upgrade(config, "head")
        connection.commit()
    database.chmod(0o600)


class _connected:
    """A connection of its own that leaves nothing open behind."""

    def __init__(self, database: Path) -> None:
        self._engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
        self._connection: Connection | None = None

    def __enter__(self) -> Connection:
        self._connection = self._engine.connect()
        return self._connection

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _explained(error: Exception, folder: Path) -> CannotStart:
    words = str(error.orig if isinstance(error, DatabaseError) else error)
    if "full" in words or "No space left" in words:
        return NoRoom("disk_full", folder=folder, left=_free(folder) >> 20, needed=64)
    if "locked" in words:
        return CannotStart("data_busy", folder=folder)
    return CannotStart("database_unusable", folder=folder, why=words.splitlines()[0])
