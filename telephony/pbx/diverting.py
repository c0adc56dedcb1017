"""Sending a call on from a desk that does not take it: forwards, follow-me, do-not-disturb."""

from __future__ import annotations

from telephony.errors import NoPortLeft
from telephony.pbx import ringing, voicemail, waiting
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call
from telephony.pbx.desk import Step
from telephony.pbx.dialplan import (
    Destination,
    EnterFlow,
    RingDesk,
    ToBox,
    ours,
    saying_flow,
)
from telephony.pbx.forwards import VOICEMAIL, Forwards, Hop, Why
from telephony.pbx.ivr import Flow, Play, ToVoicemail
from telephony.pbx.queue_events import FoundClosed
from telephony.pbx.trunk_events import Forwarded, ForwardStopped

BUSY = (486, 600, 603)
"""The desk is there and says no."""


def at_once(call: Call, extension: str, now: float) -> bool:
    """Send on a call before the desk rings, if its agent wishes that."""
    call.path.at(extension)
    wishes = call.works.forwards.get(extension)
    if wishes is None:
        return False
    # Whom the calls are forwarded to can still reach the desk, as a secretary reaches the boss.
    if wishes.always and call.source.extension != wishes.always:
        send(call, wishes.always, "unconditional", now)
        return True
    if wishes.undisturbed:
        if to := wishes.busy or wishes.unanswered:
            send(call, to, "do-not-disturb", now)
        else:
            ringing.unreached(call, 480, now)
        return True
    return False


def patience(call: Call, extension: str) -> float:
    """Say how long a desk may ring for this call."""
    wishes = call.works.forwards.get(extension)
    return wishes.after if wishes and wishes.rings_on else call.plan.dial_seconds


def not_taken(call: Call, status: int, now: float) -> None:
    """Send on a call that nobody took where it rang, or tell that nobody is to be had."""
    path = call.path
    wishes = call.works.forwards.get(path.owner, Forwards())
    if path.left:
        return follow(call, now)
    if status in BUSY and not path.followed:
        if wishes.busy:
            return send(call, wishes.busy, "user-busy", now)
    elif wishes.follow and not path.followed:
        path.followed, path.left = True, list(wishes.follow)
        return follow(call, now)
    elif wishes.unanswered:
        return send(call, wishes.unanswered, "no-answer", now)
    return ringing.unreached(call, status, now)


def unattended(call: Call, now: float) -> bool:
    """Say to a caller whom the duty seat does not take that the house is closed; then take a message.

    False where no desk has duty, or where there is neither a word nor a mailbox for closed times (TEL-23).
    """
    desk, call.path.duty = call.path.duty, ""
    if not desk:
        return False
    if call.source.trunk:
        call.emit(FoundClosed(call.id, now, call.dialled))
    if (flow := closing(call, desk)) is None:
        return False
    voicemail.answer(call, now)
    waiting.begin(call, flow, now)
    return True


def closing(call: Call, desk: str) -> Flow | None:
    """Make the flow of closed times: the announcement, and the mailbox of the desk that has duty."""
    if call.plan.box(desk) and call.plan.message_path(desk, call.id):
        say = Play(("closed.now",), then="box")
        return Flow("closed", "say", {"say": say, "box": ToVoicemail(desk)})
    return saying_flow("closed", ("closed",)) if call.sound.find("closed") else None


def deflected(call: Call, to: str, now: float) -> None:
    """Send a call where the desk's own telephone says (302), as a forward of the desk's would."""
    known = to in call.works.desks or call.plan.place.read(to)
    if known and not call.path.left:
        send(call, to, "deflection", now)
    else:
        not_taken(call, 480, now)


def follow(call: Call, now: float) -> None:
    """Ring the next telephone of a follow-me (TEL-09)."""
    path, works = call.path, call.works
    to = path.left.pop(0)
    seconds = works.forwards.get(path.owner, Forwards()).follow_seconds
    call.emit(Forwarded(call.id, now, path.owner, to, "follow-me"))
    call.ring_began = now
    if to == VOICEMAIL and voicemail.enter(call, path.owner, now):
        return
    desk = works.desks.get(to)
    if desk is not None:
        if desk.may(Step.OFFER) and works.reaches(to) and not desk.undisturbed:
            ringing.ring_desk(call, desk, seconds, now)
    elif to != VOICEMAIL:
        hop = Hop(path.owner, to, "follow-me")
        _outside(call, to, [*path.hops, hop], now)
    if call.ringing:
        call.wake("ring", now + seconds)
    else:
        not_taken(call, 480, now)


def send(call: Call, to: str, why: Why, now: float) -> None:
    """Send a call on; a circle, or one forwarding too many, ends it and is told."""
    path = call.path
    by = path.owner
    inside = None if to in call.works.desks else ours(call.plan, to, call.works.wall(now))
    if stop := path.stops(inside.extension if isinstance(inside, RingDesk) else to):
        call.emit(ForwardStopped(call.id, now, by, to, stop))
        call.emit(alarm(now, "forward_nowhere", call.id, desk=by, why=stop))
        return ringing.unreached(call, 482, now)
    path.hops.append(Hop(by, to, why))
    call.emit(Forwarded(call.id, now, by, to, why))
    if to == VOICEMAIL:
        return None if voicemail.enter(call, by, now) else ringing.unreached(call, 480, now)
    if to in call.works.desks:
        return ringing.dial(call, to, now)
    if inside:
        return lead(call, inside, now)
    path.at("")
    _outside(call, to, path.hops, now)
    if call.ringing:
        call.wake("ring", now + call.plan.outside_seconds)
    else:
        ringing.unreached(call, 480, now)
    return None


def lead(call: Call, to: Destination, now: float) -> None:
    """Go where a number of ours leads, as if the call had come to it: no carrier is asked for that."""
    match to:
        case RingDesk():
            ringing.ring_where_led(call, to, now)
        case EnterFlow(flow=flow):
            call.comes_back = call.comes_from = None
            voicemail.answer(call, now)
            waiting.begin(call, flow, now)
        case ToBox(box=box) if voicemail.enter(call, box, now):
            return
        case _:
            ringing.unreached(call, 480, now)


def _outside(call: Call, to: str, hops: list[Hop], now: float) -> None:
    """Ring a number outside for a desk; the number we show is ours, the headers tell who forwards."""
    lines = type(call.path)(hops=hops).lines(call.plan.realm)
    try:
        leg = ringing.outside_leg(call, to, now, headers=lines)
    except NoPortLeft:
        call.emit(alarm(now, "no_rtp_port", call.id))
        return
    if leg:
        call.ringing[leg.name] = leg
