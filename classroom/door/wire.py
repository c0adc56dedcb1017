"""What crosses the door: the models of the HTTP API and of the floor's WebSocket.

Everything here is importable on a student's Windows PC: pydantic and the standard library only.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from classroom.door import entry, lessons
from classroom.door.customers import CustomerChanged, CustomerShown
from classroom.door.letters import LettersWaiting
from classroom.door.queues import QueueChanged

Activity: TypeAlias = entry.Activity
CallState: TypeAlias = entry.CallState
DeskState: TypeAlias = entry.DeskState
Duty: TypeAlias = entry.Duty
DutyChange: TypeAlias = entry.DutyChange
Lang: TypeAlias = entry.Lang
LessonOrder: TypeAlias = lessons.LessonOrder
LessonState: TypeAlias = lessons.LessonState
Line: TypeAlias = entry.Line
Login: TypeAlias = entry.Login
Person: TypeAlias = entry.Person
Role: TypeAlias = entry.Role
ScenarioRow: TypeAlias = lessons.ScenarioRow
SecuredLine: TypeAlias = entry.SecuredLine
Session: TypeAlias = entry.Session
SipAccount: TypeAlias = entry.SipAccount


LONGEST_LINE = 400
"""Letters of a line that is said in one breath."""


class Part(BaseModel):
    """Strict: an unknown field is an error, on both sides."""

    model_config = ConfigDict(extra="forbid")


# ── before and in a call ─────────────────────────────────────────────────────


class Judged(Part):
    """One criterion the next call will be judged by, and its weight."""

    criterion: str
    title: str
    weight: float
    fatal: bool = False


class Briefing(Part):
    """``GET /api/briefing``: what the student is told before a call."""

    scenario: str
    title: str
    level: int
    own_words_count: bool
    rubric: str
    pass_mark: float
    judged: list[Judged]


class ScriptStep(Part):
    """One step of the script, the customer's name filled in."""

    id: str
    number: int
    title: str
    text: str
    verbatim: bool = False
    done: bool = False


class FormField(Part):
    """One field of the wrap-up form."""

    id: str
    title: str
    choices: list[str] = []
    required: bool = False


class CallCard(Part):
    """The screen pop: what the seat shows when its telephone rings."""

    call_id: str
    caller: str
    """The number, or ``withheld``."""
    dialled: str
    queue: str
    waited: float
    line: Line
    lang: Lang
    scenario: str | None = None
    record: dict[str, str] = {}
    """The customer's record as label → value, labels in the call's language."""
    steps: list[ScriptStep] = []
    form: list[FormField] = []
    dispositions: dict[str, str] = {}
    """id → title."""
    wrap_seconds: float = 0.0
    """How long wrap-up may take; 0 when it is open-ended."""


class Action(Part):
    """``POST /api/calls/{id}/actions``: the agent did something on screen."""

    what: str
    value: str = ""


class Wrapup(Part):
    """``POST /api/calls/{id}/wrapup``: the call summary (通话小结)."""

    summary: str
    disposition: str
    form: dict[str, str] = {}


class ModelTurn(Part):
    """What a good agent answers at one beat of the customer (``GET /api/calls/{id}/model``)."""

    beat: str
    say: str
    actions: list[Action] = []
    hold_seconds: float = 0.0
    """The customer is put on hold so long before this is said."""
    closes: bool = False
    """The beat is an ending: this is the closing; after the customer's goodbye the agent hangs up."""


class ModelAnswer(Part):
    """The whole model answer of a scenario; for the automatic agent and for instructors only."""

    opening: str
    turns: list[ModelTurn]
    wrapup: Wrapup


# ── after a call ─────────────────────────────────────────────────────────────


class Finding(Part):
    """One criterion's mark, with its reason and the seconds it points to."""

    criterion: str
    title: str = ""
    points: float
    out_of: float
    because: str
    at: list[float] = []
    fatal: bool = False
    suspected: bool = False
    applicable: bool = True


class Scorecard(Part):
    """The automatic marks of one call."""

    rubric: str
    version: str
    score: float
    out_of: float
    passed: bool
    fatal: list[str] = []
    suspected: list[str] = []
    """Fatal items heard with low confidence: the score waits for a person."""
    waits: bool = False
    """A person must listen before this score counts; until then it is not passed."""
    notes: list[str] = []
    """What the reader must know of the whole: nothing to judge, words not heard clearly."""
    findings: list[Finding]


class Verdict(Part):
    """An instructor's word, beside the score and never over it."""

    score: float = Field(ge=0, le=100)
    comment: str = ""
    by: str = ""
    at: float = 0.0


