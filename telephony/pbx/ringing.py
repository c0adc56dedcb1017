"""How a call reaches a desk: ring, miss, answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from telephony.errors import NoPortLeft
from telephony.events import Failed
from telephony.media.control import Watch
from telephony.pbx import (
    diverting,
    lifting,
    mailroom,
    mobile,
    outing,
    parking,
    queueing,
    taping,
    telephones,
    transfer,
    voicemail,
    waiting,
)
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call
from telephony.pbx.call_events import NotReached
from telephony.pbx.desk import Activity, Desk, Step
from telephony.pbx.dialplan import CallIn, CallOut, Destination, EnterFlow, OwnBox, RingDesk, ToBox
from telephony.pbx.errors import NotNow
from telephony.pbx.events import DeskAnswered, DeskMissed, DeskOffered, DeskRang, Side
from telephony.pbx.facing import calling
from telephony.pbx.leg import Leg
from telephony.pbx.numbering import Number
from telephony.pbx.outing import Shows
from telephony.pbx.stages import Stage, Turn
from telephony.pbx.trunk_events import OutsideAnswered, OutsideClosed, OutsideRang
from telephony.sip.message import recognised

GRACE: Final = 15.0
"""How much longer than its ring a desk may stay offered before the law steps in."""


def offer(call: Call, desks: Sequence[Desk], now: float) -> None:
    """Ring these desks for a waiting call; the first to answer gets it."""
    assert call.queue is not None
    call.turn(Turn.OFFER)
    call.queue.offered.add(call.id)
    seconds = call.queue.plan.ring_seconds
    call.ring_began = now
    call.wake("ring", now + seconds)
    for desk in desks:
        ring_desk(call, desk, seconds, now)
    if not call.ringing:
        missed(call, now)


def follow(call: Call, to: Destination, now: float) -> None:
    """Send a call where its number leads."""
    if isinstance(to, EnterFlow):
        waiting.enter(call, to.flow, now)
    elif isinstance(to, CallOut):
        dial_outside(call, to.number, now)
    elif isinstance(to, RingDesk):
        ring_where_led(call, to, now)
    elif isinstance(to, ToBox):
        if not voicemail.enter(call, to.box, now):
            voicemail.nobody(call, now)
    elif isinstance(to, OwnBox):
        mailroom.enter(call, call.source.extension or "", now)
    elif isinstance(to, CallIn):
        mobile.enter(call, now)
    else:
        unreached(call, to.status, now)


def ring_where_led(call: Call, to: RingDesk, now: float) -> None:
    """Ring the desk to which a number leads, on duty or not."""
    call.path.duty = to.extension if to.on_duty else ""
    dial(call, to.extension, now)


def dial(call: Call, extension: str, now: float) -> None:
    """Ring one extension, whatever its agent's duty: an inside call."""
    works = call.works
    desk = works.desks.get(extension)
    if desk is None and (number := call.plan.place.dialled(extension)):
        return dial_outside(call, number, now)
    call.turn(Turn.DIAL)
    call.ring_began = now
    if diverting.at_once(call, extension, now):
        return None
    if desk is None or not works.reaches(extension):
        return diverting.not_taken(call, 480, now)
    if not desk.may(Step.OFFER):
        return diverting.not_taken(call, 486, now)
    seconds = diverting.patience(call, extension)
    call.wake("ring", now + seconds)
    ring_desk(call, desk, seconds, now)
    if not call.ringing:
        diverting.not_taken(call, 480, now)
    return None


def dial_outside(
    call: Call,
    number: Number,
    now: float,
    *,
    shows: Shows | None = None,
    headers: Sequence[tuple[str, str]] = (),
) -> None:
    """Ring a number outside as the call's other end."""
    call.turn(Turn.DIAL)
    call.ring_began = now
    call.path.at("")
    shows = shows or shown_by(call)
    line = call.source.line if call.source.trunk else None
    leg = outing.leave(call.works, call.id, number, now, shows=shows, headers=headers, line=line)
    if isinstance(leg, outing.NoWay):
        call.emit(OutsideClosed(call.id, now, number.text, leg.why))
        return unreached(call, leg.status, now)
    call.ringing[leg.name] = leg
    call.wake("ring", now + call.plan.outside_seconds)
    return None


def outside_leg(
    call: Call, dialled: str, now: float, *, headers: Sequence[tuple[str, str]] = ()
) -> Leg | None:
    """Call a number outside for somebody who is not at the desk; None: nothing leads there."""
    line = call.source.line if call.source.trunk else None
    leg = outing.leave(call.works, call.id, dialled, now, headers=headers, line=line)
    if isinstance(leg, outing.NoWay):
        call.emit(OutsideClosed(call.id, now, dialled, leg.why))
        return None
    return leg


