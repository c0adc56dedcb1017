"""``lab serve``: the classroom server on the command line."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from classroom.words import spoken
from lab.errors import LabError
from lab.given import settings_of
from lab.words import Lang, Words

if TYPE_CHECKING:
    from classroom.main import Server


class Announcement(BaseModel):
    """What a server tells on stdout when its door is open: one JSON line."""

    model_config = ConfigDict(extra="forbid")

    http: str
    """``HOST:PORT`` of the API."""
    sip_port: int
    tls_port: int = 0
    """SIP over TLS; 0: off."""
    data: Path


def port_range(text: str | None) -> dict[str, int]:
    """Read ``A-B``; raises LabError for anything else."""
    if text is None:
        return {}
    first, _, last = text.partition("-")
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()):
        raise LabError(Words(spoken())("errors.bad_range", text=text))
    return {"rtp_first": int(first), "rtp_last": int(last)}


def run(
    data: Path,
    *,
    network: dict[str, str | int | None],
    lang: Lang | None,
    voice: str | None,
    smtp: int | None,
    demo_class: bool,
    announce: bool,
) -> None:
    """Run a server until Ctrl-C or SIGTERM; the options given win over the folder's settings.

    Raises:
        CannotStart: a port is taken, the disk is full, the data is of a newer version …
    """
    settings = settings_of(
        data,
        {name: value for name, value in network.items() if value is not None},
        school={"lang": lang} if lang else {},
        voices={"engine": voice} if voice else {},
        letters={"smtp_port": smtp} if smtp is not None else {},
    )

    gc.disable()  # What is loaded stays; to look through it again and again costs a tenth of a start.
    from classroom.main import serve  # Seconds of loading: what is wrong above is told at once.
    from telephony.switchboard import keep_calm

    def tell(server: Server) -> None:
        keep_calm()
        gc.enable()
        if announce:
            open_at = Announcement(
                http=f"{settings.network.written}:{server.http_port}",
                sip_port=server.sip_port,
                tls_port=server.switchboard.tls_port,
                data=data.resolve(),
            )
            print(open_at.model_dump_json(), flush=True)

    asyncio.run(serve(settings, demo_class=demo_class, opened=tell))
