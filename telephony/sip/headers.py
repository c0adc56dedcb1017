"""The structured header values: Via, name-addr, CSeq, digest parameters, lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from telephony.errors import BadMessage
from telephony.sip import uri as uris
from telephony.sip.uri import Uri, bracketed, params_text

_PARAM = re.compile(r'\s*;\s*([^\s;=,"]+)\s*(?:=\s*("[^"\\]*(?:\\.[^"\\]*)*"|[^\s;,"]*))?')
_VIA = re.compile(
    r"SIP\s*/\s*2\.0\s*/\s*(?P<transport>[A-Za-z0-9\-]+)\s+"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:;,]+)(?:\s*:\s*(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'\s*"([^"\\]*(?:\\.[^"\\]*)*)"\s*')
_ODD = re.compile(r"[\s,]|=[^;]*=")
"""What stands among plain parameters only where something is folded or wrong."""
LONGEST_KEPT = 200
"""Longer addresses are not remembered, so that nobody fills the memory with them."""
_DIGEST = re.compile(r'\s*([A-Za-z0-9\-]+)\s*=\s*("[^"\\]*(?:\\.[^"\\]*)*"|[^\s,"]*)\s*(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")

Params = tuple[tuple[str, str], ...]


def split(value: str) -> list[str]:
    """Cut a list at its commas, not at those inside quotes or angle brackets."""
    if "," not in value:
        return [value.strip()]
    if '"' not in value and "<" not in value:
        return [part for one in value.split(",") if (part := one.strip())]
    parts, start, quoted, angle, escaped = [], 0, False, False, False
    for at, char in enumerate(value):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char in "<>":
            angle = char == "<"
        elif char == "," and not angle:
            parts.append(value[start:at].strip())
            start = at + 1
    parts.append(value[start:].strip())
    return [part for part in parts if part]


def unquoted(text: str) -> str:
    """Take the quotes off a quoted string, if it has them."""
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return _ESCAPED.sub(r"\1", text[1:-1])
    return text


def quoted(text: str) -> str:
    """Put a text in quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def params(text: str) -> Params:
    """Read ``;name=value`` pairs; BadMessage where something else stands between them."""
    if '"' not in text and (plain := _plain_params(text)) is not None:
        return plain
    found, at = [], 0
    while at < len(text):
        match = _PARAM.match(text, at)
        if match is None:
            if text[at:].strip() not in ("", ";"):  # One semicolon too many is forgiven.
                raise BadMessage("Malformed header parameter")
            break
        found.append((match[1].lower(), match[2] or ""))
        at = match.end()
    return tuple(found)


def _plain_params(text: str) -> Params | None:
    """Read parameters without quotes and spaces the quick way; None where that does not do."""
    if not text:
        return ()
    if text[0] != ";" or _ODD.search(text):
        return None
    found = []
    for part in text[1:].split(";"):
        name, _, value = part.partition("=")
        if not name:
            return None
        found.append((name.lower(), value))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Via:
    """One hop of the way back."""

    transport: str
    host: str
    port: int | None = None
    params: Params = ()

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        return f"SIP/2.0/{self.transport} {bracketed(self.host)}{port}{params_text(self.params)}"

    def param(self, name: str) -> str | None:
        """Return a parameter's value; "" where it stands without one."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    @property
    def branch(self) -> str:
        """The transaction's name, or ""."""
        return self.param("branch") or ""

    def seen_from(self, host: str, port: int) -> Via:
        """Note where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4)."""
        kept = []
        asked = False
        for pair in self.params:
            if pair[0] == "rport":
                asked = True
                kept.append(("rport", str(port)))
            elif pair[0] != "received":
                kept.append(pair)
        if asked or host != self.host:
            kept.append(("received", host))
        return Via(self.transport, self.host, self.port, tuple(kept))


def via(text: str) -> Via:
    """Read one Via value."""
    text = text.strip()
    found = _VIA.match(text)
    if found is None:
        raise BadMessage("Malformed Via")
    transport, host, number = found.groups()
    port = int(number) if number else None
    if port is not None and port > 65535:
        raise BadMessage("Malformed Via")
    rest = params(text[found.end() :])
    return Via(transport.upper(), host.strip("[]").lower(), port, rest)


