import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import lab
from classroom.door.locale import shared, table
from classroom.door.wire import Lang, TimelineItem
from lab.console.timeline import Timeline
from lab.parts.named import named
from lab.words import LANGS, Words, catalogue
from telephony.pbx.results import RESULTS, Result
from telephony.pbx.works import AUTO

pytestmark = pytest.mark.unit

ROOM = Path(lab.__file__).parent
ASKED = re.compile(r"""(?:words|say)\(\s*"([a-z_]+\.[a-z_0-9]+)\"""")


TERMS = [
    "坐席", "班长席", "质检席", "示忙", "示闲", "小休", "话后处理", "监听", "密语", "强插", "拦截",
    "强拆", "强转", "通话小结", "呼损",
]  # fmt: skip


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_say_the_same_things():
    zh, en = catalogue("zh"), catalogue("en")
    assert zh.keys() == en.keys()
    assert {key: names_in(text) for key, text in zh.items()} == {
        key: names_in(text) for key, text in en.items()
    }


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_has_two_places(lang: Lang) -> None:
    own = (ROOM / "locale" / f"{lang}.toml").read_text(encoding="utf-8")
    assert not table(own).keys() & shared(lang).keys()


def test_every_sentence_the_screens_ask_for_exists():
    asked = {
        key
        for path in ROOM.rglob("*.py")
        for key in ASKED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 60
    assert asked <= catalogue("zh").keys()


def test_no_sentence_is_empty_and_chinese_uses_full_width_marks():
    for lang in LANGS:
        assert all(text.strip() for text in catalogue(lang).values())
    narrow = re.compile(r"[\u4e00-\u9fff][,;:!?]")
    assert not [text for text in catalogue("zh").values() if narrow.search(text)]


@pytest.mark.parametrize("term", TERMS)
def test_the_glossary_holds_the_words_of_the_trade(term):
    assert term in {text for key, text in catalogue("zh").items() if key.startswith("glossary.")}


def test_switching_goes_round_and_unknown_words_stay_plain():
    words = Words("zh")
    assert words("duty.ready") == "示闲"
    words.switch()
    assert words("duty.ready") == "ready"
    assert words.or_plain("reason", "dentist") == "dentist"
    words.switch()
    assert words.lang == "zh"


@pytest.mark.feature("LCA-20")
def test_each_result_in_the_call_journal_has_its_meaning_in_both_languages():
    """``CallEnded.why`` is one of these words, which the types hold it to, and the screens say it."""
    assert set(get_args(Result)) == RESULTS.keys()
    assert all(meaning.endswith(".") for meaning in RESULTS.values())
    for lang in LANGS:
        told = {key for key in catalogue(lang) if key.startswith("results.")}
        assert told == {f"results.{word}" for word in RESULTS}


@pytest.mark.parametrize(
    ("what", "value", "said"),
    [
        ("missed", "no_answer", "振铃无人接"),
        ("queue_left", "waited_too_long", "等待超时"),
        ("recording_paused", "card", "报卡号"),
    ],
)
def test_the_timeline_says_why_in_words(what: str, value: str, said: str) -> None:
    timeline = Timeline(Words("zh"))
    timeline.items = [TimelineItem(at=-3.0, kind="line", what=what, value=value)]
    (row,) = timeline.rows(80)
    assert said in row.plain and value not in row.plain


@pytest.mark.parametrize("lang", LANGS)
def test_a_desk_set_aside_by_the_switchboard_says_so_in_words(lang: Lang) -> None:
    assert Words(lang).or_plain("reason", AUTO) != AUTO


@pytest.mark.feature("LCA-20")
def test_the_timeline_says_how_the_call_ended():
    for lang, said in (("zh", "班长席强拆"), ("en", "released by a supervisor")):
        timeline = Timeline(Words(lang))
        timeline.items = [
            TimelineItem(at=3.0, kind="line", what="released", value="force_released")
        ]
        assert said in "\n".join(row.plain for row in timeline.rows(80))


def test_a_mood_on_the_timeline_is_told_in_words() -> None:
    assert named(Words("zh"), "mood", "patience=76,trust=50") == ("情绪", "耐心 76，信任 50")
    assert named(Words("en"), "mood", "patience=76") == ("mood", "patience 76")
