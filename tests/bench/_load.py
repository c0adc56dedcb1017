"""For benches: callers and seats, one SIP core on one UDP socket each, without sound; what is measured."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.events import Address, Flow, Invited
from telephony.sip.message import Lines
from telephony.wires.wire import SipWire

HOST = "127.0.0.1"
OFFER = sdp.make_offer(HOST, 9)
ANSWER = sdp.answer_to(sdp.parse(OFFER), HOST, 9)


class Peer:
    """A SIP core with its socket; ``on`` says what it does when something happens."""

    def __init__(self, board: Address) -> None:
        self.core = SipCore(entropy=os.urandom, user_agent="bench")
        self.wire = SipWire(self.core, self._drain)
        self.board = board
        self.reactions: dict[type[Any], Callable[[Any, float], None]] = {}
        self.idle = asyncio.Event()
        """Set whenever something happened; whoever waits clears it."""

    async def open(self) -> None:
        await self.wire.open((HOST, 0))

    def close(self) -> None:
        self.wire.close()

    @property
    def flow(self) -> Flow:
        return self.wire.flow_to(self.board)

    def on(self, kind: type[Any], reaction: Callable[[Any, float], None]) -> None:
        self.reactions[kind] = reaction

    def dial(self, number: str, user: str, password: str, caller: str, headers: Lines = ()) -> str:
        leg = self.core.invite(
            to=f"sip:{number}@{HOST}",
            from_=f"<sip:{caller}@{HOST}>",
            flow=self.flow,
            contact=user,
            sdp=OFFER,
            headers=headers,
            credentials=Credentials(user, password),
            now=time.monotonic(),
        )
        self.wire.pump()
        return leg

    def register(self, user: str, password: str, realm: str) -> str:
        key = self.core.request(
            "REGISTER",
            f"sip:{realm}",
            to=f"<sip:{user}@{realm}>",
            from_=f"<sip:{user}@{realm}>",
            flow=self.flow,
            contact=user,
            headers=[("Expires", "3600")],
            credentials=Credentials(user, password),
            now=time.monotonic(),
        )
        self.wire.pump()
        return key

    def hang_up_after(self, leg: str, seconds: float) -> None:
        def hang_up() -> None:
            self.core.hang_up(leg, time.monotonic())
            self.wire.pump()

        asyncio.get_running_loop().call_later(seconds, hang_up)

    def answers(self, then: Callable[[str], None] = lambda leg: None) -> None:
        """Ring and answer every call at once."""

        def answer(event: Invited, now: float) -> None:
            self.core.ring(event.leg, now)
            self.core.answer(event.leg, ANSWER, now)
            then(event.leg)

        self.on(Invited, answer)

    def _drain(self) -> None:
        now = time.monotonic()
        for event in self.core.events():
            if reaction := self.reactions.get(type(event)):
                reaction(event, now)
            self.idle.set()

    async def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        """Let things happen until it is so."""
        async with asyncio.timeout(seconds):
            while not done():
                self.idle.clear()
                await self.idle.wait()


@contextmanager
def aside(target: Callable[..., None], *args: Any) -> Iterator[tuple[int, Connection]]:
    """A process of its own, told its end of a pipe first; gives its pid and our end.

    Where it died, whoever waits for its word gets EOFError instead of waiting for ever.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there, *args))
    process.start()
    there.close()
    try:
        assert process.pid is not None
        yield process.pid, here
        process.join(20)
    finally:
        process.kill()
        process.join()
        here.close()


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
