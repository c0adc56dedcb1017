"""Public holidays and the weekend days worked for them: data a school may correct (``holidays.toml``)."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from classroom.errors import BadSettings
from classroom.misfit import misfit
from classroom.toml_file import tables
from classroom.words import reason

FILE: Final = "holidays.toml"
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Holiday(BaseModel):
    """One holiday."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    first: date
    last: date
    worked: dict[date, str] = {}
    """Weekend days that are worked for it → the weekday whose hours they keep."""

    @model_validator(mode="after")
    def _in_order(self) -> Holiday:
        if self.last < self.first or (self.last - self.first).days > 60:
            raise ValueError(reason("holiday_backwards", first=self.first, last=self.last))
        if wrong := set(self.worked.values()) - set(WEEKDAYS):
            raise ValueError(reason("holiday_weekday", day=", ".join(sorted(wrong))))
        return self


class Calendar(BaseModel):
    """Every holiday that is known."""

    model_config = ConfigDict(extra="forbid")

    holiday: list[Holiday] = []

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Calendar:
        if both := self.days() & self.moved().keys():
            raise ValueError(reason("holiday_worked", day=min(both)))
        return self

    def days(self) -> frozenset[date]:
        """List every day off."""
        return frozenset(
            one.first + timedelta(days=day)
            for one in self.holiday
            for day in range((one.last - one.first).days + 1)
        )

    def moved(self) -> dict[date, int]:
        """List the weekend days that are worked, with the weekday whose hours they keep."""
        return {
            day: WEEKDAYS.index(like) for one in self.holiday for day, like in one.worked.items()
        }


def calendar(country: str, data: Path) -> Calendar:
    """Read the school's own holidays, else those of the country; raises BadSettings."""
    own = data / FILE
    try:
        return Calendar.model_validate(tables(own) if own.exists() else _shipped(country))
    except ValidationError as error:
        where, why = misfit(error)
        raise BadSettings("bad_setting", file=own, where=where, why=why) from error


def _shipped(country: str) -> dict[str, Any]:
    file = resources.files("classroom").joinpath(f"holidays_{country.lower()}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
