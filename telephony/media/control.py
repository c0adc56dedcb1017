"""The typed commands that steer a media worker and the events it returns.

A command or event is one frozen dataclass; on the pipe it is one JSON line with the class's name
under ``"is"``. Times named ``at`` are seconds of the machine's monotonic clock, which every process
of one machine shares. A *row* of the gain matrix is a listener (a leg or a recording tap), a
*column* is a speaker (a leg or a source); see the room's README.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

Codec: TypeAlias = Literal["PCMA", "PCMU", "G722"]


# ── commands ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class OpenLeg:
    """Bind an RTP socket (and RTCP on the next port) for one leg; the board chose the port."""

    leg: str
    host: str
    port: int
    ptime: int = 20


@dataclass(frozen=True, slots=True)
class AimLeg:
    """Say where the leg's far end listens and what it understands."""

    leg: str
    host: str
    port: int
    codec: Codec
    payload_type: int
    event_type: int | None = None
    """Payload number of telephone-event (RFC 4733) that the far end declared."""
    sends: bool = True
    receives: bool = True
    signalling_host: str | None = None
    """Media may latch to this address once, besides the SDP address."""
    hears_event_type: int = 101
    """Payload number of telephone-event that we declared, should the far end's differ."""
    ptime: int = 0
    """Milliseconds of sound in a packet, as the far end wishes; 0: as the leg was opened."""
    suite: str = ""
    """Secures the sound (``srtp.TAGS``); empty: it goes in the clear."""
    key_sent: str = field(default="", repr=False)
    """Base64 of the key that closes what this leg sends."""
    key_heard: str = field(default="", repr=False)
    """Base64 of the key that opens what it hears."""
    mki_sent: str = ""
    """The identifier (RFC 3711 §3.1) that marks each packet sent, in hexadecimal; empty: none."""
    mki_heard: str = ""


@dataclass(frozen=True, slots=True)
class CloseLeg:
    """Close the leg's sockets; a LegReport follows."""

    leg: str


@dataclass(frozen=True, slots=True)
class SetRow:
    """Replace one row of G: what this listener hears of whom, as linear gain. Ramped over 5 ms.

    A leg that is new to the listener is heard from what it says now on; what of it still waits to be
    played (a burst after a standstill is played whole) was said to others. ``at``: when that was ordered,
    written on it by who sends it to a worker, which may come to obey it later.
    """

    listener: str
    hears: Mapping[str, float] = field(default_factory=dict)
    at: float | None = None


@dataclass(frozen=True, slots=True)
class LimitSpeakers:
    """Let only the loudest ``most`` of these speakers be heard by anybody; none named: no limit."""

    group: str
    speakers: Sequence[str] = ()
    most: int = 3


@dataclass(frozen=True, slots=True)
class Play:
    """Open a source column that plays clips one after the other.

    A clip is a path to a mono WAV (any rate; 8 kHz plays as it is), ``silence:SECONDS`` or
    ``tone:HZ[+HZ]:SECONDS[:DBFS]``, ``cadence:NAME`` from the country's tone plan (one period), or
    ``music:calm``, the music on hold. A clip that cannot be read gives a ClipFailed and is skipped.
    """

    source: str
    clips: Sequence[str]
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """End a source; no PlayEnded follows."""

    source: str


@dataclass(frozen=True, slots=True)
class Press:
    """Send DTMF digits from this leg to its far end as RFC 4733 events."""

    leg: str
    digits: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Switch the voice activity events of a leg on or off."""

    leg: str
    speech: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    """Write a two-channel mu-law WAV; its taps are the rows ``NAME/left`` and ``NAME/right``.

    Position 0 of the file is the moment ``since`` (the answer), however late the command comes: what
    could not be recorded of it is silence. None: the first tick that obeys.
    """

    recording: str
    path: str
    since: float | None = None


@dataclass(frozen=True, slots=True)
class PauseRecording:
    """Zero both channels while paused, so that the length stays true.

    It begins at once and ends with the sound of the moment ``at``, however late the worker is and
    however much sound of before waits to be played.
    """

    recording: str
    paused: bool
    at: float | None = None


@dataclass(frozen=True, slots=True)
class StopRecording:
    """End the file at the moment ``until`` and close its header; a RecordingClosed follows."""

    recording: str
    until: float | None = None


@dataclass(frozen=True, slots=True)
class OpenSound:
    """Open the sound card: the source column ``mic`` and the listener row ``speaker``.

    A name picks the first device that contains it; None is the system's own choice.
    """

    microphone: str | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class CloseSound:
    """Close the sound card."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Close everything and end the process."""


