"""The pages beside the calls: one's own calls, forwards, voice messages."""

import time

import pytest
from textual.widgets import Input

from classroom.door.answering_wire import ForwardsState, VoiceMessage
from classroom.door.seats import CallWish, RecentCall
from classroom.door.wire import CallRecord
from classroom.words import say
from lab.parts.player import Player
from lab.seat.forwarding import ForwardsPage
from lab.seat.records import ROWS, RecordsPage
from lab.seat.screen import SeatScreen
from lab.seat.voicemail import MessagesPage
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage import props
from tests.stage.screen import settle, shows, until

pytestmark = pytest.mark.screen

PAGES = {"f5": RecordsPage, "f6": ForwardsPage, "f7": MessagesPage}


@pytest.fixture(autouse=True)
def at_greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.seat.records.time.localtime", time.gmtime)


def calls(lang, count: int = 4) -> list[CallRecord]:
    """Calls in and out, answered and not, the newest first."""
    rows = []
    for number in range(count, 0, -1):
        out, answered = number % 3 == 0, number % 4 != 0
        row = props.summary(
            lang, number, direction="out" if out else "in", answered=answered,
            dialled="05550155" if out else "95500", score=86.0 if answered and not out else None,
            caller="withheld" if number == 1 else "05550107",
        )  # fmt: skip
        rows.append(CallRecord(summary=row, timeline=[]))
    return rows


def messages() -> list[VoiceMessage]:
    rows = [
        ("m1", "1007", "05550142", "new"),
        ("m2", "care", "", "new"),
        ("m3", "1007", "1005", "saved"),
    ]
    return [
        VoiceMessage(
            id=name, box=box, caller=caller, left=1_795_000_000.0, seconds=17.0, state=state
        )
        for name, box, caller, state in rows
    ]


async def open_page(stage, key: str):
    await stage.pilot.press(key)
    await until(stage.pilot, lambda: isinstance(stage.app.screen, PAGES[key]))
    await settle(stage.pilot)
    return stage.app.screen


async def fill(stage, name: str, text: str) -> None:
    stage.app.screen.query_one(f"#{name}", Input).focus()
    await stage.pilot.press(*text)


@pytest.mark.feature("SEA-12")
async def test_own_calls_are_found_by_conditions_and_redialled(seat):
    async with seat() as stage:
        stage.door.the_calls = calls("zh")
        await stage.sit_down()
        page = await open_page(stage, "f5")
        await until(stage.pilot, lambda: shows(stage.app, "05550155"))
        assert (
            shows(stage.app, "呼出")
            and shows(stage.app, "未接通")
            and shows(stage.app, "号码未显示")
        )
        await fill(stage, "number", "0155")
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "第 1 页，1 条"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: stage.controls.done == [("Dial", {"number": "05550155"})])
        await fill(stage, "since", "2026-1-x")
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: shows(stage.app, "请写成 2026-11-22") or page.wish())
        page.query_one("#since", Input).value = "2026-13-01"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "“2026-13-01”不是日期"))
        page.query_one("#since", Input).value = "2026-11-01"
        page.query_one("#number", Input).value = "999"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "没有符合条件的通话"))
        asked = stage.door.asked_for("calls")[-1][2]
        assert asked.number == "999" and asked.since is not None and asked.until is None
        page.query_one("#number", Input).value = page.query_one("#since", Input).value = ""
        page.query("#kinds Choice").first().focus()
        await stage.pilot.press("2")
        await until(
            stage.pilot,
            lambda: stage.door.asked_for("calls")[-1][2] == CallWish(direction="in"),
        )
        await stage.pilot.press("f4")
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))


@pytest.mark.feature("SEA-12")
async def test_many_calls_are_read_page_by_page(seat):
    async with seat("en") as stage:
        stage.door.the_calls = calls("en", ROWS + 7)
        await stage.sit_down()
        await open_page(stage, "f5")
        await until(stage.pilot, lambda: shows(stage.app, f"Page 1, {ROWS} rows"))
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: shows(stage.app, "Page 2, 7 rows"))
        await stage.pilot.press("f8")
        await settle(stage.pilot)
        assert shows(stage.app, "Page 2, 7 rows")
        await stage.pilot.press("f7")
        await until(stage.pilot, lambda: shows(stage.app, f"Page 1, {ROWS} rows"))


