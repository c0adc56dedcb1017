"""``GET /api/lines``: channels, who waits and conferences, for instructors only."""

from pathlib import Path

import pytest

from classroom.door.client import DoorClient, DoorRefused
from telephony.pbx.panel import Channel, Panel, Room, Seat, Waiting
from tests.classroom.door import open_door

pytestmark = pytest.mark.wire

PANEL = Panel(
    (
        Channel("c1", "1001", "", "", "talking", 0.0, "PCMA", True),
        Channel("c1", "", "practice", "05550107", "talking", 0.0, "PCMU", False),
    ),
    (Waiting("care", "c2", 1, 42.04, 90.0, False),),
    (Room("88", "1000", 0.0, True, False, (Seat("1001", "talking", True),)),),
)


class Switch:
    """Stands for a switchboard of which only the panel is looked at."""

    def panel(self) -> Panel:
        return PANEL


@pytest.mark.feature("LCA-04", "LCA-05", "BAS-08")
async def test_an_instructor_sees_the_lines_with_the_names_of_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as client:
        monkeypatch.setattr(place.house.control, "_switchboard", Switch)
        floor = place.house.floor
        floor.set_desk(floor.desks["1001"].model_copy(update={"name": "A"}))
        await client.login("teacher", "teacher")
        lines = await client.lines()
        desk, outside = lines.channels
        assert (desk.extension, desk.name, desk.codec, desk.secured) == ("1001", "A", "PCMA", True)
        assert (outside.extension, outside.trunk, outside.number) == ("", "practice", "05550107")
        assert desk.seconds > 0 and desk.state == "talking"
        (waiting,) = lines.waiting
        assert (waiting.queue, waiting.position, waiting.waited) == ("care", 1, 42.0)
        (room,) = lines.conferences
        assert (room.name, room.chair, room.locked, room.recorded) == ("88", "1000", True, False)
        assert [(one.number, one.name, one.muted) for one in room.members] == [("1001", "A", True)]


async def test_a_student_sees_no_lines(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as client:
        await client.login("s01", "s01")
        with pytest.raises(DoorRefused, match="ask an instructor") as refused:
            await client.lines()
        assert refused.value.status == 403
