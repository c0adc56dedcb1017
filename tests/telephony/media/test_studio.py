"""Stories of the media room: whole calls on the virtual clock, every party with a tone of its own."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import soundfile

from telephony.media import rtcp, rtp
from telephony.media.codec import FRAME, RATE
from telephony.media.control import (
    AimLeg,
    ClipFailed,
    CloseLeg,
    Digit,
    LegFailed,
    LegReport,
    MediaCame,
    MediaLost,
    OpenLeg,
    PauseRecording,
    Play,
    PlayEnded,
    Press,
    Record,
    RecordingBegan,
    RecordingClosed,
    SetRow,
    SpeechBegan,
    SpeechEnded,
    Stop,
    StopRecording,
    Watch,
)
from telephony.media.dtmf import build_event
from telephony.media.jitter import START_DEPTH
from tests.telephony.media.stage import (
    EVENT_TYPE,
    OURS,
    THEIRS,
    FarEnd,
    Stage,
    loudness,
    pitches_in,
)

pytestmark = pytest.mark.story

SETTLED = 10 * FRAME


def call(stage: Stage, a: str, b: str, recording: str | None = None, path: Path | None = None):
    stage.send(SetRow(a, {b: 1.0}), SetRow(b, {a: 1.0}))
    if recording is not None:
        stage.send(
            Record(recording, str(path)),
            SetRow(f"{recording}/left", {b: 1.0}),
            SetRow(f"{recording}/right", {a: 1.0}),
        )


@pytest.mark.feature("TEL-10")
def test_two_calls_at_once_never_cross(tmp_path: Path) -> None:
    stage = Stage()
    pitches = {"agent1": 440.0, "customer1": 620.0, "agent2": 880.0, "customer2": 1300.0}
    for n, (leg, hertz) in enumerate(pitches.items()):
        stage.seat(leg, hertz, "PCMU" if n % 2 else "PCMA")
    for n in (1, 2):
        call(stage, f"agent{n}", f"customer{n}", f"rec{n}", tmp_path / f"{n}.wav")
    stage.run(3)
    stage.send(StopRecording("rec1"), StopRecording("rec2"))
    stage.run(0.02)
    everyone = list(pitches.values())
    for n in (1, 2):
        agent, customer = pitches[f"agent{n}"], pitches[f"customer{n}"]
        assert pitches_in(stage.far[f"agent{n}"].heard()[SETTLED:], everyone, 60) == {customer}
        assert pitches_in(stage.far[f"customer{n}"].heard()[SETTLED:], everyone, 60) == {agent}
        sound, rate = soundfile.read(tmp_path / f"{n}.wav", dtype="int16")
        assert (len(sound), rate) == (3 * RATE, RATE)
        assert pitches_in(sound[SETTLED:, 0], everyone, 60) == {customer}
        assert pitches_in(sound[SETTLED:, 1], everyone, 60) == {agent}
        assert RecordingClosed(f"rec{n}", str(tmp_path / f"{n}.wav"), 3.0) in stage.told


def test_sound_passes_unchanged_and_every_tick_sends_one_packet() -> None:
    stage = Stage()
    a, b = stage.seat("a", 440.0), stage.seat("b", 620.0)
    call(stage, "a", "b")
    stage.run(1)
    assert len(b.packets) == 50 and b.gaps() == 0
    steps = {(y.timestamp - x.timestamp) & 0xFFFFFFFF for x, y in itertools.pairwise(b.packets)}
    assert steps == {FRAME}
    assert [p.marker for p in b.packets] == [True] + [False] * 49
    replay = type(a)("a", 440.0, a.address, ssrc=1)
    said = [rtp.parse(replay.say()).payload for _ in range(40)]
    heard = [p.payload for p in b.packets]
    assert heard[START_DEPTH + 1 : START_DEPTH + 40] == said[1:40]


def test_who_hears_nobody_still_gets_real_packets_of_silence() -> None:
    stage = Stage()
    a = stage.seat("a", 440.0)
    stage.run(0.5, silent=("a",))
    assert len(a.packets) == 25
    assert {p.payload for p in a.packets} == {b"\xd5" * FRAME}


def test_monitor_whisper_barge(tmp_path: Path) -> None:
    stage = Stage()
    agent, customer, boss = 440.0, 620.0, 880.0
    for leg, hertz in (("agent", agent), ("customer", customer), ("boss", boss)):
        stage.seat(leg, hertz)
    call(stage, "agent", "customer", "rec", tmp_path / "r.wav")
    stage.send(SetRow("boss", {"agent": 1.0, "customer": 1.0}))
    stage.run(1)
    stage.send(SetRow("agent", {"customer": 1.0, "boss": 1.0}))
    stage.run(1)
    stage.send(SetRow("customer", {"agent": 1.0, "boss": 1.0}))
    stage.send(SetRow("rec/right", {"agent": 1.0, "boss": 1.0}))
    stage.run(1)
    stage.close()
    everyone = [agent, customer, boss]

    def second(sound: np.ndarray, n: int) -> set[float]:
        return pitches_in(sound[n * RATE + SETTLED : (n + 1) * RATE], everyone)

    heard = {leg: far.heard() for leg, far in stage.far.items()}
    assert [second(heard["boss"], n) for n in range(3)] == [{agent, customer}] * 3
    assert [second(heard["agent"], n) for n in range(3)] == [{customer}] + [{customer, boss}] * 2
    assert [second(heard["customer"], n) for n in range(3)] == [{agent}] * 2 + [{agent, boss}]
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    assert [second(sound[:, 0], n) for n in range(3)] == [{customer}] * 3
    assert [second(sound[:, 1], n) for n in range(3)] == [{agent}] * 2 + [{agent, boss}]


def test_hold_music_loops_and_a_prompt_ends() -> None:
    stage = Stage()
    stage.seat("agent", 440.0)
    stage.seat("customer", 620.0)
    call(stage, "agent", "customer")
    stage.run(0.5)
    stage.send(
        Play("music", ["tone:1500:0.1"], loop=True),
        SetRow("customer", {"music": 1.0}), SetRow("agent", {}),
    )  # fmt: skip
    stage.run(1)
    stage.send(Stop("music"), Play("prompt", ["tone:2000:0.5"]))
    stage.send(SetRow("customer", {"prompt": 1.0}))
    began = stage.now
    told = stage.run(1)
    customer, agent = stage.far["customer"].heard(), stage.far["agent"].heard()
    everyone = [440.0, 620.0, 1500.0, 2000.0]
    assert pitches_in(customer[RATE // 2 + FRAME : RATE], everyone) == {1500.0}
    assert not np.any(np.abs(agent[RATE // 2 + FRAME :]) > 8)
    assert pitches_in(customer[int(1.55 * RATE) : int(1.95 * RATE)], everyone) == {2000.0}
    assert not np.any(np.abs(customer[int(2.05 * RATE) :]) > 8)
    ended = [e for e in told if isinstance(e, PlayEnded)]
    assert [e.source for e in ended] == ["prompt"], "a stopped source tells no end"
    assert ended[0].at - began == pytest.approx(0.52, abs=0.021)


def test_a_missing_prompt_never_hangs_the_call(tmp_path: Path) -> None:
    stage = Stage()
    stage.send(Play("menu", [str(tmp_path / "missing.wav")]))
    told = stage.run(0.1)
    assert [type(e) for e in told] == [ClipFailed, PlayEnded]


def test_keys_bypass_the_matrix_both_ways() -> None:
    stage = Stage()
    agent = stage.seat("agent", 440.0)
    customer = stage.seat("customer", 620.0)
    call(stage, "agent", "customer")
    stage.run(0.2)
    stage.send(Press("customer", "12#"))
    packet = rtp.RtpPacket(EVENT_TYPE, 1, 5000, 1, build_event("7", 160, end=False), True)
    for _ in range(3):
        stage.arrive("agent", rtp.build(packet), agent.address)
    told = stage.run(1)
    assert [(e.leg, e.digit) for e in told if isinstance(e, Digit)] == [("agent", "7")]
    assert customer.keys() == "12#"
    assert agent.keys() == ""
    assert customer.gaps() == 0 and len(customer.packets) == 60
    after = customer.packets[-1]
    first = customer.packets[0]
    assert (after.timestamp - first.timestamp) & 0xFFFFFFFF == 59 * FRAME


def test_keys_for_a_far_end_without_events_are_tones() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.send(AimLeg("a", *far.address, "PCMA", 8, None))
    stage.send(Press("a", "5"))
    stage.run(0.5, silent=("a",))
    assert pitches_in(far.heard()[:800], [770.0, 1336.0, 697.0, 1209.0]) == {770.0, 1336.0}
    assert not np.any(np.abs(far.heard()[1000:]) > 8)


def test_recording_pause_is_zero_and_keeps_the_length(tmp_path: Path) -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.seat("b", 620.0)
    call(stage, "a", "b", "rec", tmp_path / "r.wav")
    told = stage.run(1)
    assert [e.at for e in told if isinstance(e, RecordingBegan)] == [pytest.approx(1000.02)]
    stage.send(PauseRecording("rec", True))
    stage.run(1)
    stage.send(PauseRecording("rec", False))
    stage.run(1)
    stage.close()
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    assert len(sound) == 3 * RATE
    assert not np.any(sound[RATE : 2 * RATE])
    assert loudness(sound[2 * RATE :, 0], 620.0) > 5000


@pytest.mark.feature("SEA-32", "TEL-10")
@pytest.mark.parametrize("waits_in", ["the store", "the socket"])
def test_what_was_said_aside_is_not_heard_by_who_is_let_in_after_it(
    waits_in: str, tmp_path: Path
) -> None:
    stage = Stage()
    agent = stage.seat("agent", 709.0)
    stage.seat("customer", 440.0)
    stage.seat("expert", 1009.0)
    call(stage, "customer", "agent", "rec", tmp_path / "r.wav")
    stage.run(0.4)
    aside = {"customer": {}, "rec/right": {}, "agent": {"expert": 1.0}, "expert": {"agent": 1.0}}
    stage.send(*(SetRow(row, hears) for row, hears in aside.items()))
    stage.run(0.5)
    agent.hertz = 1301.0
    stage.run(0.4, silent=("agent",))
    for _ in range(20):  # what the wire kept back comes at once
        stage.arrive("agent", agent.say(), agent.address)
    if waits_in == "the store":
        stage.studio.collect(stage.now)
    agent.hertz = 1607.0
    back = {"customer": {"agent": 1.0}, "rec/right": {"agent": 1.0}, "expert": {"agent": 1.0}}
    stage.send(*(SetRow(row, hears) for row, hears in back.items()))
    stage.run(1.5)
    stage.close()
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    for heard in (stage.far["customer"].heard(), sound[:, 1].astype(float)):
        assert loudness(heard[-RATE // 2 :], 1607.0) > 5000, "what is said now is heard"
        assert loudest_of(heard, 1301.0) < 200, "the words said aside are not"
    assert loudest_of(stage.far["expert"].heard(), 1301.0) > 5000, "the expert hears them out"


@pytest.mark.feature("TEL-10")
@pytest.mark.parametrize("ordered", [0.1, 0.5])
def test_a_late_worker_lets_nothing_be_lost_that_was_said_after_the_order(ordered: float) -> None:
    """It stood still for a second; meanwhile a talk was joined, and then somebody spoke."""
    stage = Stage()
    agent = stage.seat("agent", 1301.0)
    stage.seat("customer", 440.0)
    stage.run(0.4)
    still = stage.now
    for tick in range(40):  # what lies in the socket when it goes on
        agent.hertz = 1301.0 if tick * 0.02 < ordered else 1607.0
        stage.arrive("agent", agent.say(), agent.address)
    stage.net.one_a_look = True
    stage.studio.send(SetRow("customer", {"agent": 1.0}, at=still + ordered), still)
    stage.run(1.2, silent=("agent",))
    heard = stage.far["customer"].heard()
    assert loudest_of(heard, 1301.0) < 200, "what was said before is not heard"
    said = (0.8 - ordered) * RATE
    assert loudness(heard, 1607.0) * len(heard) / said == pytest.approx(6000, rel=0.25)


def loudest_of(sound: np.ndarray, hertz: float) -> float:
    """The amplitude of a pitch in the tenth of a second in which it is loudest."""
    parts = [sound[at : at + RATE // 10] for at in range(0, len(sound) - RATE // 10, RATE // 20)]
    return max(loudness(part * np.hanning(len(part)) * 2, hertz) for part in parts)


@pytest.mark.feature("TEL-10")
def test_a_pause_of_the_recording_keeps_nothing_of_what_waits_to_be_played(tmp_path: Path) -> None:
    stage = Stage()
    customer = stage.seat("customer", 440.0)
    stage.seat("agent", 709.0)
    call(stage, "agent", "customer", "rec", tmp_path / "r.wav")
    stage.run(0.4)
    stage.send(PauseRecording("rec", True))
    stage.run(0.4, silent=("customer",))
    customer.hertz = 1301.0  # the card number
    for _ in range(20):
        stage.arrive("customer", customer.say(), customer.address)
    stage.send(PauseRecording("rec", False, at=stage.now))
    customer.hertz = 1607.0
    stage.run(1.5)
    stage.close()
    sound, _ = soundfile.read(tmp_path / "r.wav", dtype="int16")
    left = sound[:, 0].astype(float)
    assert loudest_of(left, 1301.0) < 200
    assert loudness(left[-RATE // 2 :], 1607.0) > 5000


# ── who may speak on a leg ───────────────────────────────────────────────────


def came(told: list[object]) -> int:
    return sum(isinstance(e, MediaCame) for e in told)


def test_strangers_are_not_heard_and_cannot_turn_the_sound_away() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stranger = ("203.0.113.9", 4444)
    for _ in range(10):
        stage.arrive("a", far.say(), stranger)
    assert came(stage.run(0.2, silent=("a",))) == 0
    assert len(far.packets) == 10, "our sound still goes where SDP said"
    assert came(stage.run(0.2)) == 1


def test_media_latches_once_behind_a_nat_until_aimed_again() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.send(AimLeg("a", "10.0.0.7", 4000, "PCMA", 8, signalling_host=THEIRS))
    behind = (THEIRS, 61234)
    for _ in range(3):
        stage.arrive("a", far.say(), behind)
    assert came(stage.run(0.02, silent=("a",))) == 1
    stage.studio.tick(stage.now + 0.02)
    assert {to for _, control, _, to in stage.net.sent if not control} == {behind}
    stage.net.sent.clear()
    other = (THEIRS, 50000)
    stage.arrive("a", far.say(), other)
    stage.studio.tick(stage.now + 0.04)
    assert {to for *_, to in stage.net.sent} == {behind}, "once is once"
    stage.net.sent.clear()
    stage.send(AimLeg("a", "10.0.0.7", 4000, "PCMA", 8, signalling_host=THEIRS))
    stage.arrive("a", far.say(), other)
    stage.studio.tick(stage.now + 0.06)
    assert {to for *_, to in stage.net.sent} == {other}


def test_whom_sdp_announced_comes_before_a_stray_stream_of_its_host() -> None:
    """The port may be another call's of a moment ago, whose far end does not know yet."""
    stage = Stage()
    far = stage.seat("a", 440.0)
    stray = FarEnd("a", 1000.0, (THEIRS, 61234), ssrc=99)
    for _ in range(3):
        stage.arrive("a", stray.say(), stray.address)
        stage.studio.tick(stage.now)
    stage.run(1)
    assert len(far.packets) >= 49, "our sound goes where SDP said again"
    for _ in range(3):
        stage.arrive("a", stray.say(), stray.address)
    stage.send(CloseLeg("a"))
    (report,) = [event for event in stage.run(0.1) if isinstance(event, LegReport)]
    assert (report.received, report.lost) == (3 + 50, 0), "the stray one is heard no more"


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"\x80\x08", b"GET / HTTP/1.1\r\n\r\n" * 3])
def test_rubbish_from_the_right_host_latches_nothing(data: bytes) -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.arrive("a", data, (THEIRS, 5))
    stage.arrive("a", data, far.address, control=True)
    assert came(stage.run(0.1, silent=("a",))) == 0
    assert len(far.packets) == 5


