"""Who stands beside the witness: the customers' side, which it tells, and the roll, which it asks."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

LineWord: TypeAlias = Literal["queued", "answered", "held", "resumed", "rating"]


class Carrier(Protocol):
    """The customers' side, as far as the witness tells it anything."""

    def line_does(self, order_id: str, what: LineWord, announcement: float = 0.0) -> None:
        """Tell the customer of this order what the line does."""


class Roll(Protocol):
    """Who sits where."""

    def login_of(self, extension: str) -> str:
        """The log-in of the person at this desk, or empty."""

    def name_of(self, extension: str) -> str:
        """That person's name."""

    def extension_of(self, login: str) -> str:
        """The desk of the person with this log-in, or empty."""
