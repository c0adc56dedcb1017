"""The speech process: ``python -m classroom.speech.worker --engine kokoro --clips FOLDER``.

One thread reads orders and answers from the cache at once; one renders, the most urgent line first.
The process is niced, so that media never waits for it; the end of stdin is the end of it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import queue
import sys
import threading
import time
from pathlib import Path

from classroom.speech.budget import Budget, Pace, sounds_for
from classroom.speech.cache import Clip, ClipCache
from classroom.speech.errors import SpeechError
from classroom.speech.messages import Part, Ready, Refused, Render, Rendered, Unfit, to_line
from classroom.speech.tone import ToneVoice
from classroom.speech.voice import Spoken, Voice
from classroom.words import say, speak

RANKS = {"live": 0, "call": 1, "after": 2, "lesson": 3}
NEURAL = 0.6
LIGHT = 0.02
"""Processor seconds a second of sound, until measured on this machine."""


class Renderer:
    """A voice, its cache and a queue by urgency."""

    def __init__(self, voice: Voice, clips: ClipCache, share: float) -> None:
        self.voice = voice
        self.clips = clips
        self.pace = Pace()
        self.budget = Budget(share, purse=6.0, now=time.monotonic())
        self._line = itertools.count()
        self._waiting: queue.PriorityQueue[tuple[int, int, Render | None, float]] = (
            queue.PriorityQueue()
        )
        self._voicing = threading.Lock()

    def ask(self, order: Render) -> None:
        """Answer from the cache, refuse what is too much, or put in the queue."""
        clip = self.clips.find(self.voice.version, spoken(order))
        if clip is not None:
            self.tell(_rendered(order, clip, 0.0))
            return
        cost = self.cost(order) if order.urgency == "live" else 0.0
        if cost and not self.budget.afford(cost, time.monotonic()):
            self.tell(Refused(key=order.key, why=say("speech_later"), busy=True))
            return
        self._waiting.put((RANKS[order.urgency], next(self._line), order, cost))

    def cost(self, order: Render) -> float:
        """Guess the processor seconds that rendering takes."""
        neural = self.voice.name == "kokoro" and order.voice != "en_light"
        pace = self.pace.expect(order.voice, NEURAL if neural else LIGHT)
        return pace * sounds_for(order.text, order.speed)

    def run(self) -> None:
        """Render until told to stop."""
        while True:
            _, _, order, cost = self._waiting.get()
            if order is None:
                return
            self._render(order, cost)

    def stop(self) -> None:
        """Let `run` return after the line it is at."""
        self._waiting.put((-1, -1, None, 0.0))

    def _render(self, order: Render, cost: float) -> None:
        line = spoken(order)
        began = time.thread_time()
        try:
            clip = self.clips.find(self.voice.version, line) or self.clips.keep(
                self.voice.version, line, self.voice.say(line)
            )
        except (SpeechError, OSError) as error:
            self.tell(Refused(key=order.key, why=str(error)))
            return
        cpu = time.thread_time() - began
        self.pace.learn(order.voice, cpu, clip.seconds)
        if cost:
            self.budget.settle(cost, cpu, time.monotonic())
        self.tell(_rendered(order, clip, cpu))

    def tell(self, message: Part) -> None:
        """Write one message."""
        with self._voicing:
            sys.stdout.buffer.write(to_line(message))
            sys.stdout.buffer.flush()


def spoken(order: Render) -> Spoken:
    """Return the line of an order."""
    return Spoken(order.text, order.voice, order.speed)


def _rendered(order: Render, clip: Clip, cpu: float) -> Rendered:
    return Rendered(key=order.key, path=str(clip.path), seconds=clip.seconds, cpu=cpu)


def engine(name: str) -> Voice:
    """Make the engine; raises SpeechError where it cannot speak."""
    if name == "tone":
        return ToneVoice()
    from classroom.speech.kokoro import KokoroVoice

    return KokoroVoice()


def die_whole(failure: threading.ExceptHookArgs) -> None:
    """End the process when a thread fails, so that the server starts it again."""
    threading.__excepthook__(failure)
    os._exit(3)


def step_back() -> None:
    """Give every other process of the product the right of way."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if sys.platform == "win32":
        import psutil  # Elsewhere the system's own call does, and each start would load it.

        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.setpriority(os.PRIO_PROCESS, 0, 5)


def main() -> int:
    """Speak until stdin ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("kokoro", "tone"), required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    wanted = parser.parse_args()
    speak(wanted.lang)
    step_back()
    try:
        voice = engine(wanted.engine)
    except SpeechError as error:
        sys.stdout.buffer.write(to_line(Unfit(why=str(error))))
        return 2
    renderer = Renderer(voice, ClipCache(wanted.clips), wanted.share)
    renderer.tell(Ready(engine=wanted.engine, version=voice.version, voices=voice.voices()))
    threading.excepthook = die_whole
    thread = threading.Thread(target=renderer.run, name="render")
    thread.start()
    for line in sys.stdin.buffer:
        renderer.ask(Render.model_validate_json(line))
    renderer.stop()
    thread.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
