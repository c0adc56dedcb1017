"""How conferences come about: opened, invited to, dialled into, managed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from telephony.errors import BadSdp, NoPortLeft
from telephony.pbx import conference_orders as orders
from telephony.pbx import outing, telephones
from telephony.pbx.conference import EMPTY_SECONDS, Conference
from telephony.pbx.conference_events import (
    ConferenceLocked,
    ConferenceOpened,
    MemberInvited,
    MemberMuted,
)
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import CallOut, RingDesk, route
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.plan import BoardPlan
from telephony.pbx.ringing import GRACE
from telephony.pbx.sound import Sound
from telephony.pbx.trunk import Source
from telephony.pbx.works import Works
from telephony.sip.events import Invited

NAME: Final = re.compile(r"[0-9]{1,12}\Z")


def id_of(name: str) -> str:
    """Write the id under which a conference owns its legs."""
    return f"conference-{name}"


def found(works: Works, name: str) -> Conference:
    """Find a conference that is open."""
    room = works.rooms.get(id_of(name))
    if not isinstance(room, Conference):
        raise NotNow("no_conference", f"There is no conference {name}; open it first.")
    return room


def begin(works: Works, order: orders.OpenConference, now: float) -> None:
    """Open a conference; nobody is in it yet."""
    name = order.name
    if not NAME.match(name):
        raise NotNow("bad_name", "Name a conference by one to twelve digits.")
    if id_of(name) in works.rooms:
        raise NotNow("conference_open", f"Conference {name} is open already; invite to it.")
    sound = Sound(id_of(name), works.media, works.plan.clip, works.emit)
    room = Conference(id_of(name), name, works, order.chair, sound, now)
    works.rooms[room.id] = room
    works.alarms.set(("guard", room.id), now + works.plan.calls.longest_conference)
    works.alarms.set(("empty", room.id), now + EMPTY_SECONDS)
    # Conferences of one number follow each other: each keeps a recording of its own.
    tape = f"{room.id}-{works.wall(now):%Y%m%d-%H%M%S}"
    path = works.plan.recording_path(tape) if order.record else None
    works.emit(ConferenceOpened(room.id, now, name, order.chair, path is not None))
    if path:
        sound.record(path, now)
    room.show()


def invite(works: Works, order: orders.Invite, now: float) -> None:
    """Ring somebody for a conference."""
    room, number = found(works, order.name), order.number
    if room.of(number):
        raise NotNow("in_conference", f"{number} is in the conference or rings for it already.")
    to = route(works.plan, number, Source(room.chair or "console", "", "practice"))
    if isinstance(to, RingDesk):
        legs, seconds = _desk(works, room, to.extension, now), works.plan.dial_seconds
    elif isinstance(to, CallOut):
        desk = works.plan.desks.get(room.chair)
        shows = outing.Shows(desk.shows) if desk else outing.Shows()
        leg = outing.leave(works, room.id, to.number, now, shows=shows)
        if isinstance(leg, outing.NoWay):
            raise NotNow(leg.why, f"{number} cannot be called from here; invite another number.")
        legs, seconds = [leg], works.plan.outside_seconds
    else:
        raise NotNow("no_such_number", f"{number} rings no telephone; invite another number.")
    for leg in legs:
        room.rings(leg, number, seconds, now)
    works.emit(MemberInvited(room.id, now, number))


def _desk(works: Works, room: Conference, extension: str, now: float) -> list[Leg]:
    desk = works.desks.get(extension)
    if desk is None or not works.reaches(extension):
        raise NotNow("not_there", f"No telephone is registered at {extension}; try another.")
    if not desk.may(Step.RECALL):
        raise NotNow("busy", f"{extension} is busy; wait or try another.")
    sender = f"<sip:{works.plan.calls.conference_prefix}{room.name}@{works.plan.realm}>"
    lines = [("X-Lab-Conference", room.name)]
    try:
        legs = telephones.call_all(
            works, room.id, desk, now, from_=sender, headers=lines, side="guest"
        )
    except NoPortLeft as error:
        raise NotNow("no_port", str(error)) from error
    seconds = works.plan.dial_seconds + GRACE
    works.move(desk, Step.RECALL, now, owner=room.id, seconds=seconds)
    return legs


def named(plan: BoardPlan, dialled: str) -> str:
    """Read the conference out of the code that a desk dials for it; empty: it is no such code."""
    name = dialled.removeprefix(plan.calls.conference_prefix)
    return "" if name == dialled or not NAME.match(name) else name


def ring_in(works: Works, name: str, extension: str, now: float) -> None:
    """Ring a desk that ordered to step in: it is invited at its own wish."""
    if found(works, name).locked:
        raise NotNow("conference_locked", f"Conference {name} is locked; ask who opened it.")
    invite(works, orders.Invite(name, extension), now)


def kick(works: Works, order: orders.Kick, now: float) -> None:
    """Put a member out."""
    room = found(works, order.name)
    members = room.of(order.number)
    if not members:
        raise NotNow("not_in_conference", f"{order.number} is not in the conference.")
    for member in members:
        if member.leg.answered:
            room.steps_out(member, "kicked", now)
        else:
            room.drop(member, now)
    room.show()


def mute(works: Works, order: orders.MuteMember, now: float) -> None:
    """Let nobody hear a member."""
    room = found(works, order.name)
    members = [member for member in room.of(order.number) if member.leg.answered]
    if not members:
        raise NotNow("not_in_conference", f"{order.number} is not in the conference.")
    for member in members:
        member.muted = order.muted
    works.emit(MemberMuted(room.id, now, order.number, order.muted))
    room.show()


def lock(works: Works, order: orders.LockConference, now: float) -> None:
    """Let nobody step in uninvited."""
    room = found(works, order.name)
    room.locked = order.locked
    works.emit(ConferenceLocked(room.id, now, order.locked))


def finish(works: Works, order: orders.EndConference, now: float) -> None:
    """Send everybody home."""
    found(works, order.name).end("ordered", "board", now)


def dialled(works: Works, event: Invited, extension: str, number: str, now: float) -> bool:
    """Let a desk step in that dialled a conference's code; False: the number is no such code."""
    core, name = works.legs.core, named(works.plan, number)
    if not name:
        return False
    room, desk = works.rooms.get(id_of(name)), works.desks[extension]
    if not isinstance(room, Conference):
        core.refuse(event.leg, 404, now)
    elif room.locked:
        core.refuse(event.leg, 403, now)
    elif not desk.may(Step.DIAL) or room.of(extension):
        core.refuse(event.leg, 486, now)
    else:
        _steps_in(works, event, room, extension, now)
    return True


def _steps_in(works: Works, event: Invited, room: Conference, extension: str, now: float) -> None:
    try:
        leg = works.legs.accept(room.id, event, now)
    except (BadSdp, NoPortLeft) as error:
        works.legs.core.refuse(event.leg, getattr(error, "status", 503), now)
        return
    leg.extension, leg.side = extension, "guest"
    seconds = works.plan.calls.longest_conference + GRACE
    works.move(works.desks[extension], Step.DIAL, now, owner=room.id, seconds=seconds)
    works.legs.answer(leg, now)
    room.steps_in(leg, extension, now)
    room.show()


HOUSE: Final[Mapping[type[Any], Callable[[Works, Any, float], None]]] = {
    orders.OpenConference: begin,
    orders.Invite: invite,
    orders.Kick: kick,
    orders.MuteMember: mute,
    orders.LockConference: lock,
    orders.EndConference: finish,
}
"""What each order about a conference does."""
