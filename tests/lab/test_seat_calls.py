"""The seat's call menu: what it offers, what it orders, what the screen says of it."""

from dataclasses import asdict

import pytest

from classroom.door.control import News
from classroom.door.wire import DeskChanged
from lab.errors import ServerLost
from lab.parts.dialogs import ChoiceScreen, NumberScreen, TextScreen
from lab.seat.company import Company
from lab.seat.deeds import possible
from lab.seat.entry import Entry
from lab.seat.screen import SeatScreen
from lab.seat.state import Pane
from lab.seat.telephone import WordsCame
from telephony.pbx.glance import Glance
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage import props
from tests.stage.screen import assert_aligned, settle, shows, until

pytestmark = pytest.mark.screen


async def order(stage, number: str, typed: str | None = None) -> None:
    """Open the menu, take a line by its number, type what it asks for."""
    await stage.pilot.press("f4")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
    before = len(stage.controls.done)
    await stage.pilot.press(number)
    if typed is not None:
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*typed, "enter")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
    if not stage.controls.refusal:
        await until(stage.pilot, lambda: len(stage.controls.done) > before)
    await settle(stage.pilot)


async def consult(stage) -> None:
    """Ask 1005 aside, as the switchboard tells it."""
    await order(stage, "2", "1005")
    stage.controls.tell("consulted", to="1005", extension="1007")
    stage.controls.tell("held", by="callee")
    stage.door.tell(props.desk_changed(stage.lang, "ready", "holding"))
    await until(stage.pilot, lambda: stage.app.desk.state.company.aside)
    await settle(stage.pilot)


@pytest.mark.feature("SEA-03", "SEA-30", "BAS-09")
async def test_a_number_is_dialled_and_the_own_telephone_rings_first(seat):
    async with seat() as stage:
        await stage.sit_down()
        await order(stage, "1", "05550107")
        assert stage.controls.done == [("Dial", {"number": "05550107"})]
        call = stage.telephone.ring("05550107")
        await until(stage.pilot, lambda: shows(stage.app, "去电：本机先响"))
        assert shows(stage.app, "接起，随即拨打 05550107")
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: call.done == ["answer"])
        await until(stage.pilot, lambda: shows(stage.app, "正在呼叫 05550107"))
        stage.controls.tell("not_reached", number="05550107", status=404, why="x")
        await until(stage.pilot, lambda: shows(stage.app, "05550107 打不通"))


@pytest.mark.feature("SEA-03")
@pytest.mark.parametrize("answered", ["desk_answered", "outside_answered"])
async def test_the_screen_says_when_the_far_end_has_answered(seat, answered):
    async with seat() as stage:
        await stage.sit_down()
        await order(stage, "4")
        stage.controls.tell("call_started", call="c1", dialled="1005")
        call = stage.telephone.ring("1005")
        await until(stage.pilot, lambda: shows(stage.app, "接起，随即拨打 1005"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "正在呼叫 1005"))
        stage.controls.tell(answered, call="an older one")
        stage.controls.tell(answered, call="c1")
        await until(stage.pilot, lambda: shows(stage.app, "1005 已接听，请先开口"))
        stage.app.screen.tick()
        await until(stage.pilot, lambda: shows(stage.app, "去电 1005，对方已接听"))
        stage.telephone.end(call)
        await until(stage.pilot, lambda: not stage.app.desk.state.company.dialled)


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize(("lang", "word"), [("zh", "移动坐席"), ("en", "mobile seat")])
async def test_a_seat_whose_agent_works_outside_says_so_and_leads_back(seat, lang, word):
    async with seat(lang) as stage:
        await stage.sit_down()
        outside = props.desk(lang, "off").model_copy(update={"mobile": True})
        stage.door.tell(DeskChanged(desk=outside))
        await until(stage.pilot, lambda: shows(stage.app, word))
        assert_aligned(stage.app)
        await order(stage, "7")
        assert stage.controls.done == [("WorkOutside", {"outside": False})]


@pytest.mark.unit
def test_a_call_at_another_telephone_of_the_desk_is_not_taken_for_the_next_one():
    company = Company()
    company.take(News(event="call_started", fields={"call": "c1", "dialled": "1005"}))
    company.take(News(event="desk_answered", fields={"call": "c2", "why": "hung_up"}))
    assert company.dialled == "1005" and not company.reached
    company.take(News(event="call_ended", fields={"call": "c2", "why": "hung_up"}))
    assert company.dialled == "1005"
    company.take(News(event="call_ended", fields={"call": "c1", "why": "hung_up"}))
    assert company == Company()


