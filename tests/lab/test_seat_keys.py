"""The seat, driven by keys: what it asks of the server and of its telephone, and what it shows."""

import io
import wave

import pytest
from textual.widgets import Input, TextArea

from classroom.door.wire import (
    CallRecord,
    Caption,
    CardPopped,
    DeskChanged,
    Graded,
    StepsChanged,
    Wrapup,
)
from classroom.words import say
from lab.errors import TelephoneLost
from lab.parts.dialogs import ChoiceScreen, HelpScreen, NoticeScreen
from lab.parts.login import LoginScreen
from lab.seat import side
from lab.seat.entry import Entry
from lab.seat.keys import KEYS
from lab.seat.screen import SeatScreen
from lab.seat.side import SECOND_DIGIT
from lab.seat.state import Pane
from lab.seat.telephone import SoundCard, SoundLost, Unregistered
from lab.seat.wrapup import WrapupPane
from tests.stage import props
from tests.stage.screen import assert_aligned, column_of, rows_of, settle, shows, until

pytestmark = pytest.mark.screen


async def test_wrong_password_shows_one_sentence_and_lets_try_again(seat):
    async with seat() as stage:
        await stage.pilot.press(*"wrong", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "账号或密码不对，请核对后再试。"))
        assert isinstance(stage.app.screen, LoginScreen)
        await stage.pilot.press(*["backspace"] * 5)
        await stage.sit_down()
        assert shows(stage.app, "林晓雯")


async def test_nothing_typed_asks_for_login_and_password(seat):
    async with seat("en") as stage:
        await stage.pilot.press("enter")
        await settle(stage.pilot)
        assert shows(stage.app, "Please fill in login and password.")
        assert not stage.door.asked_for("login")


async def test_first_login_shows_the_notice_and_consent_is_told(seat):
    async with seat(consented=False) as stage:
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NoticeScreen))
        await settle(stage.pilot)
        assert shows(stage.app, "只有你本人、任课教师和学校管理员可以听。")
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        assert stage.door.asked_for("consent") == [None]


async def test_without_consent_the_seat_is_left(seat):
    async with seat(consented=False) as stage:
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NoticeScreen))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: stage.app.return_value is not None)
        assert not stage.door.asked_for("consent")
        assert stage.door.asked_for("close")


async def test_before_a_call_the_seat_says_what_is_judged(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        assert shows(stage.app, "pass mark 60")
        assert shows(stage.app, "Own words count here")
        assert shows(stage.app, "Script in own words")
        assert shows(stage.app, "fatal")


async def test_ready_and_break_with_a_reason(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f2")
        await settle(stage.pilot)
        assert shows(stage.app, "已示闲，等待来电")
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: len(stage.door.asked_for("desk")) == 2)
        await settle(stage.pilot)
        assert stage.door.asked_for("desk") == [("ready", ""), ("break", "meal")]
        assert shows(stage.app, "示忙：用餐") and shows(stage.app, "屏幕已锁定")


async def test_a_seat_that_begins_ready_waits_until_it_can_be_rung(seat):
    async with seat(ready=True) as stage:
        await stage.sit_down()
        unreachable = props.desk("zh", "off", registered=False)
        stage.door.tell(DeskChanged(desk=unreachable))
        await settle(stage.pilot)
        assert not stage.door.asked_for("desk")
        stage.door.tell(props.desk_changed("zh", "off"))
        await until(stage.pilot, lambda: stage.door.asked_for("desk") == [("ready", "")])


@pytest.mark.feature("ARC-13")
async def test_the_card_pops_with_the_ring_and_enter_answers(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.ring()
        for text in ("来电振铃", "05550107", "账单投诉", "12 秒", "王建国", "家庭宽带 500M"):
            assert shows(stage.app, text)
        await stage.pilot.press("enter")
        await settle(stage.pilot)
        assert call.done == ["answer"]
        assert shows(stage.app, "接通了，请先开口问候客户。")


async def test_a_number_says_the_script_step_as_text_and_sound(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: "play" in call.done)
        opening = props.STEPS["zh"][0][1]
        assert call.done == ["answer", ("say", opening, "complaint/1"), "play"]
        assert stage.door.asked_for("speech") == [opening]
        await settle(stage.pilot)
        assert shows(stage.app, "✓1")


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        (["1", "1"], [11]),
        (["1", "2"], [12]),
        (["0"], [10]),
        (["2"], [2]),
        (["1"], [1]),
        (["1", "enter"], [1]),
        (["1", "5"], [1, 5]),
        (["1", "1", "1", "0"], [11, 10]),
    ],
)
async def test_a_step_beyond_the_ninth_has_two_digits(seat, keys, numbers):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        step = props.steps("zh")[0]
        stage.app.screen.state.steps = [
            step.model_copy(update={"id": f"long/{n}", "number": n, "text": f"第{n}句"})
            for n in range(1, 13)
        ]
        await stage.pilot.press(*keys)
        said = [("say", f"第{n}句", f"long/{n}") for n in numbers]
        await until(stage.pilot, lambda: [one for one in call.done if one[0] == "say"] == said)
        await stage.pilot.pause(2 * SECOND_DIGIT)
        assert [one for one in call.done if one[0] == "say"] == said