Command: TypeAlias = (
    OpenLeg | AimLeg | CloseLeg | SetRow | LimitSpeakers | Play | Stop | Press | Watch
    | Record | PauseRecording | StopRecording | OpenSound | CloseSound | Quit
)  # fmt: skip


# ── events ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class LegFailed:
    """The socket could not be bound or broke."""

    leg: str
    why: str


@dataclass(frozen=True, slots=True)
class MediaCame:
    """The first RTP packet of the far end arrived."""

    leg: str
    at: float


@dataclass(frozen=True, slots=True)
class MediaLost:
    """No RTP for ten seconds although the far end should send."""

    leg: str
    at: float


@dataclass(frozen=True, slots=True)
class Digit:
    """The far end pressed a key (once a key, however often the end packet is repeated)."""

    leg: str
    digit: str
    at: float


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The far end began to speak."""

    leg: str
    at: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """The far end fell silent; ``at`` is where the sound ended, not where that was noticed."""

    leg: str
    began: float
    at: float


@dataclass(frozen=True, slots=True)
class PlayBegan:
    """The first frame of a source's clips was mixed: it sounds from here on."""

    source: str
    at: float


@dataclass(frozen=True, slots=True)
class PlayEnded:
    """A source that does not loop played its last frame."""

    source: str
    at: float


@dataclass(frozen=True, slots=True)
class ClipFailed:
    """A clip could not be read; the source went on with the next one."""

    source: str
    clip: str
    why: str


@dataclass(frozen=True, slots=True)
class RecordingBegan:
    """Position 0 of the recording is this moment; every later position is as true to the clock."""

    recording: str
    at: float


@dataclass(frozen=True, slots=True)
class RecordingClosed:
    """The file is whole."""

    recording: str
    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RecordingBroken:
    """Writing failed (a full disk); the call goes on, what was written stays readable."""

    recording: str
    path: str
    why: str
    seconds: float


@dataclass(frozen=True, slots=True)
class LegReport:
    """What a closed leg saw: RTP counts, RFC 3550 jitter, loss, and what RTCP said of our sound."""

    leg: str
    received: int
    lost: int
    jitter_ms: float
    sent: int
    concealed: int
    remote_lost: int | None = None
    remote_jitter_ms: float | None = None
    round_trip_ms: float | None = None


@dataclass(frozen=True, slots=True)
class SoundOpened:
    """The sound card runs; these are the devices it runs on."""

    microphone: str
    speaker: str


@dataclass(frozen=True, slots=True)
class SoundFailed:
    """There is no usable sound card; the call goes on in silence."""

    why: str


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """Health of the worker, every five seconds while legs are open; ``late`` is over 10 ms.

    ``worst_ms`` and ``p99_ms`` are how late the ticks of these five seconds began.
    """

    ticks: int
    late: int
    worst_ms: float
    legs: int
    realtime: bool
    p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """The worker is awake: its clock runs, and what it is told from here on sounds at once."""


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The worker died: nothing that it was told to do will be done, and no event follows."""

    status: int


MediaEvent: TypeAlias = (
    LegFailed | MediaCame | MediaLost | Digit | SpeechBegan | SpeechEnded | PlayBegan | PlayEnded
    | ClipFailed | RecordingBegan | RecordingClosed | RecordingBroken | LegReport
    | SoundOpened | SoundFailed | WorkerReport | WorkerReady | WorkerEnded
)  # fmt: skip


class MediaEngine(Protocol):
    """What the board and a telephone need of media; never blocks."""

    def send(self, command: Command) -> None:
        """Carry out a command on the next tick."""
        ...

    def events(self) -> list[MediaEvent]:
        """Return and forget what happened since the last call."""
        ...


_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for alias in (Command, MediaEvent) for kind in alias.__args__
}


def ordered(command: Command, now: float) -> Command:
    """Write the moment of an order on it where that matters."""
    return dataclasses.replace(command, at=now) if isinstance(command, SetRow) else command


def to_line(message: Command | MediaEvent) -> bytes:
    """Write one message as a JSON line."""
    body = {"is": type(message).__name__, **dataclasses.asdict(message)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def from_line(line: bytes) -> Any:
    """Read one JSON line back into its dataclass; raises ValueError on anything else."""
    body = json.loads(line)
    try:
        kind = _KINDS[body.pop("is")]
        return kind(**body)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a media message: {line[:80]!r}") from error
