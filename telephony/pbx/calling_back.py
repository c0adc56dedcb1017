"""One try to call somebody back: an agent's telephone rings first, then the caller's, then it is a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from telephony import events as say
from telephony.errors import NoPortLeft
from telephony.events import Party as Who
from telephony.pbx import booking, opening, outing, ringing, telephones
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call
from telephony.pbx.callback import Callback, CallbackState, CallbackStep
from telephony.pbx.desk import Activity, Desk, Step
from telephony.pbx.errors import NotNow
from telephony.pbx.events import (
    CallEnded,
    CallStarted,
    DeskMissed,
    DeskOffered,
    DeskRang,
)
from telephony.pbx.leg import Leg
from telephony.pbx.party import Role
from telephony.pbx.plan import BoardPlan
from telephony.pbx.queue import Queue
from telephony.pbx.results import Result
from telephony.pbx.ringing import GRACE
from telephony.pbx.sound import Scene, Sound, Voice
from telephony.pbx.stages import Turn
from telephony.pbx.talk import hear
from telephony.pbx.trunk import Source
from telephony.pbx.trunk_events import OutsideRang
from telephony.pbx.works import Works

ALARMS: Final = ("ring", "guard")
STEPS: Final = {Activity.OFFERED: Step.WITHDRAW, Activity.TALKING: Step.RELEASE}


@dataclass(slots=True, eq=False)
class Try:
    """It owns the legs until the caller answers; then a call of the same id does."""

    id: str
    works: Works
    plan: BoardPlan
    callback: Callback
    queue: Queue
    desk: Desk
    sound: Sound
    ringing: dict[str, Leg] = field(default_factory=dict)
    """The agent's telephones."""
    seat: Leg | None = None
    customer: Leg | None = None
    began: float = 0.0
    missed: int = 0
    """Rings in a row that the desk had let pass before it answered this one."""

    # ── an owner of legs ─────────────────────────────────────────────────────

    def hear(self, leg: Leg, event: say.CallEvent, now: float) -> None:
        """Act on what one of its legs said."""
        match event:
            case say.Ringing() if leg is self.customer:
                self.works.emit(OutsideRang(self.id, now, leg.number, leg.trunk))
            case say.Ringing() if leg.name in self.ringing:
                self.works.emit(DeskRang(self.id, now, self.desk.extension))
            case say.Connected() if leg is self.customer:
                self._reached(leg, now)
            case say.Connected() if leg.name in self.ringing and self.seat is None:
                self._agent_there(leg, now)
            case say.Failed() | say.Ended():
                self._gone(leg, event, now)
            case say.Said():
                self.works.legs.take_words(event, now, taken=event.spoken)

    def due(self, kind: str, now: float) -> None:
        """Nobody answered in time."""
        if self.seat is None:
            self._agent_missed("no_answer", now)
        else:
            self._not_reached("no_answer", now)

    def played(self, source: str, at: float, now: float) -> None:
        """Nothing but ring-back is played, and that goes round and round."""

    def end(self, why: Result, by: Who, now: float) -> None:
        """Leave nothing of it; the callback keeps its place."""
        self._close(why, by, now)
        if self.callback.state in (CallbackState.RINGING, CallbackState.DIALLING):
            self._to_line("agent_missed", now)

    # ── what happens ─────────────────────────────────────────────────────────

    def _agent_there(self, leg: Leg, now: float) -> None:
        works, seconds = self.works, self.queue.plan.callback.ring_seconds
        del self.ringing[leg.name]
        self._hush(now)
        self.seat, self.missed = leg, self.desk.missed
        works.move(self.desk, Step.ANSWER, now, owner=self.id, seconds=seconds + 2 * GRACE)
        booking.move(works, self.callback, CallbackStep.ANSWER, "agent_answered", now,
                     self.desk.extension)  # fmt: skip
        found = outing.leave(
            works, self.id, self.callback.number, now,
            shows=outing.Shows(self.queue.plan.shows), headers=[("X-Lab-Call", self.id)],
            line=self.callback.line,
        )  # fmt: skip
        if isinstance(found, outing.NoWay):
            return self._not_reached(found.why, now)
        self.customer = found
        works.alarms.set(("ring", self.id), now + seconds)
        voices = [Voice(leg.name, Role.CALLER)]
        self.sound.show(Scene.RINGBACK, voices, customer=leg.name)
        return None

    def _reached(self, leg: Leg, now: float) -> None:
        """The caller is there: from here on it is a call like any other of the queue."""
        works, seat = self.works, self.seat
        assert seat is not None
        self._forget()
        leg.side = "caller"
        trunk = self.plan.trunk(leg.trunk)
        line = trunk.line if trunk else self.callback.line
        source = Source(self.callback.number, "", line, trunk=leg.trunk)
        call = Call(self.id, works, self.plan, source, self.callback.number, leg, self.sound,
                    hear, opening.DUE, opening.MANNERS)  # fmt: skip
        works.calls[self.id] = call
        call.turn(Turn.DIAL)
        call.turn(Turn.ANSWER)
        call.queue, call.callee = self.queue, seat
        call.queued_at = call.ring_began = self.began
        call.answered_at = call.talk_began = now
        call.wake("guard", now + call.plan.longest_talk + GRACE)
        works.prolong(self.desk, now + call.plan.longest_talk)
        booking.move(works, self.callback, CallbackStep.REACH, "reached", now, self.desk.extension)
        ringing.open_talk(call, seat, now)
        call.show()

    def _gone(self, leg: Leg, event: say.Failed | say.Ended, now: float) -> None:
        if not leg.gone:
            self.works.legs.hang_up(leg, now)
        if leg is self.customer:
            status = event.status if isinstance(event, say.Failed) else 480
            self._not_reached(ringing.REASONS.get(status, f"sip_{status}"), now)
        elif leg is self.seat:
            self.desk.missed = self.missed + 1
            self._shun(now)
            self._not_taken("agent_left", "hung_up", now)
        elif self.ringing.pop(leg.name, None) and not self.ringing and self.seat is None:
            status = event.status if isinstance(event, say.Failed) else 480
            self._agent_missed(ringing.REASONS.get(status, f"sip_{status}"), now)

    def _agent_missed(self, why: str, now: float) -> None:
        self._hush(now)
        if self.desk.owner == self.id:
            self.works.move(self.desk, Step.DECLINE, now)
        self._not_taken(why, "unreached", now)

    def _not_taken(self, why: str, ended: Result, now: float) -> None:
        """The agent did not take it, or left before the caller was there: either is an unanswered ring."""
        works, desk = self.works, self.desk
        works.emit(DeskMissed(self.id, now, desk.extension, now - self.began, why))
        self._close(ended, "callee", now)
        works.rest(desk, self.queue.plan.rest_seconds, now)
        works.pause(desk, self.queue, now)
        self._to_line("agent_missed", now)

    def _shun(self, now: float) -> None:
        """Let the caller's telephone not ring again for nothing: another desk is to take this callback."""
        place = self.callback.place
        place.shuns[self.desk.extension] = now + self.queue.plan.callback.interval
        wake_for_shunned(self.works, self.callback, now)

    def _not_reached(self, why: str, now: float) -> None:
        """The caller did not answer: later again, or never more."""
        works, callback, plan = self.works, self.callback, self.queue.plan.callback
        self._close("not_reached", "caller", now)
        callback.tries += 1  # An agent who leaves while it rings costs the caller none.
        self.queue.offered.discard(callback.id)
        if callback.tries >= plan.tries:
            return booking.move(works, callback, CallbackStep.END, "given_up", now)
        callback.place.away = True
        works.alarms.set(("callback", callback.id), now + plan.interval)
        return booking.move(works, callback, CallbackStep.FAIL, f"not_reached:{why}", now)

    # ── small words ──────────────────────────────────────────────────────────

    def _to_line(self, why: str, now: float) -> None:
        self.queue.offered.discard(self.callback.id)
        booking.move(self.works, self.callback, CallbackStep.MISS, why, now, self.desk.extension)
        self.works.match_due = True

    def _hush(self, now: float) -> None:
        """Stop the agent's other telephones."""
        for leg in self.ringing.values():
            self.works.legs.hang_up(leg, now)
        self.ringing.clear()

    def _forget(self) -> None:
        self.works.rooms.pop(self.id, None)
        for kind in ALARMS:
            self.works.alarms.cancel((kind, self.id))

    def _close(self, why: Result, by: Who, now: float) -> None:
        """Let go of every leg and of the desk."""
        self._hush(now)
        for leg in (self.seat, self.customer):
            if leg and not leg.gone:
                self.works.legs.hang_up(leg, now)
        if self.desk.owner == self.id and (step := STEPS.get(self.desk.activity)):
            self.works.move(self.desk, step, now)
        self.sound.close(now)
        self._forget()
        self.works.emit(CallEnded(self.id, now, why, by))


