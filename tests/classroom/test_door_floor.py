import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from classroom.door import wire
from classroom.door.client import DoorClient, DoorLost, DoorRefused
from tests.classroom.door import Place, open_door

pytestmark = pytest.mark.wire


async def until_alarm(events: AsyncIterator[wire.FloorEvent], text: str) -> list[str]:
    """Read on until this alarm; what came before it, by type."""
    seen: list[str] = []
    async for event in events:
        if isinstance(event, wire.Alarm) and event.text == text:
            return seen
        seen.append(event.type)
    raise AssertionError("the floor ended")


async def teacher_of(place: Place) -> DoorClient:
    client = DoorClient(place.server, lang="en")
    await client.login("teacher", "teacher")
    return client


async def test_the_floor_begins_with_everything_and_goes_on_with_changes(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        client = await teacher_of(place)
        events = client.floor()
        first = await anext(events)
        assert isinstance(first, wire.DeskChanged) and first.desk.extension == "1001"
        await anext(events)
        place.house.floor.alarm("fire")
        assert await until_alarm(events, "fire") == []
        await events.aclose()
        await client.close()


async def test_a_student_hears_nothing_of_others(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        client = DoorClient(place.server)
        await client.login("s01", "s01")
        events = client.floor()
        await anext(events)
        desks = place.house.floor.desks
        place.house.floor.alarm("for instructors")
        place.house.floor.set_desk(desks["1002"].model_copy(update={"duty": "ready"}))
        place.house.floor.set_desk(desks["1001"].model_copy(update={"duty": "break"}))
        event = await anext(events)
        assert isinstance(event, wire.DeskChanged) and event.desk.duty == "break"
        await events.aclose()
        await client.close()


async def test_a_false_token_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as client:
        with pytest.raises(DoorRefused, match="Log in first"):
            await anext(client.floor())
        with pytest.raises(DoorRefused, match="Log in first"):
            await anext(client.floor(reconnect=True))


async def test_the_token_may_come_in_the_query(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        token = place.house.keys.make("teacher")
        async with connect(f"ws://{place.server}/api/floor?token={token}", proxy=None) as socket:
            assert '"desk"' in str(await socket.recv())


async def test_a_client_comes_back_by_itself_after_a_restart(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        client = await teacher_of(place)
        events = client.floor(reconnect=True)
        await anext(events)
        port = place.door.port
        lost = client.floor()
        await anext(lost)
    with pytest.raises(DoorLost):
        async for _ in lost:
            pass
    async with open_door(tmp_path, port=port) as place:
        place.house.floor.alarm("back again")
        seen = await asyncio.wait_for(until_alarm(events, "back again"), 90)
        assert "desk" in seen
        await events.aclose()
    await client.close()


async def test_a_stuck_client_is_cut_off_and_holds_up_nobody(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        token = place.house.keys.make("teacher")
        host, port = place.server.split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(
            f"GET /api/floor?token={token} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        client = await teacher_of(place)
        events = client.floor()
        await anext(events)
        bus = place.house.bus
        listeners = len(bus._listeners)
        for number in range(4000):
            place.house.floor.alarm(f"{number} " + "x" * 4000)
            await until_alarm(events, f"{number} " + "x" * 4000)
            if len(bus._listeners) < listeners:
                break
        assert len(bus._listeners) == listeners - 1, "the stuck one was cut off"
        place.house.floor.alarm("still here")
        await until_alarm(events, "still here")
        writer.transport.abort()
        await events.aclose()
        await client.close()
