"""Where the server's log goes."""

from __future__ import annotations

import contextlib
import sys

import structlog


def log_to_stderr() -> None:
    """Keep stdout for what was asked for; a log that cannot be written stops nobody.

    What went wrong is told as Python tells it: the pretty way takes seconds, in which nobody's call goes
    on, and shows the values of the moment, passwords among them.
    """
    *steps, _ = structlog.get_config()["processors"]
    writer = structlog.dev.ConsoleRenderer(
        colors=bool(sys.stderr and sys.stderr.isatty()),
        exception_formatter=structlog.dev.plain_traceback,
    )
    structlog.configure(processors=[*steps, writer], logger_factory=lambda *_: _Stderr())


class _Stderr:
    """Writes a line to stderr, where a full disk may lie behind it."""

    def msg(self, line: str) -> None:
        """Write one line, or lose it."""
        with contextlib.suppress(OSError):
            print(line, file=sys.stderr, flush=True)

    debug = info = warning = error = critical = exception = log = msg
