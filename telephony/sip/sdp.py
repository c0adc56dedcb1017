"""Session descriptions: offer and answer for one audio stream (RFC 4566, RFC 3264)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

from telephony.errors import BadSdp
from telephony.sip import crypto
from telephony.sip.crypto import Crypto
from telephony.sip.hosts import host as known_host

Direction: TypeAlias = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

CODECS = {"PCMU": 0, "PCMA": 8, "G722": 9}
"""Names of the codecs with a number of their own (RFC 3551), all of clock rate 8000."""
WIDE = "G722"
_NAMES = {number: name for name, number in CODECS.items()}
DIRECTIONS: tuple[Direction, ...] = ("sendrecv", "sendonly", "recvonly", "inactive")
_MIRROR: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
EVENTS = "telephone-event"
PLAIN, SECURED = "RTP/AVP", "RTP/SAVP"


@dataclass(frozen=True, slots=True)
class Media:
    """One m= line and what belongs to it."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    host: str
    direction: Direction = "sendrecv"
    ptime: int = 20
    codecs: tuple[tuple[str, int], ...] = ()
    """The codecs named, in order, each with the payload number declared for it; clock rate 8000 only."""
    event_type: int | None = None
    """The number of telephone-event (RFC 4733), if declared."""
    keys: tuple[Crypto, ...] = ()
    """Their keys for secured sound, of the suites that we have."""

    @property
    def usable(self) -> bool:
        """Sound that we can carry: plain, or secured with a key we can use."""
        protocol = self.protocol == PLAIN or (self.protocol == SECURED and bool(self.keys))
        return self.kind == "audio" and protocol and bool(self.port)


