"""Resuming rings the seat again (SEA-09): while the customer is held, the agent's telephone is let go."""

from __future__ import annotations

from typing import Final

from telephony.errors import NoPortLeft
from telephony.media.control import Watch
from telephony.pbx import ringing, telephones
from telephony.pbx.call import Call, Manners
from telephony.pbx.call_events import ResumeMissed
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.party import Party, Role


def let_go(call: Call, leg: Leg, now: float) -> None:
    """Let the telephone of a holder go; the customer keeps hearing music."""
    if call.holder is leg and call.plan.calls.resume_rings and not call.joined:
        call.works.legs.hang_up(leg, now)


def is_away(call: Call, extension: str) -> bool:
    """Say whether the agent at this desk holds a call with the handset down."""
    holder = call.holder
    return holder is not None and holder.gone and holder.extension == extension


def ring(call: Call, now: float) -> None:
    """Ring the holder's telephones; the talk goes on when one is lifted."""
    holder, works = call.holder, call.works
    assert holder is not None
    desk = call.desk_of(holder)
    if call.those(Role.RETURNING):
        raise NotNow("ringing", "Your telephone rings already; lift it.")
    if desk is None or not works.reaches(desk.extension):
        raise NotNow("own_not_there", "Your telephone is not registered; start it first.")
    lines = telephones.lifts_itself(call.plan.realm) if call.plan.calls.auto_answer else []
    try:
        legs = ringing.desk_legs(call, desk, now, headers=lines, side="guest")
    except NoPortLeft as error:
        raise NotNow("no_port", str(error)) from error
    for leg in legs:
        works.alarms.set(("ringing", leg.name), now + call.plan.dial_seconds)
        call.join(leg, Role.RETURNING, now, over=holder)


def came(call: Call, party: Party, now: float) -> None:
    """The agent lifted: this telephone stands where the other stood."""
    old, new = call.holder, party.leg
    assert old is not None
    del call.joined[new.name]
    new.side = old.side
    if old is call.caller:
        call.caller = new
    else:
        call.callee = new
    call.holder = new
    call.works.media.send(Watch(new.name))
    call.resume(new, now)


def missed(call: Call, party: Party, why: str, now: float) -> None:
    """The agent did not lift: the customer waits on."""
    call.emit(ResumeMissed(call.id, now, party.leg.extension or "", why))


def left(call: Call, party: Party, now: float) -> None:
    """It was lifted and is an end of the talk by now."""


RETURNING: Final[Manners] = Manners(came, missed, left)
