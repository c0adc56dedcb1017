"""Digest access: asking for it and giving it (RFC 3261 §22, RFC 7616, RFC 8760)."""

from __future__ import annotations

import contextlib
import enum
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from telephony.errors import BadMessage
from telephony.sip import headers as grammar
from telephony.sip import uri as uris
from telephony.sip.message import Request, Response

_HASHES: dict[str, Callable[[bytes], Any]] = {"SHA-256": hashlib.sha256, "MD5": hashlib.md5}

_NEXT = re.compile(r",\s*(?=digest\s)", re.IGNORECASE)
"""Between two challenges of one header."""


def _hash(algorithm: str, text: str) -> str:
    digest: str = _HASHES[algorithm](text.encode()).hexdigest()
    return digest


def _response(
    algorithm: str, user: str, realm: str, password: str, method: str, uri: str, salt: str,
    body: bytes | None = None,
) -> str:  # fmt: skip
    ha1 = _hash(algorithm, f"{user}:{realm}:{password}")
    whole = "" if body is None else f":{_HASHES[algorithm](body).hexdigest()}"
    ha2 = _hash(algorithm, f"{method}:{uri}{whole}")
    return _hash(algorithm, f"{ha1}:{salt}:{ha2}")


def _challenges(response: Response) -> list[dict[str, str]]:
    """Read the challenges of a response, also where one header holds several; broken ones are no use."""
    name = "WWW-Authenticate" if response.status == 401 else "Proxy-Authenticate"
    found = []
    for text in response.headers.all(name):
        for one in _NEXT.split(text):
            with contextlib.suppress(BadMessage):
                found.append(grammar.digest(one))
    return [one for one in found if one]


def _algorithm(challenge: dict[str, str]) -> str:
    return challenge.get("algorithm", "MD5").upper()


def _protection(challenge: dict[str, str]) -> str:
    """Choose what the answer protects: ``auth``, or the body too; empty: neither is offered."""
    offered = [one.strip().lower() for one in challenge.get("qop", "").split(",")]
    return next((one for one in ("auth", "auth-int") if one in offered), "")


def _answerable(challenge: dict[str, str]) -> bool:
    known = _algorithm(challenge) in _HASHES
    return known and (bool(_protection(challenge)) or not challenge.get("qop"))


def unanswerable(response: Response) -> str:
    """Name what is asked for where we can answer none of the challenges; empty: one could be answered."""
    asked = _challenges(response)
    if any(_answerable(one) for one in asked):
        return ""
    names = [f"{_algorithm(one)} {one.get('qop', '')}".strip() for one in asked]
    return ", ".join(dict.fromkeys(names))


# ── the client ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Credentials:
    """What we give when we are asked who we are."""

    user: str
    password: str = field(repr=False)


@dataclass(slots=True)
class _Asked:
    """One realm's challenge, answered again and again with a rising count."""

    challenge: dict[str, str] = field(default_factory=dict)
    count: int = 0
    times: int = 0


@dataclass(slots=True)
class Answerer:
    """Answers challenges; a call through several proxies may meet one of each (RFC 3261 §22.3)."""

    credentials: Credentials
    entropy: Callable[[int], bytes]
    realms: dict[tuple[str, str], _Asked] = field(default_factory=dict)

    def learn(self, response: Response) -> bool:
        """Take the best challenge of each realm; False if asking again would be in vain."""
        header = "Authorization" if response.status == 401 else "Proxy-Authorization"
        best: dict[str, dict[str, str]] = {}
        for found in filter(_answerable, _challenges(response)):
            realm = found.get("realm", "")
            if realm not in best or _algorithm(found) == "SHA-256":
                best[realm] = found
        for realm, challenge in best.items():
            asked = self.realms.setdefault((header, realm), _Asked())
            asked.times += 1
            if asked.times > (3 if challenge.get("stale", "").lower() == "true" else 1):
                return False
            asked.challenge, asked.count = challenge, 0
        return bool(best)

    def settled(self) -> None:
        """The far end accepted our answers: a later challenge is a new one."""
        for asked in self.realms.values():
            asked.times = 0

    def sign(self, request: Request) -> None:
        """Put the answers on a request, where challenges are known."""
        answers: dict[str, list[str]] = {}
        for (header, _), asked in self.realms.items():
            answers.setdefault(header, []).append(self._answer(asked, request))
        for header, values in answers.items():
            request.headers.set(header, *values)

    def _answer(self, known: _Asked, request: Request) -> str:
        asked, user = known.challenge, self.credentials.user
        algorithm, protects = _algorithm(asked), _protection(asked)
        nonce, realm = asked.get("nonce", ""), asked.get("realm", "")
        parts = [("username", user), ("realm", realm), ("nonce", nonce), ("uri", request.uri)]
        salt, tail = nonce, ""
        if protects:
            known.count += 1
            cnonce, count = self.entropy(8).hex(), f"{known.count:08x}"
            salt = f"{nonce}:{count}:{cnonce}:{protects}"
            tail = f', qop={protects}, nc={count}, cnonce="{cnonce}"'
        answer = _response(
            algorithm, user, realm, self.credentials.password, request.method, request.uri, salt,
            request.body if protects == "auth-int" else None,
        )  # fmt: skip
        parts.append(("response", answer))
        if "opaque" in asked:
            parts.append(("opaque", asked["opaque"]))
        text = ", ".join(f"{name}={grammar.quoted(value)}" for name, value in parts)
        return f"Digest {text}, algorithm={algorithm}{tail}"


