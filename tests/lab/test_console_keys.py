"""The console, driven by keys."""

import sys
import wave

import pytest

from classroom.door.wire import Alarm, CallChanged, CallPart, DeskChanged, Graded, LessonOrder
from lab.console.app import ConsoleApp
from lab.console.detail import DetailScreen
from lab.console.timeline import Timeline
from lab.console.verdict import VerdictScreen
from lab.errors import NoPlayer
from lab.parts import palette
from lab.parts.login import LoginScreen
from lab.parts.player import Player, cut_from
from tests.stage import props
from tests.stage.actors import StageControls, StageDoor, StageTelephone
from tests.stage.screen import assert_aligned, column_of, rows_of, settle, shows, until

pytestmark = pytest.mark.screen


def tone(path, seconds: float = 2.0, rate: int = 8000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x10\x00\x20\x00" * int(seconds * rate))


async def open_call(stage) -> DetailScreen:
    await stage.pilot.press("f3", "enter")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, DetailScreen))
    await until(stage.pilot, lambda: shows(stage.app, "86 / 100"))
    await settle(stage.pilot)
    screen = stage.app.screen
    assert isinstance(screen, DetailScreen)
    return screen


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "经手与得分：s01 1001 00:00-00:48 71.5 → s07 1007 00:48-01:35 86"),
        ("en", "Hands and marks: s01 1001 00:00-00:48 71.5 → s07 1007 00:48-01:35 86"),
    ],
)
async def test_a_call_that_was_passed_on_shows_each_ones_part_and_marks(console, lang, said):
    async with console(lang) as stage:
        stage.door.the_calls[0].parts = [
            CallPart(agent="s01", extension="1001", began=0.0, ended=48.0, score=71.5),
            CallPart(agent="s07", extension="1007", began=48.0, ended=95.0, score=86.0),
        ]
        await open_call(stage)
        assert shows(stage.app, said)
        assert_aligned(stage.app)


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize(("lang", "word"), [("zh", "移动坐席"), ("en", "mobile seat")])
async def test_who_works_outside_is_marked_on_the_floor(console, lang, word):
    async with console(lang) as stage:
        assert not shows(stage.app, word)
        outside = props.desk(lang, "ready").model_copy(update={"mobile": True})
        stage.door.tell(DeskChanged(desk=outside))
        await until(stage.pilot, lambda: shows(stage.app, word))
        assert_aligned(stage.app)


async def test_the_floor_shows_every_desk_with_duty_activity_and_timer(console):
    async with console() as stage:
        stage.now[0] += 75
        stage.app.screen.redraw()
        await settle(stage.pilot)
        for text in ("1001", "王小明", "用餐", "保持中", "话后处理", "01:15", "离线", "告警 1"):
            assert shows(stage.app, text)
        assert_aligned(stage.app)
        assert len(set(column_of(stage.app, "01:15"))) == 1


async def test_the_floor_moves_with_its_events(console):
    async with console("en") as stage:
        busy = props.desk("en", "ready", "holding", extension="1001", name="Tom Wang")
        stage.door.tell(DeskChanged(desk=busy), Alarm(text="The media worker died."))
        await until(stage.pilot, lambda: shows(stage.app, "alarms 2"))
        assert len(column_of(stage.app, "holding")) == 2
        await stage.pilot.press("f5")
        await settle(stage.pilot)
        assert shows(stage.app, "! The media worker died.")


async def test_reading_along_at_the_chosen_desk(console):
    async with console() as stage:
        for caption in props.captions("zh"):
            stage.door.tell(caption.model_copy(update={"call_id": "c-0002"}))
        await stage.pilot.press("down")
        await until(stage.pilot, lambda: shows(stage.app, "实时对话 · 1002 李娜"))
        await until(stage.pilot, lambda: shows(stage.app, "0417。快一点"))


async def test_calls_are_listed_latest_first_and_move(console):
    async with console() as stage:
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: shows(stage.app, "呼损"))
        assert column_of(stage.app, "1007")[0] == column_of(stage.app, "1001")[0]
        new = props.summary("zh", 9, agent_name="新同学", state="queued", score=None)
        stage.door.tell(CallChanged(call=new))
        await until(stage.pilot, lambda: shows(stage.app, "排队中"))
        graded = Graded(call_id="c-0009", extension="1009", scorecard=props.scorecard("zh"))
        stage.door.tell(graded)
        await until(stage.pilot, lambda: not shows(stage.app, "排队中"))


