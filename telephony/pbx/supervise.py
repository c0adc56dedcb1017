"""A supervisor over a desk: listen, whisper, barge, take over, answer for, release, send on.

Who supervises hears by the rows of the matrix (``sound.rows_of``) and is logged on the call from
the moment the supervisor's telephone is in until it is out; what is done at once begins and ends
in the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from telephony.pbx import joining, transfer
from telephony.pbx import supervisor_orders as orders
from telephony.pbx.call import Call, Manners
from telephony.pbx.desk import Activity, Desk, Step
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.party import Mode, Party, Role
from telephony.pbx.ringing import GRACE, ring_desk
from telephony.pbx.stages import Stage
from telephony.pbx.supervision_events import (
    SupervisionBegan,
    SupervisionEnded,
    SupervisionMissed,
)
from telephony.pbx.works import Works

KEYS: Final = {"1": Mode.LISTEN, "2": Mode.WHISPER, "3": Mode.BARGE, "4": Mode.INTERCEPT}
"""What a supervisor presses on the telephone to change how the call is taken part in."""


def carry_out(works: Works, order: Any, now: float) -> None:
    """Do what a supervisor orders; raises NotNow without the right or where it cannot be done."""
    ORDERS[type(order)](works, order, now)


def in_charge(works: Works, supervisor: str, extension: str) -> None:
    """Refuse anybody who has not this desk in charge."""
    if extension not in works.plan.charges.get(supervisor, ()):
        raise NotNow(
            "not_in_charge", f"Desk {extension} is not in your charge; ask an administrator."
        )


def talk_of(works: Works, extension: str) -> tuple[Call, Leg]:
    """Find the talk of a desk and the desk's end of it."""
    desk = works.desks.get(extension)
    call = works.calls.get(desk.owner or "") if desk else None
    if call is not None and call.talking:
        for leg in (call.callee, call.caller):
            if leg and leg.extension == extension and leg.answered:
                return call, leg
    raise NotNow("no_talk_there", f"Desk {extension} talks to nobody now; wait for its next call.")


def own_desk(works: Works, supervisor: str) -> Desk:
    """Find the supervisor's own desk, whose telephone is to ring."""
    desk = works.desks.get(supervisor)
    if desk is None or not works.reaches(supervisor):
        raise NotNow("own_not_there", "Your telephone is not registered; start it first.")
    if desk.activity is Activity.WRAPPING:
        raise NotNow("own_wrapping", "Your call summary is due; hand it in first.")
    if not desk.may(Step.OFFER):
        raise NotNow("own_busy", "Your telephone is busy; hang up first.")
    return desk


def standing(works: Works, supervisor: str) -> tuple[Call, Party] | None:
    """Find the call a supervisor stands in, and as what."""
    for call in works.calls.values():
        for party in call.those(Role.SUPERVISOR):
            if party.leg.extension == supervisor:
                return call, party
    return None


# ── the orders ───────────────────────────────────────────────────────────────


def supervise(works: Works, order: orders.Supervise, now: float) -> None:
    """Stand behind a desk, or change how."""
    in_charge(works, order.supervisor, order.extension)
    call, leg = talk_of(works, order.extension)
    if order.mode is Mode.INTERCEPT:
        transfer.present(call)
    there = standing(works, order.supervisor)
    if there and there[0] is call and there[1].over is leg:
        change(call, there[1], order.mode, now)
    elif there and there[1].leg.answered:
        move(there[0], there[1], call, leg, order.mode, now)
    else:
        if there:
            there[0].part(there[1].leg, now)
        own_desk(works, order.supervisor)
        headers = [
            ("X-Lab-Supervise", order.mode.value),
            ("Call-Info", f"<sip:{call.plan.realm}>;answer-after=0"),
            ("Alert-Info", "info=alert-autoanswer"),
        ]
        joining.ring(
            call, order.supervisor, Role.SUPERVISOR, now, by=leg, mode=order.mode, headers=headers
        )
    call.show()


def change(call: Call, party: Party, mode: Mode, now: float) -> None:
    """Take part in another way from now on; one act ends and the next begins."""
    if mode is party.mode:
        return
    if not party.leg.answered:
        party.mode = mode
    elif mode is Mode.INTERCEPT:
        take_over(call, party, now)
    else:
        call.emit(party.stop_acting(call.id, now))
        party.mode = mode
        call.emit(party.act(call.id, now))


