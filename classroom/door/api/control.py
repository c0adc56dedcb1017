"""The control WebSocket: a person's orders to the switchboard, its answers and its news."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import TypeAdapter, ValidationError

from classroom.bus import Listener, Note
from classroom.door import control, wire
from classroom.door.api.floor import REFUSED, TAKEN, TOO_SLOW
from classroom.door.api.house import House, house, language, person, token_of
from classroom.door.api.pages import event_names
from classroom.errors import Refusal
from classroom.misfit import reason_of
from classroom.store.people import Person
from classroom.words import say

router = APIRouter()

ORDERS: TypeAdapter[control.AnyOrder] = TypeAdapter(control.AnyOrder)
LONGEST = 16_384
"""Bytes of one order; a longer one is no order."""


@router.websocket("/api/control")
async def control_desk(socket: WebSocket) -> None:
    """Take orders from one person until the connection ends."""
    await socket.accept()
    try:
        who = await person(socket)
    except Refusal as refusal:
        code = TAKEN if refusal.status == 409 else REFUSED
        await socket.close(code, refusal.sentence(language(socket)))
        return
    desk, token, sitting = (
        Standing(socket, house(socket), who),
        token_of(socket),
        house(socket).sitting,
    )
    sitting.listens(token, desk)
    try:
        with suppress(WebSocketDisconnect, RuntimeError):  # it left while being answered
            while True:
                frame = await socket.receive()
                if frame["type"] == "websocket.disconnect":
                    break
                if (text := frame.get("text")) is not None:
                    await desk.take(text)
                else:
                    await desk.take_no_text()
    finally:
        sitting.leaves(token, desk)
        await desk.leave()


class Standing:
    """One person at the control WebSocket."""

    def __init__(self, socket: WebSocket, place: House, who: Person) -> None:
        self._socket, self._house, self._who = socket, place, who
        self._lang = language(socket)
        self._listener: Listener[control.News] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._going: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Another seat has this log-in now: no further order is taken."""
        self._going = asyncio.create_task(self._go(), name="control: seat taken")

    async def _go(self) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(TAKEN, say("seat_taken", self._lang))

    async def take(self, text: str) -> None:
        """Carry out one order and answer it."""
        if self._going is not None:
            return await self._going
        if len(text) > LONGEST:
            return await self._refuse(say("order_too_long", self._lang, most=LONGEST))
        try:
            order = read(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"] if part != "function-wrap")
            why = reason_of(first, self._lang)
            problem = say("bad_order", self._lang, where=where or "JSON", why=why)
            return await self._refuse(problem, id_of(text))
        try:
            seq = await self._do(order)
        except Refusal as refusal:
            code = refusal.key.removeprefix("not_now_")
            sentence = refusal.sentence(self._lang)
            return await self._say(control.Refused(id=order.id, code=code, problem=sentence))
        return await self._say(control.Done(id=order.id, seq=seq))

    async def take_no_text(self) -> None:
        """Refuse a binary frame: orders are text."""
        await self._refuse(say("text_frames", self._lang))

    async def _refuse(self, problem: str, order: str = "") -> None:
        """Say what is wrong with what was to be an order."""
        await self._say(control.Refused(id=order, code="bad_order", problem=problem))

    async def _do(self, order: control.AnyOrder) -> int:
        """Carry out an order; a subscription gives the number of the news that it begins after."""
        match order:
            case control.Subscribe():
                return await self._subscribe(order)
            case control.Unsubscribe():
                await self.leave()
            case control.SetDuty(duty="ready"):
                await ready(self._house, self._who)
                self._house.control.carry_out(self._who, order)
            case _:
                self._house.control.carry_out(self._who, order)
        return 0

    async def _subscribe(self, order: control.Subscribe) -> int:
        if unknown := next((name for name in order.events if name not in event_names()), None):
            raise Refusal(422, "no_such_news", name=unknown[:64])
        await self.leave()
        desk, events = self._house.control, frozenset(order.events)
        may = desk.may_hear(self._who, own_only=order.own)

        def wanted(note: Note[control.News]) -> bool:
            return may(note) and (not events or note.event.event in events)

        # One moment: what is heard from here on goes on where the past ends.
        listener = self._listener = desk.bus.listen(wanted)
        last = desk.past.last
        past = [] if order.since is None else desk.past.since(order.since)
        shown = past is None or control.STANDING in events
        standing = desk.standing(self._who) if shown else None
        if past is None:
            await self._say(self._missed(last))
        for note in filter(wanted, past or []):
            await self._say(note.event)
        if standing is not None:
            await self._say(standing)
        self._telling = asyncio.create_task(self._tell(listener), name="control news")
        return last

    def _missed(self, last: int) -> control.Missed:
        lines = None if self._who.role == "student" else self._house.control.lines()
        return control.Missed(seq=last, problem=say("news_gone", self._lang), lines=lines)

    async def _tell(self, listener: Listener[control.News]) -> None:
        with suppress(WebSocketDisconnect, RuntimeError):
            async for note in listener:
                await self._say(note.event)
            if listener.cut_off:
                await self._socket.close(TOO_SLOW, say("too_slow", self._lang))

    async def leave(self) -> None:
        """Hear no more news."""
        if self._listener:
            self._house.control.bus.leave(self._listener)
        if self._telling:
            self._telling.cancel()
            with suppress(asyncio.CancelledError):
                await self._telling
        self._listener = self._telling = None

    async def _say(self, answer: control.Answer) -> None:
        await self._socket.send_text(answer.model_dump_json())


def read(text: str) -> control.AnyOrder:
    """Read one order; raises ValidationError for what is none."""
    return ORDERS.validate_json(text)


def id_of(text: str) -> str:
    """The ``id`` of an order that cannot be read otherwise, or nothing."""
    with suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict) and isinstance(found.get("id"), str):
            return str(found["id"])[:64].encode("utf-8", "replace").decode()
    return ""


async def ready(place: House, who: Person) -> None:
    """Refuse readiness to one who has not agreed or has no telephone; as the HTTP door does."""
    if not await place.people.has_agreed(who, place.agreement):
        raise Refusal(403, "agree_first")
    desk: wire.DeskState | None = place.floor.desks.get(who.extension or "")
    if desk is None:
        raise Refusal(403, "no_desk")
    if not desk.registered:
        raise Refusal(409, "no_telephone")
