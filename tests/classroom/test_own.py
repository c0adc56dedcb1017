"""A school's own scenarios, scripts and rubrics are used in lessons; a bad one is told and left out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from classroom.errors import Refusal
from classroom.practice.marking import mark
from classroom.practice.own import Own, Packs, own_packs
from classroom.practice.shelf import Shelf
from classroom.words import speak
from grader.evidence import Evidence, LineEvent, Utterance
from scenarios.load import find

pytestmark = pytest.mark.unit
ROOT = Path(__file__).parents[2]
FILES = {
    "customer.yaml": "scenarios/packs/en/retail/order-inquiry.yaml",
    "sub/words.yaml": "scripts_library/packs/en/retail/order-inquiry.yaml",
    "marks.yaml": "grader/rubrics/inbound-care.yaml",
}
RUBRIC = """
id: our-marks
version: "1"
title: {zh: 我校的评分表, en: Our marks}
pass_mark: 60
criteria:
  - {criterion: opening, weight: 70}
  - {criterion: closing, weight: 30}
"""


def packs(data: Path) -> Path:
    """One of each: the scenario names the own script and the own rubric."""
    folder = data / "packs"
    (folder / "sub").mkdir(parents=True)
    texts = {name: (ROOT / path).read_text(encoding="utf-8") for name, path in FILES.items()}
    customer = texts["customer.yaml"].replace("id: order-inquiry", "id: our-order")
    customer = customer.replace("[order-inquiry]", "[our-words]")
    customer = customer.replace("rubric: inbound-care", "rubric: our-marks")
    (folder / "customer.yaml").write_text(customer, encoding="utf-8")
    words = texts["sub/words.yaml"].replace("id: order-inquiry", "id: our-words")
    (folder / "sub/words.yaml").write_text(words, encoding="utf-8")
    (folder / "marks.yaml").write_text(RUBRIC, encoding="utf-8")
    return folder


def test_own_scenario_script_and_rubric_are_used_from_briefing_to_marks(tmp_path: Path) -> None:
    packs(tmp_path)
    own = own_packs(tmp_path, pytest.fail)
    shelf = Shelf(own)
    scenario = shelf.scenario("our-order")
    assert "our-order" in [row.id for row in shelf.rows()]
    assert [script.id for script in shelf.scripts(scenario)] == ["our-words"]
    briefing = shelf.briefing(scenario, 1)
    assert (briefing.rubric, briefing.pass_mark) == ("Our marks", 60)
    assert [one.criterion for one in briefing.judged] == ["opening", "closing"]
    assert shelf.steps(scenario, {}, [])[0].id.startswith("our-words/")
    assert find("our-order", shelf.packs).id == "our-order", "as the customers' process reads it"
    evidence = Evidence(
        call_id="c", scenario="our-order", lang="en", seed=7, level=1, agent="s01", outcome="satisfied",
        facts=shelf.facts(scenario, 7), talk_seconds=30.0,
        items=(LineEvent(0.0, "answered", "1001"), Utterance(1.0, 2.0, "agent", "Hello", "typed")),
    )  # fmt: skip
    card = mark(evidence, own=Own(**dataclasses.asdict(own)))
    assert card["rubric"] == "our-marks"
    assert [one["criterion"] for one in card["findings"]] == ["opening", "closing"]
    with pytest.raises(Refusal):
        mark(evidence)


def test_an_own_one_stands_before_the_shipped_one_of_its_id(tmp_path: Path) -> None:
    folder = packs(tmp_path)
    text = (ROOT / FILES["customer.yaml"]).read_text(encoding="utf-8")
    (folder / "customer.yaml").write_text(text.replace("level: 1", "level: 2", 1), encoding="utf-8")
    shelf = Shelf(own_packs(tmp_path, pytest.fail))
    assert (shelf.scenario("order-inquiry").level, Shelf().scenario("order-inquiry").level) == (
        2,
        1,
    )


def test_a_bad_file_is_told_once_and_left_out_with_those_that_name_it(tmp_path: Path) -> None:
    folder, told = packs(tmp_path), list[str]()
    (folder / "marks.yaml").write_text(RUBRIC.replace("70", "60"), encoding="utf-8")
    speak("en")
    own = own_packs(tmp_path, told.append)
    assert own.scenarios == own.rubrics == {} and list(own.scripts) == ["our-words"]
    assert len(told) == 2
    assert f"{folder / 'marks.yaml'}:6: " in told[0] and "add up to 100" in told[0]
    assert str(folder / "customer.yaml") in told[1] and "our-marks" in told[1]
    assert all("lab scenario check" in one for one in told)


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    assert own_packs(tmp_path, pytest.fail) == Own()


async def test_a_pack_that_comes_while_the_server_runs_is_in_the_next_lesson(
    tmp_path: Path,
) -> None:
    told = list[str]()
    shelf = Shelf(packs=Packs(tmp_path, told.append))
    with pytest.raises(Refusal):
        shelf.scenario("our-order")
    folder = packs(tmp_path)
    await shelf.renew()
    scenario = shelf.scenario("our-order")
    assert [row.id for row in shelf.rows() if row.id == "our-order"] and shelf.own.rubrics
    steps = shelf.steps(scenario, {}, [])
    for file in folder.rglob("*.yaml"):
        file.unlink()
    await shelf.renew()
    with pytest.raises(Refusal):
        shelf.scenario("our-order")
    assert shelf.steps(scenario, {}, []) == steps, "a call under way goes on as it began"
    (folder / "marks.yaml").write_text(RUBRIC.replace("70", "60"), encoding="utf-8")
    for _ in range(2):
        await shelf.renew()
    assert len(told) == 1 and "marks.yaml" in told[0], "told once, not with every look"
