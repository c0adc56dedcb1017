"""The switchboard's lines at this moment."""

from __future__ import annotations

from fastapi import APIRouter

from classroom.door.api.house import HouseHere, Leader
from classroom.door.lines import LinesState
from classroom.panel import seen_by

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
