"""Reads a fax as a file of pages: PDF, PNG or TIFF, as fax servers and all-in-one machines write them."""

from __future__ import annotations

import re
import struct
from typing import Final

from classroom.business.letters.mail import Incoming, one_line, plain
from classroom.errors import Refusal
from telephony.pbx.numbering import Place

MOST_PAGES: Final = 1000
LINES: Final = 60
COLUMNS: Final = 80
"""A page of ours: so many lines of so many letters, a Chinese one taking two."""
DOTS: Final = {"standard": "204x98", "fine": "204x196", "superfine": "204x391"}
"""Dots an inch, across and down (ITU-T T.30)."""


def read_fax(data: bytes, place: Place, *, number: str, to: str = "", text: str = "") -> Incoming:
    """Read one fax; refuses what is no file of pages."""
    suffix, pages = pages_of(data)
    said = one_line(number)
    found = place.read(said) if said else None
    if said and found is None:
        raise Refusal(422, "letter_bad_number", number=said[:40])
    return Incoming(
        kind="fax", data=data, suffix=suffix, sender=found.text if found else "",
        receiver=one_line(to), text=plain(text), pages=pages,
        automatic="" if found else "no_sender",
    )  # fmt: skip


def pages_of(data: bytes) -> tuple[str, int]:
    """Which kind of file it is, and how many pages it has."""
    if data.startswith(b"%PDF-"):
        return ".pdf", min(MOST_PAGES, max(1, len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", data))))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png", 1
    if data[:4] in (b"II*\x00", b"MM\x00*"):
        return ".tif", _frames(data)
    raise Refusal(422, "fax_unreadable")


def _frames(data: bytes) -> int:
    """Count the directories of a TIFF; one that leads in a circle or out of the file ends there."""
    order = "<" if data[:1] == b"I" else ">"
    seen: set[int] = set()
    at = struct.unpack_from(f"{order}I", data, 4)[0] if len(data) >= 8 else 0
    while at and at not in seen and at + 2 <= len(data) and len(seen) < MOST_PAGES:
        seen.add(at)
        (entries,) = struct.unpack_from(f"{order}H", data, at)
        link = at + 2 + 12 * entries
        if link + 4 > len(data):
            break
        (at,) = struct.unpack_from(f"{order}I", data, link)
    if not seen:
        raise Refusal(422, "fax_unreadable")
    return len(seen)


def pages_needed(text: str) -> int:
    """How many pages a text of ours takes."""
    lines = 0
    for line in text.split("\n"):
        wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in line)
        lines += max(1, -(-wide // COLUMNS))
    return max(1, -(-lines // LINES))
