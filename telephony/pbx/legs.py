"""Every leg on the board, in SIP and in sound; above them only call events are spoken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol

from telephony import events as say
from telephony.errors import BadSdp, LocalError
from telephony.media.control import CloseLeg, Codec, MediaEngine, OpenLeg
from telephony.media.control import Command as MediaCommand
from telephony.pbx import terms
from telephony.pbx.events import Side
from telephony.pbx.hops import hops_left, hops_of
from telephony.pbx.leg import Leg
from telephony.pbx.leg_states import LegState, LegStep
from telephony.sip import events as sip
from telephony.sip import sdp
from telephony.sip.auth import Credentials
from telephony.sip.core import SWITCHBOARD, SipCore
from telephony.sip.events import Flow


class PortPool(Protocol):
    """Where RTP ports come from; RTCP takes the next one."""

    def take(self, host: str) -> int:
        """Return an even port that is free on this host; raises NoPortLeft."""
        ...

    def give(self, host: str, port: int) -> None:
        """Take a port back."""
        ...


def here(flow: Flow) -> str:
    """Take our own address on this flow."""
    return flow.local[0]


@dataclass(slots=True)
class Legs:
    """Every leg on the board: opens, closes and translates them.

    The core may know that a leg is over before its Ended is read here; what is still asked of it then
    is a LocalError and is let be, because that Ended cleans up.
    """

    core: SipCore
    media: MediaEngine
    ports: PortPool
    entropy: Callable[[int], bytes]
    codecs: tuple[Codec, ...] = ("PCMA", "PCMU", "G722")
    advertise: Callable[[Flow], str] = here
    """The address that a far end on this flow should send its sound to."""
    bind: Callable[[Flow], str] = here
    """The address of ours on which that sound is received."""
    by_sip: dict[str, Leg] = field(default_factory=dict)
    by_name: dict[str, Leg] = field(default_factory=dict)
    pings: dict[str, str] = field(default_factory=dict)
    """Key of an OPTIONS that asks whether the leg is alive → the leg's name."""
    _made: int = 0

    # ── opening and closing ──────────────────────────────────────────────────

    def accept(
        self, call: str, invited: sip.Invited, now: float, codecs: tuple[Codec, ...] = ()
    ) -> Leg:
        """Take an incoming leg; BadSdp says why its sound cannot be agreed."""
        theirs = terms.offered(invited, codecs or self.codecs)
        leg = self._new(call, "caller", invited.leg, invited.flow, now)
        leg.inbound = True
        leg.theirs, leg.codecs = theirs, codecs
        leg.hops = hops_left(invited.request)
        return leg

    def dial(
        self,
        call: str,
        to: str,
        flow: Flow,
        *,
        from_: str,
        headers: Iterable[tuple[str, str]],
        extension: str | None,
        side: Side = "callee",
        now: float,
    ) -> Leg:
        """Call a telephone with an offer of ours."""
        leg = self.prepare(call, flow, now, side=side)
        leg.extension = extension
        self.invite(leg, to, from_=from_, headers=headers, now=now)
        return leg

    def prepare(
        self,
        call: str,
        flow: Flow,
        now: float,
        *,
        codecs: tuple[Codec, ...] = (),
        side: Side = "callee",
    ) -> Leg:
        """Make a leg that calls nobody yet."""
        leg = self._new(call, side, "", flow, now)
        leg.codecs = codecs
        self._open(leg)
        return leg

    def invite(
        self,
        leg: Leg,
        to: str,
        *,
        from_: str,
        headers: Iterable[tuple[str, str]],
        now: float,
        contact: str = "board",
        credentials: Credentials | None = None,
        patience: float | None = None,
        progress: float | None = None,
    ) -> None:
        """Call with a prepared leg, or call once more with one that was refused."""
        self.by_sip.pop(leg.sip, None)
        headers = list(headers)
        leg.sip = self.core.invite(
            to=to, from_=from_, flow=leg.flow, contact=contact, sdp=self._offer(leg),
            headers=headers, credentials=credentials, patience=patience, progress=progress,
            hops=hops_of(leg.call, self.by_name.values()), now=now,
        )  # fmt: skip
        self.by_sip[leg.sip] = leg
        leg.again = lambda at: self.invite(
            leg, to, from_=from_, headers=headers, now=at, contact=contact,
            credentials=credentials, patience=patience, progress=progress,
        )  # fmt: skip

    def _new(self, call: str, side: Side, name: str, flow: Flow, now: float) -> Leg:
        host = self.bind(flow)
        self._made += 1
        leg = Leg(
            name=f"{call}/{side}{self._made}",
            call=call,
            side=side,
            sip=name,
            flow=flow,
            host=host,
            shown=self.advertise(flow),
            port=self.ports.take(host),
            session=int.from_bytes(self.entropy(4), "big"),
            began=now,
        )
        self.by_name[leg.name] = leg
        if name:
            self.by_sip[name] = leg
        return leg

    def ring(self, leg: Leg, now: float) -> None:
        """Tell a caller that the far end rings."""
        if leg.state is LegState.CALLING:
            leg.step(LegStep.RING)
            with suppress(LocalError):
                self.core.ring(leg.sip, now)

    def let_hear(self, leg: Leg, now: float) -> None:
        """Let a caller hear what the far end sends before anybody answers (183)."""
        if leg.early or leg.answered or leg.theirs is None:
            return
        leg.early = True
        self._open(leg)
        with suppress(LocalError):
            answer = self._answer_to(leg, leg.theirs)
            self.core.ring(leg.sip, now, status=183, sdp=answer)
        self._aim(leg, leg.theirs)

    def answer(self, leg: Leg, now: float) -> None:
        """Answer a caller; who made no offer gets ours, and its ACK brings the answer."""
        if not leg.early:
            self._open(leg)
        ours = self._answer_to(leg, leg.theirs) if leg.theirs else self._offer(leg)
        with suppress(LocalError):
            self.core.answer(leg.sip, ours, now)
        leg.step(LegStep.ANSWER)
        if leg.theirs:
            self._aim(leg, leg.theirs)

    def hang_up(self, leg: Leg, now: float, *, status: int = 0, reason: str = "") -> None:
        """End a leg, whatever it is doing; a caller who is still waiting may get a status."""
        if leg.gone:
            return
        with suppress(LocalError):
            if status and leg.inbound and not leg.answered:
                self.core.refuse(leg.sip, status, now, reason)
            else:
                self.core.hang_up(leg.sip, now)
        self._close(leg)

    def lift(self, leg: Leg, now: float) -> bool:
        """Tell a telephone that rings to lift; False: it did not say that it can."""
        if not leg.lifts:
            return False
        lines = [("Event", "talk"), ("Subscription-State", "active")]
        try:
            self.core.send(leg.sip, "NOTIFY", b"", "", now, headers=lines)
        except LocalError:
            return False
        return True

    def ping(self, leg: Leg, now: float) -> None:
        """Ask a silent far end whether it is there; silence to this ends the leg."""
        with suppress(LocalError):
            self.pings[self.core.send(leg.sip, "OPTIONS", b"", "", now)] = leg.name

    def unanswered(self, name: str) -> bool:
        """Whether a leg was asked if it is there and has not said so."""
        return name in self.pings.values() and name in self.by_name

    def relay(self, leg: Leg, said: say.Said, now: float) -> None:
        """Pass words on to a far end."""
        lines = list(said.headers.items())
        body, kind = said.text.encode(), "text/plain;charset=utf-8"
        with suppress(LocalError):
            self.core.send(leg.sip, "MESSAGE", body, kind, now, headers=lines)

    def take_words(self, said: say.Said, now: float, *, taken: bool) -> None:
        """Tell whoever sent words whether anybody has them now (RFC 3428 §7)."""
        status, reason = (200, "") if taken else (403, "Nobody Here Takes Words")
        self.core.respond(said.key, status, now, reason=reason)

    # ── translating ──────────────────────────────────────────────────────────

    def hear(self, event: sip.SipEvent, now: float) -> tuple[Leg, say.CallEvent] | None:
        """Turn what SIP says of a known leg into a call event."""
        if isinstance(event, sip.Responded):
            return self._pinged(event)
        if isinstance(event, sip.Invited | sip.WatchEvent) or event.leg is None:
            return None
        leg = self.by_sip.get(event.leg)
        if leg is None:
            return None
        told = self._told(leg, event, now)
        return None if told is None else (leg, told)

    def _told(self, leg: Leg, event: sip.SipEvent, now: float) -> say.CallEvent | None:
        match event:
            case sip.Progressed(status=status) if status > 100:
                leg.step(LegStep.RING)
                leg.lifts = "talk" in event.response.headers.get("Allow-Events").lower()
                if leg.courier:
                    leg.courier.reached(now)
                return say.Ringing(early=self._early(leg, event.sdp))
            case sip.Answered(sdp=body):
                return self._answered(leg, body, now)
            case sip.Confirmed(sdp=body) if leg.theirs is None:
                return self._confirmed(leg, body, now)
            case sip.Refused(status=488) if leg.keys and not leg.plain and leg.again:
                leg.plain, leg.keys = True, ()
                leg.again(now)
                return None
            case sip.Refused(status=status, reason=reason):
                if leg.courier and leg.courier.refused(event, now):
                    return None
                self._close(leg)
                to = event.contacts[0].user if event.contacts else ""
                return say.Failed(status, reason, to)
            case sip.Ended(why=why, cause=cause):
                self._close(leg)
                return say.Ended(why, lost=cause in ("timeout", "transport"))
            case sip.Reoffered(sdp=body):
                return self._reoffered(leg, body, now)
            case sip.Pressed(key=key):
                return say.Pressed(key)
            case sip.Requested():
                return self._requested(event, now)
        return None

    def _answered(self, leg: Leg, body: bytes | None, now: float) -> say.CallEvent:
        try:
            if body is None:
                raise BadSdp("The answer has no description.", 488)
            theirs = terms.answered(leg, body, leg.codecs or self.codecs)
        except BadSdp as error:
            self.hang_up(leg, now)
            return say.Failed(488, str(error))
        leg.step(LegStep.ASK if leg.screen else LegStep.ANSWER)
        self._aim(leg, theirs)
        return say.Connected(leg.codec)

    def _confirmed(self, leg: Leg, body: bytes | None, now: float) -> say.CallEvent | None:
        """Read the answer to our offer in the 200; without one there is no sound to talk by."""
        try:
            self._aim(leg, terms.answered(leg, body or b"", leg.codecs or self.codecs))
        except BadSdp as error:
            self.hang_up(leg, now)
            return say.Ended(str(error), lost=True)
        return None

    def _early(self, leg: Leg, body: bytes | None) -> bool:
        """Hear a telephone that sends sound before it is answered."""
        if body is not None:
            with suppress(BadSdp):
                self._aim(leg, terms.answered(leg, body, leg.codecs or self.codecs))
                leg.early = True
        return leg.early

    def _reoffered(self, leg: Leg, body: bytes | None, now: float) -> say.CallEvent | None:
        """A hold stops here: the other leg gets music, never SIP."""
        if body is None:
            leg.version += 1
            again = self._offer(leg)
            with suppress(LocalError):
                self.core.accept_offer(leg.sip, again, now)
            return say.Updated()
        try:
            theirs = terms.read(leg, body, leg.codecs or self.codecs)
            leg.version += 1  # by one a description (RFC 3264 §8); a refusal has none
            answer = self._answer_to(leg, theirs)
        except BadSdp as error:
            with suppress(LocalError):
                self.core.refuse_offer(leg.sip, error.status, now)
            return None
        with suppress(LocalError):
            self.core.accept_offer(leg.sip, answer, now)
        self._aim(leg, theirs)
        if not theirs.receives and leg.state is LegState.TALKING:
            leg.step(LegStep.HOLD)
            return say.Held()
        if theirs.receives and leg.state is LegState.HOLDING:
            leg.step(LegStep.RESUME)
            return say.Resumed()
        return say.Updated()

    def _requested(self, event: sip.Requested, now: float) -> say.CallEvent | None:
        request = event.request
        if request.method == "MESSAGE":
            if not _is_text(request.headers.get("Content-Type")):
                lines = [("Accept", "text/plain")]
                self.core.respond(event.key, 415, now, headers=lines)
                return None
            kept = {k: v for k, v in request.headers if k.startswith("X-")}
            return say.Said(request.body.decode("utf-8", "replace"), kept, event.key)
        if request.method == "INFO":
            self.core.respond(event.key, 200, now)
            digit = _RELAY.search(request.body)
            return say.Pressed(digit[1].decode()) if digit else None
        status = 200 if request.method == "OPTIONS" else 405
        self.core.respond(event.key, status, now, headers=[("Allow", ALLOWED)])
        return None

    def _pinged(self, event: sip.Responded) -> tuple[Leg, say.CallEvent] | None:
        leg = self.by_name.get(self.pings.pop(event.key, ""))
        if leg is None or event.status not in (408, 481, 503):
            return None
        return leg, say.Ended("vanished", lost=True)

    # ── sound ────────────────────────────────────────────────────────────────

    def _answer_to(self, leg: Leg, theirs: sdp.Sdp) -> bytes:
        return terms.answer(leg, theirs, leg.codecs or self.codecs, self.entropy)

    def _offer(self, leg: Leg) -> bytes:
        return terms.offer(leg, leg.codecs or self.codecs, self.entropy)

    def _open(self, leg: Leg) -> None:
        self._tell(OpenLeg(leg.name, leg.host, leg.port))

    def _aim(self, leg: Leg, theirs: sdp.Sdp) -> None:
        self._tell(terms.aim(leg, theirs, leg.codecs or self.codecs))

    def _close(self, leg: Leg) -> None:
        """Free what the leg holds; SIP may still be saying goodbye in the core."""
        if leg.gone:
            return
        leg.step(LegStep.GO)
        if leg.screen:
            leg.screen.close()
        self.by_sip.pop(leg.sip, None)
        self.by_name.pop(leg.name, None)
        self._tell(CloseLeg(leg.name))
        self.ports.give(leg.host, leg.port)

    def _tell(self, command: MediaCommand) -> None:
        self.media.send(command)


ALLOWED: Final = ", ".join((*SWITCHBOARD, "REGISTER"))


def _is_text(kind: str) -> bool:
    """Whether a body can be passed on as words; one of no kind is."""
    return kind.partition(";")[0].strip().lower() in ("", "text/plain")


_RELAY: Final = re.compile(rb"^(?:Signal\s*=\s*)?([0-9A-D*#])\s*$", re.IGNORECASE | re.MULTILINE)
"""``application/dtmf-relay`` (Signal=5) and ``application/dtmf`` (5)."""
