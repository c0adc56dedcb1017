"""A media worker without an event loop: commands go down one pipe, a thread reads the other.

For who lives with threads or greenlets instead of asyncio; otherwise the same as ``process``.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from telephony.media.child import COMMAND, QUIT_SECONDS, environment
from telephony.media.control import (
    Command,
    MediaEvent,
    Quit,
    WorkerEnded,
    from_line,
    ordered,
    to_line,
)
from telephony.media.errors import WorkerDied


class MediaPipe:
    """A worker child of this process; events reach every subscriber in order, on one thread."""

    def __init__(self, *, log: Path | None = None) -> None:
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._subscribers: list[Callable[[MediaEvent], None]] = []
        self._sending = threading.Lock()
        self._listening: threading.Thread | None = None
        self._closing = False
        self.died = threading.Event()
        """Set when the worker ended though nobody closed it."""

    def __enter__(self) -> MediaPipe:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The worker's process number while it runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start the worker; commands sent before it is awake wait in its pipe."""
        if self._log is not None:
            self._log.parent.mkdir(parents=True, exist_ok=True)
        with open(self._log or os.devnull, "ab") as log:
            self._process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(),
            )
        self._listening = threading.Thread(target=self._listen, name="media events", daemon=True)
        self._listening.start()

    def send(self, command: Command) -> None:
        """Send a command; raises WorkerDied when there is no worker to take it."""
        process = self._process
        if process is None or process.stdin is None or process.stdin.closed or self.died.is_set():
            raise WorkerDied("the media worker does not run; start it again and open the legs anew")
        try:
            with self._sending:
                process.stdin.write(to_line(ordered(command, time.monotonic())))
                process.stdin.flush()
        except (OSError, ValueError) as error:
            raise WorkerDied("the media worker ended; see its log and start it again") from error

    def subscribe(self, callback: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Call back with every event from now on; returns what ends it."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            if callback in self._subscribers:
                self._subscribers.remove(callback)

        return unsubscribe

    def close(self) -> None:
        """End the worker: recordings are closed, legs say goodbye, the last events arrive."""
        self._closing = True
        process = self._process
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(OSError, WorkerDied):
            self.send(Quit())
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(QUIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._listening is not None:
            self._listening.join()
        if process.stdout is not None:
            process.stdout.close()

    def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        for line in self._process.stdout:
            self._hand_on(from_line(line))
        status = self._process.wait()
        if not self._closing:
            self.died.set()
            self._hand_on(WorkerEnded(status))

    def _hand_on(self, event: MediaEvent) -> None:
        for callback in tuple(self._subscribers):
            callback(event)
