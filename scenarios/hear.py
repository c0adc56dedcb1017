"""What the agent's words count as: cues found in free wording, with the reason.

Two ways, tried in this order and both deterministic: the cue's key words are all there
(``words``), or the sentence is like one of the cue's example phrases (``likeness``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz

from scenarios.document import Document
from scenarios.model import Cue, Lang, Scenario
from scenarios.words import clauses, normalise

LONGEST = 1000
"""Characters of one utterance that are listened to."""

_ALIKE = {"zh": 78.0, "en": 82.0}
_WITHIN = {"zh": 86.0, "en": 90.0}
_LONG_ENOUGH = {"zh": 7, "en": 16}


@dataclass(frozen=True, slots=True)
class Match:
    """One cue found in an utterance."""

    cue: str
    phrase: str
    """The line of the cue list that matched, as written there."""
    confidence: float
    how: Literal["words", "likeness"]


@dataclass(frozen=True, slots=True)
class _Words:
    written: str
    groups: tuple[tuple[re.Pattern[str], ...], ...]

    def found_in(self, plain: str) -> bool:
        return all(any(word.search(plain) for word in group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class _Ear:
    words: tuple[_Words, ...]
    phrases: tuple[tuple[str, str], ...]
    unless: tuple[_Words, ...]


@dataclass(frozen=True, slots=True)
class Ears:
    """Cues made ready for listening in one language."""

    lang: Lang
    _ears: Mapping[str, _Ear]

    def hear(self, text: str) -> tuple[Match, ...]:
        """Find every cue in an utterance; nothing found is an empty tuple."""
        pieces = clauses(text[:LONGEST], self.lang)
        plain = normalise(text[:LONGEST], self.lang)
        found = (self._listen(name, ear, plain, pieces) for name, ear in self._ears.items())
        return tuple(match for match in found if match) if plain else ()

    def _listen(self, name: str, ear: _Ear, plain: str, pieces: list[str]) -> Match | None:
        if any(words.found_in(plain) for words in ear.unless):
            return None
        for words in ear.words:
            if words.found_in(plain):
                return Match(name, words.written, 1.0, "words")
        written, score = self._likest(ear, plain, pieces)
        return Match(name, written, round(score / 100, 2), "likeness") if score else None

    def _likest(self, ear: _Ear, plain: str, pieces: list[str]) -> tuple[str, float]:
        best = ("", 0.0)
        for written, phrase in ear.phrases:
            score = self._likeness(phrase, plain, pieces)
            if score > best[1]:
                best = (written, score)
        return best

    def _likeness(self, phrase: str, plain: str, pieces: Iterable[str]) -> float:
        whole = max((fuzz.ratio(phrase, piece) for piece in (plain, *pieces)), default=0.0)
        if whole >= _ALIKE[self.lang]:
            return whole
        if _LONG_ENOUGH[self.lang] <= len(phrase) <= len(plain):
            part = fuzz.partial_ratio(phrase, plain)
            return part if part >= _WITHIN[self.lang] else 0.0
        return 0.0


@lru_cache(maxsize=8192)
def _word(written: str, lang: Lang) -> re.Pattern[str]:
    plain = re.escape(normalise(written, lang)).replace(r"\ ", " ").replace(r"\*", r"\w*")
    return re.compile(plain if lang == "zh" else rf"\b{plain}\b")


@lru_cache(maxsize=4096)
def _words(written: str, lang: Lang) -> _Words:
    groups = (
        tuple(_word(word, lang) for word in group.split("|") if normalise(word, lang))
        for group in written.split("&")
    )
    return _Words(written, tuple(groups))


def _fill(written: str, facts: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), written)


def _ear(cue: Cue, lang: Lang, facts: Mapping[str, str]) -> _Ear:
    return _Ear(
        words=tuple(_words(_fill(line, facts), lang) for line in cue.words),
        phrases=tuple((line, normalise(_fill(line, facts), lang)) for line in cue.phrases),
        unless=tuple(_words(_fill(line, facts), lang) for line in cue.unless),
    )


@cache
def common_cues(lang: Lang) -> Mapping[str, Cue]:
    """Read the cues that every scenario of a language understands."""
    return Document(Path(__file__).parent / "cues" / f"{lang}.yaml").fit_cues()


def cues_of(scenario: Scenario) -> dict[str, Cue]:
    """Give the common cues of the scenario's language, extended by its own."""
    cues = dict(common_cues(scenario.lang))
    for name, own in scenario.cues.items():
        common = cues.get(name, Cue())
        cues[name] = Cue(
            means=own.means or common.means,
            words=common.words + own.words,
            phrases=common.phrases + own.phrases,
            unless=common.unless + own.unless,
        )
    return cues


def ears_of(scenario: Scenario, facts: Mapping[str, str]) -> Ears:
    """Make ears for one call: the scenario's cues with this customer's facts filled in."""
    ears = {name: _ear(cue, scenario.lang, facts) for name, cue in cues_of(scenario).items()}
    return Ears(scenario.lang, ears)


def common_ears(lang: Lang) -> Ears:
    """Make ears for the common cues alone."""
    return Ears(lang, {name: _ear(cue, lang, {}) for name, cue in common_cues(lang).items()})
