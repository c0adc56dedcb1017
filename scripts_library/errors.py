"""What can be wrong with a script.

ScriptError
├── BrokenScript    a file cannot be used; every problem reads ``file:line: what to do``
└── UnknownScript   no pack holds a script of that name
"""

from __future__ import annotations


class ScriptError(Exception):
    """Anything wrong with a script; the message says what to do."""


class BrokenScript(ScriptError):
    """A script file cannot be used."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        """All of them, each ``file:line: what to do``."""
        super().__init__(problems[0])


class UnknownScript(ScriptError):
    """No pack holds a script of that name."""
