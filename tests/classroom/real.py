"""The server as people run it: ``lab serve`` in a process of its own, and what it says."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

WIDE = {**os.environ, "COLUMNS": "900"}
"""A terminal wide enough for any sentence to stay in one line."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SAID = re.compile(r"(\w+)=(\S+)")


async def lab(*words: str, seconds: float = 120) -> tuple[int, str, str]:
    """Run a command to its end: exit code, stdout, stderr."""
    return await run("-m", "lab.cli", *words, seconds=seconds)


async def run(*words: str, seconds: float = 120) -> tuple[int, str, str]:
    """Run a Python to its end: exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *words),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, env=WIDE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, out.decode(), err.decode()


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


_TYPIST = """
import contextlib, io, json, sys
from lab.cli import main
for line in sys.stdin:
    told = []
    for lang in ("zh", "en"):
        sys.argv = ["lab", *json.loads(line), "--lang", lang]
        out, err, code = io.StringIO(), io.StringIO(), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as end:
                code = end.code
        told.append((code, out.getvalue(), err.getvalue()))
    print(json.dumps(told), flush=True)
"""


class Typist:
    """Types one command after another, each first in Chinese, then in English.

    In one process, whose loading takes longer than everything else.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    async def refused(self, *words: str, seconds: float = 120) -> tuple[str, str]:
        """Run a command that must end with code 2 and one sentence in both languages."""
        try:
            told = await asyncio.wait_for(asyncio.to_thread(self._type, words), seconds)
        except TimeoutError:
            self._process.kill()
            raise
        zh, en = told
        assert [(code, out) for code, out, _ in told] == [(2, ""), (2, "")], told
        return _sentence(zh[2]), _sentence(en[2])

    def _type(self, words: tuple[str, ...]) -> list[tuple[int, str, str]]:
        assert self._process.stdin and self._process.stdout
        print(json.dumps(words), file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        assert answer, "a command ended the typist: its traceback is on stderr"
        return [(code, out, err) for code, out, err in json.loads(answer)]


@contextmanager
def typist() -> Iterator[Typist]:
    """Have a typist sit at the command line."""
    with subprocess.Popen(
        [sys.executable, "-c", _TYPIST],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=WIDE,
    ) as process:  # fmt: skip
        yield Typist(process)


@dataclass
class Real:
    """A running server."""

    process: asyncio.subprocess.Process
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
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "lab.cli", "serve", "--data", str(data), "--demo-class"),
            *("--host", host, "--sip-port", "0", "--http-port", "0"),
            *("--voice", "tone", "--lang", "en", "--announce", *more),
            stdout=asyncio.subprocess.PIPE, stderr=stderr,
        )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 90)
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
