"""Conferences that are over, as their recordings tell: the switchboard names each by number and moment."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from classroom.door.lines import ConferenceTape
from telephony.media.codec import RATE
from telephony.media.recorder import HEADER_BYTES

MOST: Final = 200
"""So many are listed, the latest first."""
_FILE: Final = re.compile(r"conference-(([0-9]{1,12})-([0-9]{8}-[0-9]{6}))\.wav")
_FRAME: Final = 2 * RATE


def tapes(folder: Path, recorded_now: Collection[str]) -> list[ConferenceTape]:
    """List what may be heard; of a conference that goes on, the recording is not whole yet."""
    found: list[ConferenceTape] = []
    going_on = set(recorded_now)
    for path in sorted(folder.glob("conference-*.wav"), key=_moment, reverse=True):
        name = _FILE.fullmatch(path.name)
        if name is None or len(found) >= MOST:
            continue
        number = name[2]
        if number in going_on:
            going_on.remove(number)
            continue
        with suppress(OSError, ValueError):  # gone meanwhile, or a moment that no calendar has
            began = datetime.strptime(name[3], "%Y%m%d-%H%M%S").timestamp()
            seconds = max(0.0, (path.stat().st_size - HEADER_BYTES) / _FRAME)
            found.append(
                ConferenceTape(id=name[1], name=number, began=began, seconds=round(seconds, 1))
            )
    return found


def path_of(folder: Path, tape: str) -> Path | None:
    """Find a recording by its id; nothing else in the folder is given out."""
    path = folder / f"conference-{tape}.wav"
    return path if _FILE.fullmatch(path.name) and path.is_file() else None


def tapes_before(folder: Path, moment: float) -> list[Path]:
    """List recordings that were written last before a moment (seconds since 1970)."""
    named = (path for path in folder.glob("conference-*.wav") if _FILE.fullmatch(path.name))
    return [path for path in named if path.stat().st_mtime < moment]


def _moment(path: Path) -> str:
    return path.stem[-15:]
