"""What a call does when one of its legs says something: one function for each call event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from telephony import events as say
from telephony.media.control import Press
from telephony.pbx import consult, joining, lifting, ringing, supervise, transfer, waiting
from telephony.pbx.call import Call
from telephony.pbx.events import DigitPressed, TextSaid
from telephony.pbx.leg import Leg
from telephony.pbx.party import Role
from telephony.pbx.stages import Stage, Turn


def hear(call: Call, leg: Leg, event: say.CallEvent, now: float) -> None:
    """Let the call act on what a leg said."""
    HEARS[type(event)](call, leg, event, now)


def rang(call: Call, leg: Leg, event: say.Ringing, now: float) -> None:
    """The far telephone rings."""
    ringing.rang(call, leg, now)


def connected(call: Call, leg: Leg, event: say.Connected, now: float) -> None:
    """The far telephone answered."""
    if party := call.joined.get(leg.name):
        return joining.connected(call, party, now)
    if call.stage is Stage.LIFTING:
        return lifting.lifted(call, leg, now)
    return ringing.connected(call, leg, now)


def held(call: Call, leg: Leg, event: say.Held, now: float) -> None:
    """An end went on hold; what the others do with it is theirs."""
    if leg in (call.caller, call.callee):
        call.hold(leg, now)


def resumed(call: Call, leg: Leg, event: say.Resumed, now: float) -> None:
    """An end came back from hold."""
    call.resume(leg, now)


def updated(call: Call, leg: Leg, event: say.Updated, now: float) -> None:
    """Nothing changes but where the sound goes, and the leg has seen to that."""


def said(call: Call, leg: Leg, event: say.Said, now: float) -> None:
    """An end sent words; they go on to a customer of the practice trunk, and from desk to desk.

    What a seat says is its agent's voice in writing (``X-Lab-Line``), which is kept on any line; words of
    another telephone that reach nobody are refused, as is what is said aside while nobody asked has answered.
    What is said aside is on no record.
    """
    legs, near = call.works.legs, hearers(call, leg)
    to = [one for one in near if one.relays_text or (one.extension and leg.extension)]
    aside = call.stage is Stage.CONSULTING
    kept = bool(to) or not leg.extension or (event.spoken and not (aside and not near))
    legs.take_words(event, now, taken=kept)
    for other in to:
        legs.relay(other, event, now)
    if kept and not aside:
        told = TextSaid(call.id, now, leg.side, leg.extension, event.text, event.headers, bool(to))
        call.emit(told)


def hearers(call: Call, leg: Leg) -> list[Leg]:
    """List who hears this leg speak, and so gets its words as well."""
    circle: list[Leg | None] = []
    if call.stage is Stage.TALKING:
        circle = [call.caller, call.callee, *(one.leg for one in call.those(Role.GUEST))]
    elif call.stage is Stage.CONSULTING:
        circle = [call.holder, *(one.leg for one in call.those(Role.CONSULTED))]
    others = [one for one in circle if one and one.answered and one is not leg]
    return others if leg in circle else []


def pressed(call: Call, leg: Leg, event: say.Pressed, now: float) -> None:
    """An end pressed a key; in a flow it counts, in a talk the other end gets it too."""
    party = call.joined.get(leg.name)
    if party and party.role is Role.SUPERVISOR:
        supervise.pressed(call, party, event.digit, now)
    elif leg is call.caller and not call.talking:
        waiting.pressed(call, event.digit, now)
    else:
        other = call.other(leg) if call.stage is Stage.TALKING else None
        if other and other.answered:
            call.works.media.send(Press(other.name, event.digit))
        call.emit(DigitPressed(call.id, now, leg.side))


def failed(call: Call, leg: Leg, event: say.Failed, now: float) -> None:
    """The far telephone does not take the call."""
    if party := call.joined.get(leg.name):
        joining.failed(call, party, event, now)
    elif call.stage is Stage.LIFTING:
        lifting.not_lifted(call, leg, event, now)
    elif leg is call.caller:
        call.end("lost", "network", now)
    else:
        ringing.failed(call, leg, event, now)


def ended(call: Call, leg: Leg, event: say.Ended, now: float) -> None:
    """An end is gone."""
    if not leg.gone:
        call.works.legs.hang_up(leg, now)
    if party := call.joined.get(leg.name):
        joining.ended(call, party, now)
    elif leg.name in call.ringing:
        ringing.failed(call, leg, say.Failed(480, event.why), now)
    elif leg in (call.caller, call.callee):
        hung_up(call, leg, now, lost=event.lost)


def hung_up(call: Call, leg: Leg, now: float, *, lost: bool = False) -> None:
    """One of the two put the handset down, or vanished."""
    if heir := consult.heir_of(call, leg):
        transfer.succeed(call, leg, heir, "attended", now)
    elif call.stage is Stage.CONSULTING and consult.asked_by(call, leg):
        consult.let_ring(call, leg, now)
    elif leg is call.callee:
        parted(call, now, lost=lost)
    else:
        waiting.hung_up(call, now)
        call.end("lost" if lost else "hung_up", "caller", now)


def parted(call: Call, now: float, *, lost: bool) -> None:
    """The callee left: a customer of a queue is asked to rate, others are let go."""
    rating = call.queue.plan.rating if call.queue else None
    if rating and call.may(Turn.RATE) and call.caller.answered and not lost:
        waiting.rate(call, rating, now)
    else:
        call.end("lost" if lost else "hung_up", "callee", now)


Hears = Callable[[Call, Leg, Any, float], None]

HEARS: Final[dict[type[say.CallEvent], Hears]] = {
    say.Ringing: rang,
    say.Connected: connected,
    say.Held: held,
    say.Resumed: resumed,
    say.Updated: updated,
    say.Said: said,
    say.Pressed: pressed,
    say.Failed: failed,
    say.Ended: ended,
}
