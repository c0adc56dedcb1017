"""Where a telephone number belongs: province and city in China, the country elsewhere.

The data is Google's libphonenumber (package ``phonenumbers``); it takes 100 MB of memory once asked,
so only reports ask it, never a server in its calls.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from classroom.door.lang import Lang
from telephony.pbx.numbering import CHINA, Kind, Number, Place

WITHHELD: Final = "withheld"
"""How a call without a number is kept."""
CODES: Final = {
    Kind.FREE: "free", Kind.SERVICE: "short", Kind.EMERGENCY: "short", Kind.PREMIUM: "short",
    Kind.FICTIONAL: "practice",
}  # fmt: skip
"""Kinds of numbers that belong to no place."""


class Regions:
    """Tells regions in one language; ``word`` says what is no place."""

    def __init__(self, place: Place, lang: Lang, words: dict[str, str]) -> None:
        self._place, self._lang, self._words = place, lang, words

    def of(self, number: str) -> str:
        """Name the region of a number as it was kept or dialled."""
        if number in ("", WITHHELD):
            return self._words["withheld"]
        found = self._place.read(number)
        if found is None:
            return self._words["unknown"]
        if code := CODES.get(found.kind):
            return self._words[code]
        return region_of(found, self._lang) or self._words["unknown"]


@lru_cache(maxsize=100_000)
def region_of(number: Number, lang: Lang) -> str:
    """Look a number of the world up; empty where the data does not know it."""
    from phonenumbers import NumberParseException, geocoder, parse

    try:
        parsed = parse(number.text)
    except NumberParseException:
        return ""
    if str(parsed.country_code) == CHINA.code:
        return str(geocoder.description_for_number(parsed, lang))
    return str(geocoder.country_name_for_number(parsed, lang))
