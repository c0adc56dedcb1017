from pathlib import Path

import pytest

from classroom.speech.cache import seconds_of
from classroom.speech.client import Speech
from classroom.speech.prompts import needed_first, render, texts
from classroom.speech.spoken import in_chinese

pytestmark = pytest.mark.unit


def test_both_languages_know_the_same_announcements():
    zh, en = (texts(lang, school="X", extensions=["1007"]) for lang in ("zh", "en"))
    assert set(zh) == set(en)
    assert not any("{" in text for text in (*zh.values(), *en.values()))


def test_an_agent_is_told_by_number_digit_by_digit():
    assert in_chinese(texts("zh", school="X", extensions=["1007"])["agent.1007"]) == (
        "工号幺零零七为您服务。"
    )


def test_the_first_in_the_queue_is_next():
    zh = texts("zh", school="X")
    assert zh["queue.position.1"] == "您是下一位，请稍候。"
    assert in_chinese(zh["queue.position.3"]) == "您前面还有两位客户在等待。"


def test_what_the_first_call_needs_is_a_short_list():
    said = texts("zh", school="X", extensions=["1001"])
    first = [key for key in said if needed_first(key)]
    assert {"welcome", "menu", "rate.ask", "agent.1001", "queue.position.1"} <= set(first)
    assert len(first) < 20 < len(said)


@pytest.mark.wire
async def test_every_announcement_becomes_a_clip(tmp_path: Path):
    speech = Speech(tmp_path, engine="tone")
    await speech.start()
    said = texts("zh", school="实训呼叫中心", extensions=["1001", "1002"])
    rendered = await render(speech, "zh", said)
    await speech.close()
    assert set(rendered) == set(said)
    assert all(seconds_of(Path(clip)) > 0.2 for clip in rendered.values())