@pytest.mark.parametrize(
    ("lang", "waits", "graded"), [("zh", "待复核", "已评分"), ("en", "to review", "graded")]
)
async def test_a_score_that_waits_for_the_instructor_is_not_shown_as_failed(
    console, lang, waits, graded
):
    async with console(lang) as stage:
        await stage.pilot.press("f3")
        new = props.summary(lang, 9, agent_name="S9", score=None, passed=None)
        card = props.waiting(lang)
        stage.door.tell(CallChanged(call=new))
        stage.door.tell(Graded(call_id="c-0009", extension="1009", scorecard=card))
        await until(stage.pilot, lambda: waits in row_with(stage.app, "S9"))
        assert colour_of(stage.app, "S9", "86") == palette.AMBER
        assert_aligned(stage.app)
        judged = new.model_copy(update={"score": 86.0, "waits": True, "verdict": 70.0})
        stage.door.tell(CallChanged(call=judged))
        await until(stage.pilot, lambda: graded in row_with(stage.app, "S9"))
        assert colour_of(stage.app, "S9", "86") == palette.BLUE
        failed = judged.model_copy(update={"waits": False, "passed": False, "verdict": None})
        stage.door.tell(CallChanged(call=failed))
        await until(stage.pilot, lambda: colour_of(stage.app, "S9", "86") == palette.ROSE)


def row_with(app, text):
    return next((row for row in rows_of(app) if text in row), "")


def colour_of(app, where, text):
    """In which colour this text is drawn in the row that shows ``where``."""
    for strip in app.screen._compositor.render_strips():
        segments = list(strip)
        if where in "".join(segment.text for segment in segments):
            found = [one for one in segments if one.text.strip() == text]
            return found[0].style.color.name if found else None
    return None


async def test_a_finding_jumps_to_its_second(console):
    async with console() as stage:
        screen = await open_call(stage)
        await stage.pilot.press("down", "enter")
        await settle(stage.pilot)
        timeline = screen.query_one(Timeline)
        assert timeline.second == 61.0
        assert timeline.items[timeline.chosen].what == "held"
        assert shows(stage.app, "◆ 保持礼仪 3/6")
        assert_aligned(stage.app)


@pytest.mark.parametrize("key", ["v", "V"], ids=["small", "capital"])
async def test_a_verdict_is_kept_beside_the_score(console, key):
    async with console("en") as stage:
        await open_call(stage)
        await stage.pilot.press(key)
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VerdictScreen))
        await stage.pilot.press(*"180", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "from 0 to 100"))
        await stage.pilot.press(*["backspace"] * 3, *"78", "enter", *"good", "enter")
        await until(stage.pilot, lambda: stage.door.asked_for("judge"))
        (verdict,) = stage.door.asked_for("judge")
        assert (verdict.score, verdict.comment) == (78, "good")
        await until(stage.pilot, lambda: shows(stage.app, "Ms Chen: 78 points"))
        assert shows(stage.app, "86 / 100")


async def test_playing_begins_at_the_chosen_second_and_stops(console, tmp_path, monkeypatch):
    whole, seen = tmp_path / "whole.wav", tmp_path / "seen"
    tone(whole, 95)
    player = Player([[sys.executable, "-c", _SLOW_PLAYER, str(seen)]])
    async with console("en", player=player) as stage:

        async def recording(call_id: str) -> bytes:
            return whole.read_bytes()

        monkeypatch.setattr(stage.door, "recording", recording)
        await open_call(stage)
        await stage.pilot.press("down", "enter", "space")
        await until(stage.pilot, lambda: seen.exists() and seen.read_text())
        assert seen.read_text() == "34.0"
        assert shows(stage.app, "Playing from 01:01")
        await stage.pilot.press("space")
        await until(stage.pilot, lambda: shows(stage.app, "Stopped."))
        assert not player.playing


_SLOW_PLAYER = """
import sys, time, wave
with wave.open(sys.argv[2]) as file:
    seconds = file.getnframes() / file.getframerate()
with open(sys.argv[1] + "~", "w") as seen:
    seen.write(str(seconds))
import os
os.replace(sys.argv[1] + "~", sys.argv[1])
sys.stdin.read()
time.sleep(60)
"""


async def test_without_a_player_the_saved_file_is_named(console, monkeypatch, tmp_path):
    tone(tmp_path / "whole.wav")

    async def recording(door: StageDoor, call_id: str) -> bytes:
        return (tmp_path / "whole.wav").read_bytes()

    monkeypatch.setattr(StageDoor, "recording", recording)
    async with console("en", (120, 40), player=Player([])) as stage:
        await open_call(stage)
        await stage.pilot.press("space")
        await until(stage.pilot, lambda: shows(stage.app, "Nothing on this machine can play sound"))
        assert shows(stage.app, "c-0007.wav")


