"""The words that the terminal's screens and the supervisor's page share: one table a language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from classroom.door.lang import Lang


@cache
def shared(lang: Lang) -> dict[str, str]:
    """Every shared sentence of one language as ``section.name`` → text."""
    text = resources.files(__name__).joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return table(text)


def table(text: str) -> dict[str, str]:
    """Read a table of sections as ``section.name`` → text."""
    return {
        f"{section}.{name}": sentence
        for section, entries in tomllib.loads(text).items()
        for name, sentence in entries.items()
    }
