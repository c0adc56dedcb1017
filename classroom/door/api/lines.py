"""The switchboard's lines at this moment."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from classroom.door.api.house import HouseHere, Instructor, Leader
from classroom.door.lines import ConferenceTape, LinesState
from classroom.panel import seen_by
from classroom.practice.meetings import tapes

router = APIRouter(prefix="/api")


@router.get("/lines")
async def lines(who: Leader, house: HouseHere) -> LinesState:
    """Channels in use, callers who wait, conferences that are open.

    A student who leads others sees the channels of the desks in charge, who waits in their queues,
    and no conferences.
    """
    found = house.control.lines()
    if who.role != "student":
        return found
    charge = house.control.charge(who)
    return seen_by(found, charge | {who.extension or ""}, house.queues.served_by(charge))


@router.get("/conferences")
async def conferences(_: Instructor, house: HouseHere) -> list[ConferenceTape]:
    """Recordings of conferences that are over, the latest first."""
    open_now = [one.name for one in house.control.lines().conferences if one.recorded]
    return await asyncio.to_thread(tapes, house.settings.recordings, open_now)
