"""A telephone for greenlets and threads: our SIP core on a blocking socket, one method a deed."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from lab.load.errors import CallFailed
from lab.load.rules import Rulebook, Watch
from telephony.sip import events as sip
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.events import Address, SipEvent
from telephony.sip.message import Request
from telephony.sip.tables import LegState
from telephony.sip.uri import Uri
from telephony.wires.blocking import BlockingWire

E = TypeVar("E", bound=SipEvent)

USER_AGENT: Final = "callcenter-lab load"
FAREWELL: Final = 40.0
"""How long the answer to a BYE is waited for; the transaction itself gives up after 32 s."""


class Call:
    """One leg at one telephone, with what happened to it in order."""

    def __init__(self, phone: Telephone, leg: str, call_id: str, number: str) -> None:
        self._phone, self.leg, self.call_id, self.number = phone, leg, call_id, number
        self.began = time.monotonic()
        self.news: queue.SimpleQueue[SipEvent] = queue.SimpleQueue()
        self.settled = threading.Event()
        """Our BYE or CANCEL is answered."""
        self.offer: bytes = b""
        """Of one who calls us."""

    def until(self, kind: type[E], seconds: float, *, passing: type[SipEvent] | None = None) -> E:
        """Wait for this; raises CallFailed where the call ends instead, or time runs out."""
        end = time.monotonic() + seconds
        while True:
            event = self.next(end - time.monotonic())
            if isinstance(event, kind):
                return event
            if event is None:
                raise CallFailed(f"no {kind.__name__} within {seconds:.0f} s")
            if isinstance(event, sip.Refused):
                raise CallFailed(f"refused with {event.status} {event.reason}".strip())
            if isinstance(event, sip.Ended):
                raise CallFailed(f"ended instead: {event.why}")
            if passing is not None and isinstance(event, passing):
                continue

    def next(self, seconds: float) -> SipEvent | None:
        """Give what happens next, or nothing within that time."""
        try:
            return self.news.get(timeout=max(0.001, seconds))
        except queue.Empty:
            return None

    def stays(self, seconds: float) -> None:
        """Let time pass; raises CallFailed where the call ends meanwhile."""
        end = time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            event = self.next(rest)
            if isinstance(event, sip.Ended):
                raise CallFailed(f"the far end hung up in mid-talk: {event.why}")

    def ring(self) -> bool:
        """Tell the caller that we ring; False: the caller is gone."""
        with self._phone.wire.turn() as now:
            if there := self._waits():
                self._phone.core.ring(self.leg, now)
        return there

    def answer(self, sdp: bytes) -> bool:
        """Take the call; False: the caller is gone."""
        with self._phone.wire.turn() as now:
            if there := self._waits():
                self._phone.core.answer(self.leg, sdp, now)
        return there

    def refuse(self, status: int) -> None:
        """Say no, if somebody still waits."""
        with self._phone.wire.turn() as now:
            if self._waits():
                self._phone.core.refuse(self.leg, status, now)

    def _waits(self) -> bool:
        return self._phone.core.state(self.leg) is LegState.OFFERED

    def hang_up(self) -> None:
        """End the call, whatever its state; again is nothing."""
        with self._phone.wire.turn() as now:
            self._phone.core.hang_up(self.leg, now)

    def watch(self) -> Watch | None:
        """What the rulebook saw so far."""
        return self._phone.rules.watches.get(self.call_id)

    def close(self) -> Watch:
        """Hang up if need be, wait for the answer, and say what the rulebook saw."""
        self.hang_up()
        watch = self.watch()
        if watch is not None and watch.leaving:
            self.settled.wait(FAREWELL)
        return self._phone.forget(self)


class Telephone:
    """One SIP core on one socket."""

    def __init__(self, user: str, password: str, board: Address) -> None:
        self.user, self._board = user, board
        self._credentials = Credentials(user, password)
        self.core = SipCore(entropy=os.urandom, user_agent=USER_AGENT)
        self.rules = Rulebook()
        self.wire = BlockingWire(self.core, self._drain, overhears=self._overhear)
        self.on_call: Callable[[Call], None] | None = None
        """Takes who calls us, on a thread of its own; without it we are busy."""
        self._calls: dict[str, Call] = {}
        self._by_call_id: dict[str, Call] = {}
        self._answers: dict[str, queue.SimpleQueue[int]] = {}
        self._register_call = os.urandom(8).hex()
        self._register_seq = 0

    def open(self, host: str = "127.0.0.1") -> None:
        """Bind; raises PortTaken."""
        self.wire.open((host, 0))

    def close(self) -> None:
        """Leave the network."""
        self.wire.close()

    def register(self, expires: int) -> int:
        """Register for so many seconds, 0 to leave; returns the final status, 408 for none."""
        who = f"<{Uri(user=self.user, host=self._board[0])}>"
        mail: queue.SimpleQueue[int] = queue.SimpleQueue()
        with self.wire.turn() as now:
            self._register_seq += 2
            key = self.core.request(
                "REGISTER", Uri(host=self._board[0]), to=who, from_=who,
                flow=self.wire.flow_to(self._board), contact=self.user,
                headers=[("Expires", str(expires))], credentials=self._credentials,
                call_id=self._register_call, cseq=self._register_seq, now=now,
            )  # fmt: skip
            self._answers[key] = mail
        try:
            return mail.get(timeout=FAREWELL)
        except queue.Empty:
            return 408

    def dial(self, number: str, caller: str, offer: bytes) -> Call:
        """Call a number of the board."""
        host = self._board[0]
        with self.wire.turn() as now:
            leg = self.core.invite(
                to=Uri(user=number, host=host), from_=f"<{Uri(user=caller, host=host)}>",
                flow=self.wire.flow_to(self._board), contact=self.user, sdp=offer,
                credentials=self._credentials, now=now,
            )  # fmt: skip
            return self._keep(Call(self, leg, self.core.replaces(leg).call_id, number))

    def forget(self, call: Call) -> Watch:
        """A call is over and done with."""
        self._calls.pop(call.leg, None)
        self._by_call_id.pop(call.call_id, None)
        return self.rules.close(call.call_id)

    # ── inside ───────────────────────────────────────────────────────────────

    def _keep(self, call: Call) -> Call:
        self._calls[call.leg] = self._by_call_id[call.call_id] = call
        return call

    def _overhear(self, flow: sip.Flow, data: bytes, came: bool, at: float) -> None:
        name = self.rules.sees(data, came, at)
        call, watch = self._by_call_id.get(name), self.rules.watches.get(name)
        if call is not None and watch is not None and watch.settled:
            call.settled.set()

    def _drain(self) -> None:
        while happened := self.core.events():
            for event in happened:
                self._react(event)

    def _react(self, event: SipEvent) -> None:
        if isinstance(event, sip.Invited):
            self._invited(event.leg, event.request)
        elif isinstance(event, sip.Requested):
            with self.wire.turn() as now:
                known = event.request.method in ("OPTIONS", "MESSAGE")
                self.core.respond(event.key, 200 if known else 480, now)
        elif isinstance(event, sip.Responded):
            if mail := self._answers.pop(event.key, None):
                mail.put(event.status)
        elif call := self._calls.get(getattr(event, "leg", None) or ""):
            call.news.put(event)

    def _invited(self, leg: str, request: Request) -> None:
        if self.on_call is None or request.sdp is None:
            with self.wire.turn() as now:
                self.core.refuse(leg, 486, now)
            return
        call = self._keep(Call(self, leg, request.call_id, request.from_.uri.user))
        call.offer = request.sdp
        threading.Thread(target=self.on_call, args=(call,), name="call", daemon=True).start()
