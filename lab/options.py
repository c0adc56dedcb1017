"""Options that several commands of ``lab`` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classroom.words import speak
from lab.words import Lang

Data = Annotated[Path, typer.Option("--data")]
Json = Annotated[bool, typer.Option("--json")]


def speaking(lang: Lang | None) -> Lang | None:
    """From here on this process speaks that language; its errors too."""
    if lang:
        speak(lang)
    return lang


def said_before(context: typer.Context) -> Lang | None:
    """The language given before the command's name (``lab --lang en serve``); None: not given there."""
    front = context.find_root()
    source = front.get_parameter_source("lang")
    lang: Lang = front.params.get("lang", "zh")
    return lang if source is not None and source.name == "COMMANDLINE" else None


Tongue = Annotated[Lang, typer.Option("--lang", callback=speaking)]
Packs = Annotated[list[Path] | None, typer.Option("--pack")]
