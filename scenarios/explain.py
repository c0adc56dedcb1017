"""What a model refuses, told as a sentence that says what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel

from scenarios.telling import THE_FILE, Both, say

Place = tuple[str | int, ...]

_WRITE = {
    "string_type": Both(
        "请写文字；像数字的要加引号", "write text here, in quotes if it looks like a number"
    ),
    "int_type": Both("请写整数", "write a whole number here"),
    "int_from_float": Both("请写整数", "write a whole number here"),
    "int_parsing": Both("请写整数", "write a whole number here"),
    "float_type": Both("请写数字", "write a number here"),
    "float_parsing": Both("请写数字", "write a number here"),
    "finite_number": Both("请写普通的数字", "write an ordinary number here"),
    "bool_type": Both("请写 true 或 false", "write true or false here"),
    "tuple_type": Both("请写成列表，如 [一, 二]", "write a list here, such as [one, two]"),
    "list_type": Both("请写成列表，如 [一, 二]", "write a list here, such as [one, two]"),
    "dict_type": Both("请写成「键: 值」", "write `key: value` lines here"),
    "model_type": Both("请写成「键: 值」", "write `key: value` lines here"),
    "model_attributes_type": Both("请写成「键: 值」", "write `key: value` lines here"),
    "one_line": Both("请写在一行里，不要用制表符", "write it on one line, without tabs"),
    "string_too_short": Both("这里是空的，请写上文字", "write some text here; it is empty"),
    "span": Both(
        "请写时长，如 8s（秒）、12m（分）、1h（小时）", "write a span of time such as 8s, 12m or 1h"
    ),
}
_BOUNDS = {
    "greater_than_equal": ("ge", "不能小于 {}，请改正", "it should be at least {}; correct it"),
    "less_than_equal": (
        "le",
        "不能大于 {}，请改正",
        "it should be less than or equal to {}; correct it",
    ),
    "string_too_long": (
        "max_length",
        "最多写 {} 个字，请写短一点",
        "write at most {} characters; make it shorter",
    ),
    "too_short": ("min_length", "至少要写 {} 项", "write at least {} here"),
    "too_long": ("max_length", "最多写 {} 项", "write at most {} here"),
}
_FORMS = {
    r"^[a-z0-9][a-z0-9_-]*$": Both(
        "小写字母、数字、- 和 _（如 broadband-bill）",
        "small letters, digits, - and _ (such as broadband-bill)",
    ),
    r"^\d{3,15}$": Both('3 到 15 位数字，如 "000010000"', '3 to 15 digits, such as "000010000"'),
    r"^[0-9*#]*$": Both('数字、* 和 #，如 "1"', 'digits, * and #, such as "1"'),
}


def sentence(kind: str, place: Place, one: Mapping[str, Any], model: type[BaseModel]) -> Both:
    """Tell one refusal: its kind, its place in the file, what pydantic knows of it."""
    if kind == "missing":
        return say("missing", key=place[-1], where=dotted(place[:-1]))
    if kind == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _keys_at(place[:-1], model), 1, 0.6)
        guess = say("meant", near=near[0]) if near else say("take_out")
        return say("no_key", key=place[-1], where=dotted(place[:-1]), guess=guess)
    context = one.get("ctx") or {}
    where = dotted(place)
    if own := getattr(context.get("error"), "says", None):
        return (
            say("wrong", where=where, what=Both(own.zh, own.en)) if place else Both(own.zh, own.en)
        )
    if kind == "literal_error":
        expected = str(context.get("expected"))
        known = Both(expected.replace(" or ", "、").replace(", ", "、"), expected)
        return say("one_of", where=where, known=known)
    if kind == "string_pattern_mismatch":
        form = str(context.get("pattern"))
        return say("looks_like", where=where, form=_FORMS.get(form, form))
    return say("wrong", where=where, what=_what(kind, context, str(one.get("msg", ""))))


def _what(kind: str, context: Mapping[str, Any], said: str) -> Both:
    if kind in _WRITE:
        return _WRITE[kind]
    if kind in _BOUNDS:
        name, zh, en = _BOUNDS[kind]
        bound = context.get(name)
        plain = f"{bound:g}" if isinstance(bound, float) else bound
        return Both(zh.format(plain), en.format(plain))
    return say("not_right", why=said[:1].lower() + said[1:])


def dotted(place: Place) -> str | Both:
    """Name a place as ``beats.asks.says``."""
    return ".".join(str(step) for step in place) or THE_FILE


def _keys_at(place: Place, model: type[BaseModel]) -> list[str]:
    """Name the keys that the model knows at a place."""
    shape: Any = model
    for step in place:
        inner = _model_in(shape)
        if inner and isinstance(step, str) and step in inner.model_fields:
            shape = inner.model_fields[step].annotation
    inner = _model_in(shape)
    return list(inner.model_fields) if inner else []


def _model_in(shape: Any) -> type[BaseModel] | None:
    """Find the model in ``Model``, ``Model | None``, ``dict[str, Model]``, ``tuple[Model, ...]``."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape
    return next(filter(None, map(_model_in, get_args(shape))), None)
