"""Letters through the door: who may see, take and answer what; the card that knows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.door.client import DoorClient
from classroom.door.letters import FaxParameters, LetterAnswer, LetterEnd, LettersWaiting
from classroom.floor import may_see
from classroom.practice.opencall import OpenCall
from classroom.store.calls import Call
from tests.classroom.door import Place, open_door

pytestmark = pytest.mark.unit

MAIL = "From: 王 <wang@example.com>\nSubject: 账单\n\n请寄发票。".encode()
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with open_door(tmp_path) as place:
        yield place


async def come_in(place: Place, login: str, lang: str = "en") -> DoorClient:
    door = DoorClient(place.server, lang="en" if lang == "en" else "zh")
    await door.login(login, login)
    return door


def ready(place: Place, extension: str, activity: str = "idle") -> None:
    desk = place.house.floor.desks[extension]
    now = desk.model_copy(update={"duty": "ready", "activity": activity})
    place.house.floor.set_desk(now)


@pytest.mark.feature("TEL-20", "TEL-21", "IMP-18", "ARC-06")
async def test_a_fax_goes_from_the_line_to_a_ready_desk_and_its_answer_onto_the_customers_card(
    place: Place,
) -> None:
    """Fax, queue, desk, the customer's record and the call's card are one (CTI)."""
    teacher, agent = await come_in(place, "teacher"), await come_in(place, "s01")
    counter = place.house.counter
    assert counter is not None
    row = await counter.customers.add("13800138000", {"name": "王", "note": "VIP"}, "teacher")
    await teacher.bring_letter(MAIL)
    fax = await teacher.bring_letter(PNG, "fax", sender="138 0013 8000", text="报修")
    assert fax.record["Name"] == "王" and fax.priority == 165
    assert [one.number for one in await agent.letters()] == ["F000002", "M000001"]
    with pytest.raises(Exception, match="Be ready first") as refused:
        await agent.next_letter()
    assert getattr(refused.value, "status", 0) == 409
    ready(place, "1001", "offered")
    with pytest.raises(Exception, match="Be ready first"):
        await agent.next_letter()
    ready(place, "1001")
    taken = await agent.next_letter()
    assert (taken.id, taken.state, taken.desk, taken.mine) == (fax.id, "at_desk", "1001", True)
    assert await agent.letter_file(taken.id) == PNG
    said = LetterAnswer(
        version=taken.version, text="已派修。", fax=FaxParameters(resolution="fine")
    )
    done = await agent.answer_letter(taken.id, said)
    assert done.state == "answered" and done.sent[0].parameters["resolution"] == "fine"
    (sent, _) = await teacher.letters_out()
    assert (sent.receiver, sent.by) == ("+8613800138000", "1001")
    place.rooms.calls["c1"] = OpenCall(Call(id="c1", caller="13800138000", line="live"), None)
    card = await counter.page(place.rooms.calls["c1"], "s02")
    assert [(one.number, one.answer) for one in card.letters] == [("F000002", "已派修。")]
    assert card.record and row.id is not None
    for door in (teacher, agent):
        await door.close()


@pytest.mark.feature("TEL-20")
async def test_a_student_sees_the_line_and_the_own_letters_only(place: Place) -> None:
    teacher = await come_in(place, "teacher")
    first, second = await come_in(place, "s01"), await come_in(place, "s02")
    await teacher.bring_letter(MAIL)
    ready(place, "1001")
    ready(place, "1002")
    for door, what in ((first, "letter"), (first, "letter_file")):
        with pytest.raises(Exception, match="no letter 1"):
            await getattr(door, what)(1)
    for what in ("letters_out", "bring_letter"):
        with pytest.raises(Exception, match="instructor"):
            await getattr(first, what)(*([MAIL] if what == "bring_letter" else []))
    taken = await first.next_letter()
    with pytest.raises(Exception, match="No letter waits"):
        await second.next_letter()
    assert await second.letters() == []
    late = LetterAnswer(version=taken.version, text="x")
    with pytest.raises(Exception, match=r"not yours any more \(1001"):
        await second.answer_letter(1, late)
    back = await first.return_letter(1, LetterEnd(version=taken.version, note="not mine"))
    assert back.state == "returned"
    again = await second.next_letter()
    with pytest.raises(Exception, match=r"not yours any more \(1002"):
        await first.answer_letter(1, late)
    closed = await second.close_letter(1, LetterEnd(version=again.version, note="called"))
    assert [(one.by, one.what) for one in closed.steps] == [
        ("1001", "taken"), ("1001", "returned"), ("1002", "taken"), ("1002", "closed"),
    ]  # fmt: skip
    for door in (teacher, first, second):
        await door.close()


@pytest.mark.feature("TEL-20")
async def test_every_desk_is_told_how_many_wait(place: Place) -> None:
    floor, post = place.house.floor, place.house.post
    heard = aiter(place.house.bus.listen(lambda note: may_see(note, "student", "1001")))
    assert post is not None
    await post.bring_mail(MAIL)
    await post.count()  # the same number is told once
    await post.bring_mail(MAIL)
    for waiting in (1, 2):
        assert (await anext(heard)).event == LettersWaiting(waiting=waiting)
    assert LettersWaiting(waiting=2) in floor.snapshot("student", "1001")


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (b"", "mail", "file is empty"),
        (b"x" * ((10 << 20) + 1), "mail", "larger than 10 MB"),
        (b"GIF89a", "fax", "PDF, PNG or TIFF"),
    ],
)
async def test_what_is_no_letter_is_refused(place: Place, body: bytes, kind: str, why: str) -> None:
    teacher = await come_in(place, "teacher")
    with pytest.raises(Exception, match=why):
        await teacher.bring_letter(body, "fax" if kind == "fax" else "mail")
    assert await teacher.letters() == []
    await teacher.close()
