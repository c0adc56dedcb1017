"""The switchboard's panel at one moment: every channel in use, who waits, who confers; read only."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.pbx.conference import Conference
from telephony.pbx.leg import Leg
from telephony.pbx.works import Works


@dataclass(frozen=True, slots=True)
class Channel:
    """One telephone's end of a call (LCA-04)."""

    call: str
    extension: str
    """The desk; empty for an end outside."""
    trunk: str
    number: str
    """The outside number, where it is known."""
    state: str
    since: float
    codec: str
    secured: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One place in a queue (LCA-05)."""

    queue: str
    call: str
    position: int
    waited: float
    expected: float
    offered: bool
    """A desk's telephone rings for it."""
    number: str = ""
    """Who is called back; empty while the caller is on the line."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One member of a conference, or one that rings for it."""

    number: str
    state: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Room:
    """One conference (BAS-08)."""

    name: str
    chair: str
    since: float
    locked: bool
    recorded: bool
    members: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything at one moment."""

    channels: tuple[Channel, ...]
    waiting: tuple[Waiting, ...]
    rooms: tuple[Room, ...]


def panel(works: Works, now: float) -> Panel:
    """Look at everything."""
    return Panel(channels(works), waiting(works, now), rooms(works))


def channels(works: Works) -> tuple[Channel, ...]:
    """List the legs that are in use, the oldest first."""
    legs = sorted(works.legs.by_name.values(), key=lambda leg: (leg.began, leg.name))
    return tuple(_channel(leg) for leg in legs if not leg.gone)


def _channel(leg: Leg) -> Channel:
    return Channel(
        leg.call, leg.extension or "", leg.trunk, leg.number, leg.state.value, leg.began,
        leg.codec, bool(leg.keys),
    )  # fmt: skip


def waiting(works: Works, now: float) -> tuple[Waiting, ...]:
    """List who waits in each queue, in the order in which they are served."""
    return tuple(
        Waiting(
            name,
            place.name,
            position,
            now - place.since,
            queue.expected_wait(place.name, works.desks, now),
            place.name in queue.offered,
            kept.number if (kept := works.callbacks.get(place.name)) else "",
        )
        for name, queue in works.queues.items()
        for position, place in enumerate(queue.line, 1)
    )


def rooms(works: Works) -> tuple[Room, ...]:
    """List the conferences that are open."""
    return tuple(
        Room(
            room.name,
            room.chair,
            room.began,
            room.locked,
            room.sound.recording is not None,
            tuple(
                Seat(member.number, member.leg.state.value, member.muted)
                for member in room.members.values()
            ),
        )
        for room in works.rooms.values()
        if isinstance(room, Conference)
    )
