"""The floor as it is now: desks, calls, cards, alarms; what wallboards and seats show.

Whoever changes it calls a verb here; the verb keeps the state and publishes the event to those who
may see it: a student sees the own desk and the own calls, an instructor everything.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from classroom.bus import Bus, Note
from classroom.door.customers import CustomerChanged, CustomerShown
from classroom.door.letters import LettersWaiting
from classroom.door.queues import QueueChanged
from classroom.door.wire import (
    Alarm,
    CallCard,
    CallChanged,
    CallSummary,
    Caption,
    CardPopped,
    DeskChanged,
    DeskState,
    FloorEvent,
    Graded,
    Role,
    Scorecard,
    ScriptStep,
    StepsChanged,
)

ALARMS = 50
CAPTIONS = 400
OVER = ("graded", "ended", "broken_off", "abandoned")


class Floor:
    """The live state of one classroom."""

    def __init__(
        self,
        bus: Bus[FloorEvent],
        resting: frozenset[str] = frozenset(),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._bus, self._resting, self._wall = bus, resting, wall
        self.desks: dict[str, DeskState] = {}
        self.calls: dict[str, CallSummary] = {}
        """Calls that are not over."""
        self.queues: dict[str, QueueChanged] = {}
        self.letters = 0
        """How many wait."""
        self.alarms: deque[str] = deque(maxlen=ALARMS)
        self._owners: dict[str, str] = {}
        self._handlers: dict[str, set[str]] = {}
        """Every desk that has talked in the call."""
        self._cards: dict[str, CardPopped] = {}
        self._customers: dict[str, CustomerShown] = {}
        self._steps: dict[str, list[ScriptStep]] = {}
        self._captions: dict[str, deque[Caption]] = {}

    # ── verbs ────────────────────────────────────────────────────────────────

    def set_desk(self, desk: DeskState) -> None:
        """A desk changed; the school says which reasons count as break."""
        rest = desk.duty == "break" and desk.reason in self._resting
        desk = desk.model_copy(update={"rest": rest})
        self.desks[desk.extension] = desk
        self._tell(DeskChanged(desk=desk, at=self._wall()), desk.extension)

    def set_call(self, call: CallSummary, extension: str) -> None:
        """A call's row changed; ``extension`` is its desk, empty while it has none."""
        if extension:
            self._owners[call.call_id] = extension
            if call.state != "ringing":
                self._handlers.setdefault(call.call_id, set()).add(extension)
        if call.state in OVER:
            self._forget(call.call_id)
        else:
            self.calls[call.call_id] = call
        self._tell(CallChanged(call=call), extension or None)

    def pop(self, extension: str, card: CallCard) -> None:
        """A call is offered to this desk."""
        self._owners[card.call_id] = extension
        self._cards[card.call_id] = CardPopped(extension=extension, card=card)
        self._steps[card.call_id] = card.steps
        self._tell(self._cards[card.call_id], extension)

    def show_customer(self, shown: CustomerShown) -> None:
        """A desk sees the customer of its call."""
        if shown.call_id in self.calls:
            self._customers[shown.call_id] = shown
            self._tell(shown, shown.extension)

    def customer_changed(self, changed: CustomerChanged) -> None:
        """A customer's record was changed."""
        self._tell(changed, None)

    def caption(self, caption: Caption) -> None:
        """Somebody said something."""
        if caption.call_id in self.calls:
            said = self._captions.setdefault(caption.call_id, deque(maxlen=CAPTIONS))
            same = (last for last in said if last.speaking and last.at == caption.at)
            if begun := next((last for last in same if last.who == caption.who), None):
                said.remove(begun)
            said.append(caption)
        self._tell(caption, self._owners.get(caption.call_id))

    def set_steps(self, call_id: str, steps: list[ScriptStep]) -> None:
        """The script pane moved on."""
        self._steps[call_id] = steps
        self._tell(StepsChanged(call_id=call_id, steps=steps), self._owners.get(call_id))

    def graded(self, call_id: str, extension: str, scorecard: Scorecard) -> None:
        """A call has its scorecard."""
        event = Graded(call_id=call_id, extension=extension, scorecard=scorecard)
        self._tell(event, extension)

    def set_queue(self, changed: QueueChanged) -> None:
        """A queue's figures changed."""
        self.queues[changed.queue.name] = changed
        self._tell(changed, None)

    def set_letters(self, waiting: int) -> None:
        """Another number of letters waits; every desk shows it."""
        if waiting != self.letters:
            self.letters = waiting
            self._bus.publish(Note(LettersWaiting(waiting=waiting), everybody=True))

    def alarm(self, text: str) -> None:
        """Something an instructor must know."""
        self.alarms.append(text)
        self._tell(Alarm(text=text), None)

    # ── questions ────────────────────────────────────────────────────────────

    def owner(self, call_id: str) -> str | None:
        """The desk of a call that is not over."""
        return self._owners.get(call_id)

    def handled(self, call_id: str, extension: str | None) -> bool:
        """Say whether this desk has, or has had, a call that is not over."""
        if extension is None:
            return False
        return extension == self.owner(call_id) or extension in self._handlers.get(call_id, ())

    def popped(self, call_id: str) -> bool:
        """Say whether a desk was shown this call."""
        return call_id in self._cards

    def snapshot(
        self,
        role: Role,
        extension: str | None,
        charge: frozenset[str] = frozenset(),
        queues: frozenset[str] = frozenset(),
    ) -> list[FloorEvent]:
        """Everything that matters now, for one who has just come (back) in."""
        notes: list[Note[FloorEvent]] = [
            Note(DeskChanged(desk=desk, at=self._wall()), desk.extension)
            for desk in self.desks.values()
        ]
        for call_id, call in self.calls.items():
            owner = self._owners.get(call_id)
            notes.append(Note(CallChanged(call=call), owner))
            if card := self._cards.get(call_id):
                now = card.card.model_copy(update={"steps": self._steps.get(call_id, [])})
                notes.append(Note(card.model_copy(update={"card": now}), owner))
            if customer := self._customers.get(call_id):
                notes.append(Note(customer, customer.extension))
            notes += [Note(said, owner) for said in self._captions.get(call_id, ())]
        notes += [Note(changed) for changed in self.queues.values()]
        notes += [Note(Alarm(text=text)) for text in self.alarms]
        notes += [Note(LettersWaiting(waiting=self.letters), everybody=True)] * bool(self.letters)
        return [note.event for note in notes if may_see(note, role, extension, charge, queues)]

    def _forget(self, call_id: str) -> None:
        shelves = (self.calls, self._owners, self._handlers, self._cards, self._steps)
        for shelf in (*shelves, self._customers, self._captions):
            shelf.pop(call_id, None)

    def _tell(self, event: FloorEvent, extension: str | None) -> None:
        self._bus.publish(Note(event, extension))


def may_see(
    note: Note[FloorEvent],
    role: Role,
    extension: str | None,
    charge: frozenset[str] = frozenset(),
    queues: frozenset[str] = frozenset(),
) -> bool:
    """Say whether this person may see this note.

    A student who leads others has the desks of ``charge``, which serve in ``queues``.
    """
    if role != "student" or note.everybody:
        return True
    if note.extension is not None and note.extension == extension:
        return True
    return bool(charge) and _of_charge(note, charge, queues)


def _of_charge(note: Note[FloorEvent], charge: frozenset[str], queues: frozenset[str]) -> bool:
    """Say whether it is what one watches over others: their work and queues, not their marks."""
    match note.event:
        case DeskChanged() | Caption():
            return note.extension in charge
        case CallChanged(call=call):
            return note.extension in charge and call.score is None
        case QueueChanged(queue=queue):
            return queue.name in queues
    return False
