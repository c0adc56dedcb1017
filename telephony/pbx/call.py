"""One call on the board: two ends, a stage, and the table of what may happen when."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from telephony.events import Party
from telephony.machine import Machine
from telephony.pbx.desk import Activity, Desk, Step
from telephony.pbx.events import BoardEvent, CallEnded, Held, Resumed, Side, TalkEnded
from telephony.pbx.ivr import Visit
from telephony.pbx.leg import Leg
from telephony.pbx.plan import BoardPlan
from telephony.pbx.queue import Queue
from telephony.pbx.sound import Scene, Sound
from telephony.pbx.trunk import Source
from telephony.pbx.works import CALL_ALARMS, Works


class Stage(Enum):
    """Where a call is."""

    ARRIVED = "arrived"
    """Let in, not yet sent anywhere."""
    FLOW = "flow"
    """The caller is answered by a menu or an announcement."""
    QUEUED = "queued"
    OFFERED = "offered"
    """Still waiting, while a desk's telephone rings for it."""
    DIALLING = "dialling"
    """One extension rings for it."""
    TALKING = "talking"
    HOLDING = "holding"
    RATING = "rating"
    """The agent hung up; the caller is asked to rate."""
    ENDED = "ended"


class Turn(Enum):
    """What can happen to a call."""

    ENTER = "enter"
    QUEUE = "queue"
    OFFER = "offer"
    DIAL = "dial"
    MISS = "miss"
    """Nobody took it where it rang."""
    GIVE_UP = "give_up"
    """It waited too long."""
    ANSWER = "answer"
    HOLD = "hold"
    RESUME = "resume"
    RATE = "rate"
    END = "end"


STAGES: Final = Machine(
    "call",
    Stage.ARRIVED,
    {
        (Stage.ARRIVED, Turn.ENTER): Stage.FLOW,
        (Stage.ARRIVED, Turn.DIAL): Stage.DIALLING,
        (Stage.FLOW, Turn.QUEUE): Stage.QUEUED,
        (Stage.FLOW, Turn.DIAL): Stage.DIALLING,
        (Stage.QUEUED, Turn.OFFER): Stage.OFFERED,
        (Stage.QUEUED, Turn.GIVE_UP): Stage.FLOW,
        (Stage.OFFERED, Turn.MISS): Stage.QUEUED,
        (Stage.OFFERED, Turn.GIVE_UP): Stage.FLOW,
        (Stage.OFFERED, Turn.ANSWER): Stage.TALKING,
        (Stage.DIALLING, Turn.ANSWER): Stage.TALKING,
        (Stage.DIALLING, Turn.GIVE_UP): Stage.FLOW,
        (Stage.TALKING, Turn.HOLD): Stage.HOLDING,
        (Stage.HOLDING, Turn.RESUME): Stage.TALKING,
        (Stage.TALKING, Turn.RATE): Stage.RATING,
        (Stage.HOLDING, Turn.RATE): Stage.RATING,
    }
    | {(stage, Turn.END): Stage.ENDED for stage in Stage if stage is not Stage.ENDED},
)

SCENES: Final = {
    Stage.ARRIVED: Scene.SILENCE,
    Stage.FLOW: Scene.PROMPTS,
    Stage.QUEUED: Scene.MUSIC,
    Stage.OFFERED: Scene.MUSIC,
    Stage.DIALLING: Scene.RINGBACK,
    Stage.TALKING: Scene.TALK,
    Stage.HOLDING: Scene.HOLD,
    Stage.RATING: Scene.PROMPTS,
    Stage.ENDED: Scene.SILENCE,
}
"""What is heard at each stage."""

RATING_LIMIT: Final = 120.0