async def test_a_way_to_play_that_fails_gives_way_to_the_next(tmp_path):
    tone(tmp_path / "whole.wav")
    seen = tmp_path / "seen"
    works = f"import pathlib; pathlib.Path({str(seen)!r}).write_text('played')"
    player = Player([[sys.executable, "-c", "raise SystemExit(3)"], [sys.executable, "-c", works]])
    assert await player.play(tmp_path / "whole.wav", 0.5)
    assert seen.read_text() == "played"
    await player.close()
    assert not player.folder.exists()


async def test_what_is_no_wav_is_refused_with_its_path(tmp_path):
    (tmp_path / "x.wav").write_bytes(b"nothing")
    player = Player([])
    with pytest.raises(NoPlayer, match=r"x\.wav"):
        await player.play(tmp_path / "x.wav", 0)
    await player.close()


def test_a_part_begins_at_its_second(tmp_path):
    tone(tmp_path / "whole.wav", 3)
    cut_from(tmp_path / "whole.wav", 1.25, tmp_path / "part.wav")
    with wave.open(str(tmp_path / "part.wav")) as part:
        assert part.getnframes() == int(1.75 * 8000)
        assert part.getnchannels() == 2


async def test_a_lesson_is_ordered_started_and_ended(console):
    async with console() as stage:
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "宽带账单多扣三十元"))
        await stage.pilot.press("space", "tab", "tab", "3", "tab", "backspace", "7", "f6")
        await until(stage.pilot, lambda: stage.door.asked_for("start_lesson"))
        (order,) = stage.door.asked_for("start_lesson")
        chosen = LessonOrder(scenarios=["broadband_bill"], lang="zh", seed=7, level=3)
        assert order == chosen
        await until(stage.pilot, lambda: shows(stage.app, "上课中：第 1 课"))
        await stage.pilot.press("f7")
        await until(stage.pilot, lambda: stage.door.asked_for("stop_lesson") == [1])
        await until(stage.pilot, lambda: shows(stage.app, "已下课"))


async def test_a_number_that_is_none_is_named(console):
    async with console("en") as stage:
        await stage.pilot.press("f4", "tab", "tab", "tab", *"x", "f6")
        await until(stage.pilot, lambda: shows(stage.app, '"Seed" must be a number from'))
        assert not stage.door.asked_for("start_lesson")


async def test_the_other_language_lists_its_own_customers(console):
    async with console("en") as stage:
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "Where is my order"))
        assert not shows(stage.app, "宽带账单多扣三十元")
        await stage.pilot.press("tab", "1")
        await until(stage.pilot, lambda: shows(stage.app, "宽带账单多扣三十元"))


async def test_a_student_is_turned_away():
    door = StageDoor(props.session("zh"))
    app = ConsoleApp(
        connect=lambda server: door,
        server="x",
        login="s07",
        password="lab",
        player=Player([]),
        control=lambda server, token: StageControls(),
        telephone=lambda account: StageTelephone(),
    )
    async with app.run_test() as pilot:
        await until(pilot, lambda: shows(app, "这个账号不是教师账号"))
        assert isinstance(app.screen, LoginScreen)
        await app.player.close()


async def test_the_console_comes_back_by_itself(console):
    async with console() as stage:
        stage.door.lose()
        await until(stage.pilot, lambda: shows(stage.app, "与服务器断开，正在自动重连"))
        stage.door.the_desks.pop()
        stage.door.come_back()
        await until(stage.pilot, lambda: not shows(stage.app, "与服务器断开"))
        assert not shows(stage.app, "1008")


async def test_the_language_switches_on_every_view(console):
    async with console() as stage:
        await stage.pilot.press("f10")
        await until(stage.pilot, lambda: shows(stage.app, "Live talk"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "Customers who will call"))


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_row_of_keys_has_room_for_all_it_shows_and_the_letters_are_among_them(
    console, lang
):
    async with console(lang) as stage:
        letters = f"^l {stage.app.words('keys.console_letters')}"
        for view in ("f3", "f4", "f5", "f9", "f12", "f2"):
            await stage.pilot.press(view)
            await settle(stage.pilot)
            row = rows_of(stage.app)[-1]
            assert stage.app.words("keys.quit") in row
            assert (letters in row) == (view != "f4")
