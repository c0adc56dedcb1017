"""The board's asyncio skin: one wire for UDP, TCP and TLS, one media worker, a callback for the news."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from telephony.media.control import Command as MediaCommand
from telephony.media.control import MediaEvent
from telephony.media.errors import WorkerDied
from telephony.media.process import MediaProcess
from telephony.pbx.alarms import alarm
from telephony.pbx.board import Board
from telephony.pbx.commands import Command, HangUpAll, LeaveTrunks, SetPlan
from telephony.pbx.events import BoardEvent
from telephony.pbx.glance import Glance, glance
from telephony.pbx.panel import Panel, panel
from telephony.pbx.plan import BoardPlan, GatewayPlan
from telephony.pbx.recent_events import Recent
from telephony.ports import RtpPorts
from telephony.sip.core import EXTENSIONS, SWITCHBOARD, SipCore
from telephony.sip.events import Address, Flow
from telephony.sip.station import Timings
from telephony.wires.addresses import LOCAL_NETS, inside
from telephony.wires.stream import Limits
from telephony.wires.tls import client_context
from telephony.wires.wire import SipWire, Transport, resolved

_GOODBYE_SECONDS: Final = 2.0
_SELDOM: Final = (20_000, 20, 50)
"""New objects before the youngest are looked through, and how seldom the older ones are."""
_LOOK_SECONDS: Final = 15.0
_AGAIN_SECONDS: Final = 2.0
"""Until a media worker that did not wake is started again."""
_NAME_SECONDS: Final = 300.0
"""So long an address found by name is believed."""
_SESSION_SECONDS: Final = 1800
"""A call that neither side refreshes for so long is over (RFC 4028)."""
_NAMES: Final = frozenset(("localhost", socket.gethostname().lower()))
"""What this machine is called."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where a board is reached."""

    local: Address = ("127.0.0.1", 5060)
    transports: Sequence[Transport] = ("udp", "tcp", "tls")
    tls: ssl.SSLContext | None = None
    """What the server proves itself with; without it there is no TLS."""
    tls_port: int = 0
    """0: the port above SIP's."""
    client_tls: ssl.SSLContext | None = None
    limits: Limits | None = None
    rtp_ports: tuple[int, int] = (0, 0)
    advertise: str | None = None
    """The address that far ends outside ``local_nets`` should know us by."""
    local_nets: Sequence[str] = LOCAL_NETS

    def shown(self, flow: Flow) -> str:
        """Return the address that the far end of a flow should know us by."""
        if self.advertise is None or inside(flow.remote[0], self.local_nets):
            return flow.local[0]
        return self.advertise


