"""Words made comparable: width, case, numerals, punctuation."""

from __future__ import annotations

import re
import unicodedata

from scenarios.model import Lang

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DIGIT, _COUNT = "[零〇一二两三四五六七八九幺]", "[一二两三四五六七八九]"
_NUMERAL = re.compile(
    rf"(?:{_COUNT}?[十百千万][零〇]?)+{_COUNT}?(?![十百千万])|{_DIGIT}+(?![十百千万])|{_DIGIT}+?(?=[十百千万])"
)
_STOPS = re.compile(r"[,，.。!！?？;；:：、…~—\n]+")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "＇": "'"})
_EN_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    )
}
_EN_NUMBER = re.compile(r"\b(" + "|".join(_EN_NUMBERS) + r")\b")
_SHORT = {
    "gimme": "give me",
    "lemme": "let me",
    "gonna": "going to",
    "can't": "cannot",
    "won't": "will not",
    "n't": " not",
    "'re": " are",
    "'ll": " will",
    "'ve": " have",
    "'m": " am",
    "'d": " would",
}


_TYPED_EN = {
    "u": "you",
    "ya": "you",
    "ur": "your",
    "thx": "thanks",
    "thanx": "thanks",
    "ta": "thanks",
    "pls": "please",
    "plz": "please",
    "sec": "second",
    "secs": "seconds",
    "im": "i am",
    "whats": "what is",
    "dont": "do not",
    "cant": "cannot",
}
"""What is typed for a word in a hurry."""
_TYPED_EN_WORD = re.compile(r"\b(" + "|".join(_TYPED_EN) + r")\b")
_DIALECT_ZH = (("啥子", "什么"), ("啥", "什么"), ("咋", "怎么"), ("一哈", "一下"), ("帐", "账"))
_TRADITIONAL = str.maketrans(
    "後請這們說對號個費為給幫問題處電話謝嗎沒還業務訂單賬麼會過時間實認碼證資",
    "后请这们说对号个费为给帮问题处电话谢吗没还业务订单账么会过时间实认码证资",
)


def _number(numeral: str) -> str:
    if not any(c in _UNITS or c == "万" for c in numeral):
        return "".join(str(_DIGITS[c]) for c in numeral)
    total = section = digit = 0
    tail = 1  # 一百六 is 160: a last bare digit counts in tenths of the unit before it
    for c in numeral:
        if c == "万":
            total, section, digit, tail = (total + section + digit) * 10000, 0, 0, 1000
        elif c in _UNITS:
            section, digit, tail = section + (digit or 1) * _UNITS[c], 0, _UNITS[c] // 10
        else:
            digit, tail = _DIGITS[c], tail if c not in "零〇" else 1
    return str(total + section + digit * tail)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES).lower()


def _tidy_zh(text: str) -> str:
    text = text.translate(_TRADITIONAL)
    for dialect, common in _DIALECT_ZH:
        text = text.replace(dialect, common)
    text = _NUMERAL.sub(lambda found: _number(found[0]), text)
    return re.sub(r"[\W_]+", "", text).replace("您", "你")


def _tidy_en(text: str) -> str:
    for short, long in _SHORT.items():
        text = text.replace(short, long)
    text = _EN_NUMBER.sub(lambda found: _EN_NUMBERS[found[0]], text)
    text = " ".join(re.findall(r"[\w*]+", text.replace("'", "").replace("$", " ")))
    return _TYPED_EN_WORD.sub(lambda found: _TYPED_EN[found[0]], text)


def normalise(text: str, lang: Lang) -> str:
    """Fold width, case, numerals and punctuation away.

    Chinese loses its spaces; English keeps single ones.
    """
    return _tidy_zh(_plain(text)) if lang == "zh" else _tidy_en(_plain(text))


def clauses(text: str, lang: Lang) -> list[str]:
    """Cut an utterance at its stops, each piece normalised; the empty ones fall away."""
    pieces = (normalise(piece, lang) for piece in _STOPS.split(_plain(text)))
    return [piece for piece in pieces if piece]


def length(text: str, lang: Lang) -> int:
    """Count the characters (zh) or words (en)."""
    plain = normalise(text, lang)
    return len(plain) if lang == "zh" else len(plain.split())
