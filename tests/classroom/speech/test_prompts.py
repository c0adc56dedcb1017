from pathlib import Path

import pytest

from classroom.door.lang import Lang
from classroom.speech.cache import seconds_of
from classroom.speech.client import Speech
from classroom.speech.prompts import pieces, render, spoken_in, texts
from classroom.speech.reading import PAUSE, read
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


@pytest.mark.parametrize(
    ("lang", "key", "said"),
    [
        ("zh", "agent.1007", ["工号", "幺", "零", "零", "七", "为您服务。"]),
        ("zh", "rate.agent.1020", ["刚才为您服务的坐席是", "幺", "零", "二", "零", "号。"]),
        ("en", "agent.1007", ["Agent", "one", "zero", "zero", "seven", "is at your service."]),
        ("zh", "menu", []),
    ],
)
def test_the_announcement_of_a_desk_is_joined_from_pieces_that_all_desks_share(lang, key, said):
    assert pieces(lang, key) == said


@pytest.mark.wire
async def test_every_announcement_becomes_a_clip(tmp_path: Path):
    speech = Speech(tmp_path, engine="tone")
    await speech.start()
    said = texts("zh", school="实训呼叫中心", extensions=["1001", "1002"])
    rendered = await render(speech, "zh", said)
    assert set(rendered) == set(said)
    longer = texts("zh", school="", extensions=["10010101"])["agent.10010101"]
    eight = await render(speech, "zh", {"agent.10010101": longer})
    seconds = {key: seconds_of(Path(clip)) for key, clip in (rendered | eight).items()}
    four_digits = seconds["agent.10010101"] - seconds["agent.1001"]
    assert 4 * 0.05 < four_digits < 4 * 0.3
    assert rendered["agent.1001"] != rendered["agent.1002"] != rendered["rate.agent.1002"]
    assert all(seconds_of(Path(clip)) > 0.2 for clip in rendered.values())
    await speech.close()


@pytest.mark.feature("ARC-05")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_number_of_a_callback_can_be_read_back_without_any_flow(lang: Lang) -> None:
    said = spoken_in(lang, school="Lab")
    for number in ("13800138000", "01062349999", "4008123567"):
        keys = read("phone", number, lang)
        assert set(keys) <= {*said, PAUSE} and len(keys) > len(number) - 2
