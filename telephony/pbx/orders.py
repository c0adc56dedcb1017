"""What people order at their desks, each order one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from telephony.events import CallEvent, Ended, Failed
from telephony.pbx import (
    booking,
    consult,
    convening,
    desk_orders,
    dialing,
    mobile,
    notes,
    parking,
    pickup,
    recalling,
    supervise,
    talk,
    taping,
    texting,
    transfer,
    waiting,
)
from telephony.pbx.call import Call
from telephony.pbx.callback_events import CancelCallback, RememberServed, RestoreCallbacks
from telephony.pbx.errors import NotNow
from telephony.pbx.leg import Leg
from telephony.pbx.queue_plan import RatingPlan
from telephony.pbx.recent_events import RememberRecents
from telephony.pbx.works import Works

Deed: TypeAlias = Callable[[Call, Leg, Any, float], None]


def talk_at(works: Works, extension: str) -> tuple[Call, Leg]:
    """Find the call at a desk and the desk's end of it; raises NotNow where there is none."""
    desk = works.desks.get(extension)
    call = works.calls.get(desk.owner or "") if desk else None
    if call is None:
        raise NotNow("no_call", f"Desk {extension} has no call; take or dial one first.")
    for leg in call.legs():
        if leg.extension == extension and leg.answered:
            return call, leg
    raise NotNow("no_talk", f"Desk {extension} is not talking yet; answer first.")


def end_at(works: Works, extension: str) -> tuple[Call, Leg]:
    """Find the talk at a desk whose own end is one of the two, not somebody asked in."""
    call, leg = talk_at(works, extension)
    if leg not in (call.caller, call.callee) or not call.talking:
        raise NotNow("no_talk", f"Desk {extension} has nobody on the line to do this with.")
    return call, leg


def hold(call: Call, leg: Leg, order: desk_orders.Hold, now: float) -> None:
    """The far end hears music."""
    call.hold(leg, now)
    recalling.let_go(call, leg, now)


def resume(works: Works, order: desk_orders.Resume, now: float) -> None:
    """The talk goes on, or the telephone rings again first."""
    if away := held_away(works, order.extension):
        return recalling.ring(away, now)
    call, leg = end_at(works, order.extension)
    call.resume(leg, now)
    return call.show()


def held_away(works: Works, extension: str) -> Call | None:
    """Find the call that this desk holds with its handset down."""
    desk = works.desks.get(extension)
    call = works.calls.get(desk.owner or "") if desk else None
    return call if call and recalling.is_away(call, extension) else None


def mute(call: Call, leg: Leg, order: desk_orders.Mute, now: float) -> None:
    """Nobody hears this end, or everybody again."""
    (call.muted.add if order.muted else call.muted.discard)(leg.name)


def rate(call: Call, leg: Leg, order: desk_orders.Rate, now: float) -> None:
    """Leave the customer, who is told who has served, to the rating."""
    if leg is call.customer or call.customer.extension:
        raise NotNow("no_customer", "Only a customer from outside can be asked to rate.")
    if leg is call.caller and call.callee:
        call.caller, call.callee = call.callee, leg
        call.caller.side, leg.side = "caller", "callee"
    plan = (call.queue.plan.rating if call.queue else None) or RatingPlan()
    waiting.rate(call, replace(plan, ask=(f"rate.agent.{leg.extension}", *plan.ask)), now)


def answer(works: Works, order: desk_orders.Answer, now: float) -> None:
    """Tell the desk's telephone to lift (NOTIFY, event talk)."""
    rings = [
        leg
        for leg in works.legs.by_name.values()
        if leg.extension == order.extension and not leg.inbound and not leg.answered
    ]
    if not rings:
        raise NotNow("nothing_rings", f"Nothing rings at desk {order.extension} now.")
    if not any(works.legs.lift(leg, now) for leg in rings):
        raise NotNow("lift_it", "This telephone cannot be lifted from here; lift its handset.")


