"""SIP and tel addresses (RFC 3261 §19.1, RFC 3966)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote, unquote

from telephony.errors import BadMessage

LONGEST_KEPT = 200
"""Longer addresses are not remembered, so that nobody fills the memory with them."""
_USER_SAFE = "-_.!~*'()&=+$,;?/:#"
_URI = re.compile(
    r"(?P<scheme>sips?):"
    r"(?:(?P<user>[^@\s<>\"]*)@)?"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:;?@<>\"\[\]]+)"
    r"(?::(?P<port>\d{1,5}))?"
    r"(?P<params>(?:;[^?\s<>\"]*)?)"
    r"(?:\?(?P<headers>[^\s<>\"]*))?$",
    re.IGNORECASE,
)
_TEL = re.compile(r"tel:(?P<user>[0-9A-Fa-f*#+().\-]+)(?P<params>(?:;[^\s<>\"]*)?)$", re.I)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+$")


@dataclass(frozen=True, slots=True)
class Uri:
    """One address; ``host`` carries no brackets, ``user`` no escapes."""

    host: str
    user: str = ""
    port: int | None = None
    scheme: str = "sip"
    params: tuple[tuple[str, str], ...] = ()
    headers: str = ""

    def __str__(self) -> str:
        if self.scheme == "tel":
            return f"tel:{self.user}{params_text(self.params)}"
        user = f"{escaped(self.user)}@" if self.user else ""
        port = f":{self.port}" if self.port is not None else ""
        tail = f"?{self.headers}" if self.headers else ""
        return f"{self.scheme}:{user}{bracketed(self.host)}{port}{params_text(self.params)}{tail}"

    def param(self, name: str) -> str | None:
        """Return a parameter's value; "" where it stands without one."""
        for key, value in self.params:
            if key == name:
                return value
        return None

    def bare(self) -> Uri:
        """Return the address without parameters and headers, as a registrar's key."""
        return replace(self, params=(), headers="")


def escaped(user: str) -> str:
    """Write a user as it stands in an address: what may not stand there goes as %XX."""
    return user if user.isalnum() and user.isascii() else quote(user, safe=_USER_SAFE)


def bracketed(host: str) -> str:
    """Write a host as it stands in a URI or Via: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def params_text(params: tuple[tuple[str, str], ...]) -> str:
    """Write ``;name=value`` pairs."""
    if not params:
        return ""
    return "".join([f";{name}={value}" if value else f";{name}" for name, value in params])


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in text.split(";") if part)
    return tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


def parse(text: str) -> Uri:
    """Read one address; BadMessage 416 for a foreign scheme, 400 for what is no address."""
    return _remembered(text) if len(text) <= LONGEST_KEPT else _parse(text)


def _parse(text: str) -> Uri:
    found = _URI.match(text)
    if found is None:
        return _tel(text)
    port = int(found["port"]) if found["port"] else None
    if port is not None and port > 65535:
        raise BadMessage("Port out of range")
    return Uri(
        scheme=found["scheme"].lower(),
        user=unquote(found["user"] or ""),
        host=found["host"].strip("[]").lower().replace(":::", "::"),  # RFC 5118 §4.10
        port=port,
        params=_pairs(found["params"]),
        headers=found["headers"] or "",
    )


_remembered = lru_cache(maxsize=4096)(_parse)


def _tel(text: str) -> Uri:
    found = _TEL.match(text)
    if found is not None:
        return Uri(scheme="tel", user=found["user"], host="", params=_pairs(found["params"]))
    if _SCHEME.match(text) and not text.lower().startswith(("sip:", "sips:", "tel:")):
        raise BadMessage("Unsupported URI Scheme", 416)
    raise BadMessage("Malformed URI")
