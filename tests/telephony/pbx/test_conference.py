"""Conferences: thirty and more by invitation, managed, recorded; nobody is stuck in one."""

from __future__ import annotations

import pytest

from telephony.media import control
from telephony.pbx import conference_events as did
from telephony.pbx import events as ev
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.commands import HangUpAll
from telephony.pbx.conference_orders import (
    EndConference,
    Invite,
    Kick,
    LockConference,
    MuteMember,
    OpenConference,
)
from telephony.pbx.desk_orders import HangUp
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from telephony.sip import sdp
from tests.stage.exchange import PROMPTS, dials
from tests.stage.talks import Talks

pytestmark = pytest.mark.story

ROOM = "conference-88"


def dialled(talks: Talks, extension: str, number: str = "*688") -> str:
    secret = f"secret{int(extension) - 1000}"
    leg = dials(talks.phones[extension], number, user=extension, password=secret)
    talks.world.run(1)
    return leg


def three(talks: Talks) -> None:
    """1001 leads, 1002 and 1003 are invited; all three are in."""
    talks.lifts("1001", "1002", "1003")
    talks.does(OpenConference("88", chair="1001"), then=0)
    talks.does(*(Invite("88", number) for number in ("1001", "1002", "1003")))


def quiet(talks: Talks) -> None:
    talks.world.run(130)
    assert talks.exchange.leftovers() == {}
    assert not talks.exchange.board.works.rooms
    alarms = talks.exchange.board.works.alarms
    assert ("guard", ROOM) not in alarms and ("empty", ROOM) not in alarms
    assert talks.exchange.only(did.ConferenceEnded)


@pytest.mark.feature("BAS-08", "TEL-27", "BAS-02")
def test_thirty_two_are_invited_hear_each_other_and_are_recorded() -> None:
    talks = Talks(seats=32)
    numbers = [str(1001 + n) for n in range(32)]
    talks.lifts(*numbers)
    talks.does(OpenConference("88", chair="1001"), then=0)
    talks.does(*(Invite("88", number) for number in numbers), then=0.1)
    talks.world.run(2)
    assert len(talks.exchange.all(did.MemberJoined)) == 32
    assert {talks.desk(number) for number in numbers} == {"talking"}
    for number in ("1001", "1017", "1032"):
        assert talks.hears(number) == set(numbers) - {number}
    rows = talks.exchange.sound.rows
    assert len(rows[f"{ROOM}/left"]) == 1 and len(rows[f"{ROOM}/right"]) == 31
    (path,) = talks.exchange.sound.recordings.values()
    assert talks.exchange.sound.recordings.keys() == {ROOM}
    assert path.startswith(f"/recordings/{ROOM}") and path.endswith(".wav")
    limits = [one for one in talks.exchange.sound.sent if isinstance(one, control.LimitSpeakers)]
    assert (len(limits[-1].speakers), limits[-1].most) == (32, 3)
    talks.does(EndConference("88"))
    assert all(talks.phones[number].only(sip.Ended).cause == "remote" for number in numbers)
    assert talks.exchange.only(did.ConferenceEnded).most == 32
    assert talks.exchange.only(ev.RecordingClosed).call == ROOM
    assert {talks.desk(number) for number in numbers} == {"idle"}
    quiet(talks)


@pytest.mark.feature("BAS-08")
def test_a_later_conference_of_the_same_number_has_a_recording_of_its_own() -> None:
    talks = Talks(seats=3)
    talks.lifts("1001")
    for _ in range(2):
        talks.does(OpenConference("88", chair="1001"), then=0)
        talks.does(Invite("88", "1001"), then=5)
        talks.does(EndConference("88"), then=5)
    first, second = [
        one.path for one in talks.exchange.sound.sent if isinstance(one, control.Record)
    ]
    assert first != second


def test_a_muted_member_hears_and_is_not_heard() -> None:
    talks = Talks()
    three(talks)
    talks.does(MuteMember("88", "1002"))
    assert talks.hears("1001") == {"1003"}
    assert talks.hears("1002") == {"1001", "1003"}
    talks.does(MuteMember("88", "1002", muted=False))
    assert talks.hears("1001") == {"1002", "1003"}
    talks.does(EndConference("88"))
    quiet(talks)


