"""What can be wrong with the switchboard's own papers.

PbxError
├── NotNow         what was asked cannot be done as things are
├── FlowError      a flow leads nowhere
└── PlanError      the board's plan contradicts itself
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telephony.errors import TelephonyError

PLAN_FAULTS: Final[Mapping[str, str]] = {
    "number_lost": "number {number}: add the {kind} {name!r} or lead elsewhere",
    "hours_lost": "hours of {number}: add the {kind} {name!r} or lead elsewhere",
    "rule_lost": "outbound rule: add the trunk {trunk!r} or name another",
    "shows_lost": "{whose}: show a number of a trunk instead of {number!r}, or add it to one",
    "flow_queue_lost": "flow {flow}: add the queue {name!r}",
    "flow_flow_lost": "flow {flow}: add the flow {name!r}",
    "strategy_unknown": "queue {queue}: choose a strategy of {known}",
    "way_lost": "queue {queue}: add the {kind} {name!r} or lead elsewhere",
    "queues_circle": "queues {path} overflow in a circle; let one of them lead elsewhere",
    "way_unnamed": "a way out by {kind}: say to which one",
    "stay_if_free": "queue {queue}: busy desks are no reason to leave; let stay_if be ready",
    "levels_wrong": "queue {queue}: let the levels begin at 0 s and high, and sink",
    "follow_too_many": "follow-me: name at most {most} telephones",
    "mobile_unreadable": "mobile seat {extension}: {number!r} is no telephone number; write it whole",
    "mobile_ours": "mobile seat {extension}: {number} is the house's own; give the agent's own number",
    "mobile_public": "mobile seat {extension}: {number} is for emergencies, services, toll-free, premium or "
    "abroad; give the agent's own number within the country",
    "ringing_wrong": "forwarding: let it ring between 1 and 180 seconds",
}
"""Everything that can be wrong with a plan; rooms above say it in other languages by its name."""


class PbxError(TelephonyError):
    """Root of this room's errors; the message says what to do."""


class FlowError(PbxError):
    """A flow names a node that does not exist."""


class PlanError(PbxError):
    """The plan contradicts itself; ``code`` and ``values`` say how, see ``PLAN_FAULTS``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(PLAN_FAULTS[code].format(**values))
        self.code, self.values = code, values


class NotNow(PbxError):
    """What was asked cannot be done as things are; ``code`` names the reason for other languages."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
