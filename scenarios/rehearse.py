"""A call played through with the model answers, without a telephone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.acts import Act, Heard, Held, Resumed, Say
from scenarios.cast import Cast, cast_of, fill
from scenarios.mind import Mind, Phase
from scenarios.model import Scenario

MOST = 40
"""No good agent needs more turns."""

GIVEN = {
    "zh": {"agent": "幺零零幺", "company": "练习电信"},
    "en": {"agent": "one zero zero one", "company": "Harbor Goods"},
}
"""What the one who takes the call fills in; used where nothing else is given."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line of the talk; the agent's carry the beat they answer."""

    who: str
    text: str
    beat: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the model answers fared."""

    talk: tuple[Exchange, ...]
    outcome: str | None
    mood: Mapping[str, int]
    rating: int | None
    unanswered: str | None = None
    """The beat that the model has no turn for."""


def agent_says(scenario: Scenario, cast: Cast, given: Mapping[str, str]) -> dict[str, str]:
    """Give the model answers of this call: beat → words; the opening is under ``""``."""
    facts = {**GIVEN[scenario.lang], **cast.facts, **given}
    turns = {beat: fill(turn.say, facts) for beat, turn in scenario.model.turns.items()}
    return {"": fill(scenario.model.opening, facts), **turns}


def rehearse(scenario: Scenario, seed: int, given: Mapping[str, str] | None = None) -> Rehearsal:
    """Play the call with the model answers."""
    cast = cast_of(scenario, seed)
    mind = Mind(scenario, cast)
    model = agent_says(scenario, cast, given or {})
    talk: list[Exchange] = []
    talk += _heard(mind.opens())
    words: str | None = model[""]
    unanswered = None
    for _ in range(MOST):
        talk.append(Exchange("agent", words or "", mind.beat))
        talk += _heard(mind.hears(Heard(words or "")))
        if mind.phase in (Phase.LEAVING, Phase.GONE):
            break
        if turn := scenario.model.turns.get(mind.beat):
            _hold(mind, turn.hold)
        words = model.get(mind.beat)
        if words is None:
            unanswered = mind.beat
            break
    return Rehearsal(tuple(talk), mind.outcome, dict(mind.mood), mind.rating, unanswered)


def _hold(mind: Mind, seconds: float) -> None:
    if seconds and mind.phase is Phase.TALKING:
        mind.told(Held(seconds))
        mind.told(Resumed())


def _heard(acts: list[Act]) -> list[Exchange]:
    return [Exchange("customer", act.text, act.beat) for act in acts if isinstance(act, Say)]
