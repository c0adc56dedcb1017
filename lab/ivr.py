"""The commands ``lab ivr``: list, check, draw and walk through flows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lab.options import Tongue
from lab.usage import Commands
from lab.words import Words

commands = Commands()


@commands.command("list")
def ivr_list(
    data: Path | None = None,
    lang: Tongue = "zh",
) -> None:
    """Every flow, its numbers, and what a seat dials to try it."""
    from lab import menus

    menus.list_all(data, Words(lang))


@commands.command("check")
def ivr_check(
    files: list[str],
    strict: Annotated[bool, typer.Option("--strict")] = False,
    data: Path | None = None,
    lang: Tongue = "zh",
) -> None:
    """Find the mistakes of flow files: each as FILE:LINE: what to do.

    Exit codes: 0 nothing but warnings, 2 mistakes; with --strict a warning is one.
    """
    from lab import menus

    menus.check_files(files, Words(lang), data, strict=strict)


@commands.command("draw")
def ivr_draw(
    file: str,
    mermaid: Annotated[bool, typer.Option("--mermaid")] = False,
    data: Path | None = None,
    lang: Tongue = "zh",
) -> None:
    """Draw a flow as a tree."""
    from lab import menus

    menus.draw(file, Words(lang), mermaid=mermaid, data=data)


@commands.command("play")
def ivr_play(
    file: str,
    caller: str = "00001234567",
    speak: Annotated[bool, typer.Option("--speak")] = False,
    data: Path | None = None,
    lang: Tongue = "zh",
) -> None:
    """Walk through a flow here in the terminal, by keys, without a telephone."""
    from lab import menus
    from lab.aloud import Aloud

    menus.play(file, Words(lang), caller, data, Aloud() if speak else None)
