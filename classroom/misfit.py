"""What is wrong with what people wrote, as one part of a sentence in the language of this process."""

from __future__ import annotations

from pydantic import ValidationError

from classroom.door.wire import Lang
from classroom.plan_words import PLAN
from classroom.setting_words import GROUPS, MISFITS
from classroom.words import spoken
from telephony.pbx.errors import PlanError


def misfit(error: ValidationError) -> tuple[str, str]:
    """Where the first mistake is, and what to do about it."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    kind = first["type"]
    words = MISFITS.get(GROUPS.get(kind, kind))
    if words is None:
        return where, first["msg"].removeprefix("Value error, ")
    values = dict(first.get("ctx", {}))
    if "expected" in values:  # It is listed in English.
        values["expected"] = str(values["expected"]).replace(" or ", _in(spoken(), ("、", " or ")))
    return where, _in(spoken(), words).format(**values)


def fault(error: PlanError, lang: Lang | None = None) -> str:
    """What is wrong with a plan, in ``lang`` or in the language of this process."""
    return _in(lang or spoken(), PLAN[error.code]).format(**error.values)


def _in(lang: Lang, words: tuple[str, str]) -> str:
    return words[1] if lang == "en" else words[0]
