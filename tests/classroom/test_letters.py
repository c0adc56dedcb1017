"""The book of letters: priority is time, one desk at a time, receipts, answers, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.business.customers import Customers
from classroom.business.letters.book import RECEIPTS_AN_HOUR, Letters
from classroom.business.letters.mail import Incoming
from classroom.business.letters.replies import FaxWish, House
from classroom.business.letters.settings import FaxSettings, LetterArea, Rule
from classroom.business.letters.states import LETTER, State
from classroom.errors import Refusal
from classroom.store.engine import Store
from classroom.store.letters import LetterRow
from telephony.pbx.numbering import CHINA, Place

pytestmark = pytest.mark.unit

NOON = 1_795_003_200.0
PNG = b"\x89PNG\r\n\x1a\n...."


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def customers(store: Store) -> Customers:
    return Customers(store, Place(CHINA, "10"), called={"s01": "1001", "s02": "1002"}.get)


@pytest.fixture
def post(store: Store, customers: Customers, tmp_path: Path, clock: Clock) -> Letters:
    return book(store, customers, tmp_path, clock)


def book(store: Store, customers: Customers, folder: Path, clock: Callable[[], float]) -> Letters:
    area = LetterArea(receipts=("mail",), fax=FaxSettings(resolution="fine"))
    house = House("实训呼叫中心", "the lab", "zh", area)
    return Letters(store, customers, folder / "letters", house, wall=clock)


def mail(text: str = "您好", sender: str = "wang@example.com", **values: object) -> Incoming:
    made = Incoming("mail", b"From: x\n\n" + text.encode(), ".eml", sender=sender, text=text)
    return replace(made, **values)


def fax(text: str = "", sender: str = "+8613800138000") -> Incoming:
    return Incoming("fax", PNG, ".png", sender=sender, text=text, pages=1)


@pytest.mark.feature("TEL-20", "IMP-18")
async def test_a_mail_is_kept_sorted_queued_and_acknowledged(
    post: Letters, customers: Customers
) -> None:
    await customers.add("13800138000", {"name": "王", "email": "Wang@Example.com"}, "teacher")
    await post.bring(mail("在吗", "x@example.com"))
    row = await post.bring(mail("我要投诉", message_id="<1@x>", thread="<1@x>"))
    assert (row.state, row.category, row.priority) == ("waiting", "complaint", 60)
    assert post.file(row).read_bytes().endswith("我要投诉".encode())
    assert post.file(row).stat().st_mode & 0o077 == 0
    customer, steps, (sent,) = await post.about(row)
    assert customer is not None and customer.name == "王" and steps == []
    assert (sent.receiver, sent.what, sent.sender) == (
        "wang@example.com", "receipt", "service@lab.example",
    )  # fmt: skip
    assert "M000002" in sent.subject and "前面还有 0 封" in sent.text
    assert sent.parameters == {
        "In-Reply-To": "<1@x>", "References": "<1@x>", "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
    }  # fmt: skip
    english = await post.bring(mail("Where is my parcel?", "mary@example.com"))
    (sent,) = (await post.about(english))[2]
    assert "Letters before it: 2" in sent.text and sent.subject.startswith("We have your letter")
    assert [one.receiver for one in await post.out()] == [
        "mary@example.com", "wang@example.com", "x@example.com",
    ]  # fmt: skip


@pytest.mark.feature("TEL-20")
async def test_the_line_goes_by_priority_as_time(post: Letters, clock: Clock) -> None:
    for text, came in (
        ("hello", 0),
        ("我要投诉", 59 * 60),
        ("报修", 59 * 60),
        ("我要投诉", 61 * 60),
    ):
        clock.now = NOON + came
        await post.bring(mail(text))
    taken = [await post.hand_out(f"s{n}") for n in range(4)]
    assert [row.id for row in taken] == [2, 1, 4, 3]
    with pytest.raises(Refusal, match="No letter waits"):
        await post.hand_out("s9")


@pytest.mark.feature("TEL-20")
async def test_of_two_desks_that_take_one_letter_one_gets_it_and_the_other_is_told(
    post: Letters, customers: Customers, store: Store, tmp_path: Path, clock: Clock
) -> None:
    there = Store(tmp_path / "lab.sqlite3")
    other = book(there, customers, tmp_path, clock)
    await post.bring(mail())
    took = await asyncio.gather(post.hand_out("s01"), other.hand_out("s02"), return_exceptions=True)
    await there.close()
    (row,) = [one for one in took if isinstance(one, LetterRow)]
    (late,) = [one for one in took if isinstance(one, Refusal)]
    assert late.key == "no_letter_waits" and (row.state, row.version) == ("at_desk", 2)
    assert (await post.hand_out(row.taken_by)).id == row.id


@pytest.mark.feature("TEL-20", "IMP-18")
async def test_an_answer_goes_out_once_and_stays_with_the_letter(post: Letters) -> None:
    await post.bring(mail(subject="账单", reply_to="home@example.com"))
    row = await post.hand_out("s01")
    with pytest.raises(Refusal, match="not yours any more"):
        await post.answer(1, row.version, "no", "s02")
    done = await post.answer(1, row.version, "已处理。", "s01")
    assert (done.state, done.taken_by) == ("answered", "s01")
    for late in (post.answer(1, row.version, "again", "s01"), post.close(1, done.version, "s01")):
        with pytest.raises(Refusal, match="1001 was done with the letter M000001"):
            await late
    _, steps, (_, sent) = await post.about(done)
    assert (sent.receiver, sent.subject, sent.by) == (
        "home@example.com",
        "Re: 账单 [M000001]",
        "s01",
    )
    assert "Auto-Submitted" not in sent.parameters
    assert [(one.by, one.what) for one in steps] == [("s01", "taken"), ("s01", "answered")]


@pytest.mark.feature("TEL-21", "IMP-18")
async def test_a_fax_is_stored_queued_and_answered_by_set_parameters(
    post: Letters, customers: Customers
) -> None:
    await customers.add("138 0013 8000", {"name": "李", "note": "VIP"}, "teacher")
    await post.bring(fax("", "+861062340001"))
    row = await post.bring(fax("申请办理套餐"))
    assert post.file(row).read_bytes() == PNG and row.priority == 120 + 10
    assert (await post.about(row))[2] == []
    assert (await post.hand_out("s01")).id == row.id
    await post.answer(2, 2, "已办理。", "s01")
    (sent,) = (await post.about(await post.one(2)))[2]
    assert (sent.kind, sent.sender, sent.receiver) == ("fax", "01062349999", "+8613800138000")
    assert sent.parameters | {"header": ""} == {
        "header": "", "resolution": "fine", "dots": "204x196", "pages": 1,
    }  # fmt: skip
    assert "实训呼叫中心  01062349999" in sent.parameters["header"]
    wish = FaxWish("010 6234 0002", "{number} {page}/{pages}", "superfine")
    await post.answer(1, 1, "行" * 60 * 41, "teacher", wish, takes=True)
    (sent,) = (await post.about(await post.one(1)))[2]
    assert (sent.receiver, sent.parameters["header"]) == ("+861062340002", "01062349999 1/2")
    assert sent.parameters["resolution"] == "superfine"


async def test_who_does_not_sign_cannot_be_answered_but_closed(post: Letters) -> None:
    for letter in (fax("", ""), mail(sender="", automatic="no_sender")):
        row = await post.bring(letter)
        assert (await post.about(row))[2] == []
        with pytest.raises(Refusal, match="nobody to be answered to"):
            await post.answer(row.id or 0, 1, "?", "teacher", takes=True)
        assert (await post.one(row.id or 0)).state == "waiting"
        done = await post.close(row.id or 0, 1, "teacher", "spam", takes=True)
        assert done.state == "closed" and (await post.about(done))[1][-1].note == "spam"


async def test_what_comes_back_or_lies_too_long_is_in_the_line_again(
    post: Letters, clock: Clock
) -> None:
    await post.bring(mail())
    clock.now += 60
    await post.bring(mail())
    row = await post.hand_out("s01")
    assert (await post.put_back(1, row.version, "s01", "not mine")).state == "returned"
    assert await post.waiting() == 2
    row = await post.hand_out("s01")
    assert row.id == 1
    clock.now += 29 * 60
    assert (await post.hand_out("s02")).id == 2
    clock.now += 2 * 60
    assert (await post.hand_out("s03")).id == 1
    with pytest.raises(Refusal, match="not yours any more") as refused:
        await post.answer(1, row.version, "late", "s01")
    assert refused.value.status == 409


# ── machines ─────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-20")
@pytest.mark.parametrize("why", ["machine", "list", "bounce"])
async def test_machines_get_no_receipt_and_wait_behind_everybody(post: Letters, why: str) -> None:
    row = await post.bring(mail("投诉", automatic=why))
    assert (row.category, row.priority) == ("automatic", -600 + 60)
    assert await post.out() == [] and await post.waiting() == 1


async def test_two_machines_that_answer_each_other_fall_silent(post: Letters, clock: Clock) -> None:
    for n in range(RECEIPTS_AN_HOUR + 3):
        row = await post.bring(mail(f"out of office {n}", envelope="Loop@example.com"))
    assert len(await post.out()) == RECEIPTS_AN_HOUR and row.automatic == "often"
    clock.now += 3601
    assert (await post.bring(mail(envelope="loop@example.com"))).automatic == ""
    own = await post.bring(mail(sender="service@lab.example"))
    assert own.automatic == "own" and len(await post.out()) == RECEIPTS_AN_HOUR + 1


@pytest.mark.feature("TEL-20")
async def test_a_rule_may_answer_what_is_asked_often(post: Letters) -> None:
    rule = Rule(name="hours", words=("营业时间",), reply="{school} 周一至周五 9 点到 18 点。")
    post.house = replace(post.house, area=LetterArea(rules=(rule,)))
    row = await post.bring(mail("请问营业时间？"))
    (sent,) = (await post.about(row))[2]
    assert "{school} 周一至周五 9 点到 18 点。" in sent.text


# ── hostile ──────────────────────────────────────────────────────────────────


def files(folder: Path) -> list[Path]:
    return list(folder.glob("letters/*"))


async def test_empty_and_huge_letters_are_refused_and_leave_nothing(
    post: Letters, tmp_path: Path
) -> None:
    with pytest.raises(Refusal, match="The file is empty"):
        await post.bring(replace(mail(), data=b" \r\n"))
    with pytest.raises(Refusal, match="larger than 10 MB"):
        await post.bring(replace(mail(), data=bytes(50 << 20) + b"x"))
    assert await post.found() == [] and not files(tmp_path)


async def test_a_mail_brought_twice_is_one_letter(post: Letters, tmp_path: Path) -> None:
    first = await post.bring(mail(message_id="<1@x>"))
    assert (await post.bring(mail(message_id="<1@x>"))).id == first.id
    assert (await post.bring(mail(message_id="<1@x>", sender="other@x.cn"))).id != first.id
    assert len(files(tmp_path)) == 2


async def test_a_thousand_letters_are_handed_out_one_by_one(post: Letters, store: Store) -> None:
    row = await post.bring(mail())
    async with store.write() as session:
        for n in range(1000):
            same = row.model_dump(exclude={"id"}) | {"rank": NOON + (n * 7919) % 1000 + 1}
            session.add(LetterRow.model_validate(same))
    taken = [await post.hand_out(f"a{n}") for n in range(20)]
    ranks = [row.rank for row in taken]
    assert ranks == sorted(ranks) and len({row.id for row in taken}) == 20
    assert await post.waiting() == 981


async def test_letters_are_found_by_words_and_by_whose_they_are(post: Letters) -> None:
    for text in ("100%_ 账单", "断网", "套餐"):
        await post.bring(mail(text))
    assert [row.id for row in await post.found(find="100%_ 账单")] == [1]
    mine = await post.hand_out("s01")
    other = await post.hand_out("s02")
    assert {row.id for row in await post.found(whose="s01")} == {1, 2, 3} - {other.id}
    await post.close(mine.id or 0, mine.version, "s01")
    assert [row.id for row in await post.found(states=("closed",))] == [mine.id]
    assert (await post.found(whose="s01"))[-1].id == mine.id
    with pytest.raises(Refusal, match="no letter 99"):
        await post.one(99)


def test_every_state_can_be_left_but_the_last_two() -> None:
    leaving = {state for state, _ in LETTER.steps}
    assert set(State) - leaving == {State.ANSWERED, State.CLOSED}
    assert "AT_DESK --> RETURNED: RETURN" in LETTER.mermaid()


@pytest.mark.feature("TEL-20")
async def test_letters_that_were_done_with_long_ago_are_deleted_and_open_ones_stay(
    post: Letters, clock: Clock
) -> None:
    done = await post.bring(mail("我要投诉"))
    await post.hand_out("s01")
    await post.answer(done.id or 0, 2, "已处理", "s01")
    waiting = await post.bring(mail("在吗"))
    clock.now += 180 * 86_400
    assert await post.forget(180) == 0, "its last day is not over"
    clock.now += 1
    assert await post.forget(180) == 1 and await post.forget(180) == 0
    with pytest.raises(Refusal):
        await post.one(done.id or 0)
    assert not post.file(done).exists() and post.file(waiting).exists()
    assert [sent.letter_id for sent in await post.out()] == [waiting.id]
    await post.close(waiting.id or 0, 1, "teacher", takes=True)
    clock.now += 181 * 86_400
    assert await post.forget(180) == 0, "the newest stays"
    assert ((await post.bring(mail("又来了"))).id or 0) > (waiting.id or 0)
    assert await post.forget(180) == 1
