"""Moves a database from one version of the program to another, step by step.

``python -m classroom.store.migrating`` prints the newest schema, which new folders are made from: after
a new step, write it to ``schema.sql``.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).with_name("migrations")


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


def drawn() -> str:
    """Take every step in a new file and write down what is there then, as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "new.sqlite3"
        migrate(database, "head")
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
            ).fetchall()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    made = "".join(f"{sql};\n\n" for (sql,) in rows).replace(" \n", "\n")
    return f"{made}INSERT INTO alembic_version (version_num) VALUES ('{revision}');\n"


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


if __name__ == "__main__":
    sys.stdout.write(drawn())
