"""Everything a customer may say: finite, so that it can be rendered before the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.cast import Cast, fill
from scenarios.model import Says, Scenario


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One sentence of the customer, with the voice that says it."""

    key: str
    text: str
    voice: str
    speed: float


def wordings(scenario: Scenario) -> dict[str, Says]:
    """Give every list of wordings by its place in the scenario (``beats.complaint``)."""
    return {place: says for place, says in _wordings(scenario) if says}


def _wordings(scenario: Scenario) -> Iterator[tuple[str, Says]]:
    for name, beat in scenario.beats.items():
        yield f"beats.{name}", beat.says
        for cue, turn in beat.hears.items():
            yield f"beats.{name}.hears.{cue}", turn.says
        if beat.silence:
            yield f"beats.{name}.silence", beat.silence.says
    temper, persona = scenario.temper, scenario.persona
    yield "temper.queue", temper.queue.says
    yield "temper.hold", temper.hold.says
    yield "temper.silence", temper.silence.says
    yield "temper.interrupted", temper.interrupted.says
    for cue, aside in scenario.asides.items():
        yield f"asides.{cue}", aside.says
    if persona.hearing:
        yield "persona.hearing.asks", persona.hearing.asks
    yield "persona.nothing_else", persona.nothing_else
    yield "persona.goodbye", persona.goodbye


def lines(scenario: Scenario, cast: Cast) -> tuple[SpokenLine, ...]:
    """List every sentence the customer of this call may say."""
    voice = scenario.persona.voice
    return tuple(
        SpokenLine(f"{place}/{number}", fill(text, cast.facts), voice.name, voice.speed)
        for place, says in wordings(scenario).items()
        for number, text in enumerate(says)
    )
