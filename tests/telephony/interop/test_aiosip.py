"""aiosip, the library named by the project's card, as a guest in a process of its own.

``LAB_AIOSIP_PYTHON`` names an interpreter whose environment holds aiosip 0.2.0.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import time
from pathlib import Path

import pytest

from telephony.sip.core import SipCore
from telephony.sip.events import Requested
from telephony.wires.wire import SipWire
from tests.stage import peers

PYTHON = os.environ.get("LAB_AIOSIP_PYTHON", "")
PEER = Path(peers.__file__).with_name("aiosip_peer.py")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not PYTHON, reason="LAB_AIOSIP_PYTHON names no interpreter with aiosip"),
]


@pytest.mark.parametrize("method", ["OPTIONS", "MESSAGE"])
async def test_aiosip_asks_and_the_core_answers(method: str) -> None:
    core = SipCore(entropy=os.urandom, user_agent="lab")
    came: list[Requested] = []

    def drain() -> None:
        for event in core.events():
            if isinstance(event, Requested):
                came.append(event)
                core.respond(event.key, 200, time.monotonic())

    wire = SipWire(core, drain)
    _, port = await wire.open(("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        local = probe.getsockname()[1]
    guest = await asyncio.create_subprocess_exec(
        PYTHON, str(PEER), method, str(local), str(port), "hello",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await guest.communicate()
    wire.close()
    assert guest.returncode == 0, err.decode()[-2000:]
    assert json.loads(out) == {"status": 200, "server": "lab"}
    assert [event.request.method for event in came] == [method]
