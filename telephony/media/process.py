"""The asyncio side of a media worker: start it, command it, hear its events, notice its death."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from telephony.media.child import COMMAND, QUIT_SECONDS, environment
from telephony.media.control import (
    Command,
    MediaEvent,
    Quit,
    WorkerEnded,
    WorkerReady,
    from_line,
    ordered,
    to_line,
)
from telephony.media.errors import WorkerDied

_LONGEST_LINE: Final = 1 << 20


class MediaProcess:
    """A worker child of this process; events reach every subscriber in order, on the loop."""

    def __init__(self, *, log: Path | None = None) -> None:
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._subscribers: list[Callable[[MediaEvent], None]] = []
        self._listening: asyncio.Task[None] | None = None
        self._closing = False
        self._awake: asyncio.Future[None]
        self.died: asyncio.Future[int]
        """From ``start`` on: the exit status, when the worker ended though nobody closed it."""

    async def __aenter__(self) -> MediaProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process number while it runs."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Start the worker and wait until it is awake; raises OSError, WorkerDied if it is not."""
        self._closing = False
        self.died = asyncio.get_running_loop().create_future()
        if self._log is not None:
            self._log.parent.mkdir(parents=True, exist_ok=True)
        with open(self._log or os.devnull, "ab") as log:  # noqa: ASYNC230 - once, at start
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=environment(),
                limit=_LONGEST_LINE,
            )
        self._awake = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(), name="media events")
        try:
            await asyncio.shield(self._awake)
        except BaseException:
            await self._give_up()
            raise

    async def _give_up(self) -> None:
        self._closing = True
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def send(self, command: Command) -> None:
        """Send a command; raises WorkerDied when there is no worker to take it."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            raise WorkerDied("the media worker does not run; start it again and open the legs anew")
        process.stdin.write(to_line(ordered(command, time.monotonic())))

    def subscribe(self, callback: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Call back with every event from now on; returns what ends it."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    async def close(self) -> None:
        """End the worker: recordings are closed, legs say goodbye, the last events arrive."""
        self._closing = True
        process = self._process
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(ConnectionError, WorkerDied):
            self.send(Quit())
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), QUIT_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._listening is not None:
            await self._listening
            await asyncio.sleep(0)  # the last events are on their way to the subscribers

    async def _listen(self) -> None:
        process = self._process
        assert process is not None and process.stdout is not None
        async for line in process.stdout:
            event: MediaEvent = from_line(line)
            if isinstance(event, WorkerReady):
                self._awake.set_result(None)
            else:
                self._hand_on(event)
        status = await process.wait()
        if process.stdin is not None:
            process.stdin.close()
        if not self._awake.done():
            why = "the media worker ended before it was awake; see its log"
            self._awake.set_exception(WorkerDied(why))
            self._awake.exception()  # whoever started it may have gone
        elif not self._closing and not self.died.done():
            self._hand_on(WorkerEnded(status))
            self.died.set_result(status)

    def _hand_on(self, event: MediaEvent) -> None:
        loop = asyncio.get_running_loop()
        for callback in self._subscribers:  # one that raises must not deafen the others
            loop.call_soon(callback, event)
