"""Codes dialled at a desk: pick up, fetch a parked call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from telephony.errors import BadSdp, NoPortLeft
from telephony.pbx import parking, pickup
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call
from telephony.pbx.call_events import PickedUp
from telephony.pbx.desk import Step
from telephony.pbx.errors import NotNow
from telephony.pbx.plan import BoardPlan
from telephony.pbx.works import Works
from telephony.sip.events import Invited

Finds: TypeAlias = Callable[[Works], Call]
"""Finds the call that the code is about; NotNow says why there is none."""

STATUS = {"nothing_rings": 404, "slot_empty": 404, "not_your_group": 403, "busy": 486}
"""What a telephone hears of a code that did not work."""


def feature(plan: BoardPlan, extension: str, dialled: str, now: float) -> Finds | None:
    """Say what a dialled code asks for; None: it is no code."""
    codes = plan.calls
    if dialled in plan.desks or dialled in plan.numbers:
        return None
    if dialled == codes.pickup_code:
        return lambda works: _picked(works, extension, None, now)
    if dialled.startswith(codes.pickup_prefix) and len(dialled) > len(codes.pickup_prefix):
        at = dialled.removeprefix(codes.pickup_prefix)
        return lambda works: _picked(works, extension, at, now)
    if dialled in codes.park_slots:
        return lambda works: parking.parked(works, dialled)
    return None


def _picked(works: Works, extension: str, at: str | None, now: float) -> Call:
    call, rang = pickup.ringing_call(works, extension, at)
    works.emit(PickedUp(call.id, now, extension, rang))
    return call


def dialled_in(works: Works, event: Invited, extension: str, finds: Finds, now: float) -> None:
    """Let a telephone that dialled a code have the call the code is about."""
    desk = works.desks[extension]
    try:
        if not desk.may(Step.RECALL):
            raise NotNow("busy", f"Desk {extension} has a call already.")
        call = finds(works)
    except NotNow as no:
        return works.legs.core.refuse(event.leg, STATUS.get(no.code, 480), now)
    take(works, event, call, extension, now)
    return None


def take(works: Works, event: Invited, call: Call, extension: str, now: float) -> None:
    """Answer an INVITE of a desk by connecting it to a call that waits for somebody."""
    try:
        leg = works.legs.accept(call.id, event, now)
    except BadSdp as error:
        return works.legs.core.refuse(event.leg, error.status, now)
    except NoPortLeft:
        works.emit(alarm(now, "no_rtp_port", call.id))
        return works.legs.core.refuse(event.leg, 503, now)
    leg.extension = extension
    pickup.take(call, leg, works.desks[extension], now)
    return None