def shown_by(call: Call) -> Shows:
    """Say what an outside call of this caller's desk shows."""
    shows = shown_at(call, call.source.extension or "")
    return replace(shows, withheld=call.source.withheld)


def shown_at(call: Call, extension: str) -> Shows:
    """Say what an outside call ordered at this desk shows."""
    desk = call.plan.desks.get(extension)
    return Shows(desk.shows) if desk else Shows()


def ring_desk(
    call: Call,
    desk: Desk,
    seconds: float,
    now: float,
    *,
    step: Step = Step.OFFER,
    headers: Sequence[tuple[str, str]] = (),
) -> None:
    """Ring every telephone of a desk."""
    works = call.works
    queue = call.queue if call.stage is Stage.OFFERED else None
    choice = queue.why(desk, now) if queue else None
    works.move(desk, step, now, owner=call.id, seconds=seconds + GRACE)
    name = queue.plan.name if queue else None
    waited = now - call.queued_at if queue else 0.0
    call.emit(DeskOffered(call.id, now, desk.extension, name, waited, choice))
    try:
        legs = desk_legs(call, desk, now, headers=headers)
    except NoPortLeft:
        call.emit(alarm(now, "no_rtp_port", call.id))
        legs = []
    except NotNow:
        legs = []
    call.ringing.update({leg.name: leg for leg in legs})
    if not legs:
        works.move(desk, Step.DECLINE, now)
        works.rest(desk, GRACE, now)


def desk_legs(
    call: Call,
    desk: Desk,
    now: float,
    *,
    headers: Sequence[tuple[str, str]] = (),
    side: Side = "callee",
    from_: str = "",
) -> list[Leg]:
    """Call every telephone of a desk; raises as ``telephones.call_all`` does."""
    lines = [("X-Lab-Call", call.id), ("X-Lab-Line", call.source.line), *headers]
    return telephones.call_all(
        call.works, call.id, desk, now, from_=from_ or sender(call), headers=lines, side=side,
        line=call.source.line if call.source.trunk else None,
        prompt=telephones.CUSTOMER if call.stage is Stage.OFFERED else telephones.CALL,
    )  # fmt: skip


def sender(call: Call) -> str:
    """Write the caller as the called telephone should see it."""
    number, name = calling(call)
    name = name.replace("\\", "").replace('"', "")
    shown = f'"{name}" ' if name else ""
    return f"{shown}<sip:{number or 'anonymous'}@{call.plan.realm}>"


def rang(call: Call, leg: Leg, now: float) -> None:
    """A telephone says that it rings; a caller nobody has answered yet may know."""
    if leg.name not in call.ringing:
        return
    if leg.extension is None:
        call.emit(OutsideRang(call.id, now, leg.number, leg.trunk))
    else:
        call.emit(DeskRang(call.id, now, leg.extension))
    if not call.caller.answered:
        if leg.early and len(call.ringing) == 1:
            call.works.legs.let_hear(call.caller, now)
        else:
            call.works.legs.ring(call.caller, now)


def failed(call: Call, leg: Leg, failure: Failed, now: float) -> None:
    """A telephone does not take the call."""
    if leg.name not in call.ringing:
        return
    deflects = failure.to if not leg.trunk and 300 <= failure.status < 400 else ""
    failure = Failed((outing.passed_on if leg.trunk else told_by_desk)(failure.status))
    decline(call, leg, REASONS.get(failure.status, f"sip_{failure.status}"), now)
    if call.ringing:
        return
    if call.stage is Stage.OFFERED:
        missed(call, now)
    elif call.stage is Stage.DIALLING and deflects:
        diverting.deflected(call, deflects, now)
    elif call.stage is Stage.DIALLING:
        diverting.not_taken(call, failure.status, now)


def told_by_desk(status: int) -> int:
    """Say what a caller is told of a desk's refusal: its quarrels with us stay ours."""
    status = recognised(status)
    return 480 if status < 400 or status in outing.OURS else status


REASONS: Final = {
    408: "unreachable",
    480: "unavailable",
    486: "busy",
    487: "no_answer",
    603: "declined",
}


def decline(call: Call, leg: Leg, why: str, now: float) -> None:
    """Note that a desk did not take the call, and let it rest."""
    desk = call.let_ring(leg, Step.DECLINE, now)
    if desk is None:
        return
    call.emit(DeskMissed(call.id, now, desk.extension, now - call.ring_began, why))
    if call.queue and call.stage is Stage.OFFERED:
        call.works.rest(desk, call.queue.plan.rest_seconds, now)
        call.works.pause(desk, call.queue, now)


