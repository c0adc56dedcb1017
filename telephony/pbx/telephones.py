"""The telephones of a desk: at its place, or one outside while its agent works there."""

from __future__ import annotations

from telephony.errors import NoPortLeft
from telephony.pbx import outing
from telephony.pbx.alarms import alarm
from telephony.pbx.desk import Desk, Step
from telephony.pbx.errors import NotNow
from telephony.pbx.events import Line, Side
from telephony.pbx.leg import Leg
from telephony.pbx.screening import Screening
from telephony.pbx.trunk_events import OutsideClosed
from telephony.pbx.works import Works
from telephony.sip.message import Lines

CALL, CUSTOMER = "mobile.call", "mobile.customer"
"""What an agent outside hears on lifting: that somebody calls, or that a customer of a queue does."""


def call_all(
    works: Works,
    call: str,
    desk: Desk,
    now: float,
    *,
    from_: str,
    headers: Lines = (),
    side: Side = "callee",
    line: Line | None = None,
    prompt: str = CALL,
) -> list[Leg]:
    """Call every telephone of a desk.

    Raises:
        NoPortLeft: there is not one port for them.
        NotNow: its agent is outside, and no call may leave there.
    """
    if desk.outside:
        return [_outside(works, call, desk, now, side=side, line=line, prompt=prompt)]
    legs: list[Leg] = []
    for binding in works.registrar.of(desk.extension):
        try:
            legs.append(
                works.legs.dial(
                    call,
                    binding.contact,
                    binding.flow,
                    from_=from_,
                    headers=headers,
                    extension=desk.extension,
                    side=side,
                    now=now,
                )
            )
        except NoPortLeft:
            if not legs:
                raise
    return legs


def _outside(
    works: Works, call: str, desk: Desk, now: float, *, side: Side, line: Line | None, prompt: str
) -> Leg:
    """Call the agent's telephone outside, as any call leaves; it shows a number of ours."""
    plan = works.plan
    mine = plan.desks.get(desk.extension)
    shows = outing.Shows(mine.shows) if mine else outing.Shows()
    number = plan.place.read(desk.outside)
    leg: Leg | outing.NoWay = outing.NoWay(404, "no_number")
    if number:
        leg = outing.leave(
            works, call, number, now, shows=shows, line=line, desk=desk.extension, side=side
        )
    if isinstance(leg, outing.NoWay):
        works.emit(OutsideClosed(call, now, desk.outside, leg.why))
        works.emit(alarm(now, "mobile_no_way", call, desk=desk.extension, why=leg.why))
        raise NotNow("mobile_no_way", f"No line leads to the mobile seat {desk.extension} now.")
    leg.screen = Screening(works, leg, prompt)
    return leg


def free_desk(works: Works, extension: str) -> Desk:
    """Find a desk whose telephone may be rung for its own agent."""
    desk = works.desks.get(extension)
    if desk is None or not works.reaches(extension):
        raise NotNow("own_not_there", f"No telephone is registered at {extension}; log in first.")
    if not desk.may(Step.RECALL):
        raise NotNow("own_busy", f"Desk {extension} has a call already; end it first.")
    return desk


def own_telephones(
    works: Works,
    call: str,
    extension: str,
    number: str,
    now: float,
    *,
    auto: bool | None = None,
) -> list[Leg]:
    """Ring every telephone of the desk that ordered a call; it shows the number to be called."""
    lines = [("X-Lab-Call", call), ("X-Lab-Line", "practice")]
    if works.plan.calls.auto_answer if auto is None else auto:
        lines += lifts_itself(works.plan.realm)
    sender = f"<sip:{number}@{works.plan.realm}>"
    desk = works.desks[extension]
    return call_all(works, call, desk, now, from_=sender, headers=lines, side="caller")


def lifts_itself(realm: str) -> list[tuple[str, str]]:
    """Ask a telephone to lift by itself, in the words that most makes understand."""
    return [
        ("Call-Info", f"<sip:{realm}>;answer-after=0"),
        ("Alert-Info", f"<sip:{realm}>;info=alert-autoanswer;delay=0"),
    ]
