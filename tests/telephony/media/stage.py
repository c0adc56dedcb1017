"""Far ends for the media room's stories: telephones that are only RTP, on data or on sockets."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from telephony.audio import OpenCard, open_sound
from telephony.media import rtp
from telephony.media.codec import FRAME, LAWS, RATE, decode, encode
from telephony.media.control import AimLeg, Command, MediaEvent, OpenLeg
from telephony.media.dtmf import parse_event
from telephony.media.engine import TICK, Studio
from telephony.media.legs import Address
from telephony.media.rtp import RtpPacket
from telephony.media.wideband import Decoder, Encoder

EVENT_TYPE = 101
OURS = "192.0.2.1"
THEIRS = "192.0.2.2"


class DataNet:
    """A PacketNet whose wire is a list: what legs sent, what will arrive."""

    def __init__(self) -> None:
        self.open_ports: dict[str, Address] = {}
        self.taken: set[Address] = set()
        self.sent: list[tuple[str, bool, bytes, Address]] = []
        self.coming: deque[tuple[str, bool, bytes, Address]] = deque()
        self.one_a_look = False
        """As sockets do it: one datagram of a leg each time they are looked at."""

    def open(self, leg: str, host: str, port: int) -> None:
        if (host, port) in self.taken:
            raise OSError(98, "Address already in use")
        self.taken.add((host, port))
        self.open_ports[leg] = (host, port)

    def close(self, leg: str) -> None:
        self.taken.discard(self.open_ports.pop(leg))

    def arrivals(self) -> Iterator[tuple[str, bool, bytes, Address]]:
        looked: set[str] = set()
        for _ in range(len(self.coming)):
            datagram = self.coming.popleft()
            if self.one_a_look and datagram[0] in looked:
                self.coming.append(datagram)
            else:
                looked.add(datagram[0])
                yield datagram

    def send(self, leg: str, data: bytes, to: Address, *, control: bool = False) -> None:
        self.sent.append((leg, control, data, to))

    def send_all(self, packets: Iterable[tuple[str, memoryview, Address]]) -> None:
        for leg, data, to in packets:
            self.send(leg, bytes(data), to)


@dataclass
class FarEnd:
    """A telephone beyond a leg: it says a tone and keeps every packet it gets."""

    leg: str
    hertz: float
    address: Address
    codec: str = "PCMA"
    said: int = 0
    ssrc: int = 0
    packets: list[RtpPacket] = field(default_factory=list)
    level: float = 6000.0
    coder: Encoder = field(default_factory=Encoder)

    @property
    def payload_type(self) -> int:
        return {"PCMU": 0, "PCMA": 8, "G722": 9}[self.codec]

    def open(self, port: int, host: str = OURS, ptime: int = 20) -> list[Command]:
        """The commands that give it a leg."""
        return [
            OpenLeg(self.leg, host, port, ptime),
            AimLeg(self.leg, *self.address, self.codec, self.payload_type, EVENT_TYPE),
        ]

    def say(self) -> bytes:
        """Its next packet."""
        time = (np.arange(FRAME) + self.said * FRAME) / RATE
        sound = (self.level * np.sin(2 * np.pi * self.hertz * time)).astype(np.int16)
        if self.codec == "G722":
            codes = self.coder.encode(sound.astype(np.float32))
        else:
            codes = encode(sound, LAWS[self.codec])
        packet = RtpPacket(
            self.payload_type, (65500 + self.said) & 0xFFFF, self.said * FRAME, self.ssrc,
            codes.tobytes(), self.said == 0,
        )  # fmt: skip
        self.said += 1
        return rtp.build(packet)

    def heard(self) -> np.ndarray:
        """All sound that it got, in order."""
        sound = [p.payload for p in self.packets if p.payload_type == self.payload_type]
        if self.codec == "G722":
            return Decoder().decode(b"".join(sound))
        return decode(np.frombuffer(b"".join(sound), np.uint8), LAWS[self.codec])

    def keys(self) -> str:
        """The keys that it got."""
        pressed = {
            p.timestamp: parse_event(p.payload)[0] or "?"
            for p in self.packets
            if p.payload_type == EVENT_TYPE
        }
        return "".join(pressed.values())

    def gaps(self) -> int:
        """Packets of the sequence that never came."""
        numbers = [p.sequence for p in self.packets]
        return sum((b - a) % 65536 - 1 for a, b in itertools.pairwise(numbers))


def loudness(sound: np.ndarray, hertz: float) -> float:
    """The amplitude of one pitch in a sound (Goertzel's measure)."""
    if not len(sound):
        return 0.0
    turn = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / RATE)
    return float(2 * abs(np.dot(sound.astype(float), turn)) / len(sound))


def pitches_in(sound: np.ndarray, candidates: list[float], least: float = 600.0) -> set[float]:
    """Which of the parties' pitches are in a sound."""
    return {hertz for hertz in candidates if loudness(sound, hertz) > least}


class Stage:
    """A studio on the virtual clock with its far ends."""

    def __init__(self, open_card: OpenCard = open_sound) -> None:
        self.net = DataNet()
        self.now = 1000.0
        self.studio = Studio(
            self.net,
            entropy=lambda n: bytes(range(7, 7 + n)),
            now=self.now,
            epoch=1.7e9,
            open_card=open_card,
        )
        self.far: dict[str, FarEnd] = {}
        self.told: list[MediaEvent] = []

    def seat(self, leg: str, hertz: float, codec: str = "PCMA", ptime: int = 20) -> FarEnd:
        """Open a leg with a far end that says its tone."""
        number = len(self.far)
        far = FarEnd(leg, hertz, (THEIRS, 20000 + 2 * number), codec, ssrc=number + 1)
        self.far[leg] = far
        self.send(*far.open(10000 + 2 * number, ptime=ptime))
        return far

    def send(self, *commands: Command) -> None:
        for command in commands:
            self.studio.send(command)

    def arrive(self, leg: str, data: bytes, source: Address, *, control: bool = False) -> None:
        self.net.coming.append((leg, control, data, source))

    def run(self, seconds: float, *, silent: tuple[str, ...] = ()) -> list[MediaEvent]:
        """Let time pass; every far end not ``silent`` says a packet a tick."""
        before = len(self.told)
        for _ in range(round(seconds / TICK)):
            for leg, far in self.far.items():
                if leg not in silent and leg in self.net.open_ports:
                    self.arrive(leg, far.say(), far.address)
            self.now += TICK
            self.studio.tick(self.now)
            self.told += self.studio.events()
            self.deliver()
        return self.told[before:]

    def deliver(self) -> None:
        for leg, control, data, to in self.net.sent:
            far = self.far.get(leg)
            if far is not None and not control and to == far.address:
                far.packets.append(rtp.parse(data))
        self.net.sent = [sent for sent in self.net.sent if sent[1]]

    def close(self) -> list[MediaEvent]:
        self.studio.close()
        last = self.studio.events()
        self.told += last
        self.deliver()
        return last
