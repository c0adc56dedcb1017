"""The server's hold on the speech process: ask for a line, get a clip.

The process may die; it is started again and what was asked is asked again, unless it dies over and
over on the same lines.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from classroom.door.lang import Lang
from classroom.speech.cache import ClipCache, sound_of
from classroom.speech.errors import SpeechError, TooBusy, Unspeakable, VoiceMissing, WorkerLost
from classroom.speech.messages import (
    Engine,
    Ready,
    Refused,
    Render,
    Rendered,
    Unfit,
    Urgency,
    answer_from,
    to_line,
)
from classroom.speech.models import locate
from classroom.speech.voice import RATE, Spoken
from classroom.words import say

BREATH = RATE // 40
"""Samples of silence cut off both ends of a clip before it is joined to others; 15 ms stay."""
GOODBYE = 1.0
"""Seconds in which the process leaves by itself once its stdin is closed."""
LIVES = 4
"""How often the process may die over one line, or in a row, before it is given up."""


@dataclass(slots=True)
class _Asked:
    order: Render
    clip: asyncio.Future[Path]
    lives: int = field(default=LIVES)


class Speech:
    """A child process that speaks."""

    def __init__(
        self,
        clips: Path,
        *,
        engine: Literal["auto", "kokoro", "tone"] = "auto",
        share: float = 0.3,
        lang: Lang = "zh",
        log: Path | None = None,
    ) -> None:
        self.clips = clips
        self.engine: Engine = "tone" if engine == "tone" else "kokoro"
        self.fallback = ""
        """Why tones are heard instead of voices; empty when they are not."""
        self.voices: tuple[str, ...] = ()
        self.version = ""
        self._may_fall_back = engine == "auto"
        self._share = share
        self._lang = lang
        self._log = log
        self._keys = itertools.count(1)
        self._asked: dict[int, _Asked] = {}
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._lost: SpeechError | None = None
        self._deaths = 0
        """In a row, without one answer."""

    async def start(self) -> None:
        """Start the process; ``auto`` falls back to tones with a reason, others raise SpeechError."""
        try:
            if self.engine == "kokoro":
                locate()
            await self._launch()
        except SpeechError as error:
            if not self._may_fall_back:
                raise
            self.fallback = str(error)
            self.engine = "tone"
            await self._launch()
        self._reader = asyncio.create_task(self._read(), name="speech")

    async def render(
        self, text: str, *, voice: str, speed: float = 1.0, urgency: Urgency = "call"
    ) -> Path:
        """Return the clip of a line; raises TooBusy, Unspeakable or WorkerLost."""
        if self._lost:
            raise self._lost
        order = Render(key=next(self._keys), text=text, voice=voice, speed=speed, urgency=urgency)
        asked = _Asked(order, asyncio.get_running_loop().create_future())
        self._asked[order.key] = asked
        self._send(order)
        try:
            return await asked.clip
        finally:
            self._asked.pop(order.key, None)

    def place(self, line: Spoken) -> Path:
        """Say where the clip of a line lies, or will lie once it is rendered."""
        return ClipCache(self.clips).place(self.version, line)

    async def prepare(
        self,
        lines: Iterable[Spoken],
        progress: Callable[[int, int], None] = lambda done, of: None,
        urgency: Urgency = "lesson",
    ) -> dict[Spoken, Path]:
        """Render many lines, telling how far it is; a line that cannot be spoken raises."""
        wanted = list(dict.fromkeys(lines))
        clips: dict[Spoken, Path] = {}

        async def one(line: Spoken) -> None:
            clips[line] = await self.render(
                line.text, voice=line.voice, speed=line.speed, urgency=urgency
            )
            progress(len(clips), len(wanted))

        progress(0, len(wanted))
        outcomes = await asyncio.gather(*map(one, wanted), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        return clips

    def join(self, pieces: Mapping[Spoken, Sequence[Path]]) -> dict[Spoken, Path]:
        """Put clips together with short breaths between: the line they make → its clip.

        Raises Unspeakable where the clip cannot be written.
        """
        try:
            return self._join(pieces)
        except OSError as error:
            raise Unspeakable(str(error)) from error

    def _join(self, pieces: Mapping[Spoken, Sequence[Path]]) -> dict[Spoken, Path]:
        cache, version = ClipCache(self.clips), f"{self.version}/joined"
        paths = {path for row in pieces.values() for path in row}
        sounds = {path: sound_of(path)[BREATH:-BREATH] for path in paths}
        clips: dict[Spoken, Path] = {}
        for line, row in pieces.items():
            clip = cache.find(version, line)
            clip = clip or cache.keep(version, line, np.concatenate([sounds[one] for one in row]))
            clips[line] = clip.path
        return clips

    async def close(self) -> None:
        """End the process."""
        self._lost = WorkerLost(say("speech_closed"))
        if self._reader:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        await self._end_child()
        self._fail_all(self._lost)

    # ── the child ────────────────────────────────────────────────────────────

    async def _launch(self) -> None:
        command = [
            sys.executable, "-m", "classroom.speech.worker",
            "--engine", self.engine, "--clips", str(self.clips), "--share", str(self._share),
            "--lang", self._lang,
        ]  # fmt: skip
        with self._log.open("ab") if self._log else nullcontext() as log:
            self._child = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=_environment(),
            )
        assert self._child.stdout is not None
        first = await self._child.stdout.readline()
        hello = answer_from(first) if first else Unfit(why=say("speech_dies"))
        if not isinstance(hello, Ready):
            await self._end_child()
            raise VoiceMissing(hello.why if isinstance(hello, Unfit) else say("speech_dies"))
        self.voices, self.version = hello.voices, hello.version

    async def _read(self) -> None:
        while True:
            assert self._child is not None and self._child.stdout is not None
            async for line in self._child.stdout:
                self._hear(line)
            await self._end_child()
            try:
                await self._relaunch()
            except SpeechError as error:
                self._lost = error
                self._fail_all(error)
                return

    async def _relaunch(self) -> None:
        """Start again and ask again what was not answered."""
        self._deaths += 1
        if self._deaths > LIVES:
            raise WorkerLost(say("speech_dies"))
        for asked in list(self._asked.values()):
            asked.lives -= 1
            if not asked.lives:
                self._settle(asked, WorkerLost(say("speech_dies")))
        await self._launch()
        for asked in list(self._asked.values()):
            self._send(asked.order)

    def _hear(self, line: bytes) -> None:
        self._deaths = 0
        match answer_from(line):
            case Rendered(key=key, path=path) if key in self._asked:
                self._settle(self._asked[key], Path(path))
            case Refused(key=key, why=why, busy=busy) if key in self._asked:
                self._settle(self._asked[key], TooBusy(why) if busy else Unspeakable(why))

    def _send(self, order: Render) -> None:
        """Write one order; a broken pipe is noticed by the reader, which asks again."""
        child = self._child
        if child and child.stdin and child.returncode is None and not child.stdin.is_closing():
            child.stdin.write(to_line(order))

    def _settle(self, asked: _Asked, outcome: Path | SpeechError) -> None:
        self._asked.pop(asked.order.key, None)
        if asked.clip.done():
            return
        if isinstance(outcome, SpeechError):
            asked.clip.set_exception(outcome)
        else:
            asked.clip.set_result(outcome)

    def _fail_all(self, error: SpeechError) -> None:
        for asked in list(self._asked.values()):
            self._settle(asked, error)

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin:
            child.stdin.close()
        try:  # One that is dead already is not killed: that would take its exit from asyncio's watcher.
            await asyncio.wait_for(child.wait(), GOODBYE)
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()


def _environment() -> dict[str, str]:
    """Put this tree on the child's path wherever the server stands."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"}
