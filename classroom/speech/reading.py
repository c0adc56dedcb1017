"""Values read aloud from a finite set of clips: numbers, digits, amounts, dates, times, ordinals.

A value becomes words, each of them one clip that is rendered once and for all: Chinese needs some 190
of them, English some 230.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import InvalidOperation
from types import MappingProxyType
from typing import Final

from classroom.door.lang import Lang
from classroom.speech import chinese, english
from classroom.speech.values import PAUSE_WORD

PAUSE: Final = "read.pause"
PAUSE_CLIP: Final = "silence:0.25"
UNREADABLE: Final = "read.unreadable"
"""The key of a value that is none; no clip has it, so that the board tells it is missing."""
VOCABULARY: Final[Mapping[Lang, tuple[str, ...]]] = MappingProxyType(
    {"zh": chinese.VOCABULARY, "en": english.VOCABULARY}
)
"""Every word a reading can have."""
_READERS: Final = {"zh": chinese.READERS, "en": english.READERS}


def read(kind: str, value: str, lang: str) -> tuple[str, ...]:
    """Give the prompt keys that read a value; one key that no clip has for a value that is none."""
    said = words(kind, value, "en" if lang == "en" else "zh")
    if said is None:
        return (UNREADABLE,)
    return tuple(PAUSE if word == PAUSE_WORD else key_of(word, lang) for word in said)


def key_of(word: str, lang: str) -> str:
    """Name the prompt of one word."""
    return f"read.{'en' if lang == 'en' else 'zh'}.{word}"


def words(kind: str, value: str, lang: Lang) -> list[str] | None:
    """Put a value into words; None where the value is none of its kind."""
    try:
        return list(_READERS[lang][kind](value.strip()))
    except (ValueError, InvalidOperation, KeyError):
        return None


def digits(lang: Lang) -> dict[str, str]:
    """The words of any telephone number, by their prompt keys: a callback's number is read to its caller."""
    said = words("phone", "0123456789", lang) or []
    return {key_of(word, lang): word for word in said if word != PAUSE_WORD}


def texts(lang: Lang) -> dict[str, str]:
    """Every word there is, by its prompt key: what must be rendered."""
    return {key_of(word, lang): word for word in VOCABULARY[lang]}
