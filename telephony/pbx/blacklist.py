"""Who always hears the busy tone: numbers and beginnings of numbers, in any writing (TEL-24)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from telephony.pbx.numbering import Place

WITHHELD: Final = "withheld"
"""This entry stands for every caller who withholds the number."""


def unwanted(entries: Iterable[str], caller: str, place: Place) -> bool:
    """Say whether this caller is on the list; an entry that ends in ``*`` is a beginning."""
    number = place.read(caller)
    written = {caller, number.text if number else caller}
    if number:
        written |= {place.write(number, "national"), place.write(number, "digits")}
    for entry in entries:
        if not caller:
            if entry == WITHHELD:
                return True
        elif entry.endswith("*"):
            if any(one.startswith(_beginnings(entry, place)) for one in written):
                return True
        elif entry in written or (number is not None and place.read(entry) == number):
            return True
    return False


def _beginnings(entry: str, place: Place) -> tuple[str, ...]:
    """Write the beginning of a number without blanks, and one from abroad with a plus as we keep it."""
    begins = re.sub(r"[ -]", "", entry[:-1])
    abroad = begins.removeprefix(place.country.abroad)
    return (begins, f"+{abroad}") if abroad and abroad != begins else (begins,)
