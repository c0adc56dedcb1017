"""What can be wrong with the switchboard's own papers.

PbxError
├── NotNow         what was asked cannot be done as things are
├── FlowError      a flow leads nowhere
└── PlanError      the board's plan contradicts itself
"""

from __future__ import annotations

from telephony.errors import TelephonyError


class PbxError(TelephonyError):
    """Root of this room's errors; the message says what to do."""


class FlowError(PbxError):
    """A flow names a node that does not exist."""


class PlanError(PbxError):
    """The plan names a queue, flow or trunk that does not exist."""


class NotNow(PbxError):
    """What was asked cannot be done as things are; ``code`` names the reason for other languages."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