# ── the server ───────────────────────────────────────────────────────────────


class Verdict(enum.Enum):
    """What a server makes of the answer on a request."""

    PASSED = enum.auto()
    MISSING = enum.auto()
    """No answer for our realm: challenge."""
    STALE = enum.auto()
    """A right or unknowable answer to a nonce too old or used already: challenge again."""
    WRONG = enum.auto()
    """Wrong password or unknown user; both look alike."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and whom the request claims to come from."""

    verdict: Verdict
    user: str = ""

    @property
    def passed(self) -> bool:
        """The request comes from ``user``."""
        return self.verdict is Verdict.PASSED


class Challenger:
    """Asks for digest answers and judges them.

    A nonce is a time and its seal, so that asking costs no memory; only nonces that a right answer
    used are kept, with their highest count, to refuse a replay.
    """

    def __init__(
        self,
        realm: str,
        entropy: Callable[[int], bytes],
        password_of: Callable[[str], str | None],
        *,
        proxy: bool = False,
        lifetime: float = 300.0,
        kept: int = 200_000,
    ) -> None:
        self.realm = realm
        self.lifetime = lifetime
        self.status = 407 if proxy else 401
        self._asks = "Proxy-Authenticate" if proxy else "WWW-Authenticate"
        self._answers = "Proxy-Authorization" if proxy else "Authorization"
        self._seal = entropy(32)
        self._entropy = entropy
        self._password_of = password_of
        self._used: dict[str, int] = {}
        self._kept = kept

    def challenge(self, now: float, *, stale: bool = False) -> list[tuple[str, str]]:
        """Return the headers that ask, the better algorithm first."""
        nonce = self._nonce(now)
        tail = ", stale=true" if stale else ""
        return [
            (
                self._asks,
                f"Digest realm={grammar.quoted(self.realm)}, nonce={grammar.quoted(nonce)}, "
                f'algorithm={algorithm}, qop="auth"{tail}',
            )
            for algorithm in _HASHES
        ]

    def judge(self, request: Request, now: float) -> Judged:
        """Read the answer on a request; BadMessage where it cannot be read."""
        for text in request.headers.all(self._answers):
            given = grammar.digest(text)
            if given.get("realm") == self.realm:
                return self._judge(given, request, now)
        return Judged(Verdict.MISSING)

    def _judge(self, given: dict[str, str], request: Request, now: float) -> Judged:
        user, nonce = given.get("username", ""), given.get("nonce", "")
        algorithm = given.get("algorithm", "MD5").upper()
        if algorithm not in _HASHES or given.get("qop", "").lower() != "auth":
            return Judged(Verdict.MISSING, user)
        try:
            count = int(given.get("nc", ""), 16)
        except ValueError:
            raise BadMessage("Malformed digest parameters") from None
        if not self._ours(nonce, now):
            return Judged(Verdict.STALE, user)
        password = self._password_of(user)
        salt = f"{nonce}:{given['nc']}:{given.get('cnonce', '')}:auth"
        right = _response(
            algorithm, user, self.realm, password or "", request.method, given.get("uri", ""), salt
        )
        matches = hmac.compare_digest(right.encode(), given.get("response", "").lower().encode())
        if password is None or not matches or not _same(given.get("uri", ""), request.uri):
            return Judged(Verdict.WRONG, user)
        if count <= self._used.get(nonce, 0):
            return Judged(Verdict.STALE, user)
        self._use(nonce, count, now)
        return Judged(Verdict.PASSED, user)

    def _use(self, nonce: str, count: int, now: float) -> None:
        self._used[nonce] = count
        while self._used:
            oldest = next(iter(self._used))
            if self._age(oldest, now) <= self.lifetime and len(self._used) <= self._kept:
                return
            del self._used[oldest]

    def _nonce(self, now: float) -> str:
        body = f"{max(0, int(now * 1000)):x}-{self._entropy(8).hex()}"
        return f"{body}-{self._sealed(body)}"

    def _sealed(self, body: str) -> str:
        return hmac.new(self._seal, body.encode(), hashlib.sha256).hexdigest()[:32]

    def _ours(self, nonce: str, now: float) -> bool:
        body, _, seal = nonce.rpartition("-")
        if not hmac.compare_digest(seal.encode(), self._sealed(body).encode()):
            return False
        return self._age(nonce, now) <= self.lifetime

    @staticmethod
    def _age(nonce: str, now: float) -> float:
        return now - int(nonce.partition("-")[0], 16) / 1000


def _same(given: str, asked: str) -> bool:
    """Compare the address that was signed with the one that was asked for (RFC 7616 §3.4.6).

    SIPp signs the host alone; the nonce count refuses a replay either way.
    """
    if given == asked:
        return True
    try:
        one, other = uris.parse(given), uris.parse(asked)
    except BadMessage:
        return False
    return one.host == other.host and one.user in ("", other.user)