def move(old: Call, party: Party, new: Call, over: Leg, mode: Mode, now: float) -> None:
    """Step behind another desk without ringing again."""
    old.emit(party.stop_acting(old.id, now))
    del old.joined[party.leg.name]
    old.muted.discard(party.leg.name)
    old.show()
    works = old.works
    desk = works.desks.get(party.leg.extension or "")
    if desk and desk.owner == old.id:
        works.free(desk, now)
        seconds = new.plan.longest_talk + GRACE
        works.move(desk, Step.DIAL, now, owner=new.id, seconds=seconds)
    came(new, new.join(party.leg, Role.SUPERVISOR, now, mode=mode, over=over), now)


def stop(works: Works, order: orders.StopSupervising, now: float) -> None:
    """Leave; the call goes on."""
    there = standing(works, order.supervisor)
    if there is None:
        raise NotNow("not_supervising", "You supervise no call; choose a desk first.")
    there[0].part(there[1].leg, now)
    there[0].show()


def intercept(works: Works, order: orders.Intercept, now: float) -> None:
    """Take the call over, at once where the supervisor stands in it already."""
    supervise(works, orders.Supervise(order.supervisor, order.extension, Mode.INTERCEPT), now)


def answer_for(works: Works, order: orders.AnswerFor, now: float) -> None:
    """Ring the supervisor for the call that rings at a desk; that desk is not to blame."""
    in_charge(works, order.supervisor, order.extension)
    desk = works.desks.get(order.extension)
    call = works.calls.get(desk.owner or "") if desk else None
    rings = desk is not None and desk.activity is Activity.OFFERED
    if call is None or not rings or call.stage not in (Stage.OFFERED, Stage.DIALLING):
        raise NotNow("nothing_rings", f"Nothing rings at desk {order.extension} now.")
    mine = own_desk(works, order.supervisor)
    call.withdraw(now)
    call.ring_began = now
    call.wake("ring", now + call.plan.dial_seconds)
    ring_desk(call, mine, call.plan.dial_seconds, now)
    at_once(call, order, "answer_for", now)
    call.show()


def force_release(works: Works, order: orders.ForceRelease, now: float) -> None:
    """End the call on both sides."""
    in_charge(works, order.supervisor, order.extension)
    call, _ = talk_of(works, order.extension)
    at_once(call, order, "force_release", now)
    call.end("force_released", "board", now)


def force_transfer(works: Works, order: orders.ForceTransfer, now: float) -> None:
    """Send the customer on."""
    in_charge(works, order.supervisor, order.extension)
    call, leg = talk_of(works, order.extension)
    transfer.blind(call, leg, order.number, now)
    at_once(call, order, "force_transfer", now)
    call.show()


ORDERS: Final[Mapping[type[Any], Callable[[Works, Any, float], None]]] = {
    orders.Supervise: supervise,
    orders.StopSupervising: stop,
    orders.Intercept: intercept,
    orders.AnswerFor: answer_for,
    orders.ForceRelease: force_release,
    orders.ForceTransfer: force_transfer,
}


# ── what the supervisor's telephone does ─────────────────────────────────────


def came(call: Call, party: Party, now: float) -> None:
    """The supervisor is in: from here on the call's log says so."""
    if party.mode is Mode.INTERCEPT:
        take_over(call, party, now)
    else:
        call.emit(party.act(call.id, now))


def take_over(call: Call, party: Party, now: float) -> None:
    """The supervisor sits where the agent sat; the agent is out and writes the summary."""
    assert party.over is not None
    if party.acting_since is not None:
        call.emit(party.stop_acting(call.id, now))
    party.mode = Mode.INTERCEPT
    call.emit(party.act(call.id, now))
    call.emit(party.stop_acting(call.id, now))
    transfer.succeed(call, party.over, party, "intercepted", now)


def missed(call: Call, party: Party, why: str, now: float) -> None:
    """The supervisor's telephone was not lifted."""
    overseen = (party.over.extension or "") if party.over else ""
    call.emit(SupervisionMissed(call.id, now, party.leg.extension or "", overseen, why))


def left(call: Call, party: Party, now: float) -> None:
    """The supervisor hung up; ``Call.part`` has told so."""


def pressed(call: Call, party: Party, key: str, now: float) -> None:
    """A key of the supervisor's telephone."""
    if (mode := KEYS.get(key)) and party.leg.answered:
        with suppress(NotNow):  # Nobody could hear why.
            if mode is Mode.INTERCEPT:
                transfer.present(call)
            change(call, party, mode, now)


SUPERVISOR: Final = Manners(came, missed, left)


# ── the log ──────────────────────────────────────────────────────────────────


def at_once(call: Call, order: Any, act: str, now: float) -> None:
    """An act that begins and ends in one moment."""
    call.emit(SupervisionBegan(call.id, now, order.supervisor, order.extension, act))
    call.emit(SupervisionEnded(call.id, now, order.supervisor, order.extension, act, began=now))