@pytest.mark.feature("BAS-08")
@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("会议邀请", "加入会议", "已进入会议 88")),
        ("en", ("Invited to a conference", "joins the conference", "You are in conference 88")),
    ],
)
async def test_a_conference_and_a_call_inside_have_words_of_their_own(seat, lang, words):
    async with seat(lang) as stage:
        await stage.sit_down()
        call = stage.telephone.ring("*688", conference="88")
        await until(stage.pilot, lambda: all(shows(stage.app, word) for word in words[:2]))
        assert not shows(stage.app, "*688")
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, words[2]))
        stage.telephone.end(call)
        await until(stage.pilot, lambda: not stage.app.desk.state.has_call)
        stage.telephone.ring("1005")
        await until(stage.pilot, lambda: stage.app.desk.state.has_call)
        await stage.pilot.press("f4")
        inside = "与 1005 的内线电话已接通" if lang == "zh" else "connected with 1005"
        await until(stage.pilot, lambda: shows(stage.app, inside))


async def test_a_code_is_listened_to(seat):
    async with seat() as stage:
        await stage.sit_down()
        await order(stage, "1", "*97")
        stage.telephone.ring("*97")
        await until(stage.pilot, lambda: stage.app.desk.state.has_call)
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: shows(stage.app, "已拨 *97，请听语音提示"))


async def test_every_row_of_the_menu_has_a_key(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        deeds = [deed.name for deed in possible(stage.app.desk.state)]
        assert deeds[9] == "text"
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("0")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press("escape")
        chosen: list[str | None] = []
        many = {f"n{n}": f"row {n}" for n in range(1, 40)}
        stage.app.push_screen(ChoiceScreen(stage.app.words, "many", many), chosen.append)
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await settle(stage.pilot)
        await stage.pilot.press("b")
        await until(stage.pilot, lambda: chosen == ["n12"])


@pytest.mark.feature("SEA-32")
async def test_what_is_typed_aside_goes_to_whom_one_asked_and_into_no_recording(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        await consult(stage)
        stage.door.speaks.clear()
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: ("say", "hello", None) in call.done)
        assert stage.door.spoke_for == [None], "late sound would be put into the customer's call"
        line = stage.app.desk.state.talk[-1]
        assert (line.text, line.at) == ("hello", 0.0)
        stage.controls.tell("resumed", by="callee")
        await until(stage.pilot, lambda: not stage.app.desk.state.company.aside)
        stage.door.speaks.set()
        await settle(stage.pilot)
        assert not [done for done in call.done if done == "play"], "the customer hears none of it"


@pytest.mark.parametrize(("lang", "why"), [("zh", "咨询方还没有接起"), ("en", "nobody consulted")])
async def test_aside_the_script_waits_and_so_do_words_until_somebody_answers(seat, lang, why):
    async with seat(lang) as stage:
        await stage.sit_down()
        call = await stage.talk()
        await consult(stage)
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("entry.not_aside")))
        assert not [done for done in call.done if done[0] == "say"]
        call.hears = False
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: shows(stage.app, why))
        assert stage.app.screen.query_one(Entry).value == "hello"


@pytest.mark.feature("SEA-32", "SEA-33", "SEA-34", "SEA-36")
async def test_consult_toggle_three_way_and_hand_over(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        await consult(stage)
        assert shows(stage.app, "咨询 1005，客户正在听音乐")
        assert shows(stage.app, "咨询中") and shows(stage.app, "F5 切换")
        assert shows(stage.app, "输入对咨询方说的话，客户听不到")
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: stage.controls.done[-1][0] == "Toggle")
        stage.controls.tell("resumed", by="callee")
        stage.door.tell(props.desk_changed("zh", "ready", "talking"))
        await until(stage.pilot, lambda: shows(stage.app, "咨询方 1005 在听音乐等候"))
        await order(stage, "3")
        stage.controls.tell("three_way", extension="1007", with_="1005")
        await until(stage.pilot, lambda: shows(stage.app, "三方通话：1005 也在线"))
        await order(stage, "1")
        assert stage.controls.done.pop() == ("CompleteTransfer", {})
        stage.controls.tell("consult_ended", why="hung_up")
        await until(stage.pilot, lambda: shows(stage.app, "1005 已挂断"))
        await consult(stage)
        await order(stage, "4")
        stage.controls.tell("consult_ended", why="cancelled")
        await until(stage.pilot, lambda: not stage.app.desk.state.company.asked)
        await consult(stage)
        await order(stage, "2")
        assert [name for name, _ in stage.controls.done] == [
            "Consult", "Toggle", "ThreeWay", "Consult", "CancelConsult", "Consult",
            "CompleteTransfer",
        ]  # fmt: skip


