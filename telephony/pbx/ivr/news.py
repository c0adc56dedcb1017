"""What the board tells of a caller's way through a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class DigitsEntered:
    """The caller keyed a number in; which one stays in the flow's variables."""

    call: str
    at: float
    node: str
    variable: str
    count: int


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """From here on the caller hears this language."""

    call: str
    at: float
    lang: str


@dataclass(frozen=True, slots=True)
class LookupAsked:
    """A flow asks the house's records; ``AnswerLookup`` with the same ticket answers."""

    call: str
    at: float
    ticket: int
    ask: str
    given: Mapping[str, str]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class FlowLeft:
    """The caller left a flow: which way, after how long, with what in hand."""

    call: str
    at: float
    flow: str
    to: str
    seconds: float
    values: Mapping[str, str] = field(default_factory=dict)
    """The flow's variables, secret ones left out."""


@dataclass(frozen=True, slots=True)
class FlowStuck:
    """A flow could not go on and the caller was let go: somebody must mend it."""

    call: str
    at: float
    flow: str
    node: str
    why: Literal["loop", "depth", "no_flow"]


FlowEvent: TypeAlias = DigitsEntered | LanguageChosen | LookupAsked | FlowLeft | FlowStuck
