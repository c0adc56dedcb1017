"""Seats: their rules, the locked screen, what the own telephone did last."""

from __future__ import annotations

import time

from fastapi import APIRouter, Request

from classroom.door.api.house import Agent, Anybody, HouseHere, token_of
from classroom.door.seats import RecentCall, SeatRules, Sit, Unlock
from classroom.errors import Refusal

router = APIRouter(prefix="/api/seat")


@router.get("")
async def rules(_: Anybody, house: HouseHere) -> SeatRules:
    """What the school decided of its seats."""
    return house.settings.seats.rules()


@router.post("/sit", status_code=204)
async def sit(ask: Sit, connection: Request, who: Agent, house: HouseHere) -> None:
    """Take the seat; another one with the same log-in has to go, unless it is in a call."""
    extension = who.extension or ""
    desk = house.floor.desks.get(extension)
    busy = desk is not None and desk.activity != "idle"
    if house.sitting.sit(who.login, token_of(connection), again=ask.again, busy=busy):
        house.desks.set_duty(extension, "off", "")


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
