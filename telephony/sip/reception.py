"""Where requests come in: each is refused at the door, or led to its leg, watcher or user (§8.2)."""

from __future__ import annotations

import re
from dataclasses import replace

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.book import Book
from telephony.sip.dialog import of_request
from telephony.sip.events import Flow, Invited, Pressed, Referred, Requested, Subscribed
from telephony.sip.incoming import IncomingLeg
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg
from telephony.sip.message import Headers, Request, Response
from telephony.sip.referral import target_of
from telephony.sip.session import too_small
from telephony.sip.station import Station
from telephony.sip.subscription import seconds_of, too_brief
from telephony.sip.transaction import ServerTransaction

STANDARD = frozenset((
    "INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "REGISTER", "MESSAGE", "INFO", "PRACK", "UPDATE",
    "NOTIFY", "REFER", "SUBSCRIBE", "PUBLISH",
))  # fmt: skip
"""Every method an RFC defines: one not taken is answered 405, what is none of them 501."""
KEYS = ("application/dtmf-relay", "application/dtmf")
"""What an INFO may tell: a key."""
_KEY = re.compile(rb"(?:signal\s*=\s*)?([0-9]|1[01]|[A-Da-d*#])", re.IGNORECASE)
_SIGNAL = re.compile(
    rb"^\s*signal\s*=\s*([0-9]|1[01]|[A-Da-d*#])\s*$", re.IGNORECASE | re.MULTILINE
)
_DURATION = re.compile(rb"^\s*duration\s*=\s*(\d{1,5})\s*$", re.IGNORECASE | re.MULTILINE)


