"""What came of it: the right outcome, in good time, and how the customer rated it."""

from __future__ import annotations

from grader.case import Case
from grader.criteria.criterion import Criterion, Need, Settings
from grader.evidence import HUNG_UP_ON
from grader.scorecard import Both, Judgement, not_applicable
from grader.text import moment


def outcome(case: Case, _: Settings) -> Judgement:
    """The call ends as it should; a justified refusal counts in full, the caller angry or not."""
    if not case.standard.outcomes:
        return not_applicable("这个场景没有规定结果。", "This caller names no right outcome.")
    if case.handed_on:
        return not_applicable(
            "通话已转给同事，之后怎样结束不算在这一段里。",
            "The call was handed on; how it ended is not this part's doing.",
        )
    left = case.evidence.outcome or "unresolved"
    share = case.standard.outcomes.get(left, 0.0)
    name = _OUTCOMES.get(left, Both(left, left))
    at = (case.ended_at,)
    if share >= 1:
        return Judgement(1.0, Both(f"结果正确：{name.zh}。", f"The right outcome: {name.en}."), at)
    best = next((o for o, s in case.standard.outcomes.items() if s >= 1), "satisfied")
    wish = _OUTCOMES.get(best, Both(best, best))
    return Judgement(
        share,
        Both(
            f"结果是：{name.zh}。这通电话应该做到：{wish.zh}。",
            f"The call ended: {name.en}. It should have ended: {wish.en}.",
        ),
        at,
    )


_OUTCOMES = {
    "satisfied": Both("客户满意", "the customer is satisfied"),
    "unresolved": Both("问题没有解决", "the problem is not solved"),
    "escalated": Both("客户要求升级投诉", "the customer escalates"),
    "abandoned": Both("客户中途挂机", "the customer hung up"),
    "refused_justly": Both("按规定婉拒，有理有据", "refused with good reason and politely"),
    HUNG_UP_ON: Both(
        "坐席挂了客户的电话，事情没有办完", "the agent hung up while the matter was open"
    ),
    "policy_broken": Both("违反规定答应了客户", "policy was broken to please the customer"),
}


class TimeSettings(Settings):
    """How much over the target is forgiven."""

    full_up_to: float = 1.25
    half_up_to: float = 1.75
    default_target: float = 300.0


def handling_time(case: Case, settings: TimeSettings) -> Judgement:
    """The talk keeps to its target; broad bands, so that seconds decide nothing."""
    talked = case.evidence.talk_seconds
    target = case.standard.target_seconds or settings.default_target
    if talked <= target * settings.full_up_to:
        return Judgement(
            1.0,
            Both(
                f"通话 {moment(talked)}，目标 {moment(target)}。",
                f"The talk took {moment(talked)}, target {moment(target)}.",
            ),
        )
    return Judgement(
        0.5 if talked <= target * settings.half_up_to else 0.0,
        Both(
            f"通话 {moment(talked)}，超过目标 {moment(target)}。早些问清问题，少绕弯子。",
            f"The talk took {moment(talked)}, over the target of {moment(target)}. "
            "Find the point early and keep to it.",
        ),
        (target,),
    )


def rating(case: Case, _: Settings) -> Judgement:
    """How the customer rated the service, 1 to 5; for information."""
    given = case.evidence.rating
    if given is None:
        return not_applicable("客户没有评价。", "The customer gave no rating.")
    return Judgement(
        min(1.0, max(0.0, given / 5)),
        Both(f"客户评价 {given} 分（满分 5）。", f"The customer rated {given} of 5."),
    )


FAMILY = (
    Criterion(
        "outcome",
        Both("处理结果正确", "Right outcome"),
        frozenset({Need.WHOLE_CALL}),
        Settings,
        outcome,
    ),
    Criterion(
        "handling_time",
        Both("通话时长", "Handling time"),
        frozenset({Need.WHOLE_CALL}),
        TimeSettings,
        handling_time,
    ),
    Criterion(
        "rating",
        Both("客户评价（仅供参考）", "Customer's rating (for information)"),
        frozenset(),
        Settings,
        rating,
    ),
)
