"""``lab calls``: calls on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from lab.options import Data, Json, Tongue
from lab.usage import Commands

calls = Commands()


@calls.command("trace")
def trace(
    data: Data,
    call_id: Annotated[str | None, typer.Argument(metavar="[CALL_ID]")] = None,
    as_json: Json = False,
    lang: Tongue = "zh",
) -> None:
    """One call's way through the house, step by step."""
    from lab import trace as way

    way.show(data, call_id, as_json=as_json)
