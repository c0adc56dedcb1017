"""What an agent knows of the own call at one moment, for a seat that comes back; read only."""

from __future__ import annotations

from dataclasses import dataclass

from telephony.pbx.call import Call
from telephony.pbx.leg import Leg
from telephony.pbx.party import Party, Role
from telephony.pbx.stages import Stage
from telephony.pbx.works import Works


@dataclass(frozen=True, slots=True)
class Glance:
    """Who else is in the call of one desk, and what becomes of its recording."""

    asked: str = ""
    """Who is consulted; the number that rings or talks."""
    aside: bool = False
    """The agent has turned to whoever is consulted."""
    third: str = ""
    """Who talks with both."""
    dialled: str = ""
    """The number that this desk called."""
    started: str = ""
    """The call, where this desk began it."""
    reached: bool = False
    """Whoever it called has answered."""
    held: bool = False
    """This desk put the other end on hold."""
    taped: bool = False
    paused: bool = False
    on_demand: bool = False
    """The agent may end the recording."""
    behind: str = ""
    """The desk whose call this supervisor hears."""
    mode: str = ""
    """How: listen, whisper or barge."""


def glance(works: Works, extension: str) -> Glance:
    """Look at the call of one desk; without one there is nothing to know."""
    desk = works.desks.get(extension)
    call = works.calls.get(desk.owner or "") if desk else None
    if call is None:
        return Glance()
    asked = _by(call, Role.CONSULTED, extension)
    own = call.source.extension == extension
    stands = _stands(call, extension)
    return Glance(
        asked=_number(asked.leg) if asked else "",
        aside=asked is not None and call.stage is Stage.CONSULTING,
        third=_number(guest.leg) if (guest := _by(call, Role.GUEST, extension)) else "",
        dialled=call.dialled if own else "",
        started=call.id if own else "",
        reached=own and call.callee is not None,
        held=call.holder is not None and call.holder.extension == extension,
        taped=call.sound.recording is not None,
        paused=call.paused_at is not None,
        on_demand=call.sound.recording is not None and call.plan.calls.record != "always",
        behind=(stands.over.extension or "") if stands and stands.over else "",
        mode=stands.mode.value if stands else "",
    )


def _by(call: Call, role: Role, extension: str) -> Party | None:
    """Find whom this desk asked in."""
    there = (party for party in call.those(role) if not party.leg.gone)
    return next((one for one in there if one.over and one.over.extension == extension), None)


def _stands(call: Call, extension: str) -> Party | None:
    """Find this desk where it supervises, its telephone lifted."""
    there = (one for one in call.those(Role.SUPERVISOR) if one.acting_since is not None)
    return next((one for one in there if one.leg.extension == extension), None)


def _number(leg: Leg) -> str:
    return leg.extension or leg.number
