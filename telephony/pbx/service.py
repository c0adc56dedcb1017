"""How well a queue is served: counters that hear the board's news and answer at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.pbx.events import BoardEvent, CallEnded, DeskAnswered, Queued, QueueLeft, TurnedAway


@dataclass(frozen=True, slots=True)
class Score:
    """One queue's figures at one moment."""

    queue: str
    offered: int
    """Calls that came into the line."""
    answered: int
    in_time: int
    """Answered within the threshold."""
    abandoned: int
    """Hung up while waiting, later than a short abandon."""
    short: int
    """Hung up at once: no loss, and not counted in the level."""
    left: int
    """Led out of the line: by time, by key, by an empty house."""
    turned_away: int
    """Never came into the line."""
    waiting: int
    longest: float
    """How long the first of those who wait has waited by now."""
    level: float | None
    """Share answered in time of all that are decided and were no short abandons; None: none yet."""
    speed: float | None
    """Average seconds to an answer."""
    patience: float | None
    """Average seconds to an abandon."""


@dataclass(slots=True)
class Service:
    """The counters of one queue."""

    queue: str
    threshold: float = 20.0
    short_abandon: float = 5.0
    offered: int = 0
    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    short: int = 0
    left: int = 0
    turned_away: int = 0
    waited_for_answer: float = 0.0
    waited_in_vain: float = 0.0
    waiting: dict[str, float] = field(default_factory=dict)
    """Call → since when."""

    def hear(self, event: BoardEvent) -> bool:
        """Count an event; False when it is nothing of this queue's."""
        match event:
            case Queued(queue=queue) if queue == self.queue:
                self.offered += 1
                self.waiting[event.call] = event.at
            case TurnedAway(queue=queue) if queue == self.queue:
                self.turned_away += 1
            case DeskAnswered() if event.call in self.waiting:
                self._answered(event.at - self.waiting.pop(event.call))
            case QueueLeft() if event.call in self.waiting:
                del self.waiting[event.call]
                self.left += 1
            case CallEnded() if event.call in self.waiting:
                self._gone(event.at - self.waiting.pop(event.call))
            case _:
                return False
        return True

    def _answered(self, waited: float) -> None:
        self.answered += 1
        self.in_time += waited <= self.threshold
        self.waited_for_answer += waited

    def _gone(self, waited: float) -> None:
        if waited < self.short_abandon:
            self.short += 1
            return
        self.abandoned += 1
        self.waited_in_vain += waited

    def score(self, now: float) -> Score:
        """Tell the figures of this moment."""
        decided = self.answered + self.abandoned + self.left + self.turned_away
        return Score(
            queue=self.queue,
            offered=self.offered,
            answered=self.answered,
            in_time=self.in_time,
            abandoned=self.abandoned,
            short=self.short,
            left=self.left,
            turned_away=self.turned_away,
            waiting=len(self.waiting),
            longest=now - min(self.waiting.values(), default=now),
            level=self.in_time / decided if decided else None,
            speed=self.waited_for_answer / self.answered if self.answered else None,
            patience=self.waited_in_vain / self.abandoned if self.abandoned else None,
        )

    def begin_anew(self) -> None:
        """Count from zero, a new day; whoever waits goes on waiting and counts as offered."""
        kept = self.waiting
        fresh = Service(self.queue, self.threshold, self.short_abandon, offered=len(kept))
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))
        self.waiting = kept
