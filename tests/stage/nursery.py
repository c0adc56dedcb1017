"""Processes of the product that have loaded already: each is forked from one that has, and is its own.

To load a server takes four times the processor that opening it takes, and a test run starts dozens. The
command line's own tests start from nothing, as people do, and so does the server of `lab demo`.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

NURSERY = multiprocessing.get_context("forkserver")
NURSERY.set_forkserver_preload(["lab.cli", "lab.demo", "lab.server", "classroom.main", __name__])


class Born:
    """A process with a pipe as its stdout and a file as its stderr."""

    def __init__(
        self,
        work: Callable[..., None],
        *given: Any,
        log: Path | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        ours, theirs = NURSERY.Pipe(duplex=False)
        about = (work, given, theirs, log, dict(environ))
        self._process = NURSERY.Process(target=_live, args=about, daemon=True)
        self._process.start()
        theirs.close()
        self._said = os.fdopen(os.dup(ours.fileno()), "rb")
        ours.close()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus the signal that ended it; none while it lives."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.send_signal(signal.SIGKILL)

    async def line(self) -> str:
        """Its next line; empty once it has ended."""
        return (await asyncio.to_thread(self._said.readline)).decode()

    async def wait(self) -> int:
        """Wait for its end."""
        await asyncio.to_thread(self._process.join)
        self._said.close()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> str:
        """Wait for its end; what it said."""
        said = await asyncio.to_thread(self._said.read)
        await self.wait()
        return said.decode()


def type_in(*words: str) -> None:
    """Run a command of ours."""
    from lab.cli import main

    sys.argv = ["lab", *words]
    main()


def _live(
    work: Callable[..., None],
    given: tuple[Any, ...],
    out: Connection,
    log: Path | None,
    environ: dict[str, str],
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.dup2(out.fileno(), 1)
    out.close()
    if log is not None:
        with log.open("ab") as stderr:
            os.dup2(stderr.fileno(), 2)
    for name, number in (("stdout", 1), ("stderr", 2)):  # The old ones know other files.
        setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    work(*given)
