"""RTP ports: an even one for sound, the odd one above it for RTCP, both free when given out."""

from __future__ import annotations

import contextlib
import socket
from typing import Final

from telephony.errors import NoPortLeft

_TRIES: Final = 50


class RtpPorts:
    """Goes round a range, so that a port rests as long as possible before it is used again."""

    def __init__(self, first: int = 0, last: int = 0) -> None:
        """Use the ports from first to last; two zeros mean any that the system has free."""
        self._first, self._last = first + first % 2, last
        self._next = self._first
        self._taken: set[tuple[str, int]] = set()

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, host: str) -> int:
        """Return an even port that is free on this host; raises NoPortLeft."""
        pairs = (self._last - self._first + 1) // 2 if self._first else _TRIES
        for _ in range(pairs):
            port = _free(host, self._candidate())
            if port and (host, port) not in self._taken:
                self._taken.add((host, port))
                return port
        raise NoPortLeft("Every RTP port is taken; widen the range of RTP ports in the settings.")

    def give(self, host: str, port: int) -> None:
        """Take a port back."""
        self._taken.discard((host, port))

    def _candidate(self) -> int:
        """Return the next even port of the range; 0, any, where there is no range."""
        if not self._first:
            return 0
        port, self._next = self._next, self._next + 2
        if self._next + 1 > self._last:
            self._next = self._first
        return port


def _free(host: str, port: int) -> int:
    """Bind a port (0: any) and the other one of its pair; return the even one, 0 where one is in use."""
    with _socket(host) as one, _socket(host) as other, contextlib.suppress(OSError, OverflowError):
        one.bind((host, port))
        bound: int = one.getsockname()[1]
        other.bind((host, bound ^ 1))
        return bound & ~1
    return 0


def _socket(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
