"""Calls: lists, one whole, what the agent does during and after it, its marks."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from classroom.door import wire
from classroom.door.api.house import Anybody, HouseHere, Instructor
from classroom.door.trace import CallTrace
from classroom.errors import Refusal
from classroom.store.choice import Which
from classroom.store.people import Person

router = APIRouter(prefix="/api/calls")


async def own_call(call_id: str, who: Anybody, house: HouseHere) -> str:
    """Let a student at the own calls only; somebody else's call is not there."""
    if house.floor.handled(call_id, who.extension):
        return call_id
    call = await house.records.call(call_id)
    mine = call is not None and who.login in (
        call.agent,
        call.dialled_by,
        *await house.records.agents(call_id),
    )
    if call is None or (who.role == "student" and not mine):
        raise Refusal(404, "no_call", call=call_id)
    return call_id


OwnCall = Annotated[str, Depends(own_call)]


async def handled_call(call_id: OwnCall, who: Anybody, house: HouseHere) -> str:
    """Let only agents who have, or have had, the call touch it while it is open."""
    if call_id not in house.floor.calls:
        raise Refusal(409, "call_is_over", call=call_id)
    if not house.floor.handled(call_id, who.extension):
        raise Refusal(403, "not_allowed")
    return call_id


HandledCall = Annotated[str, Depends(handled_call)]


def wanted(
    number: Annotated[str, Query(pattern=r"^\+?[0-9*#]{0,32}$")] = "",
    since: float | None = None,
    until: float | None = None,
    direction: Literal["", "in", "out"] = "",
    result: Literal["", "answered", "missed"] = "",
) -> Which:
    """Read the conditions."""
    return Which(number, since, until, direction, result)


Wanted = Annotated[Which, Depends(wanted)]


@router.get("")
async def calls(
    who: Anybody,
    house: HouseHere,
    which: Wanted,
    agent: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: float | None = None,
) -> list[wire.CallSummary]:
    """The newest calls that fit; a student's own, taken or dialled."""
    mine = who.login if who.role == "student" else agent
    return await house.records.calls(agent=mine, limit=limit, before=before, which=which)


@router.get("/{call_id}")
async def call(call_id: OwnCall, who: Anybody, house: HouseHere) -> wire.CallRecord:
    """One call, whole; a student sees the marks of the own part."""
    mine = who.login if who.role == "student" else None
    found = await house.records.record(call_id, mine)
    if found is None:
        raise Refusal(404, "no_call", call=call_id)
    return found


@router.get("/{call_id}/trace")
async def trace(call_id: OwnCall, house: HouseHere) -> CallTrace:
    """One call's way through the house, step by step, past or running."""
    found = await house.records.trace(call_id)
    if found is None:
        raise Refusal(404, "no_call", call=call_id)
    return found


@router.post("/{call_id}/actions", status_code=204)
async def act(action: wire.Action, call_id: HandledCall, who: Anybody, house: HouseHere) -> None:
    """Tell what the agent did on screen."""
    house.calls.act(call_id, action, who.login)


@router.post("/{call_id}/wrapup", status_code=204)
async def wrap_up(
    wrapup: wire.Wrapup, call_id: HandledCall, who: Anybody, house: HouseHere
) -> None:
    """Submit the call summary; the desk is free again."""
    house.calls.wrap_up(call_id, wrapup, who.login)


@router.put("/{call_id}/draft", status_code=204)
async def draft(written: wire.Wrapup, call_id: HandledCall, who: Anybody, house: HouseHere) -> None:
    """Keep a call summary that is being written, so that a seat that dies loses nothing."""
    house.calls.draft(call_id, written, who.login)


@router.get("/{call_id}/draft")
async def drafted(call_id: HandledCall, who: Anybody, house: HouseHere) -> wire.Wrapup:
    """What the asker had written of this call's summary; all empty where nothing was."""
    return house.calls.drafted(call_id, who.login)


@router.get("/{call_id}/model")
async def model(call_id: OwnCall, _: Instructor, house: HouseHere) -> wire.ModelAnswer:
    """The model answer of the call's scenario, filled in."""
    found = await house.calls.model(call_id)
    if found is None:
        raise Refusal(404, "no_model")
    return found


@router.post("/{call_id}/verdict")
async def judge(
    verdict: wire.Verdict, call_id: OwnCall, who: Instructor, house: HouseHere
) -> wire.Verdict:
    """Put an instructor's word beside the automatic score."""
    signed = _signed(verdict, who)
    await house.calls.judge(call_id, signed)
    await house.people.audit(who.login, "verdict", call_id)
    return signed


def _signed(verdict: wire.Verdict, who: Person) -> wire.Verdict:
    """Who gave it and when is the server's knowledge, never the sender's."""
    return verdict.model_copy(update={"by": who.login, "at": time.time()})


@router.post("/{call_id}/regrade")
async def regrade(call_id: OwnCall, who: Instructor, house: HouseHere) -> wire.Scorecard:
    """Grade again; the same evidence gives the same score."""
    card = await house.calls.regrade(call_id)
    await house.people.audit(who.login, "regrade", call_id)
    return card
