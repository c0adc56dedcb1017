"""When a talk is recorded, and what is left out of the recording; the rating an agent asks for."""

from __future__ import annotations

import pytest

from telephony.media import control
from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.desk_orders import (
    Answer,
    Dial,
    PauseRecording,
    Rate,
    StartRecording,
    StopRecording,
    Transfer,
)
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from tests.stage.exchange import PROMPTS, dials, press
from tests.stage.loopback import ANSWER
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def pauses(talks: Talks) -> list[bool]:
    sent = talks.exchange.sound.sent
    return [one.paused for one in sent if isinstance(one, control.PauseRecording)]


def refused(talks: Talks, order: StartRecording) -> str:
    with pytest.raises(NotNow) as no:
        talks.does(order)
    return no.value.code


@pytest.mark.feature("TEL-10")
def test_every_talk_is_recorded_and_nobody_can_stop_that() -> None:
    talks = Talks()
    call = talks.talk()
    assert talks.exchange.sound.recordings == {call: f"/recordings/{call}.wav"}
    assert refused(talks, StopRecording("1001")) == "always_recorded"
    assert refused(talks, StartRecording("1001")) == "recording"
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.feature("SEA-22")
def test_recording_on_demand_begins_and_ends_by_order_each_in_a_file_of_its_own() -> None:
    talks = Talks(calls=CallsPlan(record="on demand"))
    call = talks.talk()
    assert talks.exchange.sound.recordings == {}
    assert refused(talks, StopRecording("1001")) == "not_recording"
    talks.does(StartRecording("1001"))
    assert talks.taped(call) == {"1001"}
    talks.does(StopRecording("1001"), StartRecording("1001"))
    assert talks.exchange.sound.recordings == {f"{call}/tape2": f"/recordings/{call}-2.wav"}
    talks.customer_hangs_up()
    talks.over()
    assert [closed.path for closed in talks.exchange.all(ev.RecordingClosed)] == [
        f"/recordings/{call}.wav", f"/recordings/{call}-2.wav",
    ]  # fmt: skip


def test_a_house_that_records_nothing_says_so() -> None:
    talks = Talks(calls=CallsPlan(record="never"))
    talks.talk()
    assert refused(talks, StartRecording("1001")) == "never_recorded"
    talks.customer_hangs_up()
    talks.over()


def test_a_card_number_is_left_out_and_the_gap_is_marked() -> None:
    talks = Talks()
    talks.talk()
    talks.does(PauseRecording("1001"), PauseRecording("1001"), then=5)
    talks.does(PauseRecording("1001", paused=False))
    assert pauses(talks) == [True, False]
    began = talks.exchange.only(did.RecordingPaused)
    ended = talks.exchange.only(did.RecordingResumed)
    assert (began.reason, ended.extension) == ("card", "1001")
    assert ended.paused == pytest.approx(ended.at - began.at) == pytest.approx(10)
    talks.customer_hangs_up()
    talks.over()


def test_a_pause_ends_with_the_talk_of_whoever_asked_for_it() -> None:
    """The next agent's talk is recorded, though nobody gave the order to go on."""
    talks = Talks()
    talks.talk()
    talks.does(PauseRecording("1001"), then=2)
    talks.lifts("1002", after=3.0)
    talks.does(Transfer("1001", "1002"))
    assert pauses(talks) == [True, False]
    talks.world.run(4)
    assert talks.hears("customer") == {"1002"}
    assert not talks.exchange.all(did.RecordingResumed)[1:]
    talks.customer_hangs_up()
    talks.over()


@pytest.mark.parametrize("how", ["forgotten", "the talk ends"])
def test_a_pause_always_ends(how: str) -> None:
    talks = Talks(calls=CallsPlan(longest_pause=30.0))
    talks.talk()
    talks.does(PauseRecording("1001"), then=1)
    if how == "forgotten":
        talks.world.run(40)
    talks.customer_hangs_up()
    assert pauses(talks) == [True, False]
    assert talks.exchange.only(did.RecordingResumed).paused == pytest.approx(
        30 if how == "forgotten" else 1, abs=0.1
    )
    talks.over()


# ── the rating ───────────────────────────────────────────────────────────────


@pytest.mark.feature("SEA-10", "SEA-11")
def test_the_agent_presses_rate_and_is_out_of_the_call() -> None:
    prompts = {**PROMPTS, "rate.agent.1001": "tone:440:1"}
    talks = Talks(prompts=prompts)
    talks.talk()
    talks.does(Rate("1001"))
    assert talks.desk("1001") == "wrapping"
    assert talks.phones["1001"].only(sip.Ended).cause == "remote"
    talks.world.run(3)
    press(talks.exchange, "4")
    talks.world.run(3)
    heard = [played.key for played in talks.exchange.all(ev.PromptPlayed)]
    assert heard[-3:] == ["rate.agent.1001", "rate.ask", "rate.thanks"]
    rated = talks.exchange.only(ev.Rated)
    assert (rated.score, rated.extension) == (4, "1001")
    talks.over()
    assert talks.exchange.only(ev.CallEnded).why == "rated"


def test_a_colleague_is_not_asked_to_rate() -> None:
    talks = Talks()
    talks.lifts("1002")
    leg = dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(3)
    assert refused(talks, Rate("1001")) == "no_customer"
    talks.phones["1001"].hang_up(leg)
    talks.over()


# ── answering from the screen ────────────────────────────────────────────────


@pytest.mark.feature("SEA-29")
def test_a_telephone_that_can_is_told_to_lift() -> None:
    talks = Talks()
    phone = talks.phones["1001"]
    phone.on(
        sip.Invited,
        lambda event: phone.core.ring(
            event.leg, phone.now, headers=[("Allow-Events", "talk, hold")]
        ),
    )
    talks.does(Dial("1001", "1002"), Answer("1001"))
    asked = [sent for sent in talks.world.sent("NOTIFY") if b"Event: talk" in sent.data]
    assert asked and asked[0].target == phone.address
    phone.core.answer(phone.only(sip.Invited).leg, ANSWER, phone.now)
    talks.world.run(90)
    assert talks.exchange.leftovers() == {}


def test_a_telephone_that_cannot_is_lifted_by_hand() -> None:
    talks = Talks()
    talks.rings("1001")
    talks.does(Dial("1001", "1002"))
    assert refused(talks, Answer("1001")) == "lift_it"
    assert refused(talks, Answer("1002")) == "nothing_rings"
    talks.world.run(40)
    talks.over()
