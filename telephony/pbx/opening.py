"""How a call comes to be: its sound, its guard, what it does when legs speak and alarms ring."""

from __future__ import annotations

from functools import partial
from typing import Final

from telephony.pbx import (
    consult,
    parking,
    queueing,
    recalling,
    ringing,
    supervise,
    talk,
    taping,
    waiting,
)
from telephony.pbx.alarms import alarm
from telephony.pbx.call import Call, Due, Manners
from telephony.pbx.events import CallStarted
from telephony.pbx.leg import Leg
from telephony.pbx.party import Role
from telephony.pbx.sound import Sound
from telephony.pbx.trunk import Source
from telephony.pbx.works import Works


def open_call(works: Works, source: Source, dialled: str, caller: Leg, now: float) -> Call:
    """Put a call on the board; its id is the one its caller's leg was made for."""
    name = caller.call
    sound = Sound(name, works.media, partial(works.clip, works.plan), works.emit)
    call = Call(name, works, works.plan, source, dialled, caller, sound, talk.hear, DUE, MANNERS)
    works.calls[name] = call
    call.wake("guard", now + call.plan.longest_setup)
    call.emit(
        CallStarted(
            call=name,
            at=now,
            caller=source.caller,
            dialled=dialled,
            line=source.line,
            trunk=source.trunk,
            extension=source.extension,
            order=source.order,
            transport=caller.flow.transport,
        )
    )
    return call


def overran(call: Call, now: float) -> None:
    """A call that nothing else ended."""
    call.emit(alarm(now, "call_overran", call.id))
    call.end("overran", "board", now)


DUE: Final[dict[str, Due]] = {
    "listen": waiting.silent,
    "prompt": waiting.played,
    "lookup": waiting.unanswered,
    "ring": ringing.rung_out,
    "wait": queueing.give_up,
    "position": queueing.announce,
    "change": queueing.changed,
    "park": parking.timed_out,
    "pause": taping.forgotten,
    "guard": overran,
    "mail": waiting.mail_due,
    "hush": waiting.mail_due,
}
"""What each of a call's alarms does."""

MANNERS: Final[dict[Role, Manners]] = {
    Role.CONSULTED: consult.CONSULTED,
    Role.GUEST: consult.GUEST,
    Role.RETURNING: recalling.RETURNING,
    Role.SUPERVISOR: supervise.SUPERVISOR,
}
"""What it means to a call that somebody joins or leaves."""
