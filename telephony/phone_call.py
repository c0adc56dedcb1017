"""A call at a telephone: answer, hold, say, play, press; its events in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast

from telephony.errors import BadSdp, CallRefused, WrongMoment
from telephony.media import control
from telephony.media.control import Codec, Command, PlayBegan, PlayEnded
from telephony.media.errors import WorkerDied
from telephony.phone_events import Answered, CallEvent, CallState, Ended, Held, Resumed
from telephony.sip import sdp as descriptions
from telephony.sip.core import SipCore
from telephony.sip.crypto import Crypto, agreed, echoing
from telephony.sip.events import Address
from telephony.sip.headers import NameAddr
from telephony.sip.message import Headers, Lines, Response
from telephony.sip.sdp import Direction, Sdp

TEXT = "text/plain;charset=utf-8"


class Media(Protocol):
    """What a telephone needs of the media worker's process."""

    def send(self, command: Command) -> None:
        """Have a command carried out."""
        ...

    def subscribe(self, callback: Callable[[control.MediaEvent], None]) -> Callable[[], None]:
        """Call back with every event; returns what ends it."""
        ...


@dataclass(slots=True)
class Line:
    """What a call needs of the telephone it is at."""

    core: SipCore
    media: Media
    clock: Callable[[], float]
    pump: Callable[[], None]
    host: str
    port: int
    codecs: Sequence[str]
    session: int
    transport: str
    keys: tuple[Crypto, ...] = field(default=(), repr=False)
    """Ours for secured sound, where the signalling is secured."""


