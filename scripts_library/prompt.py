"""Which step to say next, with the customer's name in it, and which are done in whatever words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from scripts_library.model import Lang, Script, Step, Taboo
from scripts_library.wording import contains, plain

_ALIKE = {"zh": 66.0, "en": 72.0}
_WITHIN = {"zh": 80.0, "en": 86.0}


@dataclass(frozen=True, slots=True)
class Prompted:
    """One step as the agent sees it."""

    id: str
    number: int
    title: str
    text: str
    verbatim: bool
    needed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance of the agent; ``line`` is ``script/step`` where a script line was picked."""

    text: str
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """One step that was said, by which words, and how near to the script's own."""

    step: str
    utterance: int
    """Its place among the utterances."""
    how: Literal["picked", "words", "likeness"]
    because: str
    likeness: float
    """0 to 1: 1 is word for word."""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One line of the script to render before the call; ``key`` is ``script/step``."""

    key: str
    text: str


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put facts in the place of ``{placeholders}``; an unknown one stays as written."""
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), text)


def facts_of(script: Script, facts: Mapping[str, str]) -> dict[str, str]:
    """Add what the script itself knows: its company."""
    return {"company": script.company, **facts}


def steps_for(script: Script, facts: Mapping[str, str]) -> list[Prompted]:
    """Give the steps with this call's facts filled in, numbered from 1."""
    known = facts_of(script, facts)
    return [
        Prompted(step.id, at, step.title, fill(step.text, known), step.verbatim, step.needed)
        for at, step in enumerate(script.steps, 1)
    ]


def agent_lines(script: Script, facts: Mapping[str, str]) -> tuple[AgentLine, ...]:
    """List the lines that can be picked in this call, to render before it."""
    return tuple(
        AgentLine(f"{script.id}/{step.id}", step.text) for step in steps_for(script, facts)
    )


def likeness(said: str, written: str, lang: Lang) -> float:
    """Measure how near to the letter a line was read, 0 to 1.

    A line read out inside a longer utterance counts as read out.
    """
    mine, theirs = plain(said, lang), plain(written, lang)
    if not mine or not theirs:
        return 0.0
    score = fuzz.ratio(mine, theirs)
    if len(mine) > len(theirs) >= (8 if lang == "zh" else 20):
        score = max(score, fuzz.partial_ratio(theirs, mine))
    return float(round(score / 100, 3))


def covers(script: Script, step: Step, said: Said, facts: Mapping[str, str]) -> Covered | None:
    """Tell whether an utterance says a step, in the script's words or in the agent's own."""
    known = facts_of(script, facts)
    near = likeness(said.text, fill(step.text, known), script.lang)
    if said.line == f"{script.id}/{step.id}":
        return Covered(step.id, 0, "picked", step.title, near)
    for words in step.words:
        if contains(fill(words, known), said.text, script.lang):
            return Covered(step.id, 0, "words", words, near)
    for written in (step.text, *step.hints):
        if _alike(fill(written, known), said.text, script.lang):
            return Covered(step.id, 0, "likeness", written, near)
    return None


def _alike(written: str, said: str, lang: Lang) -> bool:
    mine, theirs = plain(said, lang), plain(written, lang)
    if fuzz.ratio(mine, theirs) >= _ALIKE[lang]:
        return True
    long_enough = len(mine) >= len(theirs) >= (8 if lang == "zh" else 20)
    return long_enough and fuzz.partial_ratio(theirs, mine) >= _WITHIN[lang]


def covered(script: Script, said: Iterable[Said], facts: Mapping[str, str]) -> dict[str, Covered]:
    """Find for every step the first utterance that says it."""
    found: dict[str, Covered] = {}
    for number, one in enumerate(said):
        for step in script.steps:
            if step.id not in found and (hit := covers(script, step, one, facts)):
                found[step.id] = Covered(hit.step, number, hit.how, hit.because, hit.likeness)
    return found


def next_step(script: Script, done: Iterable[str]) -> str | None:
    """Name the step to say next: the first needed one that is not done."""
    said = set(done)
    return next((step.id for step in script.steps if step.needed and step.id not in said), None)


def taboos_in(script: Script, text: str) -> list[Taboo]:
    """Find the forbidden phrases in an utterance, each with its replacement."""
    return [taboo for taboo in script.taboos if contains(taboo.never, text, script.lang)]
