"""One customer's call: brings telephone, clock and customer together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, Final

from classroom.practice.customer import Customer
from classroom.practice.manners import UNANSWERED, Do, HeardBy, Hush
from classroom.practice.mouth import Mouth
from classroom.practice.orders import LineTold, Part, PlaceCall, Placed
from scenarios.acts import HangUp, Press, Say
from telephony.errors import TelephonyError
from telephony.media.control import PlayBegan, SpeechBegan, SpeechEnded
from telephony.media.errors import WorkerDied
from telephony.phone import Phone, PhoneCall
from telephony.phone_events import Answered, CallEvent, Ended, TextCame
from telephony.sip.message import Headers

OVERDUE: Final = 5.0
"""A sentence whose end is not told so long after it should have come is over."""
_NOBODY = frozenset({408, 480, 487})
"""Final statuses that mean: nobody took the call."""


class PracticeCall:
    """Runs until the customer's call is over."""

    def __init__(
        self, order: PlaceCall, customer: Customer, mouth: Mouth, tell: Callable[[Part], None]
    ) -> None:
        self.order = order
        self._customer = customer
        self._mouth = mouth
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._call: PhoneCall | None = None
        self._answered = False
        self._called = False
        """We were called, so whoever answers is a person."""
        self._sounding = ("", 0)
        """The source that plays, and the act it belongs to."""
        self._timer: asyncio.TimerHandle | None = None
        self._performing: set[asyncio.Task[None]] = set()

    async def run(self, phone: Phone) -> None:
        """Dial, talk, hang up."""
        try:
            self._customer.placed(self._now())
            headers = [("X-Lab-Call", self.order.order_id)]
            self._call = await phone.dial(
                self.order.dials, headers=headers, caller=self.order.caller
            )
            self._tell(Placed(order_id=self.order.order_id, at=self._now()))
            if self._customer.leaving:
                await self._call.hang_up()
            await self._live(self._call)
        except (TelephonyError, OSError) as error:
            self._customer.unreached("refused", str(error), self._now())
        finally:
            self._close()

    async def take(self, call: PhoneCall, rings: float) -> None:
        """Lift after so many seconds of ringing, talk, hang up."""
        self._call, self._called = call, True
        self._customer.placed(self._now())
        lifting = self._loop.call_later(rings, lambda: self._start(call.answer()))
        try:
            await self._live(call)
        finally:
            lifting.cancel()
            self._close()

    async def _live(self, call: PhoneCall) -> None:
        self._settle()
        async for event in call.events():
            self._happened(event)
            self._settle()

    def told(self, line: LineTold) -> None:
        """Pass on what the line does."""
        self._customer.told(line.what, self._now(), announcement=line.announcement)
        self._settle()

    def drop(self, why: str) -> None:
        """Have the customer hang up."""
        self._customer.drop(why, self._now())
        self._settle()

    def cut(self, why: str) -> None:
        """The line is gone though nobody said so."""
        self._customer.cut(why, self._now())
        self._settle()

    # ── inside ───────────────────────────────────────────────────────────────

    def _happened(self, event: CallEvent) -> None:
        now, customer = self._now(), self._customer
        match event:
            case Answered():
                self._answered = True
                if self._called:
                    customer.told("answered", now)
                else:
                    customer.line_answered(now)
            case PlayBegan(source=source, at=at) if source == self._sounding[0]:
                customer.act_began(self._sounding[1], at)
            case TextCame(text=text, headers=headers):
                customer.words_came(text, heard_by(headers), now, sound=sound_of(headers))
            case SpeechBegan():
                customer.voice_began(now)
            case SpeechEnded(began=began, at=at):
                customer.voice_ended(began, at, now)
            case Ended(why=why, status=status):
                if self._answered or status is None or customer.leaving:
                    customer.cut(why, now)
                else:
                    outcome = UNANSWERED if status in _NOBODY else "refused"
                    customer.unreached(outcome, why, now)
            case _:
                pass

    def _settle(self) -> None:
        """Do what the customer does and wake up when the next thing is due."""
        for doing in self._customer.doings():
            match doing:
                case Do():
                    self._start(self._perform(doing))
                case Hush():
                    if self._call:
                        self._start(self._call.stop_playing())
                case _:
                    self._tell(doing)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        due = self._customer.next_timer()
        if due is not None and self._call is not None:
            self._timer = self._loop.call_later(max(0.0, due - self._now()), self._tick)

    def _tick(self) -> None:
        self._customer.tick(self._now())
        self._settle()

    def _start(self, act: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(self._carefully(act))
        self._performing.add(task)
        task.add_done_callback(self._performing.discard)

    async def _carefully(self, act: Coroutine[Any, Any, None]) -> None:
        """Act on a line that may be gone; its end is told by the telephone."""
        with contextlib.suppress(TelephonyError, WorkerDied):
            await act

    async def _perform(self, do: Do) -> None:
        call = self._call
        if call is None:
            return
        match do.act:
            case Say() as say:
                await self._speak(call, say, do.number)
            case Press(digits=digits):
                await call.press(digits)
            case HangUp():
                await call.hang_up()
                return
        self._customer.act_done(do.number, self._now())
        self._settle()

    async def _speak(self, call: PhoneCall, say: Say, number: int) -> None:
        playing = await call.play([self._mouth.clip(say)])
        self._sounding = (playing.source, number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._mouth.seconds(say) + OVERDUE):
                await playing

    def _close(self) -> None:
        self._customer.cut("broken off", self._now())
        self._settle()
        if self._timer:
            self._timer.cancel()
        for task in self._performing:
            task.cancel()

    def _now(self) -> float:
        return self._loop.time()


def heard_by(headers: Headers) -> HeardBy:
    """Tell how the agent chose the words, from ``X-Lab-Line``."""
    return "picked" if headers.get("X-Lab-Line").startswith("picked") else "typed"


def sound_of(headers: Headers) -> float | None:
    """Tell how many seconds of sound the words bring along, from ``X-Lab-Sound``."""
    try:
        return min(60.0, max(0.0, float(headers.get("X-Lab-Sound"))))
    except ValueError:
        return None
