"""One server a data folder: a lock that the system lets go of when the process dies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from classroom.errors import CannotStart


class FolderLock:
    """Held while it is entered; raises CannotStart when another server holds it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None

    def __enter__(self) -> FolderLock:
        self._file = open(self._folder / "lab.lock", "ab")
        try:
            _take(self._file)
        except OSError as error:
            self._file.close()
            raise CannotStart("data_busy", folder=self._folder) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()


def in_use(folder: Path) -> bool:
    """Say whether a server holds this folder now."""
    if not (folder / "lab.lock").exists():
        return False
    try:
        with FolderLock(folder):
            return False
    except (CannotStart, OSError):
        return True


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
