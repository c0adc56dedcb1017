"""What can be wrong with a caller.

ScenarioError
├── BrokenScenario    a file cannot be used; every problem reads ``file:line: what to do``
└── UnknownScenario   no pack holds a scenario of that name

``str`` is English, for logs; a person is told by ``told``, in either language.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.model import Lang
from scenarios.telling import Both


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a file."""

    where: str
    line: int
    says: Both

    def told(self, lang: Lang) -> str:
        """``file:line: what to do``."""
        return f"{self.where}:{self.line}: {self.says.told(lang)}"

    def __str__(self) -> str:
        return self.told("en")


class ScenarioError(Exception):
    """Anything wrong with a caller; the message says what to do."""

    def __init__(self, says: Both) -> None:
        super().__init__(says.en)
        self.says = says

    def told(self, lang: Lang) -> str:
        """Say it in one language."""
        return self.says.told(lang)


class BrokenScenario(ScenarioError):
    """A scenario or cue file cannot be used."""

    def __init__(self, problems: tuple[Mistake, ...]) -> None:
        self.problems = problems
        """All of them."""
        super().__init__(Both(problems[0].told("zh"), problems[0].told("en")))


class UnknownScenario(ScenarioError):
    """No pack holds a scenario of that name."""
