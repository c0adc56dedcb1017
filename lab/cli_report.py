"""``lab report``: figures on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lab.options import Data, Json, Tongue


def report(
    data: Data,
    by: Annotated[list[str] | None, typer.Option("--by")] = None,
    since: str = "",
    until: str = "",
    file: Annotated[Path | None, typer.Option("--csv")] = None,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """Figures by desk, queue, region, hour and day."""
    from lab import report as figures

    figures.show(data, by or (), since=since, until=until, file=file, as_json=as_json)
