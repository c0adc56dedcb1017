"""The four transaction machines (RFC 3261 §17) with the Accepted states of RFC 6026.

Everything that changes a transaction's state stands in this file. Two events are ours: ABANDONED
ends a transaction whose user or far end never came back, so that none can stay for ever.
"""

from __future__ import annotations

import enum
from typing import Any

from telephony.machine import Machine


class State(enum.Enum):
    """Where a transaction stands; each machine uses some of these."""

    CALLING = enum.auto()
    """INVITE sent, nothing heard."""
    TRYING = enum.auto()
    """Another request sent or received, nothing answered."""
    PROCEEDING = enum.auto()
    """A provisional response went over the wire, or an INVITE waits for its user."""
    COMPLETED = enum.auto()
    """A final response went over the wire; repeats are absorbed or answered."""
    CONFIRMED = enum.auto()
    """The ACK to our refusal came."""
    ACCEPTED = enum.auto()
    """A 2xx to INVITE went over the wire (RFC 6026)."""
    TERMINATED = enum.auto()
    """Gone."""


class Event(enum.Enum):
    """What happens to a transaction."""

    REQUEST = enum.auto()
    """The network repeated the request."""
    ACK = enum.auto()
    PROVISIONAL = enum.auto()
    """1xx, received by a client or sent by a server; so the next two."""
    SUCCESS = enum.auto()
    FAILURE = enum.auto()
    REPEAT = enum.auto()
    """Timer A, E or G: send again."""
    TIMEOUT = enum.auto()
    """Timer B, F or H: nobody answered."""
    LINGERED = enum.auto()
    """Timer D, I, J, K, L or M: no repeat can come any more."""
    BROKEN = enum.auto()
    """The transport failed."""
    ABANDONED = enum.auto()


_S, _E = State, Event

INVITE_CLIENT: Machine[State, Event] = Machine(
    "INVITE client",
    _S.CALLING,
    {
        (_S.CALLING, _E.REPEAT): _S.CALLING,
        (_S.CALLING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.CALLING, _E.SUCCESS): _S.ACCEPTED,
        (_S.CALLING, _E.FAILURE): _S.COMPLETED,
        (_S.CALLING, _E.TIMEOUT): _S.TERMINATED,
        (_S.CALLING, _E.BROKEN): _S.TERMINATED,
        (_S.PROCEEDING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.PROCEEDING, _E.SUCCESS): _S.ACCEPTED,
        (_S.PROCEEDING, _E.FAILURE): _S.COMPLETED,
        (_S.PROCEEDING, _E.BROKEN): _S.TERMINATED,
        (_S.PROCEEDING, _E.ABANDONED): _S.TERMINATED,
        (_S.COMPLETED, _E.FAILURE): _S.COMPLETED,
        (_S.COMPLETED, _E.LINGERED): _S.TERMINATED,
        (_S.COMPLETED, _E.BROKEN): _S.TERMINATED,
        (_S.ACCEPTED, _E.SUCCESS): _S.ACCEPTED,
        (_S.ACCEPTED, _E.LINGERED): _S.TERMINATED,
    },
)

CLIENT: Machine[State, Event] = Machine(
    "non-INVITE client",
    _S.TRYING,
    {
        (_S.TRYING, _E.REPEAT): _S.TRYING,
        (_S.TRYING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.TRYING, _E.SUCCESS): _S.COMPLETED,
        (_S.TRYING, _E.FAILURE): _S.COMPLETED,
        (_S.TRYING, _E.TIMEOUT): _S.TERMINATED,
        (_S.TRYING, _E.BROKEN): _S.TERMINATED,
        (_S.PROCEEDING, _E.REPEAT): _S.PROCEEDING,
        (_S.PROCEEDING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.PROCEEDING, _E.SUCCESS): _S.COMPLETED,
        (_S.PROCEEDING, _E.FAILURE): _S.COMPLETED,
        (_S.PROCEEDING, _E.TIMEOUT): _S.TERMINATED,
        (_S.PROCEEDING, _E.BROKEN): _S.TERMINATED,
        (_S.COMPLETED, _E.LINGERED): _S.TERMINATED,
    },
)

INVITE_SERVER: Machine[State, Event] = Machine(
    "INVITE server",
    _S.PROCEEDING,
    {
        (_S.PROCEEDING, _E.REQUEST): _S.PROCEEDING,
        (_S.PROCEEDING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.PROCEEDING, _E.SUCCESS): _S.ACCEPTED,
        (_S.PROCEEDING, _E.FAILURE): _S.COMPLETED,
        (_S.PROCEEDING, _E.BROKEN): _S.TERMINATED,
        (_S.COMPLETED, _E.REQUEST): _S.COMPLETED,
        (_S.COMPLETED, _E.REPEAT): _S.COMPLETED,
        (_S.COMPLETED, _E.ACK): _S.CONFIRMED,
        (_S.COMPLETED, _E.TIMEOUT): _S.TERMINATED,
        (_S.COMPLETED, _E.BROKEN): _S.TERMINATED,
        (_S.CONFIRMED, _E.ACK): _S.CONFIRMED,
        (_S.CONFIRMED, _E.LINGERED): _S.TERMINATED,
        (_S.ACCEPTED, _E.REQUEST): _S.ACCEPTED,
        (_S.ACCEPTED, _E.ACK): _S.ACCEPTED,
        (_S.ACCEPTED, _E.SUCCESS): _S.ACCEPTED,
        (_S.ACCEPTED, _E.LINGERED): _S.TERMINATED,
    },
)

SERVER: Machine[State, Event] = Machine(
    "non-INVITE server",
    _S.TRYING,
    {
        (_S.TRYING, _E.REQUEST): _S.TRYING,
        (_S.TRYING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.TRYING, _E.SUCCESS): _S.COMPLETED,
        (_S.TRYING, _E.FAILURE): _S.COMPLETED,
        (_S.TRYING, _E.BROKEN): _S.TERMINATED,
        (_S.TRYING, _E.ABANDONED): _S.TERMINATED,
        (_S.PROCEEDING, _E.REQUEST): _S.PROCEEDING,
        (_S.PROCEEDING, _E.PROVISIONAL): _S.PROCEEDING,
        (_S.PROCEEDING, _E.SUCCESS): _S.COMPLETED,
        (_S.PROCEEDING, _E.FAILURE): _S.COMPLETED,
        (_S.PROCEEDING, _E.BROKEN): _S.TERMINATED,
        (_S.PROCEEDING, _E.ABANDONED): _S.TERMINATED,
        (_S.COMPLETED, _E.REQUEST): _S.COMPLETED,
        (_S.COMPLETED, _E.LINGERED): _S.TERMINATED,
        (_S.COMPLETED, _E.BROKEN): _S.TERMINATED,
    },
)

MACHINES: tuple[Machine[State, Event], ...] = (INVITE_CLIENT, CLIENT, INVITE_SERVER, SERVER)


def diagrams(machines: tuple[Machine[Any, Any], ...] = MACHINES) -> str:
    """Draw every machine, as the room's README shows them."""
    drawn = (f"**{m.name}**\n\n```mermaid\n{m.mermaid()}\n```\n" for m in machines)
    return "\n".join(drawn)