def test_a_silent_far_end_is_told_lost_once_and_found_again() -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.run(1)
    told = stage.run(25, silent=("a",))
    assert [type(e) for e in told] == [MediaLost]
    assert told[0].at == pytest.approx(1011, abs=1.1)
    assert [type(e) for e in stage.run(1)] == [MediaCame]


def test_a_far_end_that_never_spoke_is_told_lost() -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    assert stage.run(9.5, silent=("a",)) == []
    assert [type(e) for e in stage.run(2, silent=("a",))] == [MediaLost]


def test_a_far_end_that_need_not_send_is_not_lost() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.send(AimLeg("a", *far.address, "PCMA", 8, receives=False))
    assert stage.run(15) == []


def test_what_comes_while_nobody_listens_is_not_lost() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.run(1)
    stage.send(AimLeg("a", *far.address, "PCMA", 8, receives=False))
    stage.run(6)
    stage.send(AimLeg("a", *far.address, "PCMA", 8))
    stage.run(1)
    stage.send(CloseLeg("a"))
    reports = [event for event in stage.run(0.1) if isinstance(event, LegReport)]
    assert [report.lost for report in reports] == [0]
    assert reports[0].received > 390


def test_a_leg_that_may_not_send_sends_nothing_and_time_goes_on() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.run(0.1)
    stage.send(AimLeg("a", *far.address, "PCMA", 8, sends=False))
    stage.run(1)
    stage.send(AimLeg("a", *far.address, "PCMA", 8))
    stage.run(0.1)
    assert len(far.packets) == 10
    before, after = far.packets[4], far.packets[5]
    assert after.sequence == before.sequence + 1
    assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 51 * FRAME
    assert after.marker


