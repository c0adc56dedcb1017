"""What a host is, as it stands in an address or a description: an IP address, and of which kind."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

LONGEST = 64
"""No address is longer; longer hosts are not remembered, so that nobody fills the memory with them."""


class Host(NamedTuple):
    """What can be told of a host without asking anybody."""

    literal: bool = False
    """It is an IP address."""
    private: bool = False
    many: bool = False
    """Whole networks or groups hear it."""


NAME = Host()


def host(text: str) -> Host:
    """Tell what a host is."""
    return _remembered(text) if len(text) <= LONGEST else NAME


@lru_cache(maxsize=1024)
def _remembered(text: str) -> Host:
    try:
        address = ip_address(text)
    except ValueError:
        return NAME
    many = address.is_multicast or text == "255.255.255.255"
    return Host(True, address.is_private, many)
