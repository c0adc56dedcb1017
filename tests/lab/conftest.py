"""A seat and a console on stage."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import pytest
import typer
from textual.message import Message
from textual.pilot import Pilot

from classroom.door.wire import CallRecord, CardPopped, Lang
from lab.console.app import ConsoleApp
from lab.parts.player import Player
from lab.seat.app import SeatApp
from lab.seat.screen import SeatScreen
from tests.stage import props
from tests.stage.actors import StageCall, StageControls, StageDoor, StageTelephone
from tests.stage.screen import settle, until

SIZES = [(80, 24), (120, 40)]


@dataclass
class SeatStage:
    """A seat, its server, its telephone, and a clock that moves when a test says so."""

    lang: Lang
    door: StageDoor
    controls: StageControls
    telephone: StageTelephone
    now: list[float]
    app: SeatApp
    pilot: Pilot[int]
    heard: list[Message] = field(default_factory=list)

    async def sit_down(self) -> None:
        """Log in with the right password."""
        await self.pilot.press(*"lab", "enter")
        await until(self.pilot, lambda: isinstance(self.app.screen, SeatScreen))
        await settle(self.pilot)

    async def ring(self) -> StageCall:
        """The card pops and the telephone rings."""
        card = CardPopped(extension="1007", card=props.card(self.lang))
        self.door.tell(card, props.desk_changed(self.lang, "ready", "offered"))
        call = self.telephone.ring("05550107")
        await settle(self.pilot)
        return call

    async def talk(self) -> StageCall:
        """Ring, answer, and the floor says so."""
        call = await self.ring()
        await self.pilot.press("f4")
        self.door.tell(props.desk_changed(self.lang, "ready", "talking"))
        await settle(self.pilot)
        return call

    async def wrap_up(self) -> None:
        """Hang up after a talk."""
        await self.talk()
        self.door.tell(*props.captions(self.lang))
        await self.pilot.press("f8")
        self.door.tell(props.desk_changed(self.lang, "ready", "wrapping"))
        await settle(self.pilot)


@dataclass
class ConsoleStage:
    """A console, its server, its hand on the switchboard and its telephone."""

    lang: Lang
    door: StageDoor
    controls: StageControls
    telephone: StageTelephone
    now: list[float]
    app: ConsoleApp
    pilot: Pilot[int]


SeatMaker = Callable[..., AbstractAsyncContextManager[SeatStage]]
ConsoleMaker = Callable[..., AbstractAsyncContextManager[ConsoleStage]]


@pytest.fixture(autouse=True, scope="session")
def one_tree_of_commands() -> Iterator[None]:
    """``lab`` is put together once, as in a process of its own, and not for each line that is typed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.testing._get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def seat() -> SeatMaker:
    @asynccontextmanager
    async def open_seat(
        lang: Lang = "zh",
        size: tuple[int, int] = (80, 24),
        *,
        consented: bool = True,
        ready: bool = False,
    ) -> AsyncIterator[SeatStage]:
        door = StageDoor(props.session(lang, consented=consented))
        door.the_briefing, door.lang = props.briefing(lang), lang
        telephone, now, controls = StageTelephone(), [1000.0], StageControls()
        app = SeatApp(
            connect=lambda server: door,
            control=lambda server, token: controls,
            telephone=lambda account: telephone,
            server="127.0.0.1:8770",
            login="s07",
            lang=lang,
            ready=ready,
            clock=lambda: now[0],
        )
        heard: list[Message] = []
        async with app.run_test(size=size, message_hook=heard.append) as pilot:
            await settle(pilot)
            yield SeatStage(lang, door, controls, telephone, now, app, pilot, heard)

    return open_seat


FLOOR = [
    ("ready", "idle"), ("ready", "talking"), ("break", "idle"), ("ready", "wrapping"),
    ("ready", "holding"), ("ready", "offered"), ("ready", "talking"), ("off", "idle"),
]  # fmt: skip
PEOPLE = {
    "zh": ["王小明", "李娜", "张伟", "刘洋", "陈静", "欧阳雪梅", "林晓雯", "赵磊"],
    "en": ["Tom Wang", "Lina Li", "David Zhang", "Amy Liu", "Jing Chen", "Anastasia Romanova",
           "Mary Lin", "Leo Zhao"],
}  # fmt: skip
STATES = ["graded", "talking", "abandoned", "wrapping", "talking", "ringing"]


def fill_floor(door: StageDoor, lang: Lang) -> None:
    """Eight desks and seven calls."""
    for number, (name, (duty, activity)) in enumerate(zip(PEOPLE[lang], FLOOR, strict=True), 1):
        door.the_desks.append(
            props.desk(
                lang,
                duty,  # type: ignore[arg-type]  # a literal in FLOOR
                activity,  # type: ignore[arg-type]  # a literal in FLOOR
                extension=f"10{number:02}",
                name=name,
                reason="meal" if duty == "break" else "",
                call_id=f"c-{number:04}" if activity != "idle" else None,
                registered=duty != "off",
            )
        )
    door.the_calls = [props.record(lang)]
    for number, state in enumerate(STATES, 1):
        graded = state == "graded"
        row = props.summary(
            lang,
            number,
            agent_name=PEOPLE[lang][number - 1],
            state=state,
            score=45.0 if graded else None,
            passed=False if graded else None,
            talk_seconds=33.0 * number,
            scenario=None if state == "abandoned" else "broadband_bill",
        )
        door.the_calls.append(CallRecord(summary=row, timeline=[]))
    full = {"zh": "磁盘已满：录音停止，通话继续。", "en": "The disk is full: the call goes on."}
    door.alarms = [full[lang]]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> ConsoleMaker:
    monkeypatch.setattr("lab.console.calls.time.localtime", __import__("time").gmtime)

    @asynccontextmanager
    async def open_console(
        lang: Lang = "zh", size: tuple[int, int] = (80, 24), *, player: Player | None = None
    ) -> AsyncIterator[ConsoleStage]:
        door = StageDoor(props.instructor(lang))
        fill_floor(door, lang)
        now = [1000.0]
        controls, telephone = StageControls(), StageTelephone()
        app = ConsoleApp(
            connect=lambda server: door,
            control=lambda server, token: controls,
            telephone=lambda account: telephone,
            server="127.0.0.1:8770",
            login="teacher",
            password="lab",
            lang=lang,
            clock=lambda: now[0],
            player=player or Player([]),
        )
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: door.asked_for("floor"))
            await settle(pilot)
            yield ConsoleStage(lang, door, controls, telephone, now, app, pilot)
            await app.player.close()

    return open_console


@pytest.fixture
def greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are drawn where the screen is: for pictures that is Greenwich."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
