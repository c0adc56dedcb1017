"""The school's own certificate authority: made once, and the server's certificate it renews.

In the folder: ``ca.pem`` and ``ca.key`` (the school), ``server.pem`` (server and school) and
``server.key``. Telephones believe the school, so that the server's part may be renewed at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SCHOOL: Final = timedelta(days=20 * 365)
_SERVER: Final = timedelta(days=397)
_RENEW: Final = timedelta(days=30)
_EARLIER: Final = timedelta(days=1)
"""Clocks of seats may be behind."""
_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*$")


@dataclass(frozen=True, slots=True)
class Proof:
    """What the server proves itself with; ``fingerprint`` is the school's."""

    ca: str
    """The school's certificate (PEM), which telephones believe."""
    fingerprint: str
    names: tuple[str, ...]
    """The addresses and names the server's certificate stands for."""
    begins: datetime
    ends: datetime
    certificate: Path
    key: Path


def fingerprint_of(pem: str) -> str:
    """Return the SHA-256 of a certificate as people compare it; raises ValueError for what is none."""
    der = x509.load_pem_x509_certificate(pem.encode()).public_bytes(serialization.Encoding.DER)
    digest = hashlib.sha256(der).hexdigest().upper()
    return ":".join(digest[n : n + 2] for n in range(0, len(digest), 2))


def same_fingerprint(one: str, other: str) -> bool:
    """Compare two fingerprints as people type them."""
    return _digits(one) == _digits(other) and len(_digits(one)) == 64


def _digits(text: str) -> str:
    return re.sub(r"[^0-9a-f]", "", text.lower())


class SchoolCertificates:
    """Makes what is missing in a folder and renews what runs out; every time is an argument."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca, self._ca_key = folder / "ca.pem", folder / "ca.key"
        self._server, self._server_key = folder / "server.pem", folder / "server.key"

    def ensure(self, names: Iterable[str], now: datetime, *, anew: bool = False) -> Proof:
        """Return a proof for all these addresses and names; renewed only where that is needed."""
        wanted = tuple(dict.fromkeys(name for name in names if _address(name) or _NAME.match(name)))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        school = self._school(now)
        known = self._known()
        stale = (
            known is None
            or anew
            or known.not_valid_after_utc - now < _RENEW
            or not set(wanted) <= set(_names(known))
            or not _issued(known, school)
        )
        if stale:
            self._issue(school, wanted, now)
        return self.proof()

    def proof(self) -> Proof:
        """Read what stands in the folder; raises FileNotFoundError before the first start."""
        ca = self._ca.read_text("ascii")
        server = x509.load_pem_x509_certificate(self._server.read_bytes())
        return Proof(
            ca, fingerprint_of(ca), _names(server), server.not_valid_before_utc,
            server.not_valid_after_utc, self._server, self._server_key,
        )  # fmt: skip

    # ── inside ───────────────────────────────────────────────────────────────

    def _school(self, now: datetime) -> x509.Certificate:
        if self._ca.exists() and self._ca_key.exists():
            return x509.load_pem_x509_certificate(self._ca.read_bytes())
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("callcenter-lab school")
        school = (
            _begun(name, name, key.public_key(), now, _SCHOOL)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        _write(self._ca_key, _secret(key), 0o600)
        _write(self._ca, school.public_bytes(serialization.Encoding.PEM), 0o644)
        return school

    def _known(self) -> x509.Certificate | None:
        if not (self._server.exists() and self._server_key.exists()):
            return None
        try:
            return x509.load_pem_x509_certificate(self._server.read_bytes())
        except ValueError:
            return None

    def _issue(self, school: x509.Certificate, names: tuple[str, ...], now: datetime) -> None:
        loaded = serialization.load_pem_private_key(self._ca_key.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(loaded.public_key())
        server = (
            _begun(_name("callcenter-lab"), school.subject, key.public_key(), now, _SERVER)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
            .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), False)
            .add_extension(authority, critical=False)
            .sign(loaded, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        _write(self._server_key, _secret(key), 0o600)
        _write(self._server, server.public_bytes(pem) + school.public_bytes(pem), 0o644)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs, crl_sign=signs,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _issued(server: x509.Certificate, school: x509.Certificate) -> bool:
    try:
        server.verify_directly_issued_by(school)
    except Exception:  # cryptography names a different one for each way of not fitting
        return False
    return True


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _alternative(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return tuple(str(one.value) for one in found)


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Put a file in place whole, readable from its first moment by those who may read it only."""
    fresh = path.with_suffix(path.suffix + ".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
    os.replace(fresh, path)
