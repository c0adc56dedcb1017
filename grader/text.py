"""Words made comparable: width, case, punctuation, numerals; and how alike two sayings are."""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import pairwise
from typing import Literal, TypeAlias

from rapidfuzz import fuzz

Lang: TypeAlias = Literal["zh", "en"]

_COLONS = re.compile(r"\s*[:：]\s*")
_STOPS = re.compile(r"[,.!;，。！；、…\n\r\t\"“”「」()（）—~]+|\.{2,}| - ")
_ASKS = re.compile(r"[?？]+")
_CONTRACTIONS = (
    (r"\bu\b", "you"),
    (r"\b(?:ur|yr)\b", "your"),
    (r"\b(?:thx|thanx|tnx|ta)\b", "thanks"),
    (r"\bya\b", "you"),
    (r"\bgimme\b", "give me"),
    (r"\blemme\b", "let me"),
    (r"\bgonna\b", "going to"),
    (r"\bwanna\b", "want to"),
    (r"\b(?:pls|plz)\b", "please"),
    (r"\bsecs\b", "seconds"),
    (r"\bi'?m\b", "i am"),
    (r"\b(what|that|there|here|who|where)s\b", r"\1 is"),
    (r"\b(do|does|did|has|have|is|was|wo|ca|could|would|should)nt\b", r"\1n't"),
    (r"\bcan't\b|\bcannot\b|\bcan not\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"n't\b", " not"),
    (r"'re\b", " are"),
    (r"'ve\b", " have"),
    (r"'ll\b", " will"),
    (r"'m\b", " am"),
    (r"\b(name|that|it|what|there|here|who|how|where|he|she)'s\b", r"\1 is"),
    (r"\blet's\b", "let us"),
    (r"'d\b", " would"),
)
_TRADITIONAL = str.maketrans(
    "後請這們說對號個費為給幫問題處電話謝嗎沒還業務訂單賬麼會過時間實認碼證資",
    "后请这们说对号个费为给帮问题处电话谢吗没还业务订单账么会过时间实认码证资",
)
_ZH_DIGIT = dict(zip("〇零一二三四五六七八九幺两", "0012345678912", strict=True))
_ZH_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_ZH_NUMERAL = re.compile("[〇零一二三四五六七八九幺两十百千万]+")
_EN_DIGIT = {
    word: str(n)
    for n, word in enumerate(
        re.findall(r"\w+", "zero one two three four five six seven eight nine")
    )
} | {"oh": "0", "o": "0"}
_EN_TEEN = {
    word: n
    for n, word in enumerate(
        re.findall(
            r"\w+",
            "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        ),
        start=10,
    )
}
_EN_TENS = {
    word: n * 10
    for n, word in enumerate(
        re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}


def plain(text: str, lang: Lang) -> str:
    """Fold width, case and punctuation; ``,`` parts clauses and ``?`` ends a question."""
    folded = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("‘", "'")
    folded = _COLONS.sub(" ", folded)
    if lang == "en":
        for pattern, full in _CONTRACTIONS:
            folded = re.sub(pattern, full, folded)
    else:
        folded = re.sub(r"\s+", "", folded.translate(_TRADITIONAL))
    folded = _STOPS.sub(",", _ASKS.sub("?,", folded))
    folded = re.sub(r"\s*,[\s,]*", ",", folded)
    return re.sub(r"\s+", " ", folded).strip(", ")


def clauses(text: str, lang: Lang) -> list[str]:
    """Part a saying at its punctuation."""
    return [part for part in plain(text, lang).split(",") if part.strip("? ")]


def bare(text: str) -> str:
    """Only letters, digits and Han characters, in one case; what two sayings are compared by."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).lower())


def numbers(text: str, lang: Lang) -> str:
    """Write spoken numerals as digits: 一零零七 and "one zero zero seven" become 1007."""
    if lang == "zh":
        return _ZH_NUMERAL.sub(lambda m: _zh_number(m[0]), unicodedata.normalize("NFKC", text))
    return _en_numbers(plain(text, "en"))


def _zh_number(run: str) -> str:
    if not any(c in _ZH_UNIT for c in run):
        return "".join(_ZH_DIGIT[c] for c in run)
    total = section = digit = 0
    for c in run:
        if c in _ZH_DIGIT:
            digit = int(_ZH_DIGIT[c])
        elif c == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section, digit = section + (digit or 1) * _ZH_UNIT[c], 0
    return str(total + section + digit)


def _en_numbers(text: str) -> str:
    """Runs of number words become digits; a ten takes the unit that follows it."""
    out: list[str] = []
    ten = False
    joined = False
    for word in re.findall(r"[a-z']+|\d+|[^\sa-z\d]", text):
        value = _EN_DIGIT.get(word) or str(_EN_TEEN.get(word) or _EN_TENS.get(word) or "")
        if not value:
            out.append(word)
            ten = joined = False
        elif ten and word in _EN_DIGIT and value != "0":
            out[-1] = out[-1][:-1] + value
            ten = False
        elif joined:
            out[-1] += value
            ten = word in _EN_TENS
        else:
            out.append(value)
            joined, ten = True, word in _EN_TENS
    return " ".join(out)


def mentions(text: str, wanted: str, lang: Lang) -> bool:
    """Whether a saying holds a word, name or number, however it is written."""
    needle = bare(wanted)
    if not needle:
        return False
    if needle in bare(text):
        return True
    counted = bare(numbers(wanted, lang))
    if any(c.isdigit() for c in counted):
        pattern = rf"(?<!\d){re.escape(counted)}(?!\d)" if counted.isdigit() else re.escape(counted)
        return re.search(pattern, bare(numbers(text, lang))) is not None
    return False


def sounds_like(text: str, name: str, lang: Lang) -> bool:
    """Whether a name occurs, forgiving the slips of a recogniser in longer names."""
    if mentions(text, name, lang):
        return True
    needle, hay = bare(name), bare(text)
    long_enough = len(needle) >= (4 if lang == "zh" else 7)
    return long_enough and fuzz.partial_ratio(needle, hay) >= 80 and len(hay) >= len(needle)


def _grams(text: str, lang: Lang) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Content words or characters, and pairs of neighbours."""
    if lang == "zh":
        counted = bare(numbers(text, "zh"))
        units = re.findall(r"[a-z]+|\d+|[^\W\da-z_]", _ZH_COMMON.sub("", counted))
    else:
        words = re.findall(r"[a-z]+|\d+", numbers(text, "en"))
        units = [_stem(w) for w in words if w not in _EN_COMMON]
    return frozenset(units), frozenset(pairwise(units))


def _stem(word: str) -> str:
    """A word less its commonest endings."""
    return re.sub(r"(?<=[a-z]{3})(?:ing|ed|es|s|ly)$", "", word)[:7]


_ZH_COMMON = re.compile(
    "[的了是您我你们这那个一在和就也都把将给帮为让再还会能可以请吧呢吗啊呀哦嗯]"
)
_EN_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an the i you we he she it they is are am be been was were do does did have has had will "
        "would can could may might shall should to of in on at for from with by and or but so that "
        "this there here your my our me us if as not no yes please just all any",
    )
)


def covers(said: str, line: str, lang: Lang) -> float:
    """How much of a line's content a saying holds, 0 to 1, whatever the order."""
    words, pairs = _grams(line, lang)
    if not words:
        return 0.0
    said_words, said_pairs = _grams(said, lang)
    held = len(words & said_words) / len(words)
    if lang == "en" or not pairs:
        return held
    return 0.5 * held + 0.5 * len(pairs & said_pairs) / len(pairs)


def likeness(said: str, line: str) -> float:
    """How much a saying follows a line letter by letter, 0 to 1; more said around it is allowed."""
    a, b = bare(said), bare(line)
    if not a or not b:
        return 0.0
    whole = fuzz.ratio(a, b)
    if len(a) > len(b):
        return max(whole, fuzz.partial_ratio(b, a)) / 100
    return whole / 100


def unstopped(text: str) -> str:
    """A sentence less its full stop, to stand inside another."""
    return text.strip().rstrip("。.．｡;；,，、 ")


def quote(text: str, lang: Lang) -> str:
    """What was said, shortened, in quotation marks."""
    limit = 24 if lang == "zh" else 60
    kept = unstopped(" ".join(text.split()))
    if len(kept) > limit:
        kept = kept[: limit - 1] + "…"
    return f"「{kept}」" if lang == "zh" else f"“{kept}”"


def moment(at: float) -> str:
    """Seconds since answer as minutes and seconds: the second that has begun, as on the screens."""
    whole = max(0, math.floor(round(at, 2)))
    return f"{whole // 60}:{whole % 60:02d}"
