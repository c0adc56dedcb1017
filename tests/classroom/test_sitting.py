"""One login at two seats: the newer one takes over, unless the older one is in a call."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from classroom.door.api.floor import TAKEN as TAKES
from classroom.door.client import DoorClient, DoorRefused
from classroom.door.seats import TAKEN
from classroom.errors import Refusal
from classroom.sitting import Sitting
from tests.classroom.door import open_door


class Ear:
    ended = False

    def end(self) -> None:
        self.ended = True


@pytest.mark.unit
def test_the_newer_seat_takes_over_and_the_older_one_stays_out() -> None:
    sitting, ear = Sitting(), Ear()
    assert not sitting.sit("s01", "old", again=False, busy=False)
    sitting.listens("old", ear)
    assert not sitting.sit("s01", "old", again=True, busy=True), "it is the same seat"
    assert not sitting.sit("s02", "other", again=False, busy=False) and not ear.ended
    assert sitting.sit("s01", "new", again=False, busy=False) and ear.ended
    with pytest.raises(Refusal):
        sitting.check("old")
    sitting.check("new")


@pytest.mark.unit
def test_a_seat_in_a_call_is_left_in_peace_while_it_is_there() -> None:
    sitting, ear = Sitting(), Ear()
    sitting.sit("s01", "old", again=False, busy=False)
    sitting.listens("old", ear)
    with pytest.raises(Refusal) as refused:
        sitting.sit("s01", "new", again=False, busy=True)
    assert refused.value.key == "seat_in_call" and not ear.ended
    sitting.check("old")
    sitting.leaves("old", ear)
    assert sitting.sit("s01", "new", again=False, busy=True), "that seat's PC has failed"


@pytest.mark.unit
def test_after_a_restart_a_seat_that_comes_back_displaces_nobody() -> None:
    sitting = Sitting()
    sitting.sit("s01", "new", again=False, busy=False)
    with pytest.raises(Refusal) as refused:
        sitting.sit("s01", "old", again=True, busy=False)
    assert refused.value.key == "seat_taken"


@pytest.mark.wire
@pytest.mark.parametrize(("lang", "says"), [("zh", "另一个坐席登入"), ("en", "at another seat")])
async def test_the_older_seat_is_told_and_can_do_nothing_to_the_newer_one(
    tmp_path: Path, lang, says
) -> None:
    async with (
        open_door(tmp_path) as place,
        DoorClient(place.server, lang=lang) as old,
        DoorClient(place.server, lang=lang) as new,
    ):
        await old.login("s01", "s01")
        await old.sit()
        assert old.session is not None
        control = await connect(
            f"ws://{place.server}/api/control?token={old.session.token}&lang={lang}", proxy=None
        )
        events = old.floor()
        await anext(events)
        told = asyncio.ensure_future(anext(events))
        desks = place.house.floor
        desks.set_desk(desks.desks["1001"].model_copy(update={"activity": "wrapping"}))
        await told
        await new.login("s01", "s01")
        with pytest.raises(DoorRefused) as refused:
            await new.sit()
        assert refused.value.status == TAKEN and "1001" not in str(refused.value)
        desks.set_desk(desks.desks["1001"].model_copy(update={"activity": "idle", "duty": "ready"}))
        await new.sit()
        with pytest.raises(DoorRefused, match=says) as refused:
            async for _ in events:
                pass
        assert refused.value.status == TAKEN
        assert desks.desks["1001"].duty == "off", "whoever signs in begins signed off"
        with pytest.raises(ConnectionClosed):  # and its call control orders nothing any more
            await control.send('{"id": "1", "do": "duty", "duty": "break", "reason": "meeting"}')
            await control.recv()
        assert (control.close_code, says in (control.close_reason or "")) == (TAKES, True)
        await new.desk("break", "meal")
        for attempt in (old.desk("off"), old.sit(again=True), anext(old.floor())):
            with pytest.raises(DoorRefused, match=says):
                await attempt
        assert (await new.my_desk()).duty == "break"
