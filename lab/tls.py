"""``lab tls``: the school's certificate, shown and renewed."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

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
    table = Table(words("tls.subject"), words("tls.value"), box=None, pad_edge=False)
    table.add_row(words("tls.fingerprint"), proof.fingerprint)
    table.add_row(words("tls.names"), "\n".join(proof.names))
    table.add_row(words("tls.begins"), f"{proof.begins.astimezone():%Y-%m-%d %H:%M}")
    table.add_row(words("tls.ends"), f"{proof.ends.astimezone():%Y-%m-%d %H:%M}")
    table.add_row(words("tls.file"), str(ca))
    console = Console()
    console.print(table)
    console.print(words("tls.later"))
