"""Transactions at work: the machines of ``tables`` with their timers, repeats and ACKs.

A client transaction tells its user (``ClientUser``) of responses; a server transaction is used by
the core. Alarms are kept in the station under ``(transaction, name)``.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Protocol

from telephony.machine import Machine
from telephony.sip.events import Flow
from telephony.sip.message import Headers, Request, Response, reason_of
from telephony.sip.sdp import unfit
from telephony.sip.station import Station
from telephony.sip.tables import (
    CLIENT,
    INVITE_CLIENT,
    INVITE_SERVER,
    SERVER,
    Event,
    State,
)


class ClientUser(Protocol):
    """Who sent a request and waits for what becomes of it."""

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response; every repeat of a 2xx to INVITE comes too."""
        ...

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that no final response comes: 408 nobody answered, 503 the transport broke."""
        ...


WAITING = (State.CALLING, State.TRYING, State.PROCEEDING)
"""The final response is still to come."""
_LASTING, _NONE = frozenset(("TIMEOUT", "ABANDONED")), frozenset[str]()
"""What rings on while provisional responses come, and later."""
_ALARMS = {name: Event[name] for name in ("REPEAT", "TIMEOUT", "LINGERED", "ABANDONED")}


def kind_of(status: int) -> Event:
    """Return the event a response of this status is."""
    if status < 200:
        return Event.PROVISIONAL
    return Event.SUCCESS if status < 300 else Event.FAILURE


class Transaction:
    """One request and its responses over one flow."""

    machine: Machine[State, Event]
    __slots__ = ("_armed", "ended", "flow", "interval", "request", "sent", "state", "station")

    def __init__(
        self,
        station: Station,
        request: Request,
        flow: Flow,
        ended: Callable[[], object],
    ) -> None:
        self.station = station
        self.request = request
        self.flow = flow
        self.state = self.machine.first
        self.sent = b""
        self.interval = station.timings.t1
        self.ended = ended
        self._armed: set[str] = set()

    def step(self, event: Event, now: float) -> bool:
        """Move by the table; a stray event changes nothing and returns False."""
        after = self.machine.after(self.state, event)
        if after is None:
            return False
        if after is not self.state:
            self.state = after
            self._silence()
            if after is State.TERMINATED:
                self.ended()
            else:
                self._arm(now)
        return True

    def broken(self, now: float) -> None:
        """Learn that the flow failed."""
        self.step(Event.BROKEN, now)

    def ring(self, name: str, now: float) -> bool:
        """Take an alarm; False where the state has no use for it."""
        event = _ALARMS[name]
        moved = self.step(event, now)
        if moved and event is Event.REPEAT:
            self._repeat(now)
        return moved

    def _repeat(self, now: float) -> None:
        self.station.send(self.flow, self.sent)
        self._alarm("REPEAT", now + self._next_interval())

    def _next_interval(self) -> float:
        self.interval = min(2 * self.interval, self.station.timings.t2)
        return self.interval

    def _alarm(self, name: str, at: float) -> None:
        self._armed.add(name)
        self.station.alarms.set((self, name), at)

    def _arm(self, now: float) -> None:
        """Set the alarms of the state just entered."""

    def _silence(self) -> None:
        """Cancel the alarms that the state just entered has no use for."""
        lasting = _LASTING if self.state in WAITING else _NONE
        for name in self._armed - lasting:
            self.station.alarms.cancel((self, name))
        self._armed &= lasting

    def _linger(self, now: float, seconds: float) -> None:
        if self.flow.reliable:
            self._alarm("LINGERED", now)
        else:
            self._rest(now + seconds)

    def _rest(self, at: float) -> None:
        """Be forgotten at the next full second: a busy board wakes once for all that rest."""
        self._alarm("LINGERED", ceil(at))


class ClientTransaction(Transaction):
    """A request of ours."""

    __slots__ = ("narrow", "user")

    def __init__(
        self,
        station: Station,
        request: Request,
        flow: Flow,
        ended: Callable[[], object],
        user: ClientUser,
    ) -> None:
        super().__init__(station, request, flow, ended)
        self.user = user
        self.narrow: Flow | None = None
        """The datagram flow to fall back on where the peer takes no stream (§18.1.1)."""

    def start(self, data: bytes, now: float) -> None:
        """Send the request as it is written, and begin to repeat it."""
        self.sent = data
        self.station.send(self.flow, data)
        if not self.flow.reliable:
            self._alarm("REPEAT", now + self.interval)
        self._alarm("TIMEOUT", now + self.station.timings.patience)

    def receive(self, response: Response, now: float) -> None:
        """Take a response of the network."""
        first = self.state in WAITING
        if self.step(kind_of(response.status), now) and (first or self._repeats(response)):
            self.user.responded(self, response, now)

    def _repeats(self, response: Response) -> bool:
        """Do what a repeated final response asks for; True if the user must see it."""
        return False

    def ring(self, name: str, now: float) -> bool:
        """Take an alarm; a time-out is told to the user."""
        moved = super().ring(name, now)
        if moved and name in _LASTING:
            self.user.unanswered(self, 408, now)
        return moved

    def broken(self, now: float) -> None:
        """Learn that the flow failed; the user learns it where it still waits."""
        if self.narrow is not None and self.state in (State.CALLING, State.TRYING):
            self.flow, self.narrow = self.narrow, None
            self.request.carry(self.station.via(self.flow, self.request.via.branch))
            self.start(bytes(self.request), now)
            return
        waiting = self.state in WAITING
        if self.step(Event.BROKEN, now) and waiting:
            self.user.unanswered(self, 503, now)


class InviteClient(ClientTransaction):
    """An INVITE of ours; it acknowledges refusals itself (§17.1.1.3)."""

    machine = INVITE_CLIENT
    __slots__ = ("ack",)

    def __init__(
        self,
        station: Station,
        request: Request,
        flow: Flow,
        ended: Callable[[], object],
        user: ClientUser,
    ) -> None:
        super().__init__(station, request, flow, ended, user)
        self.ack: tuple[Flow, str, bytes] | None = None
        """The ACK to the 2xx: where it goes, for which To tag, its bytes."""

    def receive(self, response: Response, now: float) -> None:
        """Take a response; a refusal is acknowledged each time it comes."""
        if response.status >= 300 and self.machine.allows(self.state, Event.FAILURE):
            self.station.send(self.flow, bytes(self._refusal_ack(response)))
        super().receive(response, now)

    def abandon_at(self, at: float) -> None:
        """Wait no longer than this for the final response to a cancelled INVITE (§9.1)."""
        self._alarm("ABANDONED", at)

    def _next_interval(self) -> float:
        self.interval *= 2  # Timer A has no upper bound (§17.1.1.2).
        return self.interval

    def _arm(self, now: float) -> None:
        if self.state is State.PROCEEDING:
            self.station.alarms.cancel((self, "TIMEOUT"))
        elif self.state is State.COMPLETED:
            self._linger(now, self.station.timings.patience)  # Timer D
        elif self.state is State.ACCEPTED:
            self._rest(now + self.station.timings.patience)  # Timer M

    def _repeats(self, response: Response) -> bool:
        if self.ack is not None and response.to.tag == self.ack[1]:
            self.station.send(self.ack[0], self.ack[2])
            return False
        return response.status < 300

    def _refusal_ack(self, response: Response) -> Request:
        ours = self.request.headers
        fields = Headers([("Via", ours.get("Via")), ("Max-Forwards", "70")])
        for route in ours.all("Route"):
            fields.add("Route", route)
        fields.add("From", ours.get("From"))
        fields.add("To", response.headers.get("To"))
        fields.add("Call-ID", ours.get("Call-ID"))
        fields.add("CSeq", f"{self.request.cseq[0]} ACK")
        return Request("ACK", self.request.uri, fields)


class PlainClient(ClientTransaction):
    """Any other request of ours."""

    machine = CLIENT
    __slots__ = ()

    def _arm(self, now: float) -> None:
        if self.state is State.PROCEEDING and not self.flow.reliable:
            self.interval = self.station.timings.t2
            self._alarm("REPEAT", now + self.interval)  # §17.1.2.2
        elif self.state is State.COMPLETED:
            self._linger(now, self.station.timings.t4)  # Timer K


class ServerTransaction(Transaction):
    """A request of the network."""

    __slots__ = ("_tag", "key", "merged")

    def __init__(
        self,
        station: Station,
        request: Request,
        flow: Flow,
        ended: Callable[[], object],
        key: str,
    ) -> None:
        super().__init__(station, request, flow, ended)
        self.key = key
        self.merged = False
        """The same request came by another way already (§8.2.2.2)."""
        self._tag = ""

    @property
    def tag(self) -> str:
        """Our half of the name of the dialog that the request may begin."""
        if not self._tag:
            self._tag = self.station.token()
        return self._tag

    @tag.setter
    def tag(self, tag: str) -> None:
        self._tag = tag

    def repeated(self, now: float) -> None:
        """Answer a repeated request with what was sent last (§17.2)."""
        if self.step(Event.REQUEST, now) and self.sent and self.state is not State.ACCEPTED:
            self.station.send(self.flow, self.sent)

    def reply(self, response: Response, now: float) -> bool:
        """Send a response; False if the transaction already has its final one."""
        if not self.step(kind_of(response.status), now):
            return False
        self.sent = bytes(response)
        self.station.send(self.flow, self.sent)
        return True

    @property
    def open(self) -> bool:
        """The final response is still to be sent."""
        return self.state in (State.TRYING, State.PROCEEDING)

    def response(self, status: int, reason: str = "", body: bytes = b"") -> Response:
        """Begin a response to the request (§8.2.6)."""
        asked = self.request.headers
        fields = {"Via": asked.all("Via")}
        if status < 300 and "Record-Route" in asked:
            fields["Record-Route"] = asked.all("Record-Route")
        to = asked.get("To")
        if status != 100 and not self.request.to.tag:
            to = f"{to};tag={self.tag}"
        fields["From"], fields["To"] = [asked.get("From")], [to]
        fields["Call-ID"], fields["CSeq"] = [asked.get("Call-ID")], [asked.get("CSeq")]
        fields["Server"] = [self.station.user_agent]
        if status == 488:
            code, text = unfit(
                self.request.sdp, secure=self.flow.transport == "tls", local=self.flow.local[0]
            )
            fields["Warning"] = [f'{code} {self.station.address(self.flow)} "{text}"']
        return Response(status, reason or reason_of(status), Headers.of(fields), body)


class InviteServer(ServerTransaction):
    """An INVITE of the network."""

    machine = INVITE_SERVER
    __slots__ = ()

    def start(self, now: float) -> None:
        """Say 100 if the user stays silent."""
        self._alarm("TRYING", now + self.station.timings.trying_after)

    def ring(self, name: str, now: float) -> bool:
        """Take an alarm."""
        if name != "TRYING":
            return super().ring(name, now)
        return not self.sent and self.open and self.reply(self.response(100), now)

    def _arm(self, now: float) -> None:
        timings = self.station.timings
        if self.state is State.COMPLETED:
            if not self.flow.reliable:
                self._alarm("REPEAT", now + timings.t1)  # Timer G
            self._alarm("TIMEOUT", now + timings.patience)  # Timer H
        elif self.state is State.CONFIRMED:
            self._linger(now, timings.t4)  # Timer I
        elif self.state is State.ACCEPTED:
            self._rest(now + timings.patience)  # Timer L


class PlainServer(ServerTransaction):
    """Any other request of the network."""

    machine = SERVER
    __slots__ = ()

    def start(self, now: float) -> None:
        """Give up if the user never answers: by then the far end has given up too."""
        self._alarm("ABANDONED", now + self.station.timings.patience)

    def _arm(self, now: float) -> None:
        if self.state is State.COMPLETED:
            self._linger(now, self.station.timings.patience)  # Timer J
