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
        """Register, refresh, leave; a refusal ends the round."""
        steps = [("first", EXPIRES), *[("refresh", EXPIRES)] * REFRESHES, ("leaving", 0)]
        for step, expires in steps:
            if not self._ask(f"REGISTER to 200, {step}", expires):
                return

    def _ask(self, name: str, expires: int) -> bool:
        began = time.monotonic()
        status = self._phone.register(expires)
        milliseconds = (time.monotonic() - began) * 1000
        self._note("SIP", name, milliseconds, None if status == 200 else f"answered {status}")
        return status == 200
