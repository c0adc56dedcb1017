"""What can go wrong in the classroom; each message is one sentence that says what to do.

ClassroomError
├── CannotStart            the server does not come up; ``lab serve`` exits with 2
│   ├── NewerData          the data folder was written by a newer version
│   ├── NoRoom             the disk is full
│   ├── PortTaken          a SIP or HTTP port is in use
│   └── BadSettings        the settings file cannot be read
├── Refusal                somebody asked for what cannot be given; crosses the door as a Problem
└── ChildLost              a helper process died while it was working
"""

from __future__ import annotations


class ClassroomError(Exception):
    """Anything that goes wrong in this room."""


class CannotStart(ClassroomError):
    """The server does not come up; the message says what to do about it."""


class NewerData(CannotStart):
    """The data folder was written by a newer version of the program."""


class NoRoom(CannotStart):
    """The disk is full."""


class PortTaken(CannotStart):
    """Another program listens on the port."""


class BadSettings(CannotStart):
    """The settings file cannot be read."""


class Refusal(ClassroomError):
    """One sentence for whoever asked, and the HTTP status it travels under."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


class ChildLost(ClassroomError):
    """A helper process died while it was working on something."""
