"""How written numbers are said aloud, before any engine sees them.

Chinese: ``38.50元`` is an amount, ``工号1007`` is digits with 幺 for one, ``2026年`` is a year. English:
amounts are left to the engine, identifiers are spelled digit by digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable

DIGITS = "零一二三四五六七八九"
BY_PHONE = "零幺二三四五六七八九"
MEASURES = (
    "元块角毛分个月日号天年周次点岁位台件兆秒层楼人倍折度条笔张份名万亿千百十"
    "小时期户单组项款兆斤克米升页行排届级辆包盒瓶双杯遍步场间颗句题元钟G"
)
NAMES = r"(?:工号|尾号|账号|帐号|单号|卡号|号码|密码|编号|订单|电话|手机|热线|分机|拨打|坐席|客服)"


def in_chinese(text: str) -> str:
    """Write every number of a Chinese line as it is said."""
    for pattern, say in _CHINESE:
        text = pattern.sub(say, text)
    return text


def in_english(text: str) -> str:
    """Spell identifiers of an English line digit by digit; amounts stay."""
    for pattern, say in _ENGLISH:
        text = pattern.sub(say, text)
    return text


def digits(number: str) -> str:
    """Say a Chinese digit string as on the telephone: ``1007`` is 幺零零七."""
    return "".join(BY_PHONE[int(d)] if d.isascii() and d.isdigit() else "" for d in number)


def amount(number: str) -> str:
    """Say a number as a quantity: ``1050.5`` is 一千零五十点五."""
    whole, _, fraction = number.replace(",", "").partition(".")
    said = _whole(int(whole or 0))
    return said + ("点" + "".join(DIGITS[int(d)] for d in fraction) if fraction else "")


def counted(number: str, measure: str) -> str:
    """Say a number before its measure word: two of a thing is 两."""
    said = amount(number)
    if said == "二" and measure not in "月日号楼层期级":
        said = "两"
    return said + measure


def _whole(number: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            head, rest = divmod(number, unit)
            gap = "零" if 0 < rest < unit // 10 else ""
            head_said = "两" if head == 2 else _whole(head)
            return head_said + name + (gap + _whole(rest) if rest else "")
    said = _below_ten_thousand(number)
    return said[1:] if said.startswith("一十") else said


def _below_ten_thousand(number: int) -> str:
    if number == 0:
        return "零"
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            two = "两" if digit == 2 and unit == 1000 else DIGITS[digit]
            said += ("零" if gap and said else "") + two + name
        gap = not digit
    return said


def _clock(match: re.Match[str]) -> str:
    hour, minute = match[1], int(match[2])
    if minute == 0:
        return counted(hour, "点")
    return counted(hour, "点") + ("零" if minute < 10 else "") + amount(str(minute)) + "分"


def _price(match: re.Match[str]) -> str:
    return amount(match[1]) + ("元" if match[0][0] != "$" else "美元")


def _yuan(match: re.Match[str]) -> str:
    """Say ``38.50元`` as 三十八元五角, ``38.05元`` as 三十八元零五分."""
    whole, jiao, fen = counted(match[1], "元"), int(match[2][0]), int((match[2] + "0")[1])
    if jiao:
        whole += DIGITS[jiao] + "角"
    elif fen:
        whole += "零"
    return whole + (DIGITS[fen] + "分" if fen else "")


def _loose(match: re.Match[str]) -> str:
    """Say a number that nothing explains: short ones are quantities, long ones identifiers."""
    number = match[0]
    if "." in number or "," in number:
        return amount(number)
    if len(number) > 2 or (len(number) > 1 and number.startswith("0")):
        return digits(number)
    return amount(number)


def _spelled(match: re.Match[str]) -> str:
    return match[1] + " " + " ".join(match[2])


_NUMBER = r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)"
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_CHINESE: tuple[_Rule, ...] = (
    (re.compile(r"(\d{2,})(?:-(\d{3,}))+"), lambda m: "，".join(map(digits, m[0].split("-")))),
    (re.compile(NAMES + r"(?:是|为|：|:)?\s*(\d{2,})"), lambda m: m[0].replace(m[1], digits(m[1]))),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: "".join(DIGITS[int(d)] for d in m[1]) + "年"),
    (re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：]([0-5]\d)(?!\d)"), _clock),
    (re.compile(r"(\d[\d,.]*)\s*[-~～至]\s*(?=\d)"), lambda m: m[1] + "到"),
    (re.compile(r"[¥￥$]\s*(\d[\d,]*(?:\.\d+)?)"), _price),
    (re.compile(r"(?<![\d.,])(\d[\d,]*)\.(\d{1,2})[元块]"), _yuan),
    (re.compile(_NUMBER + r"\s*[%％]"), lambda m: "百分之" + amount(m[1])),
    (re.compile(_NUMBER + rf"([{MEASURES}])"), lambda m: counted(m[1], m[2])),
    (re.compile(r"\d[\d,]*\.\d+|\d+"), _loose),
)
_ENGLISH: tuple[_Rule, ...] = (
    (
        re.compile(
            r"(?i)\b((?:agent|extension|ending(?: in)?|number|account|order|card|code|policy|room"
            r"|ticket|reference)(?: is|:|,| number)?)\s*#?(\d{2,})(?![\d.,]*\d)"
        ),
        _spelled,
    ),
    (re.compile(r"(?<![\d.,£$€#])()(\d{5,})(?![\d.,]*\d)"), _spelled),
)
