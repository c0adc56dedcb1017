"""Session timers: a call that nobody refreshes is over (RFC 4028)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telephony.sip.headers import event_package
from telephony.sip.message import Request, Response
from telephony.sip.transaction import ServerTransaction

if TYPE_CHECKING:
    from telephony.sip.leg import Leg

OPTION = "timer"


class Session:
    """The timer of one leg: how long the call stands without a refresh, and who sends it."""

    __slots__ = ("_interval", "_least", "_ours", "_refreshes", "leg")

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self._interval = 0
        self._least = 0
        self._ours = False
        self._refreshes = True
        """UPDATE may be used for it."""

    @property
    def _wanted(self) -> int:
        return self._interval or self.leg.station.timings.session

    def ask(self, request: Request) -> None:
        """Put on an INVITE or UPDATE of ours what we want (§7.1)."""
        wanted = max(self._wanted, self._least)
        if self._wanted and OPTION in self.leg.station.supported:
            refresher = f";refresher={'uac' if self._ours else 'uas'}" if self._interval else ""
            request.headers.set("Session-Expires", f"{wanted}{refresher}")
            if self._least:
                request.headers.set("Min-SE", str(self._least))

    def raised(self, response: Response) -> bool:
        """Take a 422; False if asking again would be in vain (§7.4)."""
        least = seconds_in(response.headers.get("Min-SE"))
        if OPTION not in self.leg.station.supported or not self._least < least <= 86_400:
            return False
        self._least = least
        if self._interval:
            self._interval = max(self._interval, least)
        return True

    def refusal(self, came: ServerTransaction) -> Response | None:
        """Return the 422 to a request whose session would be too short (§9)."""
        return too_small(came, self.leg.station.supported, self.leg.station.timings.least_session)

    def agree(self, request: Request, response: Response, now: float) -> None:
        """Settle, in our 2xx, how long and who refreshes (§9)."""
        text = request.headers.get("Session-Expires")
        asked = seconds_in(text) or self._wanted
        if not asked or OPTION not in self.leg.station.supported:
            return
        theirs = OPTION in (one.lower() for one in request.headers.all("Supported"))
        wish = "uas" if "refresher=uas" in text.lower() else "uac"
        refresher = wish if theirs and text else "uas"
        response.headers.set("Session-Expires", f"{asked};refresher={refresher}")
        if refresher == "uac":
            response.headers.set("Require", OPTION)
        self._start(asked, refresher == "uas", now)

    def learned(self, response: Response, now: float) -> None:
        """Read, in the far end's 2xx, how long and who refreshes (§7.2)."""
        text = response.headers.get("Session-Expires")
        asked = seconds_in(text) or self._wanted
        if asked and OPTION in self.leg.station.supported:
            self._start(asked, "refresher=uas" not in text.lower(), now)

    def refused(self, method: str, now: float) -> None:
        """Learn that a refresh was refused: an UPDATE is followed by a re-INVITE, soon."""
        if method == "UPDATE":
            self._refreshes = False
        self.again(now + 2)

    def again(self, at: float) -> None:
        """Try a refresh at this time."""
        self.leg.station.alarms.set((self, "REFRESH"), at)

    def updates(self) -> bool:
        """Say whether UPDATE was never refused."""
        return self._refreshes

    def ring(self, name: str, now: float) -> None:
        """Take an alarm."""
        if name == "EXPIRED":
            self.leg.lost("the session was not refreshed", "timeout", now)
        elif not self.leg.offers.refresh(now):
            self.again(now + 2)

    def stop(self) -> None:
        """Leave nothing behind."""
        if self._interval:
            for name in ("REFRESH", "EXPIRED"):
                self.leg.station.alarms.cancel((self, name))

    def _start(self, seconds: int, ours: bool, now: float) -> None:
        alarms = self.leg.station.alarms
        self._interval, self._ours = seconds, ours
        # §10: who does not refresh ends the call a little before the end.
        alarms.set((self, "EXPIRED"), now + seconds - min(32, seconds / 3) * (not ours))
        if ours:
            alarms.set((self, "REFRESH"), now + seconds / 2)
        else:
            alarms.cancel((self, "REFRESH"))


def too_small(came: ServerTransaction, supported: tuple[str, ...], least: int) -> Response | None:
    """Return the 422 to a request whose session would be too short (§9)."""
    asked = seconds_in(came.request.headers.get("Session-Expires"))
    if not asked or asked >= least or OPTION not in supported:
        return None
    response = came.response(422)
    response.headers.add("Min-SE", str(least))
    return response


def seconds_in(text: str) -> int:
    """Read the number a Session-Expires or Min-SE begins with; 0 where there is none."""
    number = event_package(text).name if text else ""
    return int(number[:9]) if number.isascii() and number.isdigit() else 0
