"""What people say for a thing: ideas, recognised in a stranger's natural words, negation minded.

An idea is heard where its pattern is found in a clause, unless that clause takes it back: by a
negation just before it ("我不会道歉"), or by words that give it another meaning (``void``).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from grader.text import Lang, plain

Patterns = Mapping["Idea", tuple[str, ...]]


class Idea(enum.StrEnum):
    """The things that criteria listen for."""

    GREET = enum.auto()
    """A greeting."""
    NAME = enum.auto()
    """The agent's own name."""
    NUMBER = enum.auto()
    """The agent's own number (工号)."""
    COMPANY = enum.auto()
    """Some company or service named; used where the scenario names none."""
    VERIFY = enum.auto()
    """Asking for a proof of who is calling."""
    RESTATE = enum.auto()
    """Giving the customer's problem back in order to check it."""
    RECAP = enum.auto()
    """Repeating at the end what was agreed."""
    ANYTHING_ELSE = enum.auto()
    THANKS = enum.auto()
    FAREWELL = enum.auto()
    HOLD_ASK = enum.auto()
    """Asking the customer to wait."""
    HOLD_THANKS = enum.auto()
    """Thanking, or excusing oneself, for the wait."""
    SORRY = enum.auto()
    """Apology or sympathy."""
    PROMISE = enum.auto()
    """Something will be registered, sent, called back."""
    RUDE = enum.auto()
    """Words that no agent says (服务忌语)."""
    ABUSE = enum.auto()
    """Insults; fatal."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Where an idea was found, in the plain text."""

    idea: Idea
    words: str
    clause: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language's patterns."""

    says: Mapping[Idea, re.Pattern[str]]
    void: Mapping[Idea, re.Pattern[str]]
    negation: re.Pattern[str]
    """Matched at the end of what leads up to a pattern within its clause."""
    idioms: tuple[tuple[re.Pattern[str], str], ...]
    """Sayings that look like negations and are none."""
    stands: frozenset[Idea]
    """Ideas that a negation before them does not take back."""


def language(
    says: Patterns,
    void: Patterns,
    negation: str,
    idioms: tuple[tuple[str, str], ...],
    stands: frozenset[Idea],
) -> Language:
    """Compile one language's table."""
    return Language(
        {idea: re.compile("|".join(f"(?:{p})" for p in ps)) for idea, ps in says.items()},
        {idea: re.compile("|".join(f"(?:{p})" for p in ps)) for idea, ps in void.items()},
        re.compile(f"(?:{negation})$"),
        tuple((re.compile(pattern), instead) for pattern, instead in idioms),
        stands,
    )


@lru_cache(maxsize=8192)
def find(idea: Idea, text: str, lang: Lang) -> Heard | None:
    """The first place where an idea is said and not taken back."""
    from grader.phrases import en, zh

    table = zh.TABLE if lang == "zh" else en.TABLE
    heard = plain(text, lang)
    for pattern, instead in table.idioms:
        heard = pattern.sub(instead, heard)
    for match in table.says[idea].finditer(heard):
        begin = heard.rfind(",", 0, match.start()) + 1
        end = heard.find(",", match.end())
        clause = heard[begin : end if end >= 0 else len(heard)]
        lead = heard[begin : match.start()]
        if idea not in table.stands and table.negation.search(lead):
            continue
        if idea in table.void and table.void[idea].search(clause):
            continue
        return Heard(idea, match[0].strip(" ,"), clause)
    return None


def says(idea: Idea, text: str, lang: Lang) -> bool:
    """Whether an idea is said and not taken back."""
    return find(idea, text, lang) is not None
