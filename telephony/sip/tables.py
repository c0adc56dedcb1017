"""The four transaction machines (RFC 3261 §17, RFC 6026) and the machine of a leg.

Everything that changes the state of a transaction or a leg stands in this file. One event is ours:
ABANDONED ends a transaction whose user or far end never came back, so that none stays for ever.
"""

from __future__ import annotations

import enum
from typing import Any

from telephony.machine import Machine, Word


class State(Word):
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


class Event(Word):
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


class LegState(Word):
    """Where a leg stands."""

    CALLING = enum.auto()
    """Our INVITE went out, nothing came back."""
    RINGING = enum.auto()
    """The far end works on our INVITE."""
    OFFERED = enum.auto()
    """An INVITE came in, our final answer is to come."""
    ANSWERED = enum.auto()
    """A 2xx went over the wire, its ACK did not yet."""
    TALKING = enum.auto()
    CANCELLING = enum.auto()
    """We hung up before the far end answered."""
    ENDING = enum.auto()
    """Our BYE is under way or waits for the ACK."""
    OVER = enum.auto()


class LegEvent(Word):
    """What happens to a leg."""

    PROGRESS = enum.auto()
    ANSWER = enum.auto()
    CONFIRM = enum.auto()
    REFUSE = enum.auto()
    HANG_UP = enum.auto()
    """By us."""
    FAR_HANG_UP = enum.auto()
    """By the far end: BYE or CANCEL."""
    GONE = enum.auto()
    """The far end is not there any more; no BYE would reach it."""
    DONE = enum.auto()
    """Our BYE was answered or given up."""


_L, _H = LegState, LegEvent

LEG: Machine[LegState, LegEvent] = Machine(
    "leg",
    _L.CALLING,
    {
        (_L.CALLING, _H.PROGRESS): _L.RINGING,
        (_L.CALLING, _H.ANSWER): _L.ANSWERED,
        (_L.CALLING, _H.REFUSE): _L.OVER,
        (_L.CALLING, _H.HANG_UP): _L.CANCELLING,
        (_L.RINGING, _H.PROGRESS): _L.RINGING,
        (_L.RINGING, _H.ANSWER): _L.ANSWERED,
        (_L.RINGING, _H.REFUSE): _L.OVER,
        (_L.RINGING, _H.HANG_UP): _L.CANCELLING,
        (_L.CANCELLING, _H.PROGRESS): _L.CANCELLING,
        (_L.CANCELLING, _H.ANSWER): _L.ENDING,
        (_L.CANCELLING, _H.REFUSE): _L.OVER,
        (_L.OFFERED, _H.PROGRESS): _L.OFFERED,
        (_L.OFFERED, _H.ANSWER): _L.ANSWERED,
        (_L.OFFERED, _H.REFUSE): _L.OVER,
        (_L.OFFERED, _H.FAR_HANG_UP): _L.OVER,
        (_L.ANSWERED, _H.CONFIRM): _L.TALKING,
        (_L.ANSWERED, _H.HANG_UP): _L.ENDING,
        (_L.ANSWERED, _H.FAR_HANG_UP): _L.OVER,
        (_L.ANSWERED, _H.GONE): _L.OVER,
        (_L.TALKING, _H.HANG_UP): _L.ENDING,
        (_L.TALKING, _H.FAR_HANG_UP): _L.OVER,
        (_L.TALKING, _H.GONE): _L.OVER,
        (_L.ENDING, _H.FAR_HANG_UP): _L.OVER,
        (_L.ENDING, _H.DONE): _L.OVER,
    },
)

MACHINES: tuple[Machine[Any, Any], ...] = (INVITE_CLIENT, CLIENT, INVITE_SERVER, SERVER, LEG)


def diagrams(machines: tuple[Machine[Any, Any], ...] = MACHINES) -> str:
    """Draw every machine, as the room's README shows them."""
    drawn = (f"**{m.name}**\n\n```mermaid\n{m.mermaid()}\n```\n" for m in machines)
    return "\n".join(drawn)
