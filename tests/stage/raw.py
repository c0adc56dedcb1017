"""A telephone that writes every byte itself: over UDP, TCP or TLS, IPv4 or IPv6."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from collections.abc import Sequence
from hashlib import md5
from types import TracebackType
from typing import Literal

from telephony.sip import message as messages
from telephony.sip.events import Address
from telephony.sip.message import Request, Response
from telephony.sip.uri import bracketed

Kind = Literal["udp", "tcp", "tls"]
PATIENCE = 60.0


class Raw:
    """Asks one thing at a time; a challenge is answered, what the server asks meanwhile gets a 200."""

    def __init__(self, kind: Kind, server: Address, user: str = "1001") -> None:
        self.kind, self.server, self.user = kind, server, user
        self.host = bracketed(server[0])
        self._password = f"secret{int(user) - 1000}"
        self.last_via = ""
        """Of the request before; a CANCEL needs its INVITE's."""
        self._number = 0
        self._rest = b""

    async def __aenter__(self) -> Raw:
        family = socket.AF_INET6 if ":" in self.server[0] else socket.AF_INET
        loop = asyncio.get_running_loop()
        if self.kind == "udp":
            self._wire = socket.socket(family, socket.SOCK_DGRAM)
            self._wire.setblocking(False)
            await loop.sock_connect(self._wire, self.server)
            self.local: Address = self._wire.getsockname()[:2]
            return self
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        context = trusting if self.kind == "tls" else None
        self._in, self._out = await asyncio.open_connection(*self.server, ssl=context)
        self.local = self._out.get_extra_info("sockname")[:2]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.kind == "udp":
            self._wire.close()
        else:
            self._out.close()
            await self._out.wait_closed()

    # ── bytes ────────────────────────────────────────────────────────────────

    async def send(self, data: bytes) -> None:
        """Send bytes as they are; one call is one datagram or one segment."""
        if self.kind == "udp":
            await asyncio.get_running_loop().sock_sendall(self._wire, data)
        else:
            self._out.write(data)
            await self._out.drain()

    async def hear(self) -> Request | Response:
        """Wait for the next message."""
        async with asyncio.timeout(PATIENCE):
            if self.kind == "udp":
                return messages.parse(
                    await asyncio.get_running_loop().sock_recv(self._wire, 65_536)
                )
            head = await self._in.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?im)^content-length: *(\d+)", head)
            assert length is not None
            return messages.parse(head + await self._in.readexactly(int(length[1])))

    # ── messages ─────────────────────────────────────────────────────────────

    def via(self) -> str:
        """Write a Via of a new transaction."""
        where = f"{bracketed(self.local[0])}:{self.local[1]}"
        return f"SIP/2.0/{self.kind.upper()} {where};rport;branch=z9hG4bK{os.urandom(6).hex()}"

    def text(
        self, method: str, uri: str, *lines: str, body: bytes = b"", kind: str = "application/sdp",
        to: str = "", call: str = "", number: int = 0, via: str = "", hops: int = 70,
    ) -> bytes:  # fmt: skip
        """Write a request; ``number`` is its CSeq, the next one where none is given."""
        self._number = number or self._number + 1
        self.last_via = via or self.via()
        head = [
            f"{method} {uri} SIP/2.0", f"Via: {self.last_via}", f"Max-Forwards: {hops}",
            f"From: <sip:{self.user}@{self.host}>;tag=raw", f"To: {to or f'<{uri}>'}",
            f"Call-ID: {call or os.urandom(6).hex()}", f"CSeq: {self._number} {method}",
            f"Contact: <sip:{self.user}@{bracketed(self.local[0])}:{self.local[1]};transport={self.kind}>",
            *lines, *([f"Content-Type: {kind}"] if body else []), f"Content-Length: {len(body)}",
        ]  # fmt: skip
        return "\r\n".join([*head, "", ""]).encode() + body

    async def answer(self, method: str, number: int) -> Response:
        """Wait for the final response to a request; what the server asks meanwhile is fine."""
        while True:
            came = await self.hear()
            if isinstance(came, Request):
                await self._agree(came)
            elif came.status >= 200 and came.cseq == (number, method):
                return came

    async def ask(
        self, method: str, uri: str, *lines: str, acknowledge: bool = True, **more: object
    ) -> Response:
        """Ask, prove who we are where that is wanted, acknowledge an INVITE; the final response."""
        more.setdefault("call", os.urandom(6).hex())
        proof: Sequence[str] = ()
        while True:
            sent = self.text(method, uri, *lines, *proof, **more)  # type: ignore[arg-type]
            await self.send(sent)
            came = await self.answer(method, self._number)
            if method == "INVITE" and (acknowledge or came.status >= 300):
                await self.acknowledge(sent, came)
            if came.status != 401 or proof:
                return came
            proof = [self._proof(came, method, uri)]
            if more.get("number"):
                more["number"] = self._number + 1

    async def acknowledge(self, invite: bytes, final: Response) -> None:
        """Send the ACK of a final response."""
        asked = messages.parse(invite)
        assert isinstance(asked, Request)
        uri = str(final.contact.uri) if final.status < 300 and final.contact else asked.uri
        via = asked.headers.get("Via") if final.status >= 300 else self.via()
        number, call = asked.cseq[0], asked.call_id
        held = self._number
        to = final.headers.get("To")
        await self.send(self.text("ACK", uri, to=to, call=call, number=number, via=via))
        self._number = held

    async def _agree(self, request: Request) -> None:
        if request.method != "ACK":
            same = ("Via", "From", "To", "Call-ID", "CSeq")
            head = [f"{name}: {one}" for name in same for one in request.headers.all(name)]
            text = "\r\n".join(["SIP/2.0 200 OK", *head, "Content-Length: 0", "", ""])
            await self.send(text.encode())

    def _proof(self, asked: Response, method: str, uri: str) -> str:
        plain = next(one for one in asked.headers.all("WWW-Authenticate") if "SHA" not in one)
        told = dict(re.findall(r'(\w+)="?([^",]+)"?', plain))
        once = os.urandom(4).hex()
        who, what = (
            md5(text.encode()).hexdigest()
            for text in (f"{self.user}:{told['realm']}:{self._password}", f"{method}:{uri}")
        )
        seal = md5(f"{who}:{told['nonce']}:00000001:{once}:auth:{what}".encode()).hexdigest()
        return (
            f'Authorization: Digest username="{self.user}", realm="{told["realm"]}", algorithm=MD5, '
            f'nonce="{told["nonce"]}", uri="{uri}", qop=auth, nc=00000001, cnonce="{once}", '
            f'response="{seal}"'
        )
