"""A supervisor on real wires: who hears the shouting, measured in everybody's ears."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from telephony.media import control
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.pbx.party import Mode
from telephony.pbx.supervision_events import SupervisionBegan
from telephony.pbx.supervisor_orders import Supervise
from telephony.phone import PhoneCall
from tests.stage.school import open_school
from tests.telephony.ears import HEARD, SILENCE, leaked, loudest
from tests.telephony.pbx.test_wire import lifts, mouths, plan, seats

pytestmark = pytest.mark.wire

__all__ = ["mouths"]

CUSTOMER, AGENT, SHOUTING = 450, 700, 1100


async def shouts(supervisor: PhoneCall) -> None:
    """A tone as loud as the line carries, to its end."""
    assert await (await supervisor.play([f"tone:{SHOUTING}:1.2:-3"]))


async def ear(worker: MediaProcess, call: PhoneCall, path: Path) -> None:
    """Keep what a telephone hears from now on."""
    worker.send(control.Record(path.stem, str(path)))
    worker.send(control.SetRow(f"{path.stem}/left", {call.media: 1.0}))


def heard(path: Path) -> np.ndarray:
    sound, rate = sf.read(path)
    assert rate == 8000
    return np.asarray(sound[:, 0])


@pytest.mark.feature("TEL-11", "SEA-37", "SEA-38", "SEA-22")
async def test_a_listener_who_shouts_is_heard_by_nobody_a_whisper_by_the_agent_alone(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    charges = {"1003": frozenset({"1002"})}
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(
            open_school(replace(plan(tmp_path, 3), charges=charges))
        )
        first, second, third = await seats(stack, school, mouths, 3)
        answering = asyncio.create_task(lifts(second))
        customer = await first.dial("1002")
        await customer.until_answered()
        agent = await answering
        behind = asyncio.create_task(lifts(third))
        school.board.command(Supervise("1003", "1002"))
        supervisor = await behind
        await school.until(SupervisionBegan)

        for n, mode in enumerate((Mode.LISTEN, Mode.WHISPER, Mode.BARGE), start=1):
            if mode is not Mode.LISTEN:
                school.board.command(Supervise("1003", "1002", mode))
            await school.until(SupervisionBegan, n)
            for name, call in (("customer", customer), ("agent", agent), ("boss", supervisor)):
                await ear(mouths, call, tmp_path / f"{mode.value}-{name}.wav")
            talking = [
                await customer.play([f"tone:{CUSTOMER}:1.2:-12"]),
                await agent.play([f"tone:{AGENT}:1.2:-12"]),
            ]
            await shouts(supervisor)
            await asyncio.gather(*talking)
            for name in ("customer", "agent", "boss"):
                mouths.send(control.StopRecording(f"{mode.value}-{name}"))
        await customer.hang_up()
        closed = await school.until(ev.RecordingClosed)
        await mouths.close()

        for mode, name, hears in (
            ("listen", "customer", False), ("listen", "agent", False),
            ("whisper", "customer", False), ("whisper", "agent", True),
            ("barge", "customer", True), ("barge", "agent", True),
        ):  # fmt: skip
            sound = heard(tmp_path / f"{mode}-{name}.wav")
            if hears:
                assert loudest(sound, SHOUTING) > HEARD, f"{mode}: the {name} hears nothing"
            else:
                assert leaked(sound, SHOUTING) < SILENCE, f"{mode}: the {name} hears the boss"
        boss = heard(tmp_path / "listen-boss.wav")
        assert loudest(boss, CUSTOMER) > HEARD and loudest(boss, AGENT) > HEARD
        taped, _ = sf.read(closed.path)
        assert leaked(taped[:, 0], SHOUTING) < SILENCE, "left is the customer's mouth alone"
        assert leaked(taped[:8000, 1], SHOUTING) < SILENCE
        assert loudest(taped[:, 1], SHOUTING) > HEARD, "the customer heard the barge"
