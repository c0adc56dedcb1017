"""A whole practice call: the real switchboard, a real seat telephone, the carrier's process."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

import numpy as np
import pytest
import soundfile

from classroom.practice.hearsay import hearsay
from classroom.practice.orders import CarrierReady, CustomerEnded, CustomerSpeaks
from telephony.media.process import MediaProcess
from telephony.pbx.commands import SetDuty, SetPlan
from telephony.pbx.desk import Duty
from telephony.pbx.events import (
    BoardEvent,
    CallEnded,
    CallStarted,
    DeskAnswered,
    MenuChosen,
    Queued,
    Rated,
    RecordingBegan,
    RecordingClosed,
    TextSaid,
)
from telephony.pbx.ivr import Flow, HangUp, Menu, Play, ToQueue
from telephony.pbx.plan import BoardPlan, DeskPlan, QueuePlan, TrunkPlan
from telephony.phone import Account, Phone
from telephony.switchboard import Network, Switchboard
from tests.classroom.practice.test_carrier import CALLER, SCHOOL, TALK, Child, place, rang, talk

pytestmark = [pytest.mark.wire, pytest.mark.long]

PROMPTS = {
    "welcome": "tone:400:0.8", "menu": "tone:500:0.8", "music": "tone:300:1.0",
    "rate.ask": "tone:600:2.0", "rate.thanks": "tone:600:0.4", "agent.1001": "tone:700:0.6",
}  # fmt: skip


def plan(trunk_port: int, recordings: Path) -> BoardPlan:
    flow = Flow(
        "inbound",
        "hello",
        {
            "hello": Play(("welcome",), then="menu"),
            "menu": Menu(("menu",), {"1": "agents"}, otherwise="end"),
            "agents": ToQueue("service"),
            "end": HangUp(),
        },
    )
    return BoardPlan(
        realm="lab",
        desks={"1001": DeskPlan("1001", "seat-secret")},
        numbers={SCHOOL: ("flow", "inbound")},
        flows={"inbound": flow},
        queues={"service": QueuePlan("service")},
        trunks=(TrunkPlan("practice", "practice", "practice", "x" * 20, "127.0.0.1", trunk_port),),
        prompts=PROMPTS,
        recording_path=lambda call: str(recordings / f"{call}.wav"),
    )


class Lab:
    """The board and what it told."""

    def __init__(self, media: MediaProcess, recordings: Path) -> None:
        self.events: list[BoardEvent] = []
        self.more = asyncio.Event()
        self.child: Child | None = None
        self.recordings = recordings
        self.board = Switchboard(
            plan(1, recordings),
            media=media,
            on_event=self.heard,
            network=Network(("127.0.0.1", 0)),
        )

    def heard(self, event: BoardEvent) -> None:
        self.events.append(event)
        self.more.set()
        told = hearsay(event, lambda extension: 0.6)
        if told and self.child:
            self.child.order(told)

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind):
        async with asyncio.timeout(90):
            while not self.of(kind):
                self.more.clear()
                await self.more.wait()
        return self.of(kind)[0]


@pytest.mark.feature("IMP-01")
async def test_dial_menu_queue_talk_rate_and_end(tmp_path: Path):
    async with MediaProcess() as media:
        lab = Lab(media, tmp_path)
        await lab.board.start()
        child = Child(lab.board)  # type: ignore[arg-type]  # only its address is asked for
        await child.start()
        port = child.of(CarrierReady)[0].port
        lab.board.command(SetPlan(plan(port, tmp_path)))
        lab.child = child
        account = Account("1001", "seat-secret", lab.board.address)
        async with Phone(account, media=media) as seat:
            await seat.register()
            child.order(place("call-1"))
            await lab.until(Queued)
            lab.board.command(SetDuty("1001", Duty.READY))
            call = await rang(seat)
            assert call.headers.get("X-Lab-Call") == "call-1"
            await call.ring()
            await call.answer()
            await lab.until(DeskAnswered)
            await talk(child, call, TALK)
            await call.hang_up()
            end = await child.report(CustomerEnded)
            await lab.until(CallEnded)
            await lab.until(RecordingClosed)
        await child.end()
        await lab.board.close()
    started = lab.of(CallStarted)[0]
    assert (started.call, started.caller, started.trunk) == ("call-1", CALLER, "practice")
    assert "1" in [chosen.key for chosen in lab.of(MenuChosen)]
    assert len(lab.of(TextSaid)) == len(TALK)
    assert all(text.relayed for text in lab.of(TextSaid))
    assert (end.outcome, end.rating) == ("satisfied", 5)
    assert [rated.score for rated in lab.of(Rated)] == [5]
    said = [s for s in child.of(CustomerSpeaks) if s.until is not None]
    assert len(said) >= 5
    answered, closed = lab.of(DeskAnswered)[0], lab.of(RecordingClosed)[0]
    assert closed.seconds > said[-1].until - answered.at - 0.5
    began = lab.of(RecordingBegan)[0].at
    assert began == answered.at
    begins = [s.began - began for s in child.of(CustomerSpeaks) if s.until is None]
    apart = [onset(Path(closed.path), at) - at for at in begins[:5]]
    print("caption to sound, ms:", [round(1000 * one) for one in apart])
    assert abs(statistics.median(apart)) < 0.05, "a caption stands where the sound is"


def onset(recording: Path, near: float) -> float:
    """The second at which the customer's channel begins to sound, about this one."""
    left = np.abs(soundfile.read(recording)[0][:, 0])
    first = max(0, round((near - 0.3) * 8000))
    return float(first + np.argmax(left[first:] > 0.003)) / 8000
