"""One leg within its dialog: re-INVITE both ways, BYE both ways, requests, repeated answers.

``outgoing`` and ``incoming`` add how a leg begins. The core calls a leg when a message or an alarm
concerns it; a leg tells the room above through ``station.emit``.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.errors import WrongMoment
from telephony.sip.auth import Answerer
from telephony.sip.dialog import Dialog
from telephony.sip.events import (
    Cause,
    Ended,
    Flow,
    OfferAnswered,
    OfferRefused,
    Reoffered,
    Responded,
)
from telephony.sip.ledger import Ledger
from telephony.sip.message import Headers, Lines, Message, Request, Response
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ClientTransaction, InviteClient, ServerTransaction


class Leg:
    """What both kinds of leg do once the far end's tag is known."""

    __slots__ = (
        "_asked", "_forget", "_ok", "_ok_interval", "_ok_offers", "_queued", "answerer", "dialog",
        "id", "ledger", "offering", "reoffer", "state", "station", "told",
    )  # fmt: skip

    outgoing = False

    def __init__(
        self, name: str, ledger: Ledger, dialog: Dialog, forget: Callable[[Leg], None]
    ) -> None:
        self.id = name
        self.ledger = ledger
        self.station = ledger.station
        self.dialog = dialog
        self.state = LegState.CALLING
        self.answerer: Answerer | None = None
        self.offering: InviteClient | None = None
        self.reoffer: ServerTransaction | None = None
        """The far end's re-INVITE that waits for our answer."""
        self.told = False
        self._forget = forget
        self._asked: dict[ClientTransaction, str] = {}
        self._queued: bytes | None = None
        self._ok: tuple[int, Flow, bytes] | None = None
        self._ok_interval = 0.0
        self._ok_offers = False

    def knows(self, tag: str) -> bool:
        """Say whether this is the far end's half of the dialog's name."""
        return self.dialog.remote_tag in ("", tag)

    def may(self, what: str) -> None:
        """Hold what is asked to the moment: WrongMoment where no request can be sent."""
        if self.state not in (LegState.TALKING, LegState.ANSWERED) or not self.dialog.remote_tag:
            raise WrongMoment(what, self.state.name)

    # ── commands ─────────────────────────────────────────────────────────────

    def hang_up(self, now: float, headers: Lines = ()) -> None:
        """Say BYE, or after the ACK where our 2xx still waits for it (§15)."""
        if not LEG.allows(self.state, LegEvent.HANG_UP):
            return
        confirmed = self.state is LegState.TALKING
        self.step(LegEvent.HANG_UP)
        self.end("hung up", "local")
        if confirmed:
            self.bye(now, headers)

    def offer(self, sdp: bytes, now: float) -> None:
        """Offer anew; waits its turn behind another offer."""
        if self.state not in (LegState.TALKING, LegState.ANSWERED):
            raise WrongMoment("offer anew", self.state.name)
        if self.offering or self.reoffer or self._ok or (self, "GLARE") in self.station.alarms:
            self._queued = sdp
            return
        request = self.dialog.request("INVITE", self._via())
        put_sdp(request, sdp)
        request.headers.add("Allow", ", ".join(self.station.methods))
        self.offering = self._ask_invite(request, now)

    def accept_offer(self, sdp: bytes, now: float) -> None:
        """Accept the far end's re-INVITE with our answer (or our offer, where it had none)."""
        if self.reoffer is None:
            raise WrongMoment("accept an offer", self.state.name)
        came, self.reoffer = self.reoffer, None
        self.send_ok(came, sdp, now)

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse the far end's re-INVITE; what was agreed before stands."""
        if self.reoffer is None:
            raise WrongMoment("refuse an offer", self.state.name)
        came, self.reoffer = self.reoffer, None
        came.reply(came.response(status), now)
        self._next_offer(now)

    def send(
        self, method: str, body: bytes, content_type: str, now: float, headers: Lines = ()
    ) -> str:
        """Send a request within the dialog."""
        self.may(f"send {method}")
        request = self.dialog.request(method, self._via())
        request.headers.extend(headers)
        if body:
            request.headers.add("Content-Type", content_type)
        request.body = body
        key = self.station.token()
        self._asked[self._ask(request, now)] = key
        return key

    # ── what comes ───────────────────────────────────────────────────────────

    def acknowledged(self, ack: Request, now: float) -> None:
        """Stop repeating the 2xx that this ACK is for."""
        if self._ok is None or ack.cseq[0] != self._ok[0]:
            return
        offered = self._ok_offers
        self._settle_ok()
        if self.state is LegState.ENDING:
            self.bye(now)
        elif self.state is LegState.ANSWERED:
            self.step(LegEvent.CONFIRM)
            self.confirmed(ack)
        elif offered:
            self.station.emit(OfferAnswered(self.id, ack.sdp))
        self._next_offer(now)

    def confirmed(self, ack: Request) -> None:
        """Learn that the ACK to the first INVITE came."""

    def said_bye(self, came: ServerTransaction, now: float) -> None:
        """Answer the far end's BYE (§15.1.2)."""
        if not LEG.allows(self.state, LegEvent.FAR_HANG_UP):
            came.reply(came.response(481), now)
            return
        came.reply(came.response(200), now)
        self.step(LegEvent.FAR_HANG_UP)
        self.end("the far end hung up", "remote", came.request.headers)
        self.over(now)

    def reinvited(self, came: ServerTransaction, now: float) -> None:
        """Take a re-INVITE (§14.2)."""
        if self.state is not LegState.TALKING or self.offering or self._ok:
            came.reply(came.response(491), now)
        elif self.reoffer:
            refusal = came.response(500)
            refusal.headers.add("Retry-After", str(self.station.entropy(1)[0] % 10))
            came.reply(refusal, now)
        else:
            self.dialog.retarget(came.request)
            self.reoffer = came
            self.station.emit(Reoffered(self.id, came.request.sdp))

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response to a request of this leg."""
        if response.status < 200 and sent.request.method != "INVITE":
            return
        if self.retried(sent, response, now):
            return
        if sent.request.method == "INVITE":
            self.invite_responded(sent, response, now)
        elif sent.request.method == "BYE":
            self._finish(now)
        elif sent in self._asked:
            self._tell(sent, response.status, response)
            if response.status in (408, 481):
                self.gone("the far end does not know the call any more", "remote", now)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that a request of this leg stays without answer."""
        cause: Cause = "timeout" if status == 408 else "transport"
        if sent is self.offering:
            self.offering = None
            self.lost("a re-INVITE stayed without answer", cause, now)
        elif sent.request.method == "BYE":
            self._finish(now)
        elif sent in self._asked:
            self._tell(sent, status, None)
            self.lost("a request stayed without answer", cause, now)

    def invite_responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response to our re-INVITE."""
        if response.status < 200 or not isinstance(sent, InviteClient):
            return
        if response.status < 300 and sent.ack is None:
            self.dialog.retarget(response)
            self.acknowledge(sent, now)
        if sent is not self.offering:
            return
        self.offering = None
        if self.told:
            return
        if response.status < 300:
            self.station.emit(OfferAnswered(self.id, response.sdp))
        elif response.status == 491:
            self._wait_out_glare(sent.request.body, now)
        elif response.status in (408, 481):
            self.gone("the far end does not know the call any more", "remote", now)
        else:
            self.station.emit(OfferRefused(self.id, response.status))
        self._next_offer(now)

    def retried(self, sent: ClientTransaction, response: Response, now: float) -> bool:
        """Answer a challenge: the same request once more, signed (§22.2)."""
        if response.status not in (401, 407):
            if self.answerer and response.status >= 200:
                self.answerer.settled()
            return False
        if self.answerer is None or not self.answerer.learn(response):
            return False
        again = renewed(sent.request, self._via(sent.flow), self._next_seq())
        self.answerer.sign(again)
        twin = self.ledger.ask(again, sent.flow, self, now)
        if sent in self._asked:
            self._asked[twin] = self._asked.pop(sent)
        if isinstance(twin, InviteClient):
            self.replaced(sent, twin)
        return True

    def replaced(self, sent: ClientTransaction, twin: InviteClient) -> None:
        """Learn that an INVITE of ours goes on under another transaction."""
        if sent is self.offering:
            self.offering = twin

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        if name == "OK" and self._ok is not None:
            self.station.send(self._ok[1], self._ok[2])
            self._ok_interval = min(2 * self._ok_interval, self.station.timings.t2)
            self.station.alarms.set((self, "OK"), now + self._ok_interval)
        elif name == "UNACKED":
            self._settle_ok()
            if self.state is LegState.ENDING:
                self.bye(now)
            else:
                self.lost("the ACK never came", "timeout", now)
        elif name == "GLARE":
            self._next_offer(now)

    # ── the parts ────────────────────────────────────────────────────────────

    def step(self, event: LegEvent) -> None:
        """Move by the table."""
        self.state = LEG.step(self.state, event)

    def end(self, why: str, cause: Cause, headers: Headers | None = None) -> None:
        """Tell the room above, once, that the leg is over."""
        if not self.told:
            self.told = True
            self.station.emit(Ended(self.id, why, cause, headers or Headers()))

    def gone(self, why: str, cause: Cause, now: float) -> None:
        """End without BYE: the far end is not there."""
        if LEG.allows(self.state, LegEvent.GONE):
            self.step(LegEvent.GONE)
            self.end(why, cause)
            self.over(now)

    def lost(self, why: str, cause: Cause, now: float) -> None:
        """End with BYE, in case the far end is there after all (§12.2.1.2)."""
        if LEG.allows(self.state, LegEvent.HANG_UP):
            self.step(LegEvent.HANG_UP)
            self.end(why, cause)
            self.bye(now)

    def bye(self, now: float, headers: Lines = ()) -> None:
        """Send BYE."""
        request = self.dialog.request("BYE", self._via())
        request.headers.extend(headers)
        self._ask(request, now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        self._settle_ok()
        if self.reoffer is not None:
            self.reoffer.reply(self.reoffer.response(487), now)
            self.reoffer = None
        self.station.alarms.cancel((self, "GLARE"))
        self._queued = None
        self._forget(self)

    def send_ok(self, came: ServerTransaction, sdp: bytes, now: float, headers: Lines = ()) -> None:
        """Send the 2xx to an INVITE and repeat it until its ACK (§13.3.1.4)."""
        response = came.response(200)
        self.dress(response, sdp, headers)
        came.reply(response, now)
        self._ok = (came.request.cseq[0], came.flow, came.sent)
        self._ok_offers = came.request.sdp is None
        self._ok_interval = self.station.timings.t1
        self.station.alarms.set((self, "OK"), now + self._ok_interval)
        self.station.alarms.set((self, "UNACKED"), now + self.station.timings.patience)

    def dress(self, response: Response, sdp: bytes | None, headers: Lines) -> None:
        """Put on a response to INVITE what makes it complete."""
        response.headers.add("Contact", self.dialog.contact)
        response.headers.add("Allow", ", ".join(self.station.methods))
        response.headers.extend(headers)
        put_sdp(response, sdp)

    def acknowledge(self, sent: InviteClient, now: float, sdp: bytes | None = None) -> None:
        """Send the ACK to a 2xx; the transaction repeats it as often as the 2xx comes."""
        ack = self.dialog.request("ACK", self._via(), sent.request.cseq[0])
        for name in ("Authorization", "Proxy-Authorization"):
            for value in sent.request.headers.all(name):
                ack.headers.add(name, value)
        put_sdp(ack, sdp)
        sent.ack = (self.dialog.flow, self.dialog.remote_tag, bytes(ack))
        self.station.send(self.dialog.flow, sent.ack[2])

    def _ask(self, request: Request, now: float) -> ClientTransaction:
        request.headers.add("User-Agent", self.station.user_agent)
        if self.answerer:
            self.answerer.sign(request)
        return self.ledger.ask(request, self.dialog.flow, self, now)

    def _ask_invite(self, request: Request, now: float) -> InviteClient:
        sent = self._ask(request, now)
        assert isinstance(sent, InviteClient)
        return sent

    def _finish(self, now: float) -> None:
        if LEG.allows(self.state, LegEvent.DONE):
            self.step(LegEvent.DONE)
            self.over(now)

    def _settle_ok(self) -> None:
        self._ok = None
        self.station.alarms.cancel((self, "OK"))
        self.station.alarms.cancel((self, "UNACKED"))

    def _wait_out_glare(self, sdp: bytes, now: float) -> None:
        # §14.1: who made the Call-ID waits longer, so that the two do not meet again.
        low, high = (2.1, 4.0) if self.outgoing else (0.0, 2.0)
        self._queued = self._queued or sdp
        self.station.alarms.set((self, "GLARE"), now + self.station.between(low, high))

    def _next_offer(self, now: float) -> None:
        if self._queued is not None and self.state is LegState.TALKING:
            sdp, self._queued = self._queued, None
            self.offer(sdp, now)

    def _tell(self, sent: ClientTransaction, status: int, response: Response | None) -> None:
        self.station.emit(Responded(self._asked.pop(sent), status, response))

    def _via(self, flow: Flow | None = None) -> str:
        return self.station.via(flow or self.dialog.flow, self.ledger.branch())

    def _next_seq(self) -> int:
        self.dialog.local_seq += 1
        return self.dialog.local_seq


def renewed(request: Request, via: str, seq: int) -> Request:
    """Return the same request as a new transaction."""
    fields = request.headers.copy()
    fields.set("Via", via)
    fields.set("CSeq", f"{seq} {request.method}")
    return Request(request.method, request.uri, fields, request.body)


def put_sdp(message: Message, sdp: bytes | None) -> None:
    """Give a message a session description for its body."""
    if sdp is not None:
        message.headers.set("Content-Type", "application/sdp")
        message.body = sdp
