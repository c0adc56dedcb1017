"""Strangers' natural sentences, in both languages: the ideas in them, and the look-alikes."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from grader.phrases import Idea, says
from grader.text import Lang

pytestmark = pytest.mark.unit


def _table() -> list[tuple[Lang, str, bool, str]]:
    rows: list[tuple[Lang, str, bool, str]] = []
    langs: tuple[Lang, ...] = ("zh", "en")
    for lang in langs:
        file = Path(__file__).parent / "sayings" / f"{lang}.yaml"
        for idea, sentences in YAML(typ="safe").load(file.read_text(encoding="utf-8")).items():
            rows += [(lang, idea, True, s) for s in sentences["yes"]]
            rows += [(lang, idea, False, s) for s in sentences["no"]]
    return rows


TABLE = _table()


@pytest.mark.parametrize(("lang", "idea", "there", "sentence"), TABLE)
def test_an_idea_is_heard_in_what_people_say(
    lang: Lang, idea: str, there: bool, sentence: str
) -> None:
    assert says(Idea(idea), sentence, lang) is there


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_is_broad_enough_to_mean_something(lang: str) -> None:
    assert len([1 for row in TABLE if row[0] == lang and row[2]]) >= 100
    assert len([1 for row in TABLE if row[0] == lang and not row[2]]) >= 100


@pytest.mark.parametrize(
    "sentence",
    ["您好，工号１００７为您服务！", "  您好 ， 工号 1007 为您服务", "您好;工号1007为您服务。"],
)
def test_width_spaces_and_punctuation_do_not_matter(sentence: str) -> None:
    assert says(Idea.GREET, sentence, "zh")
    assert says(Idea.NUMBER, sentence, "zh")


@pytest.mark.parametrize(
    "sentence", ["THANK YOU, GOODBYE", "thank you… goodbye!!", "Thank you\nGoodbye"]
)
def test_case_and_line_breaks_do_not_matter(sentence: str) -> None:
    assert says(Idea.THANKS, sentence, "en")
    assert says(Idea.FAREWELL, sentence, "en")
