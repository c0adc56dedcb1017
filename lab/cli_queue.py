"""``lab queue``: the queues on the command line."""

from __future__ import annotations

from lab.options import Data, Json, Tongue
from lab.usage import Commands

queue = Commands()


@queue.command("report")
def report(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """How the queues and their agents did, read from queue_log."""
    from lab import queues as books

    books.report(data, as_json=as_json)