def rung_out(call: Call, now: float) -> None:
    """Nobody answered in time."""
    if call.stage is Stage.LIFTING:
        return lifting.rung_out(call, now)
    for leg in list(call.ringing.values()):
        call.works.legs.hang_up(leg, now)
        decline(call, leg, "no_answer", now)
    if call.stage is Stage.OFFERED:
        missed(call, now)
    elif call.stage is Stage.DIALLING:
        diverting.not_taken(call, 480, now)


def missed(call: Call, now: float) -> None:
    """Back to waiting, at the old place, until the next desk is found."""
    assert call.queue is not None
    call.sleep("ring")
    call.turn(Turn.MISS)
    call.queue.offered.discard(call.id)
    call.works.match_due = True


def unreached(call: Call, status: int, now: float) -> None:
    """The extension cannot be had: back to the flow, or the caller is told by SIP."""
    call.sleep("ring")
    if call.comes_from is not None:
        return transfer.come_back(call, status, now)
    if call.comes_back is None and diverting.unattended(call, now):
        return None
    if call.visit is not None:
        return waiting.come_back(call, now, ("unreachable",))
    call.emit(NotReached(call.id, now, call.dialled, status, REASONS.get(status, f"sip_{status}")))
    if call.caller.answered and call.may(Turn.GIVE_UP):
        return waiting.come_back(call, now, (TOLD.get(status, "unreachable"),))
    call.end("unreached", "callee", now, status=status)
    return None


TOLD: Final = {486: "line.busy", 600: "line.busy", 404: "unknown", 484: "unknown"}
"""How an agent whom the board has answered hears why nobody is there."""


def connected(call: Call, leg: Leg, now: float) -> None:
    """A telephone answered; whoever comes second finds the call taken."""
    if leg.name not in call.ringing or not call.may(Turn.ANSWER):
        call.works.legs.hang_up(leg, now)
        return
    del call.ringing[leg.name]
    if leg.extension:
        desk = call.desk_of(leg)
        if desk is None or desk.owner != call.id or desk.activity is not Activity.OFFERED:
            call.works.legs.hang_up(leg, now)
            return
        call.works.move(desk, Step.ANSWER, now, owner=call.id, seconds=call.plan.longest_talk)
    queued = call.stage is Stage.OFFERED
    call.withdraw(now)
    call.leave_queue(now)
    call.turn(Turn.ANSWER)
    call.callee, call.talk_began, call.path.duty = leg, now, ""
    transferred, call.comes_from = call.answered_at is not None, None
    if call.slot:
        parking.fetched(call, now, by=leg.extension or "")
    call.answered_at = now if call.answered_at is None else call.answered_at
    call.sound.hush(now)
    call.sleep("prompt")
    call.wake("guard", now + call.plan.longest_talk + GRACE)
    if not call.caller.answered:
        call.works.legs.answer(call.caller, now)
    open_talk(call, leg, now, transferred=transferred, queued=queued)


def open_talk(
    call: Call, leg: Leg, now: float, *, transferred: bool = False, queued: bool = False
) -> None:
    """Begin what belongs to a talk: recording, ears, 'agent N serves you'.

    ``transferred``: another agent had the call before; ``queued``: it comes out of the line, after all.
    """
    queue = None if transferred else call.queue
    if leg.extension and (queued or not transferred):
        queueing.served(call, leg.extension, now)
    call.emit(answer_of(call, leg, now, transferred=transferred, queued=queued))
    taping.at_answer(call, now)
    for end in (call.caller, leg):
        call.works.media.send(Watch(end.name))
    if queue and queue.plan.announce_agent:
        call.sound.tell((f"agent.{leg.extension}",), now)


def answer_of(
    call: Call, leg: Leg, now: float, *, transferred: bool = False, queued: bool = False
) -> DeskAnswered | OutsideAnswered:
    """Say who answered."""
    rang, wire = now - call.ring_began, leg.flow.transport
    served = queued or not transferred
    if leg.extension is None:
        desk = call.caller.extension
        return OutsideAnswered(
            call.id, now, leg.number, leg.trunk, desk, rang, codec=leg.codec, transport=wire
        )
    return DeskAnswered(
        call=call.id,
        at=now,
        extension=leg.extension,
        queue=call.queue.plan.name if call.queue and served else None,
        waited=call.waited,
        rang=rang,
        codec=leg.codec,
        transport=wire,
        transferred=transferred,
        queue_log="CONNECT" if served else "",
    )
