"""Where a dialled number leads, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from telephony.pbx.ivr import Flow, HangUp, Play, Survey, ToQueue
from telephony.pbx.numbering import Kind, Number
from telephony.pbx.plan import BoardPlan, RatingPlan, Route
from telephony.pbx.trunk import Source


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Answer and follow a flow."""

    flow: Flow


@dataclass(frozen=True, slots=True)
class RingDesk:
    """Ring one extension."""

    extension: str
    on_duty: bool = False
    """It has duty for a number whose hours are over."""


@dataclass(frozen=True, slots=True)
class CallOut:
    """Call a number outside by a trunk."""

    number: Number


@dataclass(frozen=True, slots=True)
class ToBox:
    """Leave a message in a mailbox."""

    box: str


@dataclass(frozen=True, slots=True)
class OwnBox:
    """Listen to the messages of the desk that dialled."""


@dataclass(frozen=True, slots=True)
class CallIn:
    """Let an agent outside report by keys (TEL-28)."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Say no with a SIP status."""

    status: int


Destination: TypeAlias = EnterFlow | RingDesk | CallOut | ToBox | OwnBox | CallIn | Refuse


MESSAGES: Final = "*97"
"""Dialled at a desk to hear its messages."""


def route(
    plan: BoardPlan, number: str, source: Source, moment: datetime | None = None
) -> Destination:
    """Find where this number leads; only seats may dial extensions and emergency numbers."""
    if number in plan.numbers:
        return own(plan, number, moment)
    if source.trunk is not None:
        return Refuse(404)
    if number in plan.trials:
        return EnterFlow(plan.flows[plan.trials[number]])
    if number in plan.desks:
        return RingDesk(number)
    if number == MESSAGES and source.extension:
        return OwnBox()
    if number in plan.emergency:
        return training()
    return outside(plan, number, moment)


def own(plan: BoardPlan, number: str, moment: datetime | None) -> Destination:
    """Go where a number of ours leads at this local time: out of hours, to whoever has duty."""
    route = closed(plan, number, moment)
    if route is None:
        return lead(plan, *plan.numbers[number])
    kind, name = route
    return RingDesk(name, on_duty=True) if kind == "extension" else lead(plan, kind, name)


def closed(plan: BoardPlan, number: str, moment: datetime | None) -> Route | None:
    """Say where a number leads whose hours are over, or whose holiday it is; None: it is open."""
    opening = plan.openings.get(number) or plan.openings.get("*")
    return opening.closed if opening and moment and not opening.hours.open_at(moment) else None


def lead(plan: BoardPlan, kind: str, name: str) -> Destination:
    """Go where a number of ours leads."""
    if kind == "flow":
        return EnterFlow(plan.flows[name])
    if kind == "voicemail":
        return ToBox(name)
    if kind == "mobile":
        return CallIn()
    return EnterFlow(queue_flow(name)) if kind == "queue" else RingDesk(name)


def outside(plan: BoardPlan, dialled: str, moment: datetime | None = None) -> Destination:
    """Find where a number leads that is none of the house's own extensions."""
    number = plan.place.dialled(dialled)
    if number is None:
        return Refuse(404)
    if number.kind is Kind.EMERGENCY:
        return training()
    return ours(plan, dialled, moment) or CallOut(number)


def ours(plan: BoardPlan, dialled: str, moment: datetime | None = None) -> Destination | None:
    """Find where a number of ours leads, however it is written; None: it is none of ours."""
    if dialled in plan.numbers:
        return own(plan, dialled, moment)
    number = plan.place.dialled(dialled)
    mine = (one for one in plan.numbers if number and plan.place.read(one) == number)
    return next((own(plan, one, moment) for one in mine), None)


def training() -> EnterFlow:
    """Say that this line is for training and cannot reach anybody who helps."""
    return EnterFlow(saying_flow("emergency", ("training.emergency",)))


def queue_flow(queue: str) -> Flow:
    """Make the flow that goes straight to a queue and says sorry to whom nobody served."""
    return Flow(
        name=f"to {queue}",
        start="queue",
        nodes={
            "queue": ToQueue(queue, gave_up="sorry"),
            "sorry": Play(("queue.gave_up",), then="end"),
            "end": HangUp(),
        },
    )


def saying_flow(name: str, prompts: tuple[str, ...]) -> Flow:
    """Make the flow that says something and hangs up."""
    return Flow(name, "say", {"say": Play(prompts, then="end"), "end": HangUp()})


def rating_flow(rating: RatingPlan) -> Flow:
    """Make the flow that asks a caller to rate; its question is named ``rate``."""
    return Flow(
        name="rating",
        start="rate",
        nodes={
            "rate": Survey(
                prompts=rating.ask,
                then="thanks",
                otherwise="end",
                marks=rating.keys,
                seconds=rating.seconds,
                tries=rating.tries,
                wrong=rating.wrong,
            ),
            "thanks": Play(rating.thanks, then="end"),
            "end": HangUp(),
        },
    )
