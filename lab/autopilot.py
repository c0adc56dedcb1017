"""The automatic agent: sits at a seat and speaks the scenario's model answer.

It has what a student's seat has: the floor's events, a telephone of its own, the same API; only the model
answer is lent by the instructor. It acts on events alone (the card, the end of the customer's sentence),
never on the clock, so that the same seed makes the same talk on a busy machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

from classroom.door.client import DoorClient, DoorError, SpeechLater
from classroom.door.wire import (
    Action,
    CallCard,
    CallChanged,
    CallRecord,
    CallSummary,
    Caption,
    CardPopped,
    FloorEvent,
    Graded,
    ModelAnswer,
    ModelTurn,
)
from lab.errors import LabError
from telephony.phone import Phone, PhoneCall, Rang
from telephony.phone_events import Ended

HANG_UP = "hang_up"
"""The action of a model turn that ends the call."""


ANNOUNCEMENT_SECONDS = 8.0
"""A switchboard that announces nobody is not waited for any longer."""
MARKED_WITHIN = 60.0
"""Seconds after the wrap-up in which the scorecard must come: one that cannot be stored never does."""
ASKED_WITHIN = 5.0
"""Seconds in which a server says what its alarms are."""
WHOLE_WITHIN = 300.0
"""Seconds after the scorecard in which late lines are rendered into the recording."""


class NoCall(LabError):
    """The customer's call did not come to its end."""


class Unmarked(NoCall):
    """The scorecard did not come in time."""

    def __init__(self, alarm: str) -> None:
        super().__init__(alarm)
        self.alarm = alarm
        """The server's last alarm; empty when it gave none."""


