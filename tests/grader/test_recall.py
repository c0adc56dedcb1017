"""How much of what students freely say is heard: by the customer's ears and by the marks.

``sayings/fresh-*.yaml`` was written before the tables were looked at; every second sentence was
then used to improve them, the others were not. The floors below hold for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from grader.phrases import Idea, says
from grader.text import Lang
from scenarios.hear import Ears, common_ears

pytestmark = pytest.mark.unit

CUES = {
    "greet": {"greeting"},
    "verify": {"verify_identity"},
    "restate": {"restate"},
    "promise": {"promise"},
    "hold_ask": {"hold_request"},
    "hold_thanks": {"back_from_hold"},
    "sorry": {"apology", "empathy"},
    "refuse": {"refuse"},
    "recap": {"recap"},
    "anything_else": {"anything_else"},
    "thanks": {"thanks"},
    "farewell": {"closing"},
}
"""Idea of the marks → the cues by which the customer hears it."""
UNHEARD_BY_MARKS = {"refuse"}
"""The marks have no idea of a refusal: they go by the outcome."""


@dataclass(frozen=True, slots=True)
class Saying:
    idea: str
    text: str
    held_out: bool


@cache
def sayings(lang: Lang) -> tuple[Saying, ...]:
    path = Path(__file__).parent / "sayings" / f"fresh-{lang}.yaml"
    table = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return tuple(
        Saying(idea, str(text), bool(number % 2))
        for idea, texts in table.items()
        for number, text in enumerate(texts)
    )


@cache
def ears(lang: Lang) -> Ears:
    return common_ears(lang)


def by_cues(idea: str, text: str, lang: Lang) -> bool:
    return bool(CUES[idea] & {match.cue for match in ears(lang).hear(text)})


def by_marks(idea: str, text: str, lang: Lang) -> bool:
    return says(Idea(idea), text, lang)


Listener = Callable[[str, str, Lang], bool]


def missed(lang: Lang, hears: Listener, held_out: bool) -> tuple[float, list[str]]:
    wanted = [
        s
        for s in sayings(lang)
        if s.idea != "none"
        and s.held_out is held_out
        and not (hears is by_marks and s.idea in UNHEARD_BY_MARKS)
    ]
    lost = [f"{s.idea}: {s.text}" for s in wanted if not hears(s.idea, s.text, lang)]
    return 1 - len(lost) / len(wanted), lost


@pytest.mark.parametrize(
    ("lang", "hears", "floor"),
    [("zh", by_cues, 0.78), ("zh", by_marks, 0.83), ("en", by_cues, 0.78), ("en", by_marks, 0.85)],
)
def test_unseen_sentences_are_mostly_heard(lang: Lang, hears: Listener, floor: float) -> None:
    recall, lost = missed(lang, hears, held_out=True)
    assert recall >= floor, lost


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("hears", [by_cues, by_marks])
def test_sentences_that_the_tables_were_made_for_are_heard(lang: Lang, hears: Listener) -> None:
    recall, lost = missed(lang, hears, held_out=False)
    assert recall >= 0.97, lost


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_plain_talk_is_taken_for_nothing(lang: Lang) -> None:
    plain = [s.text for s in sayings(lang) if s.idea == "none"]
    taken = [
        f"{idea}: {text}"
        for text in plain
        for idea in CUES
        if by_cues(idea, text, lang)
        or (idea not in UNHEARD_BY_MARKS and by_marks(idea, text, lang))
    ]
    assert len(taken) <= len(plain) // 10, taken


ALIKE: list[tuple[Lang, str, str]] = [
    ("zh", "verify", "请问您的身份证号码是多少"),
    ("zh", "verify", "請問您的身份證號碼是多少"),
    ("zh", "verify", "請問，您的　身份证号码是多少？"),
    ("zh", "anything_else", "还有啥需要帮忙的吗"),
    ("zh", "hold_ask", "您等一哈"),
    ("en", "verify", "WHATS UR ORDER NUMBER"),
    ("en", "verify", "ｗｈａｔ ｉｓ ｙｏｕｒ ｏｒｄｅｒ ｎｕｍｂｅｒ"),
    ("en", "hold_ask", "gimme a sec pls"),
    ("en", "thanks", "thx"),
]


@pytest.mark.parametrize(("lang", "idea", "text"), ALIKE)
def test_hurried_dialect_and_wide_typing_is_read_alike(lang: Lang, idea: str, text: str) -> None:
    assert by_cues(idea, text, lang)
    assert by_marks(idea, text, lang)


def test_there_are_enough_sentences_to_mean_something() -> None:
    assert len(sayings("zh")) >= 150
    assert len(sayings("en")) >= 80
    assert {s.idea for s in sayings("zh")} == {*CUES, "none"}
