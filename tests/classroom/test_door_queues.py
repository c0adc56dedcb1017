"""Queues through the door: figures and log for instructors, more wrap-up for agents."""

from pathlib import Path

import pytest

from classroom.door.client import DoorClient, DoorRefused
from classroom.queues.log import Entry
from telephony.pbx import events as news
from tests.classroom.door import open_door

pytestmark = pytest.mark.wire


@pytest.mark.feature("ARC-14", "TEL-19")
async def test_an_instructor_sees_how_the_queue_serves(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as client:
        await client.login("teacher", "teacher")
        place.house.queues.hear(news.Queued("a", 0.0, "care", 1))
        (care,) = await client.queues()
        assert (care.name, care.offered, care.waiting) == ("care", 1, 1)
        place.house.queues.log.write(Entry(1, "a", "care", "NONE", "ABANDON", ("1", "1", "9")))
        assert (await client.queue_log(1)) == ["1|a|care|NONE|ABANDON|1|1|9"]


async def test_a_student_sees_no_figures_but_gets_more_time(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as client:
        await client.login("s01", "s01")
        with pytest.raises(DoorRefused) as refused:
            await client.queues()
        assert refused.value.status == 403
        with pytest.raises(DoorRefused, match="not in wrap-up"):
            await client.more_wrapup()
        desk = place.house.floor.desks["1001"]
        place.house.floor.set_desk(desk.model_copy(update={"activity": "wrapping", "until": 60.0}))
        assert (await client.more_wrapup(30.0)).until == 90.0
