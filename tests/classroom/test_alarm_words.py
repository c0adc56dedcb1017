"""Every alarm of the switchboard is told in both languages, with the values it carries."""

from __future__ import annotations

from string import Formatter

import pytest

from classroom.alarm_words import BOARD
from classroom.words import say
from telephony.pbx.alarms import ENGLISH, alarm

pytestmark = pytest.mark.unit


def named(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field}


def test_every_alarm_has_its_sentence_and_no_sentence_is_left_over() -> None:
    assert {f"board_{code}" for code in ENGLISH} == set(BOARD)


@pytest.mark.parametrize("code", ENGLISH)
def test_the_sentences_name_what_the_alarm_carries(code) -> None:
    values = {name: f"<{name}>" for name in named(ENGLISH[code])}
    made = alarm(1.0, code, "c1", **values)
    assert made.text == ENGLISH[code].format(**values)
    zh, en = (say(f"board_{made.code}", lang, **made.values) for lang in ("zh", "en"))
    assert all(value in zh and value in en for value in values.values())
    assert zh != en and any("一" <= letter <= "龥" for letter in zh)
