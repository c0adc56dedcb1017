"""A conference: any number of telephones that hear each other, the loudest few at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from telephony import events as say
from telephony.media.control import LimitSpeakers
from telephony.pbx.conference_events import (
    ConferenceEnded,
    MemberJoined,
    MemberLeft,
    MemberMissed,
)
from telephony.pbx.desk import Activity, Step
from telephony.pbx.leg import Leg
from telephony.pbx.results import Result
from telephony.pbx.ringing import GRACE, REASONS
from telephony.pbx.sound import Rows, Sound
from telephony.pbx.works import Works

EMPTY_SECONDS: Final = 120.0
"""So long a conference waits for its first member, or for the next after the last has left."""


@dataclass(slots=True, eq=False)
class Member:
    """One telephone of a conference, or one that rings for it."""

    leg: Leg
    number: str
    muted: bool = False
    away: bool = False
    """It put the conference on hold: it hears and says nothing, and no music of its own is heard."""

    @property
    def speaks(self) -> bool:
        """Say whether the others hear it."""
        return self.leg.answered and not self.muted and not self.away


@dataclass(slots=True, eq=False)
class Conference:
    """An owner of legs whose rows all point at the others."""

    id: str
    name: str
    works: Works
    chair: str
    sound: Sound
    began: float
    members: dict[str, Member] = field(default_factory=dict)
    """By leg name, ringing ones too."""
    locked: bool = False
    most: int = 0
    over: bool = False

    # ── who is in it ─────────────────────────────────────────────────────────

    def legs(self) -> Iterator[Leg]:
        """List every leg it owns."""
        yield from [member.leg for member in self.members.values()]

    def present(self) -> list[Member]:
        """List those who have stepped in."""
        return [member for member in self.members.values() if member.leg.answered]

    def of(self, number: str) -> list[Member]:
        """List the telephones of one member."""
        return [member for member in self.members.values() if member.number == number]

    def rings(self, leg: Leg, number: str, seconds: float, now: float) -> None:
        """A telephone rings for the conference."""
        leg.call, leg.side = self.id, "guest"
        self.members[leg.name] = Member(leg, number)
        self.works.alarms.set(("ringing", leg.name), now + seconds)
        self.works.alarms.cancel(("empty", self.id))

    def steps_in(self, leg: Leg, number: str, now: float) -> None:
        """A telephone is in; the other telephones of the same number stop ringing."""
        self.works.alarms.cancel(("ringing", leg.name))
        self.works.alarms.cancel(("empty", self.id))
        self.members.setdefault(leg.name, Member(leg, number))
        for other in self.of(number):
            if other.leg is not leg and not other.leg.answered:
                self.drop(other, now)
        desk = self.works.desks.get(leg.extension or "")
        if desk and desk.owner == self.id and desk.activity is Activity.OFFERED:
            seconds = self.works.plan.calls.longest_conference + GRACE
            self.works.move(desk, Step.ANSWER, now, owner=self.id, seconds=seconds)
        here = len(self.present())
        self.most = max(self.most, here)
        self.works.emit(MemberJoined(self.id, now, number, here))
        self._announce("conference.joined", now)

    def drop(self, member: Member, now: float) -> None:
        """Take a telephone off; a desk is free with its last one."""
        leg = member.leg
        self.members.pop(leg.name, None)
        self.works.alarms.cancel(("ringing", leg.name))
        self.works.legs.hang_up(leg, now)
        desk = self.works.desks.get(leg.extension or "")
        if desk and not self.of(member.number):
            self.works.release(desk, self.id, now, wrap=False)
        if not self.members and not self.over:
            self.works.alarms.set(("empty", self.id), now + EMPTY_SECONDS)

    def steps_out(self, member: Member, why: str, now: float) -> None:
        """A member is gone."""
        self.drop(member, now)
        self.works.emit(MemberLeft(self.id, now, member.number, len(self.present()), why))
        self._announce("conference.left", now)

    def _announce(self, key: str, now: float) -> None:
        if self.works.plan.calls.conference_tones and self.works.plan.clip(key):
            self.sound.tell((key,), now, to=tuple(m.leg.name for m in self.present()))

    # ── an owner of legs ─────────────────────────────────────────────────────

    def hear(self, leg: Leg, event: say.CallEvent, now: float) -> None:
        """Act on what a telephone said."""
        member = self.members.get(leg.name)
        if member is None:
            return
        match event:
            case say.Connected():
                self.steps_in(leg, member.number, now)
            case say.Held() | say.Resumed():
                member.away = isinstance(event, say.Held)
            case say.Failed(status=status):
                self._missed(member, REASONS.get(status, f"sip_{status}"), now)
            case say.Ended(lost=lost):
                self.steps_out(member, "lost" if lost else "hung_up", now)
            case say.Said():
                return self.works.legs.take_words(event, now, taken=event.spoken)
            case _:
                return
        self.show()

    def _missed(self, member: Member, why: str, now: float) -> None:
        self.drop(member, now)
        if not self.of(member.number):
            self.works.emit(MemberMissed(self.id, now, member.number, why))

    def due(self, kind: str, now: float) -> None:
        """It has lasted too long, or nobody came."""
        if kind == "guard":
            self.end("overran", "board", now)
        elif kind == "empty":
            self.end("empty", "board", now)

    def played(self, source: str, at: float, now: float) -> None:
        """Go on after a prompt."""
        self.sound.ended(source, at, now)
        self.show()

    def end(self, why: Result, by: say.Party, now: float) -> None:
        """Send everybody home."""
        if self.over:
            return
        self.over = True
        for member in list(self.members.values()):
            self.drop(member, now)
        self.sound.close(now)
        self.works.media.send(LimitSpeakers(self.id))
        for kind in ("guard", "empty"):
            self.works.alarms.cancel((kind, self.id))
        self.works.rooms.pop(self.id, None)
        self.works.emit(ConferenceEnded(self.id, now, why, now - self.began, self.most))

    # ── who hears whom ───────────────────────────────────────────────────────

    def show(self) -> None:
        """Make the matrix agree with who is here."""
        here = self.present()
        self.sound.turn_loops({"music"} if len(here) == 1 else set())
        self.sound.set_rows(self.rows(here))
        speakers = tuple(member.leg.name for member in here if member.speaks)
        self.works.media.send(LimitSpeakers(self.id, speakers, self.works.plan.calls.loudest))

    def rows(self, here: list[Member]) -> Rows:
        """Write who hears whom: everybody the others, the recording the chair left, the rest right."""
        mouths = {member.leg.name: 1.0 for member in here if member.speaks}
        rows: Rows = {}
        for member in here:
            name = member.leg.name
            rows[name] = {} if member.away else {n: g for n, g in mouths.items() if n != name}
            if len(here) == 1 and (music := self.sound.loops.get("music")):
                rows[name][music] = 1.0
            if self.sound.prompt and name in self.sound.hearers:
                rows[name][self.sound.prompt] = 1.0
        if self.sound.recording:
            led = {m.leg.name: 1.0 for m in here if m.speaks and m.number == self.chair}
            rows[f"{self.id}/left"] = led
            rows[f"{self.id}/right"] = {n: g for n, g in mouths.items() if n not in led}
        return rows
