"""Letters: the line for everybody, the next one for a desk that is ready, all of them for instructors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse

from classroom.business.letters import told
from classroom.business.letters.fax import read_fax
from classroom.business.letters.replies import FaxWish
from classroom.business.letters.room import LetterRoom
from classroom.door.api.house import Anybody, HouseHere, Instructor, LangHere, RowNumber
from classroom.door.api.openapi import a_file, sent_as
from classroom.door.customers import LetterKind, LetterState
from classroom.door.letters import LetterAnswer, LetterBrief, LetterEnd, LetterPage, Sent
from classroom.errors import Refusal

router = APIRouter(prefix="/api/letters")


def post(house: HouseHere) -> LetterRoom:
    """The room of letters; refuses where the house has none."""
    if house.post is None:
        raise Refusal(404, "no_letter_waits")
    return house.post


Post = Annotated[LetterRoom, Depends(post)]


@router.get("")
async def letters(
    who: Anybody,
    room: Post,
    state: Annotated[list[LetterState] | None, Query()] = None,
    kind: LetterKind | None = None,
    find: Annotated[str, Query(max_length=120)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int, Query(ge=0)] = 0,
) -> list[LetterBrief]:
    """The line in its order, then the done ones; a student finds the line and the own letters."""
    return await room.listed(who, tuple(state or ()), kind or "", find, limit, after)


@router.post("", status_code=201, openapi_extra=a_file("application/octet-stream"))
async def bring(
    request: Request,
    who: Instructor,
    room: Post,
    lang: LangHere,
    kind: LetterKind = "mail",
    sender: Annotated[str, Query(max_length=120)] = "",
    receiver: Annotated[str, Query(max_length=120)] = "",
    text: Annotated[str, Query(max_length=2000)] = "",
) -> LetterPage:
    """Take a letter in as it stands in the body: a mail, or the pages of a fax from ``sender``."""
    data, most = bytearray(), room.letters.house.area.largest_mb << 20
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            break
    given = room.letters.fitting(bytes(data))
    if kind == "mail":
        row = await room.bring_mail(given, receiver=receiver)
    else:
        row = await room.bring(read_fax(given, room.place, number=sender, to=receiver, text=text))
    return await room.page(row, who, lang)


@router.post("/next")
async def hand_out(who: Anybody, room: Post, lang: LangHere) -> LetterPage:
    """The letter at the own desk, or the next of the line; 409 unless ready and idle, 404 for none."""
    return await room.hand_out(who, lang)


@router.get("/out")
async def out(
    _: Instructor,
    room: Post,
    receiver: str = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[Sent]:
    """The out-box: receipts and answers, the newest first; bots read it by ``receiver``."""
    return [told.sent(row, room.named) for row in await room.letters.out(limit, receiver)]


@router.get("/{number}")
async def letter(number: RowNumber, who: Anybody, room: Post, lang: LangHere) -> LetterPage:
    """One letter, whole."""
    return await room.page(await room.opened(number, who), who, lang)


@router.get(
    "/{number}/file",
    response_class=FileResponse,
    responses=sent_as("application/octet-stream"),
)
async def file(number: RowNumber, who: Anybody, room: Post) -> FileResponse:
    """The letter as it came."""
    row = await room.opened(number, who)
    path = room.letters.file(row)
    kind = "application/octet-stream"  # never shown by a browser as a page of ours
    return FileResponse(path, media_type=kind, filename=f"{row.kind}-{row.id}{path.suffix}")


@router.post("/{number}/answer")
async def answer(
    number: RowNumber, said: LetterAnswer, who: Anybody, room: Post, lang: LangHere
) -> LetterPage:
    """Answer it; 409 where somebody else has it by now."""
    wish = FaxWish(said.fax.number, said.fax.header, said.fax.resolution)
    takes = who.role != "student"
    row = await room.letters.answer(number, said.version, said.text, who.login, wish, takes=takes)
    await room.count()
    return await room.page(row, who, lang)


@router.post("/{number}/return")
async def put_back(
    number: RowNumber, said: LetterEnd, who: Anybody, room: Post, lang: LangHere
) -> LetterPage:
    """Give it back to the line, at its old place."""
    takes = who.role != "student"
    row = await room.letters.put_back(number, said.version, who.login, said.note, takes=takes)
    await room.count()
    return await room.page(row, who, lang)


@router.post("/{number}/close")
async def close(
    number: RowNumber, said: LetterEnd, who: Anybody, room: Post, lang: LangHere
) -> LetterPage:
    """Be done with it without an answer."""
    takes = who.role != "student"
    row = await room.letters.close(number, said.version, who.login, said.note, takes=takes)
    await room.count()
    return await room.page(row, who, lang)
