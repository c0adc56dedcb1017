"""Reads a mail as it came (RFC 5322, MIME): whatever is broken in it, what can be read is read."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses
from html import unescape
from typing import Final

from classroom.business.letters.settings import Kind
from classroom.errors import Refusal

LONGEST: Final = 20_000
"""Characters of a text that are shown and searched; the letter as it came is kept whole."""
LINE: Final = 300
HEADER_LINES: Final = 2_000
HEADER_BYTES: Final = 256 << 10
"""A mail's header is shorter by far; Python's parser takes seconds for a longer one."""
READ: Final = 8_192
"""Characters of a header line that are read."""
LINES: Final = 20_000
SHORT: Final = 40
"""More lines than ``LINES`` may not be shorter than this on average; those of attachments have 76."""
PARTS: Final = 200
_HIDDEN: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MACHINES: Final = (
    "mailer-daemon",
    "postmaster",
    "no-reply",
    "noreply",
    "do-not-reply",
    "donotreply",
)


class _AsItCame(Compat32):
    """Header lines with the bytes in them that RFC 5322 does not know, which may be Chinese."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY: Final = _AsItCame()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter as it came, read."""

    kind: Kind
    data: bytes = field(repr=False)
    suffix: str
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    envelope: str = ""
    """Where what a machine answers goes: whom the wire said it is from."""
    receiver: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    thread: str = ""
    pages: int = 0
    attached: tuple[tuple[str, int], ...] = ()
    """Name and size of each."""
    automatic: str = ""
    """Why a machine may not answer it."""


def read_mail(data: bytes, *, envelope: str | None = None, receiver: str = "") -> Incoming:
    """Read one mail; ``envelope`` is whom the wire said it is from, empty for a message that came back.

    Refuses one that is nothing but header or lines, before minutes are spent on it.
    """
    _sane(data)
    try:
        message = email.message_from_bytes(data, policy=_POLICY)
        parts = list(_parts(message))
    except (RecursionError, ValueError, LookupError, AssertionError):
        message, parts = BytesHeaderParser(policy=_POLICY).parsebytes(data), []
    name, sender = _address(message, "From")
    texts, attached = _read_parts(parts)
    return Incoming(
        kind="mail", data=data, suffix=".eml", sender=sender, sender_name=name,
        reply_to=_address(message, "Reply-To")[1],
        receiver=one_line(receiver) or _address(message, "To")[1],
        subject=header(message, "Subject"), text=plain(texts or _rest(message, parts, data)),
        message_id=header(message, "Message-ID"),
        thread=" ".join(filter(None, (header(message, "References"), header(message, "Message-ID")))),
        envelope=one_line(envelope or ""), attached=tuple(attached),
        automatic=automatic(message, sender, envelope),
    )  # fmt: skip


def _sane(data: bytes) -> None:
    ends = [end for mark in (b"\n\n", b"\n\r\n", b"\r\r") if (end := data.find(mark)) >= 0]
    head = data[: min(ends, default=len(data))]
    if len(head) > HEADER_BYTES or lines_of(head) > HEADER_LINES:
        raise Refusal(422, "letter_headers", most=HEADER_LINES, kb=HEADER_BYTES >> 10)
    if lines_of(data) > LINES + len(data) // SHORT:
        raise Refusal(422, "letter_lines", most=LINES)


def lines_of(data: bytes) -> int:
    """Count lines, however they end."""
    return max(data.count(b"\n"), data.count(b"\r"))


# ── lines ────────────────────────────────────────────────────────────────────


def header(message: Message, name: str) -> str:
    """Read a header line in one line, in whatever letters it was written."""
    value = message.get(name)
    if value is None:
        return ""
    raw = str(value)[:READ]  # to decode many encoded words takes the square of their number
    try:
        raw.encode("ascii")
    except UnicodeEncodeError:  # letters where RFC 5322 has none; compat32 hides the bytes in them
        raw = letters(raw.encode("utf-8", "surrogateescape"))
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return one_line(raw)
    said = (letters(one, charset) if isinstance(one, bytes) else one for one, charset in pieces)
    return one_line("".join(said))


