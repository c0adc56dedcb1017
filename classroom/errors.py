"""What can go wrong in the classroom; each is one sentence of ``words`` that says what to do.

ClassroomError
├── CannotStart            the server does not come up; ``lab serve`` exits with 2
│   ├── NewerData          the data folder was written by a newer version
│   ├── NoRoom             the disk is full
│   ├── PortTaken          a SIP or HTTP port is in use
│   └── BadSettings        the settings file cannot be read
├── Refusal                somebody asked for what cannot be given; crosses the door as a Problem
└── ChildLost              a helper process died while it was working

Unplayable                a customer's scenario cannot be played; the text says why
"""

from __future__ import annotations

import errno
from typing import Literal

from classroom.door.lang import Lang
from classroom.trouble import why_of
from classroom.words import say


class ClassroomError(Exception):
    """Anything that goes wrong in this room."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, lang: Lang | None = None) -> str:
        """Say it in ``lang``, or in the language of this process."""
        return say(self.key, lang, **self.values)

    def __str__(self) -> str:
        return self.sentence()


class CannotStart(ClassroomError):
    """The server does not come up; the sentence says what to do about it."""


class NewerData(CannotStart):
    """The data folder was written by a newer version of the program."""


class NoRoom(CannotStart):
    """The disk is full."""


class PortTaken(CannotStart):
    """Another program listens on the port."""


def cannot_listen(
    wire: Literal["sip", "http", "smtp"],
    host: str,
    port: int,
    error: BaseException | None,
    *,
    kind: str = "TCP",
) -> CannotStart:
    """Say why an address or port cannot be had: in use, forbidden, or not of this machine."""
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.EACCES, errno.EPERM):
        return CannotStart(f"{wire}_port_forbidden", host=host, port=port, kind=kind)
    if number in (errno.EADDRINUSE, None):
        return PortTaken(f"{wire}_port_taken", host=host, port=port, kind=kind)
    why = why_of(error) if isinstance(error, OSError) else error
    return CannotStart("host_unusable", host=host, why=why)


class BadSettings(CannotStart):
    """The settings file cannot be read."""


class Refusal(ClassroomError):
    """Somebody asked for what cannot be given; ``status`` is the HTTP status it travels under."""

    def __init__(self, status: int, key: str, **values: object) -> None:
        super().__init__(key, **values)
        self.status = status


class Unplayable(Exception):
    """A customer's scenario cannot be played; the text is one sentence that says why."""


class NotWritten(Exception):
    """The server closes and its disk is full: what waits is left to the next start."""


class ChildLost(ClassroomError):
    """A helper process died while it was working on something."""
