"""REFER: asking the far end to call somebody, and being told how that went (RFC 3515, RFC 4488)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip.auth import Answerer
from telephony.sip.dialog import Dialog
from telephony.sip.events import ReferProgressed
from telephony.sip.headers import EventPackage, NameAddr, Replaces
from telephony.sip.ledger import Ledger
from telephony.sip.leg import renewed
from telephony.sip.message import Request, Response, reason_of
from telephony.sip.subscription import state_of
from telephony.sip.transaction import ClientTransaction, ServerTransaction
from telephony.sip.uri import Uri

FRAGMENT = "message/sipfrag;version=2.0"
_STATUS = re.compile(rb"\s*SIP/2\.0 ([1-6]\d\d)\b", re.IGNORECASE)


class Referral:
    """A REFER of ours, followed until its last NOTIFY."""

    __slots__ = (
        "_leg", "_number", "_status", "answerer", "dialog", "ledger", "name", "station", "strike",
    )  # fmt: skip

    def __init__(self, name: str, ledger: Ledger, leg: str, dialog: Dialog) -> None:
        self.name = name
        self.ledger = ledger
        self.station = ledger.station
        self.dialog = dialog
        self.answerer: Answerer | None = None
        self.strike: Callable[[], None] = _nothing
        self._leg = leg
        self._number = 0
        self._status = 0

    def wants(self, method: str, event: EventPackage) -> bool:
        """NOTIFY about this REFER; the first one of a dialog may come without its number."""
        return method == "NOTIFY" and event.name == "refer" and event.id in ("", str(self._number))

    def ask(self, target: str, referred_by: str, lines: list[tuple[str, str]], now: float) -> None:
        """Send the REFER."""
        via = self.station.via(self.dialog.flow, self.ledger.branch())
        request = self.dialog.request("REFER", via)
        request.headers.add("Refer-To", f"<{target}>")
        request.headers.add("Referred-By", referred_by)
        request.headers.add("User-Agent", self.station.user_agent)
        request.headers.extend(lines)
        if self.answerer:
            self.answerer.sign(request)
        self._number = request.cseq[0]
        self.ledger.ask(request, self.dialog.flow, self, now)
        self.station.alarms.set((self, "GONE"), now + self.station.timings.ring_limit)

    def came(self, came: ServerTransaction, now: float) -> None:
        """Take a NOTIFY."""
        came.reply(came.response(200), now)
        found = _STATUS.match(came.request.body)
        status = int(found[1]) if found else self._status
        state, _ = state_of(came.request)
        if status >= 200 or state == "terminated":
            self._over(status if status >= 200 else 408)
        elif status > self._status:
            self._status = status
            self.station.emit(ReferProgressed(self._leg, self.name, status, False))

    def ring(self, name: str, now: float) -> None:
        """Take an alarm: nothing more was told."""
        self._over(408)

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Take the answer to the REFER itself."""
        if response.status < 200:
            return
        if response.status in (401, 407) and self.answerer and self.answerer.learn(response):
            self.dialog.local_seq += 1
            via = self.station.via(sent.flow, self.ledger.branch())
            again = renewed(sent.request, via, self.dialog.local_seq)
            self.answerer.sign(again)
            self._number = again.cseq[0]
            self.ledger.ask(again, sent.flow, self, now)
        elif response.status >= 300:
            self._over(response.status)
        elif response.headers.get("Refer-Sub").strip().lower() == "false":
            self._over(200)

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Learn that nobody answered the REFER."""
        self._over(status)

    def _over(self, status: int) -> None:
        self.station.alarms.cancel((self, "GONE"))
        self.strike()
        if self.name:
            told, self.name = self.name, ""
            self.station.emit(ReferProgressed(self._leg, told, status, True))


def fragment(status: int, reason: str = "") -> bytes:
    """Write what a NOTIFY about a REFER carries."""
    return f"SIP/2.0 {status} {reason or reason_of(status)}\r\n".encode()


def target_of(request: Request) -> tuple[Uri, Replaces | None]:
    """Read whom to call and which call that replaces; BadMessage where it cannot be done."""
    values = request.headers.all("Refer-To")
    if len(values) != 1 or request.headers.count("Referred-By") > 1:
        raise BadMessage("Exactly one Refer-To is needed")
    address: NameAddr = grammar.name_addr(values[0])
    uri = address.uri
    if (uri.param("method") or "INVITE").upper() != "INVITE":
        raise BadMessage("Only an INVITE can be asked for", 501)
    taken: Replaces | None = None
    for pair in uri.headers.split("&"):
        name, _, value = pair.partition("=")
        if name.lower() == "replaces":
            taken = grammar.replaces(unquote(value))
    kept = tuple(pair for pair in uri.params if pair[0] != "method")
    return replace(uri, params=kept, headers=""), taken


def _nothing() -> None:
    """Do nothing: it was never entered."""
