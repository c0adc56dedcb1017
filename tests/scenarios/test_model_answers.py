"""The model answers: short enough, in own words, and covering the script of the caller."""

import pytest

from scenarios.cast import cast_of
from scenarios.load import all_scenarios, find
from scenarios.model import Scenario
from scenarios.rehearse import GIVEN, agent_says, rehearse
from scenarios.words import length
from scripts_library.load import find as script_of
from scripts_library.prompt import Said, covered

pytestmark = pytest.mark.unit
EVERY = pytest.mark.parametrize("scenario", all_scenarios(), ids=lambda s: s.id)
A_SECOND = {"zh": 4.3, "en": 2.6}
"""Characters or words that a voice says in a second."""
A_TURN = 0.6
"""Seconds between two turns."""


def seconds(scenario: Scenario, seed: int) -> float:
    talk = rehearse(scenario, seed).talk
    said = sum(length(line.text, scenario.lang) for line in talk)
    holds = sum(turn.hold for turn in scenario.model.turns.values())
    return said / A_SECOND[scenario.lang] + A_TURN * len(talk) + holds


@EVERY
def test_the_talk_keeps_to_its_time(scenario: Scenario) -> None:
    assert max(seconds(scenario, seed) for seed in range(10)) <= scenario.talk_time


def test_one_caller_is_done_within_forty_seconds() -> None:
    scenario = find("order-inquiry")
    assert max(seconds(scenario, seed) for seed in range(30)) <= 40


@EVERY
def test_every_seed_reaches_the_best_ending(scenario: Scenario) -> None:
    for seed in range(40):
        played = rehearse(scenario, seed)
        assert played.outcome == scenario.grading.outcomes[0], seed
        assert played.unanswered is None


@EVERY
@pytest.mark.feature("TRN-25")
def test_the_model_covers_the_script_in_its_own_words(scenario: Scenario) -> None:
    script = script_of(scenario.grading.scripts[0])
    cast = cast_of(scenario, 3)
    facts = {**cast.facts, **GIVEN[scenario.lang], "company": script.company}
    assert agent_says(scenario, cast, facts)[""]
    said = [Said(line.text) for line in rehearse(scenario, 3, facts).talk if line.who == "agent"]
    done = covered(script, said, facts)
    needed = {step.id for step in script.steps if step.needed}
    assert needed <= set(done)
    own = [hit for hit in done.values() if hit.likeness < 0.9]
    assert len(own) >= len(done) * 0.6


@EVERY
def test_a_fact_of_the_cast_fills_every_placeholder_of_the_script(scenario: Scenario) -> None:
    from scripts_library.prompt import agent_lines

    facts = {**cast_of(scenario, 1).facts, **GIVEN[scenario.lang]}
    for name in scenario.grading.scripts:
        script = script_of(name)
        assert script.lang == scenario.lang
        assert not any("{" in line.text for line in agent_lines(script, facts))
