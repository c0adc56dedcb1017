"""The seat's real telephone: a SIP user agent with its sound in a media worker of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path

from classroom.door.wire import SipAccount
from lab.errors import TelephoneLost
from lab.seat.telephone import (
    CallEnded,
    Rang,
    Registered,
    SoundCard,
    SoundLost,
    TelephoneEvent,
    Unregistered,
    WordsCame,
)
from telephony import phone as phones
from telephony.errors import RegistrationRefused, TelephonyError
from telephony.media.control import (
    Command,
    MediaEvent,
    OpenSound,
    SetRow,
    SoundFailed,
    SoundOpened,
)
from telephony.media.errors import MediaError
from telephony.media.process import MediaProcess
from telephony.phone_events import Ended, TextCame
from telephony.registration import Account

MICROPHONE, SPEAKER = "mic", "speaker"
"""The headset's column and row in the worker, as ``OpenSound`` names them."""
GONE = (408, 481)
"""The far end knows no such call any more: its server was killed and has come back."""
AGAIN = 5.0
"""Seconds until a registration that failed is tried again."""


class Sound:
    """A media worker that may be missing: without it calls go on in silence."""

    def __init__(self, process: MediaProcess) -> None:
        self.process = process
        self.works = False

    async def start(self) -> None:
        """Start the worker; ``TelephoneLost`` says why there is no sound."""
        try:
            await self.process.start()
        except (OSError, MediaError) as error:
            raise TelephoneLost(getattr(error, "strerror", "") or str(error)) from error
        self.works = True

    def send(self, command: Command) -> None:
        """Have a command carried out, where there is a worker."""
        if not self.works:
            return
        try:
            self.process.send(command)
        except MediaError:
            self.works = False

    def subscribe(self, callback: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Call back with every event."""
        return self.process.subscribe(callback)

    async def close(self) -> None:
        """End the worker."""
        if self.process.pid is not None:
            await self.process.close()


class HandsetCall:
    """One call at the handset; what the wire refuses becomes ``TelephoneLost``."""

    def __init__(self, call: phones.PhoneCall, sound: Sound) -> None:
        self._call = call
        self._sound = sound

    @property
    def caller(self) -> str:
        """The far end's number."""
        return self._call.number

    @property
    def supervises(self) -> str:
        """How the switchboard rings a supervisor in."""
        return self._call.headers.get("X-Lab-Supervise") or ""

    @property
    def conference(self) -> str:
        """The conference that the switchboard rings for."""
        return self._call.headers.get("X-Lab-Conference") or ""

    async def ring(self) -> None:
        """Tell the caller that we ring."""
        with _told():
            await self._call.ring()

    async def answer(self) -> None:
        """Take the call; a headset, where there is one, speaks into it and hears it."""
        with _told():
            await self._call.speak_from({MICROPHONE: 1.0})
            await self._call.answer()
        self._sound.send(SetRow(SPEAKER, {self._call.media: 1.0}))

    async def hang_up(self) -> None:
        """Refuse or end the call."""
        with _told():
            await self._call.hang_up()

    async def hold(self) -> None:
        """Put the far end on hold."""
        with _told():
            await self._call.hold()

    async def resume(self) -> None:
        """Take it back."""
        with _told():
            await self._call.resume()

    async def mute(self, muted: bool) -> None:
        """Send silence, or sound again."""
        with _told():
            await self._call.mute(muted)

    async def press(self, digits: str) -> None:
        """Send these keys to the far end."""
        with _told():
            await self._call.press(digits)

    async def say(self, text: str, *, picked: str | None, sound: float | None = None) -> None:
        """Carry a line as text inside the call, with how long it sounds."""
        headers = [("X-Lab-Line", f"picked; line={picked}" if picked else "typed")]
        if sound is not None:
            headers.append(("X-Lab-Sound", f"{sound:.2f}"))
        with _told():
            status = await self._call.say_text(text, headers)
        if status in GONE:
            raise TelephoneLost("")
        if status >= 300:
            raise TelephoneLost(f"SIP {status}")

    async def play(self, clips: Sequence[str]) -> None:
        """Play WAV files into the call, to their end."""
        if self._sound.works:
            with _told():
                await (await self._call.play(clips))

    async def until_over(self, hear: Callable[[str], None]) -> str:
        """Wait for the end and tell why; ``hear`` is given the words that come meanwhile."""
        async for event in self._call.events():
            if isinstance(event, TextCame):
                hear(event.text)
            if isinstance(event, Ended):
                self._sound.send(SetRow(SPEAKER, {}))
                return event.why
        return ""


class Handset:
    """Registers, rings, and goes on trying when the server is out of reach."""

    def __init__(self, account: SipAccount, *, log: Path | None = None) -> None:
        self.account = account
        self._sound = Sound(MediaProcess(log=log))
        self._phone: phones.Phone | None = None
        self._registering: asyncio.Task[None]
        """From ``start`` on."""
        self._happened: asyncio.Queue[TelephoneEvent] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the telephone; registering goes on behind it."""
        try:
            await self._sound.start()
        except TelephoneLost as error:
            self._happened.put_nowait(SoundLost(str(error)))
        self._sound.subscribe(self._hear)
        self._sound.send(OpenSound())
        account = self.account
        tls = account.secured if account.transport == "tls" else None
        server = (account.host, tls.port if tls else account.port)
        self._phone = phones.Phone(
            Account(
                account.extension,
                account.password,
                server,
                transport=account.transport,
                ca=tls.ca if tls else "",
            ),
            media=self._sound,
            local=(await _our_side(server), 0),
            user_agent="callcenter-lab seat",
        )
        with _told():
            await self._phone.start()
        self._registering = self._spawn(self._register(self._phone))
        self._spawn(self._listen(self._phone))
        if self._sound.works:
            self._spawn(self._mourn())

    async def close(self) -> None:
        """Take the telephone off the network."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._phone is not None:
            await self._phone.close()
        await self._sound.close()

    def again(self) -> None:
        """Register at once: the server was away and has forgotten us."""
        if self._phone is not None:
            self._registering.cancel()
            self._registering = self._spawn(self._register(self._phone))

    async def events(self) -> AsyncIterator[TelephoneEvent]:
        """What happens at the telephone."""
        while True:
            yield await self._happened.get()

    def _hear(self, event: MediaEvent) -> None:
        """Tell whether there is a headset; without one the agent types."""
        if isinstance(event, SoundOpened | SoundFailed):
            self._happened.put_nowait(SoundCard(isinstance(event, SoundOpened)))

    def _spawn(self, doing: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _register(self, phone: phones.Phone) -> None:
        while True:
            try:
                await phone.register()
            except (RegistrationRefused, OSError) as error:
                self._happened.put_nowait(Unregistered(str(error)))
                await asyncio.sleep(AGAIN)
            else:
                return

    async def _listen(self, phone: phones.Phone) -> None:
        async for event in phone.events():
            match event:
                case phones.Registered():
                    self._happened.put_nowait(Registered())
                case phones.RegistrationLost(why=why):
                    self._happened.put_nowait(Unregistered(why))
                case phones.Rang(call=call):
                    self._spawn(self._attend(HandsetCall(call, self._sound)))

    async def _attend(self, call: HandsetCall) -> None:
        """Ring, then tell of the end."""
        with contextlib.suppress(TelephoneLost):
            await call.ring()
        self._happened.put_nowait(Rang(call))
        why = await call.until_over(lambda text: self._happened.put_nowait(WordsCame(call, text)))
        self._happened.put_nowait(CallEnded(call, why))

    async def _mourn(self) -> None:
        """Tell when the media worker dies, and start it again for the next call."""
        while True:
            status = await self._sound.process.died
            self._sound.works = False
            self._happened.put_nowait(SoundLost(f"exit {status}"))
            await asyncio.sleep(AGAIN)
            try:
                await self._sound.start()
            except TelephoneLost:
                return
            self._sound.send(OpenSound())


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the wire or the worker refuses into ``TelephoneLost``."""
    try:
        yield
    except (TelephonyError, MediaError) as error:
        raise TelephoneLost(str(error)) from error


async def _our_side(server: tuple[str, int]) -> str:
    """The local address towards the server."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(*server, type=socket.SOCK_DGRAM)
        family, kind, proto, _, address = found[0]
        with socket.socket(family, kind, proto) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError as error:
        raise TelephoneLost(error.strerror or str(error)) from error
