"""Queues: how they serve now, and the log that report tools read."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from classroom.door import wire
from classroom.door.api.desks import desk
from classroom.door.api.house import Agent, HouseHere, Instructor, Leader
from classroom.door.queues import MoreWrapup, QueueLogLines, QueueState
from classroom.errors import Refusal

router = APIRouter(prefix="/api")


@router.get("/queues")
async def queues(who: Leader, house: HouseHere) -> list[QueueState]:
    """Every queue as it is now; for a student who leads others, those in which the desks in charge serve."""
    found = house.queues.states()
    if who.role != "student":
        return found
    served = house.queues.served_by(house.control.charge(who))
    return [one for one in found if one.name in served]


@router.get("/queues/log")
async def log(
    _: Instructor, house: HouseHere, lines: Annotated[int, Query(ge=1, le=10_000)] = 200
) -> QueueLogLines:
    """The newest lines of ``queue_log``, the oldest of them first."""
    return QueueLogLines(lines=await asyncio.to_thread(house.queues.log.last, lines))


@router.post("/desk/wrapup")
async def more_wrapup(more: MoreWrapup, who: Agent, house: HouseHere) -> wire.DeskState:
    """More time for the summary, as far as the queue allows it."""
    before = await desk(who, house)
    if before.activity != "wrapping":
        raise Refusal(409, "not_now_not_wrapping")
    house.desks.extend_wrapup(who.extension or "", more.seconds)
    after = await desk(who, house)
    if after.until == before.until:
        raise Refusal(409, "not_now_not_wrapping")
    return after
