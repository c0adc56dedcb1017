"""The mail door: the session by itself, and one real client of Python's."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from classroom.business.letters.smtp import HOST, Mail, MailDoor, Session
from classroom.errors import PortTaken, Refusal
from tests.classroom.door import open_door

pytestmark = pytest.mark.unit


def hear(session: Session, *lines: str) -> list[str | Mail | None]:
    return [session.hear(line.encode() + b"\r\n") for line in lines]


def codes(answers: list[str | Mail | None]) -> list[str]:
    return [one[:3] if isinstance(one, str) else type(one).__name__ for one in answers]


def test_a_mail_comes_in_line_by_line() -> None:
    session = Session("lab.example", 1000)
    answers = hear(
        session, "ehlo me", "MAIL FROM:<a@b.cn> SIZE=20", "rcpt to:<Service@LAB.example>", "data",
        "Subject: x", "", "..a dot", ".b", ".", "MAIL FROM:<>", "RSET", "NOOP", "QUIT",
    )  # fmt: skip
    assert codes(answers) == [
        "250", "250", "250", "354", "NoneType", "NoneType", "NoneType", "NoneType", "Mail", "250",
        "250", "250", "221",
    ]  # fmt: skip
    assert answers[8] == Mail("a@b.cn", "Service@LAB.example", b"Subject: x\r\n\r\n.a dot\r\nb\r\n")


def test_a_flood_of_short_lines_is_cut_off_and_a_long_attachment_is_not() -> None:
    for line, until in ("X-A: b", "554"), ("a" * 76, "NoneType"):
        session = Session("lab.example", 10 << 20)
        hear(session, "EHLO x", "MAIL FROM:<a@b.cn>", "RCPT TO:<a@lab.example>", "DATA")
        last = codes(hear(session, *[line] * 26_000))[-1]
        assert last == until


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["MAIL FROM:<a@b.cn>"], "503"),
        (["EHLO x", "RCPT TO:<a@lab.example>"], "503"),
        (["EHLO x", "MAIL FROM:<a@b.cn>", "DATA"], "503"),
        (["EHLO x", "MAIL FROM:<a@b.cn>", "MAIL FROM:<a@b.cn>"], "503"),
        (["EHLO x", "MAIL a@b.cn"], "501"),
        (["EHLO x", "MAIL FROM:<a@b.cn> SIZE=9999"], "552"),
        (["EHLO x", "MAIL FROM:<a@b.cn>", "RCPT TO:<a@elsewhere.example>"], "550"),
        (["EHLO x", "MAIL FROM:<a@b.cn>", "RCPT TO:postmaster"], "501"),
        (["EXPN x"], "500"), ([""], "500"), (["GET / HTTP/1.1"], "500"), (["HELO x"], "250"),
        (["VRFY x"], "252"),
        (["EHLO x", "MAIL FROM:<>", *["RCPT TO:<a@lab.example>"] * 101], "452"),
    ],
)  # fmt: skip
def test_what_is_out_of_order_is_told(lines: list[str], code: str) -> None:
    assert codes(hear(Session("lab.example", 1000), *lines))[-1] == code


def test_a_mail_that_grows_too_large_is_refused_and_not_kept() -> None:
    session = Session("lab.example", 1000)
    hear(session, "EHLO x", "MAIL FROM:<a@b.cn>", "RCPT TO:<a@lab.example>", "DATA")
    assert hear(session, *["y" * 90] * 50) == [None] * 50
    assert codes(hear(session, ".", "MAIL FROM:<a@b.cn>")) == ["552", "250"]


def test_only_whole_lines_end_a_mail() -> None:
    """A dot between bare line feeds would smuggle a second mail in (CVE-2023-51764)."""
    session = Session("lab.example", 1000)
    hear(session, "EHLO x", "MAIL FROM:<a@b.cn>", "RCPT TO:<a@lab.example>", "DATA")
    for line in (b"x\n", b".\r\n", b".\n", b"MAIL FROM:<evil@b.cn>\r\n"):
        assert session.hear(line) is None
    assert session.hear(b".\r\n") == Mail(
        "a@b.cn", "a@lab.example", b"x\n.\r\n\nMAIL FROM:<evil@b.cn>\r\n"
    )


# ── the door ─────────────────────────────────────────────────────────────────


def send(port: int, *, sender: str = "wang@example.com") -> bytes:
    """Send as any program does; the reply to the mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "王 <wang@example.com>", "s@lab.example", "投诉"
    mail.set_content("断网了，请尽快处理。\n.\n")
    with smtplib.SMTP(HOST, port) as client:
        client.ehlo()
        client.mail(sender)
        client.rcpt("s@lab.example")
        return client.data(mail.as_bytes(policy=SMTP))[1]


