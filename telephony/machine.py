"""A machine is a table ``(state, event) -> state``; what is not listed does not happen."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from telephony.errors import UnlistedStep


class Word(enum.Enum):
    """A state or an event; hashed by its identity, which is quicker than by its name."""

    __hash__ = object.__hash__


S = TypeVar("S", bound=enum.Enum)
E = TypeVar("E", bound=enum.Enum)


class Machine(Generic[S, E]):
    """One table with a name, a first state and a drawing."""

    __slots__ = ("first", "name", "steps")

    def __init__(self, name: str, first: S, steps: Mapping[tuple[S, E], S]) -> None:
        self.name = name
        self.first = first
        self.steps = dict(steps)

    def step(self, state: S, event: E) -> S:
        """Return the next state; an unlisted pair raises UnlistedStep."""
        try:
            return self.steps[state, event]
        except KeyError:
            raise UnlistedStep(self.name, state.name, event.name) from None

    def after(self, state: S, event: E) -> S | None:
        """Return the next state, or None for an unlisted pair."""
        return self.steps.get((state, event))

    def allows(self, state: S, event: E) -> bool:
        """Say whether the table lists this pair."""
        return (state, event) in self.steps

    def mermaid(self) -> str:
        """Draw the table as a Mermaid state diagram."""
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.first.name}", *self._arrows()])

    def _arrows(self) -> Iterator[str]:
        arrows: dict[tuple[S, S], list[str]] = {}
        for (state, event), after in self.steps.items():
            arrows.setdefault((state, after), []).append(event.name)
        for (state, after), events in arrows.items():
            yield f"    {state.name} --> {after.name}: {', '.join(events)}"
        leaving = {state for state, _ in self.steps}
        for last in dict.fromkeys(after for after in self.steps.values() if after not in leaving):
            yield f"    {last.name} --> [*]"
