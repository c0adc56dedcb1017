"""Click to dial: the agent's own telephone rings first, and then the number is called."""

from __future__ import annotations

from telephony.errors import NoPortLeft
from telephony.pbx import convening, opening, ringing, telephones
from telephony.pbx.desk import Step
from telephony.pbx.desk_orders import Dial, Redial
from telephony.pbx.dialplan import Refuse, route
from telephony.pbx.errors import NotNow
from telephony.pbx.stages import Turn
from telephony.pbx.trunk import Source
from telephony.pbx.works import Works


def dial(works: Works, order: Dial, now: float) -> None:
    """Ring the agent's telephones for a call to this number."""
    extension, number = order.extension, order.number
    desk = telephones.free_desk(works, extension)
    if number == extension:
        raise NotNow("oneself", "Dial somebody else than yourself.")
    if room := convening.named(works.plan, number):
        return convening.ring_in(works, room, extension, now)
    source = Source(extension, "", "practice", extension=extension)
    if isinstance(route(works.plan, number, source), Refuse):
        raise NotNow("no_such_number", f"{number} leads nowhere; dial another number.")
    name, seconds = works.entropy(8).hex(), works.plan.dial_seconds
    try:
        legs = telephones.own_telephones(
            works, name, extension, number, now, auto=order.auto_answer
        )
    except NoPortLeft as error:
        raise NotNow("no_port", str(error)) from error
    works.move(desk, Step.RECALL, now, owner=name, seconds=seconds + ringing.GRACE)
    call = opening.open_call(works, source, number, legs[0], now)
    call.ringing = {leg.name: leg for leg in legs[1:]}
    call.turn(Turn.LIFT)
    call.ring_began = now
    call.wake("ring", now + seconds)
    return None


def redial(works: Works, order: Redial, now: float) -> None:
    """Dial once more what the desk dialled last."""
    number = works.recents.last_number(order.extension)
    if not number:
        raise NotNow("nothing_dialled", f"Desk {order.extension} has dialled nothing yet.")
    dial(works, Dial(order.extension, number), now)
