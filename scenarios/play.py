"""A talk with a customer by text: for the command line, without a telephone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from scenarios.acts import Act, HangUp, Heard, Say
from scenarios.mind import Mind, mind_of
from scenarios.model import Scenario

SILENCE = 60.0
"""An empty line of the agent is a silence of so many seconds: long enough to be noticed."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the customer does next and how the customer feels."""

    says: tuple[str, ...]
    beat: str
    mood: dict[str, int]
    understood: tuple[str, ...] = ()
    """The cues found in the agent's last words."""
    hung_up: bool = False
    outcome: str | None = None
    rating: int | None = None
    because: tuple[str, ...] = field(default=())
    """For each cue, the line of the cue list that matched."""


def play(scenario: Scenario, *, seed: int) -> Generator[Moment, str, None]:
    """Talk: send the agent's words, get the customer's moment; ends when the customer is gone.

    The first ``next()`` is the moment after the answer. An empty string is a silence.
    """
    mind = mind_of(scenario, seed=seed)
    acts = mind.opens()
    while True:
        words = yield _moment(mind, acts)
        if mind.gone:
            return
        acts = mind.hears(Heard(words)) if words.strip() else mind.waits(SILENCE)


def _moment(mind: Mind, acts: list[Act]) -> Moment:
    return Moment(
        says=tuple(act.text for act in acts if isinstance(act, Say)),
        beat=mind.beat,
        mood=dict(mind.mood),
        understood=tuple(match.cue for match in mind.understood),
        hung_up=mind.gone or any(isinstance(act, HangUp) for act in acts),
        outcome=mind.outcome,
        rating=mind.rating,
        because=tuple(match.phrase for match in mind.understood),
    )
