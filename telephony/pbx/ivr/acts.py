"""What a visit asks of the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from telephony.pbx.ivr.nodes import Exit


@dataclass(frozen=True, slots=True)
class Tell:
    """Play these prompts and report when they are over."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop what is playing."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait so long for a key."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Chose:
    """A key was taken by a menu."""

    menu: str
    key: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Digits were taken into a variable; their number is told, they themselves are not."""

    node: str
    variable: str
    count: int


@dataclass(frozen=True, slots=True)
class Scored:
    """The caller gave a mark."""

    mark: str


@dataclass(frozen=True, slots=True)
class Speak:
    """From here on everything is said in this language."""

    lang: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the house's records and wait so long; nobody waits once the caller has hung up."""

    ask: str
    given: Mapping[str, str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Stuck:
    """The flow cannot go on from here."""

    node: str
    why: Literal["loop", "depth", "no_flow"]


@dataclass(frozen=True, slots=True)
class Leave:
    """The visit is over; the call goes there."""

    to: Exit


Act: TypeAlias = Tell | Hush | Listen | Chose | Entered | Scored | Speak | Ask | Stuck | Leave
