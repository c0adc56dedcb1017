"""The words on every screen, in Chinese or English: one glossary for the whole lab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources
from typing import Literal, TypeAlias

from classroom.door.locale import shared, table

Lang: TypeAlias = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """Every sentence of one language as ``section.name`` → text; some are shared with the web page."""
    text = resources.files("lab.locale").joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return shared(lang) | table(text)


class Words:
    """The present language; all widgets of one app share one, so that a key can switch it."""

    def __init__(self, lang: Lang = "zh") -> None:
        self.lang: Lang = lang
        self._taught: dict[tuple[str, Lang], str] = {}

    def __call__(self, key: str, /, **values: object) -> str:
        """Say one sentence, its ``{names}`` filled in."""
        sentence = catalogue(self.lang)[key]
        return sentence.format(**values) if values else sentence

    def knows(self, key: str) -> bool:
        """Whether the catalogue has this sentence."""
        return key in catalogue(self.lang)

    def or_plain(self, section: str, name: str) -> str:
        """Say a word of the glossary, or the word itself where the glossary lacks it."""
        key = f"{section}.{name}"
        if taught := self._taught.get((key, self.lang)):
            return taught
        return self(key) if self.knows(key) else name

    def teach(self, section: str, name: str, *, zh: str, en: str) -> None:
        """Learn a school's own word; ``or_plain`` says it."""
        self._taught[f"{section}.{name}", "zh"] = zh
        self._taught[f"{section}.{name}", "en"] = en

    def switch(self) -> None:
        """Go to the next language."""
        self.lang = LANGS[(LANGS.index(self.lang) + 1) % len(LANGS)]


Advice: TypeAlias = Callable[[Words], Sequence[str]]
"""Rows that are written anew in the present language."""