class TimelineItem(Part):
    """One item of the evidence, flattened for a screen."""

    at: float
    until: float | None = None
    kind: Literal["utterance", "line", "action"]
    who: str = ""
    text: str = ""
    heard_by: str = ""
    what: str = ""
    value: str = ""
    rendered_after: bool = False


class CallSummary(Part):
    """One row of ``GET /api/calls``."""

    call_id: str
    started: float
    agent: str
    agent_name: str
    caller: str
    dialled: str = ""
    scenario: str | None
    line: Line
    state: CallState
    answered: bool = False
    queue_seconds: float = 0.0
    talk_seconds: float = 0.0
    score: float | None = None
    passed: bool | None = None
    waits: bool = False
    """A person must listen before the score counts; it is neither passed nor failed."""
    verdict: float | None = None
    direction: str = ""
    """``in``, ``out`` or ``inside``; of the own calls: ``out`` where the own desk dialled."""
    result: str = ""
    """How it ended, in the switchboard's word; empty while it is not over."""


class CallPart(Part):
    """One agent's part of a call; a call that was handed on has several."""

    agent: str
    extension: str
    began: float
    """Seconds after the answer."""
    ended: float | None = None
    score: float | None = None
    passed: bool | None = None


class RecordingInfo(Part):
    """Where the recording lies and what it holds (left the customer, right the agent)."""

    path: str
    seconds: float
    channels: int
    sample_rate: int
    mark: str = ""
    """Why it is not whole, if it is not (``disk_full``, ``broken_off``)."""


class CallRecord(Part):
    """``GET /api/calls/{id}``."""

    summary: CallSummary
    timeline: list[TimelineItem]
    scorecard: Scorecard | None = None
    verdicts: list[Verdict] = []
    recording: RecordingInfo | None = None
    wrapup: Wrapup | None = None
    customer_rating: int | None = None
    customer_mood: dict[str, int] = {}
    outcome: str = ""
    parts: list[CallPart] = []
    ungraded: str = ""
    """Why there are no marks: ``no_scenario``, ``not_answered`` or ``grading_failed``."""
    transport: str = ""
    codec: str = ""


class SpeechOrder(Part):
    """``POST /api/speech``: the sound of a line the agent typed or picked, as 8 kHz mono WAV."""

    text: str = Field(min_length=1, max_length=LONGEST_LINE)
    lang: Lang
    voice: str | None = None
    call_id: str | None = None
    """Where it is said; if speech is at its limit, its sound is put into that recording later."""


class Problem(Part):
    """Every refusal: one sentence that says what to do."""

    problem: str


class Health(Part):
    """``GET /api/health``."""

    version: str
    line: Line
    calls: int
    desks: int
    alarms: list[str] = []
    voice: str
    """Which voice engine speaks: ``kokoro`` or ``tone``."""


# ── the floor's WebSocket (``/api/floor``, token as ``?token=``) ─────────────


class DeskChanged(Part):
    """A desk's duty or activity changed."""

    type: Literal["desk"] = "desk"
    desk: DeskState
    at: float = 0.0
    """The server's clock when this was told, the clock of ``desk``; 0: it does not say."""


class CardPopped(Part):
    """A call is offered to this seat; only that seat and instructors get it."""

    type: Literal["card"] = "card"
    extension: str
    card: CallCard


class Caption(Part):
    """Somebody said something in a call."""

    type: Literal["caption"] = "caption"
    call_id: str
    at: float
    until: float
    who: Literal["customer", "agent", "ivr", "supervisor"]
    text: str
    heard_by: str
    beat: str = ""
    """The customer's beat, for the automatic agent."""
    more: bool = False
    """The customer goes straight on with another sentence; it is not yet the agent's turn."""
    speaking: bool = False
    """The sound has begun but not ended; a second caption with the same ``at`` follows then."""


class StepsChanged(Part):
    """The script pane moved on."""

    type: Literal["steps"] = "steps"
    call_id: str
    steps: list[ScriptStep]


class CallChanged(Part):
    """A call's row changed."""

    type: Literal["call"] = "call"
    call: CallSummary


class Graded(Part):
    """The scorecard of a finished call."""

    type: Literal["graded"] = "graded"
    call_id: str
    extension: str
    scorecard: Scorecard


class Alarm(Part):
    """Something an instructor must know: a full disk, a lost seat, a dead worker."""

    type: Literal["alarm"] = "alarm"
    text: str


FloorEvent: TypeAlias = Annotated[
    DeskChanged
    | CardPopped
    | CustomerShown
    | CustomerChanged
    | Caption
    | StepsChanged
    | CallChanged
    | Graded
    | Alarm
    | QueueChanged
    | LettersWaiting,
    Field(discriminator="type"),
]