@pytest.mark.feature("SEA-12")
async def test_dialled_and_missed_numbers_are_redialled(seat):
    async with seat() as stage:
        stage.door.the_recents = [
            RecentCall(at=1_795_000_000.0, kind="missed", number="", call_id="c3"),
            RecentCall(at=1_795_000_000.0, kind="missed", number="05550142", call_id="c2"),
            RecentCall(at=1_795_000_000.0, kind="dialled", number="1005", call_id="c1"),
        ]
        await stage.sit_down()
        await open_page(stage, "f5")
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "[已拨]") and shows(stage.app, "1005"))
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: stage.controls.done == [("Dial", {"number": "1005"})])
        await stage.pilot.press("f5")
        await until(
            stage.pilot, lambda: shows(stage.app, "[未接]") and shows(stage.app, "05550142")
        )
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "没有显示号码，无法重拨"))
        await stage.pilot.press("down", "f4")
        await until(stage.pilot, lambda: len(stage.controls.done) == 2)
        assert stage.controls.done[-1] == ("Dial", {"number": "05550142"})


@pytest.mark.parametrize("key", PAGES)
async def test_a_page_gives_way_to_a_ring(seat, key):
    async with seat() as stage:
        await stage.sit_down()
        await open_page(stage, key)
        call = await stage.ring()
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await stage.pilot.press(key)
        await settle(stage.pilot)
        assert isinstance(stage.app.screen, SeatScreen), "no page opens in a call"


@pytest.mark.feature("SEA-13", "SEA-14")
async def test_forwards_are_read_changed_and_refused(seat):
    async with seat() as stage:
        stage.door.the_forwards = ForwardsState(busy="voicemail", follow=("1005",))
        await stage.sit_down()
        page = await open_page(stage, "f6")
        await until(stage.pilot, lambda: page.query_one("#busy", Input).value == "v")
        assert page.query_one("#follow1", Input).value == "1005"
        await fill(stage, "always", "05550142")
        await fill(stage, "follow3", "1009")
        page.query("Choice").first().focus()
        await stage.pilot.press("2", "f9")
        await until(stage.pilot, lambda: shows(stage.app, "已保存"))
        assert stage.door.the_forwards == ForwardsState(
            always="05550142", busy="voicemail", follow=("1005", "1009"), undisturbed=True
        )
        stage.door.refuses = say("forward_to_oneself", "zh")
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, stage.door.refuses[:8]))
        page.query_one("#after", Input).value = "999"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "秒数在 1 到 180 之间"))


@pytest.mark.feature("TEL-13")
async def test_messages_are_counted_heard_saved_and_deleted(seat, monkeypatch):
    async with seat() as stage:
        stage.door.the_messages = messages()
        played = []

        async def play(self, path, second):
            played.append(path.name)
            return True

        monkeypatch.setattr(Player, "play", play)
        await stage.sit_down()
        stage.controls.tell("message_left", message={"box": "1007"})
        await until(stage.pilot, lambda: shows(stage.app, "留言 2"))
        await open_page(stage, "f7")
        await until(stage.pilot, lambda: shows(stage.app, "05550142"))
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: stage.app.desk.state.new_messages == 1)
        assert played == ["m1.wav"]
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: ("m1", "saved") in stage.door.asked_for("mark_message"))
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: shows(stage.app, "再按一次 F8"))
        assert len(stage.door.the_messages) == 3
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: len(stage.door.the_messages) == 2)
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: shows(stage.app, "留言 1"))
        await stage.app.player.close()


async def test_a_machine_without_a_player_keeps_the_message_new_and_says_where_it_lies(seat):
    async with seat("en", (120, 40)) as stage:
        stage.door.the_messages = messages()
        stage.app.player = Player([])
        await stage.sit_down()
        await open_page(stage, "f7")
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "m1.wav"))
        assert not stage.door.asked_for("mark_message")
        await stage.app.player.close()


@every_size_and_language
async def test_pictures_of_the_pages(seat, picture, lang, size):  # noqa: F811
    async with seat(lang, size) as stage:
        stage.door.the_calls, stage.door.the_messages = calls(lang, 9), messages()
        stage.door.the_recents = [
            RecentCall(at=1_795_000_000.0, kind="missed", number="05550142", call_id="c2")
        ]
        stage.door.the_forwards = ForwardsState(
            always="", busy="voicemail", unanswered="05550142", follow=("1005", "1009")
        )
        await stage.sit_down()
        for key, name in (("f5", "records"), ("f6", "forwards"), ("f7", "messages")):
            await open_page(stage, key)
            await settle(stage.pilot)
            await check(stage, picture, f"seat-{name}", size)
            if key == "f5":
                await stage.pilot.press("f5", "f5")
                await until(stage.pilot, lambda: shows(stage.app, "05550142"))
                await check(stage, picture, "seat-missed", size)
            await stage.pilot.press("escape")
            await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