@dataclass(frozen=True, slots=True)
class Sdp:
    """A session description as far as one audio stream needs it."""

    session_id: str
    version: str
    media: tuple[Media, ...]
    secure: bool = False
    """It came by secured signalling, so that its keys are secrets still."""
    _taken: Media | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Choose the stream once; it is asked for many times."""
        found = [stream for stream in self.media if stream.usable]
        if self.secure:
            found.sort(key=lambda stream: stream.protocol != SECURED)
        else:
            found = [stream for stream in found if stream.protocol == PLAIN]
        object.__setattr__(self, "_taken", found[0] if found else None)

    @property
    def audio(self) -> Media:
        """The audio stream we take, a secured one where it may be; BadSdp 488 where there is none."""
        if self._taken is not None:
            return self._taken
        if any(stream.protocol == SECURED for stream in self.media) and not self.secure:
            raise BadSdp("Secured sound needs secured signalling: register by TLS.", 488)
        raise BadSdp("The description has no audio that can be carried here.", 488)

    @property
    def key(self) -> Crypto | None:
        """The key of theirs that counts; None where the sound is plain."""
        return self.audio.keys[0] if self.audio.protocol == SECURED else None

    def as_answer(self, offered: Sequence[Crypto]) -> Sdp:
        """Return it as the answer to our offer; BadSdp where only that had keys (RFC 4568 §7)."""
        if offered and self.key is None:
            raise BadSdp("The far end takes secured sound only in the clear.", 488)
        return self

    @property
    def host(self) -> str:
        """Where the far end listens."""
        return self.audio.host

    @property
    def port(self) -> int:
        """Where the far end listens."""
        return self.audio.port

    @property
    def direction(self) -> Direction:
        """What the far end wants to do; an address of 0.0.0.0 is the old way to hold."""
        stream = self.audio
        if stream.host in ("0.0.0.0", "::") and stream.direction == "sendrecv":
            return "sendonly"
        return stream.direction

    @property
    def ptime(self) -> int:
        """Milliseconds of sound the far end wants in a packet."""
        return self.audio.ptime

    @property
    def codecs(self) -> tuple[tuple[str, int], ...]:
        """The codecs named, in order, each with the payload number declared for it."""
        return self.audio.codecs

    @property
    def codec(self) -> str:
        """The first codec; BadSdp 488 where there is none we know."""
        return self._first()[0]

    @property
    def payload_type(self) -> int:
        """The number of the first codec."""
        return self._first()[1]

    @property
    def event_type(self) -> int | None:
        """The number of telephone-event (RFC 4733), if declared."""
        return self.audio.event_type

    @property
    def sends(self) -> bool:
        """The far end sends sound."""
        return self.direction in ("sendrecv", "sendonly")

    @property
    def receives(self) -> bool:
        """The far end wants sound."""
        return self.direction in ("sendrecv", "recvonly")

    def _first(self) -> tuple[str, int]:
        codecs = self.audio.codecs
        if not codecs:
            raise BadSdp("The description names no codec we have.", 488)
        return codecs[0]

    def choose(self, codecs: Sequence[str]) -> tuple[str, int]:
        """Return the offerer's first codec that is among ours; BadSdp 488 where none is.

        G.722 is a last resort, unless we name it first: within, all sound is of 8 kHz.
        """
        common = [(name, number) for name, number in self.codecs if name in codecs]
        if not common:
            raise BadSdp("No codec in common.", 488)
        if codecs[0] == WIDE:
            return min(common, key=lambda one: one[0] != WIDE)
        return min(common, key=lambda one: one[0] == WIDE)


def mirrored(direction: Direction) -> Direction:
    """Return the same direction seen from the other side."""
    return _MIRROR[direction]


def make_offer(
    host: str,
    port: int,
    codecs: Sequence[str] = ("PCMA", "PCMU"),
    session_id: int = 1,
    version: int = 1,
    direction: Direction = "sendrecv",
    ptime: int = 20,
    event_type: int | None = 101,
    keys: Sequence[Crypto] = (),
) -> bytes:
    """Describe our audio stream to the far end; with keys it is secured."""
    numbers = [(name, CODECS[name]) for name in codecs]
    stream = _audio(port, numbers, direction, ptime, event_type, keys)
    return _write(host, session_id, version, [stream])


def answer_to(
    offer: Sdp,
    host: str,
    port: int,
    codecs: Sequence[str] = ("PCMA", "PCMU"),
    session_id: int = 1,
    version: int = 1,
    direction: Direction = "sendrecv",
    keys: Sequence[Crypto] = (),
) -> bytes:
    """Answer an offer: its first codec that we have, its numbers, every other stream refused.

    ``keys`` are all of ours; the one that fits what was offered is told.
    """
    name, number = offer.choose(codecs)
    ours = _narrowed(mirrored(offer.direction), direction)
    told = [crypto.answer(offer.key, keys)] if offer.key else []
    sections = [
        _audio(port, [(name, number)], ours, offer.ptime, offer.event_type, told)
        if stream is offer.audio
        else [f"m={stream.kind} 0 {stream.protocol} {' '.join(stream.formats)}"]
        for stream in offer.media
    ]
    return _write(host, session_id, version, sections)


def _narrowed(allowed: Direction, wanted: Direction) -> Direction:
    send = all(way in ("sendrecv", "sendonly") for way in (allowed, wanted))
    receive = all(way in ("sendrecv", "recvonly") for way in (allowed, wanted))
    if send:
        return "sendrecv" if receive else "sendonly"
    return "recvonly" if receive else "inactive"


def _audio(
    port: int,
    numbers: Sequence[tuple[str, int]],
    direction: Direction,
    ptime: int,
    event_type: int | None,
    keys: Sequence[Crypto] = (),
) -> list[str]:
    formats = [str(number) for _, number in numbers]
    lines = [f"a=rtpmap:{number} {name}/8000" for name, number in numbers]
    if event_type is not None:
        formats.append(str(event_type))
        lines += [f"a=rtpmap:{event_type} {EVENTS}/8000", f"a=fmtp:{event_type} 0-15"]
    return [
        f"m=audio {port} {SECURED if keys else PLAIN} {' '.join(formats)}",
        *lines,
        *(key.line for key in keys),
        f"a=ptime:{ptime}",
        f"a={direction}",
    ]


def _write(host: str, session_id: int, version: int, sections: Sequence[Sequence[str]]) -> bytes:
    family = "IP6" if ":" in host else "IP4"
    lines = ["v=0", f"o=- {session_id} {version} IN {family} {host}", "s=-"]
    lines += [f"c=IN {family} {host}", "t=0 0", *(line for part in sections for line in part)]
    return ("\r\n".join(lines) + "\r\n").encode()


def parse(data: bytes, *, secure: bool = False) -> Sdp:
    """Read a session description; BadSdp 400 where it is none.

    ``secure`` says that it came by TLS: only then its secured streams count.
    """
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    lines = [line for line in text.split("\n") if line]
    if not lines or lines[0] != "v=0" or [line for line in lines if line[1:2] != "="]:
        raise BadSdp("The body is not a session description.")
    starts = [at for at, line in enumerate(lines) if line[0] == "m"]
    head = lines[: starts[0]] if starts else lines
    origins = [line[2:].split() for line in head if line[0] == "o"]
    origin = origins[0] if origins else []
    if len(origin) < 6:
        raise BadSdp("The description has no origin.")
    session = _Told()
    session.read(head)
    media = []
    for start, end in pairwise([*starts, len(lines)]):
        media.append(_stream(lines[start], lines[start + 1 : end], session))
    return Sdp(origin[1], origin[2], tuple(media), secure)


def out_of_reach(host: str, local: str) -> tuple[int, str] | None:
    """Say by a code of RFC 3261 §20.43 why sound cannot be sent from our address to theirs; None: it can."""
    known = known_host(host)
    if not known.literal:
        return 301, "Incompatible network address formats"
    if (":" in host) != (":" in local):
        return 300, "Incompatible network protocol"
    return (330, "Multicast not available") if known.many else None


def unfit(body: bytes | None, *, secure: bool, local: str) -> tuple[int, str]:
    """Say by a code of RFC 3261 §20.43 what of a refused offer did not fit."""
    try:
        media = parse(body or b"", secure=secure).media
    except BadSdp:
        return 399, "No session description that can be read"
    streams = [stream for stream in media if stream.kind == "audio" and stream.port]
    if not streams:
        return 304, "Media type not available"
    if not any(stream.usable and (secure or stream.protocol == PLAIN) for stream in streams):
        return 302, "Incompatible transport protocol"
    if strange := out_of_reach(streams[0].host, local):
        return strange
    return 305, "Incompatible media format"


def _stream(line: str, lines: Sequence[str], session: _Told) -> Media:
    """Read one m= line and what follows it; what the session says counts where it says nothing."""
    parts = line[2:].split()
    port = parts[1].partition("/")[0] if len(parts) >= 4 else ""
    if not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > 65535:
        raise BadSdp("A stream of the description cannot be read.")
    numbers = _payloads(parts[3:])
    told = _Told(session.host, session.direction, session.ptime, session.keys)
    names = told.names = {number: _NAMES[number] for number in numbers if number in _NAMES}
    told.read(lines)
    return Media(
        kind=parts[0],
        port=int(port),
        protocol=parts[2],
        formats=tuple(parts[3:]),
        host=told.host,
        direction=told.direction,
        ptime=told.ptime,
        codecs=tuple([(names[n], n) for n in numbers if n in names and names[n] in CODECS]),
        event_type=next((n for n in numbers if names.get(n) == EVENTS), None),
        keys=told.keys,
    )


def _small(text: str) -> bool:
    """Say whether this is a number of at most three digits, as payload types and milliseconds are."""
    return len(text) < 4 and text.isascii() and text.isdigit()


def _payloads(formats: Iterable[str]) -> list[int]:
    return [int(text) for text in formats if _small(text)]


@dataclass(slots=True)
class _Told:
    """What the lines read so far say of a stream, or of every stream."""

    host: str = ""
    direction: Direction = "sendrecv"
    ptime: int = 20
    keys: tuple[Crypto, ...] = ()
    names: dict[int, str] = field(default_factory=dict)

    def read(self, lines: Sequence[str]) -> None:
        """Take in the lines that matter to us."""
        for line in lines:
            kind, value = line[0], line[2:].strip()
            if kind == "c" and len(parts := value.split()) >= 3:
                self.host = parts[2].partition("/")[0]
            elif kind != "a":
                continue
            elif value in DIRECTIONS:
                self.direction = value
            else:
                self._attribute(*value.partition(":")[::2])

    def _attribute(self, name: str, rest: str) -> None:
        if name == "rtpmap":
            _map(self.names, rest)
        elif name == "ptime" and _small(rest) and 10 <= int(rest) <= 60:
            self.ptime = int(rest)
        elif name == "crypto" and (key := crypto.read(rest)):
            self.keys = (*self.keys, key)


def _map(names: dict[int, str], rest: str) -> None:
    number, _, encoding = rest.partition(" ")
    name, _, rate = encoding.strip().partition("/")
    if _small(number) and int(number) < 128:
        names.pop(int(number), None)
        if rate.partition("/")[0] == "8000":
            known = name.upper() if name.upper() in CODECS else name.lower()
            names[int(number)] = known
