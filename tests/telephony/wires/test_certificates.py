"""The school's certificates: made once, renewed in time, never readable by others."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telephony.wires.certificates import SchoolCertificates, fingerprint_of, same_fingerprint

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
NAMES = ("192.168.1.5", "::1", "lab.school.example")


def test_the_certificate_names_every_address_and_name(tmp_path: Path) -> None:
    proof = SchoolCertificates(tmp_path).ensure([*NAMES, "no name!", NAMES[0]], NOW)
    assert proof.names == NAMES
    assert proof.begins < NOW < proof.ends
    assert proof.fingerprint == fingerprint_of(proof.ca) and len(proof.fingerprint) == 95


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    SchoolCertificates(tmp_path / "tls").ensure(NAMES, NOW)
    for name in ("ca.key", "server.key"):
        assert os.stat(tmp_path / "tls" / name).st_mode & 0o777 == 0o600


def test_what_holds_is_left_alone(tmp_path: Path) -> None:
    first = SchoolCertificates(tmp_path).ensure(NAMES, NOW)
    before = first.certificate.read_bytes()
    assert SchoolCertificates(tmp_path).ensure(NAMES[:1], NOW + timedelta(days=300)) == first
    assert first.certificate.read_bytes() == before


@pytest.mark.parametrize(
    ("names", "later", "anew"),
    [
        ((*NAMES, "10.0.0.9"), timedelta(0), False),
        (NAMES, timedelta(days=380), False),
        (NAMES, timedelta(0), True),
    ],
)
def test_it_is_renewed_and_the_fingerprint_stays(
    tmp_path: Path, names: tuple[str, ...], later: timedelta, anew: bool
) -> None:
    first = SchoolCertificates(tmp_path).ensure(NAMES, NOW)
    before = first.certificate.read_bytes()
    second = SchoolCertificates(tmp_path).ensure(names, NOW + later, anew=anew)
    assert second.certificate.read_bytes() != before
    assert second.fingerprint == first.fingerprint and second.names == names
    assert second.ends == NOW + later + timedelta(days=397)


@pytest.mark.parametrize("name", ["server.pem", "server.key", "ca.key"])
def test_a_lost_or_spoilt_file_is_made_anew(tmp_path: Path, name: str) -> None:
    first = SchoolCertificates(tmp_path).ensure(NAMES, NOW)
    (tmp_path / name).unlink()
    second = SchoolCertificates(tmp_path).ensure(NAMES, NOW)
    assert (second.fingerprint == first.fingerprint) is (name != "ca.key")
    first.certificate.write_text("spoilt")
    assert SchoolCertificates(tmp_path).ensure(NAMES, NOW).names == NAMES


def test_fingerprints_are_compared_as_people_type_them() -> None:
    full = "AB:" * 31 + "AB"
    assert same_fingerprint(full, full.lower().replace(":", " "))
    assert not same_fingerprint(full, "AB:" * 31 + "AC")
    assert not same_fingerprint("AB", "AB") and not same_fingerprint("", "")
