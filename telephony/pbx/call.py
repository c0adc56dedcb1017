"""One call on the board: two ends, whoever has joined them, and a stage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from telephony.events import CallEvent
from telephony.events import Party as Who
from telephony.pbx.desk import Activity, Desk, Step
from telephony.pbx.events import BoardEvent, CallEnded, Held, Resumed, TalkEnded
from telephony.pbx.forwards import Path
from telephony.pbx.ivr import Visit
from telephony.pbx.leg import Leg
from telephony.pbx.mailbox import Mail
from telephony.pbx.party import Mode, Party, Role, Transfer
from telephony.pbx.plan import BoardPlan
from telephony.pbx.queue import Queue
from telephony.pbx.results import Result
from telephony.pbx.sound import Scene, Sound, Voice
from telephony.pbx.stages import SCENES, STAGES, TOGETHER, Stage, Turn
from telephony.pbx.trunk import Source
from telephony.pbx.works import Works

RATING_LIMIT: Final = 120.0

Hears: TypeAlias = "Callable[[Call, Leg, CallEvent, float], None]"
Due: TypeAlias = "Callable[[Call, float], None]"
RoleManners: TypeAlias = "Mapping[Role, Manners]"


@dataclass(frozen=True, slots=True)
class Manners:
    """What it means to a call that somebody in a role comes, does not come, or goes."""

    came: Callable[[Call, Party, float], None]
    missed: Callable[[Call, Party, str, float], None]
    """Nobody of those who rang answers; the word is why."""
    left: Callable[[Call, Party, float], None]


@dataclass(slots=True, eq=False)
class Call:
    """A caller, perhaps a callee and others, and what lies between."""

    id: str
    works: Works
    plan: BoardPlan
    """The plan it came in by; a newer one does not touch it."""
    source: Source
    dialled: str
    caller: Leg
    sound: Sound
    hears: Hears
    """What it does when a leg speaks."""
    dues: Mapping[str, Due]
    """What it does when one of its alarms rings."""
    manners: RoleManners
    """What it does when somebody joins or leaves, by role."""
    stage: Stage = STAGES.first
    visit: Visit | None = None
    flow_began: float = 0.0
    flow_left: float = 0.0
    asked: int = 0
    """Look-ups asked for so far; the last one's answer counts."""
    queue: Queue | None = None
    queued_at: float = 0.0
    waited: float = 0.0
    ringing: dict[str, Leg] = field(default_factory=dict)
    """Telephones that ring for it, by leg name."""
    ring_began: float = 0.0
    comes_back: str | None = None
    """The node of its flow to return to when nobody takes it."""
    callee: Leg | None = None
    joined: dict[str, Party] = field(default_factory=dict)
    """Whoever else is in the call or rings to join it, by leg name."""
    muted: set[str] = field(default_factory=set)
    """The legs that nobody hears for now."""
    mail: Mail | None = None
    """What it does at a mailbox."""
    path: Path = field(default_factory=Path)
    """How it was forwarded, and whose wishes count now."""
    holder: Leg | None = None
    held_at: float = 0.0
    comes_from: Transfer | None = None
    """Where it comes back to when nobody takes it after a transfer."""
    transfers: int = 0
    slot: str = ""
    """Where it is parked."""
    parked_by: str = ""
    answered_at: float | None = None
    """When the first agent answered: the zero of its evidence."""
    talk_began: float | None = None
    tapes: int = 0
    """How many recordings were begun."""
    paused_at: float | None = None
    """Since when the recording writes silence."""
    last_extension: str | None = None
    talked: float = 0.0
    talk_ended_by: Who | None = None
    behind: Visit | None = None
    """The flow it came to the queue from, while the caller books a callback."""
    left_by: str = ""
    """The key by which the caller asked for a callback, else why it was offered."""
    been: set[str] = field(default_factory=set)
    """The queues it came to since the caller last pressed a key; none of them is overflowed to."""
    awaits: set[str] = field(default_factory=set)
    """What its alarms are set for; one that rang may still stand here."""

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
        self.awaits.add(kind)
        self.works.alarms.set((kind, self.id), at)

    def sleep(self, kind: str) -> None:
        """Cancel one of the call's alarms; it need not be set."""
        if kind in self.awaits:
            self.awaits.remove(kind)
            self.works.alarms.cancel((kind, self.id))

    def desk_of(self, leg: Leg) -> Desk | None:
        """Find the desk at which a leg's telephone stands."""
        return self.works.desks.get(leg.extension) if leg.extension else None

    def other(self, leg: Leg) -> Leg | None:
        """Find the other end of the talk."""
        return self.callee if leg is self.caller else self.caller

    def inside(self, extension: str) -> Source:
        """Say who dials when one of its agents does."""
        return Source(extension, "", self.source.line, extension=extension)

    @property
    def talking(self) -> bool:
        """The two ends are connected, on hold or not."""
        return self.stage in TOGETHER

    @property
    def extension(self) -> str | None:
        """The desk that answered, or that called somebody outside."""
        return self.callee.extension or self.caller.extension if self.callee else None

    @property
    def customer(self) -> Leg:
        """Whom the call is about: the end outside, or whoever called."""
        dialled_out = self.caller.extension and self.callee and not self.callee.extension
        return self.callee if self.callee and dialled_out else self.caller

    @property
    def early(self) -> Leg | None:
        """The only telephone that rings, if it sends sound already."""
        ringing = list(self.ringing.values())
        alone = self.stage is Stage.DIALLING and len(ringing) == 1 and ringing[0].early
        return ringing[0] if alone else None

    def legs(self) -> Iterator[Leg]:
        """List every leg it owns."""
        yield self.caller
        if self.callee:
            yield self.callee
        yield from list(self.ringing.values())
        yield from [party.leg for party in self.joined.values()]

    def voices(self) -> list[Voice]:
        """List the telephones that have answered, as the matrix sees them."""
        name = self.caller.name
        ends = [] if self.caller.gone else [Voice(name, Role.CALLER, muted=name in self.muted)]
        if self.talking and self.callee and not self.callee.gone:
            name = self.callee.name
            ends.append(Voice(name, Role.CALLEE, muted=name in self.muted))
        elif self.early:
            ends.append(Voice(self.early.name, Role.CALLEE))
        for name, party in self.joined.items():
            if party.leg.answered:
                over = party.over.name if party.over else ""
                ends.append(Voice(name, party.role, party.mode, over, name in self.muted))
        return ends

    def show(self) -> None:
        """Let everybody hear what belongs to the stage."""
        if not (self.caller.answered or self.caller.early or self.caller.gone):
            return
        self.sound.show(
            Scene.EARLY if self.early else SCENES[self.stage],
            self.voices(),
            customer=self.customer.name,
            holder=self.holder.name if self.holder else None,
        )

    # ── an owner of legs ─────────────────────────────────────────────────────

    def hear(self, leg: Leg, event: CallEvent, now: float) -> None:
        """Act on what a leg said, then let everybody hear what belongs to it."""
        self.hears(self, leg, event, now)
        self.show()

    def due(self, kind: str, now: float) -> None:
        """Do what one of its alarms was set for."""
        self.dues[kind](self, now)
        self.show()

    def played(self, source: str, at: float, now: float) -> None:
        """Go on after a prompt."""
        if self.sound.ended(source, at, now):
            self.dues["prompt"](self, now)
        self.show()

    # ── whoever joins ────────────────────────────────────────────────────────

    def join(
        self,
        leg: Leg,
        role: Role,
        now: float,
        *,
        mode: Mode = Mode.LISTEN,
        over: Leg | None = None,
    ) -> Party:
        """Take a leg in besides the two ends; it is heard as its role says once it has answered."""
        leg.call, leg.side = self.id, "guest"
        party = self.joined[leg.name] = Party(leg, role, mode, over, now)
        return party

    def part(self, leg: Leg, now: float) -> None:
        """Let go of somebody who had joined, or rang to join; a desk is free with its last leg."""
        party = self.joined.pop(leg.name, None)
        if party is None:
            return
        if party.acting_since is not None:
            self.emit(party.stop_acting(self.id, now))
        self.muted.discard(leg.name)
        self.works.alarms.cancel(("ringing", leg.name))
        self.works.legs.hang_up(leg, now)
        if not any(other.extension == leg.extension for other in self.legs()):
            self.let_go(leg, now)

    def those(self, role: Role) -> list[Party]:
        """List those who have joined, or ring to join, in this role."""
        return [party for party in self.joined.values() if party.role is role]

    # ── hold ─────────────────────────────────────────────────────────────────

    def hold(self, leg: Leg, now: float, turn: Turn = Turn.HOLD) -> None:
        """One end went on hold; the first holder counts."""
        if not self.may(turn):
            return
        self.turn(turn)
        self.holder, self.held_at = leg, now
        self._move_desk(leg, Step.HOLD, self.plan.longest_hold, now)
        self.emit(Held(self.id, now, leg.side))

    def resume(self, leg: Leg, now: float, turn: Turn = Turn.RESUME) -> None:
        """The holder came back; if the other end holds too, its hold begins now."""
        if leg is not self.holder or not self.may(turn):
            return
        self.turn(turn)
        self.holder = None
        self._move_desk(leg, Step.RESUME, self.plan.longest_talk, now)
        self.emit(Resumed(self.id, now, leg.side, now - self.held_at))
        other = self.other(leg)
        if other and other.state.value == "holding":
            self.hold(other, now)

    def _move_desk(self, leg: Leg, step: Step, seconds: float, now: float) -> None:
        desk, works = self.desk_of(leg), self.works
        if desk is None:
            return
        if step is Step.RESUME and self.id in desk.aside and desk.owner:
            desk.aside.remove(self.id)
            desk.aside.append(desk.owner)
            works.hand(desk, self.id, seconds, now)
        if desk.owner == self.id and desk.may(step):
            works.move(desk, step, now, owner=self.id, seconds=seconds)

    # ── the end ──────────────────────────────────────────────────────────────

    def close_talk(self, by: Who, now: float) -> None:
        """The two are parted: the recording ends, desks are let go."""
        if self.answered_at is None or self.talk_ended_by is not None:
            return
        self.pause_talk(now)
        if self.paused_at is not None:
            self.dues["pause"](self, now)
        self.talk_ended_by = by
        self.sound.stop_recording(now)
        if self.queue:
            self.queue.learn(self.talked)
        self.emit(
            TalkEnded(
                call=self.id,
                at=now,
                extension=self.extension or self.last_extension,
                by=by,
                talked=self.talked,
                queue_log="COMPLETECALLER" if by == "caller" else "COMPLETEAGENT",
            )
        )
        for party in list(self.joined.values()):
            self.part(party.leg, now)
        if self.callee:
            self.works.legs.hang_up(self.callee, now)
            self.let_go(self.callee, now, wrap=True)

    def pause_talk(self, now: float) -> None:
        """An agent leaves: what was talked so far is counted."""
        if self.talk_began is not None:
            self.talked += now - self.talk_began
            self.talk_began = None
        for leg in (self.caller, self.callee):
            if leg and leg.extension and leg is not self.customer:
                self.last_extension = leg.extension

    def end(self, why: Result, by: Who, now: float, *, status: int = 0) -> None:
        """Nothing is left of the call after this, whatever it was doing."""
        if self.stage is Stage.ENDED:
            return
        place = self.queue.waiting.get(self.id) if self.queue else None
        position = self.queue.position(self.id) if self.queue else 0
        self.withdraw(now)
        writes = self.talk_began is not None
        self.close_talk(by, now)
        for party in list(self.joined.values()):
            self.part(party.leg, now)
        self.leave_queue(now)
        self.turn(Turn.END)
        self.works.legs.hang_up(self.caller, now, status=status)
        self.let_go(self.caller, now, wrap=writes)
        self.sound.close(now)
        for kind in list(self.awaits):
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
                queue_log="ABANDON" if place else "",
                queue=self.queue.plan.name if self.queue else "",
                position=position,
                first_position=place.first_position if place else 0,
            )
        )

    def leave_queue(self, now: float) -> None:
        """Give up the place in the line."""
        if self.queue and self.id in self.queue.waiting:
            self.waited = now - self.queued_at
            self.queue.leave(self.id)
        for kind in ("wait", "position", "change"):
            self.sleep(kind)

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

    def _is_written_up(self) -> bool:
        if self.queue or self.source.trunk:
            return True
        return self.plan.wrap_calls_out and not self.customer.extension

    def let_go(self, leg: Leg, now: float, *, wrap: bool = False) -> None:
        """Free the desk of a leg that has left; an outside customer's agent has something to write."""
        if desk := self.desk_of(leg):
            wrap = wrap and leg is not self.customer and self._is_written_up()
            self.works.release(desk, self.id, now, wrap=wrap, queue=self.queue)
