"""The typed door to the house's records: what a flow may ask, and who answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

WRITTEN: Final = frozenset({"note"})
"""Look-ups that only write down what they are given: no secret goes there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of look-up: what it must be given and what it gives back."""

    takes: frozenset[str]
    gives: frozenset[str] = frozenset()


class Lookup(Protocol):
    """The house's records; the board tells ``LookupAsked``, its skin answers with ``AnswerLookup``."""

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Every look-up by its name."""
        ...

    async def look_up(
        self, call: str, ask: str, given: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """Find it for a call; None when the records hold nothing of the kind."""
        ...
