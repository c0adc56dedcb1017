"""What people and other rooms may ask of the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from telephony.pbx.callback_events import CallbackOrder
from telephony.pbx.conference_orders import ConferenceOrder
from telephony.pbx.desk import Duty
from telephony.pbx.desk_orders import DeskOrder
from telephony.pbx.forwards import Forwards
from telephony.pbx.mailbox import Message, State
from telephony.pbx.plan import BoardPlan
from telephony.pbx.recent_events import RememberRecents
from telephony.pbx.results import Result
from telephony.pbx.supervisor_orders import SupervisorOrder


@dataclass(frozen=True, slots=True)
class SetDuty:
    """The agent chose: off, ready, or a break with its reason."""

    extension: str
    duty: Duty
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EndWrapup:
    """The agent has written the summary; the desk is idle again."""

    extension: str


@dataclass(frozen=True, slots=True)
class ExtendWrapup:
    """The agent needs more time for the summary; the queue says how much at most."""

    extension: str
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class HangUpCall:
    """End this call on both sides."""

    call: str


@dataclass(frozen=True, slots=True)
class HangUpAll:
    """End every call: the house closes, or the media worker died."""

    why: Result = "ordered"


@dataclass(frozen=True, slots=True)
class LeaveTrunks:
    """Take our registrations at carriers away: the house closes."""


@dataclass(frozen=True, slots=True)
class SetForwards:
    """The agent decides what becomes of calls that the desk does not take."""

    extension: str
    forwards: Forwards


@dataclass(frozen=True, slots=True)
class LoadMessages:
    """These voice messages were left before the board started."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class MarkMessage:
    """A person heard, saved or deleted a voice message on screen."""

    box: str
    message: str
    state: State


@dataclass(frozen=True, slots=True)
class SetPlan:
    """Route new calls by this plan; calls in progress keep theirs."""

    plan: BoardPlan


@dataclass(frozen=True, slots=True)
class AnswerLookup:
    """What the house's records hold for ``LookupAsked``; the same ticket."""

    call: str
    ticket: int
    found: Mapping[str, str] | None = None
    """None: nothing of the kind."""
    failed: bool = False
    """The records could not be read."""


Command: TypeAlias = (
    SetDuty | EndWrapup | ExtendWrapup | HangUpCall | HangUpAll | SetPlan | LeaveTrunks
    | SetForwards | LoadMessages | MarkMessage | AnswerLookup | DeskOrder | ConferenceOrder | SupervisorOrder
    | CallbackOrder | RememberRecents
)  # fmt: skip
