"""The rules every message from the network obeys, whoever it is for (RFC 3261 §8.1.1, §8.2)."""

from __future__ import annotations

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.message import UNREADABLE, Message, Request, Response, reason_of

_NEEDED = ("Via", "From", "To", "Call-ID", "CSeq")
_SINGLE = ("From", "To", "Call-ID", "CSeq", "Content-Length", "Max-Forwards")


def check(message: Request | Response, size: int, largest: int, largest_body: int) -> None:
    """Hold a message from the network to the rules every message obeys (§8.1.1)."""
    fields = message.headers
    if isinstance(message, Request) and message.version.upper() != "SIP/2.0":
        raise BadMessage("Version Not Supported", 505)
    if lacking := fields.missing(_NEEDED):
        raise BadMessage(f"Missing {lacking}")
    if twice := fields.repeated(_SINGLE):
        raise BadMessage(f"More than one {twice}")
    _, method = message.cseq
    if isinstance(message, Request):
        uris.parse(
            message.uri
        )  # Before the others: 416 tells a telephone that asks for urn:service:sos.
    try:
        if not (message.via and message.from_ and message.to):
            raise BadMessage("Malformed header")
    except BadMessage as bad:
        # A foreign scheme is 416 in the request line alone (RFC 4475 §3.3.4).
        raise BadMessage(bad.reason) from None
    if UNREADABLE in fields or len(message.call_id.split()) != 1:
        raise BadMessage("Malformed header")
    if isinstance(message, Request):
        _check_request(message, method)
    _check_size(message, size, largest, largest_body)
    if "Contact" in fields or "Record-Route" in fields:
        _check_dialog(message)


def _check_request(request: Request, method: str) -> None:
    if method != request.method:
        raise BadMessage("CSeq names another method")
    if uris.parse(request.uri).headers:
        raise BadMessage("Headers in the Request-URI")
    hops = request.headers.get("Max-Forwards", "70").strip()
    if not hops.isascii() or not hops.isdigit() or len(hops) > 9 or int(hops) > 255:
        raise BadMessage("Malformed Max-Forwards")


def _check_size(message: Message, size: int, largest: int, largest_body: int) -> None:
    declared = message.headers.get("Content-Length", "0")
    if not declared.isascii() or not declared.isdigit():
        raise BadMessage("Malformed Content-Length")
    if size > largest or (len(declared) < 10 and int(declared) > largest):
        raise BadMessage(reason_of(513), 513)
    if len(message.body) > largest_body:
        raise BadMessage(reason_of(413), 413)
    if len(declared) > 9 or int(declared) > len(message.body):
        raise BadMessage("Body shorter than Content-Length")


def _check_dialog(message: Message) -> None:
    """Read now what a dialog needs later, so that nothing half begun is left behind."""
    if isinstance(message, Response) and message.status >= 300:
        return
    for text in message.headers.all("Contact"):
        if text != "*" and grammar.name_addr(text).uri.scheme == "tel":
            raise BadMessage("Malformed Contact")
    for route in message.headers.all("Record-Route"):
        grammar.name_addr(route)
