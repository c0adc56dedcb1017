"""Offers within a dialog: one at a time, whoever makes it (RFC 3264 §4, RFC 3261 §14, RFC 3311)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.errors import WrongMoment
from telephony.sip.early import reliable
from telephony.sip.events import OfferAnswered, OfferRefused, Reoffered
from telephony.sip.message import Message, Response
from telephony.sip.tables import LegState
from telephony.sip.transaction import ClientTransaction, InviteClient, ServerTransaction

if TYPE_CHECKING:
    from telephony.sip.leg import Leg

EARLY = (LegState.RINGING, LegState.OFFERED)


class Offers:
    """What a leg offers and is offered after the first INVITE."""

    __slots__ = ("_late", "_number", "_queued", "_refreshing", "came", "leg", "sent")

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.sent: ClientTransaction | None = None
        """Our re-INVITE or UPDATE that waits for its answer."""
        self.came: ServerTransaction | None = None
        """The far end's re-INVITE, UPDATE or PRACK that waits for ours."""
        self._late: InviteClient | None = None
        self._queued: tuple[bytes | None, bool] | None = None
        self._refreshing = False
        self._number = 0
        """The RSeq acknowledged last."""

    @property
    def busy(self) -> bool:
        """An offer is under way, or who met another waits out his time (§14.1)."""
        theirs = self.came is not None and self.came.open
        glare = (self, "GLARE") in self.leg.station.alarms
        return bool(self.sent or theirs or self._late or self.leg.unacknowledged or glare)

    # ── ours ─────────────────────────────────────────────────────────────────

    def make(self, sdp: bytes | None, now: float, *, update: bool = False) -> None:
        """Offer anew, or ask for an offer (None); waits its turn behind another."""
        leg = self.leg
        early = leg.state in EARLY
        if early:
            # Before the answer only UPDATE can offer, and only once the first offer is answered.
            if not leg.settled or sdp is None or not leg.allows("UPDATE"):
                raise WrongMoment("offer anew", leg.state.name)
        elif leg.state not in (LegState.TALKING, LegState.ANSWERED):
            raise WrongMoment("offer anew", leg.state.name)
        if self.busy:
            self._queued = sdp, update or early
        else:
            self._send(sdp, now, update=update or early)

    def refresh(self, now: float) -> bool:
        """Say that the session still stands (RFC 4028 §10); False if another offer does so."""
        if self.busy or self.leg.state is not LegState.TALKING:
            return False
        self._refreshing = True
        if self.leg.allows("UPDATE"):
            self._send(None, now, update=True)
        else:
            self._send(self.leg.spoken, now, update=False)
        return True

    def _send(self, sdp: bytes | None, now: float, *, update: bool) -> None:
        leg = self.leg
        request = leg.dialog.request("UPDATE" if update else "INVITE", leg.via())
        leg.dress_request(request)
        put_sdp(request, sdp)
        leg.spoken = sdp or leg.spoken
        self.sent = leg.ask(request, now)

    def follow(self, sent: ClientTransaction, twin: ClientTransaction) -> None:
        """Learn that a request of ours goes on under another transaction."""
        if sent is self.sent:
            self.sent = twin

    def answered(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take the final answer to our re-INVITE or UPDATE."""
        leg = self.leg
        if response.status < 200:
            self._progressed(response, now)
            return
        if response.status < 300:
            self._agreed(sent, response, now)
        if sent is not self.sent:
            return
        self.sent = None
        refreshing, self._refreshing = self._refreshing, False
        if leg.told:
            return
        if response.status < 300:
            leg.session.learned(response, now)
            if not refreshing:
                self._tell(sent, response, now)
        elif response.status == 491:
            self._wait_out_glare(sent, refreshing, now)
        elif response.status in (408, 481):
            leg.gone("the far end does not know the call any more", "remote", now)
        elif refreshing:
            leg.session.refused(sent.request.method, now)
        else:
            leg.station.emit(OfferRefused(leg.id, response.status))
        self.next(now)

    def _progressed(self, response: Response, now: float) -> None:
        """Acknowledge a reliable 18x to a re-INVITE; its description is told by the 2xx."""
        number = reliable(response)
        if number and number != self._number:
            self._number = number
            self.leg.prack(self.leg.dialog, response, None, now)

    def _agreed(self, sent: ClientTransaction, response: Response, now: float) -> None:
        self.leg.dialog.retarget(response)
        if isinstance(sent, InviteClient) and sent.ack is None:
            if sent.request.body or response.sdp is None or self.leg.told:
                self.leg.acknowledge(sent, now)
            else:
                self._late = sent  # Its offer is answered in the ACK.

    def _tell(self, sent: ClientTransaction, response: Response, now: float) -> None:
        emit, name = self.leg.station.emit, self.leg.id
        if sent.request.body:
            emit(OfferAnswered(name, response.sdp))
        elif response.sdp is None:
            emit(OfferRefused(name, 488))
        else:
            emit(Reoffered(name, response.sdp))

    def unanswered(self, status: int) -> None:
        """Learn that our offer stays without answer."""
        self.sent = None
        if not self._refreshing and not self.leg.told:
            self.leg.station.emit(OfferRefused(self.leg.id, status))
        self._refreshing = False

    def _wait_out_glare(self, sent: ClientTransaction, refreshing: bool, now: float) -> None:
        # §14.1: who made the Call-ID waits longer, so that the two do not meet again.
        leg = self.leg
        low, high = (2.1, 4.0) if leg.outgoing else (0.0, 2.0)
        if not refreshing:
            again = sent.request.body or None, sent.request.method == "UPDATE"
            self._queued = self._queued or again
        else:
            leg.session.again(now + high)
        leg.station.alarms.set((self, "GLARE"), now + leg.station.between(low, high))

    def ring(self, name: str, now: float) -> None:
        """Take the alarm: who met another tries again."""
        self.next(now)

    def next(self, now: float) -> None:
        """Make the offer that waited, if its time has come."""
        if self._queued is not None and not self.busy:
            early = self.leg.state in EARLY and self.leg.settled
            if early or self.leg.state is LegState.TALKING:
                (sdp, update), self._queued = self._queued, None
                self._send(sdp, now, update=update and (early or self.leg.allows("UPDATE")))

    # ── the far end's ────────────────────────────────────────────────────────

    def accept(self, sdp: bytes, now: float) -> None:
        """Answer the far end's offer (or offer, where its re-INVITE had none)."""
        leg = self.leg
        if self._late is not None:
            late, self._late = self._late, None
            leg.acknowledge(late, now, sdp)
            leg.spoken = sdp
            self.next(now)
            return
        if self.came is None:
            raise WrongMoment("accept an offer", leg.state.name)
        came, self.came = self.came, None
        if came.request.method == "INVITE":
            leg.send_ok(came, sdp, now)
        else:
            self._ok(came, sdp, now)
            leg.settle(now)
            self.next(now)

    def refuse(self, status: int, now: float) -> None:
        """Refuse the far end's offer; what was agreed before stands."""
        if self._late is not None:
            self.leg.hang_up(now)  # An offer that came in a 2xx cannot be refused otherwise.
            return
        if self.came is None:
            raise WrongMoment("refuse an offer", self.leg.state.name)
        came, self.came = self.came, None
        came.reply(came.response(status), now)
        self.leg.settle(now)
        self.next(now)

    def reinvited(self, came: ServerTransaction, now: float) -> None:
        """Take a re-INVITE (§14.2)."""
        leg = self.leg
        if leg.state is LegState.OFFERED or (self.came is not None and self.came.open):
            self._later(came, now)
        elif leg.state is not LegState.TALKING or self.sent or self._late or leg.unacknowledged:
            came.reply(came.response(491), now)
        elif (brief := leg.session.refusal(came)) is not None:
            came.reply(brief, now)
        else:
            self._take(came)

    def updated(self, came: ServerTransaction, now: float) -> None:
        """Take an UPDATE (RFC 3311 §5.2)."""
        leg = self.leg
        if (brief := leg.session.refusal(came)) is not None:
            came.reply(brief, now)
        elif came.request.sdp is None:
            leg.dialog_for(came.request.from_.tag).retarget(came.request)
            self._ok(came, None, now)
        elif self.sent or self._late or leg.offers_unanswered:
            came.reply(came.response(491), now)
        elif (self.came is not None and self.came.open) or not leg.settled:
            self._later(came, now)
        else:
            self._take(came)

    def pracked(self, came: ServerTransaction) -> None:
        """Take the offer that came in a PRACK (RFC 3262 §5)."""
        self._take(came)

    def drop(self, now: float) -> None:
        """Leave nothing waiting."""
        if self.came is not None:
            self.came.reply(self.came.response(487), now)
            self.came = None
        if self._late is not None:
            late, self._late = self._late, None
            self.leg.acknowledge(late, now)
        self.leg.station.alarms.cancel((self, "GLARE"))
        self._queued = None

    def _take(self, came: ServerTransaction) -> None:
        self.leg.dialog_for(came.request.from_.tag).retarget(came.request)
        self.came = came
        self.leg.station.emit(Reoffered(self.leg.id, came.request.sdp))

    def _ok(self, came: ServerTransaction, sdp: bytes | None, now: float) -> None:
        response = came.response(200)
        self.leg.dress(response, sdp, ())
        if came.request.method == "UPDATE":
            self.leg.session.agree(came.request, response, now)
        came.reply(response, now)

    def _later(self, came: ServerTransaction, now: float) -> None:
        response = came.response(500)
        response.headers.add("Retry-After", str(self.leg.station.entropy(1)[0] % 10))
        came.reply(response, now)


def put_sdp(message: Message, sdp: bytes | None) -> None:
    """Give a message a session description for its body."""
    if sdp is not None:
        message.headers.set("Content-Type", "application/sdp")
        message.body = sdp
