"""Seats: their rules, the locked screen, what the own telephone did last."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request

from classroom.door.api.house import Agent, Anybody, HouseHere
from classroom.door.seats import RecentCall, SeatRules, Unlock
from classroom.errors import Refusal

router = APIRouter(prefix="/api/seat")


@router.get("")
async def rules(_: Anybody, house: HouseHere) -> SeatRules:
    """What the school decided of its seats."""
    return house.settings.seats.rules()


@router.post("/unlock", status_code=204)
async def unlock(ask: Unlock, request: Request, who: Anybody, house: HouseHere) -> None:
    """Prove that the agent is back; tried too often it is refused for a while, as a log-in is."""
    address = request.client.host if request.client else ""
    house.doorkeeper.admit(who.login, address, time.monotonic())
    if await house.people.proved(who.login, ask.password) is None:
        house.doorkeeper.failed(who.login, address, time.monotonic())
        raise Refusal(403, "wrong_unlock")
    house.doorkeeper.passed(who.login, address)


@router.get("/recents")
async def recents(who: Agent, house: HouseHere) -> list[RecentCall]:
    """The last calls of the own telephone: dialled, answered, missed; the newest first."""
    return house.control.recents(who.extension or "")
