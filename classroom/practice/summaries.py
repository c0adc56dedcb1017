"""The agents' call summaries: drafts while they are written, then the summary itself.

A draft lies in the store, so that neither a seat's death nor the server's loses it. A desk whose time is
over, or that nobody came back to, hands its draft in as it stands.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from classroom.door import wire
from classroom.errors import Refusal
from classroom.practice.beside import Roll
from classroom.practice.opencall import OpenCall
from classroom.store.calls import WrapupDraft, WrapupRow
from classroom.store.ledger import Ledger

NOTHING = wire.Wrapup(summary="", disposition="")


class Summaries:
    """Keeps what agents write of running calls."""

    def __init__(self, ledger: Ledger, roll: Roll, clock: Callable[[], float]) -> None:
        self._ledger, self._roll, self._clock = ledger, roll, clock

    def draft(self, call: OpenCall, written: wire.Wrapup, by: str) -> None:
        """Keep a summary that is being written; one that comes after the summary is late."""
        if by in call.summed:
            return
        call.drafts[by] = written
        body = written.model_dump()
        self._ledger.keep(WrapupDraft(call_id=call.id, by=by, at=time.time(), body=body))

    def hand_in(self, call: OpenCall, wrapup: wire.Wrapup, by: str) -> str:
        """Keep a summary; returns the desk that is free by it."""
        if not call.answered:
            raise Refusal(409, "not_talking", call=call.id)
        known = call.ordered.scenario.desk.dispositions if call.ordered else {}
        if known and wrapup.disposition and wrapup.disposition not in known:
            raise Refusal(422, "unknown_disposition", disposition=wrapup.disposition)
        now, body = self._clock(), wrapup.model_dump()
        self._ledger.keep(WrapupRow(call_id=call.id, at=time.time(), by=by, body=body))
        desk = self._roll.extension_of(by) or call.row.extension
        for what, value in actions_of(wrapup):
            self._ledger.keep(call.action(now, what, value, desk))
        call.summed.add(by)
        if call.drafts.pop(by, None) is not None:
            self._ledger.drop(WrapupDraft, call.id, by)
        return desk

    def left(self, call: OpenCall, extension: str | None = None) -> None:
        """Hand in, as it stands, what was left at a desk, or at every desk."""
        for by, written in list(call.drafts.items()):
            if extension in (None, self._roll.extension_of(by)):
                known = call.ordered.scenario.desk.dispositions if call.ordered else {}
                if known and written.disposition not in known:
                    written = written.model_copy(update={"disposition": ""})
                self.hand_in(call, written, by)


def actions_of(wrapup: wire.Wrapup) -> Iterator[tuple[str, str]]:
    """What a summary says, as the evidence has it."""
    yield "summary", wrapup.summary
    yield "disposition", wrapup.disposition
    for field, value in wrapup.form.items():
        yield "form_field", f"{field}={value}"
