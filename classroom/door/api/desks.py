"""Desks and lessons: what an agent chooses, what an instructor starts."""

from __future__ import annotations

from fastapi import APIRouter

from classroom.door import wire
from classroom.door.api.house import Agent, Anybody, HouseHere, Instructor, RowNumber
from classroom.errors import Refusal

router = APIRouter(prefix="/api")


@router.get("/desk")
async def desk(who: Agent, house: HouseHere) -> wire.DeskState:
    """The own desk as it is now."""
    found = house.floor.desks.get(who.extension or "")
    if found is None:
        raise Refusal(404, "no_desk")
    return found


@router.post("/desk")
async def choose(change: wire.DutyChange, who: Agent, house: HouseHere) -> wire.DeskState:
    """Choose a duty; ready needs consent and a registered telephone."""
    if change.duty == "ready":
        if not await house.people.has_agreed(who, house.agreement):
            raise Refusal(403, "agree_first")
        if not (await desk(who, house)).registered:
            raise Refusal(409, "no_telephone")
    house.desks.set_duty(who.extension or "", change.duty, change.reason)
    return await desk(who, house)


@router.get("/desks")
async def desks(_: Instructor, house: HouseHere) -> list[wire.DeskState]:
    """Every desk, by extension."""
    return sorted(house.floor.desks.values(), key=lambda found: found.extension)


@router.get("/charge")
async def charge(who: Anybody, house: HouseHere) -> list[str]:
    """The desks that one may listen to, take over, release: those in the own charge."""
    return sorted(house.control.charge(who))


@router.get("/briefing")
async def briefing(who: Anybody, house: HouseHere) -> wire.Briefing:
    """What the next call of this desk will be judged by."""
    found = house.lessons.briefing(who.extension)
    if found is None:
        raise Refusal(404, "no_briefing")
    return found


@router.get("/scenarios")
async def scenarios(_: Instructor, house: HouseHere) -> list[wire.ScenarioRow]:
    """Every scenario there is."""
    return await house.lessons.scenarios()


@router.get("/lessons")
async def lessons(_: Instructor, house: HouseHere) -> list[wire.LessonState]:
    """The lessons, latest first."""
    return await house.lessons.states()


@router.post("/lessons")
async def start(order: wire.LessonOrder, who: Instructor, house: HouseHere) -> wire.LessonState:
    """Let customers call."""
    return await house.lessons.start(order, who.login)


@router.delete("/lessons/{lesson}")
async def stop(lesson: RowNumber, _: Instructor, house: HouseHere) -> wire.LessonState:
    """Place no further calls; those under way go on."""
    return await house.lessons.stop(lesson)
