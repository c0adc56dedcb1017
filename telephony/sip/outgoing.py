"""A leg that we call: INVITE, its answers, CANCEL and what crosses it (RFC 3261 §9, §13.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telephony.errors import WrongMoment
from telephony.sip.dialog import Dialog
from telephony.sip.events import Answered, Progressed, Refused
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg, put_sdp
from telephony.sip.message import Headers, Lines, Request, Response, reason_of
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ClientTransaction, InviteClient


class OutgoingLeg(Leg):
    """The caller's side."""

    __slots__ = ("_cancelled", "_late", "_strays", "inviting")

    outgoing = True

    def __init__(
        self, name: str, ledger: Ledger, dialog: Dialog, forget: Callable[[Leg], None]
    ) -> None:
        super().__init__(name, ledger, dialog, forget)
        self.inviting: InviteClient | None = None
        self._cancelled = False
        self._late: InviteClient | None = None
        self._strays: set[str] = set()

    def invite(
        self, sdp: bytes | None, headers: Lines, now: float, patience: float | None = None
    ) -> None:
        """Send the first INVITE; so long the far end may stay without any sign of life."""
        request = self.dialog.request("INVITE", self._via())
        request.headers.add("Allow", ", ".join(self.station.methods))
        request.headers.extend(headers)
        put_sdp(request, sdp)
        self.inviting = self._ask_invite(request, now)
        self.station.alarms.set((self, "RING_LIMIT"), now + self.station.timings.ring_limit)
        if patience is not None:
            self.station.alarms.set((self, "PATIENCE"), now + patience)

    def hang_up(self, now: float, headers: Lines = ()) -> None:
        """CANCEL before the answer, BYE after it."""
        if self.state not in (LegState.CALLING, LegState.RINGING):
            late, self._late = self._late, None
            if late is not None:
                self.acknowledge(late, now)
                self.step(LegEvent.CONFIRM)
            super().hang_up(now, headers)
            return
        heard = self.state is LegState.RINGING
        self.step(LegEvent.HANG_UP)
        self.end("cancelled", "local")
        if heard:
            self._cancel(now)

    def accept_offer(self, sdp: bytes, now: float) -> None:
        """Answer the offer that came in the 2xx to an INVITE without one, in the ACK (§13.2.1)."""
        if self._late is None:
            super().accept_offer(sdp, now)
            return
        late, self._late = self._late, None
        self.acknowledge(late, now, sdp)
        self.step(LegEvent.CONFIRM)

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse an offer; one that came in a 2xx can only be hung up on."""
        if self._late is None:
            super().refuse_offer(status, now)
        else:
            self.hang_up(now)

    def offer(self, sdp: bytes, now: float) -> None:
        """Offer anew."""
        if self._late is not None:
            raise WrongMoment("offer anew", self.state.name)
        super().offer(sdp, now)

    def invite_responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response to our INVITE."""
        if sent is not self.inviting:
            super().invite_responded(sent, response, now)
        elif response.status < 200:
            self._progressed(response, now)
        elif response.status < 300:
            self._answered(response, now)
        else:
            self._refused(response.status, response.reason, response, now)

    def retried(self, sent: ClientTransaction, response: Response, now: float) -> bool:
        """Answer a challenge, unless we hung up meanwhile."""
        if self.state is LegState.CANCELLING:
            return False
        return super().retried(sent, response, now)

    def replaced(self, sent: ClientTransaction, twin: InviteClient) -> None:
        """Follow the INVITE to its signed twin."""
        if sent is self.inviting:
            self.inviting = twin
            self.state = LegState.CALLING
            self.station.alarms.cancel((self, "PATIENCE"))  # It challenged us: it lives.
        else:
            super().replaced(sent, twin)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that the INVITE stays without final answer."""
        if sent is self.inviting:
            self._refused(status, reason_of(status), None, now)
        else:
            super().unanswered(sent, status, now)

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        if name not in ("RING_LIMIT", "PATIENCE"):
            super().ring(name, now)
        elif self.state is LegState.CALLING or (
            self.state is LegState.RINGING and name == "RING_LIMIT"
        ):
            self.told = True
            self.station.emit(Refused(self.id, 408, "No answer", None))
            self.hang_up(now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.station.alarms.cancel((self, "PATIENCE"))
        super().over(now)

    def _progressed(self, response: Response, now: float) -> None:
        self.station.alarms.cancel((self, "PATIENCE"))
        if not LEG.allows(self.state, LegEvent.PROGRESS):
            return
        self.step(LegEvent.PROGRESS)
        if self.state is LegState.CANCELLING:
            self._cancel(now)
        elif response.status > 100:
            self.station.emit(Progressed(self.id, response.status, response.sdp, response))

    def _answered(self, response: Response, now: float) -> None:
        sent = self.inviting
        assert sent is not None
        if not LEG.allows(self.state, LegEvent.ANSWER):
            if response.to.tag != self.dialog.remote_tag:
                self._end_stray(response, now)
            return
        self.dialog.confirm(response)
        self.step(LegEvent.ANSWER)
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.station.alarms.cancel((self, "PATIENCE"))
        if self.state is LegState.ENDING:
            self.acknowledge(sent, now)  # Our CANCEL crossed this 200.
            self.bye(now)
        elif sent.request.body:
            self.acknowledge(sent, now)
            self.step(LegEvent.CONFIRM)
            self.station.emit(Answered(self.id, response.sdp, response))
        else:
            self._late = sent
            self.station.emit(Answered(self.id, response.sdp, response))

    def _refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        if not LEG.allows(self.state, LegEvent.REFUSE):
            return
        self.step(LegEvent.REFUSE)
        if not self.told:
            self.told = True
            self.station.emit(Refused(self.id, status, reason, response))
        self.over(now)

    def _cancel(self, now: float) -> None:
        if self._cancelled or self.inviting is None:
            return
        self._cancelled = True
        ours = self.inviting.request
        fields = Headers([("Via", ours.headers.get("Via")), ("Max-Forwards", "70")])
        if routes := ours.headers.all("Route"):
            fields.set("Route", *routes)
        for name in ("From", "To", "Call-ID"):
            fields.add(name, ours.headers.get(name))
        fields.add("CSeq", f"{ours.cseq[0]} CANCEL")
        flow = self.inviting.flow
        self.ledger.ask(Request("CANCEL", ours.uri, fields), flow, self, now)
        self.inviting.abandon_at(now + self.station.timings.patience)

    def _end_stray(self, response: Response, now: float) -> None:
        """Acknowledge and end a second dialog that a forking proxy made (§13.2.2.4)."""
        assert self.inviting is not None
        stray = replace(self.dialog, local_seq=self.inviting.request.cseq[0])
        stray.confirm(response)
        ack = stray.request("ACK", self._via(stray.flow), self.inviting.request.cseq[0])
        self.station.send(stray.flow, bytes(ack))
        if response.to.tag not in self._strays:
            self._strays.add(response.to.tag)
            bye = stray.request("BYE", self._via(stray.flow))
            self.ledger.ask(bye, stray.flow, _Nobody(), now)


class _Nobody:
    """Sends a request whose answer changes nothing."""

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Let it be."""

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Let it be."""
