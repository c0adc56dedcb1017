"""Sound through the door: recordings out, typed lines' voices out."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from classroom.door import wire
from classroom.door.api.calls import OwnCall
from classroom.door.api.house import Anybody, House, HouseHere, Instructor
from classroom.door.api.openapi import SOUND
from classroom.errors import Refusal
from classroom.practice.meetings import path_of
from classroom.practice.tape import as_pcm16
from classroom.store.people import Person

LIVE_SECONDS = 2.0
"""A line whose sound comes later than this after its words is heard in the recording only."""
Shape = Annotated[Literal["pcm16", "raw"], Query(alias="as")]
Span = Annotated[str | None, Header(alias="range")]
router = APIRouter(prefix="/api")


@router.get("/calls/{call_id}/recording", response_class=Response, responses=SOUND)
async def recording(
    call_id: OwnCall,
    who: Anybody,
    house: HouseHere,
    shape: Shape = "pcm16",
    range_: Span = None,
) -> Response:
    """The recording as WAV: left the customer, right the agent; ``raw`` is mu-law as it lies."""
    row = await house.records.recording(call_id)
    if row is None:
        raise Refusal(404, "no_recording")
    return await _heard(house, who, call_id, house.settings.data / row.path, shape, range_)


@router.get("/conferences/{tape}/recording", response_class=Response, responses=SOUND)
async def conference(
    tape: str,
    who: Instructor,
    house: HouseHere,
    shape: Shape = "pcm16",
    range_: Span = None,
) -> Response:
    """The recording of a conference that is over: left whoever led it, right the others."""
    path = path_of(house.settings.recordings, tape)
    if path is None:
        raise Refusal(404, "no_recording")
    return await _heard(house, who, path.stem, path, shape, range_)


async def _heard(
    house: House, who: Person, what: str, path: Path, shape: Shape, range_: Span
) -> Response:
    """Send a recording; who listened to what is on the audit."""
    try:
        sound = await asyncio.to_thread(as_pcm16 if shape == "pcm16" else Path.read_bytes, path)
    except (OSError, ValueError) as error:
        raise Refusal(404, "no_recording") from error
    if range_ is None or range_.startswith("bytes=0-"):
        await house.people.audit(who.login, "listen", what)
    return _sent(sound, range_)


def _sent(sound: bytes, wanted: str | None) -> Response:
    """Answer with the whole or with the one range asked for (RFC 9110 §14)."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store"}
    if wanted is None or not wanted.startswith("bytes=") or "," in wanted:
        return Response(sound, media_type="audio/wav", headers=headers)
    first, last = _span(wanted.removeprefix("bytes="), len(sound))
    headers["Content-Range"] = f"bytes {first}-{last}/{len(sound)}"
    return Response(sound[first : last + 1], 206, headers, media_type="audio/wav")


def _span(wanted: str, size: int) -> tuple[int, int]:
    begin, _, end = wanted.strip().partition("-")
    try:
        if begin:
            first, last = int(begin), min(int(end or size - 1), size - 1)
        else:
            first, last = max(0, size - int(end)), size - 1
    except ValueError as error:
        raise Refusal(416, "range_wrong") from error
    if not 0 <= first <= last < size:
        raise Refusal(416, "range_wrong")
    return first, last


@router.post("/speech", response_class=Response, responses=SOUND)
async def speech(order: wire.SpeechOrder, who: Anybody, house: HouseHere) -> Response:
    """Speak a line; 503 when speech is at its limit, then it is put into the recording later.

    So it is with sound of a call that would come long after its words: nobody speaks twice.
    """
    sound: bytes | None = None
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LIVE_SECONDS if order.call_id else None):
            sound = await house.mouth.say(order.text, order.lang, order.voice)
    if sound is None:
        if order.call_id and house.floor.owner(order.call_id) == who.extension:
            house.calls.speak_later(order.call_id, order.text)
        raise Refusal(503, "speech_later")
    return Response(sound, media_type="audio/wav")