DEEDS: Final[Mapping[type[Any], Deed]] = {
    desk_orders.Hold: hold,
    desk_orders.Mute: mute,
    desk_orders.Transfer: lambda call, leg, order, now: transfer.blind(
        call, leg, order.number, now
    ),
    desk_orders.Consult: lambda call, leg, order, now: consult.begin(call, leg, order.number, now),
    desk_orders.CancelConsult: lambda call, leg, order, now: consult.cancel(call, leg, now),
    desk_orders.Toggle: lambda call, leg, order, now: consult.toggle(call, leg, now),
    desk_orders.CompleteTransfer: lambda call, leg, order, now: consult.complete(call, leg, now),
    desk_orders.Park: lambda call, leg, order, now: parking.park(call, leg, order.slot, now),
    desk_orders.StartRecording: lambda call, leg, order, now: taping.start(call, leg, now),
    desk_orders.StopRecording: lambda call, leg, order, now: taping.stop(call, leg, now),
    desk_orders.PauseRecording: lambda call, leg, order, now: taping.pause(
        call, leg, order.paused, order.reason, now
    ),
    desk_orders.Rate: rate,
    desk_orders.JoinAll: lambda call, leg, order, now: consult.three_way(call, leg, now),
}
"""What an agent does with the talk at the desk."""


def hang_up(works: Works, order: desk_orders.HangUp, now: float) -> None:
    """Hang up at a desk: as if its handset had been put down."""
    desk = works.desks.get(order.extension)
    owner = desk.owner if desk else None
    mine = [
        leg
        for leg in works.legs.by_name.values()
        if leg.extension == order.extension and leg.call == owner
    ]
    away = held_away(works, order.extension)
    if away and away.holder and not mine:
        talk.hung_up(away, away.holder, now)
        return away.show()
    if not mine:
        raise NotNow("no_call", f"Desk {order.extension} has no call to hang up.")
    leg = next((leg for leg in mine if leg.answered), mine[0])
    said: CallEvent = Ended("hung_up") if leg.answered else Failed(603)
    works.legs.hang_up(leg, now)
    return works.hear(leg, said, now)


def carry_out(works: Works, order: Any, now: float) -> None:
    """Do what an agent orders; raises NotNow where it cannot be done as things are."""
    if deed := DEEDS.get(type(order)):
        call, leg = end_at(works, order.extension)
        deed(call, leg, order, now)
        call.show()
    elif do := HOUSE.get(type(order)):
        do(works, order, now)
    else:
        supervise.carry_out(works, order, now)


HOUSE: Final[Mapping[type[Any], Callable[[Works, Any, float], None]]] = {
    desk_orders.HangUp: hang_up,
    desk_orders.Resume: resume,
    desk_orders.Answer: answer,
    desk_orders.SendNote: notes.send,
    desk_orders.WorkOutside: mobile.switch,
    desk_orders.SendText: texting.send,
    RememberRecents: lambda works, order, now: works.recents.remember(order.lists),
    RememberServed: lambda works, order, now: works.remember_all(order.served),
    RestoreCallbacks: lambda works, order, now: booking.restore(works, order.kept, now),
    CancelCallback: lambda works, order, now: booking.close(works, order.callback, order.why, now),
    **convening.HOUSE,
    desk_orders.Dial: dialing.dial,
    desk_orders.Redial: dialing.redial,
    desk_orders.Retrieve: lambda works, order, now: parking.retrieve(
        works, order.extension, order.slot, now
    ),
    desk_orders.PickUp: lambda works, order, now: pickup.pick_up(
        works, order.extension, order.at, now
    ),
}
"""Orders that need no talk at the desk."""


def rung_out(works: Works, name: str, now: float) -> None:
    """A telephone that should join rang too long."""
    if (leg := works.legs.by_name.get(name)) and not leg.answered:
        works.legs.hang_up(leg, now)
        works.hear(leg, Failed(487, "no answer"), now)
