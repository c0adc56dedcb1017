"""What can be wrong with a script.

ScriptError
├── BrokenScript    a file cannot be used; every problem reads ``file:line: what to do``
└── UnknownScript   no pack holds a script of that name

``str`` is English, for logs; a person is told by ``told``, in either language.
"""

from __future__ import annotations

from dataclasses import dataclass

from scripts_library.model import Lang
from scripts_library.telling import Both


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


class ScriptError(Exception):
    """Anything wrong with a script; the message says what to do."""

    def __init__(self, says: Both) -> None:
        super().__init__(says.en)
        self.says = says

    def told(self, lang: Lang) -> str:
        """Say it in one language."""
        return self.says.told(lang)


class BrokenScript(ScriptError):
    """A script file cannot be used."""

    def __init__(self, problems: tuple[Mistake, ...]) -> None:
        self.problems = problems
        """All of them."""
        super().__init__(Both(problems[0].told("zh"), problems[0].told("en")))


class UnknownScript(ScriptError):
    """No pack holds a script of that name."""
