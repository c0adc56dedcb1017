"""What can be wrong with a caller.

ScenarioError
├── BrokenScenario    a file cannot be used; every problem reads ``file:line: what to do``
└── UnknownScenario   no pack holds a scenario of that name
"""

from __future__ import annotations


class ScenarioError(Exception):
    """Anything wrong with a caller; the message says what to do."""


class BrokenScenario(ScenarioError):
    """A scenario or cue file cannot be used."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        """All of them, each ``file:line: what to do``."""
        super().__init__(problems[0])


class UnknownScenario(ScenarioError):
    """No pack holds a scenario of that name."""
