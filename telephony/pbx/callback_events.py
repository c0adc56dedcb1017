"""What the board tells of callbacks, and what may be asked of it about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Line: TypeAlias = Literal["practice", "live"]


@dataclass(frozen=True, slots=True)
class CallbackBooked:
    """A caller confirmed the number and keeps the place; all that a restart must know."""

    callback: str
    at: float
    call: str
    queue: str
    number: str
    caller: str
    line: Line
    since: float
    """When the caller joined the line."""
    rank: float
    position: int
    lang: str = ""
    """What the caller chose to hear; empty: the house's."""


@dataclass(frozen=True, slots=True)
class CallbackMoved:
    """Something happened to a callback."""

    callback: str
    at: float
    queue: str
    number: str
    state: str
    why: str
    """``offered``, ``agent_missed``, ``agent_answered``, ``reached``, ``not_reached``, ``again``,
    ``given_up``, ``served``, ``cancelled``."""
    tries: int = 0
    call: str = ""
    extension: str = ""


CallbackEvent: TypeAlias = CallbackBooked | CallbackMoved


@dataclass(frozen=True, slots=True)
class KeptCallback:
    """A callback that outlived a restart; times are of the new clock."""

    callback: str
    queue: str
    number: str
    caller: str
    line: Line
    since: float
    rank: float
    tries: int = 0
    lang: str = ""


@dataclass(frozen=True, slots=True)
class RestoreCallbacks:
    """Put callbacks of before a restart back into their lines."""

    kept: tuple[KeptCallback, ...]


@dataclass(frozen=True, slots=True)
class CancelCallback:
    """Call this one back no more."""

    callback: str
    why: str = "cancelled"


@dataclass(frozen=True, slots=True)
class RememberServed:
    """Who served whom before a restart: caller's number → extension, the oldest first."""

    served: Mapping[str, str]


CallbackOrder: TypeAlias = RestoreCallbacks | CancelCallback | RememberServed
