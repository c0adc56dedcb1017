"""The server's seal: its certificate, kept true while addresses change and time goes by."""

from __future__ import annotations

import asyncio
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from classroom.settings import Settings
from telephony.wires.addresses import ANYWHERE, own_addresses
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.tls import server_context

_log = structlog.get_logger("seal")
LOOK_SECONDS: Final = 60.0


def folder_of(settings: Settings) -> Path:
    """Where the certificates lie."""
    return settings.data / "tls"


def names_of(settings: Settings) -> list[str]:
    """Every address and name by which telephones may reach this server."""
    network = settings.network
    said = [network.host, network.advertise or "", socket.gethostname(), "localhost"]
    return [one for one in (*own_addresses("::"), *said) if one and one not in ANYWHERE]


def sealed(settings: Settings, *, anew: bool = False) -> Proof:
    """Make or renew the certificates of a data folder."""
    certificates = SchoolCertificates(folder_of(settings))
    return certificates.ensure(names_of(settings), datetime.now(UTC), anew=anew)


class Seal:
    """A TLS context whose certificate is renewed underneath it; open calls are not touched."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.proof = sealed(settings)
        self.context: ssl.SSLContext = server_context(self.proof.certificate, self.proof.key)
        self._seen = self._written()

    async def keep(self) -> None:
        """Look every minute: before it runs out, after an address came, or after ``lab tls renew``."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await asyncio.to_thread(self.look)
            except (OSError, ValueError) as error:
                _log.error("the certificate was not renewed", why=type(error).__name__)

    def look(self) -> bool:
        """Renew where needed, and take what was renewed; says whether something changed."""
        self.proof = sealed(self._settings)
        written = self._written()
        if written == self._seen:
            return False
        self.context.load_cert_chain(self.proof.certificate, self.proof.key)
        self._seen = written
        return True

    def _written(self) -> int:
        return self.proof.certificate.stat().st_mtime_ns
