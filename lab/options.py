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


Tongue = Annotated[Lang, typer.Option("--lang", callback=speaking)]
Packs = Annotated[list[Path] | None, typer.Option("--pack")]
