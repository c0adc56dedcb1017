"""A scenario as people write it: who calls, why, how the talk can go and what a good agent does.

Everything is strict and frozen: an unknown key is an error. ``{placeholders}`` in texts are filled
from the cast (see ``cast.py``) and from the scenario's own ``facts`` and ``variants``.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

_UNITS = {"s": 1, "m": 60, "h": 3600}

Lang: TypeAlias = Literal["zh", "en"]
Ending: TypeAlias = Literal[
    "satisfied", "unresolved", "escalated", "abandoned", "refused_justly", "policy_broken"
]
"""How a customer leaves. ``refused_justly``: the agent rightly and politely said no, angry or not.
``policy_broken``: the agent gave what policy forbids, however glad the customer is."""

SURELY_GIVEN = ("agent", "company")
"""Placeholders that the one who takes the call fills in, not the cast."""


def _span(value: object) -> float:
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+)([smh])", value)):
        return float(int(found[1]) * _UNITS[found[2]])
    raise PydanticCustomError("span", "write a span of time such as 8s, 12m or 1h")


def _one_line(text: str) -> str:
    if re.search(r"[\r\n\t]", text):
        raise PydanticCustomError("one_line", "write it on one line, without tabs")
    return text


Span = Annotated[
    float,
    BeforeValidator(_span),
    WithJsonSchema({"type": "string", "pattern": r"^\d+[smh]$", "examples": ["8s", "12m"]}),
]
Level = Annotated[int, Field(ge=0, le=100)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Label = Annotated[Text, AfterValidator(_one_line)]
"""What stands in a list or over a field."""
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Says = tuple[Text, ...]
Spoken = Annotated[Says, Field(min_length=1)]
"""At least one wording."""
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Moods = dict[str, int]


class Part(BaseModel):
    """Strict and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


# ── who ──────────────────────────────────────────────────────────────────────


class Voice(Part):
    """How the customer sounds; a hint to the voice engine."""

    name: str
    speed: Annotated[float, Field(ge=0.5, le=1.6)] = 1.0


class Hearing(Part):
    """A customer who hears badly: long sentences are asked for again."""

    clear_up_to: Annotated[int, Field(ge=5, le=200)]
    """Characters (zh) or words (en) of one utterance that are understood at once."""
    asks: Spoken
    at_most: Annotated[int, Field(ge=1, le=3)] = 2
    """So often in a row; then the customer makes do with what was heard."""
    mood: Moods = {}


class Persona(Part):
    """The one who calls."""

    plays: str
    """One line for the instructor: who this is."""
    sex: Literal["male", "female"]
    age: Annotated[int, Field(ge=16, le=99)]
    voice: Voice
    knows: dict[str, Text] = {}
    """What the customer can say when asked."""
    hides: tuple[Text, ...] = ()
    """What comes out only if asked well."""
    hearing: Hearing | None = None
    nothing_else: Spoken
    """The answer to "anything else?" once the matter is settled."""
    goodbye: Spoken
    """The last words before hanging up."""


class Waiting(Part):
    """What waiting does to the mood: so much for each whole ten seconds past the allowance."""

    allows: Span
    each_10s: Moods
    says: Says = ()
    """Said once the wait is over, if it was longer than allowed."""


class Silence(Part):
    """What the customer does when nobody speaks."""

    after: Span
    says: Says
    mood: Moods = {}


class Reaction(Part):
    """What an event does to the customer."""

    mood: Moods
    says: Says = ()


class Temper(Part):
    """The mood at the start and what moves it, whatever the beat."""

    starts: dict[str, Level]
    queue: Waiting
    hold: Waiting
    silence: Silence
    interrupted: Reaction
    read_aloud: Moods = {}
    """The agent read the script word for word."""
    hears: dict[str, Moods] = {}
    """Cue → effect, whatever the beat; good effects count once a call."""


# ── the talk ─────────────────────────────────────────────────────────────────


class Turn(Part):
    """Where the talk goes after a cue."""

    goes: str
    mood: Moods = {}
    says: Says = ()
    """Said first, before the next beat's own words."""


