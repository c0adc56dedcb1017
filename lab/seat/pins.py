"""What a seat believes of servers: the fingerprint it was given, or the first that it met."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import platformdirs

from classroom.door.wire import SipAccount
from lab.errors import TelephoneLost
from lab.words import Words
from telephony.wires.certificates import fingerprint_of, same_fingerprint


def pins_file() -> Path:
    """Where fingerprints are remembered on this seat."""
    return platformdirs.user_config_path("callcenter-lab") / "servers.json"


def trusted(
    account: SipAccount, server: str, words: Words, *, typed: str = "", file: Path | None = None
) -> SipAccount:
    """Return the account if its server may be believed, by TLS where a fingerprint was typed.

    Raises:
        TelephoneLost: the certificate is not the one that was typed or remembered.
    """
    if account.secured is None:
        if typed:
            raise TelephoneLost(words("tls.no_tls", server=server))
        return account
    if account.transport != "tls" and not typed:
        return account
    file = file or pins_file()
    pins = _read(file)
    known = typed or pins.get(server, "")
    shown = _fingerprint(account.secured.ca)
    if known and not same_fingerprint(known, shown):
        key = "tls.wrong_typed" if typed else "tls.wrong_pin"
        raise TelephoneLost(words(key, server=server))
    if pins.get(server) != shown:
        _write(file, {**pins, server: shown})
    return account.model_copy(update={"transport": "tls"})


def _fingerprint(ca: str) -> str:
    try:
        return fingerprint_of(ca)
    except ValueError:
        return ""


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _write(file: Path, pins: dict[str, str]) -> None:
    """Remember, where this seat may write; one that may not meets every server anew."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(pins, indent=1), "utf-8")
        fresh.replace(file)
