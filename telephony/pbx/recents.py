"""What a desk dialled, answered and missed last: for its lists, and to dial the last number again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from telephony.pbx.events import BoardEvent, CallStarted, DeskAnswered, DeskMissed
from telephony.pbx.recent_events import Kind, Recent, RecentNoted

KEPT: Final = 30
"""So many a desk."""


@dataclass(slots=True)
class Recents:
    """Every desk's list, the newest first."""

    caller_of: Callable[[str], str]
    """The number that called, by call; empty when withheld."""
    desks: dict[str, deque[Recent]] = field(default_factory=dict)

    def note(self, event: BoardEvent) -> RecentNoted | None:
        """Take one event of the news; most are about something else."""
        match event:
            case CallStarted(call=call, at=at, extension=str(extension), dialled=number):
                return self._keep(extension, Recent(at, "dialled", number, call))
            case DeskAnswered(call=call, at=at, extension=extension):
                return self._keep(extension, Recent(at, "answered", self.caller_of(call), call))
            case DeskMissed(call=call, at=at, extension=extension):
                return self._keep(extension, Recent(at, "missed", self.caller_of(call), call))
            case _:
                return None

    def _keep(self, extension: str, recent: Recent) -> RecentNoted:
        self.desks.setdefault(extension, deque(maxlen=KEPT)).appendleft(recent)
        return RecentNoted(extension, recent)

    def remember(self, lists: Mapping[str, tuple[Recent, ...]]) -> None:
        """Put calls of before a restart below those that there are."""
        for extension, calls in lists.items():
            known = self.desks.get(extension, ())
            self.desks[extension] = deque([*known, *calls][:KEPT], maxlen=KEPT)

    def of(self, extension: str, kind: Kind | None = None) -> list[Recent]:
        """List a desk's last calls, or those of one kind."""
        return [one for one in self.desks.get(extension, ()) if kind in (None, one.kind)]

    def last_number(self, extension: str) -> str:
        """Find the number that the desk dialled last; empty: none. A code for the board is no number."""
        numbers = (one.number for one in self.of(extension, "dialled"))
        return next((number for number in numbers if not number.startswith(("*", "#"))), "")