def test_a_new_source_is_followed_at_once() -> None:
    stage = Stage()
    a, b = stage.seat("a", 440.0), stage.seat("b", 620.0)
    call(stage, "a", "b")
    stage.run(1)
    a.ssrc, a.said = 999, 123_456
    b.packets.clear()
    stage.run(1)
    assert loudness(b.heard()[SETTLED:], 440.0) > 5500


@pytest.mark.parametrize("ptime", [10, 20, 30, 40, 60])
def test_packets_of_the_agreed_length_are_sent(ptime: int) -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    b = stage.seat("b", 620.0, ptime=ptime)
    call(stage, "a", "b")
    stage.run(1.2)
    assert {len(p.payload) for p in b.packets} == {ptime * 8}
    assert len(b.packets) == 1200 // ptime and b.gaps() == 0
    steps = {(y.timestamp - x.timestamp) & 0xFFFFFFFF for x, y in itertools.pairwise(b.packets)}
    assert steps == {ptime * 8}
    assert loudness(b.heard()[SETTLED:], 440.0) > 5800


# ── what is told ─────────────────────────────────────────────────────────────


def test_speech_is_told_with_its_true_times() -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.send(Watch("a"))
    stage.run(1, silent=("a",))
    began = stage.now
    stage.run(1)
    ended = stage.now
    told = [e for e in stage.run(1, silent=("a",)) if isinstance(e, SpeechEnded)]
    begin = next(e for e in stage.told if isinstance(e, SpeechBegan))
    # packets wait START_DEPTH frames in the ring, as they do on the recording
    assert begin.at == pytest.approx(began + (START_DEPTH + 1) * 0.02, abs=0.021)
    assert told[0].at == pytest.approx(ended + START_DEPTH * 0.02, abs=0.1)
    stage.send(Watch("a", speech=False))
    assert not [e for e in stage.run(2) if isinstance(e, SpeechBegan)]


