"""Every caller that we ship can be lived with, wins by its model, and repeats itself exactly."""

import re

import pytest

from scenarios import schema
from scenarios.cast import cast_of, id_number_is_valid
from scenarios.lines import lines
from scenarios.load import all_scenarios, check_file, files, find
from scenarios.model import Scenario
from scenarios.numbers import SCHOOL, is_fake
from scenarios.rehearse import rehearse

pytestmark = pytest.mark.unit
SCENARIOS = all_scenarios()
every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.id)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_check_finds_nothing(path) -> None:
    assert check_file(path) == []


def test_the_id_is_the_name_of_the_file_and_the_folder_is_its_language_and_industry() -> None:
    for path in files():
        scenario = find(path.stem)
        assert (path.parts[-3], path.parts[-2], path.stem) == (
            scenario.lang,
            scenario.industry,
            scenario.id,
        )


@every_scenario
def test_same_seed_same_words_moods_and_rating(scenario: Scenario) -> None:
    for seed in range(5):
        assert rehearse(scenario, seed) == rehearse(scenario, seed)


@every_scenario
def test_seeds_change_the_talk(scenario: Scenario) -> None:
    assert len({rehearse(scenario, seed).talk for seed in range(8)}) > 3


@every_scenario
def test_everything_said_was_announced_for_rendering(scenario: Scenario) -> None:
    for seed in range(8):
        known = {line.text for line in lines(scenario, cast_of(scenario, seed))}
        talk = rehearse(scenario, seed).talk
        assert {e.text for e in talk if e.who == "customer"} <= known
        assert not any(re.search(r"[{}]", e.text) for e in talk)


@every_scenario
def test_numbers_can_ring_nobody_and_identities_are_nobodys(scenario: Scenario) -> None:
    assert scenario.line.dials == SCHOOL[scenario.lang]
    for seed in range(50):
        cast = cast_of(scenario, seed)
        assert is_fake(cast.number)
        assert not id_number_is_valid(cast.facts["id_number"])


def test_the_schema_is_the_model() -> None:
    assert schema.PATH.read_text(encoding="utf-8") == schema.schema()
