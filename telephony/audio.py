"""The microphone and the speaker of a seat, or silence.

PyAudio (PortAudio) is used where it is installed. Its callbacks run in a thread of the sound system
and meet the worker's 20 ms clock in two elastic tapes, since a sound card's clock never agrees with
the machine's: a tape that fills up loses its oldest sound, one that runs dry gives silence.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from telephony.media.codec import FRAME, RATE
from telephony.media.errors import NoSoundCard

Samples: TypeAlias = npt.NDArray[np.float32]

_RATES: Final = (RATE, 48_000, 44_100, 16_000)
"""Rates to try, best first; many Windows cards refuse 8 kHz."""


class SoundCard(Protocol):
    """Ears and mouth of a person; neither ``hear`` nor ``say`` ever blocks."""

    microphone: str
    speaker: str

    def hear(self) -> Samples:
        """Take the next 20 ms of the microphone."""
        ...

    def say(self, frame: Samples) -> None:
        """Give the next 20 ms to the speaker."""
        ...

    def broken(self) -> str | None:
        """Tell why it stopped; None while it works."""
        ...

    def close(self) -> None:
        """Let the devices go."""
        ...


OpenCard: TypeAlias = Callable[[str | None, str | None], SoundCard]


class Silence:
    """No sound card: a microphone that hears nothing, a speaker that says nothing."""

    microphone = "silence"
    speaker = "silence"

    def hear(self) -> Samples:
        """Take 20 ms of nothing."""
        return np.zeros(FRAME, np.float32)

    def say(self, frame: Samples) -> None:
        """Let it fade away."""

    def broken(self) -> str | None:
        """Tell that silence never fails."""
        return None

    def close(self) -> None:
        """Have nothing to let go."""


class ElasticTape:
    """A tape between two clocks: starts when a little is stored, and never holds much."""

    def __init__(self, start: int = 2 * FRAME, most: int = 8 * FRAME) -> None:
        self._start = start
        self._most = most
        self._lock = threading.Lock()
        self._stored: Samples = np.zeros(0, np.float32)
        self._flowing = False
        self.dropped = 0
        self.missed = 0

    def put(self, samples: Samples) -> None:
        """Add sound; too much pushes the oldest out."""
        with self._lock:
            self._stored = np.concatenate([self._stored, samples])
            excess = len(self._stored) - self._most
            if excess > 0:
                cut = len(self._stored) - max(self._start, len(samples))
                self._stored = self._stored[cut:]
                self.dropped += cut

    def take(self, wanted: int) -> Samples:
        """Take so many samples, silence where there are none."""
        with self._lock:
            if not self._flowing and len(self._stored) < max(self._start, wanted):
                return np.zeros(wanted, np.float32)
            self._flowing = len(self._stored) >= wanted
            taken, self._stored = self._stored[:wanted], self._stored[wanted:]
            if self._flowing:
                return taken
            self.missed += wanted - len(taken)
            return np.concatenate([taken, np.zeros(wanted - len(taken), np.float32)])


class PortAudioCard:
    """A microphone and a speaker through PyAudio."""

    def __init__(self, microphone: str | None, speaker: str | None) -> None:
        try:
            import pyaudio
        except ImportError as error:
            raise NoSoundCard("PyAudio is not installed; install the audio extra") from error
        self._library = pyaudio
        self._system = pyaudio.PyAudio()
        self._heard, self._said = ElasticTape(), ElasticTape()
        self._streams: list[Any] = []
        try:
            mic = _device(self._system, microphone, "maxInputChannels", "microphone")
            out = _device(self._system, speaker, "maxOutputChannels", "speaker")
            self.microphone, self.speaker = str(mic["name"]), str(out["name"])
            self._open(mic, is_input=True)
            self._open(out, is_input=False)
        except BaseException:
            self.close()
            raise

    def _open(self, device: dict[str, Any], *, is_input: bool) -> None:
        side = "input" if is_input else "output"
        why: Exception | None = None
        for rate in _RATES:
            callback = self._listener(rate) if is_input else self._talker(rate)
            try:
                stream = self._system.open(
                    rate=rate, channels=1, format=self._library.paInt16,
                    frames_per_buffer=rate // 50, stream_callback=callback,
                    **{side: True, f"{side}_device_index": device["index"]},
                )  # fmt: skip
            except (OSError, ValueError) as error:
                why = error
                continue
            self._streams.append(stream)
            return
        raise NoSoundCard(f"the sound device {device['name']} cannot be opened: {why}") from why

    def _listener(self, rate: int) -> Callable[..., tuple[None, int]]:
        convert = _converter(rate, RATE)
        go_on = int(self._library.paContinue)

        def listen(data: bytes, *_: object) -> tuple[None, int]:
            self._heard.put(convert(np.frombuffer(data, np.int16).astype(np.float32)))
            return None, go_on

        return listen

    def _talker(self, rate: int) -> Callable[..., tuple[bytes, int]]:
        convert = _converter(RATE, rate)
        go_on = int(self._library.paContinue)
        ahead = ElasticTape(start=0, most=rate)

        def talk(_: object, wanted: int, *__: object) -> tuple[bytes, int]:
            if rate == RATE:
                sound = self._said.take(wanted)
            else:
                ahead.put(convert(self._said.take(-(-wanted * RATE // rate))))
                sound = ahead.take(wanted)
            return np.clip(sound, -32768, 32767).astype(np.int16).tobytes(), go_on

        return talk

    def hear(self) -> Samples:
        """Take the next 20 ms of the microphone."""
        return self._heard.take(FRAME)

    def say(self, frame: Samples) -> None:
        """Give the next 20 ms to the speaker."""
        self._said.put(frame)

    def broken(self) -> str | None:
        """Tell whether a device was pulled out."""
        if all(stream.is_active() for stream in self._streams):
            return None
        return "the sound card stopped; plug it in and open the sound again"

    def close(self) -> None:
        """Stop both streams."""
        for stream in self._streams:
            stream.close()
        self._streams.clear()
        self._system.terminate()


def _device(system: Any, name: str | None, channels: str, what: str) -> dict[str, Any]:
    """Find the device whose name contains ``name``, or the system's own choice."""
    if name is None:
        try:
            return dict(
                system.get_default_input_device_info()
                if what == "microphone"
                else system.get_default_output_device_info()
            )
        except OSError as error:
            raise NoSoundCard(f"this machine has no {what}; plug one in") from error
    for index in range(system.get_device_count()):
        device = dict(system.get_device_info_by_index(index))
        if name.casefold() in str(device["name"]).casefold() and device[channels]:
            return device
    raise NoSoundCard(f"no {what} has {name} in its name")


def _converter(source: int, target: int) -> Callable[[Samples], Samples]:
    """Change the rate of a stream, piece by piece."""
    if source == target:
        return lambda samples: samples
    import soxr

    stream = soxr.ResampleStream(source, target, 1, dtype="float32", quality="MQ")
    return lambda samples: np.asarray(stream.resample_chunk(samples), np.float32)


def open_sound(microphone: str | None = None, speaker: str | None = None) -> SoundCard:
    """Open the sound card; raises NoSoundCard with what to do."""
    return PortAudioCard(microphone, speaker)


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Turn stderr away while the sound system looks round: ALSA and JACK write there in C."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def devices() -> list[str]:
    """Name the microphones and speakers of this machine; none where PyAudio or a card is missing."""
    try:
        import pyaudio
    except ImportError:
        return []
    with _hushed():
        system = pyaudio.PyAudio()
    try:
        return [
            str(system.get_device_info_by_index(number)["name"])
            for number in range(system.get_device_count())
        ]
    finally:
        system.terminate()
