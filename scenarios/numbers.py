"""The one block of telephone numbers that virtual customers and the school use.

No carrier serves any of them, so no practice call can ever ring a stranger:

* English: NANP ``NPA 555-0100`` to ``NPA 555-0199``, set aside for fiction by the numbering
  plan, in geographic area codes only (in toll-free codes most of the range is in real use).
* Chinese: digits that begin with ``0000``. ``00`` dials abroad from China and no country's
  code begins with 0 (ITU-T E.164 keeps zone 0 empty); behind ``+86`` no number begins with 0. So
  there is no line, at home or abroad, that such digits can reach.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # A carrier asks whose a number is long before it needs scenarios.
    from scenarios.model import Lang

_ZH = re.compile(r"0000\d{3,7}")
_EN = re.compile(r"1?(?!8)[2-9]\d{2}55501\d{2}")

SCHOOL = MappingProxyType({"zh": "000010000", "en": "2025550100"})
"""The number that customers dial, by language."""

AREA_CODES = ("202", "206", "312", "415", "617")

_ZH_DIGITS = "零幺二三四五六七八九"
_EN_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def is_fake(number: str) -> bool:
    """Tell whether a number lies in the block that no carrier serves."""
    digits = re.sub(r"[\s()+.-]", "", number)
    return bool(_ZH.fullmatch(digits) or _EN.fullmatch(digits))


def said(digits: str, lang: Lang, group: int = 4) -> str:
    """Write digits so that a voice reads them one by one, in breaths of ``group``."""
    parts = [digits[at : at + group] for at in range(0, len(digits), group)]
    if lang == "zh":
        return "，".join("".join(_ZH_DIGITS[int(d)] for d in part) for part in parts)
    return ", ".join(" ".join(_EN_DIGITS[int(d)] for d in part) for part in parts)
