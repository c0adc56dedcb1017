"""Examining a trunk: is its name known, does it answer, does it take our account, does sound come back?

Each look ends in a ``Finding`` with a code; what to say to a person about a code is said elsewhere.
"""

from __future__ import annotations

import asyncio
import email.utils
import os
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from telephony.errors import TelephonyError
from telephony.media import control
from telephony.media.control import Codec
from telephony.media.process import MediaProcess
from telephony.pbx.numbering import Kind, Place
from telephony.pbx.plan import GatewayPlan, TrunkPlan
from telephony.pbx.upkeep import uri_of
from telephony.phone import Account, Phone, PhoneCall
from telephony.phone_events import Answered, Ended
from telephony.sip.auth import Credentials, unanswerable
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
        failure = None if response else self._wire.streams.failures.get(flow.remote)
        return Answer(status, response, time.monotonic() - began, failure)

    def _drain(self) -> None:
        for event in self._core.events():
            if isinstance(event, Responded):
                waiting = self._waiting.pop(event.key, None)
                if waiting and not waiting.done():
                    waiting.set_result((event.status, event.response))


async def examine(
    trunk: TrunkPlan, *, place: Place, call: str = "", local: str = "0.0.0.0"
) -> AsyncIterator[Finding]:
    """Look at everything, one thing after the other; ``call`` is a number for a test call."""
    able: list[tuple[GatewayPlan, Address]] = []
    async with Prober(local, trunk.ca) as prober:
        for gateway in trunk.ways():
            address = await _address(gateway)
            if address is None:
                yield Finding("name", "bad", "name_unknown", {"host": gateway.host})
                continue
            answer = await prober.ask("OPTIONS", trunk, gateway, address, 0)
            yield _options(gateway, answer)
            if answer.response is None:
                continue
            able.append((gateway, address))
            if off := _clock(answer.response):
                yield Finding("clock", "doubt", "clock_off", {"seconds": round(off)})
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
    async for finding in _call(trunk, place, call, able[0], local):
        yield finding


async def _address(gateway: GatewayPlan) -> Address | None:
    """Find a gateway; over TLS it goes on by its name, as that is what it must prove."""
    where = gateway.host, gateway.port
    try:
        found = await resolved(where)
    except OSError:
        return None
    return where if gateway.transport == "tls" else found


def _options(gateway: GatewayPlan, answer: Answer) -> Finding:
    values = {"gateway": gateway.name, "ms": round(answer.seconds * 1000), "status": answer.status}
    if answer.response is None:
        values["host"] = gateway.host
        return Finding("options", "bad", _unreached(answer.failure), values)
    if answer.status == 503:
        return Finding("options", "bad", "out_of_service", values)
    return Finding("options", "good", "answers", values)


_NAMES: Final = frozenset({62, 64})
"""OpenSSL: the certificate holds another name, another address."""
_EXPIRED: Final = 10


def _unreached(failure: BaseException | None) -> str:
    """Say why a gateway was not even asked."""
    match failure:
        case ssl.SSLCertVerificationError(verify_code=code):
            wrong = {**dict.fromkeys(_NAMES, "wrong_name"), _EXPIRED: "certificate_expired"}
            return wrong.get(code, "wrong_authority")
        case ssl.SSLError():
            return "speaks_no_tls"
        case _:
            return "no_answer"


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
    codes = {401: "password_wrong", 403: "password_wrong", 407: "password_wrong"}
    if answer.response is not None and answer.status < 300:
        return Finding("register", "good", "registered", values)
    code = codes.get(answer.status, "account_unknown" if answer.status == 404 else "not_registered")
    if answer.response and (asked := unanswerable(answer.response)):
        code, values["asked"] = "digest_unknown", asked
    return Finding("register", "bad", "no_answer" if answer.response is None else code, values)


# ── the test call ────────────────────────────────────────────────────────────

CALLS: Final = {
    401: "call_password",
    403: "call_forbidden",
    404: "call_no_number",
    407: "call_password",
    408: "call_no_answer",
    480: "call_unavailable",
    484: "call_incomplete",
    486: "call_busy",
    488: "call_codec",
    503: "call_out_of_service",
    600: "call_busy",
    603: "call_declined",
}


async def _call(
    trunk: TrunkPlan, place: Place, number: str, way: tuple[GatewayPlan, Address], local: str
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
        async with Phone(account, media=media, local=(local, 0), codecs=codecs) as phone:
            shown = trunk.numbers[0] if trunk.numbers else None
            try:
                line = await phone.dial(place.write(dialled, trunk.style), caller=shown)
            except (TelephonyError, OSError) as error:
                yield Finding("call", "bad", "call_failed", {"why": str(error)})
                return
            ended = await _until_answered(line)
            if ended is not None:
                yield _not_called(trunk, number, ended.status or 0, line.refusal, codecs)
                return
            yield Finding("call", "good", "answered", {"number": number, "codec": line.codec})
            await line.play([f"tone:440:{TALK}:-12"])
            await asyncio.sleep(TALK)
            await line.hang_up()
        yield _sound(await ears.report(line.media))


def _not_called(
    trunk: TrunkPlan, number: str, status: int, refusal: Response | None, codecs: Sequence[Codec]
) -> Finding:
    """Say why a test call was refused; a password is to blame only where one could be tried."""
    code = CALLS.get(status, "call_status")
    values = {"number": number, "status": status, "codecs": ", ".join(codecs)}
    if code == "call_password" and refusal and (asked := unanswerable(refusal)):
        code, values["asked"] = "digest_unknown", asked
    elif code == "call_password" and trunk.account is None:
        code = "call_account"
    return Finding("call", "bad", code, values)


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
    return Ended("no answer", 408)


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
