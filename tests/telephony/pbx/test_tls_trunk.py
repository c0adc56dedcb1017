"""A trunk over TLS: another board of ours is the carrier, and proves itself by the trunk's own CA."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import soundfile as sf

from telephony.errors import CallRefused
from telephony.media.control import AimLeg
from telephony.media.process import MediaProcess
from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx import trunk_events as out
from telephony.pbx.plan import BoardPlan, GatewayPlan
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.tls import server_context
from tests.stage.school import School, open_school
from tests.telephony.ears import HEARD, SILENCE, leaked, loudest
from tests.telephony.pbx.test_two_boards import (
    CITY_NUMBER,
    SCHOOL_NUMBER,
    city_plan,
    lifts,
    mouths,
    school_plan,
    telephone,
)

pytestmark = pytest.mark.wire

__all__ = ["mouths"]

NOWHERE = GatewayPlan("127.0.0.1", 9, "tls")


def made(folder: Path, *names: str) -> Proof:
    return SchoolCertificates(folder).ensure(names or ("127.0.0.1",), datetime.now(UTC))


def believing(plan: BoardPlan, ca: str) -> BoardPlan:
    """The plan whose trunk believes this authority and no other."""
    return replace(plan, trunks=(replace(plan.trunks[0], ca=ca),))


async def board(stack: AsyncExitStack, plan: BoardPlan, proof: Proof) -> School:
    context = server_context(proof.certificate, proof.key)
    return await stack.enter_async_context(open_school(plan, tls=context))


def secured(school: School) -> list[str]:
    """Collect, from now on, the cipher of every leg that is aimed."""
    suites: list[str] = []
    send = school.media.send

    def spy(command: object) -> None:
        if isinstance(command, AimLeg):
            suites.append(command.suite)
        send(command)  # type: ignore[arg-type]

    school.media.send = spy  # type: ignore[method-assign, assignment]
    return suites


@pytest.mark.feature("BAS-01")
@pytest.mark.parametrize("outward", [True, False])
async def test_a_call_over_tls_with_sound_and_both_carriers_proved(
    mouths: MediaProcess, tmp_path: Path, outward: bool
) -> None:
    ours, theirs = made(tmp_path / "school"), made(tmp_path / "city")
    async with AsyncExitStack() as stack:
        city = await board(stack, believing(city_plan(NOWHERE), ours.ca), theirs)
        way = GatewayPlan("127.0.0.1", city.board.tls_port, "tls")
        plan = believing(school_plan(way), theirs.ca)
        path = str(tmp_path / "school.wav")
        school = await board(stack, replace(plan, recording_path=lambda call: path), ours)
        back = GatewayPlan("127.0.0.1", school.board.tls_port, "tls")
        known = believing(city_plan(back), ours.ca)
        city.board.command(commands.SetPlan(replace(known, recording_path=lambda call: None)))
        suites = secured(school)
        seat = await telephone(stack, school, mouths)
        friend = await telephone(stack, city, mouths)
        here, there = (seat, friend) if outward else (friend, seat)
        lifting = asyncio.create_task(lifts(there))
        call = await here.dial(CITY_NUMBER if outward else SCHOOL_NUMBER)
        await call.until_answered()
        other = await lifting
        playing = [await call.play(["tone:709:1:-12"]), await other.play(["tone:1103:1:-12"])]
        assert all(await asyncio.gather(*playing))
        await call.hang_up()
        closed = await school.until(ev.RecordingClosed)
        if outward:
            assert school.all(out.OutsideAnswered)[0].transport == "tls"
        else:
            started = school.all(ev.CallStarted)[0]
            assert (started.transport, started.trunk) == ("tls", "city")
        assert any(suites) and not all(suites), "the trunk's sound is secured, the seat's is not"
    taped, _ = sf.read(closed.path)
    outside, inside = (1103, 709) if outward else (709, 1103)
    assert loudest(taped[:, 0], outside) > HEARD and loudest(taped[:, 1], inside) > HEARD
    assert leaked(taped[:, 0], inside) < SILENCE


async def test_a_carrier_that_cannot_prove_itself_gets_no_call(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    ours, theirs = made(tmp_path / "school"), made(tmp_path / "city")
    stranger = made(tmp_path / "stranger")
    async with AsyncExitStack() as stack:
        city = await board(stack, believing(city_plan(NOWHERE), ours.ca), theirs)
        way = GatewayPlan("127.0.0.1", city.board.tls_port, "tls")
        wrong = believing(school_plan(way), stranger.ca)
        school = await board(stack, wrong, ours)
        seat = await telephone(stack, school, mouths)
        for _ in range(2):
            call = await seat.dial(CITY_NUMBER)
            with pytest.raises(CallRefused, match="503"):
                await call.until_answered()
        (alarm,) = school.all(ev.Alarm)
        assert "cannot prove who it is" in alarm.text and "lab trunk check" in alarm.text
        assert not city.all(ev.CallStarted)
        right = believing(school_plan(way), theirs.ca)
        school.board.command(commands.SetPlan(replace(right, recording_path=lambda call: None)))
        call = await seat.dial(CITY_NUMBER)
        with pytest.raises(CallRefused, match="480"):
            await call.until_answered()
        assert (await city.until(ev.CallStarted)).transport == "tls", (
            "with the right CA it is called"
        )
        assert len(school.all(ev.Alarm)) == 1
