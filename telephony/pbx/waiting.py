"""What a caller goes through in a flow: prompts, keys, look-ups, and where it leads."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final

from telephony.pbx import booking, queueing, ringing, voicemail
from telephony.pbx.call import RATING_LIMIT, Call
from telephony.pbx.commands import AnswerLookup
from telephony.pbx.dialplan import (
    CallOut,
    EnterFlow,
    Refuse,
    RingDesk,
    ToBox,
    rating_flow,
    route,
    saying_flow,
)
from telephony.pbx.events import MenuChosen, Rated
from telephony.pbx.ivr import (
    Act,
    Ask,
    Chose,
    Entered,
    Exit,
    Flow,
    HangUp,
    Hush,
    Leave,
    Listen,
    Return,
    Scored,
    Speak,
    Stuck,
    Tell,
    ToExtension,
    ToNumber,
    ToQueue,
    ToVoicemail,
    Visit,
)
from telephony.pbx.ivr.news import (
    DigitsEntered,
    FlowLeft,
    FlowStuck,
    LanguageChosen,
    LookupAsked,
)
from telephony.pbx.ivr.nodes import BackInLine, KeepPlace
from telephony.pbx.ivr.states import State
from telephony.pbx.plan import RatingPlan
from telephony.pbx.stages import Stage, Turn
from telephony.pbx.trunk import Source

PROMPT_LIMIT: Final = 180.0
"""A prompt whose end is not heard of by then counts as played."""
AT_ONCE: Final = 10
"""Coming back in the moment of leaving counts as so many nodes of a flow that goes in a circle."""
WAYS_OUT: Final = {
    ToQueue: "queue",
    ToExtension: "extension",
    ToNumber: "number",
    ToVoicemail: "voicemail",
    KeepPlace: "callback",
    BackInLine: "queue",
    Return: "end",
    HangUp: "end",
}
"""What a way out of a flow is called in the news."""


def enter(call: Call, flow: Flow, now: float) -> None:
    """Answer the caller and begin a flow; a queue that is full at once may be a busy line."""
    if queueing.is_busy(call, flow, now):
        return
    call.turn(Turn.ENTER)
    call.been.clear()
    if not call.caller.answered:
        call.works.legs.answer(call.caller, now)
    begin(call, flow, now)


def begin(call: Call, flow: Flow, now: float) -> None:
    """Begin a flow."""
    at_once = call.visit is not None and call.flow_left == now
    quiet = call.visit.quiet + AT_ONCE if call.visit and at_once else 0
    follow(call, visit(call, flow, now, quiet), now)


def visit(call: Call, flow: Flow, now: float, quiet: int = 0) -> list[Act]:
    """Make the caller's visit to a flow; ``quiet`` nodes were passed just before."""
    plan = call.plan
    call.visit = Visit(
        flow,
        plan.flows,
        called=call.dialled,
        caller=call.source.caller,
        lang=call.sound.lang,
        reader=plan.read,
        moment=call.works.wall(now),
        quiet=quiet,
    )
    call.flow_began = now
    return call.visit.begin()


def rate(call: Call, rating: RatingPlan, now: float) -> None:
    """Ask the caller, whom the agent has left, to rate."""
    call.turn(Turn.RATE)
    call.close_talk("callee", now)
    call.wake("guard", now + RATING_LIMIT)
    begin(call, rating_flow(rating), now)


def follow(call: Call, acts: Iterable[Act], now: float) -> None:
    """Do what the visit asks, and what that leads to, until somebody must be waited for."""
    todo = deque(acts)
    while todo:
        match act := todo.popleft():
            case Tell(prompts=prompts):
                todo.extend(tell(call, prompts, now))
            case Hush():
                call.sleep("prompt")
                call.sound.hush(now)
            case Listen(seconds=seconds):
                call.wake("listen", now + seconds)
            case Chose(menu=menu, key=key):
                call.emit(MenuChosen(call.id, now, menu, key))
            case Entered(node=node, variable=variable, count=count):
                call.emit(DigitsEntered(call.id, now, node, variable, count))
            case Scored(mark=mark):
                call.emit(Rated(call.id, now, call.extension, int(mark)))
            case Speak(lang=lang):
                call.sound.lang = lang
                call.emit(LanguageChosen(call.id, now, lang))
            case Ask():
                look_up(call, act, now)
            case Stuck():
                todo.extend(stuck(call, act, now))
            case Leave(to=to):
                todo.extend(leave(call, to, now))


def tell(call: Call, prompts: tuple[str, ...], now: float) -> list[Act]:
    """Play prompts; where there is nothing to play, go on at once."""
    if call.sound.tell(prompts, now):
        call.wake("prompt", now + PROMPT_LIMIT)
        return []
    return call.visit.played(heard=False) if call.visit else []


def look_up(call: Call, ask: Ask, now: float) -> None:
    """Ask the house's records; a caller who is gone waits for no answer."""
    call.asked += 1
    call.emit(LookupAsked(call.id, now, call.asked, ask.ask, ask.given, call.sound.lang))
    if call.visit and call.visit.state is State.LOOKING:
        call.wake("lookup", now + ask.seconds)


def stuck(call: Call, why: Stuck, now: float) -> list[Act]:
    """Say sorry and end a call whose flow cannot go on."""
    tell_stuck(call, why, now)
    return visit(call, saying_flow("sorry", ("flow.sorry",)), now)