def _address(message: Message, name: str) -> tuple[str, str]:
    """The first address of a line that is one, and whose it is."""
    for said, address in getaddresses([header(message, name)]):
        if re.fullmatch(r"[^@\s<>]{1,64}@[^@\s<>]{1,255}", address):
            return said[:LINE], address.casefold()
    return "", ""


def one_line(text: str) -> str:
    """Write it in one line of letters that can be seen."""
    return _HIDDEN.sub("", " ".join(text.split()))[:LINE]


def plain(text: str) -> str:
    """Write a text without what would move a screen's cursor; too long a one ends with ``…``."""
    text = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def letters(data: bytes, charset: str | None = None) -> str:
    """Read bytes by their charset, else as UTF-8, else as the Chinese do; never fails."""
    named = (charset or "utf-8").strip().lower()
    if named in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "us-ascii", "unknown-8bit"):
        named = "utf-8" if named in ("us-ascii", "unknown-8bit") else "gb18030"
    for one in (named, "utf-8", "gb18030"):
        try:
            return data.decode(one)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("utf-8", "replace")


# ── parts ────────────────────────────────────────────────────────────────────


def _parts(message: Message) -> Iterator[Message]:
    for count, part in enumerate(message.walk()):
        if count >= PARTS:
            return
        if not part.is_multipart():
            yield part


def _read_parts(parts: list[Message]) -> tuple[str, list[tuple[str, int]]]:
    """The text that people read, and what is attached."""
    texts: dict[str, str] = {}
    attached: list[tuple[str, int]] = []
    for part in parts:
        kind, data = part.get_content_type(), part.get_payload(decode=True)
        body = data if isinstance(data, bytes) else b""
        name = one_line(letters(str(part.get_filename() or "").encode("utf-8", "surrogateescape")))
        if (
            name
            or part.get_content_disposition() == "attachment"
            or part.get_content_maintype() != "text"
        ):
            attached.append((name or kind, len(body)))
        elif kind not in texts:
            charset = part.get_content_charset()
            texts[kind] = letters(body[: LONGEST * 8], charset)
    if not texts.get("text/plain", "").strip() and "text/html" in texts:
        return _words_of(texts["text/html"]), attached
    return texts.get("text/plain", "") or next(iter(texts.values()), ""), attached


def _rest(message: Message, parts: list[Message], data: bytes) -> str:
    """Where nothing could be read as a text: a broken mail's bytes; nothing of a whole one."""
    broken = message.defects or not (parts and message.keys())
    return letters(data[: LONGEST * 4]) if broken else ""


def _words_of(page: str) -> str:
    """The words of a page, without what is not to be read; in one pass, however broken it is."""
    first, *rest = page.split("<")
    words, mute = [first], ""
    for piece in rest:
        inside, closed, after = piece.partition(">")
        tag = inside.split(None, 1)[0].lower() if inside.strip() else ""
        if mute:
            mute = "" if tag == f"/{mute}" else mute
        elif tag in ("script", "style", "head"):
            mute = tag
        elif tag.rstrip("/") in ("br", "p", "div", "tr", "li"):
            words.append("\n")
        if not mute and closed:
            words.append(after)
    return unescape("".join(words))


# ── machines ─────────────────────────────────────────────────────────────────


def automatic(message: Message, sender: str, envelope: str | None) -> str:
    """Say why a machine may not answer this mail (RFC 3834, section 2); empty: it may."""
    back = message.get("Return-Path")
    if envelope == "" or (back is not None and str(back).strip() == "<>"):
        return "bounce"
    if message.get_content_type() == "multipart/report":
        return "bounce"
    if header(message, "Auto-Submitted").partition(";")[0].strip().lower() not in ("", "no"):
        return "machine"
    if any(message.get(f"List-{name}") for name in ("Id", "Unsubscribe", "Post", "Help")):
        return "list"
    if header(message, "Precedence").lower() in ("bulk", "list", "junk"):
        return "list"
    if (
        message.get("X-Auto-Response-Suppress")
        or message.get("X-Autoreply")
        or message.get("X-Loop")
    ):
        return "machine"
    if not sender:
        return "no_sender"
    name = sender.partition("@")[0]
    return "machine" if name in _MACHINES or name.startswith("owner-") else ""
