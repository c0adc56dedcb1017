"""One request of ours outside dialogs: REGISTER, OPTIONS, MESSAGE; signed when challenged."""

from __future__ import annotations

from telephony.sip.auth import Answerer
from telephony.sip.events import Responded
from telephony.sip.ledger import Ledger
from telephony.sip.leg import renewed
from telephony.sip.message import Response
from telephony.sip.transaction import ClientTransaction


class Errand:
    """Waits for the final response and tells it under its key."""

    __slots__ = ("_answerer", "_key", "_ledger")

    def __init__(self, key: str, ledger: Ledger, answerer: Answerer | None) -> None:
        self._key = key
        self._ledger = ledger
        self._answerer = answerer

    def responded(self, sent: ClientTransaction, response: Response, now: float) -> None:
        """Answer a challenge, or tell the final response."""
        if response.status < 200:
            return
        if (
            response.status in (401, 407)
            and self._answerer is not None
            and self._answerer.learn(response)
        ):
            via = self._ledger.station.via(sent.flow, self._ledger.branch())
            again = renewed(sent.request, via, sent.request.cseq[0] + 1)
            self._answerer.sign(again)
            self._ledger.ask(again, sent.flow, self, now)
        else:
            self._ledger.station.emit(Responded(self._key, response.status, response))

    def unanswered(self, sent: ClientTransaction, status: int, now: float) -> None:
        """Tell that nobody answered."""
        self._ledger.station.emit(Responded(self._key, status, None))
