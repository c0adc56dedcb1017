"""The summary that is being written lies at the server, too: a seat that dies loses a second of it."""

from __future__ import annotations

from classroom.door.wire import Wrapup
from lab.errors import Refused, ServerLost
from lab.parts.door import SummaryDoor

NOTHING = Wrapup(summary="", disposition="")


class Draft:
    """Carries what is written to the server, and back to a seat that did not see the call begin."""

    def __init__(self, door: SummaryDoor) -> None:
        self._door = door
        self._call = ""
        self._there: Wrapup | None = None
        """What the server has; none: it is still to be asked."""
        self._refused = self._asking = False

    def begins(self, call_id: str) -> None:
        """The call rings here: nothing was written of it yet."""
        if call_id != self._call:
            self._call, self._there, self._refused = call_id, NOTHING, False

    async def follow(self, call_id: str, written: Wrapup) -> Wrapup | None:
        """Keep what is written; a seat that has just come to this call gets what was, once.

        A server that keeps no drafts, or has closed the call, is asked no more of it.
        """
        if call_id != self._call:
            self._call, self._there, self._refused = call_id, None, False
        if self._refused or self._asking or written == self._there:
            return None
        self._asking = True
        try:
            return await self._carry(call_id, written)
        except ServerLost:
            return None  # a second later it is tried again
        except Refused:
            self._refused = call_id == self._call
            return None
        finally:
            self._asking = False

    async def _carry(self, call_id: str, written: Wrapup) -> Wrapup | None:
        if self._there is None:
            found = await self._door.drafted(call_id)
            if call_id == self._call:
                self._there = found
            return found if found != NOTHING else None
        await self._door.draft(call_id, written)
        if call_id == self._call:
            self._there = written
        return None
