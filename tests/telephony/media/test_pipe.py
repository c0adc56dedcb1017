"""A media worker commanded without an event loop: two legs hear each other, on real RTP."""

import os
import queue
import signal
from pathlib import Path

import pytest

from telephony.media import control
from telephony.media.errors import WorkerDied
from telephony.media.pipe import MediaPipe
from telephony.ports import RtpPorts

pytestmark = pytest.mark.wire

HOST = "127.0.0.1"
PATIENCE = 60.0


class Ears:
    def __init__(self, media: MediaPipe) -> None:
        self._heard: queue.SimpleQueue[control.MediaEvent] = queue.SimpleQueue()
        self.leave = media.subscribe(self._heard.put)

    def until(self, kind: type[control.MediaEvent]) -> control.MediaEvent:
        while not isinstance(event := self._heard.get(timeout=PATIENCE), kind):
            pass
        return event


def test_what_one_leg_plays_the_other_hears_and_reports(tmp_path: Path) -> None:
    ports = RtpPorts()
    with MediaPipe(log=tmp_path / "logs" / "media.log") as media:
        ears = Ears(media)
        here, there = ports.take(HOST), ports.take(HOST)
        for leg, mine, other in (("a", here, there), ("b", there, here)):
            media.send(control.OpenLeg(leg, HOST, mine))
            media.send(control.AimLeg(leg, HOST, other, "PCMA", 8))
        media.send(control.Play("tone", ["tone:440:1"], loop=True))
        media.send(control.SetRow("a", {"tone": 1.0}))
        media.send(control.Watch("b"))
        began = ears.until(control.SpeechBegan)
        assert isinstance(began, control.SpeechBegan) and began.leg == "b"
        media.send(control.CloseLeg("b"))
        report = ears.until(control.LegReport)
        assert isinstance(report, control.LegReport)
        assert report.leg == "b" and report.received > 0
    assert not media.died.is_set()
    with pytest.raises(WorkerDied, match="start it again"):
        media.send(control.CloseLeg("a"))


def test_the_death_of_the_worker_is_noticed() -> None:
    with MediaPipe() as media:
        assert media.pid is not None
        os.kill(media.pid, signal.SIGKILL)
        assert media.died.wait(PATIENCE)
        with pytest.raises(WorkerDied):
            media.send(control.CloseLeg("a"))
