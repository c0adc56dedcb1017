"""What a seat asks of its telephone; ``telephony.phone`` gives the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias


class TelephoneCall(Protocol):
    """One call at the seat's telephone; a refused step raises ``TelephoneLost``."""

    @property
    def caller(self) -> str:
        """The far end's number, or empty."""

    @property
    def supervises(self) -> str:
        """How the switchboard rings a supervisor in: ``listen``, ``whisper`` …; else empty."""

    @property
    def conference(self) -> str:
        """The conference that the switchboard rings for; else empty."""

    async def answer(self) -> None:
        """Take the call."""

    async def hang_up(self) -> None:
        """Refuse or end the call."""

    async def hold(self) -> None:
        """Put the far end on hold."""

    async def resume(self) -> None:
        """Take it back."""

    async def mute(self, muted: bool) -> None:
        """Send silence, or sound again."""

    async def press(self, digits: str) -> None:
        """Send these keys to the far end."""

    async def say(self, text: str, *, picked: str | None, sound: float | None = None) -> None:
        """Carry a line as text: typed, or the script step that was ``picked``.

        ``sound`` tells in how many seconds its sound will be over, where that is known.
        """

    async def play(self, clips: Sequence[str]) -> None:
        """Play WAV files into the call, to their end."""


@dataclass(frozen=True, slots=True)
class Rang:
    """Somebody calls."""

    call: TelephoneCall


@dataclass(frozen=True, slots=True)
class Registered:
    """The extension can be called."""


@dataclass(frozen=True, slots=True)
class Unregistered:
    """The extension cannot be called."""

    why: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call is over."""

    call: TelephoneCall
    why: str = ""


@dataclass(frozen=True, slots=True)
class WordsCame:
    """Whoever is at the other end, a colleague, typed a line."""

    call: TelephoneCall
    text: str


@dataclass(frozen=True, slots=True)
class SoundLost:
    """Calls go on, but in silence."""

    why: str


@dataclass(frozen=True, slots=True)
class SoundCard:
    """Whether the agent hears the call and can speak into it."""

    works: bool


TelephoneEvent: TypeAlias = (
    Rang | Registered | Unregistered | CallEnded | WordsCame | SoundLost | SoundCard
)


class Telephone(Protocol):
    """The seat's own telephone."""

    async def start(self) -> None:
        """Open the telephone and register; ``TelephoneLost`` when it cannot be used at all."""

    async def close(self) -> None:
        """Take it off the network."""

    def again(self) -> None:
        """Register at once: the server was away and has forgotten us."""

    def events(self) -> AsyncIterator[TelephoneEvent]:
        """What happens at the telephone."""
