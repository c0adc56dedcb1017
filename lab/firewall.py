"""What a firewall must let in for this server, in the words of the firewalls that schools have."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from classroom.settings import Network

_FOUND = {"ufw": "ufw", "firewalld": "firewall-cmd", "nftables": "nft", "Windows": "netsh"}


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the server listens on."""

    sip: int
    tls: int
    """0: off."""
    http: int
    rtp_first: int
    rtp_last: int

    @property
    def tcp(self) -> tuple[int, ...]:
        """The TCP ports."""
        return tuple(sorted({self.sip, self.http, *([self.tls] if self.tls else [])}))

    def clashes(self) -> Iterator[int]:
        """Give the ports that two parts of the server want."""
        if self.rtp_first <= self.sip <= self.rtp_last:
            yield self.sip
        wanted = [self.sip, self.http, *([self.tls] if self.tls else [])]
        yield from sorted({port for port in wanted if wanted.count(port) > 1})


def ports_of(network: Network) -> Ports:
    """Read them from the settings."""
    tls = (network.tls_port or network.sip_port + 1) if network.tls else 0
    return Ports(network.sip_port, tls, network.http_port, network.rtp_first, network.rtp_last)


def rules(ports: Ports) -> dict[str, list[str]]:
    """Write the commands for each firewall; run them as root, or as administrator."""
    sound = f"{ports.rtp_first}-{ports.rtp_last}"
    tcp = ", ".join(map(str, ports.tcp))
    return {
        "ufw": [
            f"ufw allow {ports.sip}/udp",
            *(f"ufw allow {port}/tcp" for port in ports.tcp),
            f"ufw allow {ports.rtp_first}:{ports.rtp_last}/udp",
        ],
        "firewalld": [
            f"firewall-cmd --permanent --add-port={ports.sip}/udp",
            *(f"firewall-cmd --permanent --add-port={port}/tcp" for port in ports.tcp),
            f"firewall-cmd --permanent --add-port={sound}/udp",
            "firewall-cmd --reload",
        ],
        "nftables": [
            f"nft add rule inet filter input udp dport {{ {ports.sip}, {sound} }} accept",
            f"nft add rule inet filter input tcp dport {{ {tcp} }} accept",
        ],
        "Windows": [
            'netsh advfirewall firewall add rule name="callcenter-lab UDP" dir=in action=allow '
            f"protocol=UDP localport={ports.sip},{sound}",
            'netsh advfirewall firewall add rule name="callcenter-lab TCP" dir=in action=allow '
            f"protocol=TCP localport={','.join(map(str, ports.tcp))}",
        ],
    }  # fmt: skip


def here() -> list[str]:
    """Name the firewalls this machine has; where none is known, all."""
    if sys.platform == "win32":
        return ["Windows"]
    found = [name for name, tool in _FOUND.items() if name != "Windows" and shutil.which(tool)]
    return found or list(_FOUND)
