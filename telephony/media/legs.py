"""A leg: one far end's stream in and out, without a socket of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final, TypeAlias

from telephony.media import rtcp
from telephony.media.codec import FRAME, LAWS, MU_LAW, RATE
from telephony.media.control import AimLeg, Digit, LegReport, MediaCame, MediaEvent, MediaLost
from telephony.media.dtmf import KeyHeard, KeyPress, keys_in
from telephony.media.errors import MalformedPacket
from telephony.media.jitter import JitterRing
from telephony.media.rtp import HEADER, Reception, parse
from telephony.media.srtp import Key, Lock, decoded
from telephony.media.wideband import Encoder

Address: TypeAlias = tuple[str, int]

MEDIA_LOST_AFTER: Final = 10.0
REPORT_SECONDS: Final = 5.0
PTIMES: Final = (10, 20, 30, 40, 50, 60)
_STATIC: Final = {0: LAWS["PCMU"], 8: LAWS["PCMA"]}
_COMFORT_NOISE: Final = 13


@dataclass(slots=True)
class Leg:
    """Everything one leg remembers; ``place`` is its row in the jitter ring."""

    name: str
    place: int
    column: int
    row: int
    ptime: int
    ssrc: int
    sequence: int
    timestamp: int
    aim: AimLeg | None = None
    far: Address | None = None
    latched: bool = False
    marker: bool = True
    laws: dict[int, int] = field(default_factory=dict)
    events: frozenset[int] = frozenset()
    keys: KeyPress = field(default_factory=KeyPress)
    pressing: bool = False
    flowing: bool = False
    """The far end's stream runs: its next packet of this kind needs no more questions."""
    hears_kind: int = 0
    steady: bool = False
    """So does ours: the next packet is like the last, of this kind."""
    kind: int = 0
    heard_keys: KeyHeard = field(default_factory=KeyHeard)
    reception: Reception = field(default_factory=Reception)
    sent: int = 0
    octets: int = 0
    refused: int = 0
    last_packet: float | None = None
    waiting_since: float = 0.0
    lost: bool = False
    joined: bytearray = field(default_factory=bytearray)
    last_sr: tuple[int, float] | None = None
    remote: rtcp.ReportBlock | None = None
    round_trip: float | None = None
    next_report: float = 0.0
    coder: Encoder | None = None
    """Makes what this leg sends, where that is no law of samples."""
    lock: Lock | None = None
    """Closes what this leg sends, where its sound is secured."""
    key: Key | None = None
    """Opens what it hears."""
    _secrets: tuple[str, str, str] = field(default=("", "", ""), repr=False)

    @classmethod
    def drawn(
        cls, name: str, places: tuple[int, int, int], ptime: int, seed: bytes, first_report: float
    ) -> Leg:
        """Make a leg whose numbers begin as ten random bytes say (RFC 3550 section 5.1).

        ``places``: its row in the jitter ring, its column and its row in the matrix. The first report
        comes up to half an interval later, so that those of many legs do not come at once.
        """
        return cls(
            name,
            *places,
            ptime,
            ssrc=int.from_bytes(seed[:4]),
            sequence=int.from_bytes(seed[4:6]) & 0x7FFF,
            timestamp=int.from_bytes(seed[6:]),
            next_report=first_report + REPORT_SECONDS * seed[0] / 512,
        )

    @property
    def law(self) -> int:
        """The law of what this leg sends."""
        return MU_LAW if self.aim is None else LAWS[self.aim.codec]

    # ── aiming and latching ──────────────────────────────────────────────────

    def take_aim(self, aim: AimLeg, now: float) -> None:
        """Point at a far end; it may latch anew. Raises ValueError when it is no IP address."""
        # RFC 3264 §8.4: the address 0.0.0.0 was how a call was held
        nowhere = aim.port == 0 or ip_address(aim.host).is_unspecified
        far = None if nowhere else (aim.host, aim.port)
        if self.aim is None or not self.aim.sends:
            self.marker = True
        if self.aim is None or aim.receives != self.aim.receives:
            self.last_packet, self.waiting_since, self.lost = None, now, False
        self._take_keys(aim)
        if aim.ptime in PTIMES and aim.ptime != self.ptime:
            self.ptime = aim.ptime
            self.joined.clear()
        self.aim = aim
        self.kind = aim.payload_type
        if aim.codec != "G722":
            self.coder = None
        elif self.coder is None:
            self.coder = Encoder()
        self.far = far
        self.latched = self.flowing = self.steady = False
        self.laws = {**_STATIC, aim.payload_type: LAWS[aim.codec]}
        ours = {aim.event_type, aim.hears_event_type} - {None, *self.laws}
        self.events = frozenset(kind for kind in ours if kind is not None)

    def _take_keys(self, aim: AimLeg) -> None:
        """Secure the sound; keys that stay go on counting. Raises ValueError for what is no key."""
        suite, sent, heard = self._secrets
        if suite != aim.suite or sent != aim.key_sent:
            self.lock = Lock(aim.suite, decoded(aim.key_sent)) if aim.suite else None
        if suite != aim.suite or heard != aim.key_heard:
            self.key = Key(aim.suite, decoded(aim.key_heard)) if aim.suite else None
        self._secrets = (aim.suite, aim.key_sent, aim.key_heard)
        if self.lock and self.key:
            self.lock.mki, self.key.mki = bytes.fromhex(aim.mki_sent), bytes.fromhex(aim.mki_heard)

    def _welcome(self, source: Address) -> bool:
        """Let media in from the far end only; latch once to a port or host behind a NAT.

        Who was announced comes before who was first: a stray packet of that host, of a call that is
        over, may not shut it out.
        """
        aim = self.aim
        if aim is not None and source == (aim.host, aim.port):
            if source != self.far:
                self.far, self.steady = source, False
            self.latched = True
            return True
        if source == self.far:
            self.latched = True
            return True
        if self.latched or aim is None or source[0] not in (aim.host, aim.signalling_host):
            return False
        self.far, self.latched, self.steady = source, True, False
        return True

    def press(self, digits: str) -> None:
        """Send keys, in place of the sound while each of them lasts."""
        self.keys.press(keys_in(digits))
        self.pressing = True
        self.steady = False

    # ── in ───────────────────────────────────────────────────────────────────

    def opened(self, data: bytes) -> bytes | None:
        """Open a secured datagram; None: it is none of the far end's."""
        if self.key is None:
            return data
        try:
            return self.key.open(data)
        except MalformedPacket:
            self.refused += 1
            return None

    def hear(
        self,
        data: bytes,
        source: Address,
        now: float,
        arrival: int,
        ring: JitterRing,
        told: list[MediaEvent],
    ) -> None:
        """Take one datagram of the RTP port; whatever does not belong here is dropped."""
        try:
            packet = parse(data)
        except MalformedPacket:
            self.refused += 1
            return
        kind = packet.payload_type
        law = self.laws.get(kind)
        known = law is not None or kind in self.events or kind == _COMFORT_NOISE
        if not known or not self._welcome(source):
            self.refused += 1
            return
        if self.aim is None:
            return
        timed = None if law is None else packet.timestamp
        if not self.aim.receives:  # It came, though nobody listens: it is not lost.
            self.reception.count(packet.ssrc, packet.sequence, timed, arrival)
            return
        self._notice(now, told)
        if packet.ssrc != self.reception.ssrc:
            ring.restart(self.place)
        self.reception.count(packet.ssrc, packet.sequence, timed, arrival)
        if law is not None:
            self.flowing, self.hears_kind = True, kind
            if packet.payload:
                ring.put(self.place, packet.timestamp, packet.payload, law)
        elif kind in self.events:
            self._hear_key(packet.ssrc, packet.timestamp, packet.payload, packet.marker, now, told)

    def _notice(self, now: float, told: list[MediaEvent]) -> None:
        """Tell of the first packet, and of the first after a silence."""
        if self.last_packet is None or self.lost:
            self.lost = False
            told.append(MediaCame(self.name, now))
        self.last_packet = now

    def _hear_key(
        self, ssrc: int, timestamp: int, payload: bytes, marker: bool, now: float,
        told: list[MediaEvent],
    ) -> None:  # fmt: skip
        try:
            key = self.heard_keys.hear(ssrc, timestamp, payload, marker=marker, now=now)
        except MalformedPacket:
            self.refused += 1
            return
        if key is not None:
            told.append(Digit(self.name, key, now))

    def hear_control(self, data: bytes, source: Address, now: float, wall: float) -> None:
        """Take one datagram of the RTCP port."""
        hosts = () if self.aim is None or self.far is None else (self.far[0], self.aim.host)
        if source[0] not in hosts:
            self.refused += 1
            return
        try:
            packets = rtcp.parse(self.key.open_control(data) if self.key else data)
        except MalformedPacket:
            self.refused += 1
            return
        for packet in packets:
            if isinstance(packet, rtcp.Report):
                self._read_report(packet, now, wall)

    def _read_report(self, report: rtcp.Report, now: float, wall: float) -> None:
        if report.ntp is not None:
            self.last_sr = (rtcp.middle(report.ntp), now)
        for block in report.blocks:
            if block.ssrc != self.ssrc:
                continue
            self.remote = block
            if block.last_sr:  # RFC 3550 §6.4.1: A - LSR - DLSR
                trip = rtcp.middle(rtcp.ntp_time(wall)) - block.last_sr - block.delay
                trip &= 0xFFFFFFFF
                self.round_trip = trip / 65536 if trip < 0x80000000 else 0.0

    def check(self, now: float) -> MediaLost | None:
        """Notice that the far end fell silent."""
        aim = self.aim
        if aim is None or not aim.receives or self.lost:
            return None
        since = self.waiting_since if self.last_packet is None else self.last_packet
        if now - since < MEDIA_LOST_AFTER:
            return None
        self.lost = True
        self.flowing = False
        return MediaLost(self.name, now)

    # ── out ──────────────────────────────────────────────────────────────────

    def speak(self, codes: bytes) -> list[bytes]:
        """Make this tick's packets of 20 ms of coded sound; time goes on though none is sent."""
        started = self.timestamp
        self.timestamp = (started + FRAME) & 0xFFFFFFFF
        aim = self.aim
        if aim is None or not aim.sends or self.far is None:
            self.marker = True
            self.joined.clear()
            return []
        if self.pressing and aim.event_type is not None:
            event = self.keys.next_event(started)
            self.pressing = self.keys.busy
            if event is not None:
                self.joined.clear()
                payload, timestamp, marker = event
                return [self._packet(aim.event_type, marker, timestamp, payload)]
        if self.ptime == 20:
            marker, self.marker = self.marker, False
            self.steady = not self.pressing and self.lock is None
            return [self._packet(aim.payload_type, marker, started, codes)]
        return self._join(aim.payload_type, started, codes)

    def _join(self, payload_type: int, started: int, codes: bytes) -> list[bytes]:
        """Cut or join 20 ms frames to packets of another length."""
        size = self.ptime * RATE // 1000
        begins = started - len(self.joined)
        self.joined += codes
        packets = []
        while len(self.joined) >= size:
            marker, self.marker = self.marker, False
            payload = bytes(self.joined[:size])
            packets.append(self._packet(payload_type, marker, begins & 0xFFFFFFFF, payload))
            del self.joined[:size]
            begins += size
        return packets

    def _packet(self, kind: int, marker: bool, timestamp: int, payload: bytes) -> bytes:
        sequence = self.sequence
        self.sequence = (sequence + 1) & 0xFFFF
        self.sent += 1
        self.octets += len(payload)
        second = kind | 0x80 if marker else kind
        packet = HEADER.pack(0x80, second, sequence, timestamp, self.ssrc) + payload
        return packet if self.lock is None else self.lock.close(packet)

    # ── reports ──────────────────────────────────────────────────────────────

    def control_report(self, now: float, wall: float, name: str, *, bye: bool = False) -> bytes:
        """Write the RTCP packet of this moment."""
        heard = self.reception
        blocks: tuple[rtcp.ReportBlock, ...] = ()
        if heard.ssrc is not None:
            last, delay = (0, 0)
            if self.last_sr is not None:
                last, delay = self.last_sr[0], round((now - self.last_sr[1]) * 65536)
            highest = heard.cycles + heard.highest
            lost = heard.source_expected - heard.source_received
            blocks = (
                rtcp.ReportBlock(
                    heard.ssrc, heard.fraction_lost(), lost, highest, int(heard.jitter), last, delay
                ),
            )
        ntp = rtcp.ntp_time(wall) if self.sent else None
        report = rtcp.Report(self.ssrc, blocks, ntp, self.timestamp, self.sent, self.octets)
        packet = rtcp.build_report(report, name, bye=bye)
        return packet if self.lock is None else self.lock.close_control(packet)

    def report(self, concealed: int) -> LegReport:
        """Sum up at the close."""
        remote, heard = self.remote, self.reception
        return LegReport(
            self.name,
            received=heard.received,
            lost=heard.lost,
            jitter_ms=round(heard.jitter * 1000 / RATE, 3),
            sent=self.sent,
            concealed=concealed,
            remote_lost=None if remote is None else remote.lost,
            remote_jitter_ms=None if remote is None else round(remote.jitter * 1000 / RATE, 3),
            round_trip_ms=None if self.round_trip is None else round(self.round_trip * 1000, 3),
        )