@pytest.mark.feature("SEA-07", "SEA-35")
async def test_a_refused_transfer_is_one_sentence_and_the_talk_goes_on(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        await stage.talk()
        stage.controls.refusal = "No telephone is registered there; try another number."
        await order(stage, "1", "1050")
        assert shows(stage.app, "No telephone is registered there")
        stage.controls.refusal = ""
        await order(stage, "1", "1005")
        assert stage.controls.done == [("Transfer", {"number": "1005"})]
        stage.controls.tell("transferred", to="1005")
        await until(stage.pilot, lambda: shows(stage.app, "Transferred to 1005."))


STANDING = asdict(Glance())


@pytest.mark.feature("SEA-32")
async def test_a_consultation_is_relearned_after_the_connection_was_lost(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        stage.controls.told.put_nowait(ServerLost("gone"))
        stage.door.tell(props.desk_changed("zh", "ready", "holding"))
        stage.controls.tell("standing", **{**STANDING, "asked": "1005", "aside": True})
        await until(stage.pilot, lambda: shows(stage.app, "咨询 1005，客户正在听音乐"))
        assert shows(stage.app, "F5 切换")
        stage.controls.tell("standing", **{**STANDING, "third": "1005", "taped": True})
        stage.door.tell(props.desk_changed("zh", "ready", "talking"))
        await until(stage.pilot, lambda: shows(stage.app, "三方通话：1005 也在线"))
        assert stage.app.desk.state.company.taped


@pytest.mark.feature("SEA-28", "SEA-29", "SEA-31")
async def test_the_menu_has_what_the_telephone_does_by_itself(seat):
    async with seat() as stage:
        await stage.sit_down()
        await order(stage, "4")
        assert stage.controls.done == [("Redial", {})]
        await order(stage, "5", "8001")
        assert stage.controls.done[-1] == ("Dial", {"number": "8001"})
        call = await stage.talk()
        for number, done in (("6", "hold"), ("6", "resume"), ("7", ("mute", True))):
            await stage.pilot.press("f4")
            await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
            await stage.pilot.press(number)
            await until(stage.pilot, lambda done=done: call.done[-1] == done)
            await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
            await settle(stage.pilot)
        await stage.pilot.press("f4", "8")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"12#", "enter")
        await until(stage.pilot, lambda: call.done[-1] == ("press", "12#"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("9")
        await until(stage.pilot, lambda: call.done[-1] == "hang_up")


async def test_the_telephones_own_hold_gives_way_to_a_consultation(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: "hold" in call.done)
        await consult(stage)
        assert call.done == ["answer", "hold", "resume"]
        stage.controls.tell("consult_missed", why="no_answer", to="1005")
        await until(stage.pilot, lambda: shows(stage.app, "咨询的 1005 没有接"))
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: stage.controls.done[-1] == ("Resume", {}))


@pytest.mark.feature("SEA-22", "BAS-01")
async def test_parking_fetching_and_picking_up(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        await order(stage, "2", "")
        await order(stage, "2", "1005")
        await order(stage, "3", "701")
        await stage.talk()
        await order(stage, "4")
        stage.controls.tell("parked", slot="702")
        await until(stage.pilot, lambda: shows(stage.app, "Parked in 702"))
        assert stage.controls.done == [
            ("PickUp", {}), ("PickUp", {"at": "1005"}), ("Retrieve", {"slot": "701"}), ("Park", {}),
        ]  # fmt: skip


async def test_escape_and_letters_order_nothing(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f4", "1", *"abc", "enter", "escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        assert not stage.controls.done


async def test_the_menu_never_hides_a_ring(seat):
    async with seat() as stage:
        await stage.sit_down()
        for keys in (("f4",), ("f4", "1")):
            await stage.pilot.press(*keys)
            await until(
                stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen | NumberScreen)
            )
            call = await stage.ring()
            await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
            stage.telephone.end(call)
            stage.door.tell(props.desk_changed("zh", "ready", "idle"))
            await until(stage.pilot, lambda: not stage.app.desk.state.has_call)
            await settle(stage.pilot)
        assert not stage.controls.done


@pytest.mark.feature("SEA-22", "TEL-18")
async def test_a_short_message_is_written_between_calls_and_its_fate_is_told(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f4", "6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"13800138000", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "选择短信模板"))
        await stage.pilot.press("3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, TextScreen))
        await stage.pilot.press("space", "enter")
        assert isinstance(stage.app.screen, TextScreen), "blanks are no message"
        await stage.pilot.press("backspace", *"OK [red]", "enter")
        await until(stage.pilot, lambda: bool(stage.controls.done))
        wanted = {"text": "OK [red]", "number": "13800138000"}
        assert stage.controls.done == [("SendText", wanted)]
        stage.controls.tell("text_sent", number="+8613800138000", why="")
        await until(
            stage.pilot, lambda: shows(stage.app, "发给 +8613800138000 的短信，运营商已收下")
        )
        stage.controls.tell("text_sent", number="+8613800138000", why="sip_500")
        await until(stage.pilot, lambda: shows(stage.app, "没有发成"))


@pytest.mark.feature("TEL-18")
async def test_a_ready_text_is_filled_in_changed_and_sent(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f4", "6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"13800138000", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "选择短信模板"))
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, TextScreen))
        await stage.pilot.press("end", "!", "enter")
        await until(stage.pilot, lambda: bool(stage.controls.done))
        text = "您好，您反映的问题已处理完毕，感谢您的支持。客服1007!"
        assert stage.controls.done == [("SendText", {"text": text, "number": "13800138000"})]


