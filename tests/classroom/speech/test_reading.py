"""Values read aloud: a table of what is said, and hearing it again gives the value back."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.speech.reading import (
    PAUSE,
    UNREADABLE,
    VOCABULARY,
    read,
    texts,
    words,
)
from classroom.speech.spoken import amount as said_amount
from classroom.speech.values import MOST

pytestmark = pytest.mark.unit

TABLE = [
    # kind, value, Chinese, English
    ("number", "0", "零", "zero"),
    ("number", "2", "二", "two"),
    ("number", "10", "十", "ten"),
    ("number", "15", "十五", "fifteen"),
    ("number", "105", "一百零五", "one hundred and five"),
    ("number", "110", "一百一十", "one hundred and ten"),
    ("number", "222", "二百二十二", "two hundred and twenty-two"),
    ("number", "1005", "一千零五", "one thousand and five"),
    ("number", "1050", "一千零五十", "one thousand and fifty"),
    ("number", "2000", "两千", "two thousand"),
    ("number", "2012", "两千零一十二", "two thousand and twelve"),
    ("number", "10000", "一万", "ten thousand"),
    ("number", "20002", "两万零二", "twenty thousand and two"),
    ("number", "100000", "十万", "one hundred thousand"),
    ("number", "120015", "十二万零一十五", "one hundred and twenty thousand and fifteen"),
    ("number", "10010000", "一千零一万", "ten million ten thousand"),
    ("number", "200000000", "两亿", "two hundred million"),
    ("number", "3.14", "三点一四", "three point one four"),
    ("number", "3.50", "三点五", "three point five"),
    ("number", "-7", "负七", "minus seven"),
    ("number", "1,234", "一千二百三十四", "one thousand two hundred and thirty-four"),
    ("digits", "1007", "幺零零七", "one zero zero seven"),
    ("digits", "0", "零", "zero"),
    ("digits", "12345678", "幺二三四…五六七八", "one two three four … five six seven eight"),
    ("phone", "13800005678", "幺三八…零零零零…五六七八",
     "one … three eight zero … zero zero zero … five six seven eight"),
    ("phone", "202-555-0100", "二零二五…五五零幺…零零",
     "two zero two … five five five … zero one zero zero"),
    ("amount", "0", "零元", "zero dollars"),
    ("amount", "1", "一元", "one dollar"),
    ("amount", "2", "两元", "two dollars"),
    ("amount", "12", "十二元", "twelve dollars"),
    ("amount", "2.2", "两元二角", "two dollars and twenty cents"),
    ("amount", "0.02", "二分", "two cents"),
    ("amount", "5.02", "五元零二分", "five dollars and two cents"),
    ("amount", "0.01", "一分", "one cent"),
    ("amount", "0.50", "五角", "fifty cents"),
    ("amount", "38.50", "三十八元五角", "thirty-eight dollars and fifty cents"),
    ("amount", "38.05", "三十八元零五分", "thirty-eight dollars and five cents"),
    ("amount", "38.55", "三十八元五角五分", "thirty-eight dollars and fifty-five cents"),
    ("amount", "2222.22", "两千二百二十二元二角二分",
     "two thousand two hundred and twenty-two dollars and twenty-two cents"),
    ("amount", "-5", "负五元", "minus five dollars"),
    ("amount", "0.005", "一分", "one cent"),
    ("date", "20260302", "二零二六年三月二日", "March second twenty twenty-six"),
    ("date", "2026-10-31", "二零二六年十月三十一日", "October thirty-first twenty twenty-six"),
    ("date", "20051112", "二零零五年十一月十二日", "November twelfth two thousand and five"),
    ("date", "19050108", "一九零五年一月八日", "January eighth nineteen oh five"),
    ("date", "19000520", "一九零零年五月二十日", "May twentieth nineteen hundred"),
    ("time", "000000", "零点整", "midnight"),
    ("time", "120000", "十二点整", "noon"),
    ("time", "090500", "九点零五分", "nine oh five a.m."),
    ("time", "02:00", "两点整", "two a.m."),
    ("time", "14:30", "十四点三十分", "two thirty p.m."),
    ("time", "2359", "二十三点五十九分", "eleven fifty-nine p.m."),
    ("ordinal", "1", "第一", "first"),
    ("ordinal", "2", "第二", "second"),
    ("ordinal", "12", "第十二", "twelfth"),
    ("ordinal", "23", "第二十三", "twenty-third"),
    ("ordinal", "100", "第一百", "one hundredth"),
    ("ordinal", "101", "第一百零一", "one hundred and first"),
    ("percent", "5", "百分之五", "five percent"),
    ("percent", "99.9%", "百分之九十九点九", "ninety-nine point nine percent"),
    ("percent", "-1.5", "负百分之一点五", "minus one point five percent"),
]  # fmt: skip


@pytest.mark.feature("IVR-04")
@pytest.mark.parametrize(("kind", "value", "zh", "en"), TABLE)
def test_what_is_said(kind: str, value: str, zh: str, en: str) -> None:
    assert "".join(words(kind, value, "zh") or ()) == zh
    assert " ".join(words(kind, value, "en") or ()) == en


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("amount", ""), ("amount", "much"), ("amount", "nan"), ("amount", "1" + "0" * 12),
        ("number", "x"), ("digits", "12a"), ("digits", "１２"), ("phone", "-"),
        ("date", "20260230"), ("date", "0302"), ("time", "2560"), ("time", "9"),
        ("ordinal", "-1"), ("percent", "%"), ("colour", "1"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_not_read(kind: str, value: str) -> None:
    for lang in ("zh", "en"):
        assert read(kind, value, lang) == (UNREADABLE,)


def test_keys_name_clips_and_pauses() -> None:
    assert read("digits", "1", "zh") == ("read.zh.幺",)
    assert read("digits", "1234567", "en")[4] == PAUSE
    assert texts("en")["read.en.twenty-one"] == "twenty-one"
    for lang in ("zh", "en"):
        assert len(VOCABULARY[lang]) == len(set(VOCABULARY[lang])) < 250


# ── hearing it again ─────────────────────────────────────────────────────────

NUMERALS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7,
            "八": 8, "九": 9, "幺": 1}  # fmt: skip
UNITS = {"十": 10, "百": 100, "千": 1000}


def heard_zh(text: str) -> int:
    """Understand a Chinese number the way a listener does."""
    total = section = digit = 0
    for sign in text:
        if sign in NUMERALS:
            digit = NUMERALS[sign]
        elif sign in UNITS:
            section, digit = section + (digit or 1) * UNITS[sign], 0
        else:
            total, section, digit = (
                total + (section + digit) * {"万": 10**4, "亿": 10**8}[sign],
                0,
                0,
            )
    return total + section + digit


SMALL = {word: number for number, word in enumerate(VOCABULARY["en"][:100])}
BIG = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


def heard_en(said: list[str]) -> int:
    total = section = 0
    for word in said:
        if word in SMALL:
            section += SMALL[word]
        elif word == "hundred":
            section *= 100
        elif word in BIG:
            total, section = total + section * BIG[word], 0
    return total + section


whole = st.integers(0, MOST - 1) | st.integers(0, 12_000)


@given(whole)
def test_a_number_is_understood_again(number: int) -> None:
    zh, en = words("number", str(number), "zh"), words("number", str(number), "en")
    assert zh and en
    assert heard_zh("".join(zh)) == number
    assert heard_en(en) == number
    assert "".join(zh) == said_amount(str(number)), "as the house's announcements say it"


@given(whole, st.integers(0, 99))
def test_an_amount_is_understood_again(units: int, cents: int) -> None:
    written = f"{units}.{cents:02}"
    zh = "".join(words("amount", written, "zh") or ())
    yuan, _, rest = zh.rpartition("元") if "元" in zh else ("", "", zh)
    jiao, _, fen = rest.rpartition("角") if "角" in rest else ("", "", rest)
    total = Decimal(heard_zh(yuan)) * 100 + heard_zh(jiao) * 10 + heard_zh(fen.rstrip("分"))
    assert total == Decimal(written) * 100
    en = words("amount", written, "en") or []
    at = next((at for at, word in enumerate(en) if word.startswith("dollar")), -1)
    dollars, part = (en[:at], en[at + 1 :]) if at >= 0 else ([], en)
    assert heard_en(dollars) * 100 + heard_en(part) == total


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.times())
def test_dates_and_times_use_known_words(day: date, clock: time) -> None:
    for lang in ("zh", "en"):
        known = set(VOCABULARY[lang])
        for kind, value in (("date", f"{day:%Y%m%d}"), ("time", f"{clock:%H%M%S}")):
            said = words(kind, value, lang)
            assert said and set(said) <= known
    *year, _, month, dom = words("date", f"{day:%Y%m%d}", "zh") or ()
    assert int("".join(str(NUMERALS[sign]) for sign in year)) == day.year
    assert (heard_zh(month.rstrip("月")), heard_zh(dom.rstrip("日"))) == (day.month, day.day)


@given(st.from_regex(r"[0-9]{1,20}", fullmatch=True), st.sampled_from(["digits", "phone"]))
def test_digits_are_understood_again(number: str, kind: str) -> None:
    zh, en = words(kind, number, "zh") or [], words(kind, number, "en") or []
    assert "".join(str(NUMERALS[word]) for word in zh if word != "…") == number
    assert "".join(str(SMALL[word]) for word in en if word != "…") == number
    assert "一" not in zh, "on the telephone one is 幺"


@given(
    st.sampled_from(["number", "digits", "amount", "ordinal", "percent", "phone"]),
    st.integers(0, MOST - 1),
)
def test_every_word_is_one_that_is_rendered(kind: str, number: int) -> None:
    for lang in ("zh", "en"):
        said = words(kind, str(number), lang)
        assert said is not None and set(said) - {"…"} <= set(VOCABULARY[lang])
