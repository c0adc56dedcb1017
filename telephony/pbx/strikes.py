"""Whoever guesses passwords is not listened to for a while: wrong answers by address and name."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

TRIES: Final = 10
"""Wrong answers for one name from one address."""
NAMES: Final = 60
"""Wrong answers from one address, whatever the names; a class may sit behind one router."""
WITHIN: Final = 60.0
BAN: Final = 60.0
MOST: Final = 4096
"""So many addresses and names are remembered; the oldest are forgotten."""

_EVERYBODY: Final = ""


@dataclass(slots=True)
class _Count:
    since: float
    wrong: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Strikes:
    """Counts wrong answers; a right one forgives its name at its address."""

    _counts: dict[tuple[str, str], _Count] = field(default_factory=dict)
    _proved: dict[tuple[str, str], None] = field(default_factory=dict)

    def left(self, host: str, user: str, now: float) -> float:
        """Seconds for which this name is not listened to from this address; 0: it is."""
        names = (user,) if (host, user) in self._proved else (user, _EVERYBODY)
        found = (self._counts.get((host, name)) for name in names)
        return max((one.until - now for one in found if one and one.until > now), default=0.0)

    def wrong(self, host: str, user: str, now: float) -> bool:
        """Count a wrong answer; tell whether a ban begins with it."""
        begins = False
        for name, most in ((user, TRIES), (_EVERYBODY, NAMES)):
            count = self._counts.get((host, name))
            if count is None or now - count.since > WITHIN:
                self._counts.pop((host, name), None)
                count = self._counts[host, name] = _Count(now)
            count.wrong += 1
            if count.wrong == most:
                count.until, begins = now + BAN, True
        _trim(self._counts)
        return begins

    def right(self, host: str, user: str) -> None:
        """Forgive a name that is proved, and spare it where its address is banned for others."""
        self._counts.pop((host, user), None)
        self._proved.pop((host, user), None)
        self._proved[host, user] = None
        _trim(self._proved)


def _trim(kept: MutableMapping[tuple[str, str], Any]) -> None:
    while len(kept) > MOST:
        del kept[next(iter(kept))]
