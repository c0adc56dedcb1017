"""A desk: what the agent chose (duty) and what the machine does (activity) are two words.

The law: no desk is ever stuck. Every activity but IDLE has an owner and a deadline; whoever forgets
the desk, the deadline brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from telephony.machine import Machine, Word


class Duty(Word):
    """What the agent chose; any may follow any, and a call in progress goes on."""

    OFF = "off"
    """Not at work: nobody is logged in at this desk."""
    READY = "ready"
    """Takes calls."""
    BREAK = "break"
    """At work but not taking calls, for a reason."""


class Activity(Word):
    """What the machine does with the desk."""

    IDLE = "idle"
    OFFERED = "offered"
    """Its telephone is being called."""
    TALKING = "talking"
    HOLDING = "holding"
    """The other party hears music."""
    WRAPPING = "wrapping"
    """Writes the summary of the last call."""


class Step(Word):
    """What can happen to a desk's activity."""

    OFFER = "offer"
    RECALL = "recall"
    """A call that it transferred comes back to it, whatever it is writing."""
    BACK = "back"
    """The second call ended; the first is still on hold."""
    DECLINE = "decline"
    """Refused or not answered."""
    WITHDRAW = "withdraw"
    """The caller left, or somebody else answered."""
    ANSWER = "answer"
    DIAL = "dial"
    """The agent calls somebody."""
    HOLD = "hold"
    RESUME = "resume"
    END = "end"
    """A queue's call ended: there is something to write."""
    RELEASE = "release"
    """An inside call ended: nothing to write."""
    WRAPPED = "wrapped"


ACTIVITIES: Final = Machine(
    "desk",
    Activity.IDLE,
    {
        (Activity.IDLE, Step.OFFER): Activity.OFFERED,
        (Activity.IDLE, Step.DIAL): Activity.TALKING,
        (Activity.IDLE, Step.RECALL): Activity.OFFERED,
        (Activity.WRAPPING, Step.RECALL): Activity.OFFERED,
        (Activity.HOLDING, Step.DIAL): Activity.TALKING,
        (Activity.TALKING, Step.BACK): Activity.HOLDING,
        (Activity.HOLDING, Step.BACK): Activity.HOLDING,
        (Activity.OFFERED, Step.DECLINE): Activity.IDLE,
        (Activity.OFFERED, Step.WITHDRAW): Activity.IDLE,
        (Activity.OFFERED, Step.ANSWER): Activity.TALKING,
        (Activity.TALKING, Step.HOLD): Activity.HOLDING,
        (Activity.HOLDING, Step.RESUME): Activity.TALKING,
        (Activity.TALKING, Step.END): Activity.WRAPPING,
        (Activity.HOLDING, Step.END): Activity.WRAPPING,
        (Activity.TALKING, Step.RELEASE): Activity.IDLE,
        (Activity.HOLDING, Step.RELEASE): Activity.IDLE,
        (Activity.WRAPPING, Step.WRAPPED): Activity.IDLE,
        (Activity.WRAPPING, Step.DIAL): Activity.TALKING,
    },
)


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch of the desk's log: what it was, from when to when."""

    extension: str
    what: str
    """A duty (``break``) or an activity (``talking``)."""
    reason: str
    began: float
    ended: float
    call: str | None = None


@dataclass(slots=True)
class Desk:
    """One agent's place: an extension, a duty, an activity."""

    extension: str
    wrapup: float = 30.0
    """Seconds to write the summary."""
    duty: Duty = Duty.OFF
    reason: str = ""
    duty_since: float = 0.0
    activity: Activity = Activity.IDLE
    since: float = 0.0
    owner: str | None = None
    """The call that keeps the desk busy; ``wrapup`` while wrapping; None when idle."""
    last_call: str | None = None
    aside: list[str] = field(default_factory=list)
    """Calls that wait on hold behind the owner, the last one first in turn."""
    owes: bool = False
    """One of the calls that ended meanwhile must be written up."""
    deadline: float | None = None
    """When the activity ends by itself; None when idle."""
    registered: bool = False
    outside: str = ""
    """The number of the telephone at which its agent works for now instead of the desk's own; empty: none."""
    undisturbed: bool = False
    """The agent wants no call to ring here."""
    rests_until: float = 0.0
    """After an unanswered ring the queue leaves the desk alone for a moment."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill → level."""
    talked: float = 0.0
    """Seconds in talks, holds included."""
    queue: str = ""
    """Whose call it had last; its summary counts there."""
    idle_since: float = 0.0
    """When the desk last finished or missed a call: longest idle first."""
    calls: int = 0
    missed: int = 0

    def choose(self, duty: Duty, reason: str, now: float) -> list[Spell]:
        """Take the agent's choice; whatever the machine is doing goes on."""
        if (duty, reason) == (self.duty, self.reason):
            return []
        spell = Spell(self.extension, self.duty.value, self.reason, self.duty_since, now)
        self.duty, self.reason, self.duty_since = duty, reason, now
        if duty is Duty.READY:
            self.idle_since = now
            self.rests_until = 0.0
            self.missed = 0
        return [spell]

    def step(self, step: Step, now: float, *, owner: str | None, deadline: float | None) -> Spell:
        """Move to the next activity; an activity that is not idle names its owner and deadline."""
        after = ACTIVITIES.step(self.activity, step)
        if after is not Activity.IDLE and (owner is None or deadline is None):
            raise ValueError(
                f"give {after.value} an owner and a deadline, or the desk may get stuck"
            )
        spell = Spell(
            self.extension, self.activity.value, self.reason, self.since, now, self.last_call
        )
        if self.activity in (Activity.TALKING, Activity.HOLDING):
            self.talked += now - self.since
        if after is Activity.IDLE:
            owner = deadline = None
            if step is not Step.WITHDRAW:
                self.idle_since = now
        if step is Step.DECLINE:
            self.missed += 1
        if step is Step.ANSWER:
            self.missed = 0
            self.calls += 1
        if owner is not None and owner != WRAPUP:
            self.last_call = owner
        self.activity, self.since, self.owner, self.deadline = after, now, owner, deadline
        return spell

    def may(self, step: Step) -> bool:
        """Say whether this can happen now."""
        return ACTIVITIES.allows(self.activity, step)

    @property
    def reachable(self) -> bool:
        """A telephone can be rung for it, here or outside."""
        return self.registered or self.outside != ""

    def available(self, now: float) -> bool:
        """Say whether a queue may call this desk."""
        return (
            self.duty is Duty.READY
            and self.activity is Activity.IDLE
            and self.reachable
            and not self.undisturbed
            and now >= self.rests_until
        )

    def logged_in(self) -> bool:
        """Say whether somebody sits here, on a break or not."""
        return self.duty is not Duty.OFF and self.reachable

    def staffed(self) -> bool:
        """Say whether somebody is working here, free or not."""
        return self.duty is Duty.READY and self.reachable


WRAPUP: Final = "wrapup"
"""The owner of a desk that is wrapping."""