def offer(works: Works, callback: Callback, desk: Desk, now: float) -> None:
    """It is this one's turn: reserve a desk and ring its telephones."""
    queue, plan, name = works.queues[callback.queue], works.plan, works.entropy(8).hex()
    sound = Sound(name, works.media, plan.clip, works.emit, lang=callback.lang)
    attempt = Try(name, works, plan, callback, queue, desk, sound, began=now)
    works.rooms[name] = attempt
    callback.try_id = name
    queue.offered.add(callback.id)
    booking.move(works, callback, CallbackStep.OFFER, "offered", now, desk.extension)
    seconds = queue.plan.ring_seconds
    works.move(desk, Step.OFFER, now, owner=name, seconds=seconds + GRACE)
    number = callback.number
    works.emit(CallStarted(name, now, number, number, callback.line, callback=callback.id))
    works.emit(DeskOffered(name, now, desk.extension, callback.queue, now - callback.place.since))
    works.alarms.set(("ring", name), now + seconds)
    lines = [("X-Lab-Call", name), ("X-Lab-Line", callback.line)]
    sender = f"<sip:{callback.number}@{plan.realm}>"
    try:
        for leg in telephones.call_all(
            works, name, desk, now, from_=sender, headers=lines, line=callback.line,
            prompt=telephones.CUSTOMER,
        ):  # fmt: skip
            attempt.ringing[leg.name] = leg
    except NoPortLeft:
        works.emit(alarm(now, "no_rtp_port", name))
    except NotNow:
        pass
    if not attempt.ringing:
        attempt.due("ring", now)


def wake_for_shunned(works: Works, callback: Callback, now: float) -> None:
    """Look again when the next desk may take this callback that left it before."""
    if (until := callback.place.next_free(now)) is not None:
        works.alarms.set(("callback", callback.id), until)


def rested(works: Works, name: str, now: float) -> None:
    """Time to try again."""
    callback = works.callbacks.get(name)
    if callback is None:
        return
    callback.place.away = False
    works.match_due = True
    if callback.state is CallbackState.RESTING:
        booking.move(works, callback, CallbackStep.WAKE, "again", now)
    wake_for_shunned(works, callback, now)
