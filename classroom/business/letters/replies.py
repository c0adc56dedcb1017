"""What goes out for a letter: the receipt that nobody writes, and the agent's answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from classroom.business.letters.fax import DOTS, pages_needed
from classroom.business.letters.settings import FaxSettings, LetterArea, Resolution
from classroom.door.lang import Lang
from classroom.store.letters import LetterRow, SentLetter

WORDS: Final[dict[Lang, dict[str, str]]] = {
    "zh": {
        "receipt": "已收到您的来信（编号 {number}）",
        "dear": "您好！",
        "came": "您的来信已收到，编号 {number}，由{school}受理。",
        "ahead": "您前面还有 {ahead} 封，我们预计在 {by} 前答复。",
        "no_need": "本信由系统自动发出，无需回复；再次来信请注明编号。",
    },
    "en": {
        "receipt": "We have your letter (number {number})",
        "dear": "Hello,",
        "came": "{school} has received your letter; its number is {number}.",
        "ahead": "Letters before it: {ahead}; we expect to answer by {by}.",
        "no_need": "This was sent by a machine, do not answer it; name the number when you write again.",
    },
}
STEP: Final = 600.0
"""Promises are made in steps of ten minutes."""


@dataclass(frozen=True, slots=True)
class House:
    """Who answers."""

    name_zh: str
    name_en: str
    lang: Lang
    area: LetterArea

    def name(self, lang: Lang) -> str:
        """The school's name."""
        return self.name_en if lang == "en" else self.name_zh


@dataclass(frozen=True, slots=True)
class FaxWish:
    """By what parameters one answer is faxed; what is empty stays as it is set."""

    number: str = ""
    header: str = ""
    resolution: Resolution | None = None


def language_of(row: LetterRow, usual: Lang) -> Lang:
    """The language a letter is written in, or the school's."""
    said = row.subject + row.text
    if any("\u4e00" <= letter <= "\u9fff" for letter in said):
        return "zh"
    return "en" if any(letter.isascii() and letter.isalpha() for letter in said) else usual


def number_of(row: LetterRow) -> str:
    """The number that the sender is told."""
    return f"{'F' if row.kind == 'fax' else 'M'}{row.id:06}"


def by_when(now: float, ahead: int, area: LetterArea) -> float:
    """When a letter with so many before it should be answered, in whole steps."""
    due = now + 60 * area.minutes_each * (ahead + 1)
    return -(-due // STEP) * STEP


def receipt(
    house: House, row: LetterRow, *, ahead: int, now: float, replies: Sequence[str], to: str = ""
) -> SentLetter:
    """Write what tells the sender the number and the time (RFC 3834)."""
    lang = language_of(row, house.lang)
    say = WORDS[lang]
    by = time.strftime("%Y-%m-%d %H:%M", time.localtime(by_when(now, ahead, house.area)))
    values = {"number": number_of(row), "school": house.name(lang), "ahead": ahead, "by": by}
    dear, came, due, end = (
        say[key].format(**values) for key in ("dear", "came", "ahead", "no_need")
    )
    text = "\n".join([dear, "", came, due, "", *replies, end])
    subject = say["receipt"].format(**values)
    if row.kind == "fax":
        sent = _fax(house, row, subject, text, FaxWish(), now, lang)
    else:
        sent = _mail(house, row, subject, text, to or row.sender)
        sent.parameters |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    sent.what = "receipt"
    return sent


def answer(house: House, row: LetterRow, text: str, wish: FaxWish, now: float) -> SentLetter:
    """Write what an agent answers."""
    lang = language_of(row, house.lang)
    if row.kind == "fax":
        return _fax(house, row, row.subject or number_of(row), text, wish, now, lang)
    about = row.subject if row.subject.lower().startswith("re:") else f"Re: {row.subject}".strip()
    return _mail(house, row, f"{about} [{number_of(row)}]", text, row.reply_to or row.sender)


def _mail(house: House, row: LetterRow, subject: str, text: str, to: str) -> SentLetter:
    lines = {"In-Reply-To": row.message_id, "References": row.thread}
    return SentLetter(
        letter_id=row.id or 0, at=0.0, kind="mail", what="answer", sender=house.area.address,
        receiver=to, subject=subject, text=text,
        parameters={name: value for name, value in lines.items() if value},
    )  # fmt: skip


def _fax(
    house: House, row: LetterRow, subject: str, text: str, wish: FaxWish, now: float, lang: Lang
) -> SentLetter:
    """A fax, and the parameters by which it leaves; each page has its line at the top."""
    usual, pages = house.area.fax, pages_needed(text)
    used = FaxSettings(
        number=usual.number,
        header=wish.header or usual.header,
        resolution=wish.resolution or usual.resolution,
    )
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    return SentLetter(
        letter_id=row.id or 0, at=0.0, kind="fax", what="answer", sender=used.number,
        receiver=wish.number or row.sender, subject=subject, text=text,
        parameters={
            "header": used.line(house.name(lang), at, 1, pages),
            "resolution": used.resolution,
            "dots": DOTS[used.resolution],
            "pages": pages,
        },
    )  # fmt: skip
