"""What must hold on the wire of every call, watched beside the SIP core and not by it.

One ``Watch`` a call at one telephone: it is shown every message and says which rules were broken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from telephony.errors import BadMessage
from telephony.sip import message as messages
from telephony.sip.message import Request, Response

ONE_ANSWER: Final = "one answer an INVITE"
ACK_ENDS: Final = "a 200 rests once its ACK is sent"
BYE_200: Final = "BYE is answered 200"
OVER: Final = "nothing comes after the end"
KNOWN: Final = "every request belongs to a call"
CANCELLED: Final = "a cancelled INVITE is answered 487"
OF_A_CALL: Final = (ONE_ANSWER, ACK_ENDS, BYE_200, OVER)

_ON_THE_WAY: Final = 8.0
"""Seconds in which a repeated 200 and our ACK may still have crossed, on a machine out of breath too:
who never takes the ACK repeats the 200 for 32 s."""


@dataclass(slots=True)
class Watch:
    """One call as the wire showed it."""

    broken: dict[str, str] = field(default_factory=dict)
    """Rule → the first thing that broke it."""
    bye_sent: float | None = None
    bye_answered: float | None = None
    cancel_sent: float | None = None
    refused: float | None = None
    """When the final answer to a cancelled INVITE came."""
    _answers: set[str] = field(default_factory=set)
    _acked: float | None = None
    _byes: set[int] = field(default_factory=set)

    @property
    def settled(self) -> bool:
        """Our hang-up was answered, whichever way it went."""
        if self.cancel_sent is not None and not self._answers:
            return self.refused is not None
        return self.bye_answered is not None

    @property
    def leaving(self) -> bool:
        """We are hanging up."""
        return self.bye_sent is not None or self.cancel_sent is not None

    def sees(self, message: Request | Response, came: bool, at: float) -> None:
        """Take one message, ours or theirs."""
        if isinstance(message, Request):
            self._request(message, came, at)
        elif came:
            method = message.cseq[1]
            if method == "INVITE":
                self._answer(message, at)
            elif method == "BYE" and message.status >= 200:
                self._goodbye(message.status, at)

    def close(self) -> None:
        """The call is over, and there was time enough for every answer."""
        if self.bye_sent is not None and self.bye_answered is None:
            self._break(BYE_200, "BYE was not answered")
        if self.cancel_sent is not None and self.refused is None and not self._answers:
            self._break(CANCELLED, "the INVITE was not answered after its CANCEL")

    # ── inside ───────────────────────────────────────────────────────────────

    def _request(self, request: Request, came: bool, at: float) -> None:
        if not came:
            if request.method == "ACK" and self._answers:
                self._acked = at if self._acked is None else self._acked
            elif request.method == "BYE" and self.bye_sent is None:
                self.bye_sent = at
            elif request.method == "CANCEL" and self.cancel_sent is None:
                self.cancel_sent = at
            return
        if request.method != "BYE":
            if self.bye_answered is not None and request.method != "ACK":
                self._break(OVER, f"{request.method} came after our BYE was answered")
            return
        if self.bye_answered is not None:
            self._break(OVER, "BYE came after our BYE was answered")
        self._byes.add(request.cseq[0])
        if len(self._byes) > 1:
            self._break(OVER, "a second BYE came")

    def _answer(self, response: Response, at: float) -> None:
        if 200 <= response.status < 300:
            self._answers.add(response.to.param("tag") or "")
            if len(self._answers) > 1:
                self._break(ONE_ANSWER, "two telephones answered one INVITE")
            if self._acked is not None and at - self._acked > _ON_THE_WAY:
                late = at - self._acked
                self._break(ACK_ENDS, f"a 200 came again {late:.0f} s after its ACK")
        elif response.status >= 300 and self._answers:
            self._break(ONE_ANSWER, f"{response.status} came after the call was answered")
        elif response.status >= 300 and self.cancel_sent is not None and self.refused is None:
            self.refused = at
            if response.status != 487:
                self._break(CANCELLED, f"the INVITE was answered {response.status}")

    def _goodbye(self, status: int, at: float) -> None:
        if self.bye_answered is None:
            self.bye_answered = at
        if status != 200:
            self._break(BYE_200, f"BYE was answered {status}")

    def _break(self, rule: str, why: str) -> None:
        self.broken.setdefault(rule, why)


class Rulebook:
    """The watches of one telephone, by Call-ID."""

    def __init__(self) -> None:
        self.watches: dict[str, Watch] = {}
        self.strays: list[str] = []
        """Requests within calls that were never ours."""
        self._closed: set[str] = set()

    def sees(self, data: bytes, came: bool, at: float) -> str:
        """Take one datagram; returns the Call-ID it belongs to, or nothing."""
        try:
            message = messages.parse(data)
        except BadMessage:
            return ""
        name = message.call_id
        watch = self.watches.get(name)
        if watch is None and isinstance(message, Request):
            if message.method == "INVITE" and not message.to.param("tag"):
                watch = self.watches.setdefault(name, Watch())
            elif came and message.to.param("tag") and name not in self._closed:
                self.strays.append(f"{message.method} came for a call that is not")
        if watch is not None:
            watch.sees(message, came, at)
        return name

    def close(self, call_id: str) -> Watch:
        """Take a call out of the book; what still comes for it is forgiven."""
        self._closed.add(call_id)
        watch = self.watches.pop(call_id, None) or Watch()
        watch.close()
        return watch
