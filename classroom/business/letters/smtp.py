"""Takes mail by SMTP (RFC 5321) from programs on this machine: a session without sockets, and its skin."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from classroom.business.letters.mail import LINES, SHORT
from classroom.errors import Refusal, cannot_listen

HOST: Final = "127.0.0.1"
"""Nobody outside this machine sends mail here."""
PATIENCE: Final = 300.0
LINE: Final = 1 << 20
"""Bytes of a line; RFC 5321 says 1,000, which few keep to."""
MOST: Final = 20
"""Connections at a time."""
RECEIVERS: Final = 100
_MAIL: Final = re.compile(r"MAIL FROM:\s*<([^<>\s]*)>(.*)", re.IGNORECASE)
_RCPT: Final = re.compile(r"RCPT TO:\s*<([^<>\s]+@[^<>\s]+)>.*", re.IGNORECASE)
_SIZE: Final = re.compile(r"\bSIZE=(\d{1,20})\b", re.IGNORECASE)
_END: Final = b".\r\n"

BYE: Final = "221 2.0.0 bye"
FLOOD: Final = "554 5.6.0 too many short lines; send them as an attachment"

_log = structlog.get_logger("letters")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that is whole."""

    sender: str
    """Empty: a message that came back."""
    receiver: str
    data: bytes = field(repr=False)


class Session:
    """One connection: lines in, replies or a mail out."""

    def __init__(self, domain: str, largest: int) -> None:
        self._domain, self._largest = domain.casefold(), largest
        self._greeted = False
        self._forget()

    def _forget(self) -> None:
        self._sender: str | None = None
        self._receivers: list[str] = []
        self._data: bytearray | None = None
        self._too_large = False
        self._lines = self._bytes = 0
        self._whole = True
        """The line before ended as lines end; only then may a dot end the mail."""

    def hear(self, line: bytes) -> str | Mail | None:
        """Take one line; the answer is a reply, a mail that is whole, or nothing yet."""
        if self._data is not None:
            return self._content(line)
        said = line.decode("utf-8", "replace").rstrip("\r\n")
        act = VERBS.get(said.partition(" ")[0].upper())
        if act is None or not line.endswith(b"\r\n"):
            return "500 5.5.2 no such command"
        return act(self, said)

    # ── commands ─────────────────────────────────────────────────────────────

    def _ehlo(self, said: str) -> str:
        self._greeted = True
        self._forget()
        return f"250-{self._domain}\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {self._largest}"

    def _helo(self, said: str) -> str:
        self._ehlo(said)
        return f"250 {self._domain}"

    def _mail(self, said: str) -> str:
        found = _MAIL.fullmatch(said)
        if not self._greeted or self._sender is not None:
            return "503 5.5.1 say EHLO first, and one MAIL at a time"
        if found is None:
            return "501 5.5.4 write MAIL FROM:<address>"
        size = _SIZE.search(found[2])
        if size and int(size[1]) > self._largest:
            return f"552 5.3.4 at most {self._largest} bytes"
        self._sender = found[1]
        return "250 2.1.0 ok"

    def _rcpt(self, said: str) -> str:
        found = _RCPT.fullmatch(said)
        if self._sender is None:
            return "503 5.5.1 say MAIL first"
        if found is None:
            return "501 5.5.4 write RCPT TO:<address>"
        if found[1].rpartition("@")[2].casefold() != self._domain:
            return f"550 5.7.1 letters come to @{self._domain} only"
        if len(self._receivers) >= RECEIVERS:
            return "452 4.5.3 too many receivers"
        self._receivers.append(found[1])
        return "250 2.1.5 ok"

    def _begin(self, said: str) -> str:
        if not self._receivers:
            return "503 5.5.1 say MAIL and RCPT first"
        self._data = bytearray()
        return "354 end with a dot on a line of its own"

    def _rset(self, said: str) -> str:
        self._forget()
        return "250 2.0.0 ok"

    def _noop(self, said: str) -> str:
        return "250 2.0.0 ok"

    def _vrfy(self, said: str) -> str:
        return "252 2.5.0 send it and see"

    def _quit(self, said: str) -> str:
        return BYE

    # ── the mail ─────────────────────────────────────────────────────────────

    def _content(self, line: bytes) -> str | Mail | None:
        assert self._data is not None
        if line == _END and self._whole:
            mail = Mail(self._sender or "", self._receivers[0], bytes(self._data))
            large = self._too_large
            self._forget()
            return f"552 5.3.4 at most {self._largest} bytes" if large else mail
        self._lines, self._bytes = self._lines + 1, self._bytes + len(line)
        if self._lines > LINES + self._bytes // SHORT:  # each line costs the calls' own process
            return FLOOD
        dotted = line.startswith(b".") and self._whole
        self._whole = line.endswith(b"\r\n")
        if len(self._data) + len(line) > self._largest:
            self._too_large = True
        if not self._too_large:
            self._data += line[1:] if dotted else line
        return None


VERBS: Final[dict[str, Callable[[Session, str], str]]] = {
    "EHLO": Session._ehlo,
    "HELO": Session._helo,
    "MAIL": Session._mail,
    "RCPT": Session._rcpt,
    "DATA": Session._begin,
    "RSET": Session._rset,
    "NOOP": Session._noop,
    "VRFY": Session._vrfy,
    "QUIT": Session._quit,
}


class MailDoor:
    """Listens, and hands every whole mail on; the number it got is told to who sent it."""

    def __init__(
        self, port: int, domain: str, largest: int, take: Callable[[Mail], Awaitable[str]]
    ) -> None:
        self._wanted, self._domain, self._largest = port, domain, largest
        self._take = take
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self) -> None:
        """Begin to listen; raises CannotStart where the port cannot be had."""
        try:
            self._server = await asyncio.start_server(self._come, HOST, self._wanted, limit=LINE)
        except OSError as error:
            raise cannot_listen("smtp", HOST, self._wanted, error) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop; a mail that is not whole is its sender's to send again."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.get_running_loop().create_task(self._talk(reader, writer), name="smtp")
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            try:
                await self._converse(reader, writer)
            finally:
                writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(reply: str) -> None:
            writer.write(reply.encode("ascii", "replace") + b"\r\n")
            await writer.drain()

        if len(self._talks) > MOST:
            return await say("421 4.3.2 too many at once; come again later")
        session = Session(self._domain, self._largest)
        reply: str | Mail | None = f"220 {self._domain} ESMTP"
        while reply not in (BYE, FLOOD):
            if isinstance(reply, Mail):
                reply = await self._taken(reply)
            if reply is not None:
                await say(reply)
            try:
                line = await asyncio.wait_for(reader.readuntil(b"\n"), PATIENCE)
            except asyncio.LimitOverrunError:
                return await say("500 5.5.2 the line is too long")
            reply = session.hear(line)
        await say(str(reply))

    async def _taken(self, mail: Mail) -> str:
        try:
            return f"250 2.0.0 {await self._take(mail)}"
        except Refusal as refusal:
            return f"554 5.6.0 {refusal.sentence('en')}"
        except Exception:  # whatever went wrong here, the sender still has the mail
            _log.exception("mail not taken")
            return "451 4.3.0 try again later"
