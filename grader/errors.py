"""What can go wrong before a mark is given.

GraderError
└── RubricFault     a rubric that cannot be used; names file, line and what to do

``str`` is English, for logs; a person is told by ``told``, in either language.
"""

from __future__ import annotations

from grader.scorecard import Both
from grader.text import Lang


class GraderError(Exception):
    """Something stands in the way of grading; the message says what to do."""

    def __init__(self, says: Both) -> None:
        super().__init__(says.en)
        self.says = says

    def told(self, lang: Lang) -> str:
        """Say it in one language."""
        return self.says.told(lang)


class RubricFault(GraderError):
    """A rubric cannot be used as it is written."""

    def __init__(self, where: str, line: int, advice: Both) -> None:
        super().__init__(
            Both(f"{where}:{line}: {advice.zh}", f"{where}:{line}: {advice.en}"),
        )
        self.where = where
        self.line = line
        self.advice = advice
