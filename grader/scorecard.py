"""The marks of one call: findings with points, reasons and the seconds they point to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from grader.text import Lang


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both of the school's languages."""

    zh: str
    en: str

    def told(self, lang: Lang) -> str:
        """The text in one language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a criterion says of a call, before weights."""

    share: float
    """Of the criterion's points, 0 to 1."""
    because: Both
    at: tuple[float, ...] = ()
    fatal: bool = False
    """A fatal item happened, were the rubric to count it so."""
    suspected: bool = False
    """A fatal item was heard with low confidence."""
    applicable: bool = True


def not_applicable(zh: str, en: str, at: tuple[float, ...] = ()) -> Judgement:
    """The criterion has nothing to judge here; its weight goes to the others."""
    return Judgement(0.0, Both(zh, en), at, applicable=False)


class FindingJson(TypedDict):
    """A finding as it crosses a process."""

    criterion: str
    title: str
    points: float
    out_of: float
    because: str
    at: list[float]
    fatal: bool
    suspected: bool
    applicable: bool


class ScorecardJson(TypedDict):
    """A scorecard as it crosses a process; ``classroom.door.wire.Scorecard`` reads it."""

    rubric: str
    version: str
    score: float
    out_of: float
    passed: bool
    fatal: list[str]
    suspected: list[str]
    waits: bool
    notes: list[str]
    findings: list[FindingJson]


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion's mark; the points of all add up to the score before fatal items."""

    criterion: str
    title: str
    points: float
    out_of: float
    because: str
    at: tuple[float, ...] = ()
    fatal: bool = False
    suspected: bool = False
    applicable: bool = True


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The automatic marks of one call, out of 100."""

    rubric: str
    version: str
    score: float
    passed: bool
    findings: tuple[Finding, ...]
    fatal: tuple[str, ...] = ()
    """Criteria that zeroed the score."""
    suspected: tuple[str, ...] = ()
    """Fatal items heard with low confidence."""
    waits: bool = False
    """A person must listen before this score counts; until then it is not passed."""
    notes: tuple[str, ...] = ()
    """What the reader must know of the whole: nothing to judge, words not heard clearly."""
    out_of: float = 100.0

    def as_json(self) -> ScorecardJson:
        """Plain values with the field names of ``classroom.door.wire.Scorecard``."""
        return {
            "rubric": self.rubric,
            "version": self.version,
            "score": self.score,
            "out_of": self.out_of,
            "passed": self.passed,
            "fatal": list(self.fatal),
            "suspected": list(self.suspected),
            "waits": self.waits,
            "notes": list(self.notes),
            "findings": [_finding_json(f) for f in self.findings],
        }


def _finding_json(finding: Finding) -> FindingJson:
    return {
        "criterion": finding.criterion,
        "title": finding.title,
        "points": finding.points,
        "out_of": finding.out_of,
        "because": finding.because,
        "at": list(finding.at),
        "fatal": finding.fatal,
        "suspected": finding.suspected,
        "applicable": finding.applicable,
    }
