"""One leg within its dialog: BYE both ways, requests, repeated answers.

``outgoing`` and ``incoming`` add how a leg begins, ``offers`` what is offered within it. The core
calls a leg when a message or an alarm concerns it; a leg tells the room above through
``station.emit``.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.errors import WrongMoment
from telephony.sip.auth import Answerer
from telephony.sip.dialog import Dialog
from telephony.sip.events import Cause, Ended, Flow, OfferAnswered, Responded
from telephony.sip.ledger import Ledger
from telephony.sip.message import Headers, Lines, Request, Response
from telephony.sip.offers import Offers, put_sdp
from telephony.sip.session import Session
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ClientTransaction, InviteClient, ServerTransaction


class Leg:
    """What both kinds of leg do once the far end's tag is known."""

    __slots__ = (
        "_asked", "_forget", "_ok", "_ok_interval", "_ok_offers", "allow", "answerer", "dialog",
        "id", "ledger", "offers", "session", "settled", "spoken", "state", "station", "told",
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
        self.offers = Offers(self)
        self.session = Session(self)
        self.settled = False
        """The first offer was answered."""
        self.spoken: bytes | None = None
        """Our description that was sent last."""
        self.allow = ""
        """The methods the far end takes."""
        self.told = False
        self._forget = forget
        self._asked: dict[ClientTransaction, str] = {}
        self._ok: tuple[int, Flow, bytes] | None = None
        self._ok_interval = 0.0
        self._ok_offers = False

    def knows(self, tag: str) -> bool:
        """Say whether this is the far end's half of the dialog's name."""
        return self.dialog.remote_tag in ("", tag)

    def dialog_for(self, tag: str) -> Dialog:
        """Return the dialog with this far end; before the answer a fork makes several."""
        return self.dialog

    def allows(self, method: str) -> bool:
        """Say whether the far end told that it takes this method."""
        return method in self.allow and (method != "UPDATE" or self.session.updates())

    def may(self, what: str) -> None:
        """Hold what is asked to the moment: WrongMoment where no request can be sent."""
        if self.state not in (LegState.TALKING, LegState.ANSWERED) or not self.dialog.remote_tag:
            raise WrongMoment(what, self.state.name)

    @property
    def unacknowledged(self) -> bool:
        """Our 2xx waits for its ACK."""
        return self._ok is not None

    @property
    def offers_unanswered(self) -> bool:
        """Our 2xx holds an offer whose answer the ACK will bring."""
        return self._ok is not None and self._ok_offers

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

    def offer(self, sdp: bytes | None, now: float, *, update: bool = False) -> None:
        """Offer anew, or ask for an offer."""
        self.offers.make(sdp, now, update=update)

    def accept_offer(self, sdp: bytes, now: float) -> None:
        """Answer the far end's offer."""
        self.offers.accept(sdp, now)

    def refuse_offer(self, status: int, now: float) -> None:
        """Refuse the far end's offer."""
        self.offers.refuse(status, now)

    def send(
        self, method: str, body: bytes, content_type: str, now: float, headers: Lines = ()
    ) -> str:
        """Send a request within the dialog; a NOTIFY may go to a telephone that still rings."""
        rings = self.state is LegState.RINGING and bool(self.dialog.remote_tag)
        if not (rings and method == "NOTIFY"):
            self.may(f"send {method}")
        request = self.dialog.request(method, self.via())
        request.headers.extend(headers)
        if body:
            request.headers.add("Content-Type", content_type)
        request.body = body
        key = self.station.token()
        self._asked[self.ask(request, now)] = key
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
            self.settled = True
            self.confirmed(ack)
        elif offered and not self.told:
            self.station.emit(OfferAnswered(self.id, ack.sdp))
        self.offers.next(now)

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

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response to a request of this leg."""
        if response.status < 200 and sent.request.method != "INVITE":
            return
        if self.retried(sent, response, now):
            return
        if sent.request.method == "INVITE":
            self.invite_responded(sent, response, now)
        elif sent is self.offers.sent:
            self.offers.answered(sent, response, now)
        elif sent.request.method == "BYE":
            self._finish(now)
        elif sent in self._asked:
            self._tell(sent, response.status, response)
            if response.status in (408, 481):
                self.gone("the far end does not know the call any more", "remote", now)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that a request of this leg stays without answer."""
        cause: Cause = "timeout" if status == 408 else "transport"
        if sent is self.offers.sent:
            if self.state is LegState.TALKING:
                self.offers.sent = None
                self.lost(f"{_article(sent.request.method)} stayed without answer", cause, now)
            else:
                self.offers.unanswered(status)
        elif sent.request.method == "BYE":
            self._finish(now)
        elif sent in self._asked:
            self._tell(sent, status, None)
            self.lost("a request stayed without answer", cause, now)

    def invite_responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take a response to our re-INVITE."""
        self.offers.answered(sent, response, now)

    def retried(self, sent: ClientTransaction, response: Response, now: float) -> bool:
        """Send the same once more: signed (§22.2), or with a longer session (RFC 4028 §7.4)."""
        if response.status == 422:
            if not self.session.raised(response):
                return False
        elif response.status not in (401, 407):
            if self.answerer and response.status >= 200:
                self.answerer.settled()
            return False
        elif self.answerer is None or not self.answerer.learn(response):
            return False
        again = renewed(sent.request, self.via(sent.flow), self._next_seq())
        if "Session-Expires" in again.headers:
            self.session.ask(again)
        if self.answerer:
            self.answerer.sign(again)
        twin = self.ledger.ask(again, sent.flow, self, now)
        if sent in self._asked:
            self._asked[twin] = self._asked.pop(sent)
        self.replaced(sent, twin)
        return True

    def replaced(self, sent: ClientTransaction, twin: ClientTransaction) -> None:
        """Learn that a request of ours goes on under another transaction."""
        self.offers.follow(sent, twin)

    def pracked(self, came: ServerTransaction, now: float) -> None:
        """Take a PRACK: nothing of ours wants one, unless the leg is an incoming one."""
        came.reply(came.response(481), now)

    def settle(self, now: float) -> None:
        """Learn that an offer was dealt with before the call was answered."""

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
        request = self.dialog.request("BYE", self.via())
        request.headers.extend(headers)
        self.ask(request, now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        self._settle_ok()
        self.offers.drop(now)
        self.session.stop()
        self._forget(self)

    def send_ok(
        self, came: ServerTransaction, sdp: bytes | None, now: float, headers: Lines = ()
    ) -> None:
        """Send the 2xx to an INVITE and repeat it until its ACK (§13.3.1.4)."""
        response = came.response(200)
        self.dress(response, sdp, headers)
        self.session.agree(came.request, response, now)
        came.reply(response, now)
        self.spoken = sdp or self.spoken
        self._ok = (came.request.cseq[0], came.flow, came.sent)
        self._ok_offers = came.request.sdp is None and sdp is not None
        self._ok_interval = self.station.timings.t1
        self.station.alarms.set((self, "OK"), now + self._ok_interval)
        self.station.alarms.set((self, "UNACKED"), now + self.station.timings.patience)

    def dress(self, response: Response, sdp: bytes | None, headers: Lines) -> None:
        """Put on a response to INVITE what makes it complete."""
        response.headers.add("Contact", self.dialog.contact)
        response.headers.add("Allow", self.station.allow)
        if self.station.supported:
            response.headers.add("Supported", self.station.supports)
        response.headers.extend(headers)
        put_sdp(response, sdp)

    def dress_request(self, request: Request) -> None:
        """Put on an INVITE or UPDATE what makes it complete."""
        request.headers.add("Allow", self.station.allow)
        if self.station.supported:
            request.headers.add("Supported", self.station.supports)
        self.session.ask(request)

    def prack(self, dialog: Dialog, response: Response, sdp: bytes | None, now: float) -> None:
        """Acknowledge a provisional response that wants it (RFC 3262 §4)."""
        request = dialog.request("PRACK", self.via(dialog.flow))
        number, seq = response.headers.get("RSeq").strip(), response.cseq[0]
        request.headers.add("RAck", f"{number} {seq} INVITE")
        request.headers.add("User-Agent", self.station.user_agent)
        put_sdp(request, sdp)
        if self.answerer:
            self.answerer.sign(request)
        self.ledger.ask(request, dialog.flow, self, now)

    def acknowledge(self, sent: InviteClient, now: float, sdp: bytes | None = None) -> None:
        """Send the ACK to a 2xx; the transaction repeats it as often as the 2xx comes."""
        ack = self.dialog.request("ACK", self.via(), sent.request.cseq[0])
        for name in ("Authorization", "Proxy-Authorization"):
            for value in sent.request.headers.all(name):
                ack.headers.add(name, value)
        put_sdp(ack, sdp)
        sent.ack = (self.dialog.flow, self.dialog.remote_tag, bytes(ack))
        self.station.send(self.dialog.flow, sent.ack[2])

    def ask(self, request: Request, now: float) -> ClientTransaction:
        """Send a request within the dialog."""
        request.headers.add("User-Agent", self.station.user_agent)
        if self.answerer:
            self.answerer.sign(request)
        return self.ledger.ask(request, self.dialog.flow, self, now)

    def _finish(self, now: float) -> None:
        if LEG.allows(self.state, LegEvent.DONE):
            self.step(LegEvent.DONE)
            self.over(now)

    def _settle_ok(self) -> None:
        if self._ok is not None:
            self._ok = None
            self.station.alarms.cancel((self, "OK"))
            self.station.alarms.cancel((self, "UNACKED"))

    def _tell(self, sent: ClientTransaction, status: int, response: Response | None) -> None:
        self.station.emit(Responded(self._asked.pop(sent), status, response))

    def via(self, flow: Flow | None = None) -> str:
        """Make the Via of a new request."""
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


def _article(method: str) -> str:
    return "a re-INVITE" if method == "INVITE" else "an UPDATE"
