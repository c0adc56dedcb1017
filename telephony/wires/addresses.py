"""The addresses of this machine, and which of them it uses towards whom."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

CS3: Final = 0x60
"""DSCP class selector 3, which RFC 4594 gives to signalling, in the place of the TOS byte."""
ANYWHERE: Final = ("0.0.0.0", "::")
LOCAL_NETS: Final = (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
    "::1/128", "fc00::/7", "fe80::/10",
)  # fmt: skip
"""Whom an address behind NAT need not be translated for, unless the settings say otherwise."""


def mark(wire: socket.socket, tos: int = CS3) -> None:
    """Ask the network to hurry; a favour, which some systems do not grant."""
    with contextlib.suppress(OSError, AttributeError):
        if wire.family == socket.AF_INET6:
            wire.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, tos)
        else:
            wire.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, tos)


def watch(wire: socket.socket) -> None:
    """Have the system ask a silent far end whether it is there, and give up within 90 seconds."""
    with contextlib.suppress(OSError, AttributeError):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 45)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000)


@lru_cache(maxsize=1024)
def local_towards(host: str) -> str:
    """Ask the system which of our addresses it uses towards a host; nothing is sent."""
    six = ":" in host
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "::1" if six else "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def own_addresses(host: str) -> tuple[str, ...]:
    """List the addresses that a host setting stands for: itself, or all where it says anywhere.

    ``0.0.0.0`` is every IPv4 address of the machine, ``::`` every address of both families; those of
    one link only (``fe80::``) are left out, since nobody can name them without the link.
    """
    if host not in ANYWHERE:
        return (host,)
    import psutil  # Every media worker comes by this module, and only a server asks for all addresses.

    found = ["127.0.0.1", "::1"]
    for entries in psutil.net_if_addrs().values():
        found += [one.address.partition("%")[0] for one in entries if _routed(one.address)]
    wanted = dict.fromkeys(one for one in found if host == "::" or ":" not in one)
    return tuple(one for one in wanted if _usable(one))


def _routed(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text.partition("%")[0]).is_link_local
    except ValueError:  # a hardware address
        return False


def _usable(host: str) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except OSError:
        return False
    return True


@lru_cache(maxsize=4096)
def inside(host: str, nets: tuple[str, ...]) -> bool:
    """Say whether an address lies in one of the networks; a name lies in none."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(net, strict=False) for net in nets)


def check_nets(nets: Iterable[str]) -> tuple[str, ...]:
    """Return the networks in their usual writing; raises ValueError for what is none."""
    return tuple(str(ipaddress.ip_network(net, strict=False)) for net in nets)
