"""A telephone: registers, calls, is called; the user agent that seats and customers share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from telephony.errors import BadMessage, BadSdp, NoPortLeft, RegistrationRefused
from telephony.media import control
from telephony.media.errors import WorkerDied
from telephony.phone_call import Line, Media, PhoneCall
from telephony.phone_events import CallState, Ringing, TextCame
from telephony.ports import RtpPorts
from telephony.registration import Account, Registered, Registration, RegistrationLost
from telephony.sip import events as sip
from telephony.sip import uri as uris
from telephony.sip.auth import Credentials
from telephony.sip.core import SipCore
from telephony.sip.crypto import make_keys
from telephony.sip.events import Address
from telephony.sip.headers import NameAddr
from telephony.sip.message import Headers, Lines, Request, Response
from telephony.sip.sdp import make_offer
from telephony.sip.uri import Uri
from telephony.wires.stream import Limits
from telephony.wires.tls import client_context
from telephony.wires.wire import SipWire, Transport, resolved

__all__ = ["Account", "Phone", "PhoneCall", "PhoneEvent", "Rang", "Registered", "RegistrationLost"]

_FAREWELL_SECONDS = 2.0
_BEAT_SECONDS = 25.0
"""How often the server is shown that we are here, so that a NAT between keeps its door open."""


@dataclass(frozen=True, slots=True)
class Rang:
    """Somebody calls: ring, answer or refuse it."""

    call: PhoneCall


PhoneEvent: TypeAlias = Rang | Registered | RegistrationLost


class Phone:
    """One telephone on one port (UDP and TCP), with its sound in a media worker."""

    text_came: Callable[[Request], int] | None = None  # takes a message outside calls

    def __init__(
        self,
        account: Account | None,
        *,
        media: Media,
        local: Address = ("127.0.0.1", 0),
        codecs: Sequence[str] = ("PCMA", "PCMU"),
        entropy: Callable[[int], bytes] = os.urandom,
        clock: Callable[[], float] = time.monotonic,
        user_agent: str = "callcenter-lab phone",
        name: str = "anonymous",
        ports: RtpPorts | None = None,
    ) -> None:
        self.account = account
        self.name = account.user if account else name
        self.calls: dict[str, PhoneCall] = {}
        self._media, self._local, self._codecs = media, local, codecs
        self._entropy, self._clock = entropy, clock
        self._ports = RtpPorts() if ports is None else ports
        self.core = SipCore(entropy=entropy, user_agent=user_agent, large=self._large)
        self._wire = SipWire(
            self.core, self._drain, clock, limits=Limits(ping=_BEAT_SECONDS), lost=self._broke,
            client_tls=client_context(account.ca) if account and account.ca else None,
        )  # fmt: skip
        self._home: sip.Flow | None = None
        """The way to our server."""
        self._beat: asyncio.TimerHandle | None = None
        self._events: asyncio.Queue[PhoneEvent | None] = asyncio.Queue()
        self._answers: dict[str, asyncio.Future[tuple[int, Response | None]]] = {}
        self._unsubscribe: Callable[[], None] | None = None
        self._quiet = asyncio.Event()
        self._register_call = entropy(8).hex()
        self._register_seq = 0
        self._registration: Registration | None = None
        if account is not None:
            self._registration = Registration(
                account, self._ask_register, self._events.put_nowait, self._trouble
            )

    async def __aenter__(self) -> Phone:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def address(self) -> Address:
        """Where the telephone listens for SIP."""
        return self._wire.address

    async def start(self) -> None:
        """Open the telephone's socket; raises PortTaken."""
        await self._wire.open(self._local, ("udp", "tcp"))
        self._unsubscribe = self._media.subscribe(self._heard)

    async def close(self) -> None:
        """Hang up, unregister and leave the network."""
        for call in list(self.calls.values()):
            await call.hang_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self.unregister()
                while self.core.counts()["legs"]:
                    self._quiet.clear()
                    await self._quiet.wait()
        for call in list(self.calls.values()):
            self._over(call, "the telephone was closed")
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self._beat is not None:
            self._beat.cancel()
        await self._wire.gone()
        self._events.put_nowait(None)

    async def events(self) -> AsyncIterator[PhoneEvent]:
        """Give what happens, until the telephone is closed."""
        while (event := await self._events.get()) is not None:
            yield event

    async def register(self, expires: int = 120) -> None:
        """Register and stay registered; raises RegistrationRefused."""
        if self._registration is None:
            raise RegistrationRefused("This telephone has no account to register with.", 400)
        await self._registration.begin(expires)
        if self._beat is None:
            self._keep_door()

    async def unregister(self) -> None:
        """Be callable no more."""
        if self._registration is not None:
            await self._registration.end()

    async def dial(
        self, target: str, *, headers: Lines = (), caller: str | None = None
    ) -> PhoneCall:
        """Call a number of our server, or a whole SIP address; ``until_answered`` waits."""
        uri, server, transport = await self._where(target)
        flow = self._wire.flow_to(server, transport)
        line, media = self._open_line(flow)
        sender = self._sender(flow, caller)
        leg = self.core.invite(
            to=uri,
            from_=sender,
            flow=flow,
            contact=self.name,
            sdp=_first_offer(line),
            headers=headers,
            credentials=self._credentials(),
            now=self._clock(),
        )
        call = PhoneCall(line, leg, media, CallState.CALLING, NameAddr(uri), Headers())
        self.calls[leg] = call
        self._wire.pump()
        return call

    # ── where things go ──────────────────────────────────────────────────────

    def _large(self, flow: sip.Flow) -> sip.Flow | None:
        return self._wire.large(flow)

    def _broke(self, flow: sip.Flow, why: str) -> None:
        """A connection is gone; where it was the one to our server, register anew."""
        if self._registration is not None and flow == self._home:
            self._registration.lost(why)

    def _trouble(self) -> str:
        return self._wire.streams.trouble(self._home.remote) if self._home else ""

    def _keep_door(self) -> None:
        """Show ourselves to the server now and then."""
        if self._home is not None and not self._home.reliable:
            self._wire.keep(self._home)
            self._beat = asyncio.get_running_loop().call_later(_BEAT_SECONDS, self._keep_door)

    async def _where(self, target: str) -> tuple[Uri, Address, Transport]:
        account = self.account
        if not target.startswith(("sip:", "sips:")):
            if account is None:
                raise BadMessage("Without an account only whole addresses can be dialled.")
            uri = Uri(user=target, host=account.domain or account.server[0])
            return uri, await account.find(), account.transport
        uri = uris.parse(target)
        if account:
            return uri, await account.find(), account.transport
        return (
            uri,
            await resolved((uri.host, uri.port or 5060)),
            "tcp" if uri.param("transport") == "tcp" else "udp",
        )

    def _sender(self, flow: sip.Flow, caller: str | None) -> NameAddr:
        account = self.account
        if account is None:
            return NameAddr(Uri(user=caller or self.name, host=flow.local[0]))
        host = account.domain or account.server[0]
        return NameAddr(Uri(user=caller or account.user, host=host), account.display)

    def _credentials(self) -> Credentials | None:
        return Credentials(self.account.user, self.account.password) if self.account else None

    def _open_line(self, flow: sip.Flow) -> tuple[Line, str]:
        host = flow.local[0]
        port = self._ports.take(host)
        media = self._entropy(8).hex()
        self._media.send(control.OpenLeg(media, host, port))
        session = int.from_bytes(self._entropy(4), "big")
        line = Line(
            self.core, self._media, self._clock, self._wire.pump, host, port, self._codecs,
            session, flow.transport, make_keys(self._entropy) if flow.transport == "tls" else (),
        )  # fmt: skip
        return line, media

    async def _ask_register(self, expires: int) -> tuple[int, Response | None]:
        account = self.account
        assert account is not None
        domain = account.domain or account.server[0]
        flow = self._wire.flow_to(await account.find(), account.transport)
        self._home = flow
        who = NameAddr(Uri(user=account.user, host=domain), account.display)
        self._register_seq += 1
        key = self.core.request(
            "REGISTER",
            Uri(host=domain),
            to=who,
            from_=who,
            flow=flow,
            contact=account.user,
            headers=[("Expires", str(expires))],
            credentials=self._credentials(),
            call_id=self._register_call,
            cseq=self._register_seq,
            now=self._clock(),
        )
        answer = self._answers[key] = asyncio.get_running_loop().create_future()
        self._wire.pump()
        status, response = await answer
        # A signed repeat took the next number; without a response we cannot know, so skip some.
        self._register_seq = response.cseq[0] if response else self._register_seq + 5
        return status, response

    # ── what comes ───────────────────────────────────────────────────────────

    def _drain(self) -> None:
        while happened := self.core.events():
            for event in happened:
                if reaction := _REACTIONS.get(type(event)):
                    reaction(self, event)
        if not self.core.counts()["legs"]:
            self._quiet.set()

    def _invited(self, event: sip.Invited) -> None:
        now = self._clock()
        try:
            line, media = self._open_line(event.flow)
        except (NoPortLeft, WorkerDied):
            self.core.refuse(event.leg, 503, now)
            return
        request = event.request
        call = PhoneCall(line, event.leg, media, CallState.RINGING, request.from_, request.headers)
        try:
            call.take(request.sdp)
        except BadSdp as bad:
            self._media.send(control.CloseLeg(media))
            self._ports.give(line.host, line.port)
            self.core.refuse(event.leg, bad.status, now)
            return
        self.calls[event.leg] = call
        self._events.put_nowait(Rang(call))

    def _progressed(self, event: sip.Progressed) -> None:
        if call := self.calls.get(event.leg):
            call.tell(Ringing(event.status))

    def _answered(self, event: sip.Answered) -> None:
        call = self.calls.get(event.leg)
        if call is None:
            return
        try:
            if event.sdp is None:
                raise BadSdp("The answer holds no description.", 488)
            call.take(event.sdp, answers=True)
        except BadSdp as bad:
            self.core.hang_up(event.leg, self._clock())
            return self._over(call, f"the far end's answer has no sound we can use ({bad})", 488)
        call.headers = event.response.headers
        return call.answered()

    def _confirmed(self, event: sip.Confirmed) -> None:
        call = self.calls.get(event.leg)
        if call is None:
            return
        try:
            call.confirmed(event.sdp)
        except BadSdp:
            self.core.hang_up(event.leg, self._clock())

    def _refused(self, event: sip.Refused) -> None:
        if call := self.calls.get(event.leg):
            call.refusal = event.response
            self._over(call, f"{event.status} {event.reason}", event.status)

    def _ended(self, event: sip.Ended) -> None:
        if call := self.calls.get(event.leg):
            self._over(call, event.why)

    def _reoffered(self, event: sip.Reoffered) -> None:
        if call := self.calls.get(event.leg):
            call.reoffered(event.sdp)

    def _offer_answered(self, event: sip.OfferAnswered) -> None:
        if call := self.calls.get(event.leg):
            call.offer_settled(event.sdp, 200)

    def _offer_refused(self, event: sip.OfferRefused) -> None:
        if call := self.calls.get(event.leg):
            call.offer_settled(None, event.status)

    def _pressed(self, event: sip.Pressed) -> None:
        if call := self.calls.get(event.leg):
            call.tell(control.Digit(call.media, event.key, self._clock()))

    def _requested(self, event: sip.Requested) -> None:
        call = self.calls.get(event.leg or "")
        method = event.request.method
        if method == "OPTIONS":
            self.core.respond(event.key, 200, self._clock())
        elif method == "MESSAGE" and call is not None:
            self.core.respond(event.key, 200, self._clock())
            text = event.request.body.decode("utf-8", "replace")
            call.tell(TextCame(text, event.request.headers))
        elif method == "MESSAGE" and event.leg is None and self.text_came:
            self.core.respond(event.key, self.text_came(event.request), self._clock())
        else:
            self.core.respond(event.key, 480, self._clock())

    def _responded(self, event: sip.Responded) -> None:
        answer = self._answers.pop(event.key, None)
        if answer is not None and not answer.done():
            answer.set_result((event.status, event.response))
        for call in self.calls.values():
            call.text_settled(event.key, event.status, event.response)

    def _heard(self, event: control.MediaEvent) -> None:
        """Take an event of the media worker; most are other telephones'."""
        for call in list(self.calls.values()):
            match event:
                case control.PlayBegan():
                    call.play_began(event)
                case control.PlayEnded():
                    call.play_ended(event)
                case control.Digit() | control.SpeechBegan() | control.SpeechEnded():
                    if event.leg == call.media:
                        call.tell(event)
                case control.WorkerEnded():
                    call.play_lost()
                case control.LegFailed() if event.leg == call.media:
                    self.core.hang_up(call.id, self._clock())
                    self._over(call, f"its sound could not be opened: {event.why}")
                    self._wire.pump()

    def _over(self, call: PhoneCall, why: str, status: int | None = None) -> None:
        self.calls.pop(call.id, None)
        self._ports.give(*call.sound_address)
        call.over(why, status)


_REACTIONS: dict[type[Any], Callable[[Phone, Any], None]] = {
    sip.Invited: Phone._invited,
    sip.Progressed: Phone._progressed,
    sip.Answered: Phone._answered,
    sip.Confirmed: Phone._confirmed,
    sip.Refused: Phone._refused,
    sip.Ended: Phone._ended,
    sip.Reoffered: Phone._reoffered,
    sip.OfferAnswered: Phone._offer_answered,
    sip.OfferRefused: Phone._offer_refused,
    sip.Pressed: Phone._pressed,
    sip.Requested: Phone._requested,
    sip.Responded: Phone._responded,
}


def _first_offer(line: Line) -> bytes:
    return make_offer(line.host, line.port, line.codecs, line.session, 1, keys=line.keys)
