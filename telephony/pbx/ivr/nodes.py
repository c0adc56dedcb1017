"""What a flow is made of: the nine nodes of the trade, and three that this house adds.

=================  =====================================================================
PLAY ONLY          ``Play``
PLAY NUMBER        ``Play`` whose prompts hold a ``Reading``
PLAY DIGIT         ``Digits``
PLAY OPTION        ``Menu``
SELECT LANGUAGE    ``Language``
VAR COMPARE        ``Compare``
ACCESS DB          ``LookUp``
USER STOP FLOW     ``UserStop``
STOP FLOW          an ``Exit``
=================  =====================================================================

Ours: ``ByHours``, ``EnterFlow`` (a flow inside a flow, "DATA ENTRY"), ``Survey``.

A text that holds ``$name`` is filled from the caller's variables at the moment it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from telephony.pbx.hours import Hours

Kind: TypeAlias = Literal[
    "number", "digits", "amount", "date", "time", "phone", "ordinal", "percent"
]
"""How a value is read aloud."""
Test: TypeAlias = Literal[
    "is", "is_not", "less", "more", "at_least", "at_most", "begins", "contains"
]


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read aloud in the caller's language."""

    kind: Kind
    value: str


Saying: TypeAlias = str | Reading
"""A prompt by its key, or a value."""


@dataclass(frozen=True, slots=True)
class Play:
    """Say something, then go on."""

    prompts: tuple[Saying, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Say something and wait for one key; keys cut the prompt short, keys pressed before count."""

    prompts: tuple[Saying, ...]
    keys: Mapping[str, str]
    otherwise: str
    """Where to go when all tries are used up."""
    seconds: float = 5.0
    tries: int = 3
    wrong: tuple[Saying, ...] = ()
    """Said after a key that is not on the menu."""
    silent: tuple[Saying, ...] = ()
    """Said after no key at all."""
    on_wrong: str | None = None
    """Where to go instead of ``otherwise`` when the last try was a wrong key."""
    on_silent: str | None = None
    """Where to go instead of ``otherwise`` when the last try was silence."""
    into: str = ""
    """The variable that keeps the key."""


@dataclass(frozen=True, slots=True)
class Digits:
    """Say something and take several keys, until enough came, the end key, or a pause."""

    prompts: tuple[Saying, ...]
    into: str
    then: str
    otherwise: str
    least: int = 1
    most: int = 20
    end: str = "#"
    """The key that ends the number and is not part of it; empty: none."""
    seconds: float = 5.0
    between: float = 3.0
    """How long to wait for a further key."""
    tries: int = 3
    wrong: tuple[Saying, ...] = ()
    """Said after too few digits."""
    silent: tuple[Saying, ...] = ()
    on_wrong: str | None = None
    on_silent: str | None = None


@dataclass(frozen=True, slots=True)
class Language:
    """Let the caller choose a language; every later prompt is in it, in the queue too."""

    prompts: tuple[Saying, ...]
    keys: Mapping[str, str]
    """Key → language."""
    then: str
    """Where to go in whatever language; who does not choose keeps the present one."""
    seconds: float = 5.0
    tries: int = 2
    wrong: tuple[Saying, ...] = ()
    silent: tuple[Saying, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """Ask the caller for a mark."""

    prompts: tuple[Saying, ...]
    then: str
    otherwise: str
    marks: str = "12345"
    seconds: float = 8.0
    tries: int = 2
    wrong: tuple[Saying, ...] = ()
    silent: tuple[Saying, ...] = ()
    into: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """Go one of two ways by a variable."""

    left: str
    test: Test
    right: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the house's records; the answer fills variables."""

    ask: str
    """Which look-up, by the name the house knows it under."""
    given: Mapping[str, str]
    into: Mapping[str, str]
    """Field of the answer → variable."""
    found: str
    missing: str
    """Where to go when the records hold nothing of the kind."""
    failed: str
    """Where to go when no answer came in time."""
    seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Go through another flow and come back; its variables are its own."""

    flow: str
    then: str
    given: Mapping[str, str] = field(default_factory=dict)
    """Variable of the other flow → what it begins with."""
    into: Mapping[str, str] = field(default_factory=dict)
    """Variable of the other flow → variable of this one, filled on the way back."""


@dataclass(frozen=True, slots=True)
class ByHours:
    """Go one of two ways by the clock."""

    hours: Hours
    open: str
    closed: str


@dataclass(frozen=True, slots=True)
class UserStop:
    """What is still done when the caller hangs up in the flow; nobody hears anything any more."""

    then: str


# ── the ways out ─────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Leave for a queue; ``gave_up`` is where a caller who waited too long comes back."""

    queue: str
    gave_up: str | None = None
    priority: int | str = 0
    """Levels by which this caller goes before others, or ``$name``; time outweighs them."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """What the desk must be able to do for this caller besides the queue's own skill."""
    desk: str = ""
    """The desk that this caller asked to wait for."""
    asked: bool = False
    """The caller was asked about the last agent already."""


@dataclass(frozen=True, slots=True)
class ToExtension:
    """Leave for one extension; ``failed`` is where to come back when nobody takes the call."""

    extension: str
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class ToNumber:
    """Leave for a number of the dialplan, outside too; ``failed`` is where to come back."""

    number: str
    failed: str | None = None
    keyed: bool = False
    """Something of the caller's is in it: it then leads nowhere outside, or strangers would call
    the world at the school's cost."""


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """Leave a message in a box; ``failed`` is where to come back when there is none."""

    box: str
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class KeepPlace:
    """Hang up and be called back at this number when the place in the line has come up."""

    number: str


@dataclass(frozen=True, slots=True)
class BackInLine:
    """Go on waiting at the place that was kept."""


@dataclass(frozen=True, slots=True)
class Return:
    """Go back to the flow that entered this one; the outermost one ends the call."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Exit: TypeAlias = (
    ToQueue | ToExtension | ToNumber | ToVoicemail | KeepPlace | BackInLine | Return | HangUp
)
Asking: TypeAlias = Menu | Digits | Language | Survey
"""Nodes that wait for keys."""
Node: TypeAlias = Play | Asking | Compare | LookUp | EnterFlow | ByHours | UserStop | Exit


def ways(node: Node) -> dict[str, str]:
    """Name every way out of a node: what it is called → where it leads."""
    named: Mapping[str, str | None] = {}
    match node:
        case Play() | Language() | EnterFlow() | UserStop():
            named = {"then": node.then}
        case Menu():
            named = {
                **node.keys,
                "otherwise": node.otherwise,
                "on_wrong": node.on_wrong,
                "on_silent": node.on_silent,
            }
        case Digits():
            named = {
                "then": node.then,
                "otherwise": node.otherwise,
                "on_wrong": node.on_wrong,
                "on_silent": node.on_silent,
            }
        case Survey():
            named = {"then": node.then, "otherwise": node.otherwise}
        case Compare():
            named = {"yes": node.yes, "no": node.no}
        case LookUp():
            named = {"found": node.found, "missing": node.missing, "failed": node.failed}
        case ByHours():
            named = {"open": node.open, "closed": node.closed}
        case ToQueue(gave_up=back):
            named = {"gave_up": back}
        case ToExtension(failed=back) | ToNumber(failed=back) | ToVoicemail(failed=back):
            named = {"failed": back}
        case KeepPlace() | BackInLine() | Return() | HangUp():
            pass
    return {name: to for name, to in named.items() if to}
