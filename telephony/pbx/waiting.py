"""What a caller goes through in a flow: prompts, keys, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telephony.pbx import queueing, ringing
from telephony.pbx.call import RATING_LIMIT, Call
from telephony.pbx.dialplan import rating_flow, saying_flow
from telephony.pbx.events import MenuChosen, Rated
from telephony.pbx.ivr import (
    Act,
    Chose,
    Exit,
    Flow,
    HangUp,
    Hush,
    Leave,
    Listen,
    Tell,
    ToExtension,
    ToQueue,
    Visit,
)
from telephony.pbx.plan import RatingPlan
from telephony.pbx.stages import Stage, Turn

PROMPT_LIMIT: Final = 180.0
"""A prompt whose end is not heard of by then counts as played."""


def enter(call: Call, flow: Flow, now: float) -> None:
    """Answer the caller and begin a flow; a queue that is full at once may be a busy line."""
    if queueing.is_busy(call, flow, now):
        return
    call.turn(Turn.ENTER)
    if not call.caller.answered:
        call.works.legs.answer(call.caller, now)
    begin(call, flow, now)


def begin(call: Call, flow: Flow, now: float, node: str | None = None) -> None:
    """Begin a flow, or come back to one of its nodes."""
    works = call.works
    call.visit = Visit(flow, is_open=lambda hours: hours.open_at(works.wall(now)))
    follow(call, call.visit.begin(node), now)


def rate(call: Call, rating: RatingPlan, now: float) -> None:
    """Ask the caller, whom the agent has left, to rate."""
    call.turn(Turn.RATE)
    call.close_talk("callee", now)
    call.wake("guard", now + RATING_LIMIT)
    begin(call, rating_flow(rating), now)


def follow(call: Call, acts: Sequence[Act], now: float) -> None:
    """Do what the visit asks."""
    for act in acts:
        match act:
            case Tell(prompts=prompts):
                tell(call, prompts, now)
            case Hush():
                call.sleep("prompt")
                call.sound.hush(now)
            case Listen(seconds=seconds):
                call.wake("listen", now + seconds)
            case Chose():
                chose(call, act, now)
            case Leave(to=to):
                leave(call, to, now)


def tell(call: Call, prompts: tuple[str, ...], now: float) -> None:
    """Play prompts; where there is nothing to play, go on at once."""
    if call.sound.tell(prompts, now):
        call.wake("prompt", now + PROMPT_LIMIT)
    elif call.visit:
        follow(call, call.visit.played(), now)


def chose(call: Call, act: Chose, now: float) -> None:
    """A key was taken."""
    call.sleep("listen")
    if call.stage is Stage.RATING:
        call.emit(Rated(call.id, now, call.extension, int(act.key)))
    else:
        call.emit(MenuChosen(call.id, now, act.menu, act.key))


def played(call: Call, now: float) -> None:
    """Every prompt that was asked for is over."""
    call.sleep("prompt")
    if call.stage in (Stage.FLOW, Stage.RATING) and call.visit:
        follow(call, call.visit.played(), now)


def pressed(call: Call, key: str, now: float) -> None:
    """The caller pressed a key."""
    if call.stage in (Stage.FLOW, Stage.RATING) and call.visit:
        follow(call, call.visit.press(key), now)
    elif call.stage in (Stage.QUEUED, Stage.OFFERED):
        queueing.pressed(call, key, now)


def silent(call: Call, now: float) -> None:
    """The caller pressed nothing in time."""
    if call.stage in (Stage.FLOW, Stage.RATING) and call.visit:
        follow(call, call.visit.silence(), now)


def leave(call: Call, to: Exit, now: float) -> None:
    """Go where the flow leads."""
    call.sleep("listen")
    match to:
        case ToQueue():
            queueing.join(call, to, now)
        case ToExtension(extension=extension, failed=failed):
            call.comes_back = failed
            ringing.dial(call, extension, now)
        case HangUp():
            call.end("rated" if call.stage is Stage.RATING else "flow_ended", "board", now)


def come_back(call: Call, now: float, sorry: tuple[str, ...]) -> None:
    """Return to the flow where it said so, else say sorry and hang up."""
    if call.stage is not Stage.FLOW:
        call.turn(Turn.GIVE_UP)
    node, call.comes_back = call.comes_back, None
    if node and call.visit:
        begin(call, call.visit.flow, now, node)
    else:
        begin(call, saying_flow("sorry", sorry), now)
