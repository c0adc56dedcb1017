"""Calls that nobody takes, through the door: forwards, voice messages, the mailbox's PIN."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from classroom.door import answering_wire as wire
from classroom.door.api.house import Agent, Answering, HouseHere, Instructor
from classroom.door.api.openapi import SOUND
from classroom.errors import Refusal
from classroom.practice.tape import as_pcm16

router = APIRouter(prefix="/api")


def answering(house: HouseHere) -> Answering:
    """The keeper of forwards and messages; refuses where the house has none."""
    if house.answering is None:
        raise Refusal(404, "no_message")
    return house.answering


Keeper = Annotated[Answering, Depends(answering)]


@router.get("/forwards")
async def forwards(who: Agent, keeper: Keeper) -> wire.ForwardsState:
    """What the own desk wishes for calls it does not take."""
    return keeper.wishes(who.extension or "")


@router.put("/forwards")
async def forward(state: wire.ForwardsState, who: Agent, keeper: Keeper) -> wire.ForwardsState:
    """Send the own desk's calls on."""
    keeper.wish(who.extension or "", state)
    return keeper.wishes(who.extension or "")


@router.get("/forwards/{extension}")
async def forwards_of(extension: str, _: Instructor, keeper: Keeper) -> wire.ForwardsState:
    """What another desk wishes."""
    return keeper.wishes(extension)


@router.put("/forwards/{extension}")
async def forward_at(
    extension: str, state: wire.ForwardsState, _: Instructor, house: HouseHere, keeper: Keeper
) -> wire.ForwardsState:
    """Send another desk's calls on, or bring them back."""
    if extension not in house.floor.desks:
        raise Refusal(404, "no_such_desk")
    keeper.wish(extension, state)
    return keeper.wishes(extension)


@router.get("/messages")
async def messages(who: Agent, keeper: Keeper) -> list[wire.VoiceMessage]:
    """The voice messages of the own desk and of its groups."""
    return keeper.messages(who.extension or "")


@router.post("/messages/{message}")
async def mark(
    message: str, change: wire.MessageMark, who: Agent, keeper: Keeper
) -> list[wire.VoiceMessage]:
    """A message was heard, or is to be saved or deleted."""
    keeper.mark(who.extension or "", message, change)
    return keeper.messages(who.extension or "")


@router.get("/messages/{message}/sound", response_class=Response, responses=SOUND)
async def sound(message: str, who: Agent, house: HouseHere, keeper: Keeper) -> Response:
    """The message as WAV; listening is audited."""
    path = keeper.sound(who.extension or "", message)
    try:
        heard = await asyncio.to_thread(as_pcm16, path)
    except (OSError, ValueError) as error:
        raise Refusal(404, "no_message") from error
    await house.people.audit(who.login, "listen", message)
    return Response(heard, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})


@router.put("/mailbox", status_code=204)
async def choose_pin(change: wire.PinChange, who: Agent, keeper: Keeper) -> None:
    """Choose the PIN that is asked for when the own messages are heard by telephone."""
    keeper.choose_pin(who.extension or "", change.pin)
