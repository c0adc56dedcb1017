"""What can go wrong at the front door, and the one panel that shows it.

LabError                 one clear sentence that says what to do; ends a command with 2
├── Refused              the server said no (``status`` is its HTTP status)
├── ServerLost           the server cannot be reached
├── SoundLater           the line's sound will be put into the recording after the call
├── TelephoneLost        the seat's telephone cannot be used
├── NoTerminal           a screen was asked for where there is none
├── NoServer             no classroom server answers at the address
└── NoPlayer             nothing on this machine can play a recording
"""

from __future__ import annotations

import codecs
import errno
import io
import socket
import sys
from typing import TYPE_CHECKING

from classroom.door.refused import DoorError
from classroom.door.refused import DoorLost as ServerLost
from classroom.door.refused import DoorRefused as Refused
from classroom.door.refused import SpeechLater as SoundLater
from classroom.words import spoken
from lab.words import Words

if TYPE_CHECKING:
    from rich.panel import Panel

__all__ = [
    "FAILED",
    "TOLD",
    "DoorError",
    "LabError",
    "NoPlayer",
    "NoServer",
    "NoTerminal",
    "Refused",
    "ServerLost",
    "SoundLater",
    "TelephoneLost",
    "legible",
    "need_server",
    "need_terminal",
    "panel",
    "sentence_of",
    "show",
]

FAILED = 2
"""The exit code of every command that ends with a sentence."""


class LabError(Exception):
    """An error whose text is one clear sentence that says what to do."""


class TelephoneLost(LabError):
    """The seat's telephone cannot be used."""


class NoTerminal(LabError):
    """A screen was asked for where there is none."""


class NoServer(LabError):
    """No classroom server answers at the address."""


class NoPlayer(LabError):
    """Nothing on this machine can play a recording."""


TOLD = (LabError, DoorError)
"""What a screen shows as one sentence and goes on."""

SYSTEM = {
    errno.EADDRINUSE: "port_in_use",
    errno.ENOSPC: "disk_full",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENOENT: "no_file",
    errno.EROFS: "no_permission",
    errno.EEXIST: "other_kind",
    errno.ENOTDIR: "other_kind",
    errno.EISDIR: "other_kind",
    errno.ENAMETOOLONG: "long_name",
    errno.ECONNREFUSED: "no_server",
}


def sentence_of(error: BaseException, words: Words | None = None) -> str:
    """Say any error in one sentence, or several mistakes one a line; the system's are translated."""
    words = words or Words(spoken())
    if isinstance(error, OSError) and error.errno in SYSTEM:
        return words(f"errors.{SYSTEM[error.errno]}", what=error.filename or error.strerror or "")
    told = getattr(error, "told", None)
    text = str(told(words.lang) if told else error)
    lines = text.splitlines() if hasattr(error, "mistakes") else [text]
    said = "\n".join(" ".join(line.split()) for line in lines)
    return said or words("errors.unnamed", kind=type(error).__name__)


def panel(error: BaseException, words: Words | None = None) -> Panel:
    """Draw any error: its sentence in a red frame."""
    from rich import box
    from rich.panel import Panel
    from rich.text import Text

    words = words or Words(spoken())
    return Panel(
        Text(sentence_of(error, words)),
        title=words("errors.title"),
        title_align="left",
        border_style="red",
        box=box.ROUNDED,
        padding=(0, 1),
    )


def show(error: BaseException, words: Words | None = None) -> int:
    """Draw the error on stderr and return the exit code that goes with it."""
    from rich.console import Console

    Console(stderr=True).print(panel(error, words))
    return FAILED


def legible(stream: object) -> None:
    """Let no letter end a command: an encoding shows ``?`` for what it lacks.

    ASCII, which lacks every Chinese word, becomes UTF-8, as Python itself has it in a C locale.
    """
    if isinstance(stream, io.TextIOWrapper):
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8")
        stream.reconfigure(errors="replace")


def need_terminal() -> None:
    """Make sure that somebody can see a screen and type; raises NoTerminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise NoTerminal(Words(spoken())("errors.no_terminal"))


OWN_SERVER = "127.0.0.1:8060"
"""Where a server of this machine listens when nobody chose otherwise."""
_KNOCK_SECONDS = 5.0


def need_server(server: str) -> str:
    """Make sure that something answers there before a password is asked for; raises NoServer.

    Returns the address to use: without one, that of a server on this machine.
    """
    address = server.removeprefix("http://").rstrip("/") or OWN_SERVER
    host, _, port = address.rpartition(":")
    try:
        number = int(port) if host else 80
        with socket.create_connection(((host or address).strip("[]"), number), _KNOCK_SECONDS):
            return address
    except (OSError, ValueError, OverflowError) as error:
        key = "errors.unreachable" if server else "errors.no_own_server"
        raise NoServer(Words(spoken())(key, server=address)) from error
