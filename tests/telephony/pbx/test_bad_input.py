"""Bad input at the running switchboard: each thing gets its answer, and nothing hangs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.ivr import Compare, Flow, Menu
from telephony.pbx.ivr import HangUp as Farewell
from telephony.pbx.ivr.news import FlowStuck
from telephony.pbx.plan import BoardPlan
from telephony.sip.events import Answered, Ended
from tests.stage.exchange import PROMPTS, plan_of
from tests.stage.rude import NO_AUDIO, OPUS, Rude, fired, request, rude
from tests.stage.school import School, open_school

pytestmark = pytest.mark.wire

CIRCLE, MENU = "*7801", "*7802"
WRONG = Menu(("menu",), {"none": "end"}, otherwise="end", wrong=("wrong",), tries=3)
FLOWS = {
    "circle": Flow("circle", "a", {"a": Compare("1", "is", "1", "a", "a")}),
    "menu": Flow("menu", "menu", {"menu": WRONG, "end": Farewell()}),
}


def plan() -> BoardPlan:
    beep = dict.fromkeys(("menu", "wrong", "flow.sorry"), "tone:440:0.3")
    return plan_of(
        3, recording_path=lambda call: None, flows={**plan_of(1).flows, **FLOWS},
        trials={CIRCLE: "circle", MENU: "menu"}, prompts={**PROMPTS, **beep}, most_transfers=3,
    )  # fmt: skip


@asynccontextmanager
async def house(*seats: str) -> AsyncIterator[tuple[School, list[Rude]]]:
    """A board with strangers at its seats; afterwards it answers as ever and holds nothing."""
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan()))
        where = school.board.address
        here = [
            await stack.enter_async_context(rude(where, seat, f"secret{int(seat) - 1000}"))
            for seat in seats
        ]
        yield school, here
        assert await here[0].ask("OPTIONS") == 200, "the board answers as ever"
        assert not school.board.board.works.calls
        assert not school.all(ev.Alarm)


async def test_datagrams_of_64_kb_and_a_nul_in_a_header() -> None:
    async with house("1001") as (school, (_,)):
        where = school.board.address
        for method in ("OPTIONS", "INVITE", "REGISTER"):
            big = request(method, b"Subject: ", size=65_507)
            assert await fired(where, big) == b"SIP/2.0 513 Message Too Large"
            line = await fired(where, request(method, b"Subject: a\0b"))
            assert line.startswith(b"SIP/2.0 400 "), line
        nul = await fired(where, request("INVITE", b"Contact: <sip:x\0y@127.0.0.1>"))
        assert nul.startswith(b"SIP/2.0 400 "), nul


async def test_calls_that_cannot_be() -> None:
    async with house("1001", "1002") as (school, (first, second)):
        for number, sdp, status in (
            ("1002", NO_AUDIO, 488), ("1002", OPUS, 488), ("1001", None, 486), ("4711", None, 404),
            (CIRCLE, NO_AUDIO, 488),
        ):  # fmt: skip
            assert (await first.dial(number, sdp))[1] == status, (number, sdp)
        assert not second.events[1:], "nobody's telephone rang for it"
        leg, status = await first.dial("1002")
        assert status == 200
        for bad in (NO_AUDIO, OPUS):
            assert await first.reoffer(leg, bad) == 488, "the talk goes on as it was"
        assert not first.all(Ended)
        await first.hang_up(leg)
        await school.until(ev.CallEnded)


async def test_a_refer_to_nowhere_and_transfers_round_in_a_circle() -> None:
    async with house("1001", "1002", "1003") as (school, (first, second, third)):
        leg, status = await first.dial("1002")
        assert status == 200
        host = school.host
        for uri, status in (
            (f"sip:4711@{host}", 404), (f"sip:1001@{host}", 482), (f"sip:1002@{host}", 482),
            (f"sip:{host}", 404),
        ):  # fmt: skip
            assert await first.refer(leg, uri) == status, uri
        assert not second.all(Ended), "the talk goes on"
        mine = {"1002": second, "1003": third}
        for here, there in (("1002", "1003"), ("1003", "1002"), ("1002", "1003")):
            assert await mine[here].refer(mine[here].last, f"sip:{there}@{host}") == 200
        assert await third.refer(third.last, f"sip:1002@{host}") == 482
        assert len(school.all(did.Transferred)) == 3
        await first.hang_up(leg)
        await school.until(ev.CallEnded)


async def test_a_flow_in_a_circle_and_a_flood_of_keys() -> None:
    async with house("1001") as (school, (first,)):
        _, status = await first.dial(CIRCLE)
        assert status == 200
        assert (await school.until(FlowStuck)).flow == "circle"
        await first.until(lambda: first.all(Ended))
        assert "flow.sorry" in [one.key for one in school.all(ev.PromptPlayed)]
        leg, status = await first.dial(MENU)
        assert status == 200 and len(first.all(Answered)) == 2
        for _ in range(20):
            first.flood(leg, 200)
        assert await first.ask("OPTIONS") == 200
        await first.until(lambda: len(first.all(Ended)) == 2)
        assert (await school.until(ev.CallEnded, 2)).why == "flow_ended"
