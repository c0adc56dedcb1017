"""Where those who come by TLS prove themselves, and how many may at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from typing import Final

_HANDSHAKE: Final = 10.0
_SHUTDOWN: Final = 1.0
_BREATH: Final = 1.0
"""Where the system has no handle left for one more connection: seconds until it is asked again."""


class Porch:
    """Takes connections on one address; who has not proved itself yet is counted, here and by host.

    asyncio's own server counts nobody before the handshake is over, and each such one costs a third of a
    megabyte for as long as it says nothing.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        guest: Callable[[], asyncio.Protocol],
        *,
        room: int,
        a_host: int,
    ) -> None:
        self._listener, self._context, self._guest = listener, context, guest
        self._room, self._a_host = room, a_host
        self._from: Counter[str] = Counter()
        self._here: set[asyncio.Task[None]] = set()
        self._door = asyncio.create_task(self._open(), name="TLS door")

    def close(self) -> None:
        """Take nobody more; who is proving itself is shown out."""
        for task in (self._door, *self._here):
            task.cancel()

    async def gone(self) -> None:
        """Wait after `close` until the address is free."""
        await asyncio.gather(self._door, *self._here, return_exceptions=True)

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.closing(self._listener):
            while True:
                try:
                    wire, peer = await loop.sock_accept(self._listener)
                except OSError:
                    await asyncio.sleep(_BREATH)
                else:
                    self._let_in(wire, peer[0])

    def _let_in(self, wire: socket.socket, host: str) -> None:
        if len(self._here) >= self._room or self._from[host] >= self._a_host:
            wire.close()
            return
        self._from[host] += 1
        task = asyncio.create_task(self._prove(wire), name="TLS handshake")
        self._here.add(task)
        task.add_done_callback(lambda task: self._leave(task, host))

    def _leave(self, task: asyncio.Task[None], host: str) -> None:
        self._here.discard(task)
        self._from[host] -= 1
        if not self._from[host]:
            del self._from[host]

    async def _prove(self, wire: socket.socket) -> None:
        with contextlib.suppress(OSError):  # Who cannot has no connection, and nobody waits for it.
            await asyncio.get_running_loop().connect_accepted_socket(
                self._guest,
                wire,
                ssl=self._context,
                ssl_handshake_timeout=_HANDSHAKE,
                ssl_shutdown_timeout=_SHUTDOWN,
            )
