import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import numpy as np
import pytest
import structlog

from classroom.door import wire
from classroom.door.client import DoorClient, DoorLost, DoorRefused, SpeechLater
from classroom.log import log_to_stderr
from classroom.store.calls import Call, Recording
from telephony.media.recorder import wav_header
from tests.classroom.door import Place, open_door

pytestmark = pytest.mark.wire


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    log_to_stderr()  # as the server does: the usual way paints a traceback for seconds
    async with open_door(tmp_path) as place:
        yield place
    structlog.reset_defaults()


async def come_in(place: Place, login: str, *, agree: bool = True) -> DoorClient:
    client = DoorClient(place.server, lang="en")
    await client.login(login, login)
    if agree:
        await client.consent()
    return client


async def keep_call(place: Place, call_id: str = "c1", agent: str = "s01") -> None:
    async with place.store.write() as session:
        session.add(Call(id=call_id, state="graded", agent=agent, started=1.0, began_clock=0.0))


def ring(place: Place, extension: str = "1001") -> None:
    """A call is under way at this desk."""
    call = wire.CallSummary(
        call_id="c1", started=1.0, agent="", agent_name="", caller="", scenario=None,
        line="practice", state="talking",
    )  # fmt: skip
    place.house.floor.set_call(call, extension)


# ── coming in ────────────────────────────────────────────────────────────────


async def test_logging_in_gives_an_account_and_a_notice_until_it_is_agreed_to(place: Place) -> None:
    async with DoorClient(place.server) as client:
        session = await client.login("s01", "s01")
        assert session.sip and session.sip.extension == "1001" and len(session.sip.password) == 16
        assert not session.consented and "180 天" in session.notice
        await client.consent()
        assert (await client.login("s01", "s01")).consented
        assert (await client.me()).login == "s01"


