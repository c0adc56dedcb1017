"""The board's asyncio skin: one UDP wire, one media worker, a callback for the news."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

from telephony.media.control import Command as MediaCommand
from telephony.media.control import MediaEvent
from telephony.media.errors import WorkerDied
from telephony.media.process import MediaProcess
from telephony.pbx.board import Board
from telephony.pbx.commands import Command, HangUpAll
from telephony.pbx.events import Alarm, BoardEvent
from telephony.pbx.plan import BoardPlan, GatewayPlan
from telephony.ports import RtpPorts
from telephony.sip.core import METHODS, SipCore
from telephony.sip.events import Address, Flow
from telephony.wires.udp import UdpWire

_GOODBYE_SECONDS: Final = 2.0


class Switchboard:
    """A running board; ``command`` it from the loop it was started on."""

    def __init__(
        self,
        plan: BoardPlan,
        *,
        media: MediaProcess,
        on_event: Callable[[BoardEvent], None],
        local: Address = ("127.0.0.1", 5060),
        rtp_ports: tuple[int, int] = (0, 0),
        advertise: str | None = None,
        entropy: Callable[[int], bytes] = os.urandom,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a board; ``advertise`` is the address that far ends should know us by."""
        self._media = media
        self._on_event = on_event
        self._local = local
        self._clock = clock
        self._quiet = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self.address: Address = local

        def sound_address(flow: Flow) -> str:
            return advertise or flow.local[0]

        self.board = Board(
            _core(entropy, advertise),
            _Engine(media),
            RtpPorts(*rtp_ports),
            plan,
            entropy=entropy,
            advertise=sound_address,
            bind=lambda flow: flow.local[0],
            reach=self._reach,
            now=clock(),
        )
        self._wire = UdpWire(self.board, self._drain, clock)

    async def start(self) -> Address:
        """Bind the wire and wake the media worker; raises PortTaken."""
        self.address = await self._wire.open(self._local)
        self._unsubscribe = self._media.subscribe(self._heard)
        if self._media.pid is None:
            await self._media.start()
        self._watching = asyncio.create_task(self._watch_media(), name="media worker's life")
        self._wire.pump()
        return self.address

    async def close(self) -> None:
        """Hang up on everybody, say so on the wire, let the socket go; the media stays its owner's."""
        self.command(HangUpAll("closing"))
        self._quiet.clear()
        self._drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), _GOODBYE_SECONDS)
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        self._unsubscribe()
        self._wire.close()

    def command(self, command: Command) -> None:
        """Do what a person or another room asks; raises PbxError where it cannot be."""
        self.board.command(command, self._clock())
        self._wire.pump()

    # ── inside ───────────────────────────────────────────────────────────────

    def _reach(self, gateway: GatewayPlan) -> Flow | None:
        """Find the way to a carrier's gateway that is given by its address."""
        if gateway.transport != "udp" or not is_address(gateway.host):
            return None
        return self._wire.flow_to((gateway.host, gateway.port))

    def _heard(self, event: MediaEvent) -> None:
        self.board.media_event(event, self._clock())
        self._wire.pump()

    def _drain(self) -> None:
        for event in self.board.events():
            self._on_event(event)
        if self.board.core.counts()["legs"] == 0:
            self._quiet.set()

    async def _watch_media(self) -> None:
        """A media worker that died takes its calls with it; the next ones get a new worker."""
        while True:
            await asyncio.shield(self._media.died)
            alarm = "The media worker died; calls in progress are ended."
            self._on_event(Alarm(self._clock(), alarm))
            self.command(HangUpAll("sound_lost"))
            await self._media.start()
            self._on_event(Alarm(self._clock(), "The media worker died; a new one runs."))


def is_address(host: str) -> bool:
    """Say whether this is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _core(entropy: Callable[[int], bytes], advertise: str | None) -> SipCore:
    def address(flow: Flow) -> Address:
        return (advertise or flow.local[0], flow.local[1])

    return SipCore(
        entropy=entropy,
        user_agent="callcenter-lab",
        methods=(*METHODS, "REGISTER"),
        advertise=address if advertise else None,
    )


class _Engine:
    """The worker as the board sees it: a dead one is deaf until it is replaced."""

    def __init__(self, media: MediaProcess) -> None:
        self._media = media

    def send(self, command: MediaCommand) -> None:
        """Pass a command on."""
        with contextlib.suppress(WorkerDied):
            self._media.send(command)

    def events(self) -> list[MediaEvent]:
        """Nothing: the worker's events come by subscription."""
        return []
