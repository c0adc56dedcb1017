"""The console's page of letters: the line, who has which, one of them, the out-box."""

from __future__ import annotations

import pytest

from classroom.door.letters import LetterTrace, Sent
from lab.console.letters import LetterLook, LettersScreen
from lab.console.screen import ConsoleScreen
from tests.lab.conftest import ConsoleMaker, ConsoleStage
from tests.lab.test_pictures import check, every_size_and_language, picture
from tests.lab.test_seat_letters import CAME, letters
from tests.stage.screen import settle, shows, until

__all__ = ["picture"]
pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("greenwich")]


async def page(stage: ConsoleStage) -> None:
    mail, fax = letters()
    taken = LetterTrace(at=CAME + 90, by="1001", what="taken")
    at_desk = mail.model_copy(update={"state": "at_desk", "desk": "1001", "steps": [taken]})
    stage.door.the_letters = [at_desk, fax]
    stage.door.the_sent = [
        Sent(id=1, letter_id=13, at=CAME + 120, kind="fax", what="answer", by="s01",
             sender="01062349999", receiver="+8613800138000", subject="F000013", text="已办好",
             parameters={"header": "第 1 页", "resolution": "fine", "dots": "204x196", "pages": 1})
    ]  # fmt: skip
    await stage.pilot.press("ctrl+l")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, LettersScreen))
    await until(stage.pilot, lambda: shows(stage.app, "F000013"))
    await settle(stage.pilot)


@pytest.mark.feature("TEL-20")
async def test_an_instructor_sees_who_has_a_letter_and_puts_it_into_the_line(
    console: ConsoleMaker,
) -> None:
    async with console() as stage:
        await page(stage)
        assert shows(stage.app, "处理中    1001")
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LetterLook))
        await settle(stage.pilot)
        assert shows(stage.app, "断网三天了") and shows(stage.app, "1001 取走")
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "M000012 已退回队列。"))
        assert stage.door.asked_for("return_letter") == [12]
        await stage.pilot.press("down", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LetterLook))
        await stage.pilot.press("f5", "f8")
        await until(stage.pilot, lambda: shows(stage.app, "再按一次 F8"))
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: shows(stage.app, "F000013 已办结。"))
        assert stage.door.asked_for("return_letter") == [12], "nobody had the second"
        assert stage.door.asked_for("close_letter") == [(13, "")]


@pytest.mark.feature("TEL-20")
async def test_the_kinds_come_in_turn_and_the_out_box_last(console: ConsoleMaker) -> None:
    async with console("en") as stage:
        await page(stage)
        screen = stage.app.screen
        assert isinstance(screen, LettersScreen)
        for state in ("waiting", "at_desk", "returned", "answered", "closed"):
            await stage.pilot.press("f5")
            await until(
                stage.pilot,
                lambda state=state: stage.door.asked_for("letters_by")[-1] == (state, ""),
            )
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "+8613800138000"))
        await stage.pilot.press("shift+tab", *"138", "enter")
        await until(stage.pilot, lambda: stage.door.asked_for("letters_out")[-1] == "138")
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LetterLook))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LettersScreen))
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: stage.door.asked_for("letters_by")[-1] == (None, "138"))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ConsoleScreen))


@every_size_and_language
async def test_pictures_of_letters_at_the_console(
    console: ConsoleMaker, picture, lang, size
) -> None:
    async with console(lang, size) as stage:
        await page(stage)
        await check(stage, picture, "console-letters", size)
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LetterLook))
        await check(stage, picture, "console-letter", size)
        await stage.pilot.press("escape", *["f5"] * 6)
        await until(stage.pilot, lambda: shows(stage.app, "+8613800138000"))
        await check(stage, picture, "console-letters-out", size)
