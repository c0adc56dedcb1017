"""A helper process: lines out, lines in, started again with an alarm when it dies.

The end of its stdin ends it, so a killed server leaves no orphan behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import structlog

from classroom.errors import CannotStart
from classroom.words import say

_log = structlog.get_logger("children")
DEATHS: Final = 5
"""So many deaths within a minute, and it is not started again."""
_LONGEST_LINE: Final = 1 << 24
_GOODBYE_SECONDS: Final = 5.0


class Child:
    """``python -m MODULE``, talked to by lines."""

    def __init__(
        self,
        module: str,
        *,
        name: str,
        log: Path,
        hear: Callable[[bytes], None],
        alarm: Callable[[str], None],
        greeting: Callable[[], Sequence[bytes]] = tuple,
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        self._module, self._name, self._log = module, name, log
        self._hear, self._alarm, self._greeting, self._lost = hear, alarm, greeting, lost
        self._process: asyncio.subprocess.Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque(maxlen=DEATHS)
        self._closing = False
        self.gone = False
        """It kept dying and is not started again."""

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start it and greet it; raises CannotStart when the system refuses."""
        try:
            await self._launch()
        except OSError as error:
            raise CannotStart("child_missing", child=self._name, log=self._log) from error
        self._watching = asyncio.create_task(self._watch(), name=f"{self._name} process")

    def send(self, line: bytes) -> bool:
        """Send one line; False when there is nobody to take it."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return False
        process.stdin.write(line)
        return True

    async def close(self, goodbye: bytes = b"") -> None:
        """Say goodbye, close its stdin and wait; kill it if it does not go."""
        self._closing = True
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                if goodbye:
                    process.stdin.write(goodbye)
                process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), _GOODBYE_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._watching is not None:
            await self._watching

    async def _launch(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with open(self._log, "ab") as log:  # noqa: ASYNC230 - once a start
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._module,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
                limit=_LONGEST_LINE, start_new_session=os.name == "posix",
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )  # fmt: skip
        for line in self._greeting():
            self.send(line)

    async def _watch(self) -> None:
        while True:
            process = self._process
            assert process is not None and process.stdout is not None
            async for line in process.stdout:
                self._take(line)
            await process.wait()
            if process.stdin is not None:
                process.stdin.close()
            if self._closing:
                return
            self._lost()
            if self._keeps_dying():
                self.gone = True
                self._alarm(say("child_gone", child=self._name, log=self._log))
                return
            self._alarm(say("child_died", child=self._name))
            await self._launch()

    def _take(self, line: bytes) -> None:
        try:
            self._hear(line)
        except ValueError as error:
            _log.error("a line was not understood", child=self._name, why=type(error).__name__)

    def _keeps_dying(self) -> bool:
        now = time.monotonic()
        self._deaths.append(now)
        return len(self._deaths) == DEATHS and now - self._deaths[0] < 60
