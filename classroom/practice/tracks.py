"""What a call's trace needs besides its timeline: written into the timeline's own rows as they happen.

Only a flow that a caller leaves has a row of its own (``trace``); marks are given without any of it.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from classroom.practice.opencall import OpenCall
from classroom.store.calls import EvidenceRow
from telephony.pbx import events as news
from telephony.pbx.ivr.news import FlowLeft

Seen: TypeAlias = dict[str, Any]


def came_in(event: news.CallStarted) -> Seen:
    """Say by which line a call came, from whom and for whom."""
    return {
        "caller": event.caller,
        "dialled": event.dialled,
        "trunk": event.trunk or "",
        "by": event.extension or "",
        "transport": event.transport,
        "callback": event.callback,
    }


def left_menu(call: OpenCall, event: FlowLeft) -> EvidenceRow:
    """Say what a caller leaves a flow with, secret variables left out."""
    body = {
        "what": "left_menu",
        "value": event.flow,
        "to": event.to,
        "keyed": {name: value for name, value in event.values.items() if value},
        "asked": call.asked,
    }
    call.asked = []
    return EvidenceRow(call_id=call.id, clock=event.at, kind="trace", body=body)


def requested(event: news.Queued) -> Seen:
    """Say what kind of desk is wanted."""
    return {
        "strategy": event.strategy,
        "needs": dict(event.needs),
        "priority": event.priority,
        "wants": event.wants,
        "position": event.position,
    }


def offered(event: news.DeskOffered, agent: str, *, popped: float) -> Seen:
    """Say why this desk rings, and when its card was on its screen."""
    seen: Seen = {"agent": agent, "popped": popped, "waited": round(event.waited, 3)}
    if why := event.choice:
        seen["choice"] = {
            "by": why.by,
            "free": why.free,
            "idle": round(why.idle, 3),
            "calls": why.calls,
            "talked": round(why.talked, 3),
            "skill": why.skill,
        }
    return seen


def connected(event: news.DeskAnswered, *, told: float) -> Seen:
    """Say when the classroom knew that the two are connected."""
    return {"told": told, "rang": round(event.rang, 3), "codec": event.codec}
