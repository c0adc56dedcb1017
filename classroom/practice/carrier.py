"""The practice carrier: ``python -m classroom.practice.carrier``, all customers' telephones in one process.

It is a SIP peer of the board like any carrier: one socket, one account, its own media worker. It knows
one address, the practice trunk's, and calls only from the block of fake numbers; there is no way from
here to a live trunk. Whoever has called can be called back. Orders come in by stdin, reports leave by
stdout, the end of stdin ends it.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from classroom.errors import Unplayable
from classroom.practice import textbox
from classroom.practice.at_home import BUSY, NOT_IN_USE, RINGS, AtHome
from classroom.practice.orders import (
    CarrierAlarm,
    CarrierReady,
    CustomerEnded,
    Drop,
    LineTold,
    Order,
    Part,
    PlaceCall,
    Quit,
    Setup,
    order_from,
    to_line,
)
from classroom.words import say, speak
from scenarios.numbers import is_fake
from telephony.errors import TelephonyError
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.sip.message import Request

if TYPE_CHECKING:
    from classroom.practice.call import PracticeCall

FAREWELL = 3.0
"""Seconds that customers have to hang up when the carrier ends."""


class Carrier:
    """Every customer's telephone."""

    def __init__(self, setup: Setup, tones: Path) -> None:
        server = (setup.board_host, setup.board_port)
        self.media = MediaProcess()
        self._phone = Phone(
            Account(setup.user, setup.password, server),
            media=self.media,
            local=(setup.local_host, setup.local_port),
            user_agent="callcenter-lab practice carrier",
        )
        if setup.texts:
            self._phone.text_came = partial(keep_text, Path(setup.texts))
        self._tones = tones
        self._aside = ThreadPoolExecutor(1, "minds")
        """Minds are made one at a time, beside the loop: it takes tens of milliseconds each."""
        self._calls: dict[str, PracticeCall] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._answering: asyncio.Task[None] | None = None
        self._at_home = AtHome()

    async def start(self) -> None:
        """Start the media worker and open the socket; raises TelephonyError."""
        await self.media.start()
        await self._phone.start()
        self._answering = asyncio.create_task(self._answer(), name="incoming")
        host, port = self._phone.address
        tell(CarrierReady(host=host, port=port))

    def obey(self, order: Order) -> None:
        """Carry out one order."""
        match order:
            case PlaceCall() if order.order_id in self._tasks:
                tell(CarrierAlarm(text=say("placed_twice"), order_id=order.order_id))
            case PlaceCall():
                self._begin(order, self._place(order))
            case LineTold() if call := self._calls.get(order.order_id):
                call.told(order)
            case Drop() if call := self._calls.get(order.order_id):
                call.drop(order.why)
            case Drop() if placing := self._tasks.get(order.order_id):
                placing.cancel()
                tell(refusal(order.order_id, order.why, time.monotonic()))
            case _:
                pass

    async def close(self, why: str = "closed") -> None:
        """Have every customer hang up, then leave."""
        for call in list(self._calls.values()):
            call.drop(why)
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=FAREWELL)
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._phone.close()
        if self._answering:
            await self._answering
        await self.media.close()

    def abandon(self, why: str) -> None:
        """End every call whose sound is gone."""
        for call in list(self._calls.values()):
            call.cut(why)

    async def _place(self, order: PlaceCall) -> None:
        if not is_fake(order.caller):
            tell(refusal(order.order_id, say("fake_only"), time.monotonic()))
            return
        loop = asyncio.get_running_loop()
        try:
            player = await loop.run_in_executor(self._aside, player_for, order, self._tones)
        except Unplayable as error:
            tell(refusal(order.order_id, str(error), time.monotonic()))
            return
        call = self._calls[order.order_id] = player()
        self._at_home.remember(order)
        await call.run(self._phone)

    def _forget(self, order_id: str) -> None:
        self._tasks.pop(order_id, None)
        self._calls.pop(order_id, None)

    async def _answer(self) -> None:
        """Let those who are called answer; a number that is nobody's is not in use."""
        async for event in self._phone.events():
            if not isinstance(event, Rang):
                continue
            order = self._at_home.called(event.call)
            if order is None:
                await event.call.refuse(NOT_IN_USE)
            elif order.order_id in self._tasks or order.caller in self._busy():
                await event.call.refuse(BUSY)
            else:
                self._begin(order, self._take(order, event.call))

    def _busy(self) -> set[str]:
        return {call.order.caller for call in self._calls.values()}

    def _begin(self, order: PlaceCall, calling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(calling, name=order.order_id)
        self._tasks[order.order_id] = task
        task.add_done_callback(lambda _: self._forget(order.order_id))

    async def _take(self, order: PlaceCall, call: PhoneCall) -> None:
        """Let a customer who is called lift and talk."""
        loop = asyncio.get_running_loop()
        try:
            await call.ring()
            player = await loop.run_in_executor(self._aside, player_for, order, self._tones)
        except (Unplayable, OSError):
            await call.refuse(NOT_IN_USE)
            return
        taken = self._calls[order.order_id] = player()
        await taken.take(call, RINGS)


def player_for(order: PlaceCall, tones: Path) -> Callable[[], PracticeCall]:
    """Make the customer of one order, beside the loop; raises Unplayable."""
    # Minds, scripts and sound are half of what there is to load, and a line is open without them.
    from classroom.practice.playing import player_of

    return player_of(order, tones, tell)


def refusal(order_id: str, why: str, now: float) -> CustomerEnded:
    """Report a call that was never placed."""
    return CustomerEnded(order_id=order_id, at=now, outcome="refused", why=why)


def keep_text(file: Path, request: Request) -> int:
    """Keep a short message as any carrier takes it; it reaches no telephone."""
    words = request.body.decode("utf-8", "replace")
    try:
        textbox.keep(file, request.from_.uri.user, request.to.uri.user, words)
    except OSError as error:
        tell(CarrierAlarm(text=say("text_not_kept", file=file, why=error.strerror)))
        return 503
    return 202


def tell(message: Part) -> None:
    """Write one report."""
    sys.stdout.buffer.write(to_line(message))
    sys.stdout.buffer.flush()


def listen(inbox: asyncio.Queue[bytes], loop: asyncio.AbstractEventLoop) -> None:
    """Pass stdin on, line by line; an empty line is its end."""
    for line in sys.stdin.buffer:
        loop.call_soon_threadsafe(inbox.put_nowait, line)
    loop.call_soon_threadsafe(inbox.put_nowait, b"")


async def serve() -> int:
    """Serve the server until it says so or is gone."""
    inbox: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    threading.Thread(target=listen, args=(inbox, loop), name="orders", daemon=True).start()
    first = await inbox.get()
    setup = order_from(first) if first else Quit()
    if not isinstance(setup, Setup):
        return 0 if not first else 2
    speak(setup.lang)
    with tempfile.TemporaryDirectory(prefix="customers-") as tones:
        carrier = Carrier(setup, Path(tones))
        try:
            await carrier.start()
        except (TelephonyError, OSError) as error:
            tell(CarrierAlarm(text=str(error)))
            await carrier.media.close()
            return 2
        return await _work(carrier, inbox)


async def _work(carrier: Carrier, inbox: asyncio.Queue[bytes]) -> int:
    orders = asyncio.create_task(_obey_all(carrier, inbox), name="orders")
    ends: list[asyncio.Future[Any]] = [orders, carrier.media.died]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if orders.done():
        await carrier.close()
        orders.result()
        return 0
    orders.cancel()
    tell(CarrierAlarm(text=say("sound_gone")))
    carrier.abandon("the media worker died")
    await carrier.close()
    return 3


async def _obey_all(carrier: Carrier, inbox: asyncio.Queue[bytes]) -> None:
    while line := await inbox.get():
        order = order_from(line)
        if isinstance(order, Quit):
            return
        carrier.obey(order)


def main() -> int:
    """Run the carrier; the thread at stdin need not be waited for."""
    status = asyncio.run(serve())
    sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
