"""How a waiting caller books a callback: confirm the number or type another, keep the place, hang up.

While the caller chooses, the place stays in the line but takes no desk. Nobody is called back at a number
that costs more than a call within the country: strangers would call the world at the school's cost.
"""

from __future__ import annotations

from typing import Final

from telephony.pbx import outing, queueing, waiting
from telephony.pbx.call import Call
from telephony.pbx.callback import Callback, CallbackState, CallbackStep
from telephony.pbx.callback_events import CallbackBooked, CallbackMoved, KeptCallback, Line
from telephony.pbx.dialplan import ours, saying_flow
from telephony.pbx.ivr import Flow, Menu, Play, ToQueue
from telephony.pbx.ivr.nodes import BackInLine, Digits, KeepPlace, Node, Reading
from telephony.pbx.numbering import Kind, Number
from telephony.pbx.queue import Place, Queue
from telephony.pbx.queue_plan import CallbackPlan, Way
from telephony.pbx.stages import Stage, Turn
from telephony.pbx.works import Works

KINDS: Final = frozenset({Kind.LOCAL, Kind.NATIONAL, Kind.MOBILE, Kind.FICTIONAL})
"""Numbers that may be called back."""


def dialled(works: Works, digits: str) -> Number | None:
    """Read a number that may be called back; None: it is none, is our own, or costs more than others."""
    number = works.plan.place.dialled(digits) if digits else None
    return number if number and number.kind in KINDS and not ours(works.plan, digits) else None


def callable_number(works: Works, digits: str, line: Line) -> str:
    """Return a number as we would dial it, or nothing where we would not or no trunk of the line may."""
    number = dialled(works, digits)
    if number is None or isinstance(outing.trunks_for(works.plan, number, line), outing.NoWay):
        return ""
    return digits


def open_one(works: Works, queue: str, number: str) -> Callback | None:
    """Find the callback that this number has in this queue."""
    read = works.plan.place.dialled
    wanted = read(number)
    for one in works.callbacks.values():
        if one.queue == queue and wanted and wanted in (read(one.number), read(one.caller)):
            return one
    return None


HOLD_OFF: Final = 10.0
TURNED_AWAY: Final = "turned_away"
"""Why a caller is asked who was never in the line."""
EXITS: Final = ("waited_too_long", "empty")
"""Why a caller is asked who may wait no more."""

# ── the caller chooses ───────────────────────────────────────────────────────


def begin(call: Call, by: str, now: float) -> None:
    """Ask the caller for the number; the place is kept meanwhile.

    ``by`` is the key that asks for it, else why the caller may not wait on: then it is this or nothing.
    """
    queue = call.queue
    assert queue is not None
    call.withdraw(now)
    queue.offered.discard(call.id)
    queue.waiting[call.id].away = True
    queueing.be_quiet(call)
    if call.stage is not Stage.FLOW:
        call.turn(Turn.GIVE_UP)
    call.behind, call.left_by = call.visit, by
    number = callable_number(call.works, call.source.caller, call.source.line)
    if known(call, number):
        return tell_known(call, now)
    in_vain = not number and dialled(call.works, call.source.caller) is not None
    waiting.begin(call, REFUSED if in_vain else asking(number, queue.plan.callback), now)
    return None


def instead(call: Call, queue: Queue, to: ToQueue, now: float) -> None:
    """Offer a callback to a caller who may not join the line; its place begins now."""
    call.queue, call.queued_at = queue, now
    queue.join(call.id, now, priority=int(to.priority), needs=to.skills)
    begin(call, TURNED_AWAY, now)


def leaves(call: Call, way: Way, now: float) -> None:
    """Tell the house that the caller leaves the line; who was never in it does not."""
    if call.left_by in EXITS:
        queueing.tell_left(call, call.left_by, way, now)
    elif call.left_by != TURNED_AWAY:
        queueing.tell_left(call, "key", way, now, key=call.left_by)


def known(call: Call, number: str) -> bool:
    """Say whether this number keeps a place in the line already."""
    assert call.queue is not None
    return bool(number) and open_one(call.works, call.queue.plan.name, number) is not None


def asking(number: str, plan: CallbackPlan) -> Flow:
    """Make the flow that confirms the caller's number or takes another one."""
    keys = {"1": "yes", "2": "type", "*": "wait"}
    said = ("callback.number", Reading("phone", "$number"), "callback.confirm")
    ask = Menu(said, keys, otherwise="wait", seconds=plan.confirm_seconds, tries=2)
    nodes: dict[str, Node] = {
        "ask": ask,
        "type": Digits(
            ("callback.type",),
            into="number",
            then="ask",
            otherwise="wait",
            least=plan.shortest_number,
            most=plan.longest_number,
            wrong=("callback.wrong",),
        ),
        "yes": KeepPlace("$number"),
        "wait": BackInLine(),
    }
    start = "ask" if number else "type"
    return Flow("callback", start, nodes, {"number": number}, frozenset({"number"}))


