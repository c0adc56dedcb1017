"""Letters at a seat: the line, one letter, its answer; a call always goes first."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from classroom.door.letters import (
    FaxParameters,
    LetterFile,
    LetterPage,
    LetterReason,
    LettersWaiting,
)
from lab.seat.letter import LetterScreen
from lab.seat.letters import LettersPage
from lab.seat.screen import SeatScreen
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage import props
from tests.stage.screen import settle, shows, until

pytestmark = pytest.mark.screen

CAME = 1_795_000_000.0


def letters() -> list[LetterPage]:
    complaint = LetterPage(
        id=12, number="M000012", kind="mail", state="waiting", came=CAME, version=1,
        sender="wang@example.com", sender_name="王建国", subject="投诉：宽带断网三天",
        category="complaint", priority=180, text="你们的宽带已经断网三天了。\n\n请尽快处理！",
        record={"姓名": "王建国", "备注": "VIP"},
        attached=[LetterFile(name="截图.png", size=2048)],
        reasons=[
            LetterReason(rule="vip", where="record", found="VIP", priority=120),
            LetterReason(rule="complaint", where="subject", found="投诉", priority=60),
        ],
    )  # fmt: skip
    fax = LetterPage(
        id=13, number="F000013", kind="fax", state="waiting", came=CAME + 60, version=1,
        sender="+8613800138000", pages=2,
    )  # fmt: skip
    return [complaint, fax]


async def open_line(stage) -> None:
    stage.door.the_letters = letters()
    await stage.sit_down()
    stage.door.tell(LettersWaiting(waiting=2), props.desk_changed(stage.lang, "ready", "idle"))
    await until(stage.pilot, lambda: stage.app.desk.state.letters == 2)
    await settle(stage.pilot)


async def take(stage, screen) -> None:
    await until(stage.pilot, lambda: isinstance(stage.app.screen, screen))
    await settle(stage.pilot)


@pytest.mark.feature("TEL-20")
async def test_a_letter_is_shown_by_itself_taken_and_answered_and_a_call_goes_first(seat):
    async with seat() as stage:
        await open_line(stage)
        assert shows(stage.app, "有 2 封信件待处理，按 F8 打开") and shows(stage.app, "信件 2")
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        await until(stage.pilot, lambda: shows(stage.app, "F000013"))
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: shows(stage.app, "按优先级分发"))
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        assert shows(stage.app, "投诉 +60（主题中有“投诉”）") and shows(stage.app, "断网三天了")
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "请先写答复"))
        await stage.pilot.press(*"sorry")
        call = await stage.ring()
        await take(stage, SeatScreen)
        stage.telephone.end(call)
        stage.door.tell(props.desk_changed("zh", "ready", "idle"))
        await until(stage.pilot, lambda: stage.app.desk.state.between)
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        assert stage.app.screen.query_one(TextArea).text == "sorry"
        await stage.pilot.press("f9")
        await take(stage, LettersPage)
        await until(stage.pilot, lambda: shows(stage.app, "M000012 已答复"))
        assert stage.door.asked_for("answer_letter") == [(12, "sorry")]
        assert stage.app.desk.state.letter_drafts == {}
        await stage.pilot.press("enter")
        await take(stage, LetterScreen)
        assert shows(stage.app, "sorry") and not stage.app.screen.query_one(TextArea).display


@pytest.mark.feature("TEL-20")
async def test_a_letter_is_given_back_closed_or_lost_to_another_desk(seat):
    async with seat("en") as stage:
        await open_line(stage)
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        stage.door.the_letters[0].text += "\n" * 40 + "the end"
        for keys, sentence in (
            (("f5",), "M000012 is in the line again"),
            (("p", "f8", "f8"), "M000012 is closed"),
        ):
            await stage.pilot.press("f4")
            await take(stage, LetterScreen)
            await stage.pilot.press("pagedown", "pagedown", "pagedown")
            await until(stage.pilot, lambda: shows(stage.app, "the end"))
            await stage.pilot.press(*keys)
            await take(stage, LettersPage)
            await until(stage.pilot, lambda sentence=sentence: shows(stage.app, sentence))
        assert stage.door.asked_for("close_letter") == [(12, "p")]
        stage.door.quicker = True
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        await stage.pilot.press("x", "f9")
        await take(stage, LettersPage)
        await until(stage.pilot, lambda: shows(stage.app, "not yours any more"))
        stage.door.the_letters = []
        stage.door.tell(LettersWaiting(waiting=0))
        await until(stage.pilot, lambda: shows(stage.app, "No letter waits"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "another desk was quicker"))


@pytest.mark.feature("TEL-20")
async def test_a_fax_is_answered_by_parameters_that_outlive_a_call(seat):
    async with seat() as stage:
        await open_line(stage)
        stage.door.the_letters.pop(0)
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        assert shows(stage.app, "传真答复 +8613800138000（参数不填则按本校设置）")
        await stage.pilot.press(*"ok", "shift+tab", "2", "shift+tab", *"top")
        await stage.pilot.press("shift+tab", *"01062340007")
        call = await stage.ring()
        await take(stage, SeatScreen)
        stage.telephone.end(call)
        stage.door.tell(props.desk_changed("zh", "ready", "idle"))
        await until(stage.pilot, lambda: stage.app.desk.state.between)
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        await until(stage.pilot, lambda: shows(stage.app, "‹ 精细 ›"))
        await stage.pilot.press("f9")
        await take(stage, LettersPage)
        wished = FaxParameters(number="01062340007", header="top", resolution="fine")
        assert stage.door.faxed == wished
        assert stage.app.desk.state.letter_faxes == {}


@every_size_and_language
async def test_pictures_of_letters(seat, picture, lang, size):  # noqa: F811
    async with seat(lang, size) as stage:
        await open_line(stage)
        await check(stage, picture, "seat-letters-wait", size)
        await stage.pilot.press("f8")
        await take(stage, LettersPage)
        await until(stage.pilot, lambda: shows(stage.app, "F000013"))
        await check(stage, picture, "seat-letters", size)
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        await check(stage, picture, "seat-letter", size)
        await stage.pilot.press("escape")
        stage.door.the_letters.pop(0)
        await take(stage, LettersPage)
        await stage.pilot.press("f4")
        await take(stage, LetterScreen)
        await check(stage, picture, "seat-fax", size)
