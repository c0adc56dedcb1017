"""What a good call of this scenario holds: the measure that evidence is laid against.

A plain record, so that the grader needs no scenario or script to be tested; ``standard_of`` makes
it from the models that people write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Words = tuple[tuple[str, ...], ...]
"""Groups of words: of each group one is enough, every group is wanted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the script, the customer's facts filled in."""

    id: str
    """``script/step``, as ``Utterance.line`` names it."""
    title: str
    text: str
    paraphrases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """``a|b & c``: (a or b) and c; one such line covers the step."""
    verbatim: bool = False
    """Law or contract wants exactly these words; then reading aloud is right."""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Promise:
    """Something said that must also be done on screen."""

    title: str
    cue: str = ""
    """The cue that counts as the promise; see ``Standard.cues_in``."""
    said: Words = ()
    """Words that count as the promise. Without cue and words it is due whether promised or not."""
    actions: tuple[tuple[str, str], ...] = ()
    """(what, value) of desk actions, one of which keeps it; an empty value matches any."""


@dataclass(frozen=True, slots=True)
class Taboo:
    """Words that must not be said, and what to say instead."""

    never: str
    """``a|b & c``: (a or b) and c."""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that must (or must never) be said or done with this caller."""

    title: str
    said: str = ""
    """The cue that says it."""
    did: str = ""
    value: str = ""
    within: float | None = None
    """Seconds since answer."""
    before: str = ""
    """A cue or desk action that must not come first."""
    never: bool = False


def _no_cues(text: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Standard:
    """The measure of one scenario; empty fields mean that the scenario does not say."""

    scenario: str = ""
    company: tuple[str, ...] = ()
    verification: bool = False
    """The caller's identity must be verified."""
    protected: tuple[str, ...] = ()
    """Facts that may only be told after verification, filled in."""
    discloses: str = ""
    """The cue that tells the customer's data, as ``protected`` does."""
    asks: Words = ()
    """What may be asked for besides the usual proofs."""
    verifies: str = ""
    """The cue that asks for a proof."""
    restates: str = ""
    """The cue that gives the problem back."""
    recaps: str = ""
    """The cue that repeats what was agreed."""
    problem: Words = ()
    complaint: bool = False
    """The caller has been wronged or believes so: an apology or sympathy is due."""
    steps: tuple[Step, ...] = ()
    forbidden: tuple[Taboo, ...] = ()
    promises: tuple[Promise, ...] = ()
    recap: Words = ()
    dispositions: tuple[str, ...] = ()
    form: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field → accepted values; an empty tuple accepts anything filled in."""
    outcomes: Mapping[str, float] = field(default_factory=dict)
    """How the customer may leave → share of the points, 0 to 1."""
    walked_out: tuple[str, ...] = ()
    """Outcomes in which the customer hung up before the agent could close."""
    target_seconds: float = 0.0
    duties: tuple[Duty, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """What form fields and dispositions are called on the screen."""
    cues_in: Callable[[str], frozenset[str]] = _no_cues
    """Which cues of the scenario an utterance gives; pure."""
