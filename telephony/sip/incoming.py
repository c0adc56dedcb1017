"""A leg that calls us: ring, answer, refuse, and the far end's CANCEL (RFC 3261 §9.2, §13.3)."""

from __future__ import annotations

from collections.abc import Callable

from telephony.errors import WrongMoment
from telephony.sip.dialog import Dialog
from telephony.sip.events import Confirmed
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg
from telephony.sip.message import Lines, Request
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ServerTransaction


class IncomingLeg(Leg):
    """The called side."""

    __slots__ = ("invited",)

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        dialog: Dialog,
        forget: Callable[[Leg], None],
        invited: ServerTransaction,
        now: float,
    ) -> None:
        super().__init__(name, ledger, dialog, forget)
        self.state = LegState.OFFERED
        self.invited = invited
        self.station.alarms.set((self, "RING_LIMIT"), now + self.station.timings.ring_limit)

    def ringing(self, status: int, sdp: bytes | None, headers: Lines, now: float) -> None:
        """Send a provisional response; it may be sent again."""
        self._hold_to(LegEvent.PROGRESS, "ring")
        response = self.invited.response(status)
        self.dress(response, sdp, headers)
        self.step(LegEvent.PROGRESS)
        self.invited.reply(response, now)

    def answer(self, sdp: bytes, headers: Lines, now: float) -> None:
        """Answer the call."""
        self._hold_to(LegEvent.ANSWER, "answer")
        self.send_ok(self.invited, sdp, now, headers)
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.step(LegEvent.ANSWER)

    def refuse(self, status: int, reason: str, headers: Lines, now: float) -> None:
        """Say no; Ended follows."""
        self._hold_to(LegEvent.REFUSE, "refuse")
        response = self.invited.response(status, reason)
        response.headers.extend(headers)
        self.step(LegEvent.REFUSE)
        self.invited.reply(response, now)
        self.end(f"refused with {status}", "local")
        self.over(now)

    def hang_up(self, now: float, headers: Lines = ()) -> None:
        """Refuse before the answer, BYE after it."""
        if self.state is LegState.OFFERED:
            self.refuse(480, "", headers, now)
        else:
            super().hang_up(now, headers)

    def cancelled(self, cancel: Request, now: float) -> None:
        """Take the caller's CANCEL: 487 to the INVITE (§9.2)."""
        if self.state is not LegState.OFFERED:
            return
        self.step(LegEvent.FAR_HANG_UP)
        self.invited.reply(self.invited.response(487), now)
        self.end("the caller gave up", "remote", cancel.headers)
        self.over(now)

    def confirmed(self, ack: Request) -> None:
        """Tell that the call stands."""
        self.station.emit(Confirmed(self.id, ack.sdp))

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        if name != "RING_LIMIT":
            super().ring(name, now)
        elif self.state is LegState.OFFERED:
            self.step(LegEvent.REFUSE)
            self.invited.reply(self.invited.response(480), now)
            self.end("nobody answered", "timeout")
            self.over(now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        self.station.alarms.cancel((self, "RING_LIMIT"))
        super().over(now)

    def _hold_to(self, event: LegEvent, what: str) -> None:
        if not LEG.allows(self.state, event):
            raise WrongMoment(what, self.state.name)