class Switchboard:
    """A running board; ``command`` it from the loop it was started on."""

    def __init__(
        self,
        plan: BoardPlan,
        *,
        media: MediaProcess,
        on_event: Callable[[BoardEvent], None],
        network: Network,
        entropy: Callable[[int], bytes] = os.urandom,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a board; ``start`` opens it."""
        self._media, self._on_event = media, on_event
        self._network, self._clock, self.address = network, clock, network.local
        self._quiet, self._closing = asyncio.Event(), False
        self._names, self._looking = dict[str, str](), dict[str, asyncio.Task[None]]()
        self._chores: list[asyncio.Task[None]] = []
        self._unsubscribe: Callable[[], None] = lambda: None
        self.board = Board(
            core_for(entropy, network.shown, self._large),
            _Engine(media),
            RtpPorts(*network.rtp_ports),
            plan,
            entropy=entropy,
            wall=self._wall,
            advertise=network.shown,
            reach=self._reach,
            answers_to=lambda host: host in _NAMES or host in self._wire.addresses,
            now=clock(),
        )
        self._wire = SipWire(
            self.board,
            self._drain,
            clock,
            limits=network.limits,
            server_tls=network.tls,
            client_tls=network.client_tls,
            lost=self._lost,
        )
        self._distrusted: set[Address] = set()
        self._believe(plan)

    def _wall(self, now: float) -> datetime:
        """Tell the local time of a moment of the board's clock, which counts from nowhere in particular."""
        return datetime.fromtimestamp(time.time() + now - self._clock())

    async def start(self) -> Address:
        """Wake the media worker, then bind the wire; raises PortTaken, WorkerDied."""
        if self._media.pid is None:
            await self._media.start()
        net = self._network
        self.address = await self._wire.open(net.local, net.transports, net.tls_port)
        self._unsubscribe = self._media.subscribe(self._heard)
        self._chores = [
            asyncio.create_task(self._watch_media(), name="media worker's life"),
            asyncio.create_task(self._follow_addresses(), name="own addresses"),
        ]
        self._wire.pump()
        return self.address

    async def close(self) -> None:
        """Hang up on everybody, say so on the wire, let the socket go; the media stays its owner's."""
        self.command(HangUpAll("closing"))
        self.command(LeaveTrunks())
        self._closing = True
        self._drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), _GOODBYE_SECONDS)
        for task in (*self._chores, *self._looking.values()):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._unsubscribe()
        await self._wire.gone()

    @property
    def tls_port(self) -> int:
        """Where TLS listens; 0: nowhere."""
        return self._wire.tls_port

    def flow_to(self, remote: Address, transport: Transport = "udp") -> Flow:
        """Return the flow to an address: by our own address towards it."""
        return self._wire.flow_to(remote, transport)

    def command(self, command: Command) -> None:
        """Do what a person or another room asks; raises PbxError where it cannot be."""
        if isinstance(command, SetPlan):
            self._believe(command.plan)
        self.board.command(command, self._clock())
        self._wire.pump()

    def panel(self) -> Panel:
        """Look at every channel, queue and conference as they are now."""
        return panel(self.board.works, self._clock())

    def glance(self, extension: str) -> Glance:
        """Look at the call of one desk."""
        return glance(self.board.works, extension)

    def hearers(self, box: str) -> frozenset[str]:
        """List the desks that may hear the messages of a mailbox."""
        plan = self.board.works.plan.box(box)
        return frozenset((box, *plan.owners)) if plan else frozenset()

    def recents(self, extension: str) -> list[Recent]:
        """List what a desk dialled, answered and missed last, the newest first."""
        return self.board.works.recents.of(extension)

    # ── inside ───────────────────────────────────────────────────────────────

    def _reach(self, gateway: GatewayPlan) -> Flow | None:
        """Find the way to a carrier's gateway; a name is looked up aside, for the next call."""
        host = gateway.host
        if gateway.transport == "udp" and not is_address(host):  # Streams look names up themselves.
            if host not in self._looking:
                self._looking[host] = asyncio.create_task(self._look_up(host), name="look-up")
            host = self._names.get(host, "")
        return self._wire.flow_to((host, gateway.port), gateway.transport) if host else None

    async def _look_up(self, name: str) -> None:
        """Find a name's address, and again after a while: carriers move."""
        try:
            self._names[name] = (await resolved((name, 0)))[0]
        except OSError:
            self._on_event(alarm(self._clock(), "gateway_unknown", gateway=name))
        await asyncio.sleep(_NAME_SECONDS)
        self._looking.pop(name, None)

    def _believe(self, plan: BoardPlan) -> None:
        """Have each carrier prove itself by the authority that its trunk names."""
        self._distrusted.clear()
        ways = [(way, trunk.ca) for trunk in plan.trunks if trunk.ca for way in trunk.gateways]
        self._wire.believe({(way.host, way.port): client_context(ca) for way, ca in ways})

    def _lost(self, flow: Flow, why: str) -> None:
        """Raise an alarm where a carrier did not prove itself: it is silent for that reason."""
        failure = self._wire.streams.failures.get(flow.remote)
        if isinstance(failure, ssl.SSLCertVerificationError):
            where = "{}:{}".format(*flow.remote)
            if flow.remote not in self._distrusted:
                self._on_event(alarm(self._clock(), "gateway_untrusted", gateway=where))
            self._distrusted.add(flow.remote)

    def _heard(self, event: MediaEvent) -> None:
        self.board.media_event(event, self._clock())
        self._wire.pump()

    def _drain(self) -> None:
        for event in self.board.events():
            self._on_event(event)
        if self._closing and not self.board.core.legs:
            self._quiet.set()

    def _large(self, flow: Flow) -> Flow | None:
        return self._wire.large(flow)

    async def _follow_addresses(self) -> None:
        """A cable plugged in later brings an address of ours: listen there too."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await self._wire.follow()

    async def _watch_media(self) -> None:
        """A media worker that died takes its calls with it; the next ones get a new worker."""
        while True:
            await asyncio.shield(self._media.died)
            self._on_event(alarm(self._clock(), "media_died"))
            self.command(HangUpAll("sound_lost"))
            while not await self._woken():  # noqa: ASYNC110 - no event tells that it may wake
                await asyncio.sleep(_AGAIN_SECONDS)
            self._on_event(alarm(self._clock(), "media_back"))

    async def _woken(self) -> bool:
        try:
            await self._media.start()
        except (OSError, WorkerDied) as error:
            self._on_event(alarm(self._clock(), "no_sound", why=str(error)))
            return False
        return True


def is_address(host: str) -> bool:
    """Say whether this is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def keep_calm() -> None:
    """Forget what the start left behind, and look for garbage seldom: calls leave none in circles.

    To look through everything that lives takes a large server a fifth of a second, in which nobody's
    telephone rings. For a process that is a board's own.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


def core_for(
    entropy: Callable[[int], bytes],
    shown: Callable[[Flow], str],
    large: Callable[[Flow], Flow | None] = lambda flow: None,
) -> SipCore:
    """Make the SIP core of a board; ``large`` finds a stream for what no datagram carries."""

    def address(flow: Flow) -> Address:
        return (shown(flow), flow.local[1])

    return SipCore(
        entropy=entropy,
        user_agent="callcenter-lab",
        methods=(*SWITCHBOARD, "REGISTER"),
        supported=(*EXTENSIONS, "replaces"),
        relays=True,
        timings=Timings(session=_SESSION_SECONDS),
        packages=("dialog", "message-summary"),
        advertise=address,
        large=large,
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
