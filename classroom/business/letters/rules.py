"""Sorts a letter by the rules that people wrote: what it is about, how much it hurries, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from classroom.business.letters.mail import Incoming
from classroom.business.letters.settings import Rule

RECORD: Final = ("name", "company", "note")
"""Where a rule looks for its words in a customer's record."""


@dataclass(frozen=True, slots=True)
class Because:
    """One rule that fitted, and what it found."""

    rule: str
    where: str
    """``subject``, ``text``, ``sender``, ``record``, ``kind`` or ``machine``."""
    found: str
    priority: int


@dataclass(frozen=True, slots=True)
class Sorted:
    """What a letter is about and how much it hurries."""

    category: str = ""
    priority: int = 0
    reasons: tuple[Because, ...] = ()
    replies: tuple[str, ...] = ()
    """What the rules answer by themselves."""


def sort(letter: Incoming, record: Mapping[str, str], rules: Sequence[Rule]) -> Sorted:
    """Try every rule; a rule fits where each thing it asks is there."""
    texts = {"subject": even(letter.subject), "text": even(letter.text)}
    known = {"record": even("\n".join(record.get(name, "") for name in RECORD))}
    fitting = [(rule, why) for rule in rules if (why := _fits(rule, letter, texts, known))]
    reasons = tuple(Because(rule.name, *why, rule.priority) for rule, why in fitting)
    category = next((rule.category for rule, _ in fitting if rule.category), "")
    replies = tuple(rule.reply for rule, _ in fitting if rule.reply)
    return Sorted(category, sum(one.priority for one in reasons), reasons, replies)


def _fits(
    rule: Rule, letter: Incoming, texts: Mapping[str, str], known: Mapping[str, str]
) -> tuple[str, str] | None:
    """Where a rule found what; none: it does not fit. The last of what it asks is told."""
    why: tuple[str, str] | None = None
    if rule.machines:
        if letter.automatic in ("", "no_sender"):
            return None
        why = ("machine", letter.automatic)
    if rule.kinds:
        if letter.kind not in rule.kinds:
            return None
        why = why or ("kind", letter.kind)
    if rule.senders and (why := _sender(rule.senders, letter)) is None:
        return None
    if rule.record and (why := _word(rule.record, known)) is None:
        return None
    if rule.words and (why := _word(rule.words, texts)) is None:
        return None
    return why


def _word(words: Sequence[str], texts: Mapping[str, str]) -> tuple[str, str] | None:
    for where, text in texts.items():
        for word in words:
            if _pattern(word).search(text):
                return where, word
    return None


def _sender(patterns: Sequence[str], letter: Incoming) -> tuple[str, str] | None:
    for pattern in patterns:
        if letter.sender and fits(even(pattern), letter.sender):
            return "sender", pattern
    return None


def fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern with ``*`` in it, in one pass however many there are."""
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == text
    *middle, last = rest
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        at = text.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


@lru_cache(1000)
def _pattern(word: str) -> re.Pattern[str]:
    """A word as it is looked for: an English one whole, a Chinese one anywhere."""
    plain = even(word)
    first = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", plain) else ""
    last = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", plain) else ""
    return re.compile(first + re.escape(plain) + last)


def even(text: str) -> str:
    """Full or half width, large or small: the same letters."""
    return unicodedata.normalize("NFKC", text).casefold()
