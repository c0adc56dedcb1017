"""Every caller, played through with the model answers and graded."""

from dataclasses import replace

import pytest

from grader.evidence import Evidence, Item, Utterance
from grader.grade import grade
from grader.measure import standard_for
from grader.rubric import rubric_of
from grader.text import bare, likeness
from scenarios.load import all_scenarios
from scenarios.model import Model, ModelTurn, ModelWrapup, Scenario
from scripts_library.load import find as find_script
from scripts_library.prompt import agent_lines
from tests.grader.stage import facts_for, finding, measure, played

pytestmark = pytest.mark.unit

CALLERS = {scenario.id: scenario for scenario in all_scenarios()}


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("seed", [1, 2, 3, 7, 11])
@pytest.mark.parametrize("level", [1, 3])
def test_a_model_answer_passes_well(name: str, seed: int, level: int) -> None:
    scenario = CALLERS[name]
    evidence = played(scenario, seed, level)
    card = grade(evidence, rubric_of(scenario.grading.rubric), measure(scenario, seed))
    assert card.score >= 95, [
        (f.criterion, f.because) for f in card.findings if f.points < f.out_of
    ]
    assert card.passed
    assert finding(card, "outcome").points == finding(card, "outcome").out_of
    assert finding(card, "forbidden").points == finding(card, "forbidden").out_of


@pytest.mark.parametrize("name", CALLERS)
def test_a_wordless_agent_fails(name: str) -> None:
    scenario = CALLERS[name]
    evidence = played(scenario)
    grunts = tuple(_grunt(item) for item in evidence.items)
    card = grade(
        replace(evidence, items=grunts, outcome="unresolved"),
        rubric_of(scenario.grading.rubric),
        measure(scenario, 7),
    )
    assert not card.passed


def _grunt(item: Item) -> Item:
    if isinstance(item, Utterance) and item.who == "agent":
        return replace(item, text="嗯" if item.at else "说")
    return item


def _aloud(scenario: Scenario, evidence: Evidence) -> Evidence:
    """The same call with every saying of the agent read out of the script, line by line."""
    lines = [
        line
        for name in scenario.grading.scripts
        for line in agent_lines(find_script(name), facts_for(scenario, 7))
    ]
    spoken = [i for i in evidence.items if isinstance(i, Utterance) and i.who == "agent"]
    rest = tuple(i for i in evidence.items if i not in spoken)
    at = spoken[0].at
    read = tuple(
        replace(spoken[0], at=at + 0.1 * n, until=at + 0.1 * n, text=line.text, line=line.key)
        for n, line in enumerate(lines)
    )
    return replace(evidence, items=(*read, *rest))


@pytest.mark.feature("TRN-25")
@pytest.mark.parametrize("name", CALLERS)
def test_reading_the_script_aloud_costs_from_level_three(name: str) -> None:
    scenario = CALLERS[name]
    standard = measure(scenario, 7)
    rubric = rubric_of(scenario.grading.rubric)
    own = grade(played(scenario, level=3), rubric, standard)
    aloud = grade(_aloud(scenario, played(scenario, level=3)), rubric, standard)
    assert finding(own, "own_words").points > finding(aloud, "own_words").points
    assert own.score > aloud.score


@pytest.mark.feature("TRN-25")
@pytest.mark.parametrize("name", CALLERS)
def test_a_model_agent_reads_nothing_aloud_but_what_must_be(name: str) -> None:
    scenario = CALLERS[name]
    said = [i.text for i in played(scenario).items if isinstance(i, Utterance) and i.who == "agent"]
    for script in map(find_script, scenario.grading.scripts):
        verbatim = {step.id for step in script.steps if step.verbatim}
        for line in agent_lines(script, facts_for(scenario, 7)):
            if line.key.split("/")[1] not in verbatim and len(bare(line.text)) > 12:
                assert not [text for text in said if likeness(text, line.text) >= 0.9], line.text


CARELESS = {
    "zh": ("喂，说。", "哦，知道了，就这样吧。", "打电话来的人"),
    "en": ("Yeah?", "Okay, got it, fine then.", "somebody called"),
}


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("level", [1, 3])
def test_a_careless_agent_fails(name: str, seed: int, level: int) -> None:
    """The whole talk with the mind itself: the customer hears the careless words, too."""
    scenario = CALLERS[name]
    opening, turn, summary = CARELESS[scenario.lang]
    words = {beat: ModelTurn(say=turn) for beat in scenario.beats}
    wrapup = ModelWrapup(summary=summary, disposition=list(scenario.desk.dispositions)[-1])
    careless = scenario.model_copy(
        update={"model": Model(opening=opening, turns=words, wrapup=wrapup)}
    )
    evidence = played(careless, seed, level)
    card = grade(evidence, rubric_of(scenario.grading.rubric), measure(scenario, seed))
    assert evidence.outcome not in scenario.grading.outcomes
    assert not card.passed
    assert card.score < 50


@pytest.mark.parametrize("seed", range(6))
def test_a_justified_refusal_earns_all_though_the_caller_leaves_angry(seed: int) -> None:
    scenario = CALLERS["call-records-refused"]
    evidence = played(scenario, seed, level=3)
    card = grade(evidence, rubric_of(scenario.grading.rubric), measure(scenario, seed))
    assert evidence.outcome == "refused_justly"
    assert evidence.rating is not None
    assert evidence.rating <= 3
    assert evidence.mood["patience"] < scenario.temper.starts["patience"]
    assert finding(card, "outcome").points == finding(card, "outcome").out_of > 0
    assert card.passed


def test_a_stored_call_is_graded_again_alike() -> None:
    for scenario in CALLERS.values():
        evidence = played(scenario)
        scripts = [find_script(name) for name in scenario.grading.scripts]
        rubric = rubric_of(scenario.grading.rubric)
        again = grade(evidence, rubric, standard_for(evidence, scenario, scripts))
        assert again == grade(evidence, rubric, measure(scenario, 7))
