"""Requests and responses: bytes to message and back (RFC 3261 §7, §20)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from telephony.errors import BadMessage
from telephony.sip import bodies
from telephony.sip import headers as grammar
from telephony.sip.fields import LONGEST_NAME, TOKEN, USUAL, Headers, Lines, allowed, spelled
from telephony.sip.headers import EventPackage, NameAddr, Via

UNREADABLE = "X-Unreadable"
"""Stands among the fields of a message that breaks the grammar; ``rules`` refuses it."""
_NUL = re.compile(r"(?<!\\)\x00")
_FOLD = re.compile(r"\n[ \t]+")
_STATUS = re.compile(r"SIP/2\.0 (\d{3})(?: (.*))?$", re.IGNORECASE)

REASONS = {
    100: "Trying", 180: "Ringing", 181: "Call Is Being Forwarded", 182: "Queued",
    183: "Session Progress", 199: "Early Dialog Terminated", 200: "OK", 202: "Accepted",
    204: "No Notification", 300: "Multiple Choices", 301: "Moved Permanently",
    302: "Moved Temporarily", 305: "Use Proxy", 380: "Alternative Service", 400: "Bad Request",
    401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required",
    408: "Request Timeout", 410: "Gone", 412: "Conditional Request Failed",
    413: "Request Entity Too Large", 414: "Request-URI Too Long", 415: "Unsupported Media Type",
    416: "Unsupported URI Scheme", 417: "Unknown Resource-Priority", 420: "Bad Extension",
    421: "Extension Required", 422: "Session Interval Too Small", 423: "Interval Too Brief",
    424: "Bad Location Information", 425: "Bad Alert Message", 428: "Use Identity Header",
    429: "Provide Referrer Identity", 430: "Flow Failed", 433: "Anonymity Disallowed",
    436: "Bad Identity Info", 437: "Unsupported Credential", 438: "Invalid Identity Header",
    439: "First Hop Lacks Outbound Support", 440: "Max-Breadth Exceeded", 469: "Bad Info Package",
    470: "Consent Needed", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
    482: "Loop Detected", 483: "Too Many Hops", 484: "Address Incomplete", 485: "Ambiguous",
    486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 489: "Bad Event",
    491: "Request Pending", 493: "Undecipherable", 494: "Security Agreement Required",
    500: "Server Internal Error", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Server Time-out", 505: "Version Not Supported",
    513: "Message Too Large", 555: "Push Notification Service Not Supported",
    580: "Precondition Failure", 600: "Busy Everywhere", 603: "Decline",
    604: "Does Not Exist Anywhere", 606: "Not Acceptable", 607: "Unwanted", 608: "Rejected",
}  # fmt: skip
"""Every status that is registered (IANA)."""


class Message:
    """What requests and responses share; parsed values are kept once read."""

    __slots__ = ("_cseq", "_from", "_to", "_via", "body", "headers")

    def __init__(self, headers: Headers, body: bytes = b"") -> None:
        self.headers = headers
        self.body = body
        self._via: Via | None = None
        self._cseq: tuple[int, str] | None = None
        self._from: NameAddr | None = None
        self._to: NameAddr | None = None

    @property
    def call_id(self) -> str:
        """The call's name, the same on every message of it."""
        return self.headers.get("Call-ID")

    @property
    def via(self) -> Via:
        """The topmost Via."""
        if self._via is None:
            (first, *_) = self.headers.all("Via") or [""]
            self._via = grammar.via(first)
        return self._via

    @property
    def cseq(self) -> tuple[int, str]:
        """The sequence number and its method."""
        if self._cseq is None:
            self._cseq = grammar.cseq(self.headers.get("CSeq"))
        return self._cseq

    @property
    def from_(self) -> NameAddr:
        """Who sent the request."""
        if self._from is None:
            self._from = grammar.name_addr(self.headers.get("From"))
        return self._from

    @property
    def to(self) -> NameAddr:
        """Whom the request is for."""
        if self._to is None:
            self._to = grammar.name_addr(self.headers.get("To"))
        return self._to

    @property
    def contact(self) -> NameAddr | None:
        """The first Contact, or None for ``*`` and for none."""
        values = self.headers.all("Contact")
        return grammar.name_addr(values[0]) if values and values[0] != "*" else None

    @property
    def event(self) -> EventPackage:
        """What a SUBSCRIBE or NOTIFY is about."""
        return grammar.event_package(self.headers.get("Event"))

    @property
    def sdp(self) -> bytes | None:
        """The session description: the body, or the part of it that is one (RFC 5621)."""
        if not self.body:
            return None
        kind = self.headers.get("Content-Type")
        if kind == "application/sdp":
            return self.body
        low = kind.partition(";")[0].strip().lower()
        if low.startswith("multipart/"):
            return bodies.part_of(self.body, kind, "application/sdp")
        return self.body if low == "application/sdp" else None

    @property
    def optional_body(self) -> bool:
        """Whoever does not understand the body may pass over it (RFC 3261 §20.11)."""
        text = self.headers.get("Content-Disposition").lower().replace(" ", "")
        return "handling=optional" in text

    @property
    def start_line(self) -> str:
        """The first line, written by the kinds of message."""
        return ""

    def __bytes__(self) -> bytes:
        fields = self.headers._fields
        fields["Content-Length"] = [str(len(self.body))]
        lines = [self.start_line]
        for name, values in fields.items():
            for value in values:
                lines.append(f"{name}: {value}")  # noqa: PERF401 (a comprehension is slower here)
        lines.append("\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


class Request(Message):
    """A method and the address it is for."""

    __slots__ = ("method", "uri", "version")

    def __init__(self, method: str, uri: str, headers: Headers, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.method = method
        self.version = "SIP/2.0"
        self.uri = uri

    def __repr__(self) -> str:
        return f"<Request {self.method}>"

    def carry(self, via: str) -> None:
        """Take another topmost Via: the request goes by another way."""
        self.headers.set("Via", via, *self.headers.all("Via")[1:])
        self._via = None

    @property
    def start_line(self) -> str:
        """The request line."""
        return f"{self.method} {self.uri} SIP/2.0"


class Response(Message):
    """A status and the reason in words."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int, reason: str, headers: Headers, body: bytes = b"") -> None:
        super().__init__(headers, body)
        self.status = status
        self.reason = reason

    def __repr__(self) -> str:
        return f"<Response {self.status}>"

    @property
    def start_line(self) -> str:
        """The status line."""
        return f"SIP/2.0 {self.status} {self.reason}"


def recognised(status: int) -> int:
    """Read a final status that nobody registered as the x00 of its class (§8.1.3.2); of no class: 500."""
    if status in REASONS:
        return status
    return status // 100 * 100 if 100 <= status < 700 else 500


def reason_of(status: int) -> str:
    """Return the usual words for a status."""
    return REASONS.get(status) or REASONS.get(status // 100 * 100, "Unknown")


def decoded(head: bytes) -> str:
    """Read header bytes as UTF-8, as GB 18030 where a gateway sent that, else byte by byte."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return head.decode(encoding)
        except UnicodeDecodeError:
            continue
    return head.decode("latin-1")


def parse(data: bytes) -> Request | Response:
    """Read one whole message; BadMessage says why it is none. See ``rules`` for what it must obey."""
    head, blank, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not blank:
        head, blank, body = data.lstrip(b"\r\n").partition(b"\n\n")
    text = decoded(head).replace("\r\n", "\n")
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    first, _, rest = text.partition("\n")
    fields = _fields_of(rest.split("\n"))
    if first[:4].upper() == "SIP/" and (found := _STATUS.match(first)):
        return Response(int(found[1]), found[2] or "", fields, _body(fields, body))
    parts = first.rstrip(" ").split(" ")
    if len(parts) < 3 or not TOKEN.match(parts[0]) or not parts[-1].upper().startswith("SIP/"):
        raise BadMessage("Malformed request line")
    request = Request(parts[0], parts[1], fields, _body(fields, body))
    request.version = parts[-1]
    if len(parts) > 3 or ("\x00" in text and _NUL.search(text)):
        fields.add(UNREADABLE, "request line or NUL")
    return request


def _named(name: str) -> str:
    """Return the usual spelling of what may be a header's name, or the mark of what may not."""
    return _names(name) if len(name) <= LONGEST_NAME else _name(name)


def _name(name: str) -> str:
    name = name.rstrip()
    return spelled(name) if TOKEN.match(name) else UNREADABLE


_names = lru_cache(maxsize=1024)(_name)


def _fields_of(lines: Iterable[str]) -> Headers:
    headers = Headers()
    fields = headers._fields
    for line in lines:
        if not line:
            continue
        raw, colon, value = line.partition(":")
        name = (raw if raw in USUAL else _named(raw)) if colon else UNREADABLE
        if name in fields:
            fields[name].append(value.strip())
        else:
            fields[name] = [value.strip()]
    return headers


def _body(fields: Headers, body: bytes) -> bytes:
    declared = fields.get("Content-Length")
    if declared.isascii() and declared.isdigit() and len(declared) < 10:
        return body[: int(declared)]
    return body


__all__ = [
    "UNREADABLE", "Headers", "Lines", "Message", "Request", "Response", "allowed", "parse",
    "reason_of", "spelled",
]  # fmt: skip
