"""CPU of one call in the SIP core: INVITE 100 180 200 ACK BYE 200, by caller and called side."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from telephony.sip import sdp
from telephony.sip.core import SipCore
from telephony.sip.events import Answered, Flow, Invited

OFFER = sdp.make_offer("10.0.0.1", 4000)
ANSWER = sdp.answer_to(sdp.parse(OFFER), "10.0.0.2", 5000)
CALLS = 400
ROUNDS = 9


def cores() -> tuple[SipCore, SipCore]:
    """Make the caller and the called side; dice without a system call."""
    dice = random.Random(1)
    return (
        SipCore(entropy=dice.randbytes, user_agent="anna"),
        SipCore(entropy=dice.randbytes, user_agent="bert"),
    )


class Line:
    """Two cores joined by nothing but their own outboxes."""

    def __init__(self) -> None:
        self.anna, self.bert = cores()
        self.to_bert = Flow("udp", ("10.0.0.1", 5060), ("10.0.0.2", 5060))
        self.to_anna = Flow("udp", ("10.0.0.2", 5060), ("10.0.0.1", 5060))
        self.carried: list[bytes] = []

    def carry(self, now: float) -> None:
        """Bring everything across until both are silent."""
        moved = True
        while moved:
            moved = False
            for sender, receiver, flow in (
                (self.anna, self.bert, self.to_anna),
                (self.bert, self.anna, self.to_bert),
            ):
                for _, data in sender.outbox():
                    self.carried.append(data)
                    receiver.receive(flow, data, now)
                    moved = True

    def call(self, number: int, now: float) -> None:
        """One call from beginning to end."""
        leg = self.anna.invite(
            to=f"sip:{1000 + number % 50}@10.0.0.2", from_=f'"Caller" <sip:138{number:08}@10.0.0.1>',
            flow=self.to_bert, contact="board", sdp=OFFER, now=now,
        )  # fmt: skip
        self.carry(now)
        (invited,) = (e for e in self.bert.events() if isinstance(e, Invited))
        self.bert.ring(invited.leg, now)
        self.carry(now)
        self.bert.answer(invited.leg, ANSWER, now)
        self.carry(now)
        assert any(isinstance(e, Answered) for e in self.anna.events())
        self.anna.hang_up(leg, now)
        self.carry(now)
        self.anna.events(), self.bert.events()

    def rest(self, now: float) -> None:
        """Let every timer run out."""
        for core in (self.anna, self.bert):
            core.tick(now)
            core.outbox(), core.events()
            assert core.counts()["legs"] == 0


def spent(deed: Callable[[], object]) -> float:
    """Measure the CPU a deed takes in this thread."""
    gc.collect()
    gc.disable()
    begun = time.thread_time()
    deed()
    used = time.thread_time() - begun
    gc.enable()
    return used


def lines_of(datagrams: list[bytes]) -> int:
    """Cut datagrams into names and values, and no more: what every reader must do at least."""
    count = 0
    for data in datagrams:
        head, _, _ = data.partition(b"\r\n\r\n")
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(":")
            count += len(name.strip()) + len(value.strip())
    return count


def main() -> None:
    """Print milliseconds a call and side, and how often the baseline fits in."""
    figures, bases, now, number = [], [], 1000.0, 0
    for _ in range(ROUNDS):
        line = Line()
        numbers = range(number, number + CALLS)
        number += CALLS

        def calls(line: Line = line, numbers: range = numbers, now: float = now) -> None:
            for at, one in enumerate(numbers):
                line.call(one, now + at * 0.02)
            line.rest(now + 100_000)

        figures.append(spent(calls) / CALLS)
        bases.append(spent(partial(lines_of, line.carried)) / CALLS)
        now += 200_000
    call, base = min(figures), min(bases)  # The round that others on the machine disturbed least.
    messages = len(line.carried) / CALLS
    print(
        f"a call of {messages:.0f} datagrams: {call * 1000:.3f} ms CPU, {call * 500:.3f} ms a side"
    )
    print(f"cutting the same datagrams into lines: {base * 1000:.3f} ms; ratio {call / base:.1f}")
    print(f"median of {ROUNDS} rounds: {statistics.median(figures) * 1000:.3f} ms")


if __name__ == "__main__":
    main()
