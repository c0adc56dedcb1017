"""What a core does outside calls: single requests, watching and being watched."""

from __future__ import annotations

from telephony.errors import WrongMoment
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.auth import Answerer, Credentials
from telephony.sip.book import Book
from telephony.sip.dialog import Dialog, of_request
from telephony.sip.errand import Errand
from telephony.sip.events import Flow
from telephony.sip.headers import EventPackage, NameAddr
from telephony.sip.ledger import Ledger
from telephony.sip.message import Headers, Lines, Request
from telephony.sip.station import Station
from telephony.sip.subscription import Body, Notifier, Watch, seconds_of
from telephony.sip.uri import Uri


class Correspondence:
    """The half of the core that needs no call."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._ledger = Ledger(station)
        self._book = Book()

    # ── single requests ──────────────────────────────────────────────────────

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
        """Answer what Requested told, refuse what Subscribed or Referred told; too late is nothing."""
        came = self._ledger.server(key)
        if came is None:
            return
        response = came.response(status, reason, body)
        response.headers.extend(headers)
        if came.request.method == "OPTIONS" and status == 200 and self._station.supports:
            response.headers.add("Supported", self._station.supports)  # As an INVITE would be told.
        if body:
            response.headers.add("Content-Type", content_type)
        came.reply(response, now)

    # ── being watched ────────────────────────────────────────────────────────

    def accept_subscription(
        self, key: str, now: float, *, body: Body = b"", content_type: str = "", expires: int = 0
    ) -> str:
        """Let a watcher in and tell the first state; returns the subscription's name.

        ``expires`` may shorten what was asked for. ``body`` may be a function: it is given the
        number of the NOTIFY, from 0 on. Unsubscribed follows, once, when the watcher has gone.
        """
        came = self._ledger.server(key)
        if came is None or not came.open:
            raise WrongMoment("be accepted", "answered already")
        asked = seconds_of(came.request, self._station.timings.longest_subscription)
        lasts = min(asked, expires or asked)
        contact = self._station.contact(came.flow, uris.parse(came.request.uri).user)
        dialog = of_request(came.request, came.flow, came.tag, contact)
        watcher = Notifier(self._station.token(), self._ledger, dialog, came.request.event)
        response = came.response(200)
        response.headers.add("Expires", str(lasts))
        response.headers.add("Contact", contact)
        came.reply(response, now)
        watcher.strike = self._book.watch(watcher)
        watcher.start(body, content_type, lasts, now)
        return watcher.name

    def notify(self, subscription: str, now: float, *, body: Body, content_type: str) -> None:
        """Tell a watcher a new state; too late is nothing."""
        watcher = self._book.usages.get(subscription)
        if isinstance(watcher, Notifier):
            watcher.notify(body, content_type, now)

    def end_subscription(self, subscription: str, now: float, reason: str = "deactivated") -> None:
        """Send a watcher away; again is nothing."""
        watcher = self._book.usages.get(subscription)
        if isinstance(watcher, Notifier):
            watcher.finish(reason, now)

    # ── watching ─────────────────────────────────────────────────────────────

    def subscribe(
        self,
        uri: Uri | str,
        *,
        package: str,
        from_: NameAddr | str,
        flow: Flow,
        contact: str,
        expires: int = 3600,
        headers: Lines = (),
        credentials: Credentials | None = None,
        now: float,
    ) -> str:
        """Watch something; Notified follows again and again, WatchEnded once."""
        target = uri if isinstance(uri, Uri) else uris.parse(uri)
        sender = grammar.name_addr(from_) if isinstance(from_, str) else from_
        dialog = Dialog(
            call_id=f"{self._station.token()}@{flow.local[0]}",
            local=sender.tagged(self._station.token()),
            remote=NameAddr(target.bare() if target.scheme != "tel" else target),
            target=str(target),
            contact=self._contact(contact, flow),
            flow=flow,
        )
        event = EventPackage(package)
        watch = Watch(self._station.token(), self._ledger, dialog, event, expires, headers)
        if credentials is not None:
            watch.answerer = Answerer(credentials, self._station.entropy)
        watch.strike = self._book.watch(watch)
        watch.subscribe(now)
        return watch.name

    def unsubscribe(self, subscription: str, now: float) -> None:
        """Watch no more; WatchEnded follows; again is nothing."""
        watch = self._book.usages.get(subscription)
        if isinstance(watch, Watch):
            watch.stop(now)

    # ── the parts ────────────────────────────────────────────────────────────

    def _contact(self, contact: str, flow: Flow) -> str:
        return contact if ":" in contact else self._station.contact(flow, contact)
