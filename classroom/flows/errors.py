"""What can be wrong with a flow file.

FlowFault
├── BrokenFlow     a file cannot be used; every problem is a ``Mistake``
└── UnknownFlow    there is no flow of that name
"""

from __future__ import annotations

from dataclasses import dataclass

from classroom.door.lang import Lang
from classroom.flows.words import say


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a flow."""

    where: str
    """The file, or the flow's name."""
    line: int
    key: str
    values: tuple[tuple[str, object], ...] = ()
    node: str = ""
    weak: bool = False
    """Callers can live with it."""
    part: str = ""
    """Where ``node`` lies: ``nodes``, ``prompts``, ``variables``."""

    def words(self, lang: Lang) -> str:
        """What to do."""
        return say(self.key, lang, **dict(self.values))

    def told(self, lang: Lang) -> str:
        """``file:line: what to do``."""
        return f"{self.where}:{self.line}: {self.words(lang)}"


class FlowFault(Exception):
    """Anything wrong with flows; the message says what to do."""

    def told(self, lang: Lang) -> str:
        """Say it in one language."""
        return str(self)


class BrokenFlow(FlowFault):
    """A flow file cannot be used."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__(mistakes[0].told("en"))

    def told(self, lang: Lang) -> str:
        """Say the first mistake."""
        return self.mistakes[0].told(lang)


class UnknownFlow(FlowFault):
    """There is no flow of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(say("no_flow_here", "en", name=name))

    def told(self, lang: Lang) -> str:
        """Say it in one language."""
        return say("no_flow_here", lang, name=self.name)
