"""The server's certificate: named in the session, shown and renewed on the command line, pinned by seats."""

from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest

from classroom.door.client import DoorClient
from classroom.door.wire import Lang, SecuredLine, SipAccount
from classroom.school.demo import demo_password
from classroom.seal import Seal, names_of, sealed
from classroom.settings import Settings
from classroom.store.upgrade import prepare
from classroom.words import speak
from lab import tls as papers
from lab.errors import TelephoneLost
from lab.seat.pins import trusted
from lab.words import Words
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone
from tests.classroom.real import lab, real

pytestmark = [pytest.mark.wire, pytest.mark.long]


async def test_a_seat_comes_by_tls_and_the_fingerprint_is_the_one_shown(tmp_path: Path) -> None:
    async with real(tmp_path / "data") as server:
        door = DoorClient(server.http, lang="en")
        session = await door.login("s01", demo_password("s01"))
        await door.close()
        assert session.sip is not None and session.sip.transport == "udp"
        account = trusted(
            session.sip, server.http, Words("en"),
            typed=session.sip.secured.fingerprint if session.sip.secured else "",
            file=tmp_path / "pins.json",
        )  # fmt: skip
        assert account.transport == "tls" and account.secured is not None
        where = (account.host, account.secured.port)
        async with MediaProcess() as media:
            sip = Account(
                account.extension, account.password, where, transport="tls", ca=account.secured.ca
            )
            async with Phone(sip, media=media) as phone:
                await phone.register()
        code, out, _ = await lab("tls", "show", "--data", str(tmp_path / "data"), "--json")
        shown = json.loads(out)
        assert code == 0 and shown["fingerprint"] == account.secured.fingerprint
        assert "127.0.0.1" in shown["names"]


@pytest.mark.parametrize(
    ("lang", "word"), [("zh", "指纹（SHA-256）"), ("en", "fingerprint (SHA-256)")]
)
def test_the_certificate_is_renewed_on_the_command_line(
    lang: Lang, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    settings = Settings.load(tmp_path)
    prepare(settings.database)
    before = Seal(settings).proof
    written = before.certificate.read_bytes()
    speak(lang)
    try:
        papers.renew(tmp_path, as_json=False)
    finally:
        speak("zh")
    out = capsys.readouterr().out
    assert word in out and before.fingerprint in out
    assert before.certificate.read_bytes() != written


def test_a_running_server_takes_what_was_renewed(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    seal = Seal(settings)
    assert not seal.look()
    first = seal.proof
    Seal(settings).look()
    again = sealed(settings, anew=True)
    assert seal.look() and not seal.look()
    assert seal.proof == again and again.fingerprint == first.fingerprint
    assert isinstance(seal.context, ssl.SSLContext)
    assert {"127.0.0.1", "localhost"} <= set(names_of(settings))


def account_of(proof_ca: str, transport: str = "tls") -> SipAccount:
    line = SecuredLine(port=5061, fingerprint="", ca=proof_ca)
    return SipAccount(
        extension="1001", password="x", host="10.0.0.1", port=5060, secured=line,
        transport=transport,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_seat_remembers_its_server_and_refuses_another(tmp_path: Path) -> None:
    ours, other = (Seal(Settings.load(tmp_path / name)).proof for name in ("a", "b"))
    file, words = tmp_path / "config" / "pins.json", Words("en")
    assert trusted(account_of(ours.ca), "lab:8060", words, file=file).transport == "tls"
    assert trusted(account_of(ours.ca), "lab:8060", words, file=file).transport == "tls"
    with pytest.raises(TelephoneLost, match="another fingerprint than the one this seat remembers"):
        trusted(account_of(other.ca), "lab:8060", words, file=file)
    with pytest.raises(TelephoneLost, match="指纹与填写的不符"):
        trusted(account_of(ours.ca), "lab:8060", Words("zh"), typed=other.fingerprint, file=file)
    trusted(account_of(other.ca), "lab:8060", words, typed=other.fingerprint.lower(), file=file)
    assert trusted(account_of(other.ca), "lab:8060", words, file=file).secured
    plain = SipAccount(extension="1001", password="x", host="10.0.0.1", port=5060)
    assert trusted(plain, "lab:8060", words, file=file) is plain
    with pytest.raises(TelephoneLost, match="has no TLS"):
        trusted(plain, "lab:8060", words, typed=ours.fingerprint, file=file)
