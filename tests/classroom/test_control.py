"""Call control through the door of a running server: orders, refusals, news, the written page."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect

from classroom.door import control, wire
from classroom.door.api.openapi import OPEN
from classroom.door.api.pages import describe, event_names
from classroom.door.client import DoorClient, DoorRefused
from classroom.door.control_client import ControlClient
from telephony.media.process import MediaProcess
from tests.classroom.door import open_door
from tests.classroom.real import real
from tests.classroom.seats import seat, teacher, until_states

pytestmark = pytest.mark.wire

README = Path(__file__).parents[2] / "classroom" / "README.md"
ORDER = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.0, calls=1)


def desk_of(door: DoorClient) -> ControlClient:
    assert door.session is not None
    address = f"http://{door.server}/"  # as people copy it from the announcement
    return ControlClient(address, door.session.token, lang=door.lang)


async def asks(socket: ClientConnection, order: object) -> dict[str, Any]:
    await socket.send(order if isinstance(order, str) else json.dumps(order))
    answer: dict[str, Any] = json.loads(await socket.recv())
    return answer


@pytest.mark.long
@pytest.mark.feature("SCH-14", "SEA-24", "PER-01", "PER-08", "TEL-04")
async def test_a_seat_and_an_instructor_control_a_call_of_the_running_server(
    tmp_path: Path,
) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(tmp_path))
        media = await stack.enter_async_context(MediaProcess())
        one = await stack.enter_async_context(seat(server.http, media, 1))
        other = await stack.enter_async_context(DoorClient(server.http, lang="zh"))
        await other.login("s02", "demo-s02")
        door = await stack.enter_async_context(teacher(server.http))
        mine = await stack.enter_async_context(desk_of(one.door))
        theirs = await stack.enter_async_context(desk_of(other))
        chief = await stack.enter_async_context(desk_of(door))

        heard: list[control.News] = []
        over = asyncio.Event()

        async def follow() -> None:
            async for item in chief.news():
                heard.append(item)
                if item.event == "call_ended":
                    over.set()

        following = asyncio.create_task(follow())
        await door.start_lesson(ORDER)
        await asyncio.wait_for(one.talking.wait(), 60)
        await until_states(door, {"talking"}, 1)

        await mine.do(control.Hold)
        assert (await one.door.my_desk()).activity == "holding"
        await mine.do(control.Resume)
        assert (await one.door.my_desk()).activity == "talking"
        with pytest.raises(DoorRefused, match="Choose somebody else"):
            await mine.do(control.Transfer, number="1001")
        with pytest.raises(DoorRefused, match="No telephone is registered there"):
            await mine.do(control.Consult, number="1050")
        with pytest.raises(DoorRefused, match="不归你管辖"):
            await theirs.do(control.ForceRelease, extension="1001")
        with pytest.raises(DoorRefused, match="没有通话"):
            await theirs.do(control.Hold)
        with pytest.raises(DoorRefused, match="Your telephone is not registered"):
            await chief.do(control.Listen, extension="1001")

        await chief.do(control.ForceRelease, extension="1001")
        await asyncio.wait_for(over.wait(), 60)
        names = [item.event for item in heard]
        for name in ("desk_answered", "held", "resumed", "supervision_began", "call_ended"):
            assert name in names, name
        assert all("text" not in item.fields for item in heard), "what people said is no news"
        for item in heard:
            written = describe("0")["components"]["schemas"][item.event]
            assert list(item.fields) == list(written["properties"]) == written["required"]
        example: dict[str, Any] = {}
        exec(README.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0], example)
        assert await example["take_a_break"](server.http, "s02", "demo-s02") == "break"
        await chief.close()
        await following
    assert await server.stop() == 0


async def test_what_is_no_order_is_refused_and_the_line_stays_open(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as door:
        session = await door.login("s01", "s01")
        url = f"ws://{place.server}/api/control?token={session.token}"
        async with connect(url, proxy=None) as socket:
            for order in (
                "not json", "[]", '{"id":"1"}', '{"id":"2","do":"fly"}', "null", "9" * 20_000,
                '{"id":"3","do":"transfer","number":"a; rm"}', '{"id":"4","do":"hold","more":1}',
                "[" * 10_000, '{"id":"\\ud800","do":"hold"}',
            ):  # fmt: skip
                answer = await asks(socket, order)
                assert (answer["type"], answer["code"]) == ("refused", "bad_order"), order
            await socket.send(b'{"id":"5","do":"hold"}')
            answer = json.loads(await socket.recv())
            assert (answer["code"], "文本帧" in answer["problem"]) == ("bad_order", True)
            assert "16384" in (await asks(socket, "9" * 20_000))["problem"]
            unknown = await asks(socket, {"id": "z", "do": "subscribe", "events": ["weather"]})
            assert (unknown["code"], "weather" in unknown["problem"]) == ("no_such_news", True)
            assert (await asks(socket, {"id": "x", "do": "subscribe"})) == {
                "type": "done", "id": "x", "seq": place.house.control.past.last,
            }  # fmt: skip
            assert (await asks(socket, {"id": "y", "do": "duty", "duty": "ready"}))["code"] == (
                "agree_first"
            )


async def test_nobody_comes_in_without_a_token(tmp_path: Path) -> None:
    async with (
        open_door(tmp_path) as place,
        connect(f"ws://{place.server}/api/control", proxy=None) as socket,
    ):
        await socket.wait_closed()
        assert socket.close_code == 4401


@pytest.mark.feature("SCH-14")
async def test_the_page_and_both_documents_name_every_order(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, httpx2.AsyncClient(trust_env=False) as http:
        page = (await http.get(f"http://{place.server}/docs?read=zh")).text
        english = (await http.get(f"http://{place.server}/docs?read=en")).text
        assert "话务控制" in page and "Call control" in english
        assert (
            "http://" not in page.replace(f"http://{place.server}", "") and "https://" not in page
        )
        openapi = (await http.get(f"http://{place.server}/openapi.json")).json()
        asyncapi = (await http.get(f"http://{place.server}/asyncapi.json")).json()
    assert {"/api/login", "/api/letters"} <= openapi["paths"].keys()
    for path, methods in openapi["paths"].items():
        for operation in methods.values():
            refused = operation["responses"]["default"]["content"]["application/json"]["schema"]
            assert refused["$ref"].endswith("/Problem") and "422" not in operation["responses"]
            assert operation["security"] == ([] if path in OPEN else [{"token": []}])
            assert "requestBody" in operation or not path.endswith("/import")
    known = openapi["components"]["schemas"].keys()
    assert {one.partition('"')[0] for one in json.dumps(openapi).split("/schemas/")[1:]} <= known
    assert asyncapi == json.loads(json.dumps(describe("0")))
    messages = asyncapi["channels"]["control"]["messages"]
    orders = {one["$ref"] for one in asyncapi["operations"]["orders"]["messages"]}
    answers = {one["$ref"] for one in asyncapi["operations"]["answers"]["messages"]}
    assert not orders & answers and len(orders | answers) == len(messages)
    assert "#/channels/control/messages/desk_answered" in answers
    for order in control.AnyOrder.__origin__.__args__:  # type: ignore[attr-defined]
        assert order.__name__ in messages and order.__name__ in asyncapi["components"]["schemas"]
        assert f"<code>{order.model_fields['do'].default} " in page
    assert "desk_answered" in event_names() and "desk_answered" in page
    references = json.dumps(asyncapi).split('"#/components/schemas/')[1:]
    assert {one.partition('"')[0] for one in references} <= asyncapi["components"]["schemas"].keys()
