"""``[queues.NAME]`` of ``lab.toml``: a queue as a person writes it, and the plan made of it.

A way out is written in one or two words: ``back``, ``busy``, ``callback``, ``voicemail BOX``, ``queue NAME``,
``extension 1007``, ``flow NAME``, ``say PROMPT``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from classroom.misfit import fault
from classroom.outbound import Shown, extensions
from classroom.words import reason
from telephony.pbx.errors import PlanError
from telephony.pbx.plan import QueuePlan
from telephony.pbx.queue_plan import CallbackPlan, Crew, RatingPlan, Spoken, Way, WayKind
from telephony.pbx.strategy import STRATEGIES

if TYPE_CHECKING:
    from classroom.store.people import Person

KEY: Final = re.compile(r"[0-9*#]")
MEMBERS: Final = re.compile(r"([0-9]{1,8})(?:-([0-9]{1,8}))?")


def read_way(text: str) -> Way:
    """Read a way out as it is written; ValueError says how."""
    kind, _, name = text.strip().partition(" ")
    if kind not in get_args(WayKind):
        raise ValueError(reason("way_wrong", known=", ".join(get_args(WayKind)), kind=kind))
    try:
        return Way(kind, name.strip())  # type: ignore[arg-type]  # checked against the kinds
    except PlanError as error:
        raise ValueError(fault(error)) from error


def _checked(text: str) -> str:
    read_way(text)
    return text


WayText = Annotated[str, AfterValidator(_checked)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]


class QueueArea(BaseModel):
    """One queue; what is left out is as usual."""

    model_config = ConfigDict(extra="forbid")

    members: list[str] | None = None
    """Extensions in their order, each one or a range: ``["1001-1010", "1050"]``; none: every desk."""
    strategy: str = "longest-idle"
    ring_seconds: Seconds | None = None
    """None: as ``[desks] ring_seconds`` says."""
    rest_seconds: Seconds = 5.0
    auto_pause: int = Field(0, ge=0, le=99)
    max_wait: Seconds = 600.0
    timed_out: WayText = "back"
    max_length: int | None = Field(None, ge=0)
    full: WayText = "busy"
    join_if: Crew = "nobody"
    stay_if: Literal["nobody", "logged-in", "ready"] = "nobody"
    empty: WayText = "back"
    keys: dict[str, WayText] = Field(default_factory=dict)
    say_first: Seconds = 10.0
    say_every: Seconds = Field(30.0, ge=5)
    say_position_to: int = Field(20, ge=0, le=20)
    say_wait: bool = True
    say_wait_from: Seconds = 0.0
    offer: list[str] = Field(default_factory=list)
    """Prompts that offer the keys."""
    offer_from: Seconds = 0.0
    usual_talk: Seconds = 120.0
    priority: int = Field(0, ge=0, le=9)
    ageing: Seconds = Field(60.0, gt=0)
    skill: str = ""
    levels: list[tuple[float, int]] = Field(default_factory=lambda: [(0.0, 1)], min_length=1)
    sticky: Seconds = 0.0
    ask_last_agent: bool = False
    wrapup_seconds: Seconds | None = None
    most_wrapup: Seconds = 600.0
    service_level: Seconds = 20.0
    short_abandon: Seconds = 5.0
    callback_tries: int = Field(3, ge=1, le=20)
    callback_interval: Seconds = 300.0
    rating: bool = True
    announce_agent: bool = True
    record: bool = True
    shows: Shown = ""
    """The number of ours that its callbacks show; empty: the trunk's first."""

    @field_validator("strategy")
    @classmethod
    def _known(cls, strategy: str) -> str:
        if strategy not in STRATEGIES:
            raise ValueError(reason("strategy_wrong", known=", ".join(STRATEGIES)))
        return strategy

    @field_validator("keys")
    @classmethod
    def _keys(cls, keys: dict[str, str]) -> dict[str, str]:
        for key in keys:
            if not KEY.fullmatch(key):
                raise ValueError(reason("key_wrong", key=key))
        return keys

    @field_validator("members")
    @classmethod
    def _members(cls, members: list[str] | None) -> list[str] | None:
        for one in members or []:
            if not MEMBERS.fullmatch(one):
                raise ValueError(reason("range_wrong", span=one))
        return members

    def extensions(self) -> tuple[str, ...] | None:
        """List the members one by one; None: every desk."""
        if not self.members:
            return None
        return tuple(dict.fromkeys(one for span in self.members for one in extensions(span)))

    def plan(self, name: str, ring_seconds: float) -> QueuePlan:
        """Write the queue's plan."""
        return QueuePlan(
            name,
            members=self.extensions(),
            strategy=self.strategy,
            ring_seconds=ring_seconds if self.ring_seconds is None else self.ring_seconds,
            rest_seconds=self.rest_seconds,
            auto_pause=self.auto_pause,
            max_wait=self.max_wait,
            timed_out=read_way(self.timed_out),
            max_length=self.max_length,
            full=read_way(self.full),
            join_if=self.join_if,
            stay_if=self.stay_if,
            empty=read_way(self.empty),
            keys={key: read_way(way) for key, way in self.keys.items()},
            spoken=self._spoken(),
            first_guess=self.usual_talk,
            priority=self.priority,
            ageing=self.ageing,
            skill=self.skill,
            levels=tuple(self.levels),
            sticky=self.sticky,
            ask_last_agent=self.ask_last_agent,
            wrapup=self.wrapup_seconds,
            most_wrapup=self.most_wrapup,
            service_level=self.service_level,
            short_abandon=self.short_abandon,
            callback=CallbackPlan(tries=self.callback_tries, interval=self.callback_interval),
            rating=RatingPlan() if self.rating else None,
            announce_agent=self.announce_agent,
            record=self.record,
            shows=self.shows,
        )

    def _spoken(self) -> Spoken:
        return Spoken(
            first=self.say_first,
            every=self.say_every,
            last_position=self.say_position_to,
            wait=self.say_wait,
            least_wait=self.say_wait_from,
            offer=tuple(self.offer),
            offer_from=self.offer_from,
        )


def lost_members(
    queues: Mapping[str, QueueArea], people: Sequence[Person]
) -> list[tuple[str, str]]:
    """List queue and entry where members are named of whom nobody is enrolled; a range may be wider.

    Before there is a class (its first start, perhaps), any may be named.
    """
    if not any(person.role == "student" for person in people):
        return []
    enrolled = {person.extension for person in people}
    return [
        (name, span)
        for name, area in queues.items()
        for span in area.members or []
        if enrolled.isdisjoint(extensions(span))
    ]