@dataclass(slots=True)
class Autopilot:
    """Takes one call from ring to scorecard."""

    door: DoorClient
    teacher: DoorClient
    phone: Phone
    extension: str
    told: Callable[[Caption], None]
    """Is shown every finished sentence of the call."""
    sounds: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="lab-lines-")))
    card: asyncio.Future[CallCard] = field(init=False)
    rang: asyncio.Future[PhoneCall] = field(init=False)
    graded: asyncio.Future[None] = field(init=False)
    whole: asyncio.Future[None] = field(init=False)
    """Marked, and every line's sound is in the recording."""
    model: ModelAnswer | None = None
    announced: asyncio.Event = field(default_factory=asyncio.Event)
    """The switchboard has told the customer who serves."""
    _turns: asyncio.Queue[ModelTurn | None] = field(default_factory=asyncio.Queue)
    _closed: set[str] = field(default_factory=set)
    _lines: int = 0

    def __post_init__(self) -> None:
        """Make what the two listeners will fulfil."""
        loop = asyncio.get_running_loop()
        self.card, self.rang = loop.create_future(), loop.create_future()
        self.graded, self.whole = loop.create_future(), loop.create_future()

    async def take_one_call(self) -> CallRecord:
        """Wait for a customer, serve, wrap up; return the call with its scorecard.

        Raises:
            Unmarked: the scorecard did not come in time.
            NoCall: the call broke off before it could be graded.
        """
        async with listening(self._watch_floor(), self._watch_phone()) as broken:
            serving = asyncio.ensure_future(self._serve())
            done, _ = await asyncio.wait({serving, *broken}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            if not serving.done():
                serving.cancel()
                raise NoCall("the line to the server broke off in the call; see the server's log")
        return await self.door.call(self.card.result().call_id)

    # ── what is heard of the floor and of the telephone ──────────────────────

    async def _watch_floor(self) -> None:
        async for event in self.door.floor():
            self._note(event)

    def _note(self, event: FloorEvent) -> None:
        call_id = self.card.result().call_id if self.card.done() else None
        match event:
            case CardPopped(extension=self.extension, card=card) if not self.card.done():
                self.card.set_result(card)
            case Caption(speaking=False) if event.call_id == call_id:
                self.told(event)
                self._hear(event)
            case Graded() if event.call_id == call_id and not self.graded.done():
                self.graded.set_result(None)
            case CallChanged(call=CallSummary(state="graded", call_id=known)) if known == call_id:
                if not self.whole.done():
                    self.whole.set_result(None)

    def _hear(self, caption: Caption) -> None:
        """Queue the model's answer when the customer has finished.

        A beat said again is answered again, but the goodbye after the closing is the end.
        """
        if caption.who == "ivr" and caption.at >= 0:
            self.announced.set()
        if caption.who != "customer" or caption.more or self.model is None:
            return
        turn = next((turn for turn in self.model.turns if turn.beat == caption.beat), None)
        if turn is None:
            return
        if turn.closes and turn.beat in self._closed:
            turn = ModelTurn(beat=turn.beat, say="", actions=[Action(what=HANG_UP)])
        elif turn.closes:
            self._closed.add(turn.beat)
        self._turns.put_nowait(turn)

    async def _watch_phone(self) -> None:
        async for event in self.phone.events():
            if isinstance(event, Rang) and not self.rang.done():
                self.rang.set_result(event.call)

    async def _until_over(self, call: PhoneCall) -> None:
        async for event in call.events():
            if isinstance(event, Ended):
                self._turns.put_nowait(None)

    # ── what is done ─────────────────────────────────────────────────────────

    async def _serve(self) -> None:
        await self.door.desk("ready")
        card, call = await self.card, await self.rang
        self.model = await self.teacher.model(card.call_id)
        async with listening(self._until_over(call)):
            await call.ring()
            self.announced.clear()
            await call.answer()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.announced.wait(), ANNOUNCEMENT_SECONDS)
            await self.door.act(card.call_id, Action(what="opened_record"))
            await self._say(call, self.model.opening)
            while (turn := await self._turns.get()) is not None:
                await self._perform(call, turn)
        await self.door.wrap_up(card.call_id, self.model.wrapup)
        await self._within(MARKED_WITHIN, self.graded)
        await self._within(WHOLE_WITHIN, self.whole)

    async def _within(self, seconds: float, news: asyncio.Future[None]) -> None:
        """Wait for news of the marks; an alarm makes even a long wait short. Raises Unmarked."""
        shortly = min(seconds, MARKED_WITHIN)
        done, _ = await asyncio.wait({news}, timeout=shortly)
        if not done and seconds > shortly and not await self._alarm():
            done, _ = await asyncio.wait({news}, timeout=seconds - shortly)
        if not done:
            raise Unmarked(await self._alarm())

    async def _alarm(self) -> str:
        """The server's last alarm, which students are not told; empty without one or an answer."""
        with contextlib.suppress(DoorError, TimeoutError):
            async with asyncio.timeout(ASKED_WITHIN):
                return next(reversed((await self.teacher.health()).alarms), "")
        return ""

    async def _perform(self, call: PhoneCall, turn: ModelTurn) -> None:
        if turn.hold_seconds:
            await call.hold()
            await asyncio.sleep(turn.hold_seconds)  # The length of the hold is the point here.
            await call.resume()
        if turn.say:
            await self._say(call, turn.say)
        for action in turn.actions:
            if action.what == HANG_UP:
                await call.hang_up()
            else:
                await self.door.act(self.card.result().call_id, action)

    async def _say(self, call: PhoneCall, text: str) -> None:
        """Say a line as a seat does: its words at once, with how long they sound; then the sound."""
        headers = [("X-Lab-Line", "typed")]
        clip = await self._sound_of(text)
        if clip is not None:
            headers.append(("X-Lab-Sound", f"{soundfile.info(str(clip)).duration:.2f}"))
        await call.say_text(text, headers)
        if clip is not None:
            await (await call.play([str(clip)]))

    async def _sound_of(self, text: str) -> Path | None:
        """Fetch the line's sound; none when it will be put into the recording after the call."""
        try:
            wav = await self.door.speech(text, self.card.result().call_id)
        except SpeechLater:
            return None
        self._lines += 1
        clip = self.sounds / f"{self._lines:03}.wav"
        await asyncio.to_thread(clip.write_bytes, wav)
        return clip


@contextlib.asynccontextmanager
async def listening(*listeners: object) -> AsyncIterator[set[asyncio.Task[None]]]:
    """Run listeners beside a block; they end with it."""
    tasks = {asyncio.ensure_future(one) for one in listeners}  # type: ignore[call-overload]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
