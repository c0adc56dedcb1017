"""A load caller's mouth and ears: RTP is paced and stamped by a media worker, judged from a tape."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import soundfile

from lab.load.errors import CallFailed
from lab.load.heard import LEVEL, RATE, Heard, Sound, judge
from telephony.errors import NoPortLeft
from telephony.media import control
from telephony.media.errors import WorkerDied
from telephony.media.pipe import MediaPipe
from telephony.ports import RtpPorts
from telephony.sip import sdp
from telephony.sip.sdp import Sdp

E = TypeVar("E")

PATIENCE: Final = 60.0
"""The worker answers within milliseconds; a machine out of breath gets this long."""
_EDGE: Final = 0.4
"""The last of a tape is not judged: one end's hang-up is a moment earlier than the other's."""
_SUBJECTS: Final = ("leg", "recording", "source")
_AWAKE: Final = "awake"


class SoundRoom:
    """One media worker for every line of this process."""

    def __init__(self, media: MediaPipe, folder: Path, pitches: frozenset[int], host: str) -> None:
        self.media = media
        self.folder = folder
        self.pitches = pitches
        self.host = host
        self.worst: float = 0.0
        """The latest tick of our own worker, in milliseconds: how far its figures are to be trusted."""
        self.ticks = self.late = 0
        self._names = itertools.count()
        self._ports = RtpPorts()
        self._taking = threading.Lock()
        self._mail: dict[str, queue.SimpleQueue[control.MediaEvent]] = {}
        media.subscribe(self._deliver)

    def wake(self) -> None:
        """Wait until the worker plays: before that, calls would be deaf. Raises CallFailed."""
        mail = self._mail[_AWAKE] = queue.SimpleQueue()
        self.send(control.Play(_AWAKE, ["silence:0.02"]))
        try:
            mail.get(timeout=PATIENCE)
        except queue.Empty:
            raise CallFailed("the load lab's own media worker does not start") from None
        finally:
            del self._mail[_AWAKE]

    def line(self, hertz: int) -> SoundLine:
        """Open a line whose speaker hums this pitch; raises CallFailed."""
        name = f"line{next(self._names)}"
        try:
            with self._taking:
                port = self._ports.take(self.host)
        except NoPortLeft as error:
            raise CallFailed(str(error)) from error
        mail = self._mail[name] = self._mail[f"{name}.tape"] = queue.SimpleQueue()
        return SoundLine(self, name, port, hertz, mail)

    def send(self, command: control.Command) -> None:
        """Have the worker do something; raises CallFailed when there is none."""
        try:
            self.media.send(command)
        except WorkerDied as error:
            raise CallFailed(f"the load lab's own media worker died: {error}") from error

    def forget(self, name: str, port: int) -> None:
        """A line is closed."""
        self._mail.pop(name, None)
        self._mail.pop(f"{name}.tape", None)
        self._ports.give(self.host, port)

    def _deliver(self, event: control.MediaEvent) -> None:
        if isinstance(event, control.WorkerReport):
            self.worst = max(self.worst, event.worst_ms)
            self.ticks, self.late = event.ticks, event.late
        for subject in _SUBJECTS:
            if mail := self._mail.get(getattr(event, subject, "")):
                mail.put(event)


class SoundLine:
    """One leg: what it says, what it hears."""

    def __init__(
        self,
        room: SoundRoom,
        name: str,
        port: int,
        hertz: int,
        mail: queue.SimpleQueue[control.MediaEvent],
    ) -> None:
        self._room, self._name, self._port, self._mail = room, name, port, mail
        self._tape = room.folder / f"{name}.wav"
        self._hums = [f"tone:{hertz}:1:{LEVEL}"]
        self._taped_from = 0.0
        self._open = True
        self._send(control.OpenLeg(name, room.host, port))

    def offer(self) -> bytes:
        """Describe what we can."""
        return sdp.make_offer(self._room.host, self._port)

    def accept(self, offer: bytes) -> bytes:
        """Answer somebody's offer and speak there; raises BadSdp."""
        theirs = sdp.parse(offer)
        self._aim(theirs)
        return sdp.answer_to(theirs, self._room.host, self._port)

    def aim(self, answer: bytes) -> None:
        """Speak where the answer says; raises BadSdp."""
        self._aim(sdp.parse(answer))

    def press(self, digits: str) -> None:
        """Press keys."""
        self._send(control.Press(self._name, digits))

    def listen(self) -> None:
        """Begin to tape what is heard."""
        recording = f"{self._name}.tape"
        self._send(control.Record(recording, str(self._tape)))
        self._send(control.SetRow(f"{recording}/left", {self._name: 1.0}))

    def judged(self, partner: int, until: float | None = None) -> Heard:
        """Stop the tape and say what it holds of the partner; raises CallFailed.

        ``until`` is the moment (monotonic) from which on the partner need not be heard.
        """
        self._send(control.StopRecording(f"{self._name}.tape"))
        closed = self._until(control.RecordingClosed)
        try:
            sound = _read(Path(closed.path))
            if until is not None:
                sound = sound[: max(0, round((until - self._taped_from) * RATE))]
            return judge(sound, partner, self._room.pitches)
        except (OSError, soundfile.SoundFileError) as error:
            raise CallFailed(f"the tape cannot be read: {error}") from error
        finally:
            Path(closed.path).unlink(missing_ok=True)

    def report(self) -> control.LegReport:
        """Close the line and say what its packets were like; raises CallFailed."""
        try:
            self._send(control.CloseLeg(self._name))
            self._send(control.Stop(f"{self._name}.hum"))
            return self._until(control.LegReport)
        finally:
            self._forget()

    def close(self) -> None:
        """Close the line if it is still open; nobody asks any more what it was like."""
        if self._open:
            with contextlib.suppress(CallFailed):
                self.report()
        self._tape.unlink(missing_ok=True)

    # ── inside ───────────────────────────────────────────────────────────────

    def _aim(self, theirs: Sdp) -> None:
        codec, number = theirs.choose(("PCMA", "PCMU"))
        law: control.Codec = "PCMU" if codec == "PCMU" else "PCMA"
        self._send(
            control.AimLeg(
                self._name, theirs.host, theirs.port, law, number, theirs.event_type,
                sends=theirs.receives, receives=theirs.sends,
            )
        )  # fmt: skip
        hum = f"{self._name}.hum"
        self._send(control.Play(hum, self._hums, loop=True))
        self._send(control.SetRow(self._name, {hum: 1.0}))

    def _until(self, kind: type[E]) -> E:
        while True:
            try:
                event: Any = self._mail.get(timeout=PATIENCE)
            except queue.Empty:
                what = kind.__name__
                raise CallFailed(f"the load lab's own media worker told no {what}") from None
            if isinstance(event, control.RecordingBegan):
                self._taped_from = event.at
            if isinstance(event, kind):
                return event
            if isinstance(event, control.LegFailed):
                raise CallFailed(f"no RTP port could be opened: {event.why}")

    def _send(self, command: control.Command) -> None:
        self._room.send(command)

    def _forget(self) -> None:
        if self._open:
            self._open = False
            self._room.forget(self._name, self._port)


def _read(path: Path) -> Sound:
    sound, _ = soundfile.read(path, dtype="float32", always_2d=True)
    kept = max(0, len(sound) - round(_EDGE * RATE))
    return np.asarray(sound[:kept, 0], np.float32)
