import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from classroom.errors import CannotStart, NewerData, NoRoom
from classroom.store.migrating import drawn, migrate
from classroom.store.tables import METADATA
from classroom.store.upgrade import SCHEMA, prepare

pytestmark = pytest.mark.unit


def tables(database: Path) -> set[str]:
    connection = sqlite3.connect(database)
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    return found


def test_a_new_folder_gets_every_table(tmp_path: Path) -> None:
    database = tmp_path / "school" / "lab.sqlite3"
    prepare(database)
    assert set(METADATA.tables) <= tables(database)
    assert database.stat().st_mode & 0o077 == 0


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    before = tables(database)
    prepare(database)
    assert tables(database) == before


def test_down_to_nothing_and_up_again(tmp_path: Path) -> None:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    migrate(database, "base")
    assert not set(METADATA.tables) & tables(database)
    migrate(database, "head")
    assert set(METADATA.tables) <= tables(database)


def test_models_and_migrations_do_not_drift(tmp_path: Path) -> None:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_a_new_folder_is_what_every_step_in_turn_makes(tmp_path: Path) -> None:
    assert drawn() == SCHEMA.read_text("utf-8"), "run: python -m classroom.store.migrating"


def test_an_old_folder_is_taken_through_the_steps_it_lacks(tmp_path: Path) -> None:
    database, new = tmp_path / "lab.sqlite3", tmp_path / "new.sqlite3"
    migrate(database, "0003")
    prepare(database)
    prepare(new)
    assert tables(database) == tables(new)
    with closing(sqlite3.connect(database)) as old, closing(sqlite3.connect(new)) as made:
        at = "SELECT version_num FROM alembic_version"
        assert old.execute(at).fetchall() == made.execute(at).fetchall()


def test_a_newer_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(NewerData, match="newer version of this program; update"):
        prepare(database)


def test_a_full_disk_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(NoRoom, match=r"is full \(3 MB left, 64 MB needed\)"):
        prepare(tmp_path / "lab.sqlite3", least_free=64 << 20, free=lambda _: 3 << 20)


def test_a_file_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    with pytest.raises(CannotStart, match="cannot be used"):
        prepare(tmp_path / "data" / "lab.sqlite3")


def test_rubbish_in_place_of_the_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lab.sqlite3").write_bytes(b"rubbish" * 1000)
    with pytest.raises(CannotStart, match="cannot be opened"):
        prepare(tmp_path / "lab.sqlite3")
