"""What happened in one call, as an append-only timeline that marks are given on.

``at`` and ``until`` are seconds since the agent answered, on the server's monotonic clock; they
equal the position in the recording within 50 ms. What happened before the answer has a negative
``at``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

BROKEN_OFF: Final = "broken_off"
"""An outcome: the line, a telephone or the server failed, or a supervisor cut the call."""
HUNG_UP_ON: Final = "hung_up_on"
"""An outcome: the agent hung up while the customer's matter was open."""
HANDED_ON: Final = "handed_on"
"""An outcome of one agent's part: the call went on to somebody else, and was cut short there."""

Who: TypeAlias = Literal["customer", "agent", "ivr", "supervisor"]
HeardBy: TypeAlias = Literal["known", "typed", "picked", "speech", "voice", "prompt"]
"""How the words came to be known: the customer's own script (known), keyed in (typed), a script
line chosen by number (picked), recognised (speech), voice activity without words (voice), a
prompt."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Somebody said something."""

    at: float
    until: float
    who: Who
    text: str
    heard_by: HeardBy
    confidence: float = 1.0
    line: str | None = None
    """``script/step`` of the script line that was picked."""
    rendered_after: bool = False
    """The sound was put into the recording after the call."""
    interrupted: bool = False
    """The other party was still speaking when this began."""


@dataclass(frozen=True, slots=True)
class LineEvent:
    """Something the line did: queued, offered, answered, held, resumed, muted, rated, ended."""

    at: float
    what: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class DeskAction:
    """The agent did it on screen: opened_record, picked_line, form_field, summary, disposition."""

    at: float
    what: str
    value: str = ""


Item: TypeAlias = Utterance | LineEvent | DeskAction


@dataclass(frozen=True, slots=True)
class Evidence:
    """One call, whole; everything that grading needs besides rubric, scenario and scripts."""

    call_id: str
    scenario: str
    lang: Literal["zh", "en"]
    items: tuple[Item, ...]
    seed: int = 0
    level: int = 1
    agent: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """The cast of this call: customer's name, account, amounts … as the scenario names them."""
    queue_seconds: float = 0.0
    ring_seconds: float = 0.0
    talk_seconds: float = 0.0
    outcome: str = ""
    """How the customer left: an ``ends`` word of the scenario, ``broken_off``, ``hung_up_on`` or
    ``handed_on``."""
    mood: Mapping[str, int] = field(default_factory=dict)
    rating: int | None = None