def test_a_member_who_holds_brings_no_music_in() -> None:
    talks = Talks()
    three(talks)
    held = sdp.make_offer("10.0.0.2", 5000, direction="sendonly", version=2)
    talks.phones["1002"].core.offer(talks.legs["1002"][0], held, talks.world.now)
    talks.world.run(1)
    assert talks.hears("1001") == {"1003"}
    assert talks.hears("1002") == set()
    talks.does(EndConference("88"))
    quiet(talks)


def test_members_leave_and_are_put_out() -> None:
    talks = Talks()
    three(talks)
    talks.does(Kick("88", "1002"))
    assert talks.phones["1002"].only(sip.Ended).cause == "remote"
    talks.hang_up("1003")
    assert [(left.number, left.why) for left in talks.exchange.all(did.MemberLeft)] == [
        ("1002", "kicked"), ("1003", "hung_up"),
    ]  # fmt: skip
    assert talks.hears("1001") == {"music"}, "alone, one waits for the others"
    talks.does(HangUp("1001"))
    assert talks.desk("1001") == "idle"
    quiet(talks)
    assert talks.exchange.only(did.ConferenceEnded).why == "empty"


def test_who_does_not_come_is_told() -> None:
    talks = Talks()
    talks.refuses("1002")
    talks.rings("1003")
    talks.does(OpenConference("88"), Invite("88", "1002"), Invite("88", "1003"), then=32)
    missed = {one.number: one.why for one in talks.exchange.all(did.MemberMissed)}
    assert missed == {"1002": "busy", "1003": "no_answer"}
    assert {talks.desk("1002"), talks.desk("1003")} == {"idle"}
    quiet(talks)


def test_one_steps_in_by_dialling_and_not_into_a_locked_one() -> None:
    talks = Talks()
    three(talks)
    dialled(talks, "1004")
    assert talks.hears("1001") == {"1002", "1003", "1004"}
    talks.does(Kick("88", "1004"), LockConference("88"))
    dialled(talks, "1004")
    assert talks.phones["1004"].only(sip.Refused).status == 403
    talks.does(EndConference("88"))
    dialled(talks, "1004")
    assert talks.phones["1004"].all(sip.Refused)[-1].status == 404
    quiet(talks)


@pytest.mark.parametrize("tones", [True, False])
def test_stepping_in_is_heard_where_the_plan_says_so(tones: bool) -> None:
    prompts = {**PROMPTS, "conference.joined": "tone:440:1", "conference.left": "tone:440:1"}
    talks = Talks(prompts=prompts, calls=CallsPlan(conference_tones=tones))
    three(talks)
    heard = {played.key for played in talks.exchange.all(ev.PromptPlayed)}
    assert heard == ({"conference.joined"} if tones else set())
    talks.does(HangUpAll("closing"))
    quiet(talks)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (OpenConference("88"), "conference_open"),
        (OpenConference("eighty"), "bad_name"),
        (Invite("77", "1002"), "no_conference"),
        (Invite("88", "1001"), "in_conference"),
        (Invite("88", "4711"), "no_such_number"),
        (Kick("88", "1004"), "not_in_conference"),
        (MuteMember("88", "1004"), "not_in_conference"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_cannot_be_is_said(order: Invite, code: str) -> None:
    talks = Talks()
    three(talks)
    with pytest.raises(NotNow) as refused:
        talks.does(order)
    assert refused.value.code == code
    talks.does(EndConference("88"))
    quiet(talks)


def test_a_member_that_vanishes_leaves() -> None:
    talks = Talks()
    three(talks)
    gone = talks.phones["1002"].address
    talks.world.network.loses = lambda sent: gone in (sent.target, sent.source)
    name = next(
        leg.name
        for leg in talks.exchange.board.works.legs.by_name.values()
        if leg.extension == "1002"
    )
    talks.exchange.media(control.MediaLost(name, talks.world.now))
    talks.world.run(40)
    assert talks.exchange.only(did.MemberLeft).why == "lost"
    talks.does(EndConference("88"))
    quiet(talks)
