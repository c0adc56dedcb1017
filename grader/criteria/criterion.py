"""What every criterion is: a name, the inputs it needs, its settings, and a pure judge."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from grader.case import Case
from grader.scorecard import Both, Judgement, not_applicable


class Settings(BaseModel):
    """What a rubric may set for a criterion; strict, so that a slip of the pen is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


S = TypeVar("S", bound=Settings)


class Need(enum.Enum):
    """An input that a criterion cannot do without."""

    AGENT_WORDS = "the agent's words, typed, picked or recognised"
    AGENT_VOICE = "the agent's own voice: typed and picked lines have no pace, pauses or volume"
    CUSTOMER_WORDS = "the customer's words"
    HOLDS = "the hold and resume events of the line"
    WRAPUP = "what the agent did on screen, up to the wrap-up"
    WHOLE_CALL = "a call that was not broken off"
    CLOSING = "a call that the customer did not leave before it could be closed"


@dataclass(frozen=True, slots=True)
class Criterion(Generic[S]):
    """One thing a call is judged by."""

    id: str
    title: Both
    needs: frozenset[Need]
    settings: type[S]
    judge: Callable[[Case, S], Judgement]
    can_be_fatal: bool = False

    def of(self, case: Case, settings: Settings) -> Judgement:
        """Judge a call, or say which input is missing."""
        if not isinstance(settings, self.settings):
            settings = self.settings()
        for need in Need:
            if need in self.needs and (lacking := _LACKING[need](case)):
                return lacking
        return self.judge(case, settings)


def _no_words(case: Case) -> Judgement | None:
    if case.said:
        return None
    if case.unclear:
        return not_applicable(
            "坐席的话没有听清（没有可靠的文字），不扣分。",
            "The agent's words were not heard clearly; nothing is deducted.",
            case.mumbled()[:3],
        )
    if case.broken_off:
        return not_applicable(
            "坐席还没开口，通话就中断了。", "The call broke off before the agent spoke."
        )
    return None


def _no_voice(case: Case) -> Judgement | None:
    if case.spoken:
        return None
    return not_applicable(
        "打字或选话术的通话不看这一项。", "Typed and picked lines are not judged by this."
    )


def _no_customer(case: Case) -> Judgement | None:
    if any(c.text.strip() for c in case.customer):
        return None
    return not_applicable("客户没有说话。", "The customer said nothing.")


def _no_holds(case: Case) -> Judgement | None:
    if case.holds:
        return None
    return not_applicable("本次通话没有让客户保持等待。", "The customer was never put on hold.")


def _no_wrapup(case: Case) -> Judgement | None:
    if case.broken_off and not case.actions:
        return not_applicable(
            "通话中断，没有做后处理。", "The call broke off; there was no wrap-up."
        )
    return None


def _not_whole(case: Case) -> Judgement | None:
    if not case.broken_off:
        return None
    return not_applicable("通话意外中断，不看这一项。", "The call broke off; this is not judged.")


def _no_closing(case: Case) -> Judgement | None:
    if case.handed_on:
        return not_applicable(
            "通话已转给同事，由接手的人收尾，不看这一项。",
            "The call was handed on; whoever took it closes it, so this is not judged.",
        )
    if not case.walked_out:
        return None
    return not_applicable(
        "客户先挂了机，来不及收尾，不看这一项。",
        "The customer hung up before the call could be closed; this is not judged.",
    )


_LACKING: dict[Need, Callable[[Case], Judgement | None]] = {
    Need.AGENT_WORDS: _no_words,
    Need.AGENT_VOICE: _no_voice,
    Need.CUSTOMER_WORDS: _no_customer,
    Need.HOLDS: _no_holds,
    Need.WRAPUP: _no_wrapup,
    Need.WHOLE_CALL: _not_whole,
    Need.CLOSING: _no_closing,
}


def unheard(what_zh: str, what_en: str, at: tuple[float, ...]) -> Judgement:
    """It may have been said where the words were not clear: neither given nor taken."""
    return not_applicable(
        f"{what_zh}可能说了，但那里没有听清，不扣分。",
        f"{what_en} may have been said where the words were not clear; nothing is deducted.",
        at[:3],
    )
