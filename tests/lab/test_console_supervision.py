"""The console as a supervisor's place: orders over desks, the mode shown, a telephone that lifts itself."""

import pytest

from classroom.door.wire import CardPopped, DeskChanged
from lab.console.summary import SummaryScreen
from lab.parts.dialogs import ChoiceScreen, NumberScreen
from lab.seat.form import Choice, FieldBox
from lab.seat.state import Pane
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage import props
from tests.stage.actors import ServerLost
from tests.stage.screen import settle, shows, until

pytestmark = pytest.mark.screen


async def behind(stage, mode: str = "listen", *, extension: str = "1002") -> None:
    """The switchboard has rung the supervisor in."""
    stage.controls.tell(
        "supervision_began", supervisor="1000", extension=extension, act=mode, call="c"
    )
    await until(stage.pilot, lambda: stage.app.supervisor.behind.mode == mode)
    stage.app.screen.redraw()
    await settle(stage.pilot)


@pytest.mark.feature("SEA-37", "SEA-38", "TEL-04", "BAS-02")
async def test_listen_then_whisper_then_barge_by_one_key_then_stop(console):
    async with console() as stage:
        await stage.pilot.press("down", "l")
        await until(stage.pilot, lambda: stage.controls.done == [("Listen", {"extension": "1002"})])
        call = stage.telephone.ring("1002", supervises="listen")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await behind(stage)
        assert shows(stage.app, "监听 1002 00:00") and shows(stage.app, "M 换密语")
        await stage.pilot.press("m")
        await until(stage.pilot, lambda: stage.controls.done[-1][0] == "Whisper")
        ended = {"supervisor": "1000", "extension": "1002", "act": "listen", "call": "c"}
        stage.controls.tell("supervision_ended", **ended)
        await behind(stage, "whisper")
        assert shows(stage.app, "M 换强插")
        await stage.pilot.press("m")
        await until(stage.pilot, lambda: stage.controls.done[-1][0] == "Barge")
        await stage.pilot.press("s")
        await until(stage.pilot, lambda: stage.controls.done[-1][0] == "StopSupervising")
        stage.telephone.end(call)
        await until(stage.pilot, lambda: shows(stage.app, "L 监听"))


@pytest.mark.feature("SEA-39", "SEA-40")
async def test_release_asks_once_and_sending_on_asks_where(console):
    async with console("en") as stage:
        await stage.pilot.press("down", "r")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("2")
        await stage.pilot.press("r")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: len(stage.controls.done) == 1)
        await stage.pilot.press("t")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"1005", "enter")
        await until(stage.pilot, lambda: len(stage.controls.done) == 2)
        await stage.pilot.press("i")
        await until(stage.pilot, lambda: len(stage.controls.done) == 3)
        assert stage.controls.done == [
            ("ForceRelease", {"extension": "1002"}),
            ("ForceTransfer", {"extension": "1002", "number": "1005"}),
            ("Intercept", {"extension": "1002"}),
        ]


@pytest.mark.parametrize("key", ["t", "r"])
async def test_over_a_desk_without_a_talk_nothing_is_asked(console, key):
    async with console() as stage:
        await stage.pilot.press(*["down"] * 5, key)
        await until(stage.pilot, lambda: shows(stage.app, "现在没有通话"))
        assert not isinstance(stage.app.screen, ChoiceScreen | NumberScreen)
        assert stage.controls.done == []


@pytest.mark.feature("SEA-26", "SEA-39")
async def test_answering_for_a_desk_lifts_at_once_but_a_stranger_rings(console):
    async with console() as stage:
        await stage.pilot.press(*["down"] * 5)
        await until(stage.pilot, lambda: shows(stage.app, "A 代答"))
        await stage.pilot.press("a")
        await until(
            stage.pilot, lambda: stage.controls.done == [("AnswerFor", {"extension": "1006"})]
        )
        call = stage.telephone.ring("05550107")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await until(stage.pilot, lambda: shows(stage.app, "正与 05550107 通话"))
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: call.done == ["answer", "hang_up"])
        other = stage.telephone.ring("1007")
        await until(stage.pilot, lambda: shows(stage.app, "1007 来电，F8 接听"))
        assert other.done == []
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: other.done == ["answer"])


