"""The people of one call: name, account, address, telephone; invented, the same for a seed.

Telephone numbers come from the fake block only (``numbers.py``); identity numbers fail their
checksum.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from faker import Faker

from scenarios.model import Lang, Scenario
from scenarios.numbers import AREA_CODES, said

_T = TypeVar("_T")

_ZH_STREETS = ("人民中路", "太湖大道", "学前街", "梁清路", "长江北路", "中山路", "钱胡路", "青祁路")
_ZH_DISTRICTS = ("梁溪区", "滨湖区", "新吴区", "惠山区", "锡山区")
_ZH_ESTATES = ("金桂苑", "运河新村", "蠡湖家园", "惠泉花园", "吴风里", "清扬小区")
_EN_STREETS = ("Maple Street", "Harbor Road", "Oak Avenue", "Mill Lane", "Station Street")
_EN_TOWNS = ("Fairview", "Riverton", "Lakeside", "Greenfield")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays the customer in this call."""

    seed: int
    facts: Mapping[str, str]
    """Everything that ``{placeholders}`` are filled from."""

    @property
    def number(self) -> str:
        """The customer's telephone number, from the fake block."""
        return self.facts["phone"]


def draw(seed: int, key: str, sides: int) -> int:
    """Throw a die of so many sides: the same seed and key always fall alike."""
    return zlib.crc32(f"{seed}/{key}".encode()) % sides


def pick(seed: int, key: str, choices: Sequence[_T]) -> _T:
    """Choose one; the same seed and key always choose alike."""
    return choices[draw(seed, key, len(choices))]


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Put facts in the place of ``{placeholders}``; an unknown one stays as written."""
    return re.sub(r"\{(\w+)\}", lambda found: facts.get(found[1], found[0]), text)


@cache
def _faker(lang: Lang) -> Faker:
    return Faker("zh_CN" if lang == "zh" else "en_US")


def _digits(seed: int, key: str, count: int) -> str:
    return "".join(str(draw(seed, f"{key}{at}", 10)) for at in range(count))


def _wrong_id_number(seed: int) -> str:
    """Write an identity number whose check digit is wrong, so that it is nobody's."""
    body = "320200" + f"19{50 + draw(seed, 'year', 45)}" + "0101" + _digits(seed, "order", 3)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    right = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    return body + next(d for d in "83572" if d != right)


def id_number_is_valid(number: str) -> bool:
    """Tell whether a Chinese identity number passes its checksum (ours never do)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return False
    return (
        "10X98765432"[sum(int(d) * w for d, w in zip(number[:17], weights, strict=True)) % 11]
        == number[17]
    )


def _zh(seed: int, sex: str) -> dict[str, str]:
    fake = _faker("zh")
    fake.seed_instance(seed)
    surname = fake.last_name()
    given = fake.first_name_male() if sex == "male" else fake.first_name_female()
    phone = "0000" + _digits(seed, "phone", 7)
    house, room = draw(seed, "house", 60) + 1, (draw(seed, "floor", 6) + 1) * 100 + 1
    street = pick(seed, "street", _ZH_DISTRICTS) + pick(seed, "road", _ZH_STREETS)
    estate = pick(seed, "estate", _ZH_ESTATES)
    id_number = _wrong_id_number(seed)
    return {
        "name": surname + given,
        "surname": surname,
        "title": "先生" if sex == "male" else "女士",
        "customer": surname + ("先生" if sex == "male" else "女士"),
        "phone": phone,
        "address": f"无锡市{street}{house}号{estate}{room}室",
        "address_said": f"{street}{house}号，{estate}{room}室",
        "id_number": id_number,
        "id_tail": id_number[-4:],
    }


def _en(seed: int, sex: str) -> dict[str, str]:
    fake = _faker("en")
    fake.seed_instance(seed)
    given = fake.first_name_male() if sex == "male" else fake.first_name_female()
    surname = fake.last_name()
    phone = pick(seed, "area", AREA_CODES) + "55501" + f"{draw(seed, 'phone', 99) + 1:02d}"
    street = f"{draw(seed, 'house', 180) + 11} {pick(seed, 'road', _EN_STREETS)}"
    title = "Mr" if sex == "male" else "Ms"
    return {
        "name": f"{given} {surname}",
        "surname": surname,
        "title": title,
        "customer": f"{title} {surname}",
        "phone": phone,
        "address": f"{street}, {pick(seed, 'town', _EN_TOWNS)}",
        "address_said": f"{street}, {pick(seed, 'town', _EN_TOWNS)}",
        "id_number": "000-00-" + _digits(seed, "id", 4),
        "id_tail": _digits(seed, "id", 4),
    }


PEOPLE = (
    "name", "surname", "title", "customer", "phone", "phone_said", "phone_tail", "phone_tail_said",
    "address", "address_said", "id_number", "id_tail", "id_tail_said", "account", "account_said",
)  # fmt: skip
"""The placeholders that every cast fills."""


def cast_of(scenario: Scenario, seed: int) -> Cast:
    """Invent the customer of one call."""
    lang = scenario.lang
    facts = _zh(seed, scenario.persona.sex) if lang == "zh" else _en(seed, scenario.persona.sex)
    account = "8" + _digits(seed, "account", 7 if lang == "zh" else 3)
    tail = facts["phone"][-4:]
    facts |= {
        "phone_said": said(facts["phone"], lang),
        "phone_tail": tail,
        "phone_tail_said": said(tail, lang),
        "id_tail_said": said(facts["id_tail"], lang),
        "account": account,
        "account_said": said(account, lang),
    }
    variant = pick(seed, "variant", scenario.variants) if scenario.variants else {}
    own = {**scenario.facts, **variant}
    facts |= {key: fill(value, facts) for key, value in own.items()}
    return Cast(seed, MappingProxyType(facts))
