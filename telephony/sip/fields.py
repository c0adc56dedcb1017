"""Header fields by name: how names are spelled, what may be written, how lists are cut (RFC 3261 §7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

from telephony.errors import BadHeader
from telephony.sip import headers as grammar

_COMPACT = {
    "a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "e": "Content-Encoding",
    "f": "From", "i": "Call-ID", "k": "Supported", "l": "Content-Length", "m": "Contact",
    "o": "Event", "r": "Refer-To", "s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via",
    "x": "Session-Expires",
}  # fmt: skip
_SPELLED = {
    "call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate",
    "mime-version": "MIME-Version", "min-se": "Min-SE", "rseq": "RSeq", "rack": "RAck",
    "sip-etag": "SIP-ETag", "sip-if-match": "SIP-If-Match", "x-rtp-timestamp": "X-RTP-Timestamp",
}  # fmt: skip
_LISTS = {
    "Via", "Route", "Record-Route", "Contact", "Require", "Proxy-Require", "Supported", "Allow",
    "Unsupported", "Accept", "Allow-Events", "Refer-To", "Accept-Encoding",
}  # fmt: skip
LONGEST_NAME = 40
"""Longer names are not remembered, so that nobody fills the memory with them."""
USUAL = frozenset({
    "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Type", "Content-Length",
    "Content-Encoding", "Max-Forwards", "Route", "Record-Route", "Require", "Supported",
    "Unsupported", "Allow", "Accept", "Event", "Expires", "Session-Expires", "Min-SE", "RSeq",
    "RAck", "Replaces", "Join", "Refer-To", "Refer-Sub", "Referred-By", "Subscription-State",
    "Server", "User-Agent", "Authorization", "Proxy-Authorization", "Content-Disposition",
    "Retry-After",
})  # fmt: skip
"""Names as they are spelled among the fields: no need to look how they are spelled."""
TOKEN = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+$")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

Lines: TypeAlias = Iterable[tuple[str, str]]


def spelled(name: str) -> str:
    """Return the header's usual spelling; a compact form grows to its long one."""
    return _remembered(name) if len(name) <= LONGEST_NAME else _usual(name)


def _usual(name: str) -> str:
    low = name.lower()
    usual = _COMPACT.get(low) or _SPELLED.get(low)
    return usual or "-".join(part.capitalize() for part in low.split("-"))


_remembered = lru_cache(maxsize=1024)(_usual)


def allowed(lines: Lines) -> list[tuple[str, str]]:
    """Return fields of the room above; BadHeader for one that would break the message."""
    found = list(lines)
    for name, value in found:
        if _CONTROL.search(value) or not TOKEN.match(name):
            raise BadHeader(name)
    return found


class Headers:
    """Header fields by name; the order within one name is kept."""

    __slots__ = ("_fields",)

    def __init__(self, lines: Lines = ()) -> None:
        self._fields: dict[str, list[str]] = {}
        for name, value in lines:
            self._fields.setdefault(spelled(name), []).append(value)

    @classmethod
    def of(cls, fields: dict[str, list[str]]) -> Headers:
        """Take fields whose names are spelled as usual already."""
        headers = cls.__new__(cls)
        headers._fields = fields
        return headers

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for name, values in self._fields.items():
            for value in values:
                yield name, value

    def __contains__(self, name: str) -> bool:
        return name in self._fields or (name not in USUAL and spelled(name) in self._fields)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value of this name."""
        values = self._fields.get(name)
        if values is None and name not in USUAL:
            values = self._fields.get(spelled(name))
        return values[0] if values else default

    def count(self, name: str) -> int:
        """Count the lines of this name."""
        return len(self._fields.get(spelled(name), ()))

    def text(self, name: str) -> str:
        """Return every value of this name as one list, uncut."""
        return ", ".join(self._fields.get(spelled(name), ()))

    def missing(self, names: Iterable[str]) -> str:
        """Return the first of these names, usually spelled, that has no value, or ""."""
        fields = self._fields
        for name in names:
            if name not in fields or not fields[name] or not fields[name][0]:
                return name
        return ""

    def repeated(self, names: Iterable[str]) -> str:
        """Return the first of these names, usually spelled, that stands more than once, or ""."""
        fields = self._fields
        for name in names:
            if name in fields and fields[name][1:]:
                return name
        return ""

    def all(self, name: str) -> list[str]:
        """Return every value of this name; lists are cut at their commas."""
        values = self._fields.get(name)
        if values is None and name not in USUAL:
            name = spelled(name)
            values = self._fields.get(name)
        if values is None:
            return []
        if name not in _LISTS:
            return list(values)
        if len(values) == 1 and "," not in values[0]:
            return [values[0].strip()]
        return [part for value in values for part in grammar.split(value)]

    def set(self, name: str, *values: str) -> None:
        """Replace every value of this name."""
        self._fields[name if name in USUAL else spelled(name)] = list(values)

    def add(self, name: str, value: str) -> None:
        """Append one value."""
        known = self._fields.get(name)
        if known is None:
            name = name if name in USUAL else spelled(name)
            self._fields.setdefault(name, []).append(value)
        else:
            known.append(value)

    def drop(self, name: str) -> None:
        """Remove the name; it need not be there."""
        self._fields.pop(spelled(name), None)

    def extend(self, lines: Lines) -> None:
        """Add fields given by the room above; BadHeader for a value of more than one line."""
        for name, value in allowed(lines):
            self.add(name, value)

    def copy(self) -> Headers:
        """Return headers that can be changed without changing these."""
        twin = Headers()
        twin._fields = {name: list(values) for name, values in self._fields.items()}
        return twin
