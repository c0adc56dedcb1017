"""Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3), keep-alives aside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

LARGEST_HEAD: Final = 16_384
LARGEST_BODY: Final = 32_768

_LENGTH: Final = re.compile(
    rb"^(?:content-length|l)[ \t]*:(?:\r\n)?[ \t]*(\d{1,9})[ \t]*\r$", re.IGNORECASE | re.MULTILINE
)
_NAMED: Final = re.compile(rb"^(?:content-length|l)[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Beat(Enum):
    """A keep-alive between messages (RFC 5626 §3.5.1)."""

    PING = b"\r\n\r\n"
    PONG = b"\r\n"


@dataclass(frozen=True, slots=True)
class Cut:
    """The stream cannot be cut any further; ``head`` is the message whose end cannot be found."""

    why: str
    head: bytes = b""


Frame: TypeAlias = bytes | Beat | Cut


class Framer:
    """Takes what a stream brings and gives whole messages; after a ``Cut`` it gives nothing."""

    __slots__ = ("_buffer", "_pings", "_seen", "over")

    def __init__(self, *, pings: bool = False) -> None:
        """``pings`` says that our side sends the pings: a lone line end is a pong at once."""
        self._buffer = bytearray()
        self._pings = pings
        self._seen = 0
        self.over = False

    @property
    def partial(self) -> bool:
        """A message has begun and not ended."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes; return every frame they complete."""
        frames: list[Frame] = []
        if self.over:
            return frames
        self._buffer += data
        while self._buffer:
            frame = self._next()
            if frame is None:
                break
            frames.append(frame)
            if isinstance(frame, Cut):
                self.over = True
                self._buffer.clear()
        return frames

    def _next(self) -> Frame | None:
        buffer = self._buffer
        if buffer[0] in b"\r\n":
            return self._beat()
        if not 0x20 < buffer[0] < 0x7F:  # Somebody who speaks TLS, as like as not.
            return Cut("what came is no SIP")
        end = buffer.find(b"\r\n\r\n", max(0, self._seen - 3))
        if end < 0 or end > LARGEST_HEAD:
            self._seen = len(buffer)
            return Cut("the head is too long") if len(buffer) > LARGEST_HEAD else None
        head = bytes(buffer[: end + 4])
        if b"SIP/" not in head[: head.find(b"\r\n")].upper():
            return Cut("what came is no SIP")
        lengths = _LENGTH.findall(head)
        if len(lengths) > 1 or len(lengths) != len(_NAMED.findall(head)):
            return Cut("the Content-Length cannot be read", head)
        size = len(head) + (int(lengths[0]) if lengths else 0)
        if size - len(head) > LARGEST_BODY:
            return Cut("the body is too long", head)
        if len(buffer) < size:
            self._seen = end
            return None
        message = bytes(buffer[:size])
        del buffer[:size]
        self._seen = 0
        return message

    def _beat(self) -> Frame | None:
        buffer = self._buffer
        if buffer.startswith(Beat.PING.value) and not self._pings:
            del buffer[:4]
            return Beat.PING
        if buffer[:1] == b"\n" or (len(buffer) > 1 and buffer[1:2] != b"\n"):
            return Cut("a message cannot begin with half a line end")
        if len(buffer) < 2 or (not self._pings and bytes(buffer) in (b"\r\n", b"\r\n\r")):
            return None
        del buffer[:2]
        return Beat.PONG