async def test_enter_after_a_number_does_not_say_its_step_again(seat, monkeypatch):
    """The step is ticked only when it is sent; until then it is still the next one."""
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        monkeypatch.setattr(side, "HABIT", 0.0)
        monkeypatch.setattr(stage.app.desk, "_tick_off", lambda step: None)

        def said():
            return sum(one[0] == "say" for one in call.done)

        await stage.pilot.press("1")
        await until(stage.pilot, lambda: said() == 1)
        await stage.pilot.press("enter", "enter")
        await settle(stage.pilot)
        assert said() == 1
        monkeypatch.setattr(side, "SAME", 0.0)
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: said() == 2)


async def test_arrows_and_enter_on_an_empty_line_pick_a_step(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        call = await stage.talk()
        await stage.pilot.press("down", "down", "enter")
        await until(stage.pilot, lambda: "play" in call.done)
        assert ("say", props.STEPS["en"][2][1], "complaint/3") in call.done


async def test_a_typed_line_may_begin_with_a_digit_after_a_space(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        call = await stage.talk()
        await stage.pilot.press("space", *"3 days", "enter")
        await until(stage.pilot, lambda: "play" in call.done)
        assert ("say", "3 days", None) in call.done
        assert stage.app.screen.query_one(Entry).value == ""


async def test_without_speech_capacity_the_line_says_its_sound_follows(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.door.wav = None
        await stage.pilot.press(*"ok", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "声音稍后补入录音"))
        assert call.done == ["answer", ("say", "ok", None)]


async def test_a_line_that_was_not_sent_comes_back_into_the_input(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()

        async def refuse(text: str, *, picked: str | None, sound: float | None) -> None:
            raise TelephoneLost("SIP 481")

        call.say = refuse
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "SIP 481"))
        assert stage.app.screen.query_one(Entry).value == "hello"


@pytest.mark.feature("SEA-08")
async def test_hold_resume_and_mute(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        await stage.pilot.press("f5")
        stage.now[0] += 9
        await settle(stage.pilot)
        stage.app.screen.tick()
        await settle(stage.pilot)
        assert shows(stage.app, "保持中 00:09  客户正在听音乐，听不到你说话")
        assert shows(stage.app, "F5 接回")
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "通话已保持"))
        assert stage.app.screen.query_one(Entry).value == "hello"
        await stage.pilot.press("f5", "f6")
        await until(stage.pilot, lambda: ("mute", True) in call.done)
        await settle(stage.pilot)
        assert shows(stage.app, "取消静音")
        assert call.done == ["answer", "hold", "resume", ("mute", True)]


