"""Transfers that telephones ask for by SIP: REFER, with and without Replaces, and INVITE with Replaces."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from telephony.errors import BadSdp, LocalError, NoPortLeft
from telephony.pbx import features, own_names, transfer
from telephony.pbx.call import Call
from telephony.pbx.desk import Step
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.works import Works
from telephony.sip import events as sip

STATUS: Final = {
    "no_such_number": 404, "oneself": 482, "on_the_line": 482, "too_often": 482, "no_talk": 481,
}  # fmt: skip
"""What the telephone hears of a transfer that cannot be."""


def referred(works: Works, event: sip.Referred, now: float) -> None:
    """A telephone hands its talk on; it hears at once whether the board has taken it over."""
    leg = works.legs.by_sip.get(event.leg)
    call = works.calls.get(leg.call) if leg else None
    try:
        if leg is None or call is None or leg not in (call.caller, call.callee):
            raise NotNow("no_talk", "There is no talk to transfer.")
        if leg.extension is None or not call.talking:
            raise NotNow("not_allowed", "Only a desk in a talk may transfer.")
        if event.replaces is None:
            _blind(call, leg, event, now)
        else:
            _attended(call, leg, event, now)
        call.show()
    except NotNow as no:
        works.legs.core.respond(event.key, STATUS.get(no.code, 403), now)


def _took(call: Call, event: sip.Referred, now: float) -> None:
    """Tell the telephone that the rest is the board's."""
    with suppress(LocalError):
        call.works.legs.core.accept_refer(event.key, now)
        call.works.legs.core.refer_progress(event.key, 200, now)


def _blind(call: Call, leg: Leg, event: sip.Referred, now: float) -> None:
    number = event.target.user
    if not own_names.hands_on_inside(call.works, event, leg.flow):
        raise NotNow("no_such_number", "The transfer names another host, and we are no proxy.")
    transfer.allowed(call, leg.extension or "", number)
    to = transfer.destination(call, leg, number, now)
    _took(call, event, now)
    transfer.send(call, leg, number, to, now)


def _attended(call: Call, leg: Leg, event: sip.Referred, now: float) -> None:
    """The telephone joins the far ends of two calls of its own and is out of both."""
    works = call.works
    second = works.legs.by_sip.get(event.replaced or "") or _still_ringing(call, leg)
    other = works.calls.get(second.call) if second else None
    if second is None or other is None or other is call:
        raise NotNow("no_talk", "The call that should be replaced is not on this board.")
    if second.extension != leg.extension:
        raise NotNow("not_allowed", "A telephone may only join calls of its own.")
    transfer.allowed(call, leg.extension or "", "")
    if other.talking and second in (other.caller, other.callee):
        transfer.present(other)
        _took(call, event, now)
        transfer.merge(call, leg, other, second, now)
        return
    number = other.dialled
    to = transfer.destination(call, leg, number, now)
    _took(call, event, now)
    other.end("transferred", "caller", now)
    transfer.send(call, leg, number, to, now)


def _still_ringing(call: Call, leg: Leg) -> Leg | None:
    """Find the desk's second call that nobody has answered; RFC 3891 has no name for its dialog."""
    for other in call.works.calls.values():
        mine = other.caller.extension == leg.extension and other is not call
        if mine and not other.caller.answered:
            return other.caller
    return None


def replacing(works: Works, event: sip.Invited, extension: str, now: float) -> None:
    """A telephone takes the place of another: of one that rings, or of one in a talk."""
    old = works.legs.by_sip.get(event.replaces or "")
    call = works.calls.get(old.call) if old else None
    desk = works.desks[extension]
    if old is None or call is None:
        return works.legs.core.refuse(event.leg, 481, now)
    if not desk.may(Step.RECALL):
        return works.legs.core.refuse(event.leg, 486, now)
    if old.name in call.ringing:
        mates = works.plan.calls.mates(extension)
        if mates is not None and old.extension not in mates:
            return works.legs.core.refuse(event.leg, 403, now)
        return features.take(works, event, call, extension, now)
    if not call.talking or old not in (call.caller, call.callee):
        return works.legs.core.refuse(event.leg, 481, now)
    try:
        leg = works.legs.accept(call.id, event, now)
    except (BadSdp, NoPortLeft) as error:
        return works.legs.core.refuse(event.leg, getattr(error, "status", 503), now)
    leg.extension = extension
    works.move(desk, Step.RECALL, now, owner=call.id, seconds=call.plan.dial_seconds)
    works.legs.answer(leg, now)
    works.move(desk, Step.ANSWER, now, owner=call.id, seconds=call.plan.longest_talk)
    transfer.replace_end(call, old, leg, now)
    call.show()
    return None
