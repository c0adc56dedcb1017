"""SIPp as both ends: seats that register with digest and call each other through the board.

``LAB_SIPP_CALLS`` says how many calls (1,200 for the full proof), at 20 a second.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from pathlib import Path

import pytest

from telephony.pbx import events as ev
from telephony.pbx.plan import BoardPlan, DeskPlan
from tests.stage.school import School, open_school

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(shutil.which("sipp") is None, reason="SIPp is not installed (sip-tester)"),
]

CALLS = int(os.environ.get("LAB_SIPP_CALLS", "200"))
A_SECOND = 20
PAIRS = 25
SCENARIOS = Path(__file__).parent / "sipp"


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def sipp(where: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "sipp", "-nostdin", "-i", "127.0.0.1", *arguments, cwd=where,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def finished(process: asyncio.subprocess.Process) -> None:
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode("utf-8", "replace")[-4000:]


def plan() -> BoardPlan:
    numbers = [str(1001 + n) for n in range(2 * PAIRS)]
    return BoardPlan("127.0.0.1", desks={n: DeskPlan(n, f"secret-{n}") for n in numbers})


def fields(where: Path, name: str, rows: list[str]) -> str:
    (where / name).write_text("\n".join(["SEQUENTIAL", *rows, ""]))
    return name


def signed(extension: int) -> str:
    """Write an extension and how SIPp proves it; SIPp wants the whole keyword in the field."""
    return f"{extension};[authentication username={extension} password=secret-{extension}]"


async def register(school: School, where: Path, port: int, transport: str = "u1") -> None:
    """Every callee registers from the port on which SIPp will answer."""
    rows = [signed(1001 + PAIRS + n) for n in range(PAIRS)]
    process = await sipp(
        where, f"{school.host}:{school.port}", "-sf", str(SCENARIOS / "register.xml"),
        "-inf", fields(where, "callees.csv", rows), "-p", str(port), "-m", str(PAIRS), "-r", "50",
        "-t", transport,
    )  # fmt: skip
    await finished(process)
    assert len([one for one in school.all(ev.RegistrationChanged) if one.registered]) == PAIRS


@pytest.mark.parametrize("transport", ["u1", "t1"], ids=["udp", "tcp"])
async def test_sipp_registers_by_digest(tmp_path: Path, transport: str) -> None:
    """Over UDP and over one TCP connection for all; the SIPp of Debian is built without TLS."""
    async with open_school(plan()) as school:
        await register(school, tmp_path, free_port(), transport)
        came = {one.extension for one in school.all(ev.RegistrationChanged) if one.registered}
        assert came == {str(1001 + PAIRS + n) for n in range(PAIRS)}
        if transport == "t1":
            await school.until(ev.RegistrationChanged, 2 * PAIRS)
        there = {number for number in came if school.board.board.works.registrar.of(number)}
        assert there == (came if transport == "u1" else set()), "gone with its connection"


@pytest.mark.timeout(300)
async def test_sipp_calls_sipp_through_the_board(tmp_path: Path) -> None:
    answering = free_port()
    async with open_school(plan()) as school:
        await register(school, tmp_path, answering)
        callee = await sipp(tmp_path, "-sn", "uas", "-p", str(answering), "-mp", str(free_port()))
        rows = [f"{signed(1001 + n)};{1001 + PAIRS + n}" for n in range(PAIRS)]
        caller = await sipp(
            tmp_path, f"{school.host}:{school.port}", "-sf", str(SCENARIOS / "caller.xml"),
            "-inf", fields(tmp_path, "callers.csv", rows), "-p", str(free_port()),
            "-mp", str(free_port()), "-m", str(CALLS), "-r", str(A_SECOND),
            "-timeout", f"{CALLS // A_SECOND + 60}s", "-timeout_error",
        )  # fmt: skip
        await finished(caller)
        callee.terminate()
        await callee.communicate()
        ended = school.all(ev.CallEnded)
        print(f"\nSIPp: {CALLS} calls at {A_SECOND} a second, {len(ended)} ended, 0 failures")
        assert len(school.all(ev.DeskAnswered)) == CALLS
        assert {event.why for event in ended} == {"hung_up"}
        assert not school.board.board.works.calls
