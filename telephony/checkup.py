"""Examining a trunk: is its name known, does it answer, does it take our account, does sound come back?

Each look ends in a ``Finding`` with a code; what to say to a person about a code is said elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from telephony import refusals
from telephony.errors import TelephonyError
from telephony.media import control
from telephony.media.control import Codec
from telephony.media.process import MediaProcess
from telephony.pbx.numbering import Kind, Place
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.pbx.upkeep import uri_of
from telephony.phone import Account, Phone, PhoneCall
from telephony.phone_events import Answered, Ended
from telephony.ports import RtpPorts
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.events import Address, Responded
from telephony.sip.message import Response
from telephony.sip.uri import Uri
from telephony.wires.tls import client_context
from telephony.wires.wire import SipWire, resolved

Step: TypeAlias = Literal["name", "options", "clock", "register", "call", "sound"]
Grade: TypeAlias = Literal["good", "doubt", "bad"]

PATIENCE: Final = 8.0
RINGING: Final = 45.0
KNOCK: Final = 1.0
TALK: Final = 4.0
CLOCK: Final = 120.0
"""Seconds by which clocks may differ before certificates and registrations suffer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    step: Step
    grade: Grade
    code: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    status: int
    response: Response | None
    seconds: float
    failure: BaseException | None = None
    """Why there was no connection to ask over."""


