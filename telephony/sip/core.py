"""The SIP user agent core without sockets, clocks or dice (RFC 3261 §8, §9, §12-15).

After each call of ``receive``, ``broken``, ``tick`` or a command, send what ``outbox`` returns, act
on what ``events`` returns, and call ``tick`` no later than ``next_timer`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from telephony.errors import BadMessage, UnknownLeg, WrongMoment
from telephony.sip import headers as grammar
from telephony.sip import message as messages
from telephony.sip import uri as uris
from telephony.sip.auth import Answerer, Credentials
from telephony.sip.dialog import Dialog, of_invite
from telephony.sip.errand import Errand
from telephony.sip.events import Address, Flow, Invited, Requested, SipEvent
from telephony.sip.headers import NameAddr
from telephony.sip.incoming import IncomingLeg
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg
from telephony.sip.message import Headers, Lines, Request, Response
from telephony.sip.outgoing import OutgoingLeg
from telephony.sip.station import Station, Timings
from telephony.sip.transaction import PlainServer, ServerTransaction
from telephony.sip.uri import Uri

METHODS = ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "MESSAGE", "INFO")
LARGEST_MESSAGE = 32_768
LARGEST_BODY = 16_384


class SipCore:
    """Calls and requests over flows; every time is an argument."""

    def __init__(
        self,
        *,
        entropy: Callable[[int], bytes],
        user_agent: str,
        methods: Iterable[str] = METHODS,
        supported: Iterable[str] = (),
        timings: Timings | None = None,
        advertise: Callable[[Flow], Address] | None = None,
    ) -> None:
        self._station = Station(
            entropy=entropy,
            user_agent=user_agent,
            methods=tuple(methods),
            supported=tuple(supported),
            timings=timings or Timings(),
            advertise=advertise,
        )
        self._ledger = Ledger(self._station)
        self._legs: dict[str, Leg] = {}
        self._dialogs: dict[tuple[str, str], Leg] = {}

    # ── the five verbs of the skin ───────────────────────────────────────────

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        """Take one message of the network; whatever it holds, nothing is raised."""
        if not data.strip(b"\r\n\0 ") or data[0] < 4:
            return  # A keep-alive (RFC 5626), or STUN.
        try:
            message = messages.parse(data)
        except BadMessage:
            return
        try:
            messages.check(message, len(data), LARGEST_MESSAGE, LARGEST_BODY)
            if isinstance(message, Response):
                self._ledger.take_response(message, now)
            else:
                self._requested(message, flow, now)
        except BadMessage as bad:
            if isinstance(message, Request):
                self._complain(message, flow, bad)

    def broken(self, flow: Flow, why: str, now: float) -> None:
        """Learn that nothing gets through a flow; requests waiting on it fail with 503."""
        self._ledger.broken(flow, now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        while (due := self._station.alarms.ring(now)) is not None:
            due[0].ring(due[1], now)

    def next_timer(self) -> float | None:
        """Return when ``tick`` is wanted next."""
        return self._station.alarms.next()

    def events(self) -> list[SipEvent]:
        """Return and forget what happened."""
        happened, self._station.happened = self._station.happened, []
        return happened

    def outbox(self) -> list[tuple[Flow, bytes]]:
        """Return and forget what is to be sent."""
        outgoing, self._station.outgoing = self._station.outgoing, []
        return outgoing

    # ── what is left ─────────────────────────────────────────────────────────
    def counts(self) -> dict[str, int]:
        """Count what is kept."""
        return {
            "legs": len(self._legs),
            "dialogs": len(self._dialogs),
            "transactions": len(self._ledger),
            "noted": self._ledger.noted,
            "timers": len(self._station.alarms),
        }

    @property
    def idle(self) -> bool:
        """Nothing is kept."""
        return not any(self.counts().values())

    # ── calls ────────────────────────────────────────────────────────────────

    def invite(
        self,
        *,
        to: Uri | str,
        from_: NameAddr | str,
        flow: Flow,
        contact: str,
        sdp: bytes | None,
        headers: Lines = (),
        credentials: Credentials | None = None,
        patience: float | None = None,
        now: float,
    ) -> str:
        """Call somebody; ``contact`` is a user or an address. No sign of life in ``patience``: 408."""
        target, lines = to if isinstance(to, Uri) else uris.parse(to), messages.allowed(headers)
        caller = grammar.name_addr(from_) if isinstance(from_, str) else from_
        name, tag = self._station.token(), self._station.token()
        dialog = Dialog(
            call_id=f"{self._station.token()}@{flow.local[0]}",
            local=caller.tagged(tag),
            remote=NameAddr(target.bare() if target.scheme != "tel" else target),
            target=str(target),
            contact=self._contact(contact, flow),
            flow=flow,
        )
        leg = OutgoingLeg(name, self._ledger, dialog, self._forget)
        if credentials is not None:
            leg.answerer = Answerer(credentials, self._station.entropy)
        self._keep(leg)
        leg.invite(sdp, lines, now, patience)
        return name

    def ring(
        self,
        leg: str,
        now: float,
        *,
        status: int = 180,
        sdp: bytes | None = None,
        headers: Lines = (),
    ) -> None:
        """Tell the caller that it rings (180), or let him hear something (183)."""
        self._incoming(leg, "ring").ringing(status, sdp, headers, now)

    def answer(self, leg: str, sdp: bytes, now: float, headers: Lines = ()) -> None:
        """Answer an incoming leg; Confirmed follows."""
        self._incoming(leg, "answer").answer(sdp, headers, now)

    def refuse(
        self, leg: str, status: int, now: float, reason: str = "", headers: Lines = ()
    ) -> None:
        """Refuse an incoming leg; Ended follows."""
        self._incoming(leg, "refuse").refuse(status, reason, headers, now)

    def hang_up(self, leg: str, now: float, headers: Lines = ()) -> None:
        """End a leg by CANCEL, refusal or BYE, whichever fits; again is nothing."""
        known = self._legs.get(leg)
        if known is not None:
            known.hang_up(now, messages.allowed(headers))

    def offer(self, leg: str, sdp: bytes, now: float) -> None:
        """Offer anew (re-INVITE); OfferAnswered or OfferRefused follows."""
        self._leg(leg).offer(sdp, now)

    def accept_offer(self, leg: str, sdp: bytes, now: float) -> None:
        """Accept what Reoffered told, or what an Answered to an INVITE without SDP offered."""
        self._leg(leg).accept_offer(sdp, now)

    def refuse_offer(self, leg: str, status: int, now: float) -> None:
        """Refuse what Reoffered told."""
        self._leg(leg).refuse_offer(status, now)

    def send(
        self,
        leg: str,
        method: str,
        body: bytes,
        content_type: str,
        now: float,
        headers: Lines = (),
    ) -> str:
        """Send MESSAGE or INFO within a call; Responded follows under the key returned."""
        return self._leg(leg).send(method, body, content_type, now, headers)

    # ── outside dialogs ──────────────────────────────────────────────────────

    def request(
        self,
        method: str,
        uri: Uri | str,
        *,
        to: NameAddr | str,
        from_: NameAddr | str,
        flow: Flow,
        contact: str | None = None,
        body: bytes = b"",
        content_type: str = "",
        headers: Lines = (),
        credentials: Credentials | None = None,
        call_id: str | None = None,
        cseq: int | None = None,
        now: float,
    ) -> str:
        """Send a request outside dialogs; Responded follows under the key returned."""
        via = self._station.via(flow, self._ledger.branch())
        sender = grammar.name_addr(from_) if isinstance(from_, str) else from_
        fields = Headers([("Via", via), ("Max-Forwards", "70")])
        fields.add("From", str(sender.tagged(self._station.token())))
        fields.add("To", str(grammar.name_addr(to) if isinstance(to, str) else to))
        fields.add("Call-ID", call_id or f"{self._station.token()}@{flow.local[0]}")
        fields.add("CSeq", f"{1 if cseq is None else cseq} {method}")
        if contact is not None:
            fields.add("Contact", self._contact(contact, flow))
        fields.add("User-Agent", self._station.user_agent)
        fields.extend(headers)
        if body:
            fields.add("Content-Type", content_type)
        key = self._station.token()
        answerer = Answerer(credentials, self._station.entropy) if credentials else None
        request = Request(method, str(uri), fields, body)
        self._ledger.ask(request, flow, Errand(key, self._ledger, answerer), now)
        return key

    def respond(
        self,
        key: str,
        status: int,
        now: float,
        *,
        reason: str = "",
        headers: Lines = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> None:
        """Answer what Requested told; too late is nothing."""
        came = self._ledger.server(key)
        if came is None:
            return
        response = came.response(status, reason, body)
        response.headers.extend(headers)
        if body:
            response.headers.add("Content-Type", content_type)
        came.reply(response, now)

    # ── what comes ───────────────────────────────────────────────────────────

    def _requested(self, request: Request, flow: Flow, now: float) -> None:
        back = _way_back(request, flow)
        if request.method == "ACK":
            leg = self._leg_of(request)
            if not self._ledger.take_ack(request, now) and leg is not None:
                leg.acknowledged(request, now)
            return
        came = self._ledger.take_request(request, back, now)
        if came is None:
            return
        refusal = self._refusal(came)
        if refusal is not None:
            came.reply(refusal, now)
        elif request.method == "CANCEL":
            self._cancelled(came, now)
        elif request.to.tag:
            self._within(came, flow, now)
        elif request.method == "INVITE":
            self._invited(came, flow, now)
        elif request.method == "BYE":
            came.reply(came.response(481), now)
        else:
            self._station.emit(Requested(came.key, None, request, flow))

    def _refusal(self, came: ServerTransaction) -> Response | None:
        """Return the answer to a request that no user need see (§8.2)."""
        request = came.request
        if request.method not in self._station.methods:
            response = came.response(405)
            response.headers.add("Allow", ", ".join(self._station.methods))
            return response
        if request.method == "CANCEL":
            return None
        known = self._station.supported
        foreign = [one for one in request.headers.all("Require") if one.lower() not in known]
        if foreign:
            response = came.response(420)
            response.headers.add("Unsupported", ", ".join(foreign))
            return response
        if self._ledger.merges(came):
            return came.response(482)
        if request.method == "INVITE" and request.body and request.sdp is None:
            response = came.response(415)
            response.headers.add("Accept", "application/sdp")
            return response
        return None

    def _invited(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        contact = self._station.contact(flow, uris.parse(came.request.uri).user)
        dialog = of_invite(came.request, flow, came.tag, contact)
        name = self._station.token()
        self._keep(IncomingLeg(name, self._ledger, dialog, self._forget, came, now))
        self._station.emit(Invited(name, came.request, flow))

    def _cancelled(self, came: ServerTransaction, now: float) -> None:
        invited = self._ledger.cancelled(came.request)
        if invited is None:
            came.reply(came.response(481), now)
            return
        came.tag = invited.tag
        came.reply(came.response(200), now)
        leg = self._dialogs.get((came.request.call_id, invited.tag))
        if isinstance(leg, IncomingLeg):
            leg.cancelled(came.request, now)

    def _within(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        leg, request = self._leg_of(came.request), came.request
        if leg is None or (leg.told and request.method != "BYE"):
            came.reply(came.response(481), now)
        elif not leg.dialog.fresh(request):
            came.reply(came.response(500, "Old CSeq"), now)
        elif request.method == "BYE":
            leg.said_bye(came, now)
        elif request.method == "INVITE":
            leg.reinvited(came, now)
        elif request.method == "OPTIONS":
            response = came.response(200)
            response.headers.add("Allow", ", ".join(self._station.methods))
            came.reply(response, now)
        else:
            self._station.emit(Requested(came.key, leg.id, request, flow))

    def _complain(self, request: Request, flow: Flow, bad: BadMessage) -> None:
        """Answer a broken request without keeping anything of it."""
        needed = ("Via", "From", "To", "Call-ID", "CSeq")
        if request.method == "ACK" or not all(request.headers.get(name) for name in needed):
            return
        try:
            back = _way_back(request, flow)
            answer = PlainServer(self._station, request, back, lambda: None, "")
            self._station.send(back, bytes(answer.response(bad.status, bad.reason)))
        except BadMessage:
            return

    # ── the parts ────────────────────────────────────────────────────────────

    def _leg_of(self, request: Request) -> Leg | None:
        leg = self._dialogs.get((request.call_id, request.to.tag))
        if leg is None or leg.dialog.remote_tag not in ("", request.from_.tag):
            return None
        return leg

    def _leg(self, leg: str) -> Leg:
        known = self._legs.get(leg)
        if known is None:
            raise UnknownLeg(leg)
        return known

    def _incoming(self, leg: str, what: str) -> IncomingLeg:
        known = self._leg(leg)
        if not isinstance(known, IncomingLeg):
            raise WrongMoment(what, "outgoing")
        return known

    def _contact(self, contact: str, flow: Flow) -> str:
        return contact if ":" in contact else self._station.contact(flow, contact)

    def _keep(self, leg: Leg) -> None:
        self._legs[leg.id] = leg
        self._dialogs[leg.dialog.call_id, leg.dialog.local.tag] = leg

    def _forget(self, leg: Leg) -> None:
        self._legs.pop(leg.id, None)
        self._dialogs.pop((leg.dialog.call_id, leg.dialog.local.tag), None)


def _way_back(request: Request, flow: Flow) -> Flow:
    """Note in the Via where the request came from; return where its responses go (§18.2)."""
    host, port = flow.remote[0], flow.remote[1]
    seen = request.via.seen_from(host, port)
    vias = request.headers.all("Via")
    request.headers.set("Via", str(seen), *vias[1:])
    if flow.reliable or seen.param("rport") is not None:
        return flow
    return replace(flow, remote=(host, seen.port or 5060))