class Playing:
    """A sound under way: await it to learn whether it was played to its end."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def __await__(self) -> Generator[object, None, bool]:
        return asyncio.shield(self.ended).__await__()

    def settle(self, whole: bool) -> None:
        """Tell who waits."""
        if not self.ended.done():
            self.ended.set_result(whole)


class PhoneCall:
    """One call; the telephone makes it and feeds it."""

    def __init__(
        self, line: Line, leg: str, media: str, state: CallState, remote: NameAddr, headers: Headers
    ) -> None:
        self.id = leg
        self.media = media
        """The name of our leg in the media worker."""
        self.state = state
        self.remote = remote
        self.headers = headers
        """Of the INVITE where we were called, of the answer where we called."""
        self.refusal: Response | None = None
        """What the called side said no with."""
        self.codec = ""
        self.transport = line.transport
        self.answered_at: float | None = None
        self.muted = False
        self._line = line
        self._version = 1
        self._theirs: Sdp | None = None
        self._speaks: dict[str, float] = {}
        self._playing: Playing | None = None
        self._played = 0
        self._events: asyncio.Queue[CallEvent] = asyncio.Queue()
        self._settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._changing = asyncio.Lock()
        """Hold and resume come one after the other."""
        self._offering: asyncio.Future[bool] | None = None
        self._texts: dict[str, asyncio.Future[int]] = {}

    @property
    def number(self) -> str:
        """The far end's number."""
        return self.remote.uri.user

    @property
    def sound_address(self) -> Address:
        """Where this side's RTP is."""
        return self._line.host, self._line.port

    async def events(self) -> AsyncIterator[CallEvent]:
        """Give what happens, up to and with Ended."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Ended):
                return

    async def until_answered(self) -> None:
        """Wait for the answer; raises CallRefused if none comes."""
        await asyncio.shield(self._settled)

    # ── commands ─────────────────────────────────────────────────────────────

    async def ring(self) -> None:
        """Tell the caller that we ring."""
        self._line.core.ring(self.id, self._line.clock())
        self._line.pump()

    async def answer(self) -> None:
        """Take the call."""
        if self.state is not CallState.RINGING:
            raise WrongMoment("be answered", self.state.name)
        self._line.core.answer(self.id, self.describe("sendrecv"), self._line.clock())
        self.answered()
        self._line.pump()

    async def refuse(self, status: int = 486) -> None:
        """Say no: 486 busy, 480 not there, 603 declined."""
        if self.state is CallState.RINGING:
            self._line.core.refuse(self.id, status, self._line.clock())
            self._line.pump()

    async def hang_up(self, headers: Lines = ()) -> None:
        """End the call, whatever its state; again is nothing."""
        self._line.core.hang_up(self.id, self._line.clock(), headers)
        self._line.pump()

    async def hold(self) -> None:
        """Put the far end on hold; raises CallRefused if it will not have it."""
        async with self._changing:
            if self.state is CallState.TALKING and await self._reoffer("sendonly"):
                self.state = CallState.HELD
                self._aim()
                self._mix()
                self.tell(Held(by_us=True))

    async def resume(self) -> None:
        """Take the far end back from hold."""
        async with self._changing:
            if self.state is CallState.HELD and await self._reoffer("sendrecv"):
                self.state = CallState.TALKING
                self._aim()
                self._mix()
                self.tell(Resumed(by_us=True))

    async def mute(self, muted: bool) -> None:
        """Send silence, or what we speak again."""
        self.muted = muted
        self._mix()

    async def speak_from(self, sources: Mapping[str, float]) -> None:
        """Send these columns of the worker to the far end, besides what is played: ``mic``."""
        self._speaks = dict(sources)
        self._mix()

    async def press(self, digits: str) -> None:
        """Press keys."""
        self._sound(control.Press(self.media, digits))

    async def say_text(self, text: str, headers: Lines = ()) -> int:
        """Send words inside the call; returns the far end's status.

        ``X-RTP-Timestamp`` counts 8 kHz samples since the answer unless the caller gives its own.
        """
        lines = list(headers)
        if not any(name.lower() == "x-rtp-timestamp" for name, _ in lines):
            since = self._line.clock() - (self.answered_at or self._line.clock())
            lines.append(("X-RTP-Timestamp", str(int(since * 8000))))
        now = self._line.clock()
        key = self._line.core.send(self.id, "MESSAGE", text.encode(), TEXT, now, lines)
        told = self._texts[key] = asyncio.get_running_loop().create_future()
        self._line.pump()
        status: int = await told
        return status

    async def play(self, clips: Sequence[str], *, loop: bool = False) -> Playing:
        """Play clips to the far end in place of what played; await the result for its end."""
        await self.stop_playing()
        self._played += 1
        playing = self._playing = Playing(f"{self.media}/play{self._played}")
        self._sound(control.Play(playing.source, list(clips), loop))
        self._mix()
        return playing

    async def stop_playing(self) -> None:
        """Fall silent."""
        if self._playing is not None:
            self._sound(control.Stop(self._playing.source))
            self._silent(whole=False)

    # ── the telephone calls these ────────────────────────────────────────────

    def tell(self, event: CallEvent) -> None:
        """Put an event before whoever reads this call."""
        self._events.put_nowait(event)

    def describe(self, direction: Direction) -> bytes:
        """Write our side: an answer to what they offered, or an offer of ours."""
        line = self._line
        self._version += 1
        if self._theirs is not None:
            return descriptions.answer_to(
                self._theirs, line.host, line.port, line.codecs, line.session, self._version,
                direction, line.keys,
            )  # fmt: skip
        return self._our_offer(direction)

    def take(self, sdp: bytes | None, *, answers: bool = False) -> None:
        """Take the far end's offer, or its answer to ours; raises BadSdp for one we cannot use."""
        if sdp is not None:
            theirs = descriptions.parse(sdp, secure=bool(self._line.keys))
            theirs.choose(self._line.codecs)
            self._theirs = theirs.as_answer(self._offered_keys) if answers else theirs
            if not answers:
                self._line.keys = echoing(theirs.key, self._line.keys)

    def answered(self) -> None:
        """Begin to talk."""
        self.state = CallState.TALKING
        self.answered_at = self._line.clock()
        self._aim()
        self._sound(control.Watch(self.media))
        self.tell(Answered(self.answered_at))
        if not self._settled.done():
            self._settled.set_result(None)

    def confirmed(self, sdp: bytes | None) -> None:
        """Take the answer in an ACK."""
        if sdp is not None:
            self.take(sdp, answers=True)
            self._aim()

    def reoffered(self, sdp: bytes | None) -> None:
        """Answer the far end's re-INVITE: its hold, its resume, a new address."""
        line = self._line
        was_held = self._theirs is not None and not self._theirs.receives
        ours: Direction = "sendonly" if self.state is CallState.HELD else "sendrecv"
        try:
            self.take(sdp)
            answer = self.describe(ours) if sdp is not None else self._our_offer(ours)
        except BadSdp as bad:
            line.core.refuse_offer(self.id, bad.status, line.clock())
            return
        line.core.accept_offer(self.id, answer, line.clock())
        self._aim()
        held = self._theirs is not None and not self._theirs.receives
        if held != was_held:
            self.tell(Held(by_us=False) if held else Resumed(by_us=False))

    def offer_settled(self, sdp: bytes | None, status: int) -> None:
        """Take the answer to our re-INVITE, or its refusal."""
        accepted = status < 300
        if accepted:
            try:
                self.take(sdp, answers=True)
                self._aim()
            except BadSdp:
                accepted = False
        if self._offering is not None and not self._offering.done():
            self._offering.set_result(accepted)

    def text_settled(self, key: str, status: int, response: Response | None) -> None:
        """Take the answer to words of ours."""
        told = self._texts.pop(key, None)
        if told is not None and not told.done():
            told.set_result(status)

    def play_began(self, event: PlayBegan) -> None:
        """Learn that what is played sounds from here on."""
        if self._playing is not None and event.source == self._playing.source:
            self.tell(event)

    def play_ended(self, event: PlayEnded) -> None:
        """Learn that a sound was played to its end."""
        if self._playing is not None and event.source == self._playing.source:
            self._silent(whole=True)
            self.tell(event)

    def play_lost(self) -> None:
        """Learn that what is played will never be over: the media worker died."""
        self._silent(whole=False)

    def over(self, why: str, status: int | None = None) -> None:
        """Close the call's media and tell everybody who waits."""
        if self.state is CallState.OVER:
            return
        self.state = CallState.OVER
        if self._playing is not None:
            self._sound(control.Stop(self._playing.source))
            self._playing.settle(False)
        self._sound(control.CloseLeg(self.media))
        if self._offering is not None and not self._offering.done():
            self._offering.set_result(False)
        for told in self._texts.values():
            if not told.done():
                told.set_result(481)
        if not self._settled.done():
            sentence = f"The call did not come about: {why}."
            self._settled.set_exception(CallRefused(sentence, status or 480))
            self._settled.exception()  # Nobody need wait for it.
        self.tell(Ended(why, status))

    # ── the parts ────────────────────────────────────────────────────────────

    def _our_offer(self, direction: Direction) -> bytes:
        line = self._line
        return descriptions.make_offer(
            line.host, line.port, line.codecs, line.session, self._version, direction,
            keys=self._offered_keys,
        )  # fmt: skip

    @property
    def _offered_keys(self) -> tuple[Crypto, ...]:
        """What runs in the clear goes on in the clear."""
        plain = self._theirs is not None and self._theirs.key is None
        return () if plain else self._line.keys

    async def _reoffer(self, direction: Direction) -> bool:
        self._version += 1
        self._offering = asyncio.get_running_loop().create_future()
        self._line.core.offer(self.id, self._our_offer(direction), self._line.clock())
        self._line.pump()
        accepted = await self._offering
        if not accepted and self.state is not CallState.OVER:
            raise CallRefused("The far end will not change the call; it goes on as it was.", 488)
        return accepted

    def _sound(self, command: Command) -> None:
        """Command the media worker; one that died is told by its process, the call goes on."""
        with contextlib.suppress(WorkerDied):
            self._line.media.send(command)

    def _aim(self) -> None:
        if self._theirs is None or self.answered_at is None:
            return
        theirs = self._theirs
        self.codec, number = theirs.choose(self._line.codecs)
        held = self.state is CallState.HELD
        secrets = agreed(theirs.key, self._line.keys)
        self._sound(
            control.AimLeg(
                self.media,
                theirs.host,
                theirs.port,
                cast(Codec, self.codec),
                number,
                theirs.event_type,
                sends=theirs.receives,
                receives=theirs.sends and not held,
                ptime=theirs.ptime,
                suite=secrets.suite,
                key_sent=secrets.sends,
                key_heard=secrets.hears,
                mki_sent=secrets.mki_sent,
                mki_heard=secrets.mki_heard,
            )
        )

    def _mix(self) -> None:
        hears = {} if self.muted else dict(self._speaks)
        if self._playing is not None:
            hears[self._playing.source] = 1.0
        if self.state is CallState.HELD:
            hears = {}
        self._sound(control.SetRow(self.media, hears))

    def _silent(self, *, whole: bool) -> None:
        if self._playing is not None:
            playing, self._playing = self._playing, None
            self._mix()
            playing.settle(whole)