def tell_stuck(call: Call, why: Stuck, now: float) -> None:
    """Tell where a flow cannot go on."""
    name = call.visit.flow.name if call.visit else ""
    call.emit(FlowStuck(call.id, now, name, why.node, why.why))


# ── what happens to a caller in a flow ───────────────────────────────────────


def inside(call: Call, now: float) -> Visit | None:
    """Find the visit of a caller who is in a flow, and tell it the time."""
    if call.stage not in (Stage.FLOW, Stage.RATING) or call.visit is None:
        return None
    call.visit.moment = call.works.wall(now)
    return call.visit


def played(call: Call, now: float) -> None:
    """Every prompt that was asked for is over."""
    call.sleep("prompt")
    if call.mail:
        call.mail.played(call, now)
    elif here := inside(call, now):
        follow(call, here.played(), now)


def pressed(call: Call, key: str, now: float) -> None:
    """The caller pressed a key."""
    call.been.clear()
    if call.mail:
        call.mail.pressed(call, key, now)
    elif here := inside(call, now):
        if here.state is State.LISTENING:
            call.sleep("listen")
        follow(call, here.press(key), now)
    elif call.stage in (Stage.QUEUED, Stage.OFFERED):
        queueing.pressed(call, key, now)


def silent(call: Call, now: float) -> None:
    """The caller pressed nothing in time."""
    if here := inside(call, now):
        follow(call, here.silence(), now)


def unanswered(call: Call, now: float) -> None:
    """The records did not answer in time."""
    call.asked += 1  # an answer that comes yet is too late
    if here := inside(call, now):
        follow(call, here.unanswered(), now)


def answered(call: Call, answer: AnswerLookup, now: float) -> None:
    """The records answered; an answer to an older question is let be."""
    if answer.ticket != call.asked or not (here := inside(call, now)):
        return
    call.sleep("lookup")
    follow(call, here.unanswered() if answer.failed else here.answered(answer.found), now)


def hung_up(call: Call, now: float) -> None:
    """The caller leaves in the middle of a flow: what it still wants done is done."""
    if call.mail:
        call.mail.hung_up(call, now)
    here = inside(call, now)
    if here and call.stage is Stage.FLOW:
        left_flow(call, "hung_up", now)
        for act in here.hung_up():
            match act:
                case Ask():
                    look_up(call, act, now)
                case Stuck():
                    tell_stuck(call, act, now)


def leave(call: Call, to: Exit, now: float) -> list[Act]:
    """Go where the flow leads."""
    call.sleep("listen")
    if call.stage is Stage.FLOW:
        left_flow(call, WAYS_OUT[type(to)], now)
    match to:
        case ToQueue(queue=queue) if queue in call.works.queues:
            queueing.join(call, to, now)
        case ToQueue():
            call.comes_back = to.gave_up
            unreached(call, 404, now)
        case ToExtension(extension=extension, failed=failed):
            call.comes_back = failed
            ringing.dial(call, extension, now)
        case ToNumber(failed=failed):
            call.comes_back = failed
            return ring(call, to, now)
        case ToVoicemail(box=box, failed=failed):
            call.comes_back = failed
            if not voicemail.enter(call, box, now):
                unreached(call, 480, now)
        case KeepPlace(number=number):
            booking.book(call, number, now)
        case BackInLine():
            booking.back(call, now)
        case Return() | HangUp():
            call.end("rated" if call.stage is Stage.RATING else "flow_ended", "board", now)
    return []


def ring(call: Call, to: ToNumber, now: float) -> list[Act]:
    """Go where a number leads; only one that the author wrote leads outside, never a caller's."""
    inner = Source(call.source.caller, call.source.name, call.source.line)
    match route(call.plan, to.number, inner, call.works.wall(now)):
        case EnterFlow(flow=flow):
            return visit(call, flow, now, call.visit.quiet if call.visit else 0)
        case RingDesk() as desk:
            ringing.ring_where_led(call, desk, now)
        case CallOut(number=outside) if not to.keyed:
            ringing.dial_outside(call, outside, now)
        case CallOut():
            unreached(call, 403, now)
        case ToBox(box=box):
            if not voicemail.enter(call, box, now):
                unreached(call, 480, now)
        case Refuse(status=status):
            unreached(call, status, now)
        case _:
            unreached(call, 404, now)
    return []


def unreached(call: Call, status: int, now: float) -> None:
    """Nobody is there: go back to the flow, or say so."""
    call.turn(Turn.DIAL)
    ringing.unreached(call, status, now)


def left_flow(call: Call, to: str, now: float) -> None:
    """Tell which way a caller left a flow, and with what in hand."""
    call.flow_left = now
    if call.visit:
        values = call.visit.shown()
        seconds = now - call.flow_began
        call.emit(FlowLeft(call.id, now, call.visit.flow.name, to, seconds, values))


def come_back(call: Call, now: float, sorry: tuple[str, ...]) -> None:
    """Return to the flow where it said so, else say sorry and hang up."""
    if call.stage is not Stage.FLOW:
        call.turn(Turn.GIVE_UP)
    node, call.comes_back = call.comes_back, None
    here = inside(call, now)
    if node and here:
        here.quiet = 0 if now > call.flow_left else here.quiet + AT_ONCE
        follow(call, here.come_back(node), now)
    else:
        begin(call, saying_flow("sorry", sorry), now)


def mail_due(call: Call, now: float) -> None:
    """The time of a caller at a mailbox is over."""
    if call.mail:
        call.mail.due(call, now)
