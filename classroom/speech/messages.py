"""What the server and the speech process tell each other, one JSON line each."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Engine: TypeAlias = Literal["kokoro", "tone"]
Urgency: TypeAlias = Literal["live", "call", "lesson", "after"]
"""``live``: typed a moment ago, refused when it would cost too much; ``call``: a call that is about to
begin needs it; ``lesson``: needed later; ``after``: the sound of a call that is over."""


class Part(BaseModel):
    """Strict on both ends of the pipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Render(Part):
    """Speak this line, or find it in the cache."""

    type: Literal["render"] = "render"
    key: int
    text: str
    voice: str
    speed: float = Field(1.0, ge=0.5, le=2.0)
    urgency: Urgency = "call"


class Ready(Part):
    """The engine was found whole; the first message."""

    type: Literal["ready"] = "ready"
    engine: Engine
    version: str
    voices: tuple[str, ...]


class Unfit(Part):
    """The engine cannot speak; the process ends."""

    type: Literal["unfit"] = "unfit"
    why: str


class Rendered(Part):
    """The line's clip lies here."""

    type: Literal["rendered"] = "rendered"
    key: int
    path: str
    seconds: float
    cpu: float = 0.0
    """Seconds of processor time; zero when it was in the cache."""


class Refused(Part):
    """The line was not rendered; ``busy`` when it may be asked again after the call."""

    type: Literal["refused"] = "refused"
    key: int
    why: str
    busy: bool = False


Answer: TypeAlias = Annotated[Ready | Unfit | Rendered | Refused, Field(discriminator="type")]

_ANSWERS: TypeAdapter[Answer] = TypeAdapter(Answer)


def to_line(message: Part) -> bytes:
    """Write one message as a JSON line."""
    return message.model_dump_json().encode() + b"\n"


def answer_from(line: bytes) -> Answer:
    """Read one answer; raises ValueError on anything else."""
    return _ANSWERS.validate_json(line)