async def test_captions_stand_customer_left_and_agent_right(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        stage.door.tell(*props.captions("zh"))
        await until(stage.pilot, lambda: shows(stage.app, "0417。快一点"))
        assert_aligned(stage.app)
        left = column_of(stage.app, "客户 ")[0]
        assert column_of(stage.app, "▏") == [left] * 3
        agent_ends = set(column_of(stage.app, "▕"))
        assert len(agent_ends) == 1
        assert agent_ends.pop() > left + 40


async def test_a_caption_of_another_call_is_not_shown(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        stage.door.tell(
            Caption(
                call_id="other", at=1, until=2, who="customer", text="别人的话", heard_by="known"
            ),
            StepsChanged(call_id=props.CALL, steps=props.steps("zh", 2)),
        )
        await until(stage.pilot, lambda: shows(stage.app, "✓2"))
        assert not shows(stage.app, "别人的话")


async def test_looking_at_the_record_is_told_once(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        await stage.pilot.press(*["f7"] * 4)
        await until(stage.pilot, lambda: shows(stage.app, "KD-20417"))
        assert [act.what for act in stage.door.asked_for("act")] == ["opened_record"]


async def test_a_form_field_is_told_when_it_is_left_not_at_every_key(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        await stage.talk()
        await stage.pilot.press("f7", "f7")
        await until(stage.pilot, lambda: shows(stage.app, "Amount"))
        await stage.pilot.press("tab", "2", "tab", *"30.00", "tab")
        await until(stage.pilot, lambda: len(stage.door.asked_for("act")) == 3)
        told = [(act.what, act.value) for act in stage.door.asked_for("act")]
        assert told[1:] == [("form_field", "ticket=fault"), ("form_field", "amount=30.00")]


async def test_a_summary_that_nobody_marks_leaves_the_agent_ready(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.ring()
        card = props.card("zh").model_copy(update={"scenario": None})
        stage.door.tell(
            CardPopped(extension="1007", card=card), props.desk_changed("zh", "ready", "talking")
        )
        await settle(stage.pilot)
        stage.door.tell(props.desk_changed("zh", "ready", "wrapping"))
        await until(stage.pilot, lambda: stage.app.desk.state.pane is Pane.WRAPUP)
        await settle(stage.pilot)
        await stage.pilot.press(*"ok", "tab", "1", "tab", "2", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        assert ("break", "review") not in stage.door.asked_for("desk")


async def test_the_summary_wants_everything_required_then_waits_for_the_scorecard(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "还没有填：小结 · 处理结果 · 工单类型"))
        await stage.pilot.press(*"refund", "tab", "1", "tab", "2", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        written = Wrapup(summary="refund", disposition="refund", form={"ticket": "障碍申告"})
        assert stage.door.asked_for("wrap_up") == [written]
        assert stage.door.asked_for("desk")[-1] == ("break", "review")
        await until(stage.pilot, lambda: shows(stage.app, "正在评分"))
        card = props.scorecard("zh")
        stage.door.tell(Graded(call_id=props.CALL, extension="1007", scorecard=card))
        await until(stage.pilot, lambda: shows(stage.app, "总分 86 / 100"))
        assert shows(stage.app, "挂机前没有复述退费金额和时间")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.door.asked_for("desk")[-1] == ("ready", ""))
        await until(stage.pilot, lambda: shows(stage.app, "已示闲，等待来电"))


async def test_a_half_written_summary_comes_back_to_a_seat_that_was_killed(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press(*"half", "tab", "1", "tab", "2")
        stage.app.screen.tick()
        half = Wrapup(summary="half", disposition="refund", form={"ticket": "障碍申告"})
        await until(stage.pilot, lambda: stage.door.the_draft == half)
        assert not stage.door.asked_for("drafted"), "it saw the call ring"
    async with seat() as stage:
        stage.door.the_draft = half
        await stage.sit_down()
        stage.door.tell(
            props.desk_changed("zh", "ready", "wrapping"),
            CardPopped(extension="1007", card=props.card("zh")),
        )
        pane = stage.app.screen.query_one(WrapupPane)
        await until(stage.pilot, lambda: pane.written(stage.app.screen.form) == half)
        await until(stage.pilot, lambda: shows(stage.app, "half") and shows(stage.app, "障碍申告"))
        await stage.pilot.press(*" more", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        whole = half.model_copy(update={"summary": "half more"})
        assert stage.door.asked_for("wrap_up") == [whole]


async def test_a_server_without_drafts_is_asked_once_a_call(seat):
    async with seat() as stage:
        stage.door.keeps_drafts = False
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press(*"a")
        stage.app.screen.tick()
        await until(stage.pilot, lambda: stage.door.asked_for("draft"))
        await stage.pilot.press(*"b")
        stage.app.screen.tick()
        await settle(stage.pilot)
        assert len(stage.door.asked_for("draft")) == 1 and not shows(stage.app, "404")


async def test_a_summary_out_of_time_is_handed_in_as_it_stands(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press(*"half")
        stage.now[0] += 59.5
        stage.app.screen.tick()
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        assert stage.door.asked_for("wrap_up") == [Wrapup(summary="half", disposition="", form={})]


async def test_a_lost_server_is_told_and_nothing_typed_is_lost(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        await stage.pilot.press(*"refund", "tab", "1", "tab", "1")
        stage.door.lose()
        await until(stage.pilot, lambda: shows(stage.app, "与服务器断开，正在自动重连"))
        assert stage.app.screen.query_one("#summary", TextArea).text == "refund"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: stage.app.desk.unsent)
        assert not stage.door.asked_for("wrap_up")
        stage.door.come_back()
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        assert stage.door.asked_for("wrap_up")[0].summary == "refund"
        await until(stage.pilot, lambda: not shows(stage.app, "与服务器断开"))
        assert stage.telephone.registered_again == 1, "at once, not when its time has come"


async def test_the_seat_goes_on_without_telephone_or_sound(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        stage.telephone.happened.put_nowait(Unregistered("No answer from the server."))
        await until(stage.pilot, lambda: shows(stage.app, "No telephone: No answer"))
        assert shows(stage.app, "not registered")
        stage.telephone.happened.put_nowait(SoundLost("exit 1"))
        assert shows(stage.app, "pass mark 60")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.door.asked_for("desk"))


async def test_the_customer_may_hang_up_first(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.telephone.end(call)
        stage.door.tell(props.desk_changed("zh", "ready", "wrapping"))
        await until(stage.pilot, lambda: shows(stage.app, "通话小结"))
        assert call.done == ["answer"]


async def test_the_language_switches_in_the_middle_of_a_call_and_keeps_what_is_typed(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        await stage.pilot.press(*"half a li")
        await stage.pilot.press("f10")
        await until(stage.pilot, lambda: shows(stage.app, "F8 End"))
        assert shows(stage.app, "PRACTICE")
        assert stage.app.screen.query_one(Input).value == "half a li"


async def test_a_live_call_paints_a_red_rail(seat):
    async with seat() as stage:
        await stage.sit_down()
        live = CardPopped(extension="1007", card=props.card("zh", live=True))
        stage.door.tell(live, props.desk_changed("zh", "ready", "offered"))
        await until(stage.pilot, lambda: shows(stage.app, "外线·真实客户"))
        rail = stage.app.screen.query_one("#rail").styles.border_left
        assert rail is not None and rail[1].hex == "#D0303F"


async def test_every_key_explains_itself(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        bound = stage.app.screen._bindings.key_to_bindings
        for key in KEYS:
            (binding,) = [b for b in bound[key.keys.split(",")[0]] if b.id == f"seat.{key.name}"]
            assert binding.tooltip and binding.description
        await stage.pilot.press("f1")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        await settle(stage.pilot)
        assert shows(stage.app, "One call, in order")
        await stage.pilot.press("escape")
        assert isinstance(stage.app.screen, SeatScreen)


async def test_widgets_tell_what_happened_to_them(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        await stage.pilot.press("2", *"hm", "enter")
        await settle(stage.pilot)
        told = [type(message).__qualname__ for message in stage.heard]
        for name in ("Entry.Numbered", "ScriptPane.Picked", "Entry.Said"):
            assert name in told


async def test_leaving_signs_off_and_takes_the_telephone_away(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("ctrl+q")
        await until(stage.pilot, lambda: stage.app.return_value == 0)
        assert stage.door.asked_for("desk") == [("off", "")]
        assert stage.telephone.closed


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_keys_fit_into_eighty_columns(seat, lang):
    async with seat(lang) as stage:
        await stage.sit_down()
        await stage.talk()
        await stage.pilot.press("f5")
        await settle(stage.pilot)
        last = rows_of(stage.app)[-1]
        assert last.rstrip().endswith("退出" if lang == "zh" else "Quit")


async def test_keys_that_come_in_one_burst_land_in_the_field_that_tab_went_to(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        for key in ("o", "k", "tab", "2"):
            stage.app.simulate_key(key)
        await settle(stage.pilot)
        assert stage.app.screen.query_one("#summary", TextArea).text == "ok"
        assert (
            stage.app.screen.query_one(WrapupPane).disposition
            == list(props.card("zh").dispositions)[1]
        )


async def test_sound_at_hand_tells_the_customer_how_long_to_listen(seat):
    async with seat() as stage:
        await stage.sit_down()
        stage.door.wav = wav_of(seconds=1.5)
        call = await stage.talk()
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: "play" in call.done)
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: call.done.count("play") == 2)
        assert call.sounds == [1.5, 3.0]


async def test_words_do_not_wait_for_sound_that_is_slow(seat, monkeypatch):
    monkeypatch.setattr("lab.seat.desk.QUICK", 0.01)
    async with seat() as stage:
        await stage.sit_down()
        stage.door.speaks.clear()
        stage.door.wav = wav_of(seconds=1.5)
        call = await stage.talk()
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: call.sounds == [None])
        assert "play" not in call.done
        stage.door.speaks.set()
        await until(stage.pilot, lambda: "play" in call.done)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_without_a_sound_card_one_calm_word_says_to_type(seat, lang):
    async with seat(lang) as stage:
        await stage.sit_down()
        stage.telephone.happened.put_nowait(SoundCard(works=False))
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("seat.type")))
        assert_aligned(stage.app)
        stage.telephone.happened.put_nowait(SoundCard(works=True))
        await until(stage.pilot, lambda: not shows(stage.app, stage.app.words("seat.type")))


def wav_of(*, seconds: float) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(8000)
        clip.writeframes(bytes(int(seconds * 16000)))
    return made.getvalue()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_seat_whose_login_is_taken_elsewhere_says_so_and_stops(seat, lang):
    async with seat(lang) as stage:
        await stage.sit_down()
        await stage.pilot.press("f1")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        stage.door.taken = say("seat_taken", lang)
        stage.door.lose()
        stage.door.come_back()
        await until(stage.pilot, lambda: isinstance(stage.app.screen, LoginScreen))
        await settle(stage.pilot)
        assert shows(stage.app, stage.door.taken[:12]) and shows(stage.app, "s07")
        assert stage.telephone.closed and not stage.door.asked_for("desk")
        assert_aligned(stage.app)
        stage.door.taken = ""
        await stage.sit_down()
        assert stage.door.asked_for("sit")[-2:] == [False, True]


async def test_a_login_that_is_in_a_call_elsewhere_is_refused_at_the_log_in(seat):
    async with seat("en") as stage:
        stage.door.taken = say("seat_in_call", "en")
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "finish there, then"))
        assert isinstance(stage.app.screen, LoginScreen)
        assert_aligned(stage.app)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_after_a_kill_of_the_server_in_a_call_the_seat_says_what_is_lost_and_works_on(
    seat, lang
):
    async with seat(lang) as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.door.lose()
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("seat.lost")))
        stage.door.come_back()
        stage.door.tell(forgotten(lang, registered=False))
        told = stage.app.words("outage.call")
        await until(stage.pilot, lambda: shows(stage.app, told))
        await until(stage.pilot, lambda: "hang_up" in call.done)
        assert not stage.door.asked_for("desk"), "nobody can ring it yet"
        stage.door.tell(forgotten(lang, registered=True))
        await until(stage.pilot, lambda: stage.door.asked_for("desk") == [("ready", "")])
        assert shows(stage.app, told) and stage.app.desk.state.pane is Pane.BRIEFING
        assert stage.telephone.registered_again == 1
        assert_aligned(stage.app)
        await stage.ring()
        assert not shows(stage.app, told)


async def test_after_a_kill_of_the_server_in_wrap_up_the_student_reads_of_the_summary(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        stage.door.lose()
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("seat.lost")))
        marked = CallRecord(
            summary=props.summary("zh"), timeline=[], scorecard=props.scorecard("zh")
        )
        marked.summary.call_id = props.CALL
        stage.door.the_calls = [marked]
        stage.door.come_back()
        stage.door.tell(forgotten("zh", registered=True))
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("outage.summary")))
        await until(stage.pilot, lambda: stage.door.asked_for("desk") == [("break", "review")])
        await until(stage.pilot, lambda: shows(stage.app, "86 / 100"))
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: not shows(stage.app, stage.app.words("outage.summary")))


async def test_an_outage_that_cost_nothing_is_not_spoken_of(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.door.lose()
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("seat.lost")))
        stage.door.come_back()
        stage.door.tell(props.desk_changed("zh", "ready", "talking"))
        await until(stage.pilot, lambda: not shows(stage.app, stage.app.words("seat.lost")))
        await settle(stage.pilot)
        state = stage.app.desk.state
        assert state.outage == "" and state.pane is Pane.TALK and "hang_up" not in call.done


def forgotten(lang, *, registered):
    """The desk as a server knows it that has just been started."""
    return DeskChanged(desk=props.desk(lang, "off", registered=registered))
