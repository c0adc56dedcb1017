"""Who leaves a call and who stays: blind transfer, succession, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from telephony.media.control import Watch
from telephony.pbx import diverting, parking, queueing, ringing, taping, voicemail, waiting
from telephony.pbx.call import Call
from telephony.pbx.call_events import TransferFailed, TransferHow, Transferred
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import (
    CallIn,
    CallOut,
    EnterFlow,
    OwnBox,
    Refuse,
    RingDesk,
    ToBox,
    route,
)
from telephony.pbx.errors import NotNow
from telephony.pbx.ivr import ToQueue
from telephony.pbx.leg import Leg
from telephony.pbx.party import Party, Role, Transfer
from telephony.pbx.stages import Turn

QUEUE_LOG: dict[TransferHow, str] = {
    "blind": "BLINDTRANSFER",
    "attended": "ATTENDEDTRANSFER",
    "intercepted": "ATTENDEDTRANSFER",
}


@dataclass(frozen=True, slots=True)
class Park:
    """Into a slot of the parking."""

    slot: str


Goal: TypeAlias = EnterFlow | RingDesk | CallOut | ToBox | Park


def blind(call: Call, leg: Leg, number: str, now: float) -> None:
    """Send whoever the agent talks to elsewhere; the agent is out of it at once."""
    allowed(call, leg.extension or "", number)
    send(call, leg, number, destination(call, leg, number, now), now)


def destination(call: Call, leg: Leg, number: str, now: float) -> Goal:
    """Find where a transfer leads; raises NotNow where that is nowhere."""
    codes = call.plan.calls
    if number == codes.park_code or number in codes.park_slots:
        return Park(parking.slot_for(call, number))
    to = route(call.plan, number, call.inside(leg.extension or ""), call.works.wall(now))
    if isinstance(to, Refuse | OwnBox | CallIn):
        raise NotNow("no_such_number", f"{number} leads nowhere; transfer to another number.")
    return to


def send(call: Call, leg: Leg, number: str, to: Goal, now: float) -> None:
    """Let the agent go and the other end follow the transfer."""
    extension = leg.extension or ""
    if isinstance(to, Park):
        return parking.park(call, leg, to.slot, now)
    leave(call, leg, now)
    told(call, extension, number, "blind", now)
    call.comes_from = Transfer(extension, number)
    call.wake("guard", now + call.plan.longest_setup)
    if isinstance(to, EnterFlow):
        call.comes_from = None
        waiting.enter(call, to.flow, now)
    elif isinstance(to, RingDesk):
        ringing.ring_where_led(call, to, now)
    elif isinstance(to, ToBox):
        call.comes_from = None
        if not voicemail.enter(call, to.box, now):
            voicemail.nobody(call, now)
    else:
        ringing.dial_outside(call, to.number, now, shows=ringing.shown_at(call, extension))
    return None


def allowed(call: Call, extension: str, number: str) -> None:
    """Refuse a transfer to oneself or to the other end, and one that goes round in a circle."""
    present(call)
    if number == extension:
        raise NotNow("oneself", "Transfer to somebody else than yourself.")
    if number and number in {end.extension for end in (call.caller, call.callee) if end}:
        raise NotNow("on_the_line", "That is whom you talk to; transfer to somebody else.")
    if call.transfers >= call.plan.most_transfers:
        raise NotNow("too_often", "This call has been transferred too often; end it or talk.")


def present(call: Call) -> None:
    """Refuse to hand on somebody who holds this call with the handset down: no telephone is there."""
    if any(end and end.gone for end in (call.caller, call.callee)):
        raise NotNow(
            "held_away", "The other end holds with its handset down; wait until it is back."
        )


def told(call: Call, extension: str, to: str, how: TransferHow, now: float) -> None:
    """Count a transfer and tell the house."""
    call.transfers += 1
    call.emit(Transferred(call.id, now, extension, to, how, queue_log=QUEUE_LOG[how]))


def leave(call: Call, leg: Leg, now: float) -> None:
    """One of the two ends goes, with whoever had joined; the other stays as the call's caller."""
    stays = call.other(leg)
    if stays is None:
        raise NotNow("no_talk", "There is nobody to transfer; wait for an answer.")
    call.sound.hush(now)
    call.pause_talk(now)
    taping.handed_on(call, now)
    for party in list(call.joined.values()):
        call.part(party.leg, now)
    call.works.legs.hang_up(leg, now)
    call.let_go(leg, now, wrap=True)
    call.muted.discard(leg.name)
    stays.side = "caller"
    call.caller, call.callee, call.holder = stays, None, None


