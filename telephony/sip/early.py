"""Before the answer: provisional responses that must arrive (RFC 3262), early dialogs of forks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from telephony.sip.dialog import Dialog
from telephony.sip.events import OfferAnswered
from telephony.sip.message import Lines, Response
from telephony.sip.transaction import ServerTransaction

if TYPE_CHECKING:
    from telephony.sip.incoming import IncomingLeg

OPTION = "100rel"


class Reliables:
    """What the called side sends reliably: one at a time, repeated until its PRACK (§3)."""

    __slots__ = ("_interval", "_number", "_queue", "_sent", "_tells", "leg")

    def __init__(self, leg: IncomingLeg) -> None:
        self.leg = leg
        self._number = 0
        self._sent = b""
        self._tells = False
        """What is out holds a session description."""
        self._interval = 0.0
        self._queue: list[tuple[int, bytes | None, Lines]] = []

    @property
    def waiting(self) -> bool:
        """A PRACK is still to come before the 2xx may go (§3)."""
        return bool(self._sent or self._queue)

    def send(self, status: int, sdp: bytes | None, headers: Lines, now: float) -> None:
        """Send a response, after the PRACK of the one before."""
        if self._sent:
            self._queue.append((status, sdp, headers))
            return
        leg, station = self.leg, self.leg.station
        self._number = (self._number or int.from_bytes(station.entropy(2), "big")) + 1
        response = leg.invited.response(status)
        leg.dress(response, sdp, headers)
        response.headers.add("Require", OPTION)
        response.headers.add("RSeq", str(self._number))
        leg.invited.reply(response, now)
        self._sent, self._tells = leg.invited.sent, sdp is not None
        self._interval = station.timings.t1
        station.alarms.set((self, "REPEAT"), now + self._interval)
        station.alarms.set((self, "UNPRACKED"), now + station.timings.patience)

    def pracked(self, came: ServerTransaction, now: float) -> None:
        """Take a PRACK: 481 where it is for nothing that is out (§3)."""
        leg, request = self.leg, came.request
        number, seq = leg.invited.request.cseq[0], request.headers.get("RAck").split()
        if not self._sent or seq != [str(self._number), str(number), "INVITE"]:
            came.reply(came.response(481), now)
            return
        told = self._tells
        self.drop(keep=True)
        offered = leg.invited.request.sdp is not None
        if request.sdp is not None and (offered or leg.settled):
            leg.settled = True
            leg.offers.pracked(came)
            return
        came.reply(came.response(200), now)
        if told and (offered or request.sdp is not None):
            leg.settled = True
        if request.sdp is not None:
            leg.station.emit(OfferAnswered(leg.id, request.sdp))
        leg.settle(now)

    def next(self, now: float) -> None:
        """Send the one that waited."""
        if self._queue and not self._sent:
            status, sdp, headers = self._queue.pop(0)
            self.send(status, sdp, headers, now)

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        station = self.leg.station
        if name == "UNPRACKED":
            self.leg.fail(504, "PRACK never came", now)
        else:
            station.send(self.leg.invited.flow, self._sent)
            self._interval *= 2
            station.alarms.set((self, "REPEAT"), now + self._interval)

    def drop(self, *, keep: bool = False) -> None:
        """Repeat no more; what waits is kept only to be sent next."""
        if self._sent:
            self._sent = b""
            for name in ("REPEAT", "UNPRACKED"):
                self.leg.station.alarms.cancel((self, name))
        if not keep:
            self._queue.clear()


@dataclass(slots=True)
class EarlyDialog:
    """One called telephone of several that a proxy may have found for our INVITE."""

    dialog: Dialog
    number: int = 0
    """The RSeq seen last."""
    heard: bytes | None = None
    """The description a reliable response brought."""
    settled: bool = False

    def takes(self, response: Response) -> bool:
        """Note a response; False for a repeat, or one that another must precede (§4)."""
        number = reliable(response)
        if number and self.number and number != self.number + 1:
            return False
        self.number = number or self.number
        return True


def reliable(response: Response) -> int:
    """Return the RSeq of a response that wants a PRACK, or 0."""
    if "RSeq" not in response.headers:
        return 0
    text = response.headers.get("RSeq").strip()
    wanted = OPTION in (one.lower() for one in response.headers.all("Require"))
    fits = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if wanted and fits else 0
