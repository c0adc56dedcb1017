"""Which seat holds each log-in: whoever signs in last, unless the seat before is in a call."""

from __future__ import annotations

from typing import Protocol

from classroom.errors import Refusal


class Ear(Protocol):
    """One who listens at a seat."""

    def end(self) -> None:
        """Listen no more."""


class Sitting:
    """One seat a log-in; a seat is known by its token."""

    def __init__(self) -> None:
        self._seats: dict[str, str] = {}
        """Log-in → token."""
        self._replaced: set[str] = set()
        self._ears: dict[str, set[Ear]] = {}

    def sit(self, login: str, token: str, *, again: bool, busy: bool) -> bool:
        """Sit down; tell whether another seat had to go.

        A seat that is in a call (``busy``) is left in peace; one that comes back (``again``) does not
        displace who came meanwhile.
        """
        before = self._seats.get(login, token)
        if before != token and again:
            raise Refusal(409, "seat_taken")
        if before != token and busy and self._ears.get(before):
            raise Refusal(409, "seat_in_call")
        self._seats[login] = token
        if before == token:
            return False
        self._replaced.add(before)
        for ear in self._ears.pop(before, ()):
            ear.end()
        return True

    def check(self, token: str) -> None:
        """Refuse a seat that another one has replaced."""
        if token in self._replaced:
            raise Refusal(409, "seat_taken")

    def replaced(self, token: str) -> bool:
        """Say whether another seat has replaced this one."""
        return token in self._replaced

    def listens(self, token: str, ear: Ear) -> None:
        """Somebody listens at this seat."""
        self._ears.setdefault(token, set()).add(ear)

    def leaves(self, token: str, ear: Ear) -> None:
        """That one listens no more."""
        ears = self._ears.get(token, set())
        ears.discard(ear)
        if not ears:
            self._ears.pop(token, None)
