"""What the callers' process is told: where the school is, who plays what, what counts as bad."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from classroom.words import spoken
from lab.load.errors import LoadFailed
from lab.words import Words

VARIABLE: Final = "LAB_LOAD_STAGE"
"""Names the file that holds the stage."""

Task: TypeAlias = Literal["queue", "inside", "register"]

MOST_CALLERS: Final = 200
_CALLER_HERTZ, _SEAT_HERTZ, _STEP = 400, 1500, 20
_PITCHES: Final = 50
"""Pitches apart enough to be told from each other on a telephone line."""


class Part(BaseModel):
    """Strict on both ends of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Seat(Part):
    """One seat of the class, logged in."""

    login: str
    extension: str
    password: str = Field(repr=False)
    """Of its telephone."""
    token: str = Field(repr=False)


class Role(Part):
    """One caller: who it is, what it dials, and the pitch it is known by."""

    number: str
    dials: str
    hertz: int
    user: str
    password: str = Field(repr=False)
    task: Task


class Post(Part):
    """One seat that answers; those that serve the queue are ready, the others only reachable."""

    seat: Seat
    hertz: int
    ready: bool


class Limits(Part):
    """Beyond these a call counts as failed."""

    lost_share: float = 0.01
    """Of the packets."""
    jitter_ms: float = 100.0
    gap_ms: float = 400.0
    """Of the partner's signal, summed over the talk."""
    setup_seconds: float = 30.0
    """From INVITE to its answer."""
    queue_seconds: float = 90.0
    """From the answer of the menu to that of an agent."""


class Stage(Part):
    """Everything."""

    http: str
    sip: tuple[str, int]
    teacher: str = Field(repr=False)
    """Token of the instructor, who may see every desk."""
    callers: list[Role]
    registrants: list[Role]
    posts: list[Post]
    talk: float
    impatient: float = 0.1
    """Share of the calls whose caller hangs up before anybody answers, or just then."""
    wrapup: float
    limits: Limits = Limits()
    tapes: Path
    """Folder of what is heard until it is judged."""

    def write(self, path: Path) -> None:
        """Keep it where only its owner reads: passwords stand in it."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(self.model_dump_json())

    @classmethod
    def read(cls) -> Stage:
        """Read the stage that this process was started for; raises LoadFailed where there is none."""
        file = os.environ.get(VARIABLE)
        if file is None:
            raise LoadFailed(Words(spoken())("load.no_stage"))
        return cls.model_validate_json(Path(file).read_text(encoding="utf-8"))

    @property
    def pitches(self) -> frozenset[int]:
        """Every pitch that somebody is known by."""
        callers = {role.hertz for role in self.callers}
        return frozenset(callers | {post.hertz for post in self.posts})


class Parts(Part):
    """How many of a class play what, for so many callers."""

    outside: int
    inside: int
    registrants: int
    agents: int

    @property
    def seats(self) -> int:
        """Seats of the class that take part."""
        return self.agents + 2 * self.inside + self.registrants


def share_out(callers: int, seats: int) -> Parts:
    """A tenth call from seat to seat; a seat or two only registers; the other seats are agents."""
    inside = max(1, callers // 10) if callers > 1 else 0
    inside = min(inside, seats // 5)
    registrants = 1 if callers < 25 else 2
    outside = callers - inside
    agents = min(outside, seats - 2 * inside - registrants)
    return Parts(outside=outside, inside=inside, registrants=registrants, agents=agents)


def cast_roles(
    parts: Parts, seats: list[Seat], *, hotline: str, trunk: tuple[str, str]
) -> tuple[list[Role], list[Role], list[Post]]:
    """Give every caller and seat its part: callers, registrants, posts."""
    agents, rest = seats[: parts.agents], seats[parts.agents :]
    dialling, reached = rest[: parts.inside], rest[parts.inside : 2 * parts.inside]
    registering = rest[2 * parts.inside :][: parts.registrants]
    callers = [
        Role(
            number=f"00009{index:04d}", dials=hotline, hertz=caller_hertz(index), task="queue",
            user=trunk[0], password=trunk[1],
        )
        for index in range(parts.outside)
    ]  # fmt: skip
    callers += [
        Role(
            number=here.extension, dials=there.extension, hertz=caller_hertz(index), task="inside",
            user=here.extension, password=here.password,
        )
        for index, (here, there) in enumerate(zip(dialling, reached, strict=True), parts.outside)
    ]  # fmt: skip
    registrants = [
        Role(
            number=seat.extension, dials=seat.extension, hertz=0, task="register",
            user=seat.extension, password=seat.password,
        )
        for seat in registering
    ]  # fmt: skip
    posts = [
        Post(seat=seat, hertz=seat_hertz(index), ready=index < parts.agents)
        for index, seat in enumerate((*agents, *reached))
    ]
    return callers, registrants, posts


def caller_hertz(index: int) -> int:
    """The pitch of a caller; after fifty they begin again."""
    return _CALLER_HERTZ + _STEP * (index % _PITCHES)


def seat_hertz(index: int) -> int:
    """The pitch of a seat."""
    return _SEAT_HERTZ + _STEP * (index % _PITCHES)
