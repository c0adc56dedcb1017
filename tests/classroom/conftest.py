from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.store.engine import Store
from classroom.store.upgrade import prepare
from classroom.words import speak


@pytest.fixture(autouse=True)
def english() -> None:
    speak("en")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    store = Store(database)
    yield store
    await store.close()
