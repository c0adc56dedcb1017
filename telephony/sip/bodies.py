"""Bodies of several parts (RFC 2046, RFC 5621)."""

from __future__ import annotations

import re

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))', re.IGNORECASE)
_KIND = re.compile(rb"^content-type\s*:\s*([^;\s]+)", re.IGNORECASE | re.MULTILINE)


def part_of(body: bytes, content_type: str, wanted: str) -> bytes | None:
    """Return the first part of this kind of a multipart body (RFC 2046 §5.1)."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        return None
    mark = b"--" + (found[1] or found[2]).encode("utf-8", "surrogateescape")
    for part in (b"\r\n" + body).split(b"\r\n" + mark)[1:]:
        head, blank, inside = part.partition(b"\r\n\r\n")
        kind = _KIND.search(head)
        if blank and kind is not None and kind[1].lower() == wanted.encode():
            return inside
    return None
