"""A script as people write it: the steps a good agent goes through and words for each.

``{placeholders}`` are filled from the facts of the call: the customer's name, the agent's number.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

Lang: TypeAlias = Literal["zh", "en"]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Text = Annotated[str, Field(min_length=1, max_length=400)]


def _one_line(text: str) -> str:
    if re.search(r"[\r\n\t]", text):
        raise PydanticCustomError("one_line", "write it on one line, without tabs")
    return text


Label = Annotated[Text, AfterValidator(_one_line)]
"""What stands in a list."""


class Part(BaseModel):
    """Strict and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Step(Part):
    """One thing to say."""

    id: Id
    title: Label
    text: Text
    """The standard wording; an example unless ``verbatim``."""
    verbatim: bool = False
    """Must be said word for word (a legal notice): reading it aloud costs nothing."""
    needed: bool = True
    """Counts as left out if it was not said; the others are said when the talk needs them."""
    hints: tuple[Text, ...] = ()
    """Other ways to say it."""
    words: Annotated[tuple[Text, ...], Field(min_length=1)] = ()
    """``a|b & c``: (a or b) and c, by which the agent's own words count as this step."""


class Taboo(Part):
    """Words that must not be said (服务忌语), and what to say instead."""

    never: Text
    instead: Text


class Script(Part):
    """One script."""

    id: Id
    title: Label
    lang: Lang
    industry: Id
    company: Text
    purpose: Text
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    taboos: tuple[Taboo, ...] = ()
