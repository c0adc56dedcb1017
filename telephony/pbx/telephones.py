"""The telephones of a desk, rung for the desk's own agent."""

from __future__ import annotations

from telephony.errors import NoPortLeft
from telephony.pbx.desk import Desk, Step
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.works import Works


def free_desk(works: Works, extension: str) -> Desk:
    """Find a desk whose telephone may be rung for its own agent."""
    desk = works.desks.get(extension)
    if desk is None or not works.registrar.of(extension):
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
    legs: list[Leg] = []
    for binding in works.registrar.of(extension):
        try:
            legs.append(
                works.legs.dial(
                    call,
                    binding.contact,
                    binding.flow,
                    from_=f"<sip:{number}@{works.plan.realm}>",
                    headers=lines,
                    extension=extension,
                    side="caller",
                    now=now,
                )
            )
        except NoPortLeft:
            if not legs:
                raise
    return legs


def lifts_itself(realm: str) -> list[tuple[str, str]]:
    """Ask a telephone to lift by itself, in the words that most makes understand."""
    return [
        ("Call-Info", f"<sip:{realm}>;answer-after=0"),
        ("Alert-Info", f"<sip:{realm}>;info=alert-autoanswer;delay=0"),
    ]