def test_the_report_of_a_leg_counts_loss_and_what_the_far_end_saw() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.run(1)
    far.say()  # lost on the way
    stage.run(1)
    ours = far.packets[0].ssrc
    wall = 1.7e9 + stage.now
    sent_at = rtcp.middle(rtcp.ntp_time(wall - 0.5))
    block = rtcp.ReportBlock(ours, 10, 4, 0, 16, sent_at, round(0.4 * 65536))
    report = rtcp.build_report(rtcp.Report(1, (block,), rtcp.ntp_time(wall), 0, 50, 8000), "far@x")
    stage.arrive("a", report, (far.address[0], far.address[1] + 1), control=True)
    stage.run(6)
    stage.send(CloseLeg("a"))
    (summary,) = stage.run(0.02)
    assert isinstance(summary, LegReport)
    assert (summary.received, summary.lost, summary.sent, summary.concealed) == (400, 1, 400, 1)
    assert (summary.remote_lost, summary.remote_jitter_ms) == (4, 2.0)
    assert summary.round_trip_ms == pytest.approx(120, abs=25)
    controls = [(rtcp.parse(data), to) for _, control, data, to in stage.net.sent if control]
    assert {to for _, to in controls} == {(far.address[0], far.address[1] + 1)}
    (last, goodbye), _ = controls[-1]
    assert goodbye == rtcp.Bye((ours,))
    assert isinstance(last, rtcp.Report) and last.packets == 400 and last.octets == 400 * FRAME
    assert last.blocks[0].lost == 1 and last.blocks[0].last_sr == rtcp.middle(rtcp.ntp_time(wall))


