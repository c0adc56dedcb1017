"""``lab queue``: the queues on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classroom.words import speak
from lab.words import Lang

queue = typer.Typer(help="The queues.", no_args_is_help=True)


@queue.callback()
def queues() -> None:
    """How the queues were served."""


@queue.command("report")
def report(
    data: Annotated[Path, typer.Option("--data", help="The folder where everything is kept.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="zh or en.")] = "zh",
) -> None:
    """How the queues and their agents did, read from queue_log."""
    from lab import queues as books

    speak(lang)
    books.report(data, as_json=as_json)
