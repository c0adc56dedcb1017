"""What a school decides of its seats: reasons for being not ready, the locked screen, ready texts."""

from __future__ import annotations

from string import Formatter
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

from classroom.door.seats import BusyReason, ReadyText, SeatRules
from classroom.words import reason as told

MOST_REASONS = 9
"""Each is chosen by one digit."""


MOST_TEXTS: Final = 9
LONGEST_TEXT: Final = 335
FIELDS: Final = ("desk", "agent")


class Reason(BaseModel):
    """One reason (示忙原因) as the school words it."""

    model_config = ConfigDict(extra="forbid")

    zh: str = Field(min_length=1, max_length=16)
    en: str = Field(min_length=1, max_length=24)
    rest: bool = False
    """Time of this reason counts as break (小休), not as work away from the telephone."""


class Text(BaseModel):
    """One short message (短信模板, TEL-18) that agents send often."""

    model_config = ConfigDict(extra="forbid")

    zh: str = Field(min_length=1, max_length=LONGEST_TEXT)
    en: str = Field(min_length=1, max_length=LONGEST_TEXT)

    @field_validator("zh", "en")
    @classmethod
    def _fillable(cls, text: str) -> str:
        try:
            fields = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            fields = {"{"}
        if not fields <= set(FIELDS):
            raise ValueError(told("text_fields", fields="{desk} {agent}"))
        return text


def _usual_texts() -> dict[str, Text]:
    return {
        "missed": Text(
            zh="您好，我是客服{desk}，刚才致电未能接通，方便时请回电，谢谢。",
            en="This is agent {desk}. We could not reach you just now; please call back when it suits you.",
        ),
        "done": Text(
            zh="您好，您反映的问题已处理完毕，感谢您的支持。客服{desk}",
            en="Your request has been dealt with. Thank you. Agent {desk}",
        ),
    }


def _usual() -> dict[str, Reason]:
    return {
        "rest": Reason(zh="小休", en="short break", rest=True),
        "meal": Reason(zh="用餐", en="meal", rest=True),
        "training": Reason(zh="培训", en="training"),
        "meeting": Reason(zh="会议", en="meeting"),
        "review": Reason(zh="看评分", en="reading scores"),
    }


class Seats(BaseModel):
    """``[seats]`` of ``lab.toml`` (SEA-04, SEA-05, IMP-11)."""

    model_config = ConfigDict(extra="forbid")

    lock: bool = True
    """The screen locks with the reason; only the agent's password unlocks it."""
    reasons: dict[str, Reason] = Field(default_factory=_usual)
    """Id → reason, in the order in which they are offered; writing one replaces them all."""

    texts: dict[str, Text] = Field(default_factory=_usual_texts)
    """Id → text, as they are offered at the seat; writing one replaces them all, none offers none."""

    @field_validator("texts")
    @classmethod
    def _few(cls, texts: dict[str, Text]) -> dict[str, Text]:
        if len(texts) > MOST_TEXTS:
            raise ValueError(told("texts_too_many", most=MOST_TEXTS))
        return texts

    @field_validator("reasons")
    @classmethod
    def _countable(cls, reasons: dict[str, Reason]) -> dict[str, Reason]:
        if not 1 <= len(reasons) <= MOST_REASONS:
            raise ValueError(told("reasons_too_many", most=MOST_REASONS))
        return reasons

    @property
    def resting(self) -> frozenset[str]:
        """The reasons that count as break."""
        return frozenset(name for name, reason in self.reasons.items() if reason.rest)

    def rules(self) -> SeatRules:
        """Write them as they cross the door."""
        rows = [BusyReason(id=name, **reason.model_dump()) for name, reason in self.reasons.items()]
        texts = [ReadyText(**text.model_dump()) for text in self.texts.values()]
        return SeatRules(lock=self.lock, reasons=rows, texts=texts)
