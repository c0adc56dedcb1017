"""Opens the door: uvicorn on a socket that was bound before anything else started."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from classroom.errors import cannot_listen


def bind(host: str, port: int) -> socket.socket:
    """Take the HTTP port now; raises CannotStart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise cannot_listen("http", host, port, error) from error
    listener.setblocking(False)
    return listener


class _Quiet(uvicorn.Server):
    """Leaves the signals to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class OpenDoor:
    """An application being served on a bound socket."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=3,
            ws="websockets-sansio",
            ws_max_queue=32,
        )
        self._server = _Quiet(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None
        self.port: int = listener.getsockname()[1]

    async def start(self) -> None:
        """Begin to serve."""
        self._task = asyncio.create_task(self._server.serve([self._listener]), name="door")

    async def close(self) -> None:
        """Finish what is under way and stop."""
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._listener.close()
