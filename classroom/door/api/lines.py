"""The switchboard's lines at this moment."""

from __future__ import annotations

from fastapi import APIRouter

from classroom.door.api.house import HouseHere, Instructor
from classroom.door.lines import LinesState

router = APIRouter(prefix="/api")


@router.get("/lines")
async def lines(_: Instructor, house: HouseHere) -> LinesState:
    """Channels in use, callers who wait, conferences that are open."""
    return house.control.lines()
