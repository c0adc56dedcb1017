"""From the scenario and the scripts that people wrote to the measure of one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from grader.evidence import Evidence
from grader.standard import Duty, Promise, Standard, Step, Taboo
from scenarios.cast import fill
from scenarios.desk import right_form
from scenarios.hear import cues_of, ears_of
from scenarios.model import Rule, Scenario
from scripts_library.model import Script
from scripts_library.prompt import facts_of, steps_for

VERIFIES = "verify_identity"
RESTATES = "restate"
RECAPS = "recap"
_JUDGED_ELSEWHERE = frozenset({"forbidden", VERIFIES})
"""Cues that have a criterion of their own."""
_PRIVATE = ("account", "id_number", "id_tail", "phone", "address")
"""Facts of the cast that are told to nobody unverified."""


def standard_of(
    scenario: Scenario, scripts: Sequence[Script], facts: Mapping[str, str]
) -> Standard:
    """The measure of one call: scenario and scripts with this customer's facts filled in.

    ``facts`` are the cast's, with ``agent`` and ``company`` where known; ``Evidence.facts`` will do.
    """
    ears = ears_of(scenario, facts)
    grading = scenario.grading
    return Standard(
        scenario=scenario.id,
        company=tuple(dict.fromkeys(facts_of(s, facts)["company"] for s in scripts)),
        verification=_verification(scenario),
        protected=_protected(scenario, facts),
        discloses=grading.discloses or "",
        verifies=VERIFIES,
        restates=RESTATES,
        recaps=RECAPS,
        complaint=bool({"apology", "empathy"} & scenario.temper.hears.keys()),
        steps=tuple(step for script in scripts for step in _steps(script, facts)),
        forbidden=tuple(Taboo(t.never, t.instead) for s in scripts for t in s.taboos),
        promises=_promises(scenario, facts),
        dispositions=(scenario.desk.disposition,),
        form=_form(scenario, facts),
        outcomes={
            **dict.fromkeys(grading.half_outcomes, 0.5),
            **dict.fromkeys(grading.outcomes, 1.0),
        },
        walked_out=_walked_out(scenario),
        target_seconds=scenario.talk_time,
        duties=_duties(scenario),
        names={f.id: f.title for f in scenario.desk.form} | dict(scenario.desk.dispositions),
        cues_in=lru_cache(maxsize=512)(
            lambda text: frozenset(match.cue for match in ears.hear(text))
        ),
    )


def standard_for(evidence: Evidence, scenario: Scenario, scripts: Sequence[Script]) -> Standard:
    """The measure for stored evidence, so that an old call can be graded again."""
    return standard_of(scenario, scripts, evidence.facts)


def _verification(scenario: Scenario) -> bool:
    asked = any(rule.said == VERIFIES for rule in scenario.grading.must)
    return asked or scenario.grading.discloses is not None


def _protected(scenario: Scenario, facts: Mapping[str, str]) -> tuple[str, ...]:
    if not _verification(scenario):
        return ()
    return tuple(facts[name] for name in _PRIVATE if facts.get(name))


def _steps(script: Script, facts: Mapping[str, str]) -> list[Step]:
    known = facts_of(script, facts)
    return [
        Step(
            id=f"{script.id}/{written.id}",
            title=written.title,
            text=prompted.text,
            paraphrases=tuple(fill(hint, known) for hint in written.hints),
            words=tuple(fill(words, known) for words in written.words),
            verbatim=written.verbatim,
            required=written.needed,
        )
        for written, prompted in zip(script.steps, steps_for(script, facts), strict=True)
    ]


def _promises(scenario: Scenario, facts: Mapping[str, str]) -> tuple[Promise, ...]:
    titles = {field.id: field.title for field in scenario.desk.form}
    return tuple(
        Promise(
            title=titles.get(promise.field, promise.field),
            cue=promise.said,
            actions=(("form_field", f"{promise.field}={fill(promise.value, facts)}"),),
        )
        for promise in scenario.grading.promises
    )


def _form(scenario: Scenario, facts: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    right = right_form(scenario, facts)
    wanted = [f.id for f in scenario.desk.form if f.required or f.id in right]
    return {field: (right[field],) if field in right else () for field in wanted}


def _walked_out(scenario: Scenario) -> tuple[str, ...]:
    """Endings that always come with the customer hanging up."""
    ends = {beat.ends for beat in scenario.beats.values() if beat.ends}
    polite = {b.ends for b in scenario.beats.values() if b.ends and not b.hangs_up}
    return tuple(sorted(ends - polite))


def _duties(scenario: Scenario) -> tuple[Duty, ...]:
    grading = scenario.grading
    return tuple(
        _duty(scenario, rule, never)
        for rules, never in ((grading.must, False), (grading.never, True))
        for rule in rules
        if rule.said not in _JUDGED_ELSEWHERE and rule.did != "disposition"
    )


def _duty(scenario: Scenario, rule: Rule, never: bool) -> Duty:
    means = cues_of(scenario)[rule.said].means if rule.said in cues_of(scenario) else ""
    return Duty(
        title=rule.because or means or rule.said or rule.did or "",
        said=rule.said or "",
        did=rule.did or "",
        value=rule.value or "",
        within=rule.within,
        before=rule.before or "",
        never=never,
    )