async def test_a_refusal_is_one_sentence_and_a_missed_ring_is_told(console):
    async with console() as stage:
        stage.controls.refusal = "坐席 1002 不归你管辖，请联系管理员。"
        await stage.pilot.press("down", "w")
        await until(stage.pilot, lambda: shows(stage.app, "不归你管辖"))
        missed = {"supervisor": "1000", "extension": "1002", "why": "no_answer", "call": "c"}
        stage.controls.tell("supervision_missed", **missed)
        await until(stage.pilot, lambda: shows(stage.app, "你的话机没有接起"))
        stage.controls.told.put_nowait(ServerLost("gone"))
        stage.controls.tell("supervision_began", supervisor="1099", extension="1002", act="listen")
        await settle(stage.pilot)
        assert stage.app.supervisor.behind.mode == ""


@every_size_and_language
async def test_pictures_of_supervision(console, picture, lang, size):  # noqa: F811
    async with console(lang, size) as stage:
        await stage.pilot.press("down")
        call = stage.telephone.ring("1002", supervises="listen")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await behind(stage)
        stage.now[0] += 42
        stage.app.screen.redraw()
        await check(stage, picture, "console-supervising", size)


async def took_over(stage) -> None:
    """The customer of a call that was taken over has hung up."""
    card = props.card(stage.lang)
    own = {"extension": "1000", "name": "Teacher", "registered": True}
    for activity in ("talking", "wrapping"):
        desk = props.desk(stage.lang, "off", activity, call_id=card.call_id, **own)
        stage.door.tell(DeskChanged(desk=desk), CardPopped(extension="1000", card=card))
    await until(stage.pilot, lambda: stage.app.screen.state.own.pane is Pane.WRAPUP)
    stage.app.screen.redraw()
    await settle(stage.pilot)


@pytest.mark.feature("SEA-39", "SEA-31")
@pytest.mark.parametrize(("lang", "due"), [("zh", "通话小结 剩余 01:00"), ("en", "01:00 left")])
async def test_who_took_a_call_over_writes_its_summary_in_the_form_of_a_seat(console, lang, due):
    async with console(lang) as stage:
        await took_over(stage)
        assert shows(stage.app, due)
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SummaryScreen))
        await settle(stage.pilot)
        await stage.pilot.press(*"refund", "f9")
        await settle(stage.pilot)
        assert stage.door.asked_for("wrap_up") == []
        assert shows(stage.app, stage.app.words("wrapup.disposition"))
        stage.app.screen.query_one("#disposition-row Choice").choose("explained")
        for box in stage.app.screen.query("FieldBox").results(FieldBox):
            box.value = "81119644"
        for choice in stage.app.screen.query("#wrapup-fields Choice").results(Choice):
            choice.choose(next(iter(choice.options)))
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: not isinstance(stage.app.screen, SummaryScreen))
        (written,) = stage.door.asked_for("wrap_up")
        assert (written.summary, written.disposition) == ("refund", "explained")
        assert not shows(stage.app, due)


async def test_a_summary_that_is_left_is_there_again_and_goes_when_its_time_is_over(console):
    async with console() as stage:
        await took_over(stage)
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SummaryScreen))
        await settle(stage.pilot)
        stage.app.screen.tick()
        await settle(stage.pilot)
        await stage.pilot.press(*"refund")
        stage.app.screen.tick()
        await until(stage.pilot, lambda: stage.door.the_draft.summary == "refund")
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: not isinstance(stage.app.screen, SummaryScreen))
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SummaryScreen))
        screen = stage.app.screen
        await until(stage.pilot, lambda: screen.query_one("#summary").text == "refund")
        own = props.desk("zh", "off", extension="1000", name="Teacher")
        stage.door.tell(DeskChanged(desk=own))
        await until(stage.pilot, lambda: stage.app.screen is not screen)


@pytest.mark.feature("SEA-37")
@pytest.mark.parametrize("forgotten", [True, False], ids=["killed", "out of reach"])
async def test_a_server_that_was_killed_has_forgotten_who_listens_and_the_console_says_so(
    console, forgotten
):
    async with console() as stage:
        await stage.pilot.press("down", "l")
        call = stage.telephone.ring("1002", supervises="listen")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await behind(stage)
        activity = "idle" if forgotten else "talking"
        own = props.desk("zh", "off", activity, extension="1000", name="Teacher")
        stage.door.the_desks.append(own)
        stage.door.lose()
        await until(stage.pilot, lambda: not stage.app.screen.state.connected)
        stage.door.come_back()
        await until(stage.pilot, lambda: stage.app.screen.state.connected)
        await settle(stage.pilot)
        assert shows(stage.app, stage.app.words("behind.lost")) == forgotten
        assert shows(stage.app, "监听 1002 00:00") == (not forgotten)
        assert call.done == ["answer", "hang_up"] if forgotten else ["answer"]
