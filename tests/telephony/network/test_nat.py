"""A telephone behind a real NAT, and a school behind another: network namespaces and routers between."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

TOOL = shutil.which("iptables") or shutil.which("nft")
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def _allowed() -> bool:
    """Whether this machine lets us make networks."""
    if not (ROOT and TOOL and shutil.which("ip")):
        return False
    name = f"probe{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return made.returncode == 0


pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(
        not _allowed(), reason="network namespaces need root, ip, and iptables or nft"
    ),
]

PUBLIC, ROUTER, INSIDE, SEAT = "203.0.113.1", "203.0.113.2", "192.168.77.1", "192.168.77.2"
GATE, BOARD = "192.168.88.1", "192.168.88.2"
RTP = ("20000", "20039")
FORGETS = 3
"""Seconds of silence after which a router forgets a stream; a usual one takes 30."""
NEVER = "86400"


def run(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@dataclass
class World:
    """The names of namespaces: the school, its own router, the home's router and the home."""

    school: str
    gate: str
    router: str
    home: str

    def link(self, one: str, other: str, ours: str, theirs: str, tag: str) -> None:
        a, b = f"a{tag}{os.getpid() % 9999}", f"b{tag}{os.getpid() % 9999}"
        assert run("ip", "link", "add", a, "type", "veth", "peer", "name", b)
        for wire, where, address in ((a, one, ours), (b, other, theirs)):
            assert run("ip", "link", "set", wire, "netns", where)
            assert run("ip", "-n", where, "addr", "add", f"{address}/24", "dev", wire)
            assert run("ip", "-n", where, "link", "set", wire, "up")

    def masquerade(self, where: str, inside: str) -> bool:
        """Let a router rewrite whoever comes from inside, and forget soon."""
        there = ("ip", "netns", "exec", where)
        kinds = ("udp_timeout", "udp_timeout_stream")
        short = [f"net.netfilter.nf_conntrack_{kind}={FORGETS}" for kind in kinds]
        if not run(*there, "sysctl", "-qw", "net.ipv4.ip_forward=1", *short):
            return False
        if shutil.which("nft"):
            return run(
                *there, "nft",
                "table ip nat { chain out { type nat hook postrouting priority 100; "
                f"ip saddr {inside} masquerade random; }}; }}",
            )  # fmt: skip
        return run(
            *there, "iptables", "-t", "nat", "-A", "POSTROUTING", "-s", inside,
            "-j", "MASQUERADE", "--random",
        )  # fmt: skip

    def let_in(self) -> bool:
        """Have the school's router hand SIP and sound on to the board."""
        there = ("ip", "netns", "exec", self.gate)
        if shutil.which("nft"):
            return run(
                *there, "nft",
                "table ip door { chain in { type nat hook prerouting priority -100; "
                f"ip daddr {PUBLIC} udp dport {{ 5060, {'-'.join(RTP)} }} dnat to {BOARD}; }}; }}",
            )  # fmt: skip
        return all(
            run(*there, "iptables", "-t", "nat", "-A", "PREROUTING", "-d", PUBLIC, "-p", "udp",
                "--dport", ports, "-j", "DNAT", "--to-destination", BOARD)
            for ports in ("5060", ":".join(RTP))
        )  # fmt: skip


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(*(f"{kind}{os.getpid()}" for kind in ("school", "gate", "router", "home")))
    names = (made.school, made.gate, made.router, made.home)
    try:
        for name in names:
            assert run("ip", "netns", "add", name)
            assert run("ip", "-n", name, "link", "set", "lo", "up")
        front = made.gate if getattr(request, "param", False) else made.school
        made.link(front, made.router, PUBLIC, ROUTER, "s")
        made.link(made.router, made.home, INSIDE, SEAT, "h")
        assert run("ip", "-n", made.home, "route", "add", "default", "via", INSIDE)
        able = made.masquerade(made.router, "192.168.77.0/24")
        if front == made.gate:
            made.link(made.gate, made.school, GATE, BOARD, "g")
            assert run("ip", "-n", made.school, "route", "add", "default", "via", GATE)
            able = able and made.masquerade(made.gate, "192.168.88.0/24") and made.let_in()
        if not able:
            pytest.skip("this kernel lets no router rewrite addresses")
        yield made
    finally:
        for name in names:
            run("ip", "netns", "del", name)


async def program(where: str, name: str, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "ip", "netns", "exec", where, sys.executable, "-m", f"tests.telephony.network.{name}", *words,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(80):
        return (await process.stdout.readline()).decode().strip()


async def order(process: asyncio.subprocess.Process) -> None:
    """Let a program go on."""
    assert process.stdin is not None
    process.stdin.write(b"go on\n")
    await process.stdin.drain()


async def talk(
    world: World, here: str, there: str, *board: str, beats: tuple[str, str], idle: float = 0
) -> dict[str, list[object]]:
    """Register, be silent for a while, call, hear both ways, hold, hear again; what the board tells."""
    opened = await program(world.school, "nat_board", board[0], here, beats[0], *board[1:])
    seat: asyncio.subprocess.Process | None = None
    try:
        assert await said(opened) == "open"
        seat = await program(world.home, "nat_seat", "1002", PUBLIC, "5060", SEAT, there, beats[1])
        assert await said(seat) == "registered"
        await asyncio.sleep(idle)  # The router's own clock runs.
        await order(opened)
        words = ["answered", "heard", "held", "heard again"]
        assert [await said(seat) for _ in words] == words
        await order(opened)
        told: dict[str, list[object]] = json.loads(await said(opened))
        assert await said(seat) == "over"
        return told
    finally:
        for process in (opened, seat):
            if process is not None:
                if process.returncode is None:
                    process.terminate()
                await process.communicate()


@pytest.mark.feature("TEL-12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("here", "there"), [("calls", "answers"), ("answers", "calls")])
async def test_a_telephone_behind_nat_is_heard_and_hears(
    world: World, here: str, there: str
) -> None:
    told = await talk(world, here, there, PUBLIC, beats=(NEVER, "1"))
    assert told["declared"] == [SEAT, PUBLIC], "the seat declared an address nobody can reach"
    assert all(count > 0 for count in told["received"])  # type: ignore[operator]
    assert ROUTER in told["contacts"]


@pytest.mark.feature("TEL-12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("world", [True], indirect=True)
@pytest.mark.parametrize(("here", "there"), [("calls", "answers"), ("answers", "calls")])
async def test_a_school_behind_nat_with_a_telephone_behind_another(
    world: World, here: str, there: str
) -> None:
    told = await talk(world, here, there, BOARD, PUBLIC, *RTP, beats=(NEVER, "1"))
    assert told["declared"] == [SEAT, BOARD]
    assert all(count > 0 for count in told["received"])  # type: ignore[operator]
    assert ROUTER in told["contacts"]


@pytest.mark.long
@pytest.mark.feature("TEL-12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize("world", [False, True], indirect=True, ids=["open", "behind a gate"])
@pytest.mark.parametrize("beats", [("1", NEVER), (NEVER, "1")], ids=["the board", "the telephone"])
async def test_the_door_stays_open_though_nobody_calls(
    request: pytest.FixtureRequest, world: World, beats: tuple[str, str]
) -> None:
    """Longer than the router remembers: one side keeps it open, whichever telephone it is."""
    behind = request.node.callspec.params["world"]
    where = (BOARD, PUBLIC, *RTP) if behind else (PUBLIC,)
    told = await talk(world, "calls", "answers", *where, beats=beats, idle=2.5 * FORGETS)
    assert all(count > 0 for count in told["received"])  # type: ignore[operator]
