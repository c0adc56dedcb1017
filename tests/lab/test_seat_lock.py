"""示忙: the reason, the locked screen, and what wrap-up allows."""

import pytest
from textual.widgets import Input

from classroom.door.seats import BusyReason
from classroom.door.wire import DeskChanged
from lab.parts.dialogs import ChoiceScreen
from lab.seat.lock import LockScreen
from lab.seat.screen import SeatScreen
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage import props
from tests.stage.screen import rows_of, settle, shows, until

pytestmark = pytest.mark.screen


async def not_ready(stage, digit: str = "1") -> None:
    """Go ready, then not ready for a reason of the list."""
    if stage.app.desk.state.between:
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.desk.state.duty == "ready")
    await stage.pilot.press("f3")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
    await stage.pilot.press(digit)


async def locked(stage) -> None:
    await until(stage.pilot, lambda: isinstance(stage.app.screen, LockScreen))
    await settle(stage.pilot)


async def unlock(stage, password: str) -> None:
    await stage.pilot.press(*password, "enter")
    await until(stage.pilot, lambda: not stage.app.screen.query(Input).first().value)


@pytest.mark.feature("SEA-04", "IMP-11")
async def test_the_reasons_are_those_of_the_school(seat):
    async with seat() as stage:
        stage.door.reasons(
            BusyReason(id="tea", zh="喝茶", en="tea", rest=True),
            BusyReason(id="desk_work", zh="案头工作", en="desk work", rest=False),
            lock=False,
        )
        await stage.sit_down()
        await until(stage.pilot, lambda: stage.app.desk.rules is not None)
        await stage.pilot.press("f2", "f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await settle(stage.pilot)
        assert shows(stage.app, "1  喝茶") and shows(stage.app, "2  案头工作")
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: ("break", "desk_work") in stage.door.asked_for("desk"))
        await until(stage.pilot, lambda: shows(stage.app, "示忙 案头工作"))
        rest = props.desk("zh", "break", reason="tea").model_copy(update={"rest": True})
        stage.door.tell(DeskChanged(desk=rest))
        await until(stage.pilot, lambda: shows(stage.app, "小休 喝茶"))
        await stage.pilot.press("f10")
        await until(stage.pilot, lambda: shows(stage.app, "break: tea"))
        assert isinstance(stage.app.screen, SeatScreen), "the school locks no screen"


@pytest.mark.feature("SEA-05")
async def test_the_screen_locks_and_only_the_password_unlocks_it(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        assert shows(stage.app, "通话小结")
        await stage.pilot.press(*"refund", "tab", "1", "tab", "1", "f9")
        await until(stage.pilot, lambda: stage.app.desk.state.result_of)
        stage.door.tell(props.desk_changed("zh", "break", "idle"))
        await settle(stage.pilot)
        await not_ready(stage, "2")
        await locked(stage)
        drawn = "\n".join(rows_of(stage.app))
        assert "用餐" in drawn and "林晓雯 1007" in drawn
        for private in ("05550107", "王建国", "三十", "86"):
            assert private not in drawn
        await stage.pilot.press("f2", "f4", "f9", "escape", "f1")
        assert isinstance(stage.app.screen, LockScreen)
        await unlock(stage, "wrong")
        await until(stage.pilot, lambda: shows(stage.app, "密码不对"))
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: shows(stage.app, "请输入登入时用的密码"))
        assert ("ready", "") not in stage.door.asked_for("desk")[2:]
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        assert stage.app.desk.state.duty == "break", "unlocking makes nobody ready"
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.desk.state.duty == "ready")


@pytest.mark.feature("SEA-05")
async def test_a_call_in_progress_is_never_locked_away(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f2")
        call = await stage.talk()
        await not_ready(stage, "1")
        await until(stage.pilot, lambda: stage.app.desk.state.lock_due)
        await settle(stage.pilot)
        assert isinstance(stage.app.screen, SeatScreen)
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: "hang_up" in call.done)
        stage.door.tell(props.desk_changed("zh", "break", "wrapping"))
        await until(stage.pilot, lambda: shows(stage.app, "F9"))
        assert isinstance(stage.app.screen, SeatScreen), "the summary is written first"
        await stage.pilot.press(*"ok", "tab", "1", "tab", "1", "f9")
        await locked(stage)


@pytest.mark.feature("SEA-05")
async def test_a_ring_is_told_behind_the_lock_without_its_number(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        await not_ready(stage, "1")
        await locked(stage)
        stage.door.lose()
        await until(stage.pilot, lambda: not stage.app.desk.state.connected)
        await unlock(stage, "lab")
        await until(stage.pilot, lambda: shows(stage.app, "The server is lost"))
        stage.door.come_back()
        call = stage.telephone.ring("05550107")
        await until(stage.pilot, lambda: shows(stage.app, "Your telephone rings: unlock"))
        assert not shows(stage.app, "05550107")
        await unlock(stage, "lab")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: call.done == ["answer"])


@pytest.mark.feature("SEA-06", "IMP-10")
async def test_wrap_up_ends_by_itself_and_is_extended_on_request(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        stage.now[0] += 20
        stage.app.screen.tick()
        await until(stage.pilot, lambda: shows(stage.app, "00:40"))
        assert shows(stage.app, "F5 延长")
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "已达最长时间"))
        wrapping = props.desk("zh", "ready", "wrapping")
        stage.door.more = wrapping.model_copy(update={"since": 5000.0, "until": 5120.0})
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: len(stage.door.asked_for("more_wrapup")) == 2)
        stage.app.screen.tick()
        await until(stage.pilot, lambda: shows(stage.app, "01:40"))
        assert not stage.door.asked_for("wrap_up")
        stage.now[0] += 100
        stage.app.screen.tick()
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))


@every_size_and_language
async def test_pictures_of_the_lock(seat, picture, lang, size):  # noqa: F811
    async with seat(lang, size) as stage:
        await stage.sit_down()
        await not_ready(stage, "2")
        await locked(stage)
        stage.now[0] += 65
        await unlock(stage, "wrong")
        await until(stage.pilot, lambda: stage.app.screen._trouble)
        stage.app.screen.redraw()
        await check(stage, picture, "seat-locked", size)
