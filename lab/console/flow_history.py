"""What was done to a draft, step by step, so that it can be undone and done again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from classroom.door.flow_wire import FlowPage
from lab.words import Words

MOST: Final = 100
"""Steps; a flow of ten thousand nodes takes some megabytes each."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done: ``changed`` ``added`` ``removed`` ``variables`` ``prompts`` ``theirs``, and to what."""

    did: str
    name: str = ""

    def told(self, words: Words) -> str:
        """Say it in a few words."""
        return words(f"flow.did_{self.did}", name=self.name)


@dataclass(frozen=True, slots=True)
class Step:
    """A deed, and the draft on its other side."""

    deed: Deed
    page: FlowPage


class History:
    """The drafts that came before the present one, and those that were undone."""

    def __init__(self) -> None:
        self._before: deque[Step] = deque(maxlen=MOST)
        self._after: deque[Step] = deque(maxlen=MOST)

    def note(self, deed: Deed, before: FlowPage) -> None:
        """Something was done; what was undone earlier is gone."""
        self._before.append(Step(deed, before))
        self._after.clear()

    def undo(self, present: FlowPage) -> Step | None:
        """Give the draft before the last deed; None: there is none."""
        return _turn(self._before, self._after, present)

    def redo(self, present: FlowPage) -> Step | None:
        """Give the draft after the deed undone last; None: there is none."""
        return _turn(self._after, self._before, present)


def _turn(source: deque[Step], target: deque[Step], present: FlowPage) -> Step | None:
    if not source:
        return None
    step = source.pop()
    target.append(Step(step.deed, present))
    return step
