"""How asking at the door can fail; a module of its own, for the command line knows it without a client.

DoorError
├── DoorRefused            the server said no, in one sentence; ``status`` is its HTTP status
│   └── SpeechLater        the line's sound is put into the recording after the call
└── DoorLost               the server cannot be reached
"""

from __future__ import annotations

from classroom.door.lang import Lang

_LOST: dict[Lang, str] = {
    "zh": "无法连接服务器 {server},请检查地址和网络,或确认服务器已启动。",
    "en": "The server {server} cannot be reached; check the address, the network, or whether it "
    "runs.",
}


class DoorError(Exception):
    """The server said no or cannot be reached; the text is one sentence."""


class DoorRefused(DoorError):
    """The server said no."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class SpeechLater(DoorRefused):
    """The line's sound is put into the recording after the call."""


class DoorLost(DoorError):
    """The server cannot be reached."""


def lost(server: str, lang: Lang) -> DoorLost:
    """Make the error of a server that cannot be reached."""
    return DoorLost(_LOST[lang].format(server=server))
