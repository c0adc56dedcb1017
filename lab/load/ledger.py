"""Where every measurement goes: a request of the report, good or bad."""

from __future__ import annotations

from typing import Protocol


class Ledger(Protocol):
    """Writes one row's entry: the kind (SIP, RTP, RULE, HTTP), its name, milliseconds, the failure."""

    def __call__(
        self, kind: str, name: str, milliseconds: float, failure: str | None = None, /
    ) -> None:
        """Write it."""
        ...
