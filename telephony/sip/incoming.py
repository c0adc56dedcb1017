"""A leg that calls us: ring, answer, refuse, PRACK, and the far end's CANCEL (RFC 3261 §9.2, §13.3)."""

from __future__ import annotations

from collections.abc import Callable

from telephony.errors import WrongMoment
from telephony.sip.dialog import Dialog
from telephony.sip.early import OPTION, Reliables
from telephony.sip.events import Cause, Confirmed
from telephony.sip.ledger import Ledger
from telephony.sip.leg import Leg
from telephony.sip.message import Lines, Request
from telephony.sip.tables import LEG, LegEvent, LegState
from telephony.sip.transaction import ServerTransaction


class IncomingLeg(Leg):
    """The called side."""

    __slots__ = ("_answer", "_wish", "invited", "reliables")

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
        self.reliables = Reliables(self)
        self.allow = invited.request.headers.text("Allow")
        self._answer: tuple[bytes | None, Lines] | None = None
        """Our 2xx, where it must wait for a PRACK."""
        self._wish = self._wishes(invited.request)
        self.station.alarms.set((self, "RING_LIMIT"), now + self.station.timings.ring_limit)

    def ringing(self, status: int, sdp: bytes | None, headers: Lines, now: float) -> None:
        """Send a provisional response; it may be sent again.

        It is sent reliably where the caller requires that, or can and has to hear the description.
        """
        self._hold_to(LegEvent.PROGRESS, "ring")
        self.step(LegEvent.PROGRESS)
        self.spoken = sdp or self.spoken
        if status > 100 and (self._wish == "must" or (self._wish == "may" and sdp is not None)):
            self.reliables.send(status, sdp, headers, now)
            return
        response = self.invited.response(status)
        self.dress(response, sdp, headers)
        self.invited.reply(response, now)

    def answer(self, sdp: bytes | None, headers: Lines, now: float) -> None:
        """Answer the call; the 2xx waits for the PRACK of what was said before it."""
        self._hold_to(LegEvent.ANSWER, "answer")
        if self.reliables.waiting or self.offers.came is not None:
            self._answer = sdp, headers
            return
        self._answer = None
        # Where the offer went early, the 2xx holds none (RFC 3262 §5).
        early = self.settled and self.invited.request.sdp is None
        self.send_ok(self.invited, None if early else sdp, now, headers)
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.step(LegEvent.ANSWER)
        self.settled = self.settled or self.invited.request.sdp is not None

    def pracked(self, came: ServerTransaction, now: float) -> None:
        """Take a PRACK."""
        self.reliables.pracked(came, now)

    def settle(self, now: float) -> None:
        """Go on with what waited for a PRACK: the next 18x, then the 2xx."""
        self.reliables.next(now)
        if self._answer is not None and self.state is LegState.OFFERED:
            self.answer(*self._answer, now)

    def fail(self, status: int, why: str, now: float) -> None:
        """Refuse the call for a reason of the protocol's."""
        self._give_up(status, why, "timeout", now)

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
        else:
            self._give_up(480, "nobody answered", "timeout", now)

    def said_bye(self, came: ServerTransaction, now: float) -> None:
        """Take a BYE; before the answer it ends the INVITE too (§15)."""
        waiting = self.state is LegState.OFFERED
        super().said_bye(came, now)
        if waiting:
            self.invited.reply(self.invited.response(487), now)

    def over(self, now: float) -> None:
        """Leave nothing behind."""
        self.station.alarms.cancel((self, "RING_LIMIT"))
        self.reliables.drop()
        self._answer = None
        super().over(now)

    def _give_up(self, status: int, why: str, cause: Cause, now: float) -> None:
        if self.state is LegState.OFFERED:
            self.step(LegEvent.REFUSE)
            self.invited.reply(self.invited.response(status), now)
            self.end(why, cause)
            self.over(now)

    def _wishes(self, request: Request) -> str:
        """Say whether 18x may or must be reliable (RFC 3262 §3)."""
        if OPTION not in self.station.supported:
            return ""
        headers = request.headers
        for name, wish in (("Require", "must"), ("Supported", "may")):
            if OPTION in headers.text(name).lower():
                return wish
        return ""

    def _hold_to(self, event: LegEvent, what: str) -> None:
        if not LEG.allows(self.state, event):
            raise WrongMoment(what, self.state.name)
