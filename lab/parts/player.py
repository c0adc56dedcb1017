"""Plays a recording from a second on, with whatever this machine has."""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

from lab.errors import NoPlayer

PROGRAMS: tuple[tuple[str, ...], ...] = (
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("paplay",),
    ("aplay", "-q"),
    ("play", "-q"),
    ("afplay",),
)
"""Programs that play a WAV file, best first; the file's name comes last."""
WINDOWS = "import sys,winsound; winsound.PlaySound(sys.argv[1], winsound.SND_FILENAME)"


def commands() -> list[list[str]]:
    """Every way to play a file on this machine, best first."""
    found = []
    if importlib.util.find_spec("pyaudio") is not None:
        found.append([sys.executable, "-m", "lab.parts.play"])
    if sys.platform == "win32":
        found.append([sys.executable, "-c", WINDOWS])
    return found + [list(program) for program in PROGRAMS if shutil.which(program[0])]


def cut_from(whole: Path, second: float, to: Path) -> None:
    """Write what follows this second into a file of its own."""
    with wave.open(str(whole), "rb") as source, wave.open(str(to), "wb") as target:
        target.setparams(source.getparams())
        source.setpos(min(int(second * source.getframerate()), source.getnframes()))
        target.writeframes(source.readframes(source.getnframes()))


class Player:
    """One recording at a time; ``NoPlayer`` carries the saved file's path."""

    def __init__(self, ways: Sequence[Sequence[str]] | None = None) -> None:
        self.ways = commands() if ways is None else ways
        self.folder = Path(tempfile.mkdtemp(prefix="recordings-"))
        self._process: asyncio.subprocess.Process | None = None
        self._kept = False

    def keep(self, call_id: str, sound: bytes) -> Path:
        """Save a recording so that it can be played; only this user may read it."""
        path = self.folder / f"{Path(call_id).name}.wav"
        path.write_bytes(sound)
        return path

    def kept(self, call_id: str) -> Path | None:
        """The recording, if it was saved already."""
        path = self.folder / f"{Path(call_id).name}.wav"
        return path if path.exists() else None

    async def play(self, path: Path, second: float) -> bool:
        """Play; tells whether it came to the end. Tries one way after the other."""
        await self.stop()
        part = self.folder / "part.wav"
        try:
            cut_from(path, second, part)
        except (wave.Error, EOFError) as error:
            raise NoPlayer(str(path)) from error
        for way in self.ways:
            process = await asyncio.create_subprocess_exec(
                *way,
                str(part),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            self._process = process
            ended = await process.wait()
            if self._process is not process:
                return False
            if ended == 0:
                return True
        self._process, self._kept = None, True
        raise NoPlayer(str(path))

    @property
    def playing(self) -> bool:
        """Whether something sounds."""
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> None:
        """Fall silent."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()

    async def close(self) -> None:
        """Fall silent and forget the recordings, except where a person was told their path."""
        await self.stop()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)
