"""What a caller goes through in a queue: join, be told, and leave, served or not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, Literal

from telephony.pbx import booking, ringing, waiting
from telephony.pbx.call import Call
from telephony.pbx.desk import Desk
from telephony.pbx.dialplan import saying_flow
from telephony.pbx.events import PositionSpoken, Queued, QueueLeft, TurnedAway
from telephony.pbx.ivr import Flow, Leave, Menu, ToQueue, ToVoicemail
from telephony.pbx.ivr.nodes import Node
from telephony.pbx.queue import Queue
from telephony.pbx.queue_plan import Way
from telephony.pbx.stages import Stage, Turn
from telephony.pbx.works import Works

BUSY_PERIODS: Final = 8
"""So long a caller hears the busy tone before the call ends."""
EXITS: Final = {"waited_too_long": "EXITWITHTIMEOUT", "key": "EXITWITHKEY", "empty": "EXITEMPTY"}
"""How report tools call the reasons to leave."""


# ── in ───────────────────────────────────────────────────────────────────────


def join(call: Call, to: ToQueue, now: float) -> None:
    """Take a place in the line, or be turned away."""
    call.comes_back = to.gave_up
    call.been.add(to.queue)
    queue = call.works.queues[to.queue]
    if why := refuses(queue, call.works, now):
        return turn_away(call, queue, why, to, now)
    last = last_desk(call, queue, now)
    if last and queue.plan.ask_last_agent and not to.asked:
        return ask_for(call, to, last, now)
    call.turn(Turn.QUEUE)
    call.queue, call.queued_at = queue, now
    wants = to.desk or (last.extension if last and queue.plan.sticky else "")
    position = queue.join(call.id, now, priority=int(to.priority), needs=to.skills, wants=wants)
    listen_for(call, now)
    changed(call, now)
    call.emit(
        Queued(
            call.id, now, to.queue, position, strategy=queue.plan.strategy,
            needs=dict(to.skills), priority=int(to.priority), wants=wants,
        )
    )  # fmt: skip
    return None


def listen_for(call: Call, now: float) -> None:
    """Set the alarms of a caller who waits."""
    assert call.queue is not None
    plan, waits = call.queue.plan, call.queued_at + call.queue.plan.max_wait
    call.wake("wait", max(now, waits))
    call.wake("position", now + plan.spoken.first)
    call.wake("guard", max(now, waits) + call.plan.longest_setup)


def be_quiet(call: Call) -> None:
    """Let the alarms of a caller who waits be."""
    for kind in ("wait", "position", "change"):
        call.sleep(kind)


def last_desk(call: Call, queue: Queue, now: float) -> Desk | None:
    """Find the desk that served this caller last, if it serves the queue.

    When the caller is asked about it, it must be free; to wait for it, somebody must work there.
    """
    desk = call.works.desks.get(call.works.served.get(call.source.caller, ""))
    if desk is None or not queue.serves(desk.extension):
        return None
    there = desk.available(now) if queue.plan.ask_last_agent else desk.staffed()
    return desk if there else None


def ask_for(call: Call, to: ToQueue, desk: Desk, now: float) -> None:
    """Ask the caller whether to be put through to the agent of the last talk (TEL-26)."""
    here = call.visit
    assert here is not None
    more: dict[str, Node] = {
        "last agent?": Menu(("last_agent.ask",), {"1": "last agent", "2": "any agent"}, otherwise="any agent",
                            tries=1),
        "last agent": replace(to, desk=desk.extension, asked=True),
        "any agent": replace(to, asked=True),
    }  # fmt: skip
    here.flow = replace(here.flow, nodes={**here.flow.nodes, **more})
    waiting.follow(call, here.come_back("last agent?"), now)


def served(call: Call, extension: str, now: float) -> None:
    """An agent took the call: remember who, and forget a callback that is no longer needed."""
    if call.queue and call.source.caller:
        call.works.remember(call.source.caller, extension)
        booking.served(call, now)


def refuses(queue: Queue, works: Works, now: float) -> Literal["full", "empty"] | None:
    """Say why nobody may join this queue just now."""
    plan = queue.plan
    if plan.max_length is not None and len(queue.waiting) >= plan.max_length:
        return "full"
    return None if queue.has(plan.join_if, works.desks, now) else "empty"


def turn_away(
    call: Call, queue: Queue, why: Literal["full", "empty"], to: ToQueue, now: float
) -> None:
    """Lead a caller who may not join where the plan says."""
    way = queue.plan.full if why == "full" else queue.plan.empty
    call.emit(TurnedAway(call.id, now, queue.plan.name, why, way.kind))
    if way.kind == "callback":
        booking.instead(call, queue, to, now)
    else:
        go(call, way, now)


def is_busy(call: Call, flow: Flow, now: float) -> bool:
    """Refuse a call that leads straight to a full queue: the caller hears busy and pays nothing."""
    first = flow.nodes[flow.start]
    if call.caller.answered or not isinstance(first, ToQueue):
        return False
    queue = call.works.queues.get(first.queue)  # a queue that a variable names is not known yet
    why = refuses(queue, call.works, now) if queue else None
    if (
        queue is None
        or why is None
        or (queue.plan.full if why == "full" else queue.plan.empty).kind != "busy"
    ):
        return False
    call.emit(TurnedAway(call.id, now, queue.plan.name, why, "busy"))
    call.end("queue_full" if why == "full" else "queue_empty", "board", now, status=486)
    return True


# ── while waiting ────────────────────────────────────────────────────────────


def announce(call: Call, now: float) -> None:
    """Tell the caller the position, the expected wait, and how to leave."""
    queue = call.queue
    if queue is None or call.stage not in (Stage.QUEUED, Stage.OFFERED):
        return
    spoken, position = queue.plan.spoken, queue.position(call.id)
    expected = queue.expected_wait(call.id, call.works.desks, now)
    keys = [f"queue.position.{position}"] if position <= spoken.last_position else []
    if spoken.wait and expected >= spoken.least_wait:
        minutes = min(spoken.most_minutes, max(1, math.ceil(expected / 60)))
        keys.append(f"queue.wait.{minutes}")
    if expected >= spoken.offer_from:
        keys += spoken.offer
    if call.sound.tell(tuple(keys), now):
        call.emit(PositionSpoken(call.id, now, queue.plan.name, position, expected))
    call.wake("position", now + spoken.every)


def changed(call: Call, now: float) -> None:
    """More desks may take the call than before."""
    call.works.match_due = True
    if call.queue and (at := call.queue.next_change(call.id, now)) is not None:
        call.wake("change", at)


# ── out ──────────────────────────────────────────────────────────────────────


def give_up(call: Call, now: float) -> None:
    """The caller waited too long."""
    if call.queue and call.may(Turn.GIVE_UP):
        leave(call, "waited_too_long", call.queue.plan.timed_out, now)


def pressed(call: Call, key: str, now: float) -> None:
    """A key that the queue knows leaves it; any other is let be."""
    way = call.queue.plan.keys.get(key) if call.queue else None
    if way:
        leave(call, "key", way, now, key=key)


def clear(works: Works, now: float) -> None:
    """Lead everybody out of queues that too few are left to serve."""
    for queue in works.queues.values():
        if queue.waiting and not queue.has(queue.plan.stay_if, works.desks, now):
            for name in list(queue.waiting):
                call = works.calls.get(name)
                if call and call.may(Turn.GIVE_UP):
                    leave(call, "empty", queue.plan.empty, now)
                    call.show()


def leave(call: Call, why: str, way: Way, now: float, *, key: str = "") -> None:
    """Give up the place and go another way; a desk that rings for the call is not to blame."""
    if way.kind == "callback":
        return booking.begin(call, key or why, now)
    tell_left(call, why, way, now, key=key)
    call.withdraw(now)
    call.leave_queue(now)
    call.queue = None
    call.turn(Turn.GIVE_UP)
    return go(call, way, now)


def tell_left(call: Call, why: str, way: Way, now: float, *, key: str = "") -> None:
    """Tell the house that a caller gives the place up, or keeps it for a callback."""
    queue = call.queue
    assert queue is not None
    call.emit(
        QueueLeft(
            call=call.id,
            at=now,
            queue=queue.plan.name,
            position=queue.position(call.id),
            waited=now - call.queued_at,
            why=why,
            queue_log=EXITS[why],
            first_position=queue.waiting[call.id].first_position,
            key=key,
            to=way.kind,
        )
    )


def go(call: Call, way: Way, now: float) -> None:
    """Lead a caller who is in a flow on to where the plan says."""
    match way.kind:
        case "queue" if way.name not in call.been:
            join(call, ToQueue(way.name, gave_up=call.comes_back), now)
        case "extension":
            call.comes_back = None
            ringing.dial(call, way.name, now)
        case "flow":
            waiting.begin(call, call.plan.flows[way.name], now)
        case "voicemail":
            waiting.follow(call, [Leave(ToVoicemail(way.name, call.comes_back))], now)
        case "say":
            waiting.begin(call, saying_flow("sorry", (way.name,)), now)
        case "busy":
            waiting.begin(call, saying_flow("busy", ("busy",) * BUSY_PERIODS), now)
        case _:
            waiting.come_back(call, now, ("queue.gave_up",))
