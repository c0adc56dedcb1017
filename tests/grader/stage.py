"""Calls as evidence: written by hand, or played through with a scenario's model answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.evidence import DeskAction, Evidence, HeardBy, Item, LineEvent, Utterance
from grader.measure import standard_of
from grader.rubric import Rubric, read_rubric
from grader.scorecard import Finding, Scorecard
from grader.standard import Standard
from grader.text import Lang
from scenarios.cast import cast_of
from scenarios.desk import wrapup_of
from scenarios.model import Scenario
from scenarios.rehearse import GIVEN, rehearse
from scripts_library.load import find as find_script


def agent(
    at: float, text: str, by: HeardBy = "typed", seconds: float = 3.0, **more: object
) -> Item:
    """The agent says something."""
    return replace(Utterance(at, at + seconds, "agent", text, by), **more)  # type: ignore[arg-type]


def customer(at: float, text: str, seconds: float = 3.0) -> Item:
    """The customer says something."""
    return Utterance(at, at + seconds, "customer", text, "known")


def call(*items: Item, lang: Lang = "zh", **more: object) -> Evidence:
    """A whole call made of these items."""
    made = Evidence("c-1", "s", lang, tuple(items), talk_seconds=60.0, ring_seconds=3.0)
    return replace(made, **more)  # type: ignore[arg-type]


def only(*criteria: str, settings: str = "{}", fatal: bool = False) -> Rubric:
    """A rubric of these criteria, of equal weight."""
    share = 100 / len(criteria)
    lines = [
        f"  - {{criterion: {c}, weight: {share!r}, fatal: {str(fatal).lower()}, settings: {settings}}}"
        for c in criteria
    ]
    head = 'id: one\nversion: "1"\ntitle: {zh: 一, en: one}\npass_mark: 60\ncriteria:\n'
    return read_rubric(head + "\n".join(lines) + "\n")


def finding(card: Scorecard, criterion: str) -> Finding:
    """One criterion's finding."""
    return next(f for f in card.findings if f.criterion == criterion)


def facts_for(scenario: Scenario, seed: int) -> dict[str, str]:
    """What the evidence of such a call holds as facts."""
    return {**GIVEN[scenario.lang], **cast_of(scenario, seed).facts}


def measure(scenario: Scenario, seed: int) -> Standard:
    """The measure of such a call."""
    scripts = [find_script(name) for name in scenario.grading.scripts]
    return standard_of(scenario, scripts, facts_for(scenario, seed))


def played(
    scenario: Scenario, seed: int = 7, level: int = 1, words: Sequence[tuple[str, str | None]] = ()
) -> Evidence:
    """The call played through with the model answers, wrapped up as the model does."""
    rehearsal = rehearse(scenario, seed)
    items: list[Item] = []
    at = 0.0
    for exchange in rehearsal.talk:
        length = 1.0 + len(exchange.text) / (5 if scenario.lang == "zh" else 15)
        turn = scenario.model.turns.get(exchange.beat) if exchange.who == "agent" else None
        if turn and turn.hold and items:
            items += [LineEvent(at, "held"), LineEvent(at + turn.hold, "resumed")]
            at += turn.hold + 0.5
        if exchange.who == "agent":
            items.append(Utterance(at, at + length, "agent", exchange.text, "typed"))
        else:
            items.append(Utterance(at, at + length, "customer", exchange.text, "known"))
        at += length + 0.5
    wrapup = wrapup_of(scenario, facts_for(scenario, seed))
    items += [DeskAction(at + 1, "form_field", f"{k}={v}") for k, v in wrapup.form.items()]
    items += [
        DeskAction(at + 2, "summary", wrapup.summary),
        DeskAction(at + 3, "disposition", wrapup.disposition),
    ]
    return Evidence(
        f"played-{scenario.id}-{seed}",
        scenario.id,
        scenario.lang,
        tuple(items),
        seed=seed,
        level=level,
        agent="1001",
        facts=facts_for(scenario, seed),
        ring_seconds=2.0,
        talk_seconds=at,
        outcome=rehearsal.outcome or "",
        mood=dict(rehearsal.mood),
        rating=rehearsal.rating,
    )
