"""How well a queue is served: counters that hear the board's news and answer at any moment.

Every caller is counted once. Who came into the line (offered) was answered there, abandoned it, hung up at
once (short), was led elsewhere (left), kept the place for a callback (booked), or waits yet. Who did not come
in was turned away, or booked there and then. The level is the share answered in time of all answered,
abandoned, left and turned away. Booking is no loss and no answer, so callbacks have figures of their own:
booked, called back, given up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from telephony.pbx.callback_events import CallbackBooked, CallbackMoved
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
    """Led out of the line: by time, by key, by an empty house; not for a callback."""
    turned_away: int
    """Never came into the line."""
    booked: int
    """Left for a callback instead of waiting; also who has one already and was told so."""
    called_back: int
    """Callbacks that reached the caller."""
    given_up: int
    """Callbacks whose last try reached nobody."""
    waiting: int
    longest: float
    """How long the first of those who wait has waited by now."""
    level: float | None
    """Share answered in time, as ``level`` counts it; None: nothing is decided yet."""
    speed: float | None
    """Average seconds to an answer."""
    patience: float | None
    """Average seconds to an abandon."""


def level(in_time: int, answered: int, abandoned: int, left: int, turned_away: int) -> float | None:
    """Share answered in time of all that are decided; short abandons and callbacks are not."""
    decided = answered + abandoned + left + turned_away
    return in_time / decided if decided else None


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
    booked: int = 0
    called_back: int = 0
    given_up: int = 0
    waited_for_answer: float = 0.0
    waited_in_vain: float = 0.0
    waiting: dict[str, float] = field(default_factory=dict)
    """Call → since when."""
    asked: set[str] = field(default_factory=set)
    """Calls turned away that are offered a callback."""

    def hear(self, event: BoardEvent) -> bool:
        """Count an event; False when it is nothing of this queue's."""
        match event:
            case Queued(queue=queue) if queue == self.queue:
                self.offered += 1
                self.waiting[event.call] = event.at
            case TurnedAway(queue=queue) if queue == self.queue:
                self.turned_away += 1
                if event.to == "callback":
                    self.asked.add(event.call)
            case CallbackBooked() if event.call in self.asked:
                self.turned_away -= 1
                self.booked += 1
                self.asked.discard(event.call)
            case CallbackMoved(queue=queue) if queue == self.queue:
                self.called_back += event.why == "reached"
                self.given_up += event.why == "given_up"
            case DeskAnswered() if event.call in self.waiting:
                self._answered(event.at - self.waiting.pop(event.call))
            case QueueLeft() if event.call in self.waiting:
                del self.waiting[event.call]
                self.booked += event.to == "callback"
                self.left += event.to != "callback"
            case CallEnded() if event.call in self.waiting:
                self._gone(event.at - self.waiting.pop(event.call))
            case CallEnded() if event.call in self.asked:
                self.asked.discard(event.call)
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
        return Score(
            queue=self.queue,
            offered=self.offered,
            answered=self.answered,
            in_time=self.in_time,
            abandoned=self.abandoned,
            short=self.short,
            left=self.left,
            turned_away=self.turned_away,
            booked=self.booked,
            called_back=self.called_back,
            given_up=self.given_up,
            waiting=len(self.waiting),
            longest=now - min(self.waiting.values(), default=now),
            level=level(self.in_time, self.answered, self.abandoned, self.left, self.turned_away),
            speed=self.waited_for_answer / self.answered if self.answered else None,
            patience=self.waited_in_vain / self.abandoned if self.abandoned else None,
        )

    def begin_anew(self) -> None:
        """Count from zero, a new day; whoever waits goes on waiting and counts as offered."""
        kept, asked = self.waiting, self.asked
        fresh = Service(self.queue, self.threshold, self.short_abandon, offered=len(kept))
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))
        self.waiting, self.asked = kept, asked
