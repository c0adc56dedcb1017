import re
from string import Formatter

import pytest

from classroom.errors import Refusal
from classroom.trunk_words import REASONS
from classroom.words import WORDS, say

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_values_in_one_sentence(key: str) -> None:
    zh, en = WORDS[key]
    names = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (zh, en)]
    assert names[0] == names[1]
    assert zh.endswith("。") and en.endswith(".")
    assert not re.search(r"[一-龥][,;:?!(]|[,;:?!)][一-龥]", zh), "Chinese has marks of its own"
    assert zh.count("。") == 1 and en.count(". ") == 0


def test_a_refusal_is_said_in_the_language_that_was_asked_for() -> None:
    refusal = Refusal(404, "no_call", call="c9")
    assert refusal.sentence("zh") == "没有编号为 c9 的通话。"
    assert str(refusal) == say("no_call", "en", call="c9")


@pytest.mark.parametrize("key", REASONS)
def test_a_reason_stands_inside_a_sentence_in_both_languages(key: str) -> None:
    zh, en = REASONS[key]
    names = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (zh, en)]
    assert names[0] == names[1]
    assert not zh.endswith("。") and not en.endswith(".")
