"""The real speech process, with the tone voice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.speech.cache import seconds_of
from classroom.speech.client import Speech
from classroom.speech.errors import Unspeakable, VoiceMissing, WorkerLost
from classroom.speech.voice import Spoken

pytestmark = pytest.mark.wire


@pytest.fixture
async def speech(tmp_path: Path) -> AsyncIterator[Speech]:
    speech = Speech(tmp_path / "clips", engine="tone", lang="en", log=tmp_path / "speech.log")
    await speech.start()
    yield speech
    await speech.close()


async def test_a_line_becomes_a_clip_once(speech: Speech):
    first = await speech.render("您好，请讲。", voice="zf_xiaobei", urgency="live")
    assert seconds_of(first) > 0.5
    written = first.stat().st_mtime_ns
    assert await speech.render("您好，请讲。", voice="zf_xiaobei") == first
    assert first.stat().st_mtime_ns == written


async def test_a_lesson_is_prepared_with_progress(speech: Speech):
    lines = [Spoken(f"第{number}句", "zm_yunxi", 0.9) for number in range(12)]
    told: list[tuple[int, int]] = []
    clips = await speech.prepare([*lines, lines[0]], lambda *done: told.append(done))
    assert set(clips) == set(lines)
    assert all(path.is_file() for path in clips.values())
    assert told == [(done, 12) for done in range(13)]


async def test_what_cannot_be_spoken_is_refused_with_a_sentence(speech: Speech):
    with pytest.raises(Unspeakable, match="at least one word"):
        await speech.render(" ", voice="x")
    with pytest.raises(Unspeakable):
        await speech.prepare([Spoken("好", "x"), Spoken(" ", "x")])


async def test_a_killed_process_is_started_again_and_nothing_is_lost(speech: Speech):
    for round in range(2):
        asked = [
            asyncio.create_task(speech.render(f"第{round}轮第{n}句", voice="x")) for n in range(20)
        ]
        await asyncio.sleep(0)
        assert speech._child is not None
        speech._child.kill()
        assert all(path.is_file() for path in await asyncio.gather(*asked))


async def test_after_closing_every_line_is_refused(tmp_path: Path):
    speech = Speech(tmp_path, engine="tone")
    await speech.start()
    await speech.close()
    with pytest.raises(WorkerLost, match="closed"):
        await speech.render("好", voice="x")


async def test_without_the_packages_auto_speaks_in_tones_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("classroom.speech.models.NEEDED", ("no_such_package",))
    with pytest.raises(VoiceMissing, match=r"no_such_package.*run `make voice`"):
        await Speech(tmp_path, engine="kokoro").start()
    speech = Speech(tmp_path)
    await speech.start()
    assert speech.engine == "tone"
    assert "make voice" in speech.fallback
    assert (await speech.render("好", voice="x")).is_file()
    await speech.close()


async def test_a_join_that_cannot_be_written_is_refused_with_a_sentence(speech: Speech):
    piece = await speech.render("一", voice="x")
    line = Spoken("一一", "x")
    joined = speech.join({line: [piece, piece]})[line]
    joined.unlink()
    joined.parent.rename(joined.parent.with_suffix(".away"))
    joined.parent.write_text("a file where the folder was")
    if not piece.exists():
        piece = piece.parent.with_suffix(".away") / piece.name
    with pytest.raises(Unspeakable):
        speech.join({line: [piece, piece]})


async def test_a_process_that_leaves_by_itself_is_not_killed(speech: Speech):
    """Killing a dead one reaps it, and asyncio then complains of an unknown child on stderr."""
    child, killed = speech._child, []
    assert child is not None
    child.kill = lambda: killed.append(1)  # type: ignore[method-assign]
    await speech.close()
    assert child.returncode == 0 and not killed