class Prober:
    """A SIP socket that asks and waits; ``ca`` vouches for whom it asks over TLS."""

    def __init__(self, local: str, ca: str = "") -> None:
        self._local = local
        self._waiting: dict[str, asyncio.Future[tuple[int, Response | None]]] = {}
        self._core = SipCore(entropy=os.urandom, user_agent="callcenter-lab trunk check")
        self._wire = SipWire(self._core, self._drain, client_tls=client_context(ca) if ca else None)

    async def __aenter__(self) -> Prober:
        await self._wire.open((self._local, 0), ("udp", "tcp"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.gone()

    async def ask(
        self, method: str, trunk: TrunkPlan, gateway: GatewayPlan, address: Address, expires: int
    ) -> Answer:
        """Send one request to a gateway and wait; 408 without a response: nobody answered."""
        flow = self._wire.flow_to(address, gateway.transport)
        account = trunk.account or Credentials("board", "")
        domain = trunk.domain or gateway.host
        who = f"<{Uri(user=account.user, host=domain)}>"
        registers = method == "REGISTER"
        began = time.monotonic()
        key = self._core.request(
            method, Uri(host=domain) if registers else uri_of(gateway), to=who, from_=who, flow=flow,
            contact=account.user, headers=[("Expires", str(expires))] if registers else [],
            credentials=trunk.account, now=began,
        )  # fmt: skip
        waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
        self._wire.pump()
        try:
            status, response = await asyncio.wait_for(waiting, PATIENCE)
        except TimeoutError:
            status, response = 408, None
        failure = None
        if response is None:
            failure = await self._failure(gateway, address)
        return Answer(status, response, time.monotonic() - began, failure)

    async def _failure(self, gateway: GatewayPlan, address: Address) -> BaseException | None:
        """Find out why nobody answered, as far as the system knows."""
        if gateway.transport == "udp":
            return await _turned_away(address)
        failure = self._wire.streams.failures.get(address)
        mute = isinstance(failure, TimeoutError | ConnectionResetError)
        if gateway.transport == "tls" and mute and await _listens(address):
            return ssl.SSLError("it takes connections, and no TLS")
        return failure

    def _drain(self) -> None:
        for event in self._core.events():
            if isinstance(event, Responded):
                waiting = self._waiting.pop(event.key, None)
                if waiting and not waiting.done():
                    waiting.set_result((event.status, event.response))


async def _turned_away(address: Address) -> BaseException | None:
    """Knock by a socket of its own, as the system tells only such a one what ICMP says."""
    loop = asyncio.get_running_loop()
    with socket.socket(
        socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_DGRAM
    ) as knock:
        knock.setblocking(False)
        try:
            knock.connect(address)
            knock.send(b"\r\n\r\n")
            async with asyncio.timeout(KNOCK):
                await loop.sock_recv(knock, 1)
        except TimeoutError:
            return None
        except OSError as error:
            return error
    return None


async def _listens(address: Address) -> bool:
    """Say whether anything takes TCP connections there."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(*address)
        writer.close()
        return True
    return False


async def examine(
    trunk: TrunkPlan,
    *,
    place: Place,
    call: str = "",
    local: str = "0.0.0.0",
    ports: RtpPorts | None = None,
) -> AsyncIterator[Finding]:
    """Look at everything, one thing after the other; ``call`` is a number for a test call.

    ``ports`` are those that the firewall lets in: sound is tried by them, as calls will have it.
    """
    able: list[tuple[GatewayPlan, Address]] = []
    async with Prober(local, trunk.ca) as prober:
        async for finding in _gateways(prober, trunk, local, able):
            yield finding
        if not able:
            return
        if trunk.registers:
            gateway, address = able[0]
            answer = await prober.ask("REGISTER", trunk, gateway, address, 60)
            if least := _least(answer):
                answer = await prober.ask("REGISTER", trunk, gateway, address, least)
            found = _registered(trunk, answer, gateway)
            yield found
            if found.grade == "bad":
                return
            await prober.ask("REGISTER", trunk, gateway, address, 0)
        else:
            yield Finding("register", "good", "known_by_address")
    async for finding in _call(trunk, place, call, able[0], local, ports):
        yield finding


async def _gateways(
    prober: Prober, trunk: TrunkPlan, local: str, able: list[tuple[GatewayPlan, Address]]
) -> AsyncIterator[Finding]:
    """Look at each gateway; those that answer go on the list ``able``."""
    for gateway in trunk.ways():
        address = await _address(gateway)
        if address is None:
            yield Finding("name", "bad", "name_unknown", {"host": gateway.host})
            continue
        if not await _faces(local, gateway):
            values = {"host": gateway.host, "local": local}
            yield Finding("options", "bad", "local_only", values)
            continue
        answer = await prober.ask("OPTIONS", trunk, gateway, address, 0)
        yield _options(gateway, answer)
        if answer.response is None:
            continue
        able.append((gateway, address))
        if off := _clock(answer.response):
            yield Finding("clock", "doubt", "clock_off", {"seconds": round(off)})


async def _address(gateway: GatewayPlan) -> Address | None:
    """Find a gateway; over TLS it goes on by its name, as that is what it must prove."""
    where = gateway.host, gateway.port
    try:
        found = await resolved(where)
    except OSError:
        return None
    return where if gateway.transport == "tls" else found


async def _faces(local: str, gateway: GatewayPlan) -> bool:
    """Say whether our address is of the gateway's family, and not of this machine alone."""
    if local == "::":
        return True
    both = [await resolved((host, 0)) for host in (local, gateway.host)]
    ours, theirs = (ipaddress.ip_address(host.partition("%")[0]) for host, _ in both)
    return ours.version == theirs.version and (not ours.is_loopback or theirs.is_loopback)


def _options(gateway: GatewayPlan, answer: Answer) -> Finding:
    values = {"gateway": gateway.name, "ms": round(answer.seconds * 1000), "status": answer.status}
    if answer.response is None:
        values |= {"host": gateway.host, "why": getattr(answer.failure, "reason", "")}
        cut = answer.status == 503 and answer.failure is None
        code = "closed_unanswered" if cut else refusals.unreached(answer.failure)
        return Finding("options", "bad", code, values)
    if answer.status == 503:
        return Finding("options", "bad", "out_of_service", values)
    return Finding("options", "good", "answers", values)


def _clock(response: Response) -> float:
    """Say by how much the carrier's clock differs from ours, if that is too much."""
    try:
        theirs = email.utils.parsedate_to_datetime(response.headers.get("Date"))
    except ValueError:
        return 0.0
    aware = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    off = abs((datetime.now(UTC) - aware).total_seconds())
    return off if off > CLOCK else 0.0


def _least(answer: Answer) -> int:
    """Read how long a carrier wants registrations to be at least (423); 0: it did not complain."""
    least = answer.response.headers.get("Min-Expires") if answer.response else ""
    return int(least[:9]) if answer.status == 423 and least.isascii() and least.isdigit() else 0


def _registered(trunk: TrunkPlan, answer: Answer, gateway: GatewayPlan) -> Finding:
    user = trunk.account.user if trunk.account else ""
    values = {"user": user, "status": answer.status, "gateway": gateway.name}
    if answer.response is not None and answer.status < 300:
        return Finding("register", "good", "registered", values)
    code, more = refusals.of_registration(trunk, answer.status, answer.response)
    return Finding("register", "bad", code, values | more)


# ── the test call ────────────────────────────────────────────────────────────


async def _call(
    trunk: TrunkPlan,
    place: Place,
    number: str,
    way: tuple[GatewayPlan, Address],
    local: str,
    ports: RtpPorts | None,
) -> AsyncIterator[Finding]:
    if not number:
        yield Finding("call", "doubt", "not_called")
        return
    dialled = place.read(number)
    if dialled is None or dialled.kind in (Kind.EMERGENCY, Kind.PREMIUM):
        yield Finding("call", "bad", "number_refused", {"number": number})
        return
    account = _account(trunk, *way)
    async with MediaProcess() as media:
        ears = _Ears()
        media.subscribe(ears.hear)
        codecs = trunk.codecs or ("PCMA", "PCMU", "G722")
        phone = Phone(account, media=media, local=(local, 0), codecs=codecs, ports=ports)
        async with phone:
            shown = trunk.numbers[0] if trunk.numbers else None
            written = place.write(dialled, trunk.style)
            try:
                line = await phone.dial(written, caller=shown)
            except (TelephonyError, OSError) as error:
                yield Finding("call", "bad", "call_failed", {"why": str(error)})
                return
            ended = await _until_answered(line)
            if ended is not None:
                yield _not_called(trunk, written, ended, line.refusal, codecs)
                return
            yield Finding("call", "good", "answered", {"number": number, "codec": line.codec})
            await line.play([f"tone:440:{TALK}:-12"])
            await asyncio.sleep(TALK)
            await line.hang_up()
        yield _sound(await ears.report(line.media))


def _not_called(
    trunk: TrunkPlan, dialled: str, ended: Ended, refusal: Response | None, codecs: Sequence[Codec]
) -> Finding:
    """Say why a test call was refused."""
    status = ended.status or 0
    code, more = refusals.of_call(trunk, status, refusal, dialled)
    values = {"number": dialled, "status": status, "codecs": ", ".join(codecs)}
    return Finding("call", "bad", code, values | more)


def _account(trunk: TrunkPlan, gateway: GatewayPlan, address: Address) -> Account:
    own = trunk.account or Credentials(trunk.numbers[0] if trunk.numbers else "board", "")
    return Account(
        own.user, own.password, address, trunk.domain or gateway.host, transport=gateway.transport,
        ca=trunk.ca, by_name=gateway.transport == "tls",
    )  # fmt: skip


async def _until_answered(call: PhoneCall) -> Ended | None:
    try:
        async with asyncio.timeout(RINGING):
            async for event in call.events():
                if isinstance(event, Answered):
                    return None
                if isinstance(event, Ended):
                    return event
    except TimeoutError:
        await call.hang_up()
    return Ended("no answer", 487)


class _Ears:
    """Keeps what the media worker reports of closed legs."""

    def __init__(self) -> None:
        self._reports: dict[str, control.LegReport] = {}
        self._came = asyncio.Event()

    def hear(self, event: control.MediaEvent) -> None:
        """Take one event."""
        if isinstance(event, control.LegReport):
            self._reports[event.leg] = event
            self._came.set()

    async def report(self, leg: str) -> control.LegReport | None:
        """Wait for the report of a leg."""
        try:
            async with asyncio.timeout(PATIENCE):
                while leg not in self._reports:
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            return None
        return self._reports[leg]


def _sound(report: control.LegReport | None) -> Finding:
    if report is None or not report.received:
        return Finding("sound", "bad", "no_sound_back")
    values = {
        "received": report.received,
        "sent": report.sent,
        "lost": report.lost,
        "jitter": round(report.jitter_ms, 1),
        "far": report.remote_lost if report.remote_lost is not None else "-",
    }
    if report.remote_lost and report.remote_lost * 2 > report.sent:
        return Finding("sound", "bad", "one_way", values)
    if report.received * 2 < report.sent or report.lost * 20 > report.received:
        return Finding("sound", "doubt", "sound_thin", values)
    return Finding("sound", "good", "both_ways", values)