async def test_half_a_character_is_refused(place: Place) -> None:
    async with httpx2.AsyncClient(base_url=f"http://{place.server}") as client:
        answer = await client.post(
            "/api/login", content=b'{"login":"\\ud800","password":"swordfish"}',
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        assert (answer.status_code, "surrogates" in answer.json()["problem"]) == (422, True)
        assert (await client.get("/api/health")).status_code == 200


def test_a_traceback_in_the_log_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr()
    try:
        password = "".join(("sword", "fish"))
        raise ValueError("torn")
    except ValueError:
        structlog.get_logger("door").exception("request failed", size=len(password))
    finally:
        structlog.reset_defaults()
    said = capsys.readouterr().err
    assert "ValueError: torn" in said and "swordfish" not in said
    assert "\x1b[" not in said, "colours are for terminals"


@pytest.mark.parametrize(("lang", "words"), [("zh", "请重新输入"), ("en", "type them again")])
async def test_a_wrong_password_is_one_sentence_in_the_askers_language(
    place: Place, lang: wire.Lang, words: str
) -> None:
    async with DoorClient(place.server, lang=lang) as client:
        with pytest.raises(DoorRefused, match=words) as refused:
            await client.login("s01", "wrong")
        assert refused.value.status == 401


async def test_guessing_is_slowed_down_for_that_login_only(place: Place) -> None:
    async with DoorClient(place.server, lang="en") as client:
        for _ in range(5):
            with pytest.raises(DoorRefused, match="wrong"):
                await client.login("s01", "guess")
        with pytest.raises(DoorRefused, match="try again in 15 seconds") as refused:
            await client.login("s01", "s01")
        assert refused.value.status == 429
        assert (await client.login("s02", "s02")).login == "s02"


async def test_without_a_token_or_with_a_false_one_nothing_is_told(place: Place) -> None:
    async with DoorClient(place.server, lang="en") as client:
        for ask in (client.me, client.calls, client.my_desk, client.people):
            with pytest.raises(DoorRefused, match="Log in first") as refused:
                await ask()
            assert refused.value.status == 401
        client._http.headers["Authorization"] = "Bearer " + place.house.keys.make("s01")[:-2]
        with pytest.raises(DoorRefused, match="Log in first"):
            await client.me()
        assert (await client.health()).line == "practice"


async def test_a_server_that_is_not_there_is_one_sentence(place: Place) -> None:
    await place.door.close()
    async with DoorClient(place.server, lang="en") as client:
        with pytest.raises(DoorLost, match="cannot be reached; check"):
            await client.health()


# ── rights ───────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-15")
async def test_a_student_may_not_do_what_an_instructor_does(place: Place) -> None:
    await keep_call(place)
    student, teacher = await come_in(place, "s01"), await come_in(place, "teacher")
    for ask in (student.people, student.desks, student.lessons, student.scenarios):
        with pytest.raises(DoorRefused, match="ask an instructor") as refused:
            await ask()
        assert refused.value.status == 403
    with pytest.raises(DoorRefused, match="ask an instructor"):
        await student.judge("c1", wire.Verdict(score=100))
    with pytest.raises(DoorRefused, match="ask an instructor"):
        await student.model("c1")
    assert len(await teacher.people()) == 3
    with pytest.raises(DoorRefused, match="no desk"):
        await teacher.my_desk()
    await student.close()
    await teacher.close()


@pytest.mark.feature("TEL-15")
async def test_a_student_finds_only_the_own_calls(place: Place) -> None:
    await keep_call(place, "c1", "s01")
    await keep_call(place, "c2", "s02")
    student, teacher = await come_in(place, "s01"), await come_in(place, "teacher")
    assert [call.call_id for call in await student.calls(agent="s02")] == ["c1"]
    assert (await student.call("c1")).summary.agent == "s01"
    for call_id in ("c2", "nothing"):
        with pytest.raises(DoorRefused, match=f"no call {call_id}") as refused:
            await student.call(call_id)
        assert refused.value.status == 404
        with pytest.raises(DoorRefused, match="no call"):
            await student.recording(call_id)
    assert len(await teacher.calls()) == 2
    await student.close()
    await teacher.close()


# ── at work ──────────────────────────────────────────────────────────────────


async def test_ready_needs_consent_and_a_telephone(place: Place) -> None:
    client = await come_in(place, "s01", agree=False)
    with pytest.raises(DoorRefused, match="agree to it before"):
        await client.desk("ready")
    await client.consent()
    desk = place.house.floor.desks["1001"]
    place.house.floor.set_desk(desk.model_copy(update={"registered": False}))
    with pytest.raises(DoorRefused, match="start your seat first"):
        await client.desk("ready")
    place.house.floor.set_desk(desk)
    assert (await client.desk("ready")).duty == "ready"
    assert (await client.desk("break", "lunch")).reason == "lunch"
    await client.close()


async def test_only_the_agent_who_has_the_call_may_touch_it(place: Place) -> None:
    await keep_call(place)
    mine, other = await come_in(place, "s01"), await come_in(place, "s02")
    wrapup = wire.Wrapup(summary="done", disposition="solved")
    with pytest.raises(DoorRefused, match="is closed"):
        await mine.wrap_up("c1", wrapup)
    ring(place)
    await mine.act("c1", wire.Action(what="opened_record"))
    await mine.draft("c1", wrapup)
    assert await mine.drafted("c1") == wrapup
    with pytest.raises(DoorRefused, match="no call"):
        await other.drafted("c1")
    await mine.wrap_up("c1", wrapup)
    with pytest.raises(DoorRefused, match="no call"):
        await other.act("c1", wire.Action(what="opened_record"))
    teacher = await come_in(place, "teacher")
    with pytest.raises(DoorRefused, match="may not"):
        await teacher.act("c1", wire.Action(what="opened_record"))
    assert place.rooms.told == [
        ("act", "c1", "opened_record", ""), ("wrapup", "c1", "solved", "s01"),
    ]  # fmt: skip
    for client in (mine, other, teacher):
        await client.close()


async def test_a_verdict_is_signed_by_the_server_not_by_the_sender(place: Place) -> None:
    await keep_call(place)
    teacher = await come_in(place, "teacher")
    await teacher.judge("c1", wire.Verdict(score=70, by="the minister"))
    assert place.rooms.told == [("verdict", "c1", "70.0", "teacher")]
    with pytest.raises(ValueError, match="less than or equal"):
        await teacher.judge("c1", wire.Verdict(score=101))
    assert (await teacher.regrade("c1")).score == 80
    await teacher.close()


async def test_lines_are_spoken_or_promised_for_later(place: Place) -> None:
    ring(place)
    client = await come_in(place, "s01")
    assert await client.speech("你好", "c1") == "RIFF你好".encode()
    place.rooms.busy = True
    with pytest.raises(SpeechLater, match="after the call"):
        await client.speech("你好", "c1")
    with pytest.raises(SpeechLater):
        await client.speech("someone else's call", "c9")
    assert place.rooms.told == [("later", "c1", "你好")]
    await client.close()


async def test_sound_that_would_come_long_after_its_words_is_promised_for_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring(place)
    client = await come_in(place, "s01")
    never = asyncio.Event()

    async def slowly(text: str, lang: wire.Lang, voice: str | None) -> bytes:
        await never.wait()
        return b"too late"

    monkeypatch.setattr("classroom.door.api.sound.LIVE_SECONDS", 0.01)
    monkeypatch.setattr(place.rooms, "say", slowly)
    with pytest.raises(SpeechLater, match="after the call"):
        await client.speech("你好", "c1")
    assert place.rooms.told == [("later", "c1", "你好")]
    await client.close()


async def test_lessons_and_briefing(place: Place) -> None:
    teacher = await come_in(place, "teacher")
    assert await teacher.briefing() is None
    assert await teacher.scenarios() == [("bill", "Bill", "zh")]
    assert (await teacher.start_lesson(wire.LessonOrder(seed=7))).order.seed == 7
    with pytest.raises(DoorRefused, match="no scenario nobody"):
        await teacher.start_lesson(wire.LessonOrder(scenarios=["nobody"]))
    with pytest.raises(DoorRefused, match="no lesson 9"):
        await teacher.stop_lesson(9)
    await teacher.close()


async def test_what_is_not_right_is_a_problem_too(place: Place) -> None:
    teacher = await come_in(place, "teacher")
    http = teacher._http
    for method, path, body, status in (
        ("GET", "/api/nowhere", None, 404),
        ("PUT", "/api/login", None, 405),
        ("POST", "/api/login", b"{}", 422),
        ("POST", "/api/login", b"not json", 422),
        ("POST", "/api/lessons", b'{"speed":3}', 422),
        ("POST", "/api/lessons", b'{"gap_seconds":NaN}', 422),
        ("POST", "/api/lessons", b'{"calls":0}', 422),
        ("POST", "/api/lessons", b'{"seed":1%s}' % (b"0" * 400), 422),
        ("DELETE", f"/api/lessons/{10**30}", None, 422),
        ("GET", f"/api/customers/{10**30}", None, 422),
        ("GET", "/api/calls?limit=0", None, 422),
    ):
        answer = await http.request(method, path, content=body)
        assert answer.status_code == status
        assert wire.Problem.model_validate_json(answer.content).problem.endswith(".")
    place.rooms.break_next = True
    with pytest.raises(DoorRefused, match="made a mistake") as refused:
        await teacher.scenarios()
    assert refused.value.status == 500
    await teacher.close()


# ── recordings ───────────────────────────────────────────────────────────────


async def test_a_recording_comes_as_a_wav_that_any_player_plays(
    place: Place, tmp_path: Path
) -> None:
    await keep_call(place)
    codes = np.tile(np.array([0xFF, 0x00], np.uint8), 8000)
    file = tmp_path / "recordings" / "c1.wav"
    file.parent.mkdir()
    file.write_bytes(wav_header(codes.size) + codes.tobytes())
    async with place.store.write() as session:
        session.add(Recording(call_id="c1", path="recordings/c1.wav", seconds=1.0))
    client = await come_in(place, "s01")
    sound = await client.recording("c1")
    assert sound[:4] == b"RIFF" and len(sound) == 44 + 8000 * 4
    frames = np.frombuffer(sound, "<i2", offset=44).reshape(-1, 2)
    assert set(frames[:, 0]) == {0} and set(frames[:, 1]) == {-32124}
    assert await client.recording("c1", shape="raw") == file.read_bytes()
    for wanted, first, size in (("bytes=0-43", 0, 44), ("bytes=-8", len(sound) - 8, 8)):
        part = await client._http.get("/api/calls/c1/recording", headers={"Range": wanted})
        assert part.status_code == httpx2.codes.PARTIAL_CONTENT
        assert part.content == sound[first : first + size]
    wrong = await client._http.get("/api/calls/c1/recording", headers={"Range": "bytes=99999-"})
    assert wrong.status_code == 416
    file.unlink()
    with pytest.raises(DoorRefused, match="no recording"):
        await client.recording("c1")
    await client.close()