class Reception:
    """The door of one core."""

    __slots__ = ("_book", "_ledger", "_station")

    def __init__(self, station: Station, ledger: Ledger, book: Book) -> None:
        self._station = station
        self._ledger = ledger
        self._book = book

    def take(self, request: Request, flow: Flow, now: float) -> None:
        """Take a request that obeys the rules of the grammar."""
        back = way_back(request, flow)
        if request.method == "ACK":
            leg = self._book.leg_of(request)
            if not self._ledger.take_ack(request, now) and leg is not None:
                leg.acknowledged(request, now)
            return
        came = self._ledger.take_request(request, back, now)
        if came is None:
            return
        try:
            self._lead(came, flow, now)
        except BadMessage as bad:
            came.reply(came.response(bad.status, bad.reason), now)

    def _lead(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        refusal = self._refusal(came)
        if refusal is not None:
            came.reply(refusal, now)
        elif came.request.method == "CANCEL":
            self._cancelled(came, now)
        elif came.request.to.tag:
            self._within(came, flow, now)
        else:
            self._outside(came, flow, now)

    def complain(self, request: Request, flow: Flow, bad: BadMessage) -> None:
        """Answer a broken request without keeping anything of it."""
        if request.method == "ACK" or not request.headers.get("Via"):
            return
        try:
            back = way_back(request, flow)
        except BadMessage:
            back = flow  # The Via cannot be read: back to where it came from.
        fields = Headers()
        for name in ("Via", "From", "To", "Call-ID", "CSeq"):
            fields.set(name, *request.headers.all(name))
        if len(to := request.headers.all("To")) == 1 and ";tag" not in to[0].replace(" ", ""):
            fields.set("To", f"{to[0]};tag={self._station.token()}")
        fields.add("Server", self._station.user_agent)
        self._station.send(back, bytes(Response(bad.status, bad.reason, fields)))

    # ── at the door ──────────────────────────────────────────────────────────

    def _refusal(self, came: ServerTransaction) -> Response | None:
        """Return the answer to a request that no user need see (§8.2)."""
        request, station = came.request, self._station
        if request.method not in station.methods:
            known = request.method in STANDARD
            return _with(came.response(405 if known else 501), "Allow", station.allow)
        if request.method == "CANCEL":
            return None
        foreign = [
            one for one in request.headers.all("Require") if one.lower() not in station.supported
        ]
        if foreign:
            return _with(came.response(420), "Unsupported", ", ".join(foreign))
        if came.merged or self._ledger.loops(request):
            return came.response(482)
        if request.method == "INVITE":
            return self._unfit(came)
        return None

    def _unfit(self, came: ServerTransaction) -> Response | None:
        """Return the answer to an INVITE that cannot be carried on (§8.2.3, §21.4)."""
        request, station = came.request, self._station
        headers = request.headers
        if station.relays and headers.get("Max-Forwards").strip() == "0":
            return came.response(483)
        encoding = headers.get("Content-Encoding").lower()
        if encoding not in ("", "identity"):
            return _with(came.response(415), "Accept-Encoding", "identity")
        if request.body and request.sdp is None and not request.optional_body:
            return _with(came.response(415), "Accept", "application/sdp")
        if "Accept" in headers and not _accepts(headers.all("Accept")):
            return came.response(406)
        return too_small(came, station.supported, station.timings.least_session)

    # ── outside dialogs ──────────────────────────────────────────────────────

    def _outside(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        match came.request.method:
            case "INVITE":
                self._invited(came, flow, now)
            case "NOTIFY" if came.request.event.name == "message-summary":
                # Telephones take the count of their messages unasked; switchboards send it so.
                self._station.emit(Requested(came.key, None, came.request, flow))
            case "BYE" | "NOTIFY" | "PRACK" | "UPDATE":
                came.reply(came.response(481), now)
            case "REFER":
                came.reply(came.response(403, "Refer Within a Call"), now)
            case "SUBSCRIBE":
                self._watched(came, flow, now)
            case _:
                self._station.emit(Requested(came.key, None, came.request, flow))

    def _invited(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        request, replaced = came.request, None
        if "replaces" in self._station.supported and "Replaces" in request.headers:
            if request.headers.count("Replaces") > 1 or "Join" in request.headers:
                raise BadMessage("More than one dialog to replace")
            leg, status = self._book.replaced(grammar.replaces(request.headers.get("Replaces")))
            if leg is None:
                came.reply(came.response(status), now)
                return
            replaced = leg.id
        contact = self._station.contact(flow, uris.parse(request.uri).user)
        dialog = of_request(request, flow, came.tag, contact)
        name = self._station.token()
        self._book.keep(IncomingLeg(name, self._ledger, dialog, self._book.forget, came, now))
        self._station.emit(Invited(name, request, flow, replaced))

    def _cancelled(self, came: ServerTransaction, now: float) -> None:
        invited = self._ledger.cancelled(came.request)
        if invited is None:
            came.reply(came.response(481), now)
            return
        came.tag = invited.tag
        came.reply(came.response(200), now)
        leg = self._book.leg_in(came.request.call_id, invited.tag)
        if isinstance(leg, IncomingLeg):
            leg.cancelled(came.request, now)

    def _watched(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        """Let somebody ask to watch (RFC 6665 §4.2.1)."""
        request, station = came.request, self._station
        package = request.event.name
        least = station.timings.shortest_subscription
        expires = seconds_of(request, station.timings.longest_subscription)
        if package not in station.packages:
            came.reply(self._no_package(came), now)
        elif 0 < expires < least:
            came.reply(too_brief(came, least), now)
        elif request.contact is None:
            came.reply(came.response(400, "Missing Contact"), now)
        else:
            station.emit(Subscribed(came.key, package, expires, request, flow))

    def _no_package(self, came: ServerTransaction) -> Response:
        """Answer who wants to watch what nobody can watch here (RFC 6665 §4.2.1)."""
        return _with(came.response(489), "Allow-Events", ", ".join(self._station.packages))

    # ── within dialogs ───────────────────────────────────────────────────────

    def _within(self, came: ServerTransaction, flow: Flow, now: float) -> None:
        request = came.request
        if request.method in ("NOTIFY", "SUBSCRIBE"):
            self._reported(came, now)
            return
        leg = self._book.leg_of(request)
        if leg is None or (leg.told and request.method != "BYE"):
            came.reply(came.response(481), now)
        elif not leg.dialog_for(request.from_.tag).fresh(request):
            came.reply(came.response(500, "Old CSeq"), now)
        else:
            if flow.reliable:
                leg.dialog.flow = flow  # The connection it came by is the one that stands.
            self._to_leg(leg, came, flow, now)

    def _to_leg(self, leg: Leg, came: ServerTransaction, flow: Flow, now: float) -> None:
        match came.request.method:
            case "BYE":
                leg.said_bye(came, now)
            case "INVITE":
                leg.offers.reinvited(came, now)
            case "UPDATE":
                leg.offers.updated(came, now)
            case "PRACK":
                leg.pracked(came, now)
            case "OPTIONS":
                response = came.response(200)
                leg.dress(response, None, ())
                came.reply(response, now)
            case "REFER":
                self._referred(leg, came)
            case "INFO" if (foreign := unknown_info(came)) is not None:
                came.reply(foreign, now)
            case "INFO" if (pressed := key_pressed(came.request)) is not None:
                came.reply(came.response(200), now)
                self._station.emit(Pressed(leg.id, *pressed))
            case _:
                self._station.emit(Requested(came.key, leg.id, came.request, flow))

    def _reported(self, came: ServerTransaction, now: float) -> None:
        """Lead SUBSCRIBE and NOTIFY to the subscription they belong to."""
        usage = self._book.usage_of(came.request)
        if usage is None:
            known = self._book.dialog_of(came.request) and came.request.method == "SUBSCRIBE"
            if known and came.request.event.name not in self._station.packages:
                came.reply(self._no_package(came), now)
            else:
                came.reply(came.response(403 if known else 481), now)
        elif not usage.dialog.fresh(came.request):
            came.reply(came.response(500, "Old CSeq"), now)
        else:
            usage.came(came, now)

    def _referred(self, leg: Leg, came: ServerTransaction) -> None:
        target, taken = target_of(came.request)
        replaced = self._book.replaced(taken)[0] if taken is not None else None
        told = Referred(
            leg=leg.id,
            key=came.key,
            target=target,
            replaces=taken,
            replaced=replaced.id if replaced is not None else None,
            referred_by=came.request.headers.get("Referred-By"),
            request=came.request,
        )
        self._station.emit(told)


def _with(response: Response, name: str, value: str) -> Response:
    if value:
        response.headers.add(name, value)
    return response


def _accepts(kinds: list[str]) -> bool:
    """Say whether a session description is among the kinds of body (§20.1)."""
    names = {one.partition(";")[0].strip().lower() for one in kinds}
    return bool(names & {"application/sdp", "application/*", "*/*"})


def unknown_info(came: ServerTransaction) -> Response | None:
    """Return the answer to an INFO that tells what we do not take; keys are told without a package."""
    request = came.request
    if "Info-Package" in request.headers:
        response = came.response(469)
        response.headers.add("Recv-Info", "")  # None at all (RFC 6086 §4.2.2).
        return response
    kind = request.headers.get("Content-Type").partition(";")[0].strip().lower()
    if request.body and kind and kind not in KEYS:
        return _with(came.response(415), "Accept", ", ".join(KEYS))
    return None


def key_pressed(request: Request) -> tuple[str, int] | None:
    """Read the key and its milliseconds from an INFO; None where it tells no key."""
    kind = request.headers.get("Content-Type").partition(";")[0].strip().lower()
    if kind == "application/dtmf":
        found = _KEY.fullmatch(request.body.strip())
        return (_key(found[1]), 160) if found else None
    found = _SIGNAL.search(request.body) if kind == "application/dtmf-relay" else None
    if found is None:
        return None
    lasts = _DURATION.search(request.body)
    return _key(found[1]), int(lasts[1]) if lasts else 160


def _key(said: bytes) -> str:
    """Return a key as it is printed; some telephones send * and # by number."""
    text = said.decode().upper()
    return {"10": "*", "11": "#"}.get(text, text)


def way_back(request: Request, flow: Flow) -> Flow:
    """Note in the Via where the request came from; return where its responses go (§18.2)."""
    host, port = flow.remote[0], flow.remote[1]
    seen = request.via.seen_from(host, port)
    vias = request.headers.all("Via")
    request.headers.set("Via", str(seen), *vias[1:])
    if flow.reliable or seen.param("rport") is not None:
        return flow
    return replace(flow, remote=(host, seen.port or 5060))