@pytest.mark.parametrize(("host", "port"), [("0.0.0.0", 4000), ("::", 4000), (THEIRS, 0)])
def test_nothing_is_sent_to_nowhere(host: str, port: int) -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.send(AimLeg("a", host, port, "PCMA", 8))
    stage.run(1.5, silent=("a",))
    assert stage.net.sent == []


def test_a_name_is_no_address() -> None:
    stage = Stage()
    far = stage.seat("a", 440.0)
    stage.send(AimLeg("a", "media.example", 4000, "PCMA", 8))
    told = [e for e in stage.run(0.1) if isinstance(e, LegFailed)]
    assert "media.example" in told[0].why
    assert len(far.packets) == 5, "the aim before stays"


def test_a_port_in_use_a_wrong_length_and_an_unknown_leg_are_told() -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.send(
        OpenLeg("b", OURS, 10000), OpenLeg("c", OURS, 10500, 25), OpenLeg("a", OURS, 10600),
        AimLeg("ghost", THEIRS, 1, "PCMA", 8),
    )  # fmt: skip
    told = [e for e in stage.run(0.02) if isinstance(e, LegFailed)]
    assert [e.leg for e in told] == ["b", "c", "a", "ghost"]
    assert "10000" in told[0].why and "25" in told[1].why
    stage.send(CloseLeg("ghost"), Stop("x"), StopRecording("x"), PauseRecording("x", True))
    stage.send(Press("ghost", "1"), Watch("ghost"))
    assert [type(e) for e in stage.run(0.1)] == []


def test_closing_ends_recordings_and_legs(tmp_path: Path) -> None:
    stage = Stage()
    stage.seat("a", 440.0)
    stage.seat("b", 620.0)
    call(stage, "a", "b", "rec", tmp_path / "r.wav")
    stage.run(0.5)
    kinds = sorted(type(e).__name__ for e in stage.close())
    assert kinds == ["LegReport", "LegReport", "RecordingClosed"]
    assert stage.net.open_ports == {}
