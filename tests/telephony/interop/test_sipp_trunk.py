"""SIPp as a carrier: it takes our calls where another gateway is silent, and calls our number."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.numbering import Kind
from telephony.pbx.plan import BoardPlan, GatewayPlan, TrunkPlan
from telephony.phone import Account, Phone
from tests.stage.exchange import plan_of
from tests.stage.school import open_school
from tests.telephony.interop.test_sipp import finished, free_port, sipp
from tests.telephony.pbx.test_two_boards import lifts

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed (sip-tester)"),
]

NUMBER, FRIEND = "000010000", "000020000"


def plan(port: int) -> BoardPlan:
    silent = GatewayPlan("127.0.0.1", free_port(), priority=1)
    trunk = TrunkPlan(
        "sipp", "practice", gateways=(silent, GatewayPlan("127.0.0.1", port, priority=2)),
        numbers=(NUMBER,), allows=frozenset(Kind) - {Kind.EMERGENCY}, patience=1.0,
    )  # fmt: skip
    return plan_of(
        1, trunks=(trunk,), numbers={NUMBER: ("extension", "1001")}, recording_path=lambda c: None
    )


async def test_sipp_takes_the_call_that_a_silent_gateway_did_not(tmp_path: Path) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(port)))
        mouths = await stack.enter_async_context(MediaProcess())
        phone = Phone(Account("1001", "secret1", school.board.address), media=mouths)
        await stack.enter_async_context(phone)
        await phone.register()
        carrier = await sipp(
            tmp_path, "-sn", "uas", "-p", str(port), "-mp", str(free_port()), "-m", "1",
            "-timeout", "60s", "-timeout_error",
        )  # fmt: skip
        call = await phone.dial(FRIEND)
        await call.until_answered()
        assert [event.again for event in school.all(out.OutsideFailed)] == [True]
        assert school.all(out.OutsideAnswered)[0].trunk == "sipp"
        await call.hang_up()
        await finished(carrier)


async def test_sipp_calls_our_number(tmp_path: Path) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(port)))
        mouths = await stack.enter_async_context(MediaProcess())
        phone = Phone(Account("1001", "secret1", school.board.address), media=mouths)
        await stack.enter_async_context(phone)
        await phone.register()
        answering = asyncio.create_task(lifts(phone))
        carrier = await sipp(
            tmp_path, f"{school.host}:{school.port}", "-sn", "uac", "-s", NUMBER, "-p", str(port),
            "-mp", str(free_port()), "-m", "1", "-d", "1500", "-timeout", "60s", "-timeout_error",
        )  # fmt: skip
        await answering
        await finished(carrier)
        assert school.all(ev.CallStarted)[0].trunk == "sipp"
        await school.until(ev.CallEnded)