async def test_a_school_without_ready_texts_has_them_written(seat):
    async with seat() as stage:
        stage.door.rules = stage.door.rules.model_copy(update={"texts": []})
        await stage.sit_down()
        await stage.pilot.press("f4", "6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"13800138000", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, TextScreen))


async def test_a_ring_goes_before_a_message_that_is_being_written(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f4", "6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"138", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "选择短信模板"))
        await stage.pilot.press("3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, TextScreen))
        await stage.ring()
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        assert not stage.controls.done


@pytest.mark.feature("SEA-10", "SEA-22")
async def test_rating_and_the_recording(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        await stage.talk()
        await order(stage, "5")
        stage.controls.tell("recording_began", call="c")
        await until(stage.pilot, lambda: stage.app.desk.state.company.taped)
        await order(stage, "5")
        stage.controls.tell("recording_paused", extension="1007", reason="card")
        await until(stage.pilot, lambda: shows(stage.app, "not recorded"))
        await order(stage, "5")
        await order(stage, "6")
        await order(stage, "3")
        assert stage.controls.done == [
            ("StartRecording", {}), ("PauseRecording", {}), ("PauseRecording", {"paused": False}),
            ("StopRecording", {}), ("Rate", {}),
        ]  # fmt: skip


@every_size_and_language
async def test_pictures_of_the_call_menu(seat, picture, lang, size):  # noqa: F811
    async with seat(lang, size) as stage:
        await stage.sit_down()
        await stage.talk()
        stage.now[0] += 20
        stage.app.screen.tick()
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await check(stage, picture, "seat-call-menu", size)
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"1005")
        await check(stage, picture, "seat-call-number", size)
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        await consult(stage)
        stage.now[0] += 7
        stage.app.screen.tick()
        await check(stage, picture, "seat-consulting", size)


@pytest.mark.unit
def test_the_news_of_others_changes_nothing():
    company = Company()
    assert company.take(News(event="held", fields={"by": "callee"})) is None
    assert company == Company()


@pytest.mark.unit
@pytest.mark.feature("SEA-33")
def test_who_dialled_the_call_turns_between_the_two_like_anybody_else():
    company = Company(dialled="13800138000")
    company.take(News(event="consulted", fields={"to": "1005"}))
    for event, by, aside in (
        ("resumed", "callee", True), ("resumed", "caller", False), ("held", "callee", False),
        ("held", "caller", True),
    ):  # fmt: skip
        company.take(News(event=event, fields={"by": by}))
        assert company.aside is aside, (event, by)


@pytest.mark.feature("SEA-32")
@pytest.mark.parametrize(("lang", "who"), [("zh", "同事"), ("en", "Colleague")])
async def test_what_a_colleague_types_is_read_at_the_seat(seat, lang, who):
    async with seat(lang) as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.telephone.happened.put_nowait(WordsCame(call, "这个客户归我"))
        await until(stage.pilot, lambda: shows(stage.app, "这个客户归我"))
        assert shows(stage.app, who)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_call_of_an_earlier_seat_is_told_as_such_and_ended_on_the_switchboard(seat, lang):
    async with seat(lang) as stage:
        await stage.sit_down()
        stage.door.tell(props.desk_changed(lang, "ready", "talking"))
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("seat.stranded")[:20]))
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: stage.controls.done == [("HangUp", {})])
        stage.door.tell(props.desk_changed(lang, "ready"))
        await until(stage.pilot, lambda: stage.app.desk.state.pane is Pane.BRIEFING)


@pytest.mark.feature("TEL-04")
async def test_a_call_that_neither_side_ended_says_why(seat):
    async with seat() as stage:
        await stage.sit_down()
        stage.controls.tell("call_ended", call="c1", why="force_released", by="board")
        await until(stage.pilot, lambda: shows(stage.app, "班长席强拆了这通电话。"))
        await stage.pilot.press("f10")
        stage.controls.tell("call_ended", call="c2", why="overran", by="board")
        await until(stage.pilot, lambda: shows(stage.app, "lasted longer than any may"))
        assert (
            Company().take(News(event="call_ended", fields={"call": "c", "why": "hung_up"})) is None
        )
