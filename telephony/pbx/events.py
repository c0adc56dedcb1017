"""What the board tells the rest of the house: the feed of the witness, the floor and the reports.

``at`` is the machine's monotonic clock. ``queue_log`` carries the name under which report tools for
call centers read the event (ENTERQUEUE, CONNECT, ABANDON …); it is empty where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from telephony.events import Party
from telephony.media.control import LegReport
from telephony.pbx.call_events import CallPlay
from telephony.pbx.callback_events import CallbackEvent
from telephony.pbx.conference_events import ConferenceEvent
from telephony.pbx.desk import Spell
from telephony.pbx.ivr.news import FlowEvent
from telephony.pbx.queue_events import Choice as Choice
from telephony.pbx.queue_events import DeskPaused as DeskPaused
from telephony.pbx.queue_events import FoundClosed as FoundClosed
from telephony.pbx.queue_events import MemberChanged as MemberChanged
from telephony.pbx.queue_events import PositionSpoken as PositionSpoken
from telephony.pbx.queue_events import Queued as Queued
from telephony.pbx.queue_events import QueueLeft as QueueLeft
from telephony.pbx.queue_events import TurnedAway as TurnedAway
from telephony.pbx.recent_events import RecentNoted
from telephony.pbx.results import Result
from telephony.pbx.supervision_events import SupervisionEvent
from telephony.pbx.text_events import TextSent as TextSent
from telephony.pbx.trunk_events import TrunkEvent

Line: TypeAlias = Literal["practice", "live"]
Side: TypeAlias = Literal["caller", "callee", "guest"]
"""Who in the call: the one who called, the one who was called, or somebody who joined them."""


# ── a call comes in ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call came to the board and was let in."""

    call: str
    at: float
    caller: str
    """The caller's number; empty when withheld."""
    dialled: str
    line: Line
    trunk: str | None = None
    extension: str | None = None
    """The seat that dialled, for a call from inside."""
    order: str | None = None
    """The practice order (``X-Lab-Call``); honoured from the practice trunk only."""
    transport: str = ""
    callback: str = ""
    """The callback for which the board makes it; empty: somebody called."""
    queue_log: str = "DID"


@dataclass(frozen=True, slots=True)
class MenuChosen:
    """The caller pressed a key that the menu knows."""

    call: str
    at: float
    menu: str
    key: str


@dataclass(frozen=True, slots=True)
class PromptPlayed:
    """A prompt was heard by the caller."""

    call: str
    key: str
    began: float
    until: float
    lang: str = ""
    """The language the caller chose; empty: the house's."""
    whole: bool = True
    """False: cut short by a key, an answer or a hang-up."""


@dataclass(frozen=True, slots=True)
class PromptMissing:
    """The plan has no clip for this key; it was skipped."""

    call: str
    at: float
    key: str


# ── a desk and a call ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DeskOffered:
    """This desk's telephone is being called."""

    call: str
    at: float
    extension: str
    queue: str | None
    waited: float
    choice: Choice | None = None
    """Why this desk; None where nobody searched."""


@dataclass(frozen=True, slots=True)
class DeskRang:
    """The desk's telephone said that it rings."""

    call: str
    at: float
    extension: str


@dataclass(frozen=True, slots=True)
class DeskMissed:
    """The desk did not take the call: refused, no answer, unreachable, left before a callback was there."""

    call: str
    at: float
    extension: str
    rang: float
    why: str
    queue_log: str = "RINGNOANSWER"


@dataclass(frozen=True, slots=True)
class DeskAnswered:
    """The desk answered; the two are talking. ``at`` is the zero of the call's evidence."""

    call: str
    at: float
    extension: str
    queue: str | None
    waited: float
    rang: float
    codec: str = ""
    transport: str = ""
    transferred: bool = False
    """Another desk had answered this call before; its evidence began then."""
    queue_log: str = "CONNECT"


@dataclass(frozen=True, slots=True)
class Held:
    """One side put the other on hold."""

    call: str
    at: float
    by: Side


@dataclass(frozen=True, slots=True)
class Resumed:
    """The talk goes on after a hold."""

    call: str
    at: float
    by: Side
    held: float


@dataclass(frozen=True, slots=True)
class TextSaid:
    """A side sent words inside the call; ``headers`` are its ``X-`` headers."""

    call: str
    at: float
    by: Side
    extension: str | None
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    relayed: bool = False


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A side pressed a key during the talk; which key stays in the machine that heard it."""

    call: str
    at: float
    by: Side


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """A side began to speak."""

    call: str
    at: float
    by: Side


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """A side fell silent; ``at`` is where the sound ended."""

    call: str
    began: float
    at: float
    by: Side


@dataclass(frozen=True, slots=True)
class TalkEnded:
    """The two are no longer connected; a rating may follow before the call ends."""

    call: str
    at: float
    extension: str | None
    by: Party
    talked: float
    queue_log: str = "COMPLETECALLER"


@dataclass(frozen=True, slots=True)
class Rated:
    """The caller rated the service."""

    call: str
    at: float
    extension: str | None
    score: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    """Nothing is left of the call on the board."""

    call: str
    at: float
    why: Result
    """What each word means: ``results.RESULTS``."""
    by: Party
    status: int = 0
    """The SIP status of a call that was refused."""
    talked: float = 0.0
    waited: float = 0.0
    queue_log: str = ""
    """ABANDON, or empty."""
    queue: str = ""
    position: int = 0
    """Where an abandoned call stood."""
    first_position: int = 0


# ── sound ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class RecordingBegan:
    """The first frame of the recording is the sound of this moment."""

    call: str
    at: float


@dataclass(frozen=True, slots=True)
class RecordingClosed:
    """The file is whole."""

    call: str
    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingBroken:
    """Writing failed (a full disk); the call went on, what was written stays readable."""

    call: str
    path: str
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SoundReport:
    """What a closed leg saw on the wire."""

    call: str
    by: Side
    report: LegReport


# ── the house ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class DeskChanged:
    """A desk's duty or activity changed."""

    extension: str
    duty: str
    reason: str
    activity: str
    since: float
    """When the present activity began."""
    duty_since: float
    call: str | None
    at: float
    registered: bool
    until: float | None = None
    """When the activity ends by itself; an idle desk has none."""
    mobile: bool = False
    """Its agent works at a telephone outside; ``registered`` then says that one can be rung there."""


@dataclass(frozen=True, slots=True)
class RegistrationChanged:
    """A telephone came to this extension or went."""

    extension: str
    registered: bool
    at: float
    contacts: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must know."""

    at: float
    text: str
    call: str | None = None
    code: str = ""
    """Which alarm it is (``telephony.pbx.alarms``); ``values`` are what its sentence names."""
    values: Mapping[str, str] = field(default_factory=dict)


BoardEvent: TypeAlias = (
    CallStarted | MenuChosen | FlowEvent | PromptPlayed | PromptMissing | Queued | PositionSpoken | QueueLeft
    | TurnedAway | FoundClosed | MemberChanged | DeskPaused | CallbackEvent
    | DeskOffered | DeskRang | DeskMissed | DeskAnswered | Held | Resumed | TextSaid | DigitPressed
    | SpeechBegan | SpeechEnded | TalkEnded | Rated | CallEnded | RecordingBegan | RecordingClosed
    | RecordingBroken | SoundReport | DeskChanged | Spell
    | RegistrationChanged | Alarm | RecentNoted | TrunkEvent | CallPlay | ConferenceEvent | SupervisionEvent
    | TextSent
)  # fmt: skip
