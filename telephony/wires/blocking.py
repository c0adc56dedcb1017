"""The skin of an engine without an event loop: one blocking UDP socket, served by one thread.

Where the standard library's sockets and threads are patched to greenlets (the load lab does so in a
process of its own), a thread here is a greenlet there; nothing in this module knows of it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from telephony.errors import PortTaken
from telephony.sip.events import Address, Flow
from telephony.wires.addresses import ANYWHERE, local_towards, mark
from telephony.wires.engine import Engine

_LARGEST: Final = 65_535
_SHORTEST: Final = 0.001
"""A timeout of zero would mean: do not wait."""
_ROUSE: Final = b""
"""A datagram to ourselves, so that a wait for the network learns of an earlier alarm."""


class BlockingWire:
    """Steps one engine; command it inside ``with wire.turn() as now``, from any thread."""

    def __init__(
        self,
        engine: Engine,
        drain: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        overhears: Callable[[Flow, bytes, bool, float], None] | None = None,
    ) -> None:
        """Make a skin; ``drain`` handles the engine's events, within the turn that caused them.

        ``overhears`` is shown every message: its flow, its bytes, whether it came in, and when.
        """
        self._engine = engine
        self._drain = drain
        self._clock = clock
        self._overhears = overhears
        self._turn = threading.RLock()
        self._depth = 0
        self._socket: socket.socket | None = None
        self._serving: threading.Thread | None = None
        self._wakes_at = float("inf")
        """Until when the serving thread waits for the network."""
        self.address: Address = ("", 0)
        self.errors = 0
        """Datagrams the system refused or reported as undeliverable."""

    def open(self, local: Address = ("127.0.0.1", 0)) -> Address:
        """Bind and begin to serve; returns the address. Raises PortTaken."""
        six = ":" in local[0]
        wire = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
        mark(wire)
        try:
            wire.bind(local)
        except OSError as error:
            wire.close()
            raise PortTaken(local[0], local[1], error.strerror or str(error)) from error
        self._socket, self.address = wire, wire.getsockname()[:2]
        self._serving = threading.Thread(target=self._serve, name="sip wire", daemon=True)
        self._serving.start()
        return self.address

    def flow_to(self, remote: Address) -> Flow:
        """Return the flow from here to an address."""
        host, port = self.address
        if host in ANYWHERE:
            host = local_towards(remote[0])
        return Flow("udp", (host, port), (remote[0], remote[1]))

    @contextlib.contextmanager
    def turn(self) -> Iterator[float]:
        """Have the engine to oneself at this moment; what it wants sent is sent at the end."""
        with self._turn:
            self._depth += 1
            try:
                yield self._clock()
                if self._depth == 1:
                    self._settle()
            finally:
                self._depth -= 1

    def close(self) -> None:
        """Serve no more and let the socket go."""
        with self._turn:
            wire, self._socket = self._socket, None
        if wire is None:
            return
        self._rouse(wire)
        if self._serving is not None and self._serving is not threading.current_thread():
            self._serving.join()
        wire.close()

    # ── inside ───────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        """Hand on events, send what is to be sent, and have the server wake in time."""
        self._drain()
        while sent := self._engine.outbox():
            for flow, data in sent:
                self._post(flow, data)
            self._drain()
        at = self._engine.next_timer()
        if at is not None and at < self._wakes_at and self._socket is not None:
            if threading.current_thread() is not self._serving:
                self._rouse(self._socket)
            self._wakes_at = at

    def _post(self, flow: Flow, data: bytes) -> None:
        if self._socket is None:
            return
        if self._overhears is not None:
            self._overhears(flow, data, False, self._clock())
        try:
            self._socket.sendto(data, flow.remote)
        except OSError:
            self.errors += 1

    def _rouse(self, wire: socket.socket) -> None:
        host, port = self.address
        home = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        with contextlib.suppress(OSError):
            wire.sendto(_ROUSE, (home, port))

    def _serve(self) -> None:
        """Wait for the network or the next alarm, whichever comes first, until closed."""
        while (wire := self._socket) is not None:
            with self._turn:
                at = self._engine.next_timer()
                self._wakes_at = float("inf") if at is None else at
            rest = None if at is None else max(_SHORTEST, at - self._clock())
            came = self._wait(wire, rest)
            if self._socket is None:
                return
            with self.turn() as now:
                if came is not None:
                    self._take(*came, now)
                if (due := self._engine.next_timer()) is not None and due <= now:
                    self._engine.tick(now)

    def _wait(self, wire: socket.socket, rest: float | None) -> tuple[bytes, Address] | None:
        try:
            wire.settimeout(rest)
            data, source = wire.recvfrom(_LARGEST)
            return data, (source[0], source[1])
        except TimeoutError:
            return None
        except OSError:  # Word that a far port is closed; whom it concerns, the timers will tell.
            self.errors += 1
            return None

    def _take(self, data: bytes, source: Address, now: float) -> None:
        if not data:
            return
        flow = self.flow_to(source)
        if self._overhears is not None:
            self._overhears(flow, data, True, now)
        self._engine.receive(flow, data, now)
