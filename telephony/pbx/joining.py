"""How somebody joins a call: the telephones of a number ring, the first to answer is in."""

from __future__ import annotations

from typing import Final

from telephony import events as say
from telephony.errors import NoPortLeft
from telephony.media.control import Watch
from telephony.pbx import outing
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call
from telephony.pbx.desk import Activity, Step
from telephony.pbx.dialplan import CallOut, RingDesk, route
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.numbering import Number
from telephony.pbx.party import Mode, Party, Role
from telephony.pbx.ringing import GRACE, desk_legs, shown_at
from telephony.sip.message import Lines


def ring(
    call: Call,
    number: str,
    role: Role,
    now: float,
    *,
    by: Leg,
    mode: Mode = Mode.LISTEN,
    headers: Lines = (),
) -> list[Party]:
    """Ring a number for somebody who shall join; raises NotNow where it cannot be reached."""
    works, to = call.works, route(call.plan, number, call.inside(by.extension or ""))
    asks = f"<sip:{by.extension}@{call.plan.realm}>" if role is Role.CONSULTED else ""
    if isinstance(to, RingDesk):
        legs, seconds = _inside(call, to.extension, headers, now, asks), call.plan.dial_seconds
    elif isinstance(to, CallOut):
        legs, seconds = _outside(call, to.number, by, headers, now), call.plan.outside_seconds
    else:
        raise NotNow("no_such_number", f"{number} rings no telephone; dial another number.")
    for leg in legs:
        works.alarms.set(("ringing", leg.name), now + seconds)
    return [call.join(leg, role, now, mode=mode, over=by) for leg in legs]


def _outside(call: Call, number: Number, by: Leg, headers: Lines, now: float) -> list[Leg]:
    shows = shown_at(call, by.extension or "")
    leg = outing.leave(call.works, call.id, number, now, shows=shows, headers=headers)
    if isinstance(leg, outing.NoWay):
        raise NotNow(leg.why, f"{number.text} cannot be called from here; dial another number.")
    return [leg]


def _inside(call: Call, extension: str, headers: Lines, now: float, asks: str) -> list[Leg]:
    """Ring a desk; whoever asks aside is shown there, not the one who waits meanwhile."""
    works, seconds = call.works, call.plan.dial_seconds
    desk = works.desks.get(extension)
    if desk is None or not works.reaches(extension):
        raise NotNow("not_there", f"No telephone is registered at {extension}; try another.")
    if not desk.may(Step.OFFER):
        raise NotNow("busy", f"{extension} is busy; wait or try another.")
    works.move(desk, Step.OFFER, now, owner=call.id, seconds=seconds + GRACE)
    try:
        return desk_legs(call, desk, now, headers=list(headers), side="guest", from_=asks)
    except NotNow:
        works.move(desk, Step.WITHDRAW, now)
        raise
    except NoPortLeft as error:
        works.move(desk, Step.WITHDRAW, now)
        works.emit(alarm(now, "no_rtp_port", call.id))
        raise NotNow("no_port", str(error)) from error


# ── what their telephones say ────────────────────────────────────────────────


def connected(call: Call, party: Party, now: float) -> None:
    """The first to answer is in; the other telephones of the place stop."""
    works = call.works
    works.alarms.cancel(("ringing", party.leg.name))
    desk = call.desk_of(party.leg)
    if desk and desk.owner == call.id and desk.activity is Activity.OFFERED:
        works.move(desk, Step.ANSWER, now, owner=call.id, seconds=call.plan.longest_talk)
    for other in call.those(party.role):
        if not other.leg.answered and other.leg.extension == party.leg.extension:
            call.part(other.leg, now)
    works.media.send(Watch(party.leg.name, speech=False))
    call.manners[party.role].came(call, party, now)


def failed(call: Call, party: Party, failure: say.Failed, now: float) -> None:
    """A telephone does not take it; when it was the last of its place, nobody comes."""
    call.part(party.leg, now)
    rings = any(other.leg.extension == party.leg.extension for other in call.those(party.role))
    if not rings:
        call.manners[party.role].missed(call, party, WHY.get(failure.status, "refused"), now)


WHY: Final = {408: "unreachable", 480: "unavailable", 486: "busy", 487: "no_answer"}


def ended(call: Call, party: Party, now: float) -> None:
    """Somebody who had joined is gone."""
    call.part(party.leg, now)
    call.manners[party.role].left(call, party, now)
