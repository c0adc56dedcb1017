"""SIPp's own ``uac`` and ``uas`` against the core on a UDP socket, without a board between.

``LAB_SIPP_CALLS`` says how many calls (1,200 for the full proof), at 20 a second.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import time
from pathlib import Path

import pytest

from telephony.sip.core import SipCore
from telephony.sip.events import Answered, Ended, Invited, Refused, SipEvent
from telephony.wires.wire import SipWire
from tests.stage.loopback import ANSWER, OFFER

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed (sip-tester)"),
]

CALLS = int(os.environ.get("LAB_SIPP_CALLS", "200"))
A_SECOND = 20


class Node:
    """A core on a socket; counts its events."""

    def __init__(self) -> None:
        self.core = SipCore(entropy=os.urandom, user_agent="lab")
        self.wire = SipWire(self.core, self._drain)
        self.seen: list[SipEvent] = []
        self.news = asyncio.Event()

    def _drain(self) -> None:
        for event in self.core.events():
            self.seen.append(event)
            self.news.set()
            now = time.monotonic()
            if isinstance(event, Invited):
                self.core.ring(event.leg, now)
                self.core.answer(event.leg, ANSWER, now)
            if isinstance(event, Answered):
                self.core.hang_up(event.leg, now)

    def count(self, kind: type) -> int:
        return sum(isinstance(event, kind) for event in self.seen)

    async def legs_over(self) -> None:
        while self.core.counts()["legs"]:
            self.news.clear()
            async with asyncio.timeout(40):
                await self.news.wait()


async def sipp(where: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "sipp", "-nostdin", "-i", "127.0.0.1", "-m", str(CALLS), *arguments, cwd=where,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def finished(process: asyncio.subprocess.Process) -> None:
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode("utf-8", "replace")[-4000:]


@pytest.mark.timeout(300)
async def test_sipp_calls_the_core(tmp_path: Path) -> None:
    node = Node()
    host, port = await node.wire.open(("127.0.0.1", 0))
    await finished(await sipp(tmp_path, f"{host}:{port}", "-sn", "uac", "-r", str(A_SECOND)))
    assert node.count(Invited) == node.count(Ended) == CALLS
    assert node.core.counts()["legs"] == 0
    node.wire.close()


@pytest.mark.timeout(300)
async def test_the_core_calls_sipp(tmp_path: Path) -> None:
    node = Node()
    await node.wire.open(("127.0.0.1", 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = await sipp(tmp_path, "-sn", "uas", "-p", str(port))
    for _ in range(CALLS):
        node.core.invite(
            to=f"sip:service@127.0.0.1:{port}",
            from_="<sip:lab@127.0.0.1>",
            flow=node.wire.flow_to(("127.0.0.1", port)),
            contact="lab",
            sdp=OFFER,
            now=time.monotonic(),
        )
        node.wire.pump()
        await asyncio.sleep(1 / A_SECOND)  # The rate is what is tested.
    await finished(process)
    assert node.count(Answered) == node.count(Ended) == CALLS
    assert node.count(Refused) == 0
    await node.legs_over()
    node.wire.close()
