"""What the agent's words count as: free wording, in both languages, with the reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.hear import common_cues, common_ears, ears_of
from scenarios.load import find
from scenarios.words import length, normalise
from tests.scenarios.sentences import EN, ZH

pytestmark = pytest.mark.unit
EARS = {lang: common_ears(lang) for lang in ("zh", "en")}
TABLE = [("zh", *row) for row in ZH] + [("en", *row) for row in EN]


@pytest.mark.parametrize(("lang", "text", "heard", "not_heard"), TABLE)
def test_free_wording_is_understood(lang: str, text: str, heard: str, not_heard: str) -> None:
    cues = {match.cue for match in EARS[lang].hear(text)}
    assert set(heard.split()) <= cues
    assert not set(not_heard.split()) & cues


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_is_not_copied_from_the_lists(lang: str) -> None:
    written = {line for cue in common_cues(lang).values() for line in (*cue.phrases, *cue.words)}
    fresh = [text for text, *_ in (ZH if lang == "zh" else EN) if text not in written]
    assert len(fresh) >= 30


def test_a_match_says_why() -> None:
    (match,) = (m for m in EARS["zh"].hear("实在对不住啊") if m.cue == "apology")
    assert "对不住" in match.phrase
    assert (match.how, match.confidence) == ("words", 1.0)


def test_likeness_gives_a_lower_confidence() -> None:
    text = "请问你还有其它可以帮你的么"
    (match,) = (m for m in EARS["zh"].hear(text) if m.cue == "anything_else")
    assert 0.7 < match.confidence <= 1.0


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("４８小时", "四十八小时", "zh"),
        ("一百六十九块", "169块", "zh"),
        ("您　好！", "你好", "zh"),
        ("一百六", "160", "zh"),
        ("幺零零七", "1007", "zh"),
        ("I CAN’T do that.", "i cannot do that", "en"),
        ("Don't!", "do not", "en"),
        ("order four two", "order 4 2", "en"),
    ],
)
def test_words_are_made_comparable(one: str, other: str, lang) -> None:
    assert normalise(one, lang) == normalise(other, lang)


def test_length_counts_characters_and_words() -> None:
    assert length("您好，再见。", "zh") == 4
    assert length("Good-bye, then!", "en") == 3


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("nothing", ["", " ", "。。。", "?!", "　"])
def test_nothing_is_heard_in_nothing(lang: str, nothing: str) -> None:
    assert EARS[lang].hear(nothing) == ()


def test_this_customers_facts_are_part_of_the_cues() -> None:
    scenario = find("broadband-elderly")
    ears = ears_of(scenario, {"old": "四十九", "wrong": "五十九", "new": "六十九"})
    assert "confirms_price" in {m.cue for m in ears.hear("是49块钱")}
    assert "confirms_price" not in {m.cue for m in ears.hear("是59块钱")}


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_heard_and_is_heard_alike_twice(text: str) -> None:
    for ears in EARS.values():
        assert ears.hear(text) == ears.hear(text)


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万幺0123", max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_numeral_becomes_digits(text: str) -> None:
    assert all(c.isdigit() for c in normalise(text, "zh"))
