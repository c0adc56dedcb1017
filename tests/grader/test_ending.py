"""The end of the call and what was done on screen, judged."""

import pytest

from grader.evidence import DeskAction, Item, LineEvent
from grader.grade import grade
from grader.rubric import rubric_of
from grader.scorecard import Finding
from grader.standard import Duty, Promise, Standard
from tests.grader.stage import agent, call, customer, finding, only

pytestmark = pytest.mark.unit

START = (agent(0, "您好，练习电信"), customer(4, "我要退钱"), agent(8, "请稍等"))


def judge(
    criterion: str, *items: Item, standard: Standard | None = None, **more: object
) -> Finding:
    evidence = call(*items, **more)
    return finding(grade(evidence, only(criterion), standard or Standard()), criterion)


@pytest.mark.feature("ETQ-18")
def test_recap() -> None:
    good = agent(30, "跟您再确认一遍，三十块两天内退给您")
    assert judge("recap", *START, good).points == 100
    assert judge("recap", *START, agent(30, "好的")).points == 0


@pytest.mark.feature("ETQ-19")
def test_anything_else() -> None:
    assert judge("anything_else", *START, agent(30, "请问还有其他可以帮您的吗")).points == 100
    assert judge("anything_else", *START, agent(30, "其他问题我处理不了")).points == 0


@pytest.mark.feature("ETQ-20", "TRN-19")
@pytest.mark.parametrize(
    ("sentence", "points"),
    [("感谢您的来电，祝您生活愉快，再见", 100), ("再见", 50), ("谢谢", 50), ("挂了", 0)],
)
def test_thanks_and_farewell(sentence: str, points: float) -> None:
    assert judge("closing", *START, agent(30, sentence)).points == points


@pytest.mark.parametrize("criterion", ["recap", "anything_else", "closing"])
def test_nobody_can_close_a_call_that_the_customer_or_the_line_ended(criterion: str) -> None:
    assert not judge(criterion, *START, outcome="broken_off").applicable
    left = Standard(walked_out=("escalated",))
    assert not judge(criterion, *START, standard=left, outcome="escalated").applicable
    mumbled = agent(30, "呃呃", by="speech", confidence=0.1)
    assert not judge(criterion, *START, mumbled).applicable


def test_an_agent_who_hangs_up_on_a_customer_is_judged_in_full() -> None:
    rubric = rubric_of("inbound-care")
    wanted = Standard(
        outcomes={"satisfied": 1.0}, dispositions=("solved",), form={"amount": ("30",)}
    )
    accident = grade(call(*START, outcome="broken_off"), rubric, wanted)
    left = grade(call(*START, outcome="hung_up_on"), rubric, wanted)
    full = ("restated", "recap", "anything_else", "closing", "disposition", "form")
    for criterion in (*full, "outcome", "handling_time"):
        assert finding(left, criterion).applicable, criterion
    assert not finding(accident, "outcome").applicable
    assert finding(left, "outcome").points == finding(left, "closing").points == 0
    assert "坐席挂了客户的电话" in finding(left, "outcome").because
    assert not left.passed and left.score < accident.score
    assert not any("中断" in note for note in left.notes)


def test_who_handed_the_call_on_is_judged_but_for_how_others_ended_it() -> None:
    wanted = Standard(outcomes={"satisfied": 1.0}, dispositions=("solved",))
    first = grade(call(*START, outcome="handed_on"), rubric_of("inbound-care"), wanted)
    for criterion in ("recap", "anything_else", "closing", "outcome"):
        assert not finding(first, criterion).applicable, criterion
    for criterion in ("restated", "disposition", "handling_time"):
        assert finding(first, criterion).applicable, criterion
    assert "转给同事" in finding(first, "outcome").because


REFUND = Standard(
    promises=(Promise("退费", said=(("退",),), actions=(("form_field", "refund=30"),)),)
)


def test_a_promise_must_be_on_record() -> None:
    says = agent(20, "三十块我给您退回去")
    kept = DeskAction(40, "form_field", "refund=三十")
    assert judge("promised", *START, says, kept, standard=REFUND).points == 100
    broken = judge("promised", *START, says, standard=REFUND)
    assert broken.points == 0
    assert broken.at == (20.0,)
    assert "退费" in broken.because


