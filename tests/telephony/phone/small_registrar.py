"""A digest registrar and redirecting nobody: just enough for a telephone to register with."""

from __future__ import annotations

import os
import time
from collections import Counter

from telephony.sip.auth import Challenger, Verdict
from telephony.sip.core import METHODS, SipCore
from telephony.sip.events import Address, Requested
from telephony.wires.wire import SipWire


class SmallRegistrar:
    def __init__(self, passwords: dict[str, str], *, lifetime: float = 300.0) -> None:
        self.core = SipCore(
            entropy=os.urandom, user_agent="small registrar", methods=(*METHODS, "REGISTER")
        )
        self.challenger = Challenger("lab", os.urandom, passwords.get, lifetime=lifetime)
        self.wire = SipWire(self.core, self._drain)
        self.bindings: dict[str, str] = {}
        self.grants = 60
        self.wrong: Counter[str] = Counter()
        """Wrong answers by name."""

    async def __aenter__(self) -> SmallRegistrar:
        await self.wire.open(("127.0.0.1", 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.wire.close()

    @property
    def address(self) -> Address:
        return self.wire.address

    def _drain(self) -> None:
        for event in self.core.events():
            if isinstance(event, Requested) and event.request.method == "REGISTER":
                self._register(event)

    def _register(self, event: Requested) -> None:
        now = time.monotonic()
        judged = self.challenger.judge(event.request, now)
        if judged.verdict is Verdict.WRONG:
            self.wrong[judged.user] += 1
            self.core.respond(event.key, 403, now)
        elif not judged.passed:
            stale = judged.verdict is Verdict.STALE
            asks = self.challenger.challenge(now, stale=stale)
            self.core.respond(event.key, 401, now, headers=asks)
        else:
            contact = event.request.headers.get("Contact")
            if event.request.headers.get("Expires") == "0":
                self.bindings.pop(judged.user, None)
                self.core.respond(event.key, 200, now)
                return
            self.bindings[judged.user] = contact
            lines = [("Contact", f"{contact};expires={self.grants}")]
            self.core.respond(event.key, 200, now, headers=lines)