@pytest.fixture
async def told() -> AsyncIterator[tuple[MailDoor, list[Mail]]]:
    mails: list[Mail] = []

    async def take(mail: Mail) -> str:
        mails.append(mail)
        if mail.sender == "empty@example.com":
            raise Refusal(422, "letter_empty")
        if mail.sender == "disk@example.com":
            raise OSError("no space left")
        return "M000001"

    door = MailDoor(0, "lab.example", 100_000, take)
    await door.open()
    yield door, mails
    await door.close()


async def test_a_programs_mail_is_taken_or_the_program_is_told_why_not(
    told: tuple[MailDoor, list[Mail]],
) -> None:
    door, mails = told
    assert await asyncio.to_thread(send, door.port) == b"2.0.0 M000001"
    refused = await asyncio.to_thread(send, door.port, sender="empty@example.com")
    assert refused.startswith(b"5.6.0 The file is empty")
    later = await asyncio.to_thread(send, door.port, sender="disk@example.com")
    assert later == b"4.3.0 try again later"
    assert mails[0].sender == "wang@example.com" and b"\r\n.\r\n" in mails[0].data


async def test_a_line_without_an_end_and_a_port_in_use_are_told(
    told: tuple[MailDoor, list[Mail]],
) -> None:
    door, mails = told
    reader, writer = await asyncio.open_connection(HOST, door.port)
    assert (await reader.readline()).startswith(b"220")
    writer.write(b"x" * (3 << 20))
    assert (await reader.readline()).startswith(b"500")
    writer.close()
    with pytest.raises(PortTaken, match="mail port"):
        await MailDoor(door.port, "x", 1, door._take).open()
    assert mails == []


def port_in(sentence: str) -> int:
    return int(sentence.partition(f"{HOST}:")[2].split()[0].rstrip("，,。."))


@pytest.mark.feature("TEL-20")
async def test_another_port_or_domain_of_the_settings_goes_live(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        post, alarms = place.house.post, place.house.floor.alarms
        assert post is not None

        async def set_to(port: int | None, address: str) -> None:
            area = place.house.settings.letters.model_copy(
                update={"smtp_port": port, "address": address}
            )
            post.take(place.house.settings.model_copy(update={"letters": area}))
            await post.open_door()

        await set_to(0, "service@lab.example")
        port = port_in(alarms[-1])
        await set_to(0, "service@lab.example")
        assert await asyncio.to_thread(send, port) == b"2.0.0 M000001", "nothing changed"
        await set_to(0, "care@other.example")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, port)
        reader, writer = await asyncio.open_connection(HOST, port_in(alarms[-1]))
        assert b"220 other.example" in await reader.readline()
        writer.close()
        taken = await asyncio.start_server(lambda *_: None, HOST, 0)
        busy = taken.sockets[0].getsockname()[1]
        await set_to(busy, "care@other.example")
        assert str(busy) in alarms[-1]
        taken.close()
        told = len(alarms)
        await set_to(None, "care@other.example")
        assert len(alarms) == told


@pytest.mark.feature("TEL-20", "IMP-18")
async def test_a_mail_from_the_wire_waits_in_the_line_and_its_sender_has_a_receipt(
    tmp_path: Path,
) -> None:
    (tmp_path / "lab.toml").write_text("[letters]\nsmtp_port = 0\n")
    async with open_door(tmp_path) as place:
        post = place.house.post
        assert post is not None
        told: list[str] = []
        post.announce = told.append
        await post.open_door(first=True)
        port = port_in(told[-1])
        assert await asyncio.to_thread(send, port) == b"2.0.0 M000001"
        assert await asyncio.to_thread(send, port, sender="") == b"2.0.0 M000002"
        await post.close_door()
        first, second = await post.letters.found()
        assert (first.sender, first.text, first.category) == (
            "wang@example.com", "断网了，请尽快处理。\n.", "complaint",
        )  # fmt: skip
        assert second.automatic == "bounce" and second.category == "automatic"
        (sent,) = await post.letters.out()
        assert sent.receiver == "wang@example.com" and "M000001" in sent.text
        assert place.house.floor.letters == 2
