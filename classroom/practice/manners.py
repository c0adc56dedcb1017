"""How customers behave on the telephone: the times they keep, and what they do by mouth and hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from classroom.practice.orders import (
    CustomerEnded,
    CustomerHeard,
    CustomerRated,
    CustomerSpeaks,
    MoodChanged,
)
from scenarios.acts import HangUp, Press, Say

STEP: Final = 10.0
"""Waiting reaches the mind in whole steps of so many seconds."""
INTERRUPTS: Final = 1.5
"""The agent interrupts when the customer's sentence would have gone on for so long."""
MENU_PAUSE: Final = 1.0
"""A silence of so many seconds ends the menu."""
MENU_KNOWN: Final = 0.6
"""A caller who knows the menu presses so soon after the line was answered."""
ON_THE_LINE: Final = 0.05
"""What a telephone plays is heard at the switchboard, and recorded, so much later: one packet under
way and two frames in the jitter buffer."""
MENU_PATIENCE: Final = 15.0
"""Keys are pressed at the latest so long after the line was answered."""
WORDS_FOLLOW: Final = 1.2
"""Speech without words counts as voice alone when none have come so long after its end."""
WORDS_CARRY: Final = 30.0
"""Speech that begins so soon after words is the sound of those words."""
BREATH: Final = 0.3
"""Between the agent's last sound and the customer's first."""
SOUND_FOLLOWS: Final = 2.0
"""Words that do not say how long they sound: their sound begins so soon, or is not waited for."""
ANNOUNCED: Final = 0.8
"""A voice at most so much longer than the announcement is the announcement."""
ANNOUNCED_LATE: Final = 2.0
"""The announcement may begin so long after its end was due: the machine was busy."""
LONGEST_TURN: Final = 20.0
"""An agent's sound that goes on longer is no longer waited for."""

UNANSWERED: Final = "unanswered"

Told: TypeAlias = Literal["queued", "answered", "held", "resumed", "rating"]
HeardBy: TypeAlias = Literal["typed", "picked", "speech"]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking at once."""


@dataclass(frozen=True, slots=True)
class Do:
    """Speak, press or hang up now; ``act_done`` tells by its number when it is over."""

    number: int
    act: Say | Press | HangUp


Report: TypeAlias = CustomerSpeaks | CustomerHeard | CustomerRated | CustomerEnded | MoodChanged
Doing: TypeAlias = Do | Hush | Report


@dataclass(slots=True)
class Saying:
    """The sentence that sounds."""

    say: Say
    began: float
    until: float
    over_the_agent: bool
    interrupted: bool = False
    sounded: float | None = None
    """When its first sound was heard on the line; reported then, or with its end."""

    def report(self, order_id: str, more: bool, ended: float | None = None) -> CustomerSpeaks:
        """Tell that it began, or that it has ended."""
        return CustomerSpeaks(
            order_id=order_id,
            text=self.say.text,
            beat=self.say.beat,
            key=self.say.key,
            began=self.began if self.sounded is None else self.sounded,
            until=ended,
            interrupted=self.over_the_agent,
            more=more,
        )

    def over(self, order_id: str, more: bool, now: float) -> list[CustomerSpeaks]:
        """Tell that it has ended; before that, that it began, if its sound was never heard of."""
        if self.sounded is None:
            return [self.report(order_id, more), self.report(order_id, more, now)]
        return [self.report(order_id, more, max(now + ON_THE_LINE, self.sounded))]


@dataclass(slots=True)
class Announcer:
    """Tells the switchboard's voice from the agent's: by its length, for it may come late."""

    left: float = 0.0
    """Seconds of voice that are still the announcement."""
    until: float = 0.0
    """A voice that begins later is the agent's."""

    def announces(self, now: float, seconds: float) -> None:
        """Hear that an announcement of this length begins now; 0: none does."""
        if seconds:
            self.left, self.until = seconds + ANNOUNCED, now + seconds + ANNOUNCED_LATE

    def says(self, began: float, lasted: float) -> bool:
        """Say whether this voice is the announcement, or a part of it."""
        if began > self.until or lasted > self.left:
            return False
        self.left -= lasted
        if self.left <= 2 * ANNOUNCED:
            self.left = 0.0
        return True


@dataclass(slots=True)
class Waiting:
    """In the queue or on hold, counted in whole steps."""

    where: Literal["queue", "hold"]
    since: float
    counted: int = 0

    @property
    def due(self) -> float:
        """When the next whole step is over."""
        return self.since + STEP * (self.counted + 1)
