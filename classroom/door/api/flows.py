"""Flows of the menu: read them, edit drafts, put them live, try them."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from classroom.door import flow_wire as wire
from classroom.door.api.house import HouseHere, Instructor, LangHere
from classroom.door.api.openapi import a_file
from classroom.errors import Refusal
from classroom.flows.room import FlowRoom
from classroom.flows.sounds import LARGEST

router = APIRouter(prefix="/api/flows")


def flow_room(house: HouseHere, _: Instructor) -> FlowRoom:
    """The room where flows are kept; instructors only."""
    if house.flows is None:
        raise Refusal(404, "no_such_page")
    return house.flows


Room = Annotated[FlowRoom, Depends(flow_room)]


@router.get("")
async def flows(room: Room, lang: LangHere) -> list[wire.FlowRow]:
    """Every flow."""
    return room.rows(lang)


@router.post("")
async def new(order: wire.FlowNew, room: Room, lang: LangHere) -> wire.FlowPage:
    """Draft a new flow; nothing is saved before it is put."""
    return room.new(order, lang)


@router.get("/{name}")
async def flow(name: str, room: Room, lang: LangHere) -> wire.FlowPage:
    """One flow, as a text and as a tree of forms."""
    return await asyncio.to_thread(room.page, name, lang)


@router.put("/{name}")
async def put(name: str, draft: wire.FlowDraft, room: Room, lang: LangHere) -> wire.FlowPage:
    """Check a flow and put it live; calls in progress go on as they began."""
    return await room.put(name, draft.text, lang, draft.version)


@router.post("/{name}/edit")
async def edit(name: str, change: wire.FlowEdit, room: Room, lang: LangHere) -> wire.FlowPage:
    """Change one node of a draft; nothing is saved."""
    return await asyncio.to_thread(room.edit, name, change, lang)


@router.post("/{name}/trial")
async def trial(name: str, room: Room, lang: LangHere) -> wire.FlowRow:
    """Make a flow ready to be tried from a seat; says which number to dial."""
    return await room.trial(name, lang)


@router.post("/{name}/variables")
async def variables(
    name: str, change: wire.FlowVariables, room: Room, lang: LangHere
) -> wire.FlowPage:
    """Store all the variables of a draft; nothing is saved before it is put."""
    return await asyncio.to_thread(room.store, name, change, lang)


@router.post("/{name}/sounds/{prompt}", openapi_extra=a_file("application/octet-stream"))
async def sound(name: str, prompt: str, request: Request, room: Room) -> wire.FlowSound:
    """Take in the recording of a prompt: the file's bytes, whatever sound it is."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > LARGEST:
            raise Refusal(413, "flow_sound", why=f"> {LARGEST >> 20} MB")
    return await asyncio.to_thread(room.keep_sound, name, prompt, bytes(data))


@router.delete("/{name}", status_code=204)
async def remove(name: str, room: Room) -> None:
    """Take a flow of the school's own away; calls in progress go on as they began."""
    await room.remove(name)
