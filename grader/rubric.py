"""The rubric: what a call is judged by, how much each thing weighs, and what is enough to pass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from grader.criteria import CRITERIA
from grader.criteria.criterion import Settings
from grader.criteria.script import OWN_WORDS_FROM
from grader.errors import RubricFault
from grader.scorecard import Both
from grader.text import Lang
from scenarios.document import Document
from scenarios.errors import BrokenScenario
from scenarios.model import Label

Mark = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class Slip(ValueError):
    """Something that pydantic cannot know, told in both languages."""

    def __init__(self, zh: str, en: str, *place: str | int) -> None:
        super().__init__(en)
        self.says = Both(zh, en)
        self.place = place
        """Where it stands, inside the part that was refused."""


class Part(BaseModel):
    """Strict and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Title(Part):
    """A name in both languages."""

    zh: Label
    en: Label


class Weighed(Part):
    """One criterion in the rubric."""

    criterion: str
    weight: Mark
    fatal: bool = False
    """Its fatal items zero the score."""
    settings: dict[str, Any] = {}

    @model_validator(mode="after")
    def _known(self) -> Weighed:
        if self.criterion not in CRITERIA:
            raise Slip(
                f"没有评分项 {self.criterion!r}，可以写：{'、'.join(CRITERIA)}",
                f"there is no criterion {self.criterion!r}; use one of: {', '.join(CRITERIA)}",
            )
        if self.fatal and not CRITERIA[self.criterion].can_be_fatal:
            able = [c.id for c in CRITERIA.values() if c.can_be_fatal]
            raise Slip(
                f"{self.criterion!r} 不能一票否决，只有 {'、'.join(able)} 可以",
                f"{self.criterion!r} has no fatal items; only {', '.join(able)} can be fatal",
            )
        try:
            CRITERIA[self.criterion].settings.model_validate(self.settings)
        except ValidationError as fault:
            raise self._wrong_setting(fault) from fault
        return self

    def _wrong_setting(self, fault: ValidationError) -> Slip:
        first = fault.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        fields = CRITERIA[self.criterion].settings.model_fields
        return Slip(
            f"{self.criterion!r} 的设置 {name!r} 不对，可以写的有：{'、'.join(fields) or '无'}",
            f"setting {name!r} of {self.criterion!r}: {first['msg']}; "
            f"it knows: {', '.join(fields) or 'none'}",
        )

    def chosen(self) -> Settings:
        """The criterion's settings with this rubric's choices."""
        settings: Settings = CRITERIA[self.criterion].settings.model_validate(self.settings)
        return settings


class Rubric(Part):
    """One rubric, as people write it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    version: Annotated[str, Field(min_length=1)]
    title: Title
    pass_mark: Annotated[
        Annotated[Mark, Tag("mark")]
        | Annotated[dict[Annotated[int, Field(ge=1)], Mark], Tag("by level")],
        Discriminator(lambda written: "by level" if isinstance(written, dict) else "mark"),
    ]
    """One mark, or level → mark, each good until the next level named."""
    clear_from: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.6
    """Recognised speech below this confidence is never deducted for."""
    enough: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.4
    """If less than this share of the weight could be judged, the score waits for a person."""
    criteria: Annotated[tuple[Weighed, ...], Field(strict=False)]

    @field_validator("criteria", mode="before")
    @classmethod
    def _some(cls, written: object) -> object:
        if not isinstance(written, list) or not written:
            raise Slip(
                "请逐行写上评分项，如 - {criterion: answered, weight: 100}",
                "list what is judged, such as - {criterion: answered, weight: 100}",
            )
        return written

    @model_validator(mode="after")
    def _adds_up(self) -> Rubric:
        names = [c.criterion for c in self.criteria]
        for at, name in enumerate(names):
            if name in names[:at]:
                raise Slip(
                    f"{name} 写了两次，请只留一个",
                    f"{name} is listed twice; keep one",
                    "criteria",
                    at,
                )
        total = sum(c.weight for c in self.criteria)
        if abs(total - 100) > 1e-6:
            raise Slip(
                f"权重加起来是 {total:g}，请改成合计 100",
                f"the weights add up to {total:g}; make them add up to 100",
                "criteria",
            )
        if isinstance(self.pass_mark, dict) and 1 not in self.pass_mark:
            raise Slip(
                "没有写第 1 级的及格分，请加上",
                "there is no mark for level 1; add one",
                "pass_mark",
            )
        return self

    def pass_at(self, level: int) -> float:
        """The pass mark at a level."""
        if not isinstance(self.pass_mark, dict):
            return self.pass_mark
        reached = [at for at in self.pass_mark if at <= max(1, level)]
        return self.pass_mark[max(reached)]


@dataclass(frozen=True, slots=True)
class JudgedItem:
    """One line of what the student is told before the call; the fields of ``wire.Judged``."""

    criterion: str
    title: str
    weight: float
    fatal: bool


def own_words_count(level: int) -> bool:
    """Whether reading the script aloud costs points at this level."""
    return level >= OWN_WORDS_FROM


def judged(rubric: Rubric, lang: Lang, level: int) -> tuple[JudgedItem, ...]:
    """What a call at this level is judged by; the weights of what counts add up to 100."""
    counted = [
        c
        for c in rubric.criteria
        if c.weight > 0 and (c.criterion != "own_words" or own_words_count(level))
    ]
    total = sum(c.weight for c in counted) or 1.0
    return tuple(
        JudgedItem(
            c.criterion,
            CRITERIA[c.criterion].title.told(lang),
            round(c.weight * 100 / total, 1),
            c.fatal,
        )
        for c in counted
    )


def title_of(rubric: Rubric) -> Both:
    """The rubric's name in both languages."""
    return Both(rubric.title.zh, rubric.title.en)


def rubric_ids() -> tuple[str, ...]:
    """The rubrics that come with the lab."""
    folder = files("grader") / "rubrics"
    return tuple(
        sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))
    )


def rubric_of(rubric_id: str) -> Rubric:
    """A rubric that comes with the lab."""
    known = rubric_ids()
    if rubric_id not in known:
        raise RubricFault(
            rubric_id,
            1,
            Both(
                f"没有这个评分表，可以写：{'、'.join(known)}",
                f"there is no such rubric; use one of: {', '.join(known)}",
            ),
        )
    return _shipped(f"{rubric_id}.yaml")


@cache
def _shipped(name: str) -> Rubric:
    """Read once: it does not change while the program runs."""
    return read_rubric((files("grader") / "rubrics" / name).read_text(encoding="utf-8"), name)


def load_rubric(path: Path | str) -> Rubric:
    """Read a rubric from a file of one's own."""
    return _fit(Path(path), None)


def read_rubric(text: str, where: str = "rubric") -> Rubric:
    """Read a rubric strictly; a fault names file, line and what to do."""
    return _fit(Path(where), text)


def _fit(path: Path, text: str | None) -> Rubric:
    """Read as scenarios are read; of what is wrong the first that matters is told."""
    try:
        document = Document(path, text)
        return document.fit(Rubric)
    except BrokenScenario as broken:
        first = broken.problems[0]
        raise RubricFault(first.where, first.line, Both(first.says.zh, first.says.en)) from None
