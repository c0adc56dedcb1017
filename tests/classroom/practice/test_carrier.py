"""The carrier's process with its real telephones, called by a telephone that plays the board."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest

from classroom.practice.orders import (
    CarrierReady,
    CustomerEnded,
    CustomerHeard,
    CustomerRated,
    CustomerSpeaks,
    Drop,
    LineTold,
    Part,
    PlaceCall,
    Placed,
    Quit,
    Setup,
    report_from,
    to_line,
)
from telephony.media.control import Digit, SpeechBegan, SpeechEnded
from telephony.media.process import MediaProcess
from telephony.phone import Phone, PhoneCall, Rang
from telephony.phone_events import Answered, Ended

pytestmark = pytest.mark.wire

SCHOOL = "2025550100"
CALLER = "4155550123"
TALK = (
    "Hello, Harbor Goods, agent 1001, how can I help?",
    "Sorry it's late. Let me find your order. Your name and order number, please?",
    "Thank you. It's on its way, it will be delivered tomorrow before noon.",
    "Anything else I can do?",
    "Thank you for calling, goodbye.",
)
R = TypeVar("R")
ROOT = Path(__file__).parents[3]


class Child:
    """A carrier process and everything it reported."""

    def __init__(self, board: Phone) -> None:
        self.board = board
        self.reports: list[Part] = []
        self._more = asyncio.Condition()

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "classroom.practice.carrier",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        self.reading = asyncio.create_task(self._read())
        host, port = self.board.address
        me = {"user": "practice", "password": "x" * 20, "lang": "en"}
        self.order(Setup(board_host=host, board_port=port, **me))
        await self.report(CarrierReady)

    async def _read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            async with self._more:
                self.reports.append(report_from(line))
                self._more.notify_all()

    def order(self, order: Part) -> None:
        assert self.process.stdin
        self.process.stdin.write(to_line(order))

    def of(self, kind: type[R], order_id: str | None = None) -> list[R]:
        return [
            r
            for r in self.reports
            if isinstance(r, kind) and (order_id is None or r.order_id == order_id)  # type: ignore[attr-defined]
        ]

    async def report(self, kind: type[R], number: int = 1, order_id: str | None = None) -> R:
        """Wait for the so-many-th report of a kind."""
        async with asyncio.timeout(90), self._more:
            await self._more.wait_for(lambda: len(self.of(kind, order_id)) >= number)
        return self.of(kind, order_id)[number - 1]

    async def sentences(self, number: int, order_id: str | None = None) -> None:
        """Wait until the customer has finished so many sentences."""
        async with asyncio.timeout(90), self._more:
            await self._more.wait_for(lambda: len(self.finished(order_id)) >= number)

    def finished(self, order_id: str | None = None) -> list[CustomerSpeaks]:
        return [s for s in self.of(CustomerSpeaks, order_id) if s.until is not None]

    async def end(self) -> int:
        assert self.process.stdin
        if self.process.returncode is None:
            self.process.stdin.close()
        async with asyncio.timeout(90):
            status = await self.process.wait()
        await self.reading
        return status


@pytest.fixture
async def board() -> AsyncIterator[Phone]:
    async with MediaProcess() as media, Phone(None, media=media, name="board") as phone:
        yield phone


@pytest.fixture
async def carrier(board: Phone) -> AsyncIterator[Child]:
    child = Child(board)
    await child.start()
    yield child
    await child.end()


def place(order_id: str = "o1", **more) -> PlaceCall:
    given = {"scenario": "order-inquiry", "seed": 7, "lang": "en", "caller": CALLER}
    return PlaceCall(order_id=order_id, dials=SCHOOL, **(given | more))


async def rang(board: Phone) -> PhoneCall:
    async with asyncio.timeout(90):
        async for event in board.events():
            if isinstance(event, Rang):
                return event.call
    raise AssertionError("nobody called")


async def until(call: PhoneCall, kind: type[R]) -> R:
    async with asyncio.timeout(90):
        async for event in call.events():
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the call ended without {kind.__name__}")


async def taken(carrier: Child, order_id: str = "o1") -> PhoneCall:
    """Answer a customer's call as a board whose agent takes it at once."""
    call = await rang(carrier.board)
    await call.answer()
    order_id = call.headers.get("X-Lab-Call")
    carrier.order(LineTold(order_id=order_id, what="queued"))
    carrier.order(LineTold(order_id=order_id, what="answered"))
    return call


async def talk(carrier: Child, call: PhoneCall, lines: tuple[str, ...] = TALK) -> None:
    order_id = call.headers.get("X-Lab-Call")
    for number, words in enumerate(lines, start=1):
        assert await call.say_text(words, [("X-Lab-Line", "picked; line=order/opening")]) == 200
        await carrier.sentences(number, order_id)


