"""Parking: a call waits in a numbered slot until any desk fetches it, or it comes back."""

from __future__ import annotations

from telephony.pbx import ringing, telephones, transfer
from telephony.pbx.call import Call
from telephony.pbx.call_events import Parked, ParkTimedOut, Retrieved
from telephony.pbx.desk import Step
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.party import Transfer
from telephony.pbx.stages import Stage, Turn
from telephony.pbx.works import Works


def slot_for(call: Call, wanted: str) -> str:
    """Find the slot to park in: the one asked for, or the first that is free."""
    plan, taken = call.plan.calls, slots(call.works)
    if wanted and wanted != plan.park_code:
        if wanted not in plan.park_slots:
            raise NotNow("no_such_slot", f"There is no slot {wanted}; park in another.")
        if wanted in taken:
            raise NotNow("slot_taken", f"Slot {wanted} holds another call; park in another.")
        return wanted
    free = next((slot for slot in plan.park_slots if slot not in taken), None)
    if free is None:
        raise NotNow("no_slot", "Every slot holds a call; fetch one first.")
    return free


def slots(works: Works) -> dict[str, Call]:
    """List the parked calls by slot."""
    return {call.slot: call for call in works.calls.values() if call.slot}


def park(call: Call, leg: Leg, wanted: str, now: float) -> None:
    """Put whoever the desk talks to into a slot; the desk is free."""
    transfer.present(call)
    slot, extension = slot_for(call, wanted), leg.extension or ""
    transfer.leave(call, leg, now)
    call.turn(Turn.PARK)
    call.slot, call.parked_by = slot, extension
    call.wake("park", now + call.plan.calls.park_seconds)
    call.wake("guard", now + call.plan.calls.park_seconds + call.plan.longest_setup)
    call.emit(Parked(call.id, now, extension, slot))


def parked(works: Works, slot: str) -> Call:
    """Find the call in a slot."""
    call = slots(works).get(slot)
    if call is None:
        raise NotNow("slot_empty", f"No call is parked in slot {slot}.")
    return call


def retrieve(works: Works, extension: str, slot: str, now: float) -> None:
    """Ring a desk's telephones for the call in a slot."""
    call, desk = parked(works, slot), telephones.free_desk(works, extension)
    if call.ringing:
        raise NotNow("slot_taken", f"Somebody is fetching the call in slot {slot} already.")
    seconds = call.plan.dial_seconds
    call.ring_began = now
    call.wake("ring", now + seconds)
    lines = telephones.lifts_itself(call.plan.realm) if call.plan.calls.auto_answer else []
    ringing.ring_desk(call, desk, seconds, now, step=Step.RECALL, headers=lines)


def fetched(call: Call, now: float, *, by: str = "") -> None:
    """It is in its slot no more."""
    if by:
        call.emit(Retrieved(call.id, now, by, call.slot))
    call.slot = ""
    call.sleep("park")


def timed_out(call: Call, now: float) -> None:
    """Nobody fetched it: back to the desk that parked it."""
    if call.stage is not Stage.PARKED:
        return
    call.emit(ParkTimedOut(call.id, now, call.parked_by, call.slot))
    call.comes_from = Transfer(call.parked_by, call.slot)
    call.withdraw(now)
    fetched(call, now)
    call.turn(Turn.DIAL)
    call.ring_began = now
    transfer.come_back(call, 408, now, told=False)
