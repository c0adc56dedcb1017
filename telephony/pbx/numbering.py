"""Telephone numbers: what somebody dialled, the one form we keep, the form a carrier wants.

``read`` turns any writing into a ``Number`` whose ``text`` is E.164 with its ``+`` where the whole world
can dial it, and the bare digits of a short code otherwise. Reading a ``text`` again gives the same number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, TypeAlias


class Kind(Enum):
    """What a number is for, as far as its digits say."""

    LOCAL = "local"
    """In our own area."""
    NATIONAL = "national"
    MOBILE = "mobile"
    FREE = "free"
    """The called side pays: 800, and 400 in China, where both pay."""
    SERVICE = "service"
    """A short code: 10086, 12345, 95588, 411."""
    ABROAD = "abroad"
    PREMIUM = "premium"
    """The caller pays more than the call."""
    EMERGENCY = "emergency"
    FICTIONAL = "fictional"
    """In a block that no carrier serves."""


Style: TypeAlias = Literal["e164", "digits", "national", "local"]
"""How a carrier wants numbers: +8613…, 8613…, 013… or 13…, or without our own area's code."""


@dataclass(frozen=True, slots=True)
class Number:
    """One telephone number."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Country:
    """The numbering plan of one country, as its authority publishes it."""

    code: str
    """Country code of E.164."""
    inside: str
    """Dialled before an area code."""
    abroad: str
    """Dialled before a country code."""
    emergency: frozenset[str]
    short: tuple[tuple[Kind, re.Pattern[str]], ...]
    """Codes that are dialled as they are."""
    whole: tuple[tuple[Kind, re.Pattern[str]], ...]
    """National significant numbers: what stands behind the country code."""
    own: re.Pattern[str]
    """A number inside one area, dialled without its code."""
    bare: frozenset[Kind]
    """Kinds that are dialled at home without ``inside``."""


CHINA: Final = Country(
    code="86",
    inside="0",
    abroad="00",
    emergency=frozenset({"110", "119", "120", "122", "112"}),
    short=(
        (Kind.PREMIUM, re.compile(r"16[08]\d{2,8}|96168\d{0,3}")),
        (Kind.SERVICE, re.compile(r"11[4-8]|12[13]|12[13]\d{2,3}|10[01]\d{1,3}|9[56]\d{3,4}")),
        (Kind.SERVICE, re.compile(r"95[01]\d{3,5}")),
    ),
    whole=(
        (Kind.MOBILE, re.compile(r"1[3-9]\d{9}")),
        (Kind.FREE, re.compile(r"[48]00\d{7}")),
        (Kind.NATIONAL, re.compile(r"(?:10|2\d)[2-8]\d{7}|[3-9]\d{2}[2-8]\d{6,7}")),
    ),
    own=re.compile(r"[2-8]\d{6,7}"),
    bare=frozenset({Kind.MOBILE, Kind.FREE}),
)

UNITED_STATES: Final = Country(
    code="1",
    inside="1",
    abroad="011",
    emergency=frozenset({"911", "112", "988"}),
    short=((Kind.SERVICE, re.compile(r"[2-8]11")),),
    whole=(
        (Kind.PREMIUM, re.compile(r"900[2-9]\d{6}")),
        (Kind.FREE, re.compile(r"8(?:00|33|44|55|66|77|88)[2-9]\d{6}")),
        (Kind.NATIONAL, re.compile(r"[2-9]\d{2}[2-9]\d{6}")),
    ),
    own=re.compile(r"[2-9]\d{6}"),
    bare=frozenset(),
)

COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType({"CN": CHINA, "US": UNITED_STATES})

_FILLING: Final = re.compile(r"[\s().\-/·]")
_FICTIONAL: Final = re.compile(r"0000\d{3,7}|(?!8|400)[2-9]\d{2}55501\d{2}")
"""Digits that no telephone of the world answers, wherever we stand: 0000… leads nowhere in China or
abroad (no country's code begins with 0), 555-01XX is kept free for stories by the American plan."""
_WORLD: Final = re.compile(r"[1-9]\d{6,14}")
"""ITU-T E.164: at most fifteen digits, and no country's code begins with 0."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a switchboard stands among the telephones of the world."""

    country: Country = CHINA
    area: str = ""
    """Our own area code, without its 0; empty: local numbers cannot be told from others."""
    outside: str = ""
    """Dialled at a desk to get a line; empty: nothing."""

    def read(self, dialled: str) -> Number | None:
        """Read a number in any writing; None when it can be none."""
        digits = _FILLING.sub("", dialled)
        if digits.startswith("+"):
            return self._world(digits[1:])
        if not (digits.isascii() and digits.isdigit()):
            return None
        return (
            self._short(digits)
            or self._abroad(digits)
            or self._home(digits)
            or self._with_code(digits)
        )

    def dialled(self, digits: str) -> Number | None:
        """Read what a desk dialled: with the digit for a line, or without where that is no matter."""
        digits = _FILLING.sub("", digits)
        if self.outside and digits.startswith(self.outside):
            behind = self.read(digits.removeprefix(self.outside))
            if behind is not None:
                return behind
        return self.read(digits)

    def write(self, number: Number, style: Style) -> str:
        """Write a number as a carrier wants it; short codes stay as they are."""
        if not number.text.startswith("+") or style == "e164":
            return number.text
        digits = number.text[1:]
        if style == "digits":
            return digits
        if not digits.startswith(self.country.code):
            return self.country.abroad + digits
        rest = digits.removeprefix(self.country.code)
        if style == "local" and number.kind is Kind.LOCAL:
            return rest.removeprefix(self.area)
        return rest if number.kind in self.country.bare else self.country.inside + rest

    # ── inside ───────────────────────────────────────────────────────────────

    def _short(self, digits: str) -> Number | None:
        country = self.country
        if digits in country.emergency:
            return Number(Kind.EMERGENCY, digits)
        if _FICTIONAL.fullmatch(digits):
            return Number(Kind.FICTIONAL, digits)
        found = (kind for kind, pattern in country.short if pattern.fullmatch(digits))
        kind = next(found, None)
        return None if kind is None else Number(kind, digits)

    def _abroad(self, digits: str) -> Number | None:
        abroad = self.country.abroad
        return self._world(digits.removeprefix(abroad)) if digits.startswith(abroad) else None

    def _home(self, digits: str) -> Number | None:
        inside = self.country.inside
        if digits.startswith(inside) and (found := self._national(digits.removeprefix(inside))):
            return found
        found = self._national(digits)
        if found and (found.kind in self.country.bare or inside == self.country.code):
            return found
        if self.area and self.country.own.fullmatch(digits):
            return self._national(self.area + digits)
        return None

    def _with_code(self, digits: str) -> Number | None:
        """Read our own country's code without its +, as carriers of the style ``digits`` write."""
        code = self.country.code
        return self._national(digits.removeprefix(code)) if digits.startswith(code) else None

    def _world(self, digits: str) -> Number | None:
        """Read what stands behind a +."""
        code = self.country.code
        if digits.startswith("1") and _FICTIONAL.fullmatch(digits[1:]):
            return Number(Kind.FICTIONAL, digits[1:])
        if digits.startswith(code):
            return self._national(digits.removeprefix(code))
        return Number(Kind.ABROAD, f"+{digits}") if _WORLD.fullmatch(digits) else None

    def _national(self, digits: str) -> Number | None:
        found = (kind for kind, pattern in self.country.whole if pattern.fullmatch(digits))
        kind = next(found, None)
        if kind is None:
            return None
        if self.country.code == "1" and _FICTIONAL.fullmatch(digits):
            return Number(Kind.FICTIONAL, digits)
        if kind is Kind.NATIONAL and self.area and digits.startswith(self.area):
            kind = Kind.LOCAL
        return Number(kind, f"+{self.country.code}{digits}")
