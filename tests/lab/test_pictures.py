"""Pictures of the screens, kept under ``tests/pictures``; new ones with ``--snapshot-update``."""

import re
from pathlib import Path

import pytest

from classroom.door.wire import Caption, Graded, StepsChanged
from lab.console.detail import DetailScreen
from lab.parts.dialogs import HelpScreen, NoticeScreen
from lab.seat.entry import Entry
from tests.lab.conftest import SIZES
from tests.stage import props
from tests.stage.screen import assert_aligned, picture_of, settle, shows, until

pytestmark = pytest.mark.screen

PICTURES = Path(__file__).parents[1] / "pictures"


@pytest.fixture
def picture(request: pytest.FixtureRequest):
    """Compare with the kept picture, or keep it with ``--snapshot-update``."""
    update = request.config.getoption("update_snapshots")

    def same(name: str, drawn: str) -> None:
        path = PICTURES / name
        if update:
            path.write_text(drawn, encoding="utf-8")
        assert drawn == path.read_text(encoding="utf-8"), f"{name} has changed:\n{drawn}"

    return same


def every_size_and_language(test):
    test = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")(test)
    return pytest.mark.parametrize("lang", ["zh", "en"])(test)


async def check(stage, picture, name, size) -> None:
    await settle(stage.pilot)
    assert_aligned(stage.app)
    whole = f"{name}-{stage.lang}-{size[0]}x{size[1]}"
    picture(f"{whole}.txt", picture_of(stage.app))


@every_size_and_language
async def test_seat_login_and_notice(seat, picture, lang, size):
    async with seat(lang, size, consented=False) as stage:
        await check(stage, picture, "seat-login", size)
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NoticeScreen))
        await check(stage, picture, "seat-notice", size)


@every_size_and_language
async def test_seat_briefing_and_help(seat, picture, lang, size):
    async with seat(lang, size) as stage:
        await stage.sit_down()
        await check(stage, picture, "seat-briefing", size)
        await stage.pilot.press("f1")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        await check(stage, picture, "seat-help", size)


@every_size_and_language
async def test_seat_in_a_call(seat, picture, lang, size):
    async with seat(lang, size) as stage:
        await stage.sit_down()
        stage.now[0] += 30
        await stage.ring()
        stage.now[0] += 4
        stage.app.screen.tick()
        await check(stage, picture, "seat-ringing", size)
        await stage.pilot.press("enter")
        await settle(stage.pilot)
        steps = StepsChanged(call_id=props.CALL, steps=props.steps(lang, 3))
        stage.door.tell(props.desk_changed(lang, "ready", "talking"), *props.captions(lang), steps)
        stage.now[0] += 28
        await until(stage.pilot, lambda: shows(stage.app, "✓3"))
        stage.app.screen.tick()
        await check(stage, picture, "seat-talk", size)
        await stage.pilot.press("f5", "f7")
        await settle(stage.pilot)
        stage.now[0] += 12
        stage.app.screen.tick()
        await check(stage, picture, "seat-hold", size)


@every_size_and_language
async def test_seat_after_a_call(seat, picture, lang, size):
    async with seat(lang, size) as stage:
        await stage.sit_down()
        await stage.wrap_up()
        stage.now[0] += 15
        stage.app.screen.tick()
        await check(stage, picture, "seat-wrapup", size)
        await stage.pilot.press(*"refund of 30", "tab", "1", "tab", "1", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        card = props.scorecard(lang)
        stage.door.tell(Graded(call_id=props.CALL, extension="1007", scorecard=card))
        await until(stage.pilot, lambda: shows(stage.app, "86 / 100"))
        await check(stage, picture, "seat-scorecard", size)
        stage.door.lose()
        lost = stage.app.words("seat.lost")
        await until(stage.pilot, lambda: shows(stage.app, lost))
        await check(stage, picture, "seat-lost", size)


@every_size_and_language
async def test_seat_whose_card_waits_for_the_instructor(seat, picture, lang, size):
    async with seat(lang, size) as stage:
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press(*"refund of 30", "tab", "1", "tab", "1", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        card = props.waiting(lang)
        stage.door.tell(Graded(call_id=props.CALL, extension="1007", scorecard=card))
        await until(stage.pilot, lambda: shows(stage.app, "37%"))
        await check(stage, picture, "seat-waits", size)


@every_size_and_language
async def test_console_detail_of_a_card_that_waits(console, picture, lang, size):
    async with console(lang, size) as stage:
        record, *others = stage.door.the_calls
        changes = {"scorecard": props.waiting(lang), "verdicts": []}
        stage.door.the_calls = [record.model_copy(update=changes), *others]
        await stage.pilot.press("f3", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, DetailScreen))
        await until(stage.pilot, lambda: shows(stage.app, "37%"))
        await check(stage, picture, "console-waits", size)


@every_size_and_language
async def test_console_views(console, picture, lang, size):
    async with console(lang, size) as stage:
        stage.now[0] += 75
        for caption in props.captions(lang):
            stage.door.tell(caption.model_copy(update={"call_id": "c-0002"}))
        await stage.pilot.press("down")
        await until(stage.pilot, lambda: shows(stage.app, "0417"))
        stage.app.screen.redraw()
        await check(stage, picture, "console-floor", size)
        for key, name in (("f3", "calls"), ("f4", "lesson"), ("f5", "alarms")):
            await stage.pilot.press(key)
            await check(stage, picture, f"console-{name}", size)


@every_size_and_language
async def test_console_detail(console, picture, lang, size):
    async with console(lang, size) as stage:
        await stage.pilot.press("f3", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, DetailScreen))
        await until(stage.pilot, lambda: shows(stage.app, "86 / 100"))
        await stage.pilot.press("down", "enter")
        await check(stage, picture, "console-detail", size)
        await stage.pilot.press("v", *"82", "enter")
        await check(stage, picture, "console-verdict", size)


async def test_the_picture_of_the_readme(seat, picture):
    """``seat.svg``: a talk in full swing, in colour, at a size without empty rows."""
    async with seat("zh", (100, 24)) as stage:
        await stage.sit_down()
        await stage.talk()
        said = [
            *props.captions("zh"),
            Caption(
                call_id=props.CALL,
                at=25.0,
                until=31.0,
                who="agent",
                text="谢谢王先生，查到了：您上月办理了提速包，首月按天计费，所以多了三十元。",
                heard_by="typed",
            ),
            Caption(
                call_id=props.CALL,
                at=32.0,
                until=35.0,
                who="customer",
                text="我没要提速！这钱给我退回来。",
                heard_by="known",
            ),
        ]
        steps = StepsChanged(call_id=props.CALL, steps=props.steps("zh", 4))
        stage.door.tell(*said, steps)
        stage.now[0] += 37
        await until(stage.pilot, lambda: shows(stage.app, "✓4"))
        stage.app.screen.query_one(Entry).value = "好的，我马上为您登记退费"
        stage.app.screen.tick()
        await settle(stage.pilot)
        assert_aligned(stage.app)
        drawn = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", stage.app.export_screenshot())
        picture("seat.svg", drawn)