KNOWN: Final = saying_flow("callback", ("callback.known",))

REFUSED: Final = Flow(
    "callback",
    "say",
    {"say": Play(("callback.cannot",), then="wait"), "wait": BackInLine()},
)


def back(call: Call, now: float) -> None:
    """Go on waiting at the old place."""
    queue = call.queue
    if queue is None or (place := queue.waiting.get(call.id)) is None:
        return call.end("flow_ended", "board", now)
    call.visit = call.behind
    if call.left_by == TURNED_AWAY or call.left_by in EXITS:
        leaves(call, Way("back"), now)
        call.leave_queue(now)
        call.queue = None
        return waiting.come_back(call, now, ("queue.gave_up",))
    place.away = False
    call.turn(Turn.QUEUE)
    queueing.listen_for(call, now)
    queueing.changed(call, now)
    return None


def book(call: Call, digits: str, now: float) -> None:
    """Keep the place for this number; the caller may hang up."""
    works, queue = call.works, call.queue
    number = callable_number(works, digits, call.source.line)
    if queue is None or not number:
        return waiting.begin(call, REFUSED, now)
    if known(call, number):
        return tell_known(call, now)
    position = queue.position(call.id)
    callback = Callback(
        works.entropy(6).hex(), queue.plan.name, number, call.source.caller, call.source.line,
        queue.waiting[call.id], lang=call.sound.lang,
    )  # fmt: skip
    works.callbacks[callback.id] = callback
    leaves(call, Way("callback"), now)
    place = queue.hand_over(call.id, callback.id)
    place.away, place.callback = False, True
    call.waited, call.queue = now - call.queued_at, None
    call.emit(
        CallbackBooked(
            callback=callback.id,
            at=now,
            call=call.id,
            queue=callback.queue,
            number=number,
            caller=callback.caller,
            line=callback.line,
            since=place.since,
            rank=place.rank,
            position=position,
            lang=callback.lang,
        )
    )
    works.match_due = True
    waiting.begin(call, saying_flow("callback", ("callback.booked",)), now)
    return None


def tell_known(call: Call, now: float) -> None:
    """One place is enough: this one is given up by the key, which is no abandon, and the other told of."""
    leaves(call, Way("callback"), now)
    call.leave_queue(now)
    call.queue = None
    waiting.begin(call, KNOWN, now)


# ── the book ─────────────────────────────────────────────────────────────────


def move(works: Works, callback: Callback, step: CallbackStep, why: str, now: float,
         extension: str = "") -> None:  # fmt: skip
    """Move a callback on and tell the house; one that is over leaves the line."""
    callback.step(step)
    if callback.state is CallbackState.OVER:
        works.callbacks.pop(callback.id, None)
        works.alarms.cancel(("callback", callback.id))
        works.queues[callback.queue].leave(callback.id)
    works.emit(
        CallbackMoved(
            callback=callback.id,
            at=now,
            queue=callback.queue,
            number=callback.number,
            state=callback.state.value,
            why=why,
            tries=callback.tries,
            call=callback.try_id,
            extension=extension,
        )
    )


def close(works: Works, name: str, why: str, now: float) -> None:
    """Call this one back no more; a try under way is given up."""
    callback = works.callbacks.get(name)
    if callback is None:
        return
    move(works, callback, CallbackStep.END, why, now)
    if attempt := works.rooms.get(callback.try_id):
        attempt.end("cancelled", "board", now)


def hold_off(works: Works, now: float) -> None:
    """Call nobody back for a moment: every call was just ended, perhaps the house closes."""
    for callback in works.callbacks.values():
        callback.place.away = True
        if callback.state is not CallbackState.RESTING:
            works.alarms.set(("callback", callback.id), now + HOLD_OFF)


def served(call: Call, now: float) -> None:
    """A caller who is talking to an agent of the queue need not be called back there, nor is any more."""
    if call.queue and call.source.caller and call.works.callbacks:
        found = open_one(call.works, call.queue.plan.name, call.source.caller)
        if found:
            close(call.works, found.id, "served", now)


def restore(works: Works, kept: tuple[KeptCallback, ...], now: float) -> None:
    """Put callbacks of before a restart back where they stood."""
    before_all = -len(kept)
    for number, one in enumerate(kept, start=before_all):  # each has a place of its own
        queue = works.queues.get(one.queue)
        if queue is None or one.callback in works.callbacks:
            continue
        place = Place(one.callback, one.since, one.rank, number, callback=True)
        queue.rejoin(place)
        works.callbacks[one.callback] = Callback(
            one.callback, one.queue, one.number, one.caller, one.line, place, one.tries, one.lang
        )
    works.match_due = True
