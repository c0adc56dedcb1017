"""``lab text``: short messages on the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lab.options import Data, Json, Tongue
from lab.usage import Commands

text = Commands()


@text.command("send")
def send(
    words: Annotated[str, typer.Argument(metavar="TEXT")],
    to: Annotated[list[str] | None, typer.Option("--to")] = None,
    file: Annotated[Path | None, typer.Option("--file")] = None,
    server: str = "",
    login: str = "teacher",
    every: Annotated[float, typer.Option(min=0.2)] = 1.0,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """Send a short message to one number or to many."""
    from lab import texting

    wanted = texting.numbers_of(to or (), file)
    sys.exit(texting.send(server, login, words, wanted, every=every, as_json=as_json))


@text.command("list")
def listed(data: Data, as_json: Json = False, lang: Tongue = "zh") -> None:
    """What the practice carrier keeps."""
    from lab import texting

    texting.show_kept(data, as_json=as_json)
