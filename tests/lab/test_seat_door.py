"""A seat at a real door and store; only its telephone and its switchboard are on stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.door.client import DoorClient
from classroom.store.calls import Call
from classroom.store.engine import Store
from classroom.store.upgrade import prepare
from lab.parts.dialogs import NoticeScreen
from lab.seat.app import SeatApp
from lab.seat.forwarding import ForwardsPage
from lab.seat.lock import LockScreen
from lab.seat.records import RecordsPage
from lab.seat.screen import SeatScreen
from tests.classroom.door import open_door
from tests.classroom.test_answering import Kept
from tests.stage.actors import StageControls, StageTelephone
from tests.stage.screen import settle, shows, until

pytestmark = pytest.mark.wire


@pytest.mark.feature("SEA-04", "SEA-05", "SEA-12", "SEA-13")
async def test_an_agent_locks_unlocks_looks_back_and_sends_calls_on(tmp_path: Path) -> None:
    prepare(tmp_path / "lab.sqlite3")
    store = Store(tmp_path / "lab.sqlite3")
    async with (
        Kept(store, tmp_path) as kept,
        open_door(tmp_path, answering=kept.answering) as place,
    ):
        async with place.store.write() as session:
            known = {
                "began_clock": 1.0,
                "answered_clock": 2.0,
                "state": "ended",
                "dialled": "95500",
            }
            session.add(Call(id="c1", started=1000.0, caller="05550107", agent="s01", **known))
            session.add(Call(id="c2", started=1001.0, caller="05550142", agent="s02", **known))
            await session.commit()
        app = SeatApp(
            connect=lambda server: DoorClient(server, lang="en"),
            control=lambda server, token: StageControls(),
            telephone=lambda account: StageTelephone(),
            server=place.server,
            login="s01",
            password="s01",
            lang="en",
        )
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, NoticeScreen))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, SeatScreen))
            await until(pilot, lambda: app.desk.rules is not None)
            await pilot.press("f5")
            await until(pilot, lambda: isinstance(app.screen, RecordsPage))
            await until(pilot, lambda: shows(app, "05550107"))
            assert not shows(app, "05550142"), "somebody else's call"
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, SeatScreen))
            await pilot.press("f6")
            await until(pilot, lambda: isinstance(app.screen, ForwardsPage))
            await settle(pilot)
            await pilot.press(*"1001", "f9")
            await until(pilot, lambda: shows(app, "Calls cannot be forwarded to the same"))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, SeatScreen))
            await pilot.press("f2")
            await until(pilot, lambda: app.desk.state.duty == "ready")
            await pilot.press("f3")
            await until(pilot, lambda: shows(app, "1  short break"))
            await pilot.press("1")
            await until(pilot, lambda: isinstance(app.screen, LockScreen))
            await pilot.press(*"s02", "enter")
            await until(pilot, lambda: shows(app, "stays"))
            await pilot.press(*"s01", "enter")
            await until(pilot, lambda: isinstance(app.screen, SeatScreen))
            assert app.desk.state.duty == "break" and app.desk.state.rest
            await pilot.press("ctrl+q")
    await store.close()
