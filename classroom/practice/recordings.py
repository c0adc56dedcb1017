"""The recordings of running calls: where each lies, whether it is whole, when it is closed."""

from __future__ import annotations

from collections.abc import Callable

from classroom.practice.opencall import OpenCall
from classroom.practice.tape import BY_ORDER
from classroom.store.calls import Recording, RecordingPiece
from classroom.store.ledger import Ledger
from telephony.pbx import events as news

Recorded = news.RecordingBegan | news.RecordingClosed | news.RecordingBroken


class Recordings:
    """Keeps the row of every recording that is being written."""

    def __init__(
        self, ledger: Ledger, place: Callable[[str], str | None], relative: Callable[[str], str]
    ) -> None:
        self._ledger, self._place, self._relative = ledger, place, relative
        self._rows: dict[str, Recording] = {}
        self._begun: dict[str, list[float]] = {}
        """When each recording began that is not closed yet: one may begin before the last is."""
        self._pieces: dict[str, list[RecordingPiece]] = {}

    def board(self, call: OpenCall, event: Recorded) -> None:
        """Take what the board says of a call's recording."""
        row = self._rows.setdefault(call.id, Recording(call_id=call.id, path=""))
        if isinstance(event, news.RecordingBegan):
            call.recorded = False
            self._begun.setdefault(call.id, []).append(event.at)
            row.began_clock, row.mark = event.at, "open"
            self._begins(call, event.at)
        else:
            begun = self._begun.get(call.id, [])
            began = begun.pop(0) if begun else None
            call.recorded = not begun
            row.path, row.seconds, row.mark = self._relative(event.path), event.seconds, ""
            if began is not None:
                call.tapes.append((began, row.path))
        if isinstance(event, news.RecordingBroken):
            row.mark = "disk_full"
        row.path = row.path or self._relative(self._place(call.id) or "")
        self._ledger.keep(row)

    def _begins(self, call: OpenCall, at: float) -> None:
        """Keep where each piece of a talk recorded by order lies, so that a kill loses none of them."""
        pieces = self._pieces.setdefault(call.id, [])
        no = len(pieces) + 1
        path = self._place(f"{call.id}-{no}" if pieces else call.id) or ""
        pieces.append(
            RecordingPiece(call_id=call.id, no=no, path=self._relative(path), began_clock=at)
        )
        zero = call.row.answered_clock
        if len(pieces) > 1 or (zero is not None and at - zero >= BY_ORDER):
            for piece in pieces:
                self._ledger.keep(piece)

    def forget(self, call: str) -> None:
        """The call is over."""
        for kept in (self._rows, self._begun, self._pieces):
            kept.pop(call, None)