def test_any_promise_needs_some_record() -> None:
    says = agent(20, "我帮您登记一下，明天给您回电")
    assert judge("promised", *START, says).points == 0
    noted = DeskAction(40, "summary", "客户要求退费，已登记")
    assert judge("promised", *START, says, noted).points == 100
    assert not judge("promised", *START).applicable


def test_a_denied_promise_is_none() -> None:
    assert not judge("promised", *START, agent(20, "我不会给你登记的")).applicable


WRAP = Standard(
    dispositions=("solved",),
    form={"topic": ("账单争议",), "amount": ("30",)},
    names={"solved": "当场解决", "follow": "后续跟进", "topic": "业务类型", "amount": "金额"},
)


def test_disposition() -> None:
    right, wrong = DeskAction(50, "disposition", "solved"), DeskAction(49, "disposition", "follow")
    assert judge("disposition", *START, wrong, right, standard=WRAP).points == 100
    found = judge("disposition", *START, wrong, standard=WRAP)
    assert found.points == 0
    assert "后续跟进" in found.because
    assert "当场解决" in found.because
    assert judge("disposition", *START, standard=WRAP).points == 0
    assert not judge("disposition", *START, standard=WRAP, outcome="broken_off").applicable


def test_form_and_summary() -> None:
    topic = DeskAction(40, "form_field", "topic=账单争议")
    amount = DeskAction(41, "form_field", "amount=三十")
    summary = DeskAction(42, "summary", "客户投诉多扣费，已退")
    assert judge("form", *START, topic, amount, summary, standard=WRAP).points == 100
    wrong = DeskAction(43, "form_field", "amount=80")
    found = judge("form", *START, topic, amount, wrong, summary, standard=WRAP)
    assert found.points == pytest.approx(66.7)
    assert "金额" in found.because
    assert judge("form", *START, standard=WRAP).points == 0


def test_what_this_caller_needs() -> None:
    standard = Standard(
        duties=(
            Duty("说明正当办法", said="owner_way"),
            Duty("不得泄露", said="gives_in", never=True),
            Duty("先打开客户资料", did="opened_record", within=30),
        ),
        cues_in=lambda text: frozenset(
            cue for cue, word in (("owner_way", "营业厅"), ("gives_in", "记录是")) if word in text
        ),
    )
    opened = DeskAction(6, "opened_record")
    good = (*START, opened, agent(20, "本人带证件到营业厅就能查"))
    assert judge("duties", *good, standard=standard).points == 100
    leaked = judge("duties", *good, agent(30, "她的通话记录是这样的"), standard=standard)
    assert leaked.points == pytest.approx(66.7)
    assert "不得泄露" in leaked.because
    assert leaked.at == (30.0,)
    assert judge("duties", *START, standard=standard).points == pytest.approx(33.3)
    assert not judge("duties", *START).applicable


OUTCOMES = Standard(outcomes={"refused_justly": 1.0, "unresolved": 0.5})


@pytest.mark.parametrize(
    ("left", "points"),
    [("refused_justly", 100), ("unresolved", 50), ("policy_broken", 0), ("", 50)],
)
def test_a_justified_refusal_is_the_right_outcome(left: str, points: float) -> None:
    angry = {"outcome": left, "rating": 1, "mood": {"patience": 0}}
    assert judge("outcome", *START, standard=OUTCOMES, **angry).points == points


def test_outcome_needs_a_whole_call_and_a_scenario_that_names_one() -> None:
    assert not judge("outcome", *START, standard=OUTCOMES, outcome="broken_off").applicable
    assert not judge("outcome", *START).applicable


@pytest.mark.parametrize(("talked", "points"), [(60, 100), (124, 100), (160, 50), (400, 0)])
def test_handling_time_in_broad_bands(talked: float, points: float) -> None:
    standard = Standard(target_seconds=100)
    assert judge("handling_time", *START, standard=standard, talk_seconds=talked).points == points


def test_the_customers_rating_is_told() -> None:
    assert judge("rating", *START, rating=4).points == 80
    assert not judge("rating", *START, LineEvent(50, "ended")).applicable
