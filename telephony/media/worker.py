"""The media worker: a process that steps the studio on an absolute 20 ms clock.

Commands come as JSON lines on stdin and events leave on stdout, each through a thread of its own,
so that a slow reader never holds up a tick. The end of stdin ends the process.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import sys
import threading
import time
from typing import BinaryIO, Final

from telephony.media.chores import InThread
from telephony.media.control import (
    Command,
    MediaEvent,
    Quit,
    WorkerReady,
    WorkerReport,
    from_line,
    to_line,
)
from telephony.media.engine import TICK, Studio
from telephony.media.player import prepare
from telephony.media.sockets import UdpNet

LATE_SECONDS: Final = 0.010
REPORT_TICKS: Final = 250
_COLLECTIONS: Final = 4
"""Times a tick that the sockets are emptied: arrival times are true to 5 ms."""

_PRIORITY: Final = 10
_LOST_TICKS: Final = 50
"""Behind by so many ticks (a suspended machine) the clock starts anew instead of racing."""


class Worker:
    """The studio with its clock and its two pipes."""

    def __init__(self, commands: BinaryIO, events: BinaryIO) -> None:
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[MediaEvent | None] = queue.SimpleQueue()
        self._net = UdpNet()
        self.realtime = _become_punctual()
        self._loader = InThread("clips")
        self._writer = InThread("recordings")
        self._sound = InThread("sound")
        self._studio = Studio(
            self._net,
            entropy=os.urandom,
            now=time.monotonic(),
            epoch=time.time() - time.monotonic(),
            loader=self._loader,
            writer=self._writer,
            sound=self._sound,
        )
        self._ticks = self._late = 0
        self._lateness: list[float] = []
        self._reader = threading.Thread(target=self._read, args=(commands,), daemon=True)
        self._teller = threading.Thread(target=self._tell, args=(events,), daemon=True)

    def run(self) -> None:
        """Work until Quit or the end of the commands."""
        prepare()
        self._reader.start()
        self._teller.start()
        gc.collect()
        gc.freeze()
        gc.disable()
        self._events.put(WorkerReady())
        due = time.monotonic() + TICK
        while self._wait(due):
            due = self._tick(due)
        self._finish()

    def stop(self) -> None:
        """End at the next tick."""
        self._commands.put(Quit())

    def _wait(self, due: float) -> bool:
        """Wait for the tick, emptying sockets and obeying meanwhile; False: it is over."""
        parts = _COLLECTIONS if self._studio.legs else 1  # Without a leg no packet comes.
        for part in range(parts - 1, -1, -1):
            rest = due - part * TICK / _COLLECTIONS - time.monotonic()
            if rest > 0:
                time.sleep(rest)
            elif part:
                continue
            if not self._obey(due):
                return False
            if part:
                self._studio.collect(time.monotonic())
        return True

    def _obey(self, due: float) -> bool:
        late = time.monotonic() - due > TICK
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return True
            if isinstance(command, Quit):
                return False
            self._studio.send(command, due - TICK if late else None)

    def _tick(self, due: float) -> float:
        lateness = time.monotonic() - due
        self._studio.tick(time.monotonic(), due)
        self._ticks += 1
        if self._studio.legs:
            self._lateness.append(lateness)
            self._late += lateness > LATE_SECONDS
        for event in self._studio.events():
            self._events.put(event)
        if self._ticks % REPORT_TICKS == 0:
            self._report()
        behind = time.monotonic() - due
        return time.monotonic() + TICK if behind > _LOST_TICKS * TICK else due + TICK

    def _report(self) -> None:
        gc.collect(0)
        late, self._lateness = sorted(self._lateness), []
        if self._studio.legs and late:
            worst, p99 = (
                round(late[int(share * (len(late) - 1))] * 1000, 3) for share in (1, 0.99)
            )
            self._events.put(
                WorkerReport(self._ticks, self._late, worst, self._studio.legs, self.realtime, p99)
            )

    def _finish(self) -> None:
        self._studio.close()
        self._writer.close()
        self._loader.close()
        self._sound.close()
        for event in self._studio.events():
            self._events.put(event)
        self._events.put(None)
        self._teller.join(timeout=2)
        self._net.close_all()

    # ── the two pipes ────────────────────────────────────────────────────────

    def _read(self, commands: BinaryIO) -> None:
        for line in commands:
            try:
                self._commands.put(from_line(line))
            except (ValueError, json.JSONDecodeError) as error:
                print(f"a command was not understood: {type(error).__name__}", file=sys.stderr)
        self._commands.put(Quit())

    def _tell(self, events: BinaryIO) -> None:
        try:
            while (event := self._events.get()) is not None:
                events.write(to_line(event))
                if self._events.empty():
                    events.flush()
            events.flush()
        except OSError:  # nobody listens any more; the end of stdin follows
            return


def _become_punctual() -> bool:
    """Ask for real-time scheduling, before any thread is made; else only for a better place."""
    sys.setswitchinterval(0.001)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
        return True
    except (AttributeError, OSError):
        pass
    try:
        os.nice(-10)
    except (AttributeError, OSError):
        print("the media worker runs with plain scheduling", file=sys.stderr)
    return False


def main() -> None:
    """Run on this process's pipes; only who holds them, or SIGTERM, ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    events = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints spoils no event
    worker = Worker(sys.stdin.buffer, events)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()
    sys.stderr.flush()
    os._exit(0)  # the reader may still wait on stdin, which a plain exit would trip over


if __name__ == "__main__":
    main()
