from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.store.engine import Store
from classroom.store.upgrade import prepare


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    store = Store(database)
    yield store
    await store.close()
