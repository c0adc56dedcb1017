"""A telephone behind a real NAT: two network namespaces and a router between that rewrites addresses."""

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


def run(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@dataclass
class World:
    """The names of three namespaces: the school, the router and the home."""

    school: str
    router: str
    home: str

    def link(self, one: str, other: str, ours: str, theirs: str, tag: str) -> None:
        a, b = f"a{tag}{os.getpid() % 9999}", f"b{tag}{os.getpid() % 9999}"
        assert run("ip", "link", "add", a, "type", "veth", "peer", "name", b)
        for wire, where, address in ((a, one, ours), (b, other, theirs)):
            assert run("ip", "link", "set", wire, "netns", where)
            assert run("ip", "-n", where, "addr", "add", f"{address}/24", "dev", wire)
            assert run("ip", "-n", where, "link", "set", wire, "up")

    def masquerade(self) -> bool:
        inside = ("ip", "netns", "exec", self.router)
        if not run(*inside, "sysctl", "-qw", "net.ipv4.ip_forward=1"):
            return False
        if shutil.which("nft"):
            rules = (
                "table ip nat { chain out { type nat hook postrouting priority 100; "
                "ip saddr 192.168.77.0/24 masquerade random; } }"
            )
            if run(*inside, "nft", rules):
                return True
        return bool(shutil.which("iptables")) and run(
            *inside, "iptables", "-t", "nat", "-A", "POSTROUTING", "-s", "192.168.77.0/24",
            "-j", "MASQUERADE", "--random",
        )  # fmt: skip


@pytest.fixture
def world() -> Iterator[World]:
    made = World(*(f"{kind}{os.getpid()}" for kind in ("school", "router", "home")))
    names = (made.school, made.router, made.home)
    try:
        for name in names:
            assert run("ip", "netns", "add", name)
            assert run("ip", "-n", name, "link", "set", "lo", "up")
        made.link(made.school, made.router, PUBLIC, ROUTER, "s")
        made.link(made.router, made.home, INSIDE, SEAT, "h")
        assert run("ip", "-n", made.home, "route", "add", "default", "via", INSIDE)
        if not made.masquerade():
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


@pytest.mark.feature("TEL-12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("here", "there"), [("calls", "answers"), ("answers", "calls")])
async def test_a_telephone_behind_nat_is_heard_and_hears(
    world: World, here: str, there: str
) -> None:
    board = await program(world.school, "nat_board", PUBLIC, here)
    seat: asyncio.subprocess.Process | None = None
    try:
        assert await said(board) == "open"
        seat = await program(world.home, "nat_seat", "1002", PUBLIC, "5060", SEAT, there)
        assert [await said(seat) for _ in range(4)] == ["registered", "answered", "heard", "held"]
        assert board.stdin is not None
        board.stdin.write(b"hang up\n")
        await board.stdin.drain()
        told = json.loads(await said(board))
        assert told["declared"] == [SEAT, PUBLIC], "the seat declared an address nobody can reach"
        assert all(count > 0 for count in told["received"])
        assert ROUTER in told["contacts"]
        assert await said(seat) == "over"
    finally:
        for process in (board, seat):
            if process is not None:
                if process.returncode is None:
                    process.terminate()
                await process.communicate()
