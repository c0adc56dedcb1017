"""Call control after a lost connection: what was missed is told first, or that it is gone and what is now."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from classroom.door import control
from classroom.door.client import DoorClient
from classroom.door.control_client import ControlClient
from tests.classroom.real import real
from tests.classroom.seats import teacher

README = Path(__file__).parents[2] / "classroom" / "README.md"
pytestmark = [pytest.mark.wire, pytest.mark.feature("SCH-14")]


async def told(socket: ClientConnection, until: str) -> list[dict[str, Any]]:
    """Read until something of this type has come."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] != until:
        found.append(json.loads(await socket.recv()))
    return found


async def subscribe(socket: ClientConnection, **values: Any) -> list[dict[str, Any]]:
    """Subscribe and give all that comes with the answer."""
    await socket.send(json.dumps({"id": "1", "do": "subscribe", **values}))
    return await told(socket, "done")


async def test_who_comes_back_hears_what_was_missed(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(tmp_path))
        student = await stack.enter_async_context(DoorClient(server.http, lang="zh"))
        mine = (await student.login("s01", "demo-s01")).token
        desk = await stack.enter_async_context(ControlClient(server.http, mine, lang="zh"))
        door = await stack.enter_async_context(teacher(server.http))
        assert door.session is not None
        url = f"ws://{server.http}/api/control?lang=zh&token="

        async with connect(url + door.session.token, proxy=None) as socket:
            [done] = await subscribe(socket, events=["desk_changed"])
        for reason in ("lunch", "coaching", "reading"):
            await desk.do(control.SetDuty, duty="break", reason=reason)
        async with connect(url + door.session.token, proxy=None) as socket:
            *missed, again = await subscribe(socket, events=["desk_changed"], since=done["seq"])
            assert [one["fields"]["reason"] for one in missed] == ["lunch", "coaching", "reading"]
            numbers = [done["seq"], *(one["seq"] for one in missed)]
            assert all(before < after for before, after in pairwise(numbers))
            assert again["seq"] >= numbers[-1]
            await desk.do(control.SetDuty, duty="off")
            assert (await told(socket, "news"))[0]["seq"] > again["seq"]

            gone, standing, last = await subscribe(socket, events=["desk_changed"], since=1)
            assert (gone["type"], gone["seq"]) == ("missed", last["seq"])
            assert "离开太久" in gone["problem"] and gone["lines"]["channels"] == []
            assert (standing["event"], standing["seq"]) == ("standing", last["seq"])
            ahead = await subscribe(socket, since=last["seq"] + 1)
            assert ahead[0]["type"] == "missed", "the numbers of another server"
        async with connect(url + mine, proxy=None) as socket:
            gone, *_ = await subscribe(socket, since=1)
            assert gone["lines"] is None, "the lines are for instructors"
    assert await server.stop() == 0


async def test_a_client_that_listens_again_begins_where_it_was_cut_off(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(tmp_path))
        student = await stack.enter_async_context(DoorClient(server.http, lang="en"))
        token = (await student.login("s01", "demo-s01")).token
        listener = await stack.enter_async_context(ControlClient(server.http, token, lang="en"))
        other = await stack.enter_async_context(ControlClient(server.http, token, lang="en"))
        await listener.do(control.Subscribe, events=["desk_changed"])
        reasons = []
        for reason, news in (
            ("lunch", listener.heard()),
            ("coaching", listener.news("desk_changed")),
            ("reading", listener.news("desk_changed")),
        ):
            await other.do(control.SetDuty, duty="break", reason=reason)
            async for item in news:
                assert isinstance(item, control.News)
                reasons.append(item.fields["reason"])
                await listener.close()
        assert reasons == ["lunch", "coaching", "reading"]

        example: dict[str, Any] = {}
        exec(README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], example)
        for reason in ("lunch", "coaching"):
            await other.do(control.SetDuty, duty="break", reason=reason)
        assert await example["hear_breaks"](listener, 2) == ["lunch", "coaching"]
    assert await server.stop() == 0