async def test_a_customer_presses_talks_rates_and_is_gone(carrier: Child):
    carrier.order(place())
    call = await rang(carrier.board)
    assert (call.headers.get("X-Lab-Call"), call.number) == ("o1", CALLER)
    await carrier.report(Placed)
    await call.answer()
    await (await call.play(["tone:400:1.5"]))
    assert (await until(call, Digit)).digit == "1"
    carrier.order(LineTold(order_id="o1", what="answered"))
    await talk(carrier, call)
    carrier.order(LineTold(order_id="o1", what="rating"))
    assert (await until(call, Digit)).digit == "5"
    await call.hang_up()
    end = await carrier.report(CustomerEnded)
    assert (end.outcome, end.rating) == ("satisfied", 5)
    assert (await carrier.report(CustomerRated)).rating == 5
    assert [h.heard_by for h in carrier.of(CustomerHeard)] == ["picked"] * 5
    for said in carrier.finished():
        assert said.until is not None and said.until - said.began > 0.15


async def test_the_customers_voice_is_heard_while_it_is_reported(carrier: Child):
    carrier.order(place())
    call = await taken(carrier)
    await call.say_text(TALK[0])
    began, ended = await until(call, SpeechBegan), await until(call, SpeechEnded)
    await carrier.sentences(1)
    (said,) = carrier.finished()
    assert said.until is not None
    assert said.began - 0.05 < began.at < said.until
    assert began.at < ended.at < said.until + 10.0


async def test_rendered_clips_are_spoken(carrier: Child, tmp_path: Path):
    from classroom.speech.cache import ClipCache
    from classroom.speech.tone import ToneVoice
    from classroom.speech.voice import RATE, Spoken
    from scenarios.cast import cast_of
    from scenarios.lines import lines
    from scenarios.load import find

    sound = ToneVoice().say(Spoken("long" * 12, "x"))
    clip = ClipCache(tmp_path).keep("v", Spoken("x", "x"), sound)
    scenario = find("order-inquiry")
    keys = [line.key for line in lines(scenario, cast_of(scenario, 7))]
    carrier.order(place(clips=dict.fromkeys(keys, str(clip.path))))
    call = await taken(carrier)
    await call.say_text(TALK[0])
    await carrier.sentences(1)
    (said,) = carrier.finished()
    assert said.until is not None
    assert said.until - said.began > len(sound) / RATE - 0.1


async def test_five_customers_at_once_say_the_same_words(carrier: Child):
    for number in range(5):
        carrier.order(place(f"o{number}"))
    calls = [await taken(carrier) for _ in range(5)]
    await asyncio.gather(*(talk(carrier, call, TALK[:3]) for call in calls))
    said = [[s.text for s in carrier.finished(f"o{number}")] for number in range(5)]
    assert all(words == said[0] for words in said)
    assert len(said[0]) >= 3
    carrier.order(Drop(order_id="o0", why="lesson ended"))
    end = await carrier.report(CustomerEnded, order_id="o0")
    assert (end.outcome, end.why) == ("broken_off", "lesson ended")


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (place(caller="95588"), "block of fake numbers"),
        (place(caller="+8613800138000"), "block of fake numbers"),
        (place(scenario="order-inquiri"), "did you mean `order-inquiry`"),
    ],
)
async def test_what_cannot_be_placed_is_refused_with_a_sentence(carrier: Child, order, why):
    carrier.order(order)
    end = await carrier.report(CustomerEnded)
    assert end.outcome == "refused"
    assert why in end.why
    assert carrier.of(Placed) == []


@pytest.mark.parametrize(("status", "outcome"), [(503, "refused"), (480, "unanswered")])
async def test_a_board_that_refuses_is_reported(carrier: Child, status: int, outcome: str):
    carrier.order(place())
    await (await rang(carrier.board)).refuse(status)
    assert (await carrier.report(CustomerEnded)).outcome == outcome


async def test_a_customer_hangs_up_in_the_menu_when_nobody_comes(carrier: Child):
    carrier.order(place(give_up_after=5.0))
    call = await rang(carrier.board)
    await call.answer()
    await until(call, Ended)
    assert (await carrier.report(CustomerEnded)).outcome == "unanswered"


async def test_a_number_that_is_nobodys_is_not_in_use(carrier: Child):
    ready = carrier.of(CarrierReady)[0]
    call = await carrier.board.dial(f"sip:{CALLER}@{ready.host}:{ready.port}")
    assert (await until(call, Ended)).status == 404


async def test_a_customer_who_called_can_be_called_back(carrier: Child):
    ready = carrier.of(CarrierReady)[0]
    home = f"sip:{CALLER}@{ready.host}:{ready.port}"
    carrier.order(place())
    call = await taken(carrier)
    busy = await carrier.board.dial(home)
    assert (await until(busy, Ended)).status == 486
    await call.hang_up()
    await carrier.report(CustomerEnded, order_id="o1")
    back = await carrier.board.dial(home, headers=[("X-Lab-Call", "back-1")])
    await until(back, Answered)
    await back.say_text(TALK[0])
    await carrier.sentences(1, "back-1")
    await back.hang_up()
    assert (await carrier.report(CustomerEnded, order_id="back-1")).outcome == "broken_off"


@pytest.mark.parametrize("politely", [True, False])
async def test_when_the_server_is_gone_every_customer_hangs_up(board: Phone, politely: bool):
    child = Child(board)
    await child.start()
    child.order(place())
    call = await taken(child)
    if politely:
        child.order(Quit())
    else:
        child.process.stdin.close()
    async with asyncio.timeout(90):
        assert [event async for event in call.events()][-1] == Ended("the far end hung up")
    assert await child.end() == 0
    assert child.of(CustomerEnded)[0].outcome == "broken_off"
