"""Who leaves a call and who stays: blind transfer, succession, and the way back."""

from __future__ import annotations

from telephony.media.control import Watch
from telephony.pbx import queueing, ringing, waiting
from telephony.pbx.call import Call, Transfer
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import EnterFlow, Refuse, RingDesk, route
from telephony.pbx.errors import NotNow
from telephony.pbx.events import TransferFailed, TransferHow, Transferred
from telephony.pbx.ivr import ToQueue
from telephony.pbx.leg import Leg
from telephony.pbx.party import Party, Role
from telephony.pbx.stages import Turn

QUEUE_LOG: dict[TransferHow, str] = {
    "blind": "BLINDTRANSFER",
    "attended": "ATTENDEDTRANSFER",
    "intercepted": "ATTENDEDTRANSFER",
}


def blind(call: Call, leg: Leg, number: str, now: float) -> None:
    """Send whoever the agent talks to elsewhere; the agent is out of it at once."""
    extension = leg.extension or ""
    allowed(call, extension, number)
    to = route(call.plan, number, call.inside(extension))
    if isinstance(to, Refuse):
        raise NotNow("no_such_number", f"{number} leads nowhere; transfer to another number.")
    leave(call, leg, now)
    told(call, extension, number, "blind", now)
    call.comes_from = Transfer(extension, number)
    call.wake("guard", now + call.plan.longest_setup)
    if isinstance(to, EnterFlow):
        call.comes_from = None
        waiting.enter(call, to.flow, now)
    elif isinstance(to, RingDesk):
        ringing.dial(call, to.extension, now)
    else:
        ringing.dial_outside(call, to.number, now, shows=ringing.shown_at(call, extension))


def allowed(call: Call, extension: str, number: str) -> None:
    """Refuse a transfer to oneself and one that goes round in a circle."""
    if number == extension:
        raise NotNow("oneself", "Transfer to somebody else than yourself.")
    if call.transfers >= call.plan.most_transfers:
        raise NotNow("too_often", "This call has been transferred too often; end it or talk.")


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
    for party in list(call.joined.values()):
        call.part(party.leg, now)
    call.works.legs.hang_up(leg, now)
    call.let_go(leg, now, wrap=True)
    call.muted.discard(leg.name)
    stays.side = "caller"
    call.caller, call.callee, call.holder = stays, None, None


def succeed(call: Call, leg: Leg, heir: Party, how: TransferHow, now: float) -> None:
    """An end leaves the talk to somebody who had joined it."""
    if call.may(Turn.RETURN):
        call.resume(leg, now, Turn.RETURN)
    elif call.may(Turn.RESUME) and call.holder:
        call.resume(call.holder, now)
    del call.joined[heir.leg.name]
    for party in call.those(Role.SUPERVISOR):
        if party.over is leg:  # whoever stands behind a desk leaves with it
            call.part(party.leg, now)
    others = dict(call.joined)
    call.joined.clear()
    leave(call, leg, now)
    call.joined.update(others)
    new = heir.leg
    new.side = "callee"
    call.callee, call.talk_began = new, now
    told(call, leg.extension or "", new.extension or "", how, now)
    answered(call, new, now)
    if new.state.value == "holding":
        call.hold(new, now)


def answered(call: Call, leg: Leg, now: float) -> None:
    """Tell the house that the call goes on at another desk."""
    call.wake("guard", now + call.plan.longest_talk + ringing.GRACE)
    call.works.media.send(Watch(leg.name))
    call.ring_began = now
    call.emit(ringing.answer_of(call, leg, now, transferred=True))


def come_back(call: Call, status: int, now: float) -> None:
    """Nobody took the transferred call: to its agent, else to its queue, else it is told so."""
    back, works = call.comes_from, call.works
    assert back is not None
    if not back.tried:
        why = ringing.REASONS.get(status, f"sip_{status}")
        call.emit(TransferFailed(call.id, now, back.extension, back.to, why))
        back.tried = True
        desk = works.desks.get(back.extension)
        if desk and desk.may(Step.RECALL) and works.registrar.of(back.extension):
            call.wake("ring", now + call.plan.dial_seconds)
            ringing.ring_desk(call, desk, call.plan.dial_seconds, now, step=Step.RECALL)
            if call.ringing:
                return
    call.sleep("ring")
    call.comes_from = None
    if call.queue and call.may(Turn.QUEUE):
        queueing.join(call, ToQueue(call.queue.plan.name, call.comes_back), now)
    else:
        waiting.come_back(call, now, ("extension.unavailable",))
