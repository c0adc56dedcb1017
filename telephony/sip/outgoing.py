"""A leg that we call: INVITE, its answers, PRACK, CANCEL and what crosses it (RFC 3261 §9, §13.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telephony.errors import BadMessage, WrongMoment
from telephony.sip import headers as grammar
from telephony.sip.dialog import Dialog
from telephony.sip.early import EarlyDialog, reliable
from telephony.sip.events import Answered, Progressed, Refused
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg
from telephony.sip.message import Headers, Lines, Request, Response, reason_of
from telephony.sip.offers import put_sdp
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ClientTransaction, InviteClient
from telephony.sip.uri import Uri

LIMITS = ("RING_LIMIT", "PATIENCE", "PROGRESS")
"""How long the far end may ring, say nothing, say no more than 100."""


class OutgoingLeg(Leg):
    """The caller's side."""

    __slots__ = ("_asks_early", "_cancelled", "_early", "_late", "_strays", "_template", "inviting")

    outgoing = True

    def __init__(
        self, name: str, ledger: Ledger, dialog: Dialog, forget: Callable[[Leg], None]
    ) -> None:
        super().__init__(name, ledger, dialog, forget)
        self.inviting: InviteClient | None = None
        self._cancelled = False
        self._late: InviteClient | None = None
        self._strays: set[str] = set()
        self._template = dialog
        self._early: dict[str, EarlyDialog] = {}
        self._asks_early: tuple[EarlyDialog, Response] | None = None
        """The early dialog whose reliable offer we have to answer, and the response with it."""

    def knows(self, tag: str) -> bool:
        """Say whether this is the far end's half of the name; a fork has several."""
        return tag in self._early or super().knows(tag)

    def dialog_for(self, tag: str) -> Dialog:
        """Return the dialog with this far end."""
        early = self._early.get(tag)
        return self.dialog if early is None else early.dialog

    def invite(
        self,
        sdp: bytes | None,
        headers: Lines,
        now: float,
        patience: float | None = None,
        hops: int = 70,
        progress: float | None = None,
    ) -> None:
        """Send the first INVITE; so long the far end may be without a sign of life, or only be trying."""
        request = self.dialog.request("INVITE", self.via())
        self.dress_request(request)
        request.headers.set("Max-Forwards", str(hops))
        request.headers.extend(headers)
        put_sdp(request, sdp)
        self.spoken = sdp
        self.inviting = self.ask_invite(request, now)
        self.station.alarms.set((self, "RING_LIMIT"), now + self.station.timings.ring_limit)
        if patience is not None:
            self.station.alarms.set((self, "PATIENCE"), now + patience)
        if progress is not None:
            self.station.alarms.set((self, "PROGRESS"), now + progress)

    def ask_invite(self, request: Request, now: float) -> InviteClient:
        """Send an INVITE."""
        sent = self.ask(request, now)
        assert isinstance(sent, InviteClient)
        return sent

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
        if self._asks_early is not None:
            (early, response), self._asks_early = self._asks_early, None
            early.settled = self.settled = True
            self.spoken = sdp
            self.prack(early.dialog, response, sdp, now)
            return
        if self._late is None:
            super().accept_offer(sdp, now)
            return
        late, self._late = self._late, None
        self.spoken = sdp
        self.acknowledge(late, now, sdp)
        self._confirm()

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse an offer; one that came in a 2xx can only be hung up on."""
        if self._late is None:
            super().refuse_offer(status, now)
        else:
            self.hang_up(now)

    def offer(self, sdp: bytes | None, now: float, *, update: bool = False) -> None:
        """Offer anew."""
        if self._late is not None:
            raise WrongMoment("offer anew", self.state.name)
        super().offer(sdp, now, update=update)

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

    def replaced(self, sent: ClientTransaction, twin: ClientTransaction) -> None:
        """Follow the INVITE to its twin; what a fork said before the challenge is void."""
        if sent is self.inviting and isinstance(twin, InviteClient):
            self.inviting = twin
            self.state = LegState.CALLING
            self._template.local_seq = twin.request.cseq[0]
            self.dialog = self._template
            self._early.clear()
            self._asks_early = None
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
        if name not in LIMITS:
            super().ring(name, now)
        elif self.state is LegState.CALLING or (
            self.state is LegState.RINGING and name != "PATIENCE"
        ):
            self.told = True
            self.station.emit(Refused(self.id, 408, "No answer", None))
            self.hang_up(now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        for name in LIMITS:
            self.station.alarms.cancel((self, name))
        super().over(now)

    def _progressed(self, response: Response, now: float) -> None:
        self.station.alarms.cancel((self, "PATIENCE"))
        if not LEG.allows(self.state, LegEvent.PROGRESS):
            return
        early = self._early_dialog(response)
        if early is not None and not early.takes(response):
            return
        self.step(LegEvent.PROGRESS)
        if self.state is LegState.CANCELLING:
            self._cancel(now)
        elif response.status > 100:
            self.station.alarms.cancel((self, "PROGRESS"))
            self.allow = response.headers.text("Allow") or self.allow
            if early is not None and reliable(response):
                self._arrived(early, response, now)
            self.station.emit(Progressed(self.id, response.status, response.sdp, response))

    def _early_dialog(self, response: Response) -> EarlyDialog | None:
        """Return the early dialog of a provisional response (RFC 3261 §12.1)."""
        tag = response.to.tag
        if not tag or response.status == 100:
            return None
        early = self._early.get(tag)
        if early is None:
            early = EarlyDialog(replace(self._template))
            early.dialog.confirm(response)
            if not self._early:
                self.dialog = early.dialog
            self._early[tag] = early
        return early

    def _arrived(self, early: EarlyDialog, response: Response, now: float) -> None:
        """Take a response that wants a PRACK (RFC 3262 §4)."""
        assert self.inviting is not None
        sdp = response.sdp
        if sdp is None or early.heard is not None:
            self.prack(early.dialog, response, None, now)
        elif self.inviting.request.body:
            early.heard = sdp
            early.settled = self.settled = True
            self.prack(early.dialog, response, None, now)
        else:
            early.heard = sdp
            self._asks_early = early, response

    def _answered(self, response: Response, now: float) -> None:
        sent = self.inviting
        assert sent is not None
        if not LEG.allows(self.state, LegEvent.ANSWER):
            if response.to.tag != self.dialog.remote_tag:
                self._end_stray(response, now)
            return
        early = self._early.get(response.to.tag)
        self.dialog = early.dialog if early is not None else self._template
        self.dialog.confirm(response)
        self._early.clear()
        self._asks_early = None
        self.step(LegEvent.ANSWER)
        self.allow = response.headers.text("Allow") or self.allow
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.station.alarms.cancel((self, "PATIENCE"))
        if self.state is LegState.ENDING:
            self.acknowledge(sent, now)  # Our CANCEL crossed this 200.
            self.bye(now)
            return
        self.session.learned(response, now)
        heard = response.sdp or (early.heard if early is not None else None)
        if sent.request.body or (early is not None and early.settled):
            self.acknowledge(sent, now)
            self._confirm()
        else:
            self._late = sent
        self.station.emit(Answered(self.id, heard, response))

    def _confirm(self) -> None:
        self.settled = True
        self.step(LegEvent.CONFIRM)

    def _refused(self, status: int, reason: str, response: Response | None, now: float) -> None:
        if not LEG.allows(self.state, LegEvent.REFUSE):
            return
        self.step(LegEvent.REFUSE)
        if not self.told:
            self.told = True
            contacts = redirections(response) if response is not None and status < 400 else ()
            self.station.emit(Refused(self.id, status, reason, response, contacts))
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
        stray = replace(self._template, local_seq=self.inviting.request.cseq[0])
        stray.confirm(response)
        ack = stray.request("ACK", self.via(stray.flow), self.inviting.request.cseq[0])
        self.station.send(stray.flow, bytes(ack))
        if response.to.tag not in self._strays:
            self._strays.add(response.to.tag)
            bye = stray.request("BYE", self.via(stray.flow))
            self.ledger.ask(bye, stray.flow, _Nobody(), now)


def redirections(response: Response) -> tuple[Uri, ...]:
    """List where a 3xx says to try instead, the most wanted first (§8.1.3.4)."""
    found: list[tuple[float, Uri]] = []
    for text in response.headers.all("Contact"):
        try:
            contact = grammar.name_addr(text)
            found.append((float(contact.param("q") or 1.0), contact.uri))
        except (BadMessage, ValueError):
            continue
    return tuple(uri for _, uri in sorted(found, key=lambda one: -one[0]))


class _Nobody:
    """Sends a request whose answer changes nothing."""

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Let it be."""

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Let it be."""
