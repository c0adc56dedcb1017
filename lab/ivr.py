"""The commands ``lab ivr``: list, check, draw and walk through flows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lab.options import Tongue
from lab.words import Words

commands = typer.Typer(help="The voice menus.", no_args_is_help=True)


@commands.command("list")
def ivr_list(
    data: Annotated[
        Path | None, typer.Option(help="The server's folder, for its own flows.")
    ] = None,
    lang: Tongue = "zh",
) -> None:
    """Every flow, its numbers, and what a seat dials to try it."""
    from lab import menus

    menus.list_all(data, Words(lang))


@commands.command("check")
def ivr_check(
    files: Annotated[list[str], typer.Argument(help="Flow files.")], lang: Tongue = "zh"
) -> None:
    """Find the mistakes of flow files: each as FILE:LINE: what to do."""
    from lab import menus

    menus.check_files(files, Words(lang))


@commands.command("draw")
def ivr_draw(
    file: Annotated[str, typer.Argument(help="A flow file, or the name of one that is shipped.")],
    mermaid: Annotated[bool, typer.Option("--mermaid", help="A Mermaid flow chart.")] = False,
    lang: Tongue = "zh",
) -> None:
    """Draw a flow as a tree."""
    from lab import menus

    menus.draw(file, Words(lang), mermaid=mermaid)


@commands.command("play")
def ivr_play(
    file: Annotated[str, typer.Argument(help="A flow file, or the name of one that is shipped.")],
    caller: Annotated[str, typer.Option(help="The caller's number (ANI).")] = "00001234567",
    lang: Tongue = "zh",
) -> None:
    """Walk through a flow here in the terminal, by keys, without a telephone."""
    from lab import menus

    menus.play(file, Words(lang), caller)