@dataclass(frozen=True, slots=True)
class NameAddr:
    """A display name, an address and header parameters: From, To, Contact, Route."""

    uri: Uri
    display: str = ""
    params: Params = ()

    def __str__(self) -> str:
        display = f"{quoted(self.display)} " if self.display else ""
        return f"{display}<{self.uri}>{params_text(self.params)}"

    def param(self, name: str) -> str | None:
        """Return a parameter's value; "" where it stands without one."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    @property
    def tag(self) -> str:
        """The dialog's half name, or ""."""
        return self.param("tag") or ""

    def tagged(self, tag: str) -> NameAddr:
        """Return the same party with this tag, or with none."""
        others = tuple(pair for pair in self.params if pair[0] != "tag")
        return NameAddr(self.uri, self.display, (*others, ("tag", tag)) if tag else others)


def name_addr(text: str) -> NameAddr:
    """Read ``"Name" <uri>;params`` or the bare ``uri;params`` form."""
    return _remembered(text) if len(text) <= LONGEST_KEPT else _name_addr(text)


def _name_addr(text: str) -> NameAddr:
    text = text.strip()
    display = ""
    if match := _QUOTED.match(text):
        display, text = _ESCAPED.sub(r"\1", match[1]), text[match.end() :]
        if not text.startswith("<"):
            raise BadMessage("Malformed address")
    head, angle, tail = text.partition("<")
    if not angle:
        # RFC 3261 §20: without brackets the parameters belong to the header.
        bare, semicolon, rest = text.partition(";")
        if "?" in bare:
            raise BadMessage("Malformed address")
        return NameAddr(uris.parse(bare.strip()), display, params(semicolon + rest))
    inside, closed, rest = tail.partition(">")
    if not closed or ";" in head or ":" in head or '"' in head:
        raise BadMessage("Malformed address")
    return NameAddr(uris.parse(inside.strip()), display or head.strip(), params(rest))


_remembered = lru_cache(maxsize=4096)(_name_addr)


def cseq(text: str) -> tuple[int, str]:
    """Read the sequence number and its method."""
    number, _, method = text.strip().partition(" ")
    method = method.strip()
    plain = (
        number.isascii() and number.isdigit() and len(number) < 100
    )  # int() reads no longer ones.
    if not plain or not method or (seq := int(number)) >= 2**31:
        raise BadMessage("Malformed CSeq")
    return seq, method


def digest(text: str) -> dict[str, str]:
    """Read a Digest challenge or its answer; {} for another scheme."""
    scheme, _, rest = text.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    found: dict[str, str] = {}
    at = 0
    while at < len(rest):
        match = _DIGEST.match(rest, at)
        if match is None or match.end() == at:
            raise BadMessage("Malformed digest parameters")
        found[match[1].lower()] = unquoted(match[2])
        at = match.end()
    return found


@dataclass(frozen=True, slots=True)
class EventPackage:
    """The Event header: what is watched, and which of several such subscriptions."""

    name: str
    id: str = ""

    def __str__(self) -> str:
        return f"{self.name};id={self.id}" if self.id else self.name


def event_package(text: str) -> EventPackage:
    """Read an Event header; names differ by every byte (RFC 6665 §8.2.1)."""
    name, semicolon, rest = text.strip().partition(";")
    found = dict(params(semicolon + rest))
    return EventPackage(name.strip(), found.get("id", ""))


@dataclass(frozen=True, slots=True)
class Replaces:
    """The dialog an INVITE is to replace, as its far end names it (RFC 3891)."""

    call_id: str
    to_tag: str
    from_tag: str
    early_only: bool = False

    def __str__(self) -> str:
        tail = ";early-only" if self.early_only else ""
        return f"{self.call_id};to-tag={self.to_tag};from-tag={self.from_tag}{tail}"

    def escaped(self) -> str:
        """Write it as the header part of a Refer-To address."""
        return f"Replaces={quote(str(self), safe='')}"


def replaces(text: str) -> Replaces:
    """Read a Replaces header; BadMessage where a part is missing or stands twice."""
    call_id, semicolon, rest = text.strip().partition(";")
    pairs = params(semicolon + rest)
    found = dict(pairs)
    to_tag, from_tag = found.get("to-tag", ""), found.get("from-tag", "")
    if not call_id or not to_tag or not from_tag or len(found) != len(pairs):
        raise BadMessage("Malformed Replaces")
    return Replaces(call_id.strip(), to_tag, from_tag, "early-only" in found)