class Beat(Part):
    """A moment of the talk: what the customer says and what may be answered."""

    says: Says = ()
    hears: dict[str, Turn] = {}
    """Cue, or cues joined by ``+``, in order of priority; ``anything`` comes last."""
    silence: Silence | None = None
    ends: Ending | None = None
    hangs_up: bool = False
    """An ending that does not wait for the agent's closing words."""


# ── the desk ─────────────────────────────────────────────────────────────────


class FormField(Part):
    """One field of the wrap-up form, with its right value."""

    id: Id
    title: Label
    choices: tuple[Label, ...] = ()
    required: bool = False
    right: Text | None = None


class Desk(Part):
    """What the agent sees and fills in."""

    record: dict[Label, Text]
    """The customer's record, label → value, labels in the call's language."""
    form: tuple[FormField, ...] = ()
    dispositions: dict[Id, Label]
    disposition: Id
    """The right one."""


class Promise(Part):
    """An action that, once promised, must be recorded in the form."""

    said: str
    """The cue that counts as the promise."""
    field: Id
    value: Text


class Rule(Part):
    """One thing that must (or must never) be said or done."""

    said: str | None = None
    did: str | None = None
    value: str | None = None
    within: Span | None = None
    before: str | None = None
    """A cue or desk action that must not come first."""
    because: str = ""


class Grading(Part):
    """What the marks hinge on."""

    rubric: Id
    scripts: tuple[Id, ...] = ()
    outcomes: Annotated[tuple[Ending, ...], Field(min_length=1)]
    """Full marks for the outcome."""
    half_outcomes: tuple[Ending, ...] = ()
    discloses: str | None = None
    """The cue that tells the customer's data: identity must be verified before."""
    promises: tuple[Promise, ...] = ()
    must: tuple[Rule, ...] = ()
    never: tuple[Rule, ...] = ()


# ── the good agent ───────────────────────────────────────────────────────────


class ModelAction(Part):
    """Something a good agent does on screen."""

    what: str
    value: str = ""


class ModelTurn(Part):
    """What a good agent does at one beat: holds, says, acts."""

    say: Text
    hold: Span = 0.0
    """The customer is put on hold so long **before** this is said."""
    actions: tuple[ModelAction, ...] = ()


class ModelWrapup(Part):
    """The wrap-up of a good agent."""

    summary: Text
    disposition: Id
    form: dict[Id, Text] = {}


class Model(Part):
    """A whole good answer, in the agent's own words."""

    opening: Text
    turns: dict[str, ModelTurn]
    """Beat → turn; the turn at an ending is the agent's closing."""
    wrapup: ModelWrapup


# ── the whole ────────────────────────────────────────────────────────────────


class Cue(Part):
    """What counts as having said a thing."""

    means: str = ""
    words: tuple[Words, ...] = ()
    """``a|b & c``: (a or b) and c in one utterance; in English ``apolog*`` is a beginning."""
    phrases: tuple[Text, ...] = ()
    """Whole sentences; something alike will do."""
    unless: tuple[Words, ...] = ()
    """Words, written alike, that take it back."""


class Line(Part):
    """How the customer reaches the desk."""

    dials: Annotated[str, Field(pattern=r"^\d{3,15}$")]
    presses: Annotated[str, Field(pattern=r"^[0-9*#]*$")] = ""


class Scenario(Part):
    """One caller."""

    id: Id
    title: Label
    lang: Lang
    industry: Id
    level: Annotated[int, Field(ge=1, le=5)]
    teaches: tuple[str, ...]
    line: Line
    talk_time: Span
    """How long the talk should take at most."""
    persona: Persona
    facts: dict[Id, Text] = {}
    variants: tuple[dict[Id, Text], ...] = ()
    """Facts that change together; the seed picks one set."""
    temper: Temper
    cues: dict[Id, Cue] = {}
    """Cues of this scenario; a name of the common list extends that cue."""
    asides: dict[str, Reaction] = {}
    """Cue → what the customer says without leaving the beat, where the beat has no answer to it."""
    opens: str
    beats: Annotated[dict[str, Beat], Field(min_length=1)]
    gives_up: str
    """The beat when patience reaches 0."""
    desk: Desk
    grading: Grading
    model: Model
