"""``lab serve`` in a process of its own, loaded before, and what it says; the command line likewise."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stage.nursery import Born, type_in

WIDE = {**os.environ, "COLUMNS": "900"}
"""A terminal wide enough for any sentence to stay in one line."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SAID = re.compile(r"(\w+)=(\S+)")


async def lab(*words: str, seconds: float = 120) -> tuple[int, str, str]:
    """Run a command to its end: exit code, stdout, stderr."""
    with tempfile.TemporaryDirectory() as place:
        log = Path(place, "stderr")
        process = Born(type_in, *words, log=log, environ=WIDE)
        try:
            out = await asyncio.wait_for(process.communicate(), seconds)
        except TimeoutError:
            process.kill()
            raise
        return process.returncode or 0, out, await asyncio.to_thread(log.read_text)


async def refused(*words: str) -> str:
    """Run a command that must end with code 2 and one sentence; returns the sentence."""
    code, out, err = await lab(*words)
    assert (code, out) == (2, ""), err
    return _sentence(err)


def _sentence(err: str) -> str:
    """Take the one sentence out of its frame."""
    assert "Traceback" not in err
    _, sentence, _ = err.strip().splitlines()[-3:]
    return sentence.strip("│ ")


@dataclass
class Real:
    """A running server."""

    process: Born
    http: str
    sip_port: int
    data: Path
    log: Path
    """What it says on stderr."""

    def sound(self) -> list[dict[str, str]]:
        """What each closed leg of the board saw, in order, from the log."""
        lines = [line for line in self.log.read_text().splitlines() if " sound " in line]
        return [dict(_SAID.findall(_COLOUR.sub("", line))) for line in lines]

    async def stop(self) -> int:
        """Ask it to end, as a service manager does."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 90)

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        await self.process.wait()


async def start(data: Path, *more: str, host: str = "127.0.0.1") -> Real:
    """Start ``lab serve`` with the demo class and wait until its door is open."""
    log = data.parent / f"{data.name}.log"
    process = Born(
        type_in, "serve", "--data", str(data), "--demo-class",
        *("--host", host, "--sip-port", "0", "--http-port", "0"),
        *("--voice", "tone", "--lang", "en", "--announce", *more),
        log=log,
    )  # fmt: skip
    try:
        line = await asyncio.wait_for(process.line(), 200)
    except TimeoutError:
        process.kill()
        raise
    told = json.loads(line)
    return Real(process, told["http"], told["sip_port"], data, log)


@asynccontextmanager
async def real(data: Path, *more: str, host: str = "127.0.0.1") -> AsyncIterator[Real]:
    """Run a server for a while."""
    server = await start(data, *more, host=host)
    try:
        yield server
    finally:
        await server.stop()


async def sip_passwords(data: Path) -> dict[str, str]:
    """Extension → SIP password, as ``lab people list --reveal`` tells them."""
    code, out, err = await lab("people", "list", "--data", str(data), "--json", "--reveal")
    assert code == 0, err
    return {row["extension"]: row["sip_password"] for row in json.loads(out) if row["extension"]}
