"""An agent asks somebody aside: ring them, talk, toggle, cancel, hand over, or join all three."""

from __future__ import annotations

from typing import Final

from telephony.pbx import joining, transfer
from telephony.pbx.call import Call, Manners
from telephony.pbx.call_events import Consulted, ConsultEnded, ConsultMissed, ThreeWay
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.party import Party, Role, Transfer
from telephony.pbx.stages import Stage, Turn


def begin(call: Call, leg: Leg, number: str, now: float) -> None:
    """Put the customer on hold and ring somebody."""
    if call.those(Role.CONSULTED):
        raise NotNow("consulting", "Somebody is being consulted already; end that first.")
    if not call.may(Turn.CONSULT):
        raise NotNow("no_talk", "There is nobody on the line yet; consult during a talk.")
    transfer.present(call)
    if number == leg.extension:
        raise NotNow("oneself", "Consult somebody else than yourself.")
    joining.ring(call, number, Role.CONSULTED, now, by=leg)
    aside(call, leg, now)
    call.emit(Consulted(call.id, now, leg.extension or "", number))


def aside(call: Call, leg: Leg, now: float) -> None:
    """The agent turns away from the customer."""
    if call.stage is Stage.HOLDING and call.holder is leg:
        call.turn(Turn.CONSULT)
    elif call.stage is Stage.HOLDING and call.holder:
        call.turn(Turn.CONSULT)
        call.holder = leg
    else:
        call.hold(leg, now, Turn.CONSULT)


def toggle(call: Call, leg: Leg, now: float) -> None:
    """Turn from the customer to the consulted, or back; the other hears music."""
    if not any(party.leg.answered for party in call.those(Role.CONSULTED)):
        raise NotNow("not_consulting", "Nobody consulted has answered; consult somebody first.")
    if call.stage is Stage.CONSULTING:
        call.resume(leg, now, Turn.RETURN)
    else:
        aside(call, leg, now)


def cancel(call: Call, leg: Leg, now: float) -> None:
    """Let the consulted go and turn back to the customer."""
    asked = call.those(Role.CONSULTED)
    if not asked:
        raise NotNow("not_consulting", "Nobody is being consulted.")
    for party in asked:
        call.part(party.leg, now)
    call.emit(ConsultEnded(call.id, now, leg.extension or "", "cancelled"))
    if call.stage is Stage.CONSULTING:
        call.resume(leg, now, Turn.RETURN)


def complete(call: Call, leg: Leg, now: float) -> None:
    """Hand the customer over to the consulted, answered or still ringing; the agent is out.

    In a three-way talk the other two are left talking.
    """
    asked = call.those(Role.CONSULTED)
    heir = next((party for party in asked if party.leg.answered), None)
    if not asked and (heir := heir_of(call, leg)) is None:
        raise NotNow("not_consulting", "Consult somebody before you hand the call over.")
    transfer.allowed(call, leg.extension or "", (heir or asked[0]).leg.extension or "")
    if heir:
        transfer.succeed(call, leg, heir, "attended", now)
    else:
        let_ring(call, leg, now)


def let_ring(call: Call, leg: Leg, now: float) -> None:
    """Hand over to a telephone that still rings: what is left of its time it rings for the customer."""
    asked, plan = call.those(Role.CONSULTED), call.plan
    seconds = plan.dial_seconds if asked[0].leg.extension else plan.outside_seconds
    extension, to = leg.extension or "", asked[0].leg.extension or ""
    for party in asked:
        call.works.alarms.cancel(("ringing", party.leg.name))
        del call.joined[party.leg.name]
    transfer.leave(call, leg, now)
    transfer.told(call, extension, to, "attended", now)
    call.comes_from = Transfer(extension, to)
    call.turn(Turn.DIAL)
    call.ring_began = now
    for party in asked:
        party.leg.side = "callee"
        call.ringing[party.leg.name] = party.leg
    call.wake("ring", asked[0].began + seconds)
    call.wake("guard", now + call.plan.longest_setup)


def three_way(call: Call, leg: Leg, now: float) -> None:
    """Let customer, agent and consulted talk to each other."""
    heirs = [party for party in call.those(Role.CONSULTED) if party.leg.answered]
    if not heirs:
        raise NotNow("not_consulting", "Nobody consulted has answered; consult somebody first.")
    heirs[0].role = Role.GUEST
    call.emit(ThreeWay(call.id, now, leg.extension or "", heirs[0].leg.extension or ""))
    if call.stage is Stage.CONSULTING:
        call.resume(leg, now, Turn.RETURN)


# ── what the consulted does ──────────────────────────────────────────────────


def came(call: Call, party: Party, now: float) -> None:
    """The consulted answered: the rows say the rest."""


def missed(call: Call, party: Party, why: str, now: float) -> None:
    """Nobody came: the customer keeps hearing music until the agent turns back."""
    extension = party.over.extension if party.over else None
    call.emit(ConsultMissed(call.id, now, extension or "", party.leg.extension or "", why))
    alone(call)


def left(call: Call, party: Party, now: float) -> None:
    """The consulted hung up: the customer keeps hearing music until the agent turns back."""
    extension = party.over.extension if party.over else None
    call.emit(ConsultEnded(call.id, now, extension or "", "hung_up"))
    alone(call)


def alone(call: Call) -> None:
    """The agent who consulted is on hold like any other holder."""
    if call.stage is Stage.CONSULTING and not call.those(Role.CONSULTED):
        call.turn(Turn.ALONE)


def guest_left(call: Call, party: Party, now: float) -> None:
    """The third went: the two talk on."""
    extension = party.over.extension if party.over else None
    call.emit(ConsultEnded(call.id, now, extension or "", "hung_up"))


def asked_by(call: Call, leg: Leg) -> list[Party]:
    """List those whom this end asked aside."""
    return [party for party in call.those(Role.CONSULTED) if party.over is leg]


def peers(call: Call) -> bool:
    """Say whether two desks called each other: neither is the other's customer."""
    return call.customer.extension is not None and call.queue is None


def heir_of(call: Call, leg: Leg) -> Party | None:
    """Find who carries on when an end hangs up: whom it was just asking, else the third.

    A customer leaves nobody behind; a desk that called another may, as may the one it called.
    """
    if not call.talking:
        return None
    asked = asked_by(call, leg) if call.stage is Stage.CONSULTING else []
    thirds = [
        party
        for party in call.those(Role.GUEST)
        if party.over is leg or leg is not call.customer or peers(call)
    ]
    return next((party for party in asked + thirds if party.leg.answered), None)


CONSULTED: Final[Manners] = Manners(came, missed, left)
GUEST: Final[Manners] = Manners(came, missed, guest_left)
