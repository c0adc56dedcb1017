"""What is wrong with an order or a request is told in the language of whoever sent it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from classroom.door import wire
from classroom.door.answering_wire import ForwardsState, PinChange
from classroom.door.api.control import Standing
from classroom.door.api.problems import _misfit
from classroom.door.control import AnyOrder
from classroom.setting_words import FORMS
from classroom.settings import Settings
from classroom.trunks import TrunkEntry

pytestmark = pytest.mark.unit


class Ear:
    """A socket that keeps what is said to it."""

    def __init__(self, lang: str) -> None:
        self.headers, self.query_params = {"accept-language": lang}, dict[str, str]()
        self.said = list[dict[str, Any]]()

    async def send_text(self, text: str) -> None:
        self.said.append(json.loads(text))


async def told(order: str, lang: str) -> str:
    ear: Any = Ear(lang)
    nobody: Any = None
    await Standing(ear, nobody, nobody).take(order)
    (answer,) = ear.said
    assert answer["code"] == "bad_order"
    return str(answer["problem"])


@pytest.mark.parametrize(
    ("order", "zh", "en"),
    [
        ("x", "JSON:这不是有效的 JSON", "this is not valid JSON"),
        ("[]", "由键和值组成", "keys and their values"),
        ('{"id": "1"}', "缺少 'do'", "'do' is missing"),
        ('{"id": "1", "do": "fly"}', "没有 fly，请从 'duty'", "there is no fly; choose one of 'duty'"),
        ('{"id": "1", "do": "dial"}', "dial.number:缺少这一项", "this is missing; add it"),
        ('{"id": "1", "do": "dial", "number": 5}', "请写文字", "write text in quotes"),
        ('{"id": "1", "do": "dial", "number": "abc"}', "1 到 32 位的号码", "1 to 32 digits, *, # and +"),
        ('{"id": "1", "do": "mute", "muted": "perhaps"}', "请写 true 或 false", "true or false"),
        ('{"id": "1", "do": "duty", "duty": "x"}', "'off'、'ready'、'break'", "'ready' or 'break'"),
        ('{"id": "%s", "do": "park"}' % ("9" * 65), "最多写 64 个字", "at most 64 characters"),
        ('{"id": "1", "do": "extend_wrapup", "seconds": 9999}', "不大于 3600", "at most 3600"),
        (
            '{"id": "1", "do": "duty", "duty": "break", "reason": "a\\u0000b"}',
            "看不见的字符 U+0000", "U+0000, which cannot be seen",
        ),
        (
            '{"id": "1", "do": "send_text", "number": "1", "text": "a\\nb\\u0000"}',
            "U+0000", "U+0000",
        ),
        ('{"id": "1", "do": "duty", "duty": "off", "reason": "%s"}' % ("x" * 65), "64", "64"),
        ('{"id": "1", "do": "extend_wrapup", "seconds": NaN}', "3600", "3600"),
        ('{"id": "1", "do": "park", "more": 1}', "请删除它或改正拼写", "correct its spelling"),
    ],
)  # fmt: skip
async def test_a_bad_order_is_told_in_the_senders_language(order: str, zh: str, en: str) -> None:
    assert zh in await told(order, "zh")
    said = await told(order, "en")
    assert en in said and not re.search(r"[一-龥]", said)


def patterns(schema: object) -> set[str]:
    """Collect every pattern that a text must fit."""
    if isinstance(schema, list):
        return set().union(*map(patterns, schema))
    if not isinstance(schema, dict):
        return set()
    kept = set(schema.get("patternProperties", ()))
    if isinstance(found := schema.get("pattern"), str):
        kept.add(found)
    return kept.union(*map(patterns, schema.values()))


@pytest.mark.parametrize(
    "papers", [Settings, TrunkEntry, ForwardsState, PinChange, TypeAdapter(AnyOrder)]
)
def test_no_regular_expression_is_shown_to_anybody(papers: Any) -> None:
    schema = papers.json_schema() if isinstance(papers, TypeAdapter) else papers.model_json_schema()
    found = patterns(schema)
    assert found and found <= set(FORMS), found - set(FORMS)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", "body.password（缺少这一项"), ("en", "body.password (this is missing")],
)
async def test_a_bad_request_too(lang: str, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        wire.Login.model_validate({"login": "s01"})
    mistakes = [{**one, "loc": ("body", *one["loc"])} for one in error.value.errors()]
    asked = Request(
        {"type": "http", "query_string": b"", "headers": [(b"accept-language", lang.encode())]}
    )
    answer = await _misfit(asked, RequestValidationError(mistakes))
    assert answer.status_code == 422 and words in json.loads(bytes(answer.body))["problem"]
