"""An agent ordered a call and lifts, or does not, the telephone that rings for it first."""

from __future__ import annotations

from telephony.events import Failed
from telephony.pbx import ringing
from telephony.pbx.call import Call
from telephony.pbx.call_events import NotLifted
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import route
from telephony.pbx.leg import Leg


def lifted(call: Call, leg: Leg, now: float) -> None:
    """The agent lifted one of the telephones: now the number is called."""
    works = call.works
    others = [other for other in (call.caller, *call.ringing.values()) if other is not leg]
    call.caller = leg
    call.ringing.clear()
    for other in others:
        works.legs.hang_up(other, now)
    call.sleep("ring")
    desk = call.desk_of(leg)
    if desk and desk.owner == call.id and desk.may(Step.ANSWER):
        works.move(desk, Step.ANSWER, now, owner=call.id, seconds=call.plan.longest_talk)
    ringing.follow(call, route(call.plan, call.dialled, call.source, works.wall(now)), now)


def not_lifted(call: Call, leg: Leg, failure: Failed, now: float) -> None:
    """One of the agent's telephones does not take it; the last one ends the matter."""
    call.ringing.pop(leg.name, None)
    if leg is call.caller and call.ringing:
        call.caller = call.ringing.pop(next(iter(call.ringing)))
    elif leg is call.caller:
        rung_out(call, now, ringing.REASONS.get(failure.status, f"sip_{failure.status}"))


def rung_out(call: Call, now: float, why: str = "no_answer") -> None:
    """The agent who ordered the call did not lift: nobody is called."""
    call.emit(NotLifted(call.id, now, call.caller.extension or "", call.dialled, why))
    call.end("not_lifted", "caller", now)
