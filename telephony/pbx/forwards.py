"""What a desk does with calls it does not take, as its agent decides it, and a call's way through it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from telephony.errors import BadMessage
from telephony.pbx.errors import PlanError
from telephony.sip import headers as grammar
from telephony.sip.message import Request

VOICEMAIL: Final = "voicemail"
"""A forward may lead to the desk's own mailbox instead of to a number."""
MOST_HOPS: Final = 5
MOST_FOLLOWED: Final = 3

Why: TypeAlias = Literal[
    "unconditional", "user-busy", "no-answer", "do-not-disturb", "follow-me", "deflection"
]
"""As RFC 5806 words it."""


@dataclass(frozen=True, slots=True)
class Forwards:
    """One desk's wishes; a number is inside, outside, or ``voicemail``."""

    always: str = ""
    busy: str = ""
    unanswered: str = ""
    after: float = 20.0
    """Seconds it may ring before it counts as unanswered."""
    follow: tuple[str, ...] = ()
    """Up to three telephones that are called in turn when the desk does not answer."""
    follow_seconds: float = 20.0
    undisturbed: bool = False
    """Do not disturb: nothing rings here."""

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out."""
        if len(self.follow) > MOST_FOLLOWED:
            raise PlanError("follow_too_many", most=MOST_FOLLOWED)
        if not (1 <= self.after <= 180 and 1 <= self.follow_seconds <= 180):
            raise PlanError("ringing_wrong")

    @property
    def rings_on(self) -> bool:
        """Something follows when nobody answers here."""
        return bool(self.follow or self.unanswered)


@dataclass(frozen=True, slots=True)
class Hop:
    """One forwarding."""

    by: str
    to: str
    why: Why


@dataclass(slots=True)
class Path:
    """The forwardings of one call."""

    before: int = 0
    """Made before the call came to us, by what its headers say."""
    owner: str = ""
    """The desk whose wishes count now."""
    hops: list[Hop] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Telephones of a follow-me that have not rung yet."""
    followed: bool = False
    duty: str = ""
    """The desk that has duty for the number the call came to out of hours."""

    def at(self, desk: str) -> None:
        """Come to a desk."""
        self.owner, self.left, self.followed = desk, [], False

    def stops(self, to: str) -> str:
        """Say in one word why the call cannot be sent there; empty: it can."""
        if to == self.owner or to in {hop.by for hop in self.hops}:
            return "circle"
        return "too_many" if self.before + len(self.hops) >= MOST_HOPS else ""

    def lines(self, realm: str) -> list[tuple[str, str]]:
        """Tell the next switchboard who sent the call on (RFC 5806, RFC 7044), the latest first."""
        lines = []
        for hop in reversed(self.hops):
            by = f"<sip:{hop.by}@{realm}>;reason={hop.why};counter=1"
            lines.append(("Diversion", by))
        if self.hops:
            entries = [f"<sip:{self.hops[0].by}@{realm}>;index=1"]
            for depth, hop in enumerate(self.hops, start=1):
                index = ".".join(["1"] * (depth + 1))
                entries.append(f"<sip:{hop.to}@{realm}>;index={index};cause={CAUSES[hop.why]}")
            lines.append(("History-Info", ", ".join(entries)))
        return lines


CAUSES: Final[dict[Why, int]] = {
    "unconditional": 302,
    "user-busy": 486,
    "no-answer": 408,
    "do-not-disturb": 480,
    "follow-me": 408,
    "deflection": 480,
}
"""RFC 4458."""


def hops_of(request: Request) -> int:
    """Count how often a call was forwarded before it came to us."""
    diverted = sum(_counter(value) for value in _entries(request.headers.all("Diversion")))
    history = sum(1 for _ in _entries(request.headers.all("History-Info")))
    return max(diverted, history - 1, 0)


def _entries(values: Iterable[str]) -> Iterable[str]:
    for value in values:
        yield from grammar.split(value)


def _counter(entry: str) -> int:
    try:
        said = grammar.name_addr(entry).param("counter") or "1"
    except BadMessage:
        return 1
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 1
