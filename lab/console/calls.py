"""The list of calls."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Vertical

from classroom.door.wire import CallSummary
from lab.console.state import FloorState
from lab.parts import palette
from lab.parts.cells import clock, points
from lab.parts.table import Cell, Column, Row, Table
from lab.words import Words

COLUMNS = (
    Column("time", 5),
    Column("agent", 12),
    Column("caller", 11),
    Column("scenario", 0),
    Column("state", 9),
    Column("talk", 6, right=True),
    Column("score", 5, right=True),
    Column("verdict", 7, right=True),
)
STATES = {
    "talking": palette.GREEN,
    "ringing": palette.AMBER,
    "queued": palette.AMBER,
    "broken_off": palette.ROSE,
    "abandoned": palette.ROSE,
}


class CallsPane(Vertical):
    """Every call, latest first; Enter opens one."""

    DEFAULT_CSS = """
    CallsPane { height: 1fr; }
    """

    def __init__(self, words: Words, state: FloorState) -> None:
        super().__init__(id="calls")
        self.words = words
        self.state = state

    def compose(self) -> ComposeResult:
        """One table."""
        yield Table(self.words, COLUMNS, id="calls-table")

    def show(self) -> None:
        """Draw the calls as they are."""
        rows = [self._row(call) for call in self.state.latest]
        self.query_one(Table).show(rows, self.words("console.no_calls"))

    def _row(self, call: CallSummary) -> Row:
        say = self.words
        score = "" if call.score is None else points(call.score)
        cells = (
            Cell(time.strftime("%H:%M", time.localtime(call.started)), palette.MIST),
            Cell(f"{call.agent} {call.agent_name}".strip()),
            Cell(call.caller or say("card.withheld")),
            Cell(
                self.state.title_of(call.scenario),
                palette.RED if call.line == "live" else palette.SNOW,
            ),
            Cell(*self._state(call)),
            Cell(clock(call.talk_seconds) if call.talk_seconds else ""),
            Cell(score, _colour(call)),
            Cell("" if call.verdict is None else points(call.verdict), palette.BLUE),
        )
        return Row(call.call_id, cells)

    def _state(self, call: CallSummary) -> tuple[str, str]:
        """Where the call is; marks that wait for a person say so until that person has spoken."""
        if _pending(call):
            return self.words("state.waits"), palette.AMBER
        return self.words(f"state.{call.state}"), STATES.get(call.state, palette.MIST)


def _pending(call: CallSummary) -> bool:
    return call.waits and call.verdict is None and call.state == "graded"


def _colour(call: CallSummary) -> str:
    """The score's colour, as on the scorecard: what waits is neither passed nor failed."""
    if call.waits:
        return palette.AMBER if call.verdict is None else palette.BLUE
    return palette.GREEN if call.passed else palette.ROSE