@dataclass(slots=True, eq=False)
class Call:
    """A caller, perhaps a callee, and what lies between."""

    id: str
    works: Works
    plan: BoardPlan
    """The plan it came in by; a newer one does not touch it."""
    source: Source
    dialled: str
    caller: Leg
    sound: Sound
    stage: Stage = STAGES.first
    visit: Visit | None = None
    queue: Queue | None = None
    queued_at: float = 0.0
    waited: float = 0.0
    ringing: dict[str, Leg] = field(default_factory=dict)
    """Telephones that ring for it, by leg name."""
    ring_began: float = 0.0
    comes_back: str | None = None
    """The node of its flow to return to when nobody takes it."""
    callee: Leg | None = None
    holder: Leg | None = None
    held_at: float = 0.0
    answered_at: float | None = None
    talked: float = 0.0
    talk_ended_by: Party | None = None

    # ── small words ──────────────────────────────────────────────────────────

    def turn(self, turn: Turn) -> None:
        """Go to the next stage by the table."""
        self.stage = STAGES.step(self.stage, turn)

    def may(self, turn: Turn) -> bool:
        """Say whether the table allows this now."""
        return STAGES.allows(self.stage, turn)

    def emit(self, event: BoardEvent) -> None:
        """Tell the house."""
        self.works.emit(event)

    def wake(self, kind: str, at: float) -> None:
        """Set one of the call's alarms."""
        self.works.alarms.set((kind, self.id), at)

    def sleep(self, kind: str) -> None:
        """Cancel one of the call's alarms."""
        self.works.alarms.cancel((kind, self.id))

    def desk_of(self, leg: Leg) -> Desk | None:
        """Find the desk at which a leg's telephone stands."""
        return self.works.desks.get(leg.extension) if leg.extension else None

    def other(self, leg: Leg) -> Leg | None:
        """Find the other end of the talk."""
        return self.callee if leg is self.caller else self.caller

    @property
    def talking(self) -> bool:
        """The two are connected, on hold or not."""
        return self.stage in (Stage.TALKING, Stage.HOLDING)

    @property
    def extension(self) -> str | None:
        """The desk that answered."""
        return self.callee.extension if self.callee else None

    def show(self) -> None:
        """Let everybody hear what belongs to the stage."""
        scene = SCENES[self.stage]
        if not self.caller.answered and self.stage is not Stage.ENDED:
            return
        callee = self.callee.name if self.talking and self.callee else None
        holder = self.holder.name if self.holder else None
        self.sound.show(scene, self.caller.name, callee, holder)

    # ── hold ─────────────────────────────────────────────────────────────────

    def hold(self, leg: Leg, now: float) -> None:
        """One end went on hold; the first holder counts."""
        if not self.may(Turn.HOLD):
            return
        self.turn(Turn.HOLD)
        self.holder, self.held_at = leg, now
        self._move_desk(leg, Step.HOLD, self.plan.longest_hold, now)
        self.emit(Held(self.id, now, leg.side))

    def resume(self, leg: Leg, now: float) -> None:
        """The holder came back; if the other end holds too, its hold begins now."""
        if leg is not self.holder or not self.may(Turn.RESUME):
            return
        self.turn(Turn.RESUME)
        self.holder = None
        self._move_desk(leg, Step.RESUME, self.plan.longest_talk, now)
        self.emit(Resumed(self.id, now, leg.side, now - self.held_at))
        other = self.other(leg)
        if other and other.state.value == "holding":
            self.hold(other, now)

    def _move_desk(self, leg: Leg, step: Step, seconds: float, now: float) -> None:
        desk = self.desk_of(leg)
        if desk and desk.owner == self.id and desk.may(step):
            self.works.move(desk, step, now, owner=self.id, seconds=seconds)

    # ── the end ──────────────────────────────────────────────────────────────

    def close_talk(self, by: Party, now: float) -> None:
        """The two are parted: the recording ends, desks are let go."""
        if self.answered_at is None or self.talk_ended_by is not None:
            return
        self.talked = now - self.answered_at
        self.talk_ended_by = by
        self.sound.stop_recording()
        if self.queue:
            self.queue.learn(self.talked)
        self.emit(
            TalkEnded(
                call=self.id,
                at=now,
                extension=self.extension,
                by=by,
                talked=self.talked,
                queue_log="COMPLETECALLER" if by == "caller" else "COMPLETEAGENT",
            )
        )
        if self.callee:
            self.works.legs.hang_up(self.callee, now)
            self._let_go(self.callee, now)

    def end(self, why: str, by: Party, now: float, *, status: int = 0) -> None:
        """Nothing is left of the call after this, whatever it was doing."""
        if self.stage is Stage.ENDED:
            return
        abandoned = self.stage in (Stage.QUEUED, Stage.OFFERED)
        self.withdraw(now)
        self.close_talk(by, now)
        self.leave_queue(now)
        self.turn(Turn.END)
        self.works.legs.hang_up(self.caller, now, status=status)
        self._let_go(self.caller, now)
        self.sound.close(now)
        for kind in CALL_ALARMS:
            self.sleep(kind)
        self.works.calls.pop(self.id, None)
        self.emit(
            CallEnded(
                call=self.id,
                at=now,
                why=why,
                by=self.talk_ended_by or by,
                status=status,
                talked=self.talked,
                waited=self.waited,
                queue_log="ABANDON" if abandoned else "",
            )
        )

    def leave_queue(self, now: float) -> None:
        """Give up the place in the line."""
        if self.queue and self.id in self.queue.waiting:
            self.waited = now - self.queued_at
            self.queue.leave(self.id)
        self.sleep("wait")
        self.sleep("position")

    def withdraw(self, now: float) -> None:
        """Stop every telephone that rings for this call; their desks are not to blame."""
        for leg in list(self.ringing.values()):
            self.works.legs.hang_up(leg, now)
            self.let_ring(leg, Step.WITHDRAW, now)
        self.ringing.clear()
        self.sleep("ring")

    def let_ring(self, leg: Leg, step: Step, now: float) -> Desk | None:
        """Take one telephone off the call; its desk moves when its last telephone is off."""
        self.ringing.pop(leg.name, None)
        desk = self.desk_of(leg)
        if desk is None or desk.owner != self.id or desk.activity is not Activity.OFFERED:
            return None
        if any(other.extension == leg.extension for other in self.ringing.values()):
            return None
        self.works.move(desk, step, now)
        return desk

    def _let_go(self, leg: Leg, now: float) -> None:
        desk = self.desk_of(leg)
        if desk is None or desk.owner != self.id:
            return
        if leg.side == "callee" and (self.queue or self.source.trunk):
            self.works.wrap(desk, now)
        else:
            self.works.free(desk, now)

    def side_of(self, name: str) -> Side | None:
        """Say which end a leg of this call is."""
        if name == self.caller.name:
            return "caller"
        return "callee" if self.callee and name == self.callee.name else None
