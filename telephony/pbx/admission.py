"""The door: every request that wants something proves its name by digest."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from telephony.errors import BadMessage
from telephony.pbx.strikes import Strikes
from telephony.sip.auth import Challenger, Verdict
from telephony.sip.events import Flow
from telephony.sip.message import Request

MD5_ONLY: Final = ("baresip v0.", "baresip v1.")
"""Telephones that give up where any challenge is not MD5."""

Lines: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request comes from this user."""

    user: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Answer with this instead."""

    status: int
    headers: Lines


class Admission:
    """Asks for names and judges the proofs."""

    def __init__(
        self,
        realm: str,
        entropy: Callable[[int], bytes],
        password_of: Callable[[str], str | None],
        guessed: Callable[[str, str, float], None] = lambda host, user, now: None,
    ) -> None:
        """Make the door; ``guessed`` learns of each address and name that is banned, and when."""
        self._challenger = Challenger(realm, entropy, password_of)
        self._strikes, self._guessed = Strikes(), guessed

    def check(self, request: Request, flow: Flow, now: float) -> Admitted | TurnedAway:
        """Let a request in, ask who it is, or turn it away for good.

        Who guesses is turned away whatever the answer, so that nobody learns which guess was right.
        """
        try:
            judged = self._challenger.judge(request, now)
        except BadMessage as error:
            return TurnedAway(error.status, [])
        host, user = flow.remote[0], judged.user
        if user and (left := self._strikes.left(host, user, now)) > 0:
            return TurnedAway(403, [("Retry-After", str(math.ceil(left)))])
        if judged.passed:
            self._strikes.right(host, user)
            return Admitted(user)
        if judged.verdict is Verdict.WRONG:
            if self._strikes.wrong(host, user, now):
                self._guessed(host, user, now)
            return TurnedAway(403, [])
        asks = self._challenger.challenge(now, stale=judged.verdict is Verdict.STALE)
        # RFC 8760 §2.4 wants the best algorithm on top, but older telephones (SIPp 3.6) read only
        # the topmost challenge and give up on SHA-256; those that choose by strength still find it.
        asks.reverse()
        if request.headers.get("User-Agent").startswith(MD5_ONLY):
            del asks[1:]
        return TurnedAway(401, asks)
