"""Which version of the program this is."""

from __future__ import annotations

import importlib.metadata


def version() -> str:
    """The program's version."""
    try:
        return importlib.metadata.version("callcenter-lab")
    except importlib.metadata.PackageNotFoundError:
        return "0"
