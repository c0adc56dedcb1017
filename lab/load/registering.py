"""A telephone that comes and goes: REGISTER with digest, refreshed, taken back."""

from __future__ import annotations

import time
from typing import Final

from lab.load.ledger import Ledger
from lab.load.telephone import Telephone

EXPIRES: Final = 60
REFRESHES: Final = 3


class Registrar:
    """Registers one telephone and writes down how long each answer took."""

    def __init__(self, phone: Telephone, note: Ledger) -> None:
        self._phone, self._note = phone, note

    def come_and_go(self) -> None:
        """Register, refresh, leave."""
        self._ask("REGISTER to 200, first", EXPIRES)
        for _ in range(REFRESHES):
            self._ask("REGISTER to 200, refresh", EXPIRES)
        self._ask("REGISTER to 200, leaving", 0)

    def _ask(self, name: str, expires: int) -> None:
        began = time.monotonic()
        status = self._phone.register(expires)
        milliseconds = (time.monotonic() - began) * 1000
        self._note("SIP", name, milliseconds, None if status == 200 else f"answered {status}")
