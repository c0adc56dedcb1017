"""What is wrong with what people wrote, as one part of a sentence in the language of this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from classroom.door.lang import Lang
from classroom.plan_words import PLAN
from classroom.setting_words import FORMS, GROUPS, MISFITS
from classroom.words import spoken
from telephony.pbx.errors import PlanError


def misfit(error: ValidationError) -> tuple[str, str]:
    """Where the first mistake is, and what to do about it."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), reason_of(first)


def reason_of(mistake: Mapping[str, Any], lang: Lang | None = None) -> str:
    """What to do about one mistake that pydantic tells, in ``lang`` or in the language of this process."""
    kind, lang = mistake["type"], lang or spoken()
    words = _form(mistake) or MISFITS.get(GROUPS.get(kind, kind))
    if words is None:
        return str(mistake["msg"]).removeprefix("Value error, ")
    values = dict(mistake.get("ctx", {}))
    for listed in ("expected", "expected_tags"):  # It is listed in English.
        if listed in values:
            values[listed] = str(values[listed])
            if lang == "zh":
                values[listed] = values[listed].replace(" or ", "、").replace(", ", "、")
    return _in(lang, words).format(**values)


def _form(mistake: Mapping[str, Any]) -> tuple[str, str] | None:
    """Find the words for the way of writing that a text misses."""
    return FORMS.get(str(mistake.get("ctx", {}).get("pattern", "")))


def fault(error: PlanError, lang: Lang | None = None) -> str:
    """What is wrong with a plan, in ``lang`` or in the language of this process."""
    return _in(lang or spoken(), PLAN[error.code]).format(**error.values)


def _in(lang: Lang, words: tuple[str, str]) -> str:
    return words[1] if lang == "en" else words[0]
