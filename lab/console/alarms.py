"""The list of alarms."""

from __future__ import annotations

from rich.text import Text

from lab.console.state import FloorState
from lab.parts import palette
from lab.parts.cells import wrap
from lab.parts.lines import Lines
from lab.words import Words


class AlarmsPane(Lines):
    """What somebody must look after."""

    DEFAULT_CSS = """
    AlarmsPane { padding: 1 2; background: $background; }
    """

    def __init__(self, words: Words, state: FloorState) -> None:
        super().__init__(id="alarms")
        self.words = words
        self.state = state

    def rows(self, width: int) -> list[Text]:
        """Latest first."""
        if not self.state.alarms:
            return [Text(self.words("console.no_alarms"), style=palette.GREEN)]
        rows = []
        for alarm in reversed(self.state.alarms):
            first, *more = wrap(alarm, width - 2)
            rows.append(Text(f"! {first}", style=palette.ROSE))
            rows += [Text(f"  {line}", style=palette.ROSE) for line in more]
        return rows
