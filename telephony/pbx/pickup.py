"""Pickup: a call that rings at one desk is taken at another."""

from __future__ import annotations

from telephony.pbx import ringing, telephones
from telephony.pbx.call import Call
from telephony.pbx.call_events import PickedUp
from telephony.pbx.desk import Desk, Step
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.stages import Stage
from telephony.pbx.works import Works

RINGS = (Stage.OFFERED, Stage.DIALLING)


def ringing_call(works: Works, extension: str, at: str | None) -> tuple[Call, str]:
    """Find the call to pick up: the one that rings at a desk, or longest in the group."""
    mates = works.plan.calls.mates(extension)
    found = [
        (call.ring_began, call.id, call, leg.extension)
        for call in works.calls.values()
        if call.stage in RINGS
        for leg in call.ringing.values()
        if leg.extension and leg.extension != extension and at in (None, leg.extension)
    ]
    allowed = [one for one in found if mates is None or one[3] in mates]
    if found and not allowed:
        raise NotNow("not_your_group", "That desk is in another group; let its own group take it.")
    if not allowed:
        raise NotNow("nothing_rings", "No call rings there.")
    _, _, call, rang = min(allowed, key=lambda one: one[:2])
    return call, rang


def pick_up(works: Works, extension: str, at: str | None, now: float) -> None:
    """Ring the desk that picks up, too; whoever lifts first has the call."""
    call, rang = ringing_call(works, extension, at)
    desk = telephones.free_desk(works, extension)
    lines = telephones.lifts_itself(call.plan.realm) if call.plan.calls.auto_answer else []
    call.emit(PickedUp(call.id, now, extension, rang))
    ringing.ring_desk(call, desk, call.plan.dial_seconds, now, step=Step.RECALL, headers=lines)
    call.show()


def take(call: Call, leg: Leg, desk: Desk, now: float) -> None:
    """Connect a telephone that dialled in to take this call."""
    works = call.works
    leg.side = "callee"
    step = Step.RECALL if desk.may(Step.RECALL) else Step.OFFER
    works.move(desk, step, now, owner=call.id, seconds=ringing.GRACE)
    call.ringing[leg.name] = leg
    works.legs.answer(leg, now)
    ringing.connected(call, leg, now)
    call.show()