def succeed(call: Call, leg: Leg, heir: Party, how: TransferHow, now: float) -> None:
    """An end leaves the talk to somebody who had joined it."""
    if call.holder:
        call.resume(call.holder, now, Turn.RETURN if call.may(Turn.RETURN) else Turn.RESUME)
    del call.joined[heir.leg.name]
    for party in [one for one in call.joined.values() if one.over is leg]:
        if party.role is Role.CONSULTED and how == "intercepted":
            party.over = heir.leg  # who takes over takes over whom the desk was asking, too
        elif party.role in (Role.SUPERVISOR, Role.CONSULTED):  # they leave with the desk
            call.part(party.leg, now)
    others = dict(call.joined)
    call.joined.clear()
    leave(call, leg, now)
    if call.may(Turn.RESUME):  # who left was holding, too
        call.turn(Turn.RESUME)
    call.joined.update(others)
    new = heir.leg
    new.side = "callee"
    call.callee, call.talk_began = new, now
    told(call, leg.extension or "", new.extension or new.number, how, now)
    answered(call, new, now)
    for end in (call.caller, new):
        if end.state.value == "holding":
            call.hold(end, now)


def merge(call: Call, leg: Leg, other: Call, second: Leg, now: float) -> None:
    """One desk stands in two talks and leaves both: their far ends talk to each other in the first."""
    far = other.other(second)
    assert far is not None
    other.caller, other.callee, other.holder = second, None, None
    if desk := other.desk_of(far):
        call.works.hand(desk, call.id, call.plan.longest_talk, now)
    heir = call.join(far, Role.GUEST, now)
    other.end("transferred", "caller", now)
    succeed(call, leg, heir, "attended", now)


def replace_end(call: Call, old: Leg, new: Leg, now: float) -> None:
    """A telephone takes the place of one of the two ends."""
    for party in call.those(Role.CONSULTED):
        call.part(party.leg, now)
    if call.holder is old:
        call.resume(old, now, Turn.RETURN if call.may(Turn.RETURN) else Turn.RESUME)
    call.works.legs.hang_up(old, now)
    call.let_go(old, now, wrap=True)
    new.side = old.side
    if old is call.caller:
        call.caller = new
    else:
        call.callee = new
    told(call, old.extension or "", new.extension or "", "attended", now)
    answered(call, new, now)


def answered(call: Call, leg: Leg, now: float) -> None:
    """Tell the house that the call goes on at another desk."""
    call.wake("guard", now + call.plan.longest_talk + ringing.GRACE)
    call.works.media.send(Watch(leg.name))
    call.ring_began = now
    call.emit(ringing.answer_of(call, leg, now, transferred=True))


def come_back(call: Call, status: int, now: float, *, told: bool = True) -> None:
    """Nobody took the transferred call: to its agent, else to its queue, else it is told so."""
    back, works = call.comes_from, call.works
    assert back is not None
    if not back.tried:
        why = ringing.REASONS.get(status, f"sip_{status}")
        if told:
            call.emit(TransferFailed(call.id, now, back.extension, back.to, why))
        back.tried = True
        desk = works.desks.get(back.extension)
        if desk and desk.may(Step.RECALL) and works.reaches(back.extension):
            call.wake("ring", now + call.plan.dial_seconds)
            call.path.at("")
            ringing.ring_desk(call, desk, call.plan.dial_seconds, now, step=Step.RECALL)
            if call.ringing:
                return
    call.sleep("ring")
    call.comes_from = None
    if call.queue and call.may(Turn.QUEUE):
        queueing.join(call, ToQueue(call.queue.plan.name, call.comes_back), now)
    elif not diverting.unattended(call, now):
        waiting.come_back(call, now, ("unreachable",))
