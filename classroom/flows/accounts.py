"""Made-up accounts and cards for practice: every eight digits are one, and its PIN is their last four.

Nothing is kept: what was paid in one call is there again in the next, so that a class can go on.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from telephony.pbx.ivr.lookup import Shape

ACCOUNTS: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "balance": Shape(frozenset({"number", "pin"}), frozenset({"amount", "due"})),
        "pay": Shape(frozenset({"number", "amount"}), frozenset({"amount", "receipt"})),
        "transfer": Shape(frozenset({"number", "to", "amount"}), frozenset({"amount", "receipt"})),
        "calling_card": Shape(frozenset({"card", "pin"}), frozenset({"amount", "minutes"})),
    }
)
"""What a flow may ask of them; ``amount`` is what is there, or what is left."""
_NUMBER: Final = re.compile(r"[0-9]{8}")
_AMOUNT: Final = re.compile(r"[1-9][0-9]{0,5}")
CENTS_A_MINUTE: Final = 30


def asked(ask: str, given: Mapping[str, str]) -> dict[str, str] | None:
    """Answer for an account or a card; None where the number, PIN or amount is not right."""
    number = given.get("number", "") or given.get("card", "")
    if not _NUMBER.fullmatch(number):
        return None
    held = 50_000 + _made(number, "held", 100_000)
    if "pin" in given:
        if given["pin"] != number[-4:]:
            return None
        if ask == "balance":
            return {"amount": yuan(held), "due": yuan(_made(number, "due", 30_000))}
        held = 500 + _made(number, "card", 5_000)
        return {"amount": yuan(held), "minutes": str(held // CENTS_A_MINUTE)}
    left = held - 100 * int(given["amount"]) if _AMOUNT.fullmatch(given["amount"]) else -1
    goes_to = given.get("to", "")
    if left < 0 or (ask == "transfer" and (not _NUMBER.fullmatch(goes_to) or goes_to == number)):
        return None
    receipt = f"{_made(number, f'{ask}{goes_to}{left}', 900_000) + 100_000}"
    return {"amount": yuan(left), "receipt": receipt}


def yuan(cents: int) -> str:
    """Write an amount."""
    return f"{cents // 100}.{cents % 100:02}"


def _made(number: str, what: str, below: int) -> int:
    return zlib.crc32(f"{number}/{what}".encode()) % below
