"""The practice carrier's short messages: kept, one JSON line each; none reaches a telephone."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

MOST: Final = 10 << 20
"""So many bytes are kept; what comes later is taken and forgotten."""


def keep(file: Path, sender: str, to: str, text: str) -> None:
    """Keep one message; raises OSError. Only the server's user may read the file."""
    line = {"at": time.time(), "from": sender, "to": to, "text": text}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as out:
        if out.tell() < MOST:
            out.write(json.dumps(line).encode() + b"\n")


def kept(file: Path) -> Iterator[dict[str, Any]]:
    """Read what was kept, the oldest first; a line that a crash cut short is passed over."""
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"at", "from", "to", "text"} <= found.keys():
            yield found
