"""What the board tells of desks' lists, and how it is told of those of before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["dialled", "answered", "missed"]


@dataclass(frozen=True, slots=True)
class Recent:
    """One call of a desk's list."""

    at: float
    kind: Kind
    number: str
    """Empty: withheld."""
    call: str


@dataclass(frozen=True, slots=True)
class RecentNoted:
    """A call came to the top of a desk's list; all that a restart must know."""

    extension: str
    recent: Recent


@dataclass(frozen=True, slots=True)
class RememberRecents:
    """Lists of before a restart: desk → its calls, the newest first; times are of the new clock."""

    lists: Mapping[str, tuple[Recent, ...]]
