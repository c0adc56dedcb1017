"""The floor's WebSocket: first everything as it is, then every change."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import cast

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from classroom.bus import Listener
from classroom.door import wire
from classroom.door.api.house import house, language, person, token_of
from classroom.errors import Refusal
from classroom.floor import may_see
from classroom.words import say

router = APIRouter()

GOING_AWAY, REFUSED, TAKEN, TOO_SLOW = 1001, 4401, 4409, 1013


@router.websocket("/api/floor")
async def floor(socket: WebSocket) -> None:
    """Tell one person what happens, as far as that person may see it.

    With ``?over=charge`` a student who leads others sees the desks in charge, too; a seat never asks so.
    """
    place = house(socket)
    await socket.accept()
    try:
        who = await person(socket)
    except Refusal as refusal:
        code = TAKEN if refusal.status == 409 else REFUSED
        await socket.close(code, refusal.sentence(language(socket)))
        return
    token = token_of(socket)
    role, extension = cast(wire.Role, who.role), who.extension
    leads = socket.query_params.get("over") == "charge"
    charge = place.control.charge(who) if leads else frozenset()
    queues = place.queues.served_by(charge)
    listener = place.bus.listen(lambda note: may_see(note, role, extension, charge, queues))
    place.sitting.listens(token, listener)
    telling = asyncio.create_task(
        _tell(socket, place.floor.snapshot(role, extension, charge, queues), listener), name="floor"
    )
    try:
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
    finally:
        place.bus.leave(listener)
        place.sitting.leaves(token, listener)
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling


async def _tell(
    socket: WebSocket, snapshot: list[wire.FloorEvent], listener: Listener[wire.FloorEvent]
) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):  # it left while being told
        for event in snapshot:
            await socket.send_text(event.model_dump_json())
        async for note in listener:
            await socket.send_text(note.event.model_dump_json())
        if house(socket).sitting.replaced(token_of(socket)):
            await socket.close(TAKEN, say("seat_taken", language(socket)))
        elif listener.cut_off:
            await socket.close(TOO_SLOW, say("too_slow", language(socket)))
        else:
            await socket.close(GOING_AWAY)
