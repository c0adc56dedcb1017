"""``lab tls``: the school's certificate, shown and renewed."""

from __future__ import annotations

import json
from pathlib import Path

from classroom.seal import folder_of, sealed
from classroom.words import spoken
from lab.roster import settings_of
from lab.words import Words
from telephony.wires.certificates import Proof, SchoolCertificates


def show(data: Path, *, as_json: bool) -> None:
    """Print what stands in the folder; made where nothing stands yet."""
    settings = settings_of(data)
    try:
        proof = SchoolCertificates(folder_of(settings)).proof()
    except FileNotFoundError:
        proof = sealed(settings)
    _print(proof, as_json=as_json)


def renew(data: Path, *, as_json: bool) -> None:
    """Make the server's certificate anew."""
    _print(sealed(settings_of(data), anew=True), as_json=as_json)


def _print(proof: Proof, *, as_json: bool) -> None:
    words = Words(spoken())
    ca = proof.certificate.with_name("ca.pem")
    if as_json:
        told = {
            "fingerprint": proof.fingerprint,
            "names": list(proof.names),
            "begins": proof.begins.isoformat(),
            "ends": proof.ends.isoformat(),
            "ca": str(ca),
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    rows = {
        "fingerprint": proof.fingerprint,
        "names": ", ".join(proof.names),
        "begins": f"{proof.begins.astimezone():%Y-%m-%d %H:%M}",
        "ends": f"{proof.ends.astimezone():%Y-%m-%d %H:%M}",
        "file": str(ca),
    }
    for key, value in rows.items():
        print(words(f"tls.{key}") + words("tls.colon") + value)
    print(words("tls.later"))
