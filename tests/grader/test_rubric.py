"""Rubrics: read strictly; whatever is wrong is told by file, line and what to do."""

import re

import pytest

from grader.criteria import CRITERIA
from grader.criteria.criterion import Need
from grader.errors import RubricFault
from grader.rubric import read_rubric, rubric_ids, rubric_of, title_of

pytestmark = pytest.mark.unit

GOOD = "  - {criterion: hold, weight: 100}\n"
HEAD = 'id: r\nversion: "1"\ntitle: {zh: 一, en: one}\npass_mark: 60\ncriteria:\n'


@pytest.mark.parametrize("name", rubric_ids())
def test_the_labs_rubrics_are_sound(name: str) -> None:
    rubric = rubric_of(name)
    assert rubric.id == name
    assert sum(c.weight for c in rubric.criteria) == 100
    assert title_of(rubric).zh
    assert title_of(rubric).en


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        (HEAD + "  - {criterion: answered, weight: 90}\n", 5, "add up to 90"),
        (HEAD + "  - {criterion: answred, weight: 100}\n", 6, "use one of: answered"),
        (HEAD + "  - {criterion: answered, wieght: 100}\n", 6, "wieght"),
        (HEAD + "  - criterion: answered\n    weight: lots\n", 7, "weight"),
        (HEAD + "  - {criterion: answered, weight: 100, settings: {bells: 3}}\n", 6, "rings"),
        (HEAD + "  - {criterion: answered, weight: 100, settings: {rings: x}}\n", 6, "rings"),
        (HEAD + "  - {criterion: hold, weight: 100, fatal: true}\n", 6, "forbidden"),
        (HEAD + "  - {criterion: hold, weight: 50}\n" * 2, 7, "listed twice"),
        (HEAD + "  []\n", 5, "list what is judged"),
        (HEAD, 5, "list what is judged"),
        (HEAD + "  {hold: 100}\n", 5, "list what is judged"),
        (HEAD.removesuffix("criteria:\n"), 1, "add `criteria:` to the file"),
        (
            HEAD.replace("60", "{1: 600}") + GOOD,
            4,
            "`pass_mark.1`: it should be less than or equal",
        ),
        (
            HEAD.replace("60", "\n  1: 60\n  3: -1") + GOOD,
            6,
            "`pass_mark.3`: it should be at least 0",
        ),
        (HEAD.replace("60", "{one: 60}") + GOOD, 4, "`pass_mark.one`: write a whole number"),
        (HEAD.replace("60", "true") + GOOD, 4, "write a number here"),
        (HEAD.replace("60", ".nan") + GOOD, 4, "write an ordinary number"),
        (HEAD.replace("60", "") + GOOD, 4, "write a number here"),
        (HEAD.replace("en: one", 'en: "o\\ne"') + GOOD, 3, "on one line"),
        (HEAD.replace("en: one", 'en: "o\\x9bne"') + GOOD, 3, "invisible control character"),
        (HEAD + "  - {criterion: hold, weight: 100\n", 7, "YAML"),
        (HEAD.replace("60", "{3: 70}") + "  - {criterion: hold, weight: 100}\n", 4, "level 1"),
        (HEAD.replace("60", "sixty") + "  - {criterion: hold, weight: 100}\n", 4, "pass_mark"),
        ("id: r\n", 1, "add `version:` to the file"),
        ("- a\n", 1, "mapping"),
        ("", 1, "mapping"),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(text: str, line: int, advice: str) -> None:
    with pytest.raises(RubricFault) as caught:
        read_rubric(text, "mine.yaml")
    assert caught.value.line == line
    assert str(caught.value).startswith(f"mine.yaml:{line}: ")
    assert advice in str(caught.value)
    assert "\n" not in str(caught.value)
    zh = caught.value.told("zh")
    assert zh.startswith(f"mine.yaml:{line}: ")
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", caught.value.told("en").replace("一", ""))


def test_an_unknown_rubric_names_the_known_ones() -> None:
    with pytest.raises(RubricFault, match="inbound-care"):
        rubric_of("nonesuch")


def test_settings_reach_the_criterion() -> None:
    text = HEAD + "  - {criterion: answered, weight: 100, settings: {rings: 5}}\n"
    assert read_rubric(text).criteria[0].chosen() == CRITERIA["answered"].settings(rings=5)


def test_every_criterion_is_named_in_both_languages_and_knows_its_inputs() -> None:
    assert len(CRITERIA) >= 20
    for name, criterion in CRITERIA.items():
        assert criterion.id == name
        assert criterion.title.zh != criterion.title.en
        assert criterion.needs <= set(Need)
    assert Need.AGENT_VOICE in CRITERIA["dead_air"].needs
