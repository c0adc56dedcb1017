"""A TOML file as people save it; what stops it from being read is said with its line, in words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from classroom.errors import BadSettings
from classroom.setting_words import TOML
from classroom.words import spoken

REASONS: Final = (
    ("twice", r"Cannot (declare|overwrite|mutate|redefine)|Duplicate inline table key"),
    ("section", r"Expected '\]\]?' at the end of"),
    ("equals", r"Expected '=' after a key"),
    ("key", r"Invalid initial character for a key part"),
    ("array", r"Unclosed array"),
    ("inline", r"Unclosed inline table"),
    ("backslash", r"Unescaped|Invalid hex value|Escaped character is not"),
    ("quote", r"Unterminated string|Illegal character '\\n'|Expected \"|Expected '"),
    ("unseen", r"Illegal character|Found invalid character"),
    ("date", r"Invalid date or datetime"),
    ("line", r"Expected newline or end of document"),
    ("statement", r"Invalid statement"),
)
"""The name of our sentence and what the parser says for it; anything else is a value that cannot be read."""
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)$")


def tables(path: Path) -> dict[str, Any]:
    """Read a file, which need not be there, as UTF-8 with or without a mark; raises BadSettings."""
    if not path.exists():
        return {}
    if not path.is_file():  # Nobody writes into a pipe, and reading it never ends.
        raise _bad(path, 1, "file")
    raw = path.read_bytes()
    try:
        return understood(raw.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise _bad(path, raw.count(b"\n", 0, error.start) + 1, "utf8") from error


def understood(text: str, path: Path) -> dict[str, Any]:
    """Give what a file says; raises BadSettings with the line that stops it."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = str(error)
        at = _LINE.search(said)
        line = int(at[1]) if at else len(text.splitlines()) or 1
        key = next((key for key, pattern in REASONS if re.match(pattern, said)), "value")
        raise _bad(path, line, key) from error


def _bad(path: Path, line: int, key: str) -> BadSettings:
    why = TOML[key][spoken() == "en"]
    return BadSettings("bad_toml", file=path, line=line, why=why)
