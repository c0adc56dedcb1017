"""What crosses the door about calls that nobody takes: forwards, voice messages, PINs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Target = Annotated[str, Field(pattern=r"^(voicemail|\+?[0-9*#]{0,20})$")]
"""An extension, a number outside, ``voicemail``, or nothing."""


class Part(BaseModel):
    """Strict on both sides of the door."""

    model_config = ConfigDict(extra="forbid")


class ForwardsState(Part):
    """What one desk wishes for calls it does not take."""

    always: Target = ""
    busy: Target = ""
    unanswered: Target = ""
    after: float = Field(20.0, ge=1, le=180)
    """Seconds it may ring before it counts as unanswered."""
    follow: tuple[Target, ...] = Field((), max_length=3)
    """Telephones that are called in turn when the desk does not answer."""
    follow_seconds: float = Field(20.0, ge=1, le=180)
    undisturbed: bool = False


class VoiceMessage(Part):
    """One voice message."""

    id: str
    box: str
    caller: str
    """Empty when withheld."""
    left: float
    """When, as seconds since 1970."""
    seconds: float
    state: Literal["new", "heard", "saved"]


class MessageMark(Part):
    """What a person did with a message on screen."""

    state: Literal["heard", "saved", "deleted"]


class PinChange(Part):
    """The PIN of the own mailbox; empty: the telephone's password is proof enough."""

    pin: str = Field(pattern=r"^([0-9]{4,8})?$")
