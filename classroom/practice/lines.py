"""The lines of one call: what will most likely be said, by whom, in which voice, and where its clip lies.

Rendering takes a good part of real time, so the call need not wait for every line that may be said:
``render_first`` renders what is said when all goes well, in the order of the talk; ``render_rest`` follows
while the call already runs. The customer hums a line whose clip is not there in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from classroom.speech.client import Speech
from classroom.speech.prompts import AGENTS
from classroom.speech.voice import Spoken
from scenarios.cast import cast_of
from scenarios.lines import lines
from scenarios.model import Scenario
from scenarios.rehearse import rehearse


@dataclass(frozen=True, slots=True)
class CallLines:
    """Everything that may be said in one call, as far as it is known before."""

    customer: Mapping[str, Spoken]
    """Sentence key, as in ``PlaceCall.clips`` → line."""
    first: tuple[Spoken, ...]
    """Both sides of the talk that goes well."""


def lines_of(scenario: Scenario, seed: int, given: Mapping[str, str] | None = None) -> CallLines:
    """Write the lines; ``given`` is what the school fills in (``agent``, ``company``)."""
    cast = cast_of(scenario, seed)
    voice = scenario.persona.voice
    customer = {
        line.key: Spoken(line.text, line.voice, line.speed) for line in lines(scenario, cast)
    }
    first = [
        Spoken(said.text, voice.name, voice.speed)
        if said.who == "customer"
        else Spoken(said.text, AGENTS[scenario.lang])
        for said in rehearse(scenario, seed, given).talk
    ]
    goodbyes = [line for key, line in customer.items() if key.startswith("persona.")]
    return CallLines(customer, tuple(dict.fromkeys(first + goodbyes)))


async def render_first(
    speech: Speech, said: CallLines, progress: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, str | None]:
    """Render the talk that goes well; returns where every customer's line lies or will lie."""
    await speech.prepare(said.first, progress, urgency="call")
    return {key: str(speech.place(line)) for key, line in said.customer.items()}


async def render_rest(speech: Speech, said: CallLines) -> None:
    """Render every other line of the customer."""
    await speech.prepare(said.customer.values(), urgency="lesson")
