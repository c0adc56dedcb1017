"""What can go wrong before a mark is given.

GraderError
└── RubricFault     a rubric that cannot be used; names file, line and what to do
"""

from __future__ import annotations


class GraderError(Exception):
    """Something stands in the way of grading; the message says what to do."""


class RubricFault(GraderError):
    """A rubric cannot be used as it is written."""

    def __init__(self, where: str, line: int, advice: str) -> None:
        super().__init__(f"{where}:{line}: {advice}")
        self.where = where
        self.line = line
        self.advice = advice
