"""Who comes into a call besides its two ends, or takes it on: consulted, third, heir, supervisor.

Each is written on the call's timeline; what a supervisor does is written in the audit too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from classroom.practice.opencall import OpenCall
from classroom.store.ledger import Ledger
from classroom.store.people import Audit
from telephony.pbx import call_events as play
from telephony.pbx import supervision_events as behind
from telephony.pbx.events import BoardEvent, TextSent

AT_ONCE: Final = ("intercept", "answer_for", "force_release", "force_transfer")
"""What a supervisor does in one moment: it begins and needs no end."""


class Company:
    """Writes down who joins and leaves."""

    def __init__(self, ledger: Ledger, login_of: Callable[[str], str]) -> None:
        self._ledger, self._login_of = ledger, login_of

    def board(self, call: OpenCall, event: BoardEvent) -> bool:
        """Take an event of the board; False where it is about somebody else."""
        if item := text_of(event) or item_of(event):
            self._ledger.keep(call.line(event.at, *item))  # type: ignore[union-attr]  # all have it
            if isinstance(event, behind.SupervisionBegan | behind.SupervisionEnded):
                self._answerable(call, event, item[0])
            return True
        return isinstance(event, behind.SupervisionEnded | play.Transferred)

    def _answerable(
        self,
        call: OpenCall,
        event: behind.SupervisionBegan | behind.SupervisionEnded,
        what: str,
    ) -> None:
        who = self._login_of(event.supervisor) or event.supervisor
        about = f"{call.id} {event.extension}"
        self._ledger.keep(Audit(at=time.time(), who=who, what=what, about=about))


def text_of(event: BoardEvent) -> tuple[str, str] | None:
    """Write what became of a short message sent during the call."""
    if isinstance(event, TextSent):
        return ("text_failed" if event.why else "text_sent", event.number)
    return None


def item_of(event: BoardEvent) -> tuple[str, str] | None:
    """Write an event as what happened and its value; none for what needs no line of its own."""
    match event:
        case behind.SupervisionBegan(act=act, supervisor=supervisor):
            return (act if act in AT_ONCE else f"{act}_began", supervisor)
        case behind.SupervisionEnded(act=act, supervisor=supervisor) if act not in AT_ONCE:
            return (f"{act}_ended", supervisor)
        case behind.SupervisionMissed(supervisor=supervisor):
            return ("supervision_missed", supervisor)
        case play.Transferred(how="blind", to=to):
            return ("transferred", to)
        case play.Transferred(how="attended", to=to):
            return ("handed_over", to)
        case play.TransferFailed(to=to):
            return ("transfer_failed", to)
        case play.Consulted(to=to):
            return ("consulted", to)
        case play.ConsultMissed(to=to):
            return ("consult_missed", to)
        case play.ConsultEnded(why=why):
            return ("consult_over", why)
        case play.ThreeWay(with_=other):
            return ("three_way", other)
        case play.Parked(slot=slot):
            return ("parked", slot)
        case play.Retrieved(slot=slot):
            return ("retrieved", slot)
        case play.ParkTimedOut(slot=slot):
            return ("park_timed_out", slot)
        case play.PickedUp(extension=extension):
            return ("picked_up", extension)
        case play.RecordingPaused(reason=reason):
            return ("recording_paused", reason)
        case play.RecordingResumed(paused=paused):
            return ("recording_resumed", f"{paused:.0f} s")
        case play.NotLifted(number=number):
            return ("not_lifted", number)
        case play.NotReached(number=number):
            return ("not_reached", number)
    return None
