"""Whose part of a call is whose: each agent talks from one moment to another, and is marked for that."""

from __future__ import annotations

from collections.abc import Callable

from classroom.practice.opencall import OpenCall
from classroom.store.calls import CallPart
from classroom.store.ledger import Ledger
from telephony.pbx import call_events as play
from telephony.pbx import events as news
from telephony.pbx.callback_events import CallbackBooked
from telephony.pbx.trunk_events import OutsideAnswered, OutsideDialled


class Parts:
    """Writes down who had a call from when to when, and which way it went."""

    def __init__(self, ledger: Ledger, login_of: Callable[[str], str]) -> None:
        self._ledger, self._login_of = ledger, login_of

    def board(self, call: OpenCall, event: news.BoardEvent) -> bool:
        """Take an event of the board; True where the call's row is another by it."""
        match event:
            case news.DeskAnswered(at=at, extension=extension):
                self._begins(call, extension, at)
            case OutsideDialled(desk="") if call.dialler and not call.answered:
                self._goes_out(call)
            case OutsideDialled(desk="") if call.kept and not call.answered:
                call.row.direction = "out"
            case CallbackBooked() | news.QueueLeft(to="callback"):
                call.kept = True
            case OutsideAnswered(at=at):
                self._reached(call, event)
            case play.Transferred(at=at) | news.TalkEnded(at=at):
                self._ends(call, at)
            case news.CallEnded(at=at, why=why):
                call.row.result = why
                self._ends(call, at)
        return isinstance(event, OutsideDialled | OutsideAnswered)

    def _goes_out(self, call: OpenCall) -> None:
        """A desk calls somebody outside: it is that agent's call from the first ring on."""
        row = call.row
        row.direction, row.extension = "out", call.dialler
        row.agent = self._login_of(call.dialler)

    def _reached(self, call: OpenCall, event: OutsideAnswered) -> None:
        """A number outside answered; a call that was sent on keeps the zero it has."""
        row, desk = call.row, event.extension or ""
        self._ledger.keep(call.line(event.at, "answered", event.number))
        if not call.answered:
            row.state, row.answered_clock = "talking", event.at
            row.ring_seconds, row.codec = round(event.rang, 3), event.codec
        if desk:
            row.extension, row.agent = desk, self._login_of(desk)
            self._begins(call, desk, event.at)

    def _begins(self, call: OpenCall, extension: str, at: float) -> None:
        self._ends(call, at)
        part = CallPart(
            call_id=call.id, no=len(call.parts), extension=extension,
            agent=self._login_of(extension), began_clock=at, facts=dict(call.facts),
        )  # fmt: skip
        call.parts.append(part)
        self._ledger.keep(part)

    def _ends(self, call: OpenCall, at: float) -> None:
        if call.parts and call.parts[-1].ended_clock is None:
            call.parts[-1].ended_clock = at
            self._ledger.keep(call.parts[-1])
