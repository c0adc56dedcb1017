"""What can go wrong on the wire.

TelephonyError
├── LocalError                 our side asked for something that cannot be
│   ├── UnknownLeg             the leg has ended or never was
│   ├── WrongMoment            the leg is not in a state that allows it
│   ├── BadHeader              a header value would break the message
│   ├── PortTaken              the address or port cannot be had
│   ├── NoPortLeft             every RTP port is taken
│   └── UnlistedStep           a machine met an event its table does not list
└── RemoteError                the far end sent or did something we cannot accept
    ├── BadMessage             not SIP, or SIP that breaks a rule; carries the status to answer
    ├── BadSdp                 a session description that cannot be used
    ├── RegistrationRefused    the registrar said no
    └── CallRefused            the called side said no
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Anything that goes wrong in this room."""


class LocalError(TelephonyError):
    """Our side asked for something that cannot be."""


class UnknownLeg(LocalError):
    """The leg has ended or never was."""

    def __init__(self, leg: str) -> None:
        super().__init__(f"There is no leg {leg}: it has ended; forget it when Ended comes.")
        self.leg = leg


class WrongMoment(LocalError):
    """The leg is not in a state that allows what was asked."""

    def __init__(self, what: str, state: str) -> None:
        super().__init__(f"A leg that is {state.lower()} cannot {what}; wait for its next event.")


class BadHeader(LocalError):
    """A header value would break the message."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The value of {name} must be one line of text without control characters."
        )


class PortTaken(LocalError):
    """The address or port cannot be had."""

    def __init__(self, host: str, port: int, why: str, kind: str = "UDP") -> None:
        what = f"{kind} port {port} on {host}" if port else f"A {kind} port on {host}"
        super().__init__(f"{what} cannot be opened ({why}): stop its user or choose another.")
        self.host, self.port, self.kind = host, port, kind


class NoPortLeft(LocalError):
    """Every RTP port is taken."""


class UnlistedStep(LocalError):
    """A machine met an event its table does not list."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"{machine}: no step from {state} on {event}; add it to the table.")


class RemoteError(TelephonyError):
    """The far end sent or did something we cannot accept."""


class BadMessage(RemoteError):
    """Not SIP, or SIP that breaks a rule; a request is answered with ``status``."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class BadSdp(RemoteError):
    """A session description that cannot be used; ``status`` is 400 or 488."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class RegistrationRefused(RemoteError):
    """The registrar said no, or nothing at all."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class CallRefused(RemoteError):
    """The called side said no."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status
