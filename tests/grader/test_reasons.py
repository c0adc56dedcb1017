"""Every reason that can be read under a mark is a well-made sentence, in both languages."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.criteria import CRITERIA
from grader.evidence import DeskAction, Evidence, Item, LineEvent, Utterance
from grader.grade import grade
from grader.rubric import rubric_of
from grader.text import Lang, moment
from lab.parts.cells import clock
from scenarios.load import all_scenarios
from scenarios.model import Scenario
from tests.grader.stage import finding, measure, played

pytestmark = pytest.mark.unit

CALLERS = {scenario.id: scenario for scenario in all_scenarios()}
_DOUBLED = re.compile(
    r"[。；，：]{2}|[。.][」”][。.]|[！？?!][。.]|[;,:]{2}|(?<!\.)\.\.(?!\.)|; ?\.$"
)
_UNFILLED = re.compile(r"[{}]")
_ENDS = re.compile(r"[。！？.!?…][」”）)]?$")

Change = Callable[[Evidence], Evidence]


def agents(text: str) -> Change:
    """An agent who says nothing but this."""

    def change(evidence: Evidence) -> Evidence:
        said = [
            replace(i, text=text) if isinstance(i, Utterance) and i.who == "agent" else i
            for i in evidence.items
        ]
        return replace(evidence, items=tuple(said))

    return change


def without_screen(evidence: Evidence) -> Evidence:
    return replace(
        evidence, items=tuple(i for i in evidence.items if not isinstance(i, DeskAction))
    )


def wrong_screen(evidence: Evidence) -> Evidence:
    def change(item: Item) -> Item:
        if isinstance(item, DeskAction):
            return replace(item, value=item.value.partition("=")[0] + "=xyz")
        return item

    return replace(evidence, items=tuple(map(change, evidence.items)))


def spoken(evidence: Evidence, confidence: float = 0.2) -> Evidence:
    said = [
        replace(i, heard_by="speech", confidence=confidence)
        if isinstance(i, Utterance) and i.who == "agent"
        else i
        for i in evidence.items
    ]
    return replace(evidence, items=tuple(said))


def slow(evidence: Evidence) -> Evidence:
    """Every pause lasts; a hold that nobody asked for comes on top."""
    stretched: list[Item] = []
    for number, item in enumerate(evidence.items):
        more = 20.0 * number
        if isinstance(item, Utterance):
            stretched.append(replace(item, at=item.at + more, until=item.until + more))
        else:
            stretched.append(replace(item, at=item.at + more))
    holds = (LineEvent(0.5, "held"), LineEvent(400.0, "resumed"))
    return replace(evidence, items=(*holds, *stretched), ring_seconds=60.0, talk_seconds=3000.0)


RUDE = {"zh": "你急什么。爱投诉就去投诉。傻子。", "en": "Calm down. Not my problem. You idiot."}
CHANGES: dict[str, Change] = {
    "good": lambda e: e,
    "mute": agents("。"),
    "grunts": agents("嗯"),
    "rude": lambda e: agents(RUDE[e.lang])(e),
    "stops": agents("这个。那个。您的宽带。账单。"),
    "no screen": without_screen,
    "wrong screen": wrong_screen,
    "unclear": spoken,
    "clear": lambda e: slow(spoken(e, 0.95)),
    "slow": slow,
    "broken off": lambda e: replace(e, outcome="broken_off"),
    "walked out": lambda e: replace(e, outcome="escalated"),
    "unsolved": lambda e: replace(e, outcome="unresolved"),
    "nobody": lambda e: replace(e, items=(), talk_seconds=0.0, outcome=""),
}


def reasons(scenario: Scenario, reader: Lang, level: int) -> list[str]:
    told: list[str] = []
    rubric = rubric_of(scenario.grading.rubric)
    for change in CHANGES.values():
        evidence = change(played(scenario, level=level))
        card = grade(evidence, rubric, measure(scenario, 7), reader)
        told += [f.because for f in card.findings]
        told += card.notes
    return told


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("reader", ["zh", "en"])
@pytest.mark.parametrize("level", [1, 3])
def test_every_reason_is_one_well_made_text(name: str, reader: Lang, level: int) -> None:
    for because in reasons(CALLERS[name], reader, level):
        assert not _DOUBLED.search(because), because
        assert not _UNFILLED.search(because), because
        assert _ENDS.search(because), because
        if reader == "zh":
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]", re.sub("「.*?」", "", because)), because


def test_bad_agents_reach_most_reasons() -> None:
    """The check above would be idle if its agents failed at nothing."""
    failed: set[str] = set()
    for scenario in CALLERS.values():
        for change in CHANGES.values():
            evidence = change(played(scenario, level=3))
            card = grade(evidence, rubric_of("inbound-care"), measure(scenario, 7))
            failed |= {f.criterion for f in card.findings if f.applicable and f.points < f.out_of}
    assert failed >= set(CRITERIA) - {"rating", "interruption"}, set(CRITERIA) - failed


def test_a_duty_told_as_a_sentence_is_joined_without_its_stop() -> None:
    scenario = CALLERS["broadband-bill"]
    evidence = agents("您好。")(played(scenario))
    card = grade(evidence, rubric_of("inbound-care"), measure(scenario, 7))
    because = finding(card, "duties").because
    assert "先处理心情；" in because or because.endswith("先处理心情。")


@pytest.mark.parametrize("at", [0.0, 10.72, 10.994, 10.996, 59.999, 95.5])
def test_a_second_is_written_in_the_reason_as_on_the_screens(at: float) -> None:
    assert f"{moment(at):0>5}" == clock(round(at, 2))
