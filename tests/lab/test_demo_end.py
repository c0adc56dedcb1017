"""A demo's server that does not finish in time is stopped, and the user is told what may be lacking."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from lab import demo

pytestmark = pytest.mark.wire

ANNOUNCED = '{"http": "127.0.0.1:1", "sip_port": 1, "data": "."}'
SLOW = "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
TELLS = f"print({ANNOUNCED!r}, flush=True); sys.stdin.close(); signal.pause()"


@pytest.mark.parametrize(
    ("lang", "ignores", "says"),
    [("zh", True, "没有配上声音"), ("en", True, "may lack their sound"), ("zh", False, "")],
)
async def test_a_server_that_is_stopped_in_its_closing_is_told(
    tmp_path: Path, monkeypatch, capsys, lang, ignores, says
):
    begin = asyncio.create_subprocess_exec

    async def instead(*command: str, **streams: object) -> asyncio.subprocess.Process:
        first = SLOW if ignores else "import signal, sys"
        return await begin(sys.executable, "-c", f"{first}; {TELLS}", **streams)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", instead)
    monkeypatch.setattr(demo, "LONGEST_GOODBYE", 0.3 if ignores else 60.0)
    order = demo.Order(7, None, lang, tmp_path / "data", "tone")
    async with demo.opened(order, lang):
        pass
    told = capsys.readouterr().err
    assert (says in told) if says else ("声音" not in told)
