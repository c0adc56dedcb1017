"""The whole scorecard: arithmetic, what waits, what is empty, and that nothing ever crashes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classroom.door import wire
from grader.evidence import DeskAction, Evidence, Item, LineEvent, Utterance
from grader.grade import grade
from grader.rubric import Rubric, judged, read_rubric, rubric_of
from grader.scorecard import Scorecard
from grader.standard import Promise, Standard, Step, Taboo
from tests.grader.stage import agent, call, customer, finding, only

pytestmark = pytest.mark.unit

CARE = rubric_of("inbound-care")
GOOD = call(
    agent(0, "您好，练习电信，工号1007，请问有什么可以帮您？"),
    customer(5, "账单多扣了三十块"),
    agent(9, "非常抱歉，您是说账单多扣了三十块，对吗？麻烦您报一下姓名"),
    customer(14, "李明"),
    agent(18, "跟您再确认一遍，三十块两天内退给您。请问还有其他可以帮您的吗？"),
    customer(24, "没了"),
    agent(27, "感谢您的来电，祝您生活愉快，再见"),
    DeskAction(40, "form_field", "topic=账单"),
    DeskAction(41, "summary", "多扣三十块，已退"),
    DeskAction(42, "disposition", "solved"),
    outcome="satisfied",
)
MEASURE = Standard(
    company=("练习电信",),
    verification=True,
    problem=(("账单",), ("多",)),
    complaint=True,
    steps=(Step("bill/explain", "说明", "多扣的三十块两天内退给您", words=("三十 & 退",)),),
    forbidden=(Taboo("不知道", "我帮您查"),),
    promises=(Promise("退费", said=(("退",),), actions=(("form_field", "topic"),)),),
    dispositions=("solved",),
    form={"topic": ("账单",)},
    outcomes={"satisfied": 1.0},
    walked_out=("escalated",),
    target_seconds=120,
)


@pytest.mark.feature("ASF-06", "ASF-08", "KPI-30")
def test_a_good_call_gets_full_marks_and_every_finding_has_a_reason() -> None:
    card = grade(GOOD, CARE, MEASURE)
    assert card.score == 100
    assert card.passed
    assert all(f.because and f.title for f in card.findings)
    assert [f.criterion for f in card.findings] == [c.criterion for c in CARE.criteria]


def test_what_does_not_apply_hands_its_weight_to_the_rest() -> None:
    rubric = read_rubric(
        'id: r\nversion: "1"\ntitle: {zh: 一, en: one}\npass_mark: 60\ncriteria:\n'
        "  - {criterion: answered, weight: 30}\n"
        "  - {criterion: disposition, weight: 20}\n"
        "  - {criterion: hold, weight: 50}\n"
    )
    wrong = call(agent(0, "您好"), DeskAction(9, "disposition", "other"))
    card = grade(wrong, rubric, MEASURE)
    assert [(f.points, f.out_of) for f in card.findings] == [(60, 60), (0, 40), (0, 0)]
    assert [f.applicable for f in card.findings] == [True, True, False]
    assert card.score == 60


@pytest.mark.feature("KPI-19")
def test_a_fatal_item_zeroes_the_score_but_shows_what_was_earned() -> None:
    cursed = replace(GOOD, items=(*GOOD.items, agent(33, "滚")))
    card = grade(cursed, CARE, MEASURE)
    assert (card.score, card.passed, card.fatal) == (0, False, ("forbidden",))
    assert sum(f.points for f in card.findings) > 80


def test_the_pass_mark_rises_with_the_level() -> None:
    assert (CARE.pass_at(1), CARE.pass_at(2), CARE.pass_at(3), CARE.pass_at(5)) == (60, 60, 70, 70)


@pytest.mark.parametrize("items", [(), (LineEvent(-9, "queued"), customer(-5, "喂？"))])
def test_a_call_that_nobody_took_says_so(items: tuple[Item, ...]) -> None:
    card = grade(call(*items, talk_seconds=0.0, ring_seconds=0.0), CARE, MEASURE)
    assert (card.score, card.out_of, card.passed) == (0, 100, False)
    assert not any(f.applicable for f in card.findings)
    assert "没有被坐席接起" in card.notes[0]


def test_silence_through_a_whole_call_is_judged() -> None:
    card = grade(call(customer(1, "喂？有人吗？"), customer(9, "喂？")), CARE, MEASURE)
    assert card.score < 40
    assert "没有说开场白" in finding(card, "opening").because


def test_a_broken_off_call_is_judged_by_what_happened() -> None:
    cut = replace(GOOD, items=GOOD.items[:2], outcome="broken_off", talk_seconds=9.0)
    card = grade(cut, CARE, MEASURE)
    for left_out in ("verified", "recap", "closing", "disposition", "form", "outcome", "steps"):
        assert not finding(card, left_out).applicable
    assert finding(card, "opening").points == finding(card, "opening").out_of
    assert "中断" in " ".join(card.notes)


def test_voice_without_words_costs_nothing_and_waits_for_a_person() -> None:
    items = [
        replace(i, text="", heard_by="voice", confidence=0.0)
        if isinstance(i, Utterance) and i.who == "agent"
        else i
        for i in GOOD.items
    ]
    card = grade(replace(GOOD, items=tuple(items)), CARE, MEASURE)
    assert card.score == 100
    assert card.waits
    assert not card.passed
    assert any("没有听清" in note for note in card.notes)


def test_reasons_are_told_in_the_readers_language() -> None:
    zh, en = grade(GOOD, CARE, MEASURE), grade(GOOD, CARE, MEASURE, "en")
    assert zh.score == en.score
    assert "三声内接听" in zh.findings[0].title
    assert "three rings" in en.findings[0].title
    assert "within 3 rings" in en.findings[0].because


def test_the_scorecard_crosses_the_door() -> None:
    for evidence in (GOOD, call(talk_seconds=0.0)):
        card = grade(evidence, CARE, MEASURE)
        crossed = wire.Scorecard.model_validate(card.as_json())
        assert crossed.score == card.score
        assert len(crossed.findings) == len(card.findings)


@pytest.mark.feature("ASF-09")
def test_the_student_is_told_before_the_call() -> None:
    early, late = judged(CARE, "zh", 1), judged(CARE, "en", 3)
    assert "own_words" not in {j.criterion for j in early}
    assert "own_words" in {j.criterion for j in late}
    for listing in (early, late):
        assert sum(j.weight for j in listing) == pytest.approx(100, abs=0.6)
        assert [j.criterion for j in listing if j.fatal] == ["forbidden"]
        for j in listing:
            wire.Judged(criterion=j.criterion, title=j.title, weight=j.weight, fatal=j.fatal)


# ── whatever comes in ────────────────────────────────────────────────────────

WORDS = st.sampled_from(
    [
        "",
        "您好，练习电信，工号1007",
        "不关我们的事",
        "你有病吧",
        "请您稍等",
        "账单多了三十块",
        "thank you, goodbye",
        "多扣的三十块两天内退给您",
        "？？？…",
        "０１２３ \n\t",
    ]
) | st.text(max_size=30)
TIMES = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-20, 200)
CALM = st.floats(-20, 200)


def items(times: st.SearchStrategy[float]) -> st.SearchStrategy[list[Item]]:
    return st.lists(
        st.one_of(
            st.builds(
                Utterance,
                times,
                times,
                st.sampled_from(["customer", "agent", "ivr", "supervisor"]),
                WORDS,
                st.sampled_from(["known", "typed", "picked", "speech", "voice", "prompt"]),
                st.floats(0, 1) | st.just(float("nan")),
                st.none() | st.just("bill/explain"),
            ),
            st.builds(
                LineEvent, times, st.sampled_from(["held", "resumed", "answered", "ended"]), WORDS
            ),
            st.builds(
                DeskAction,
                times,
                st.sampled_from(["form_field", "summary", "disposition", "opened_record"]),
                WORDS | st.just("topic=账单"),
            ),
        ),
        max_size=12,
    )


def evidence(times: st.SearchStrategy[float]) -> st.SearchStrategy[Evidence]:
    return st.builds(
        Evidence,
        st.just("c"),
        st.just("s"),
        st.sampled_from(["zh", "en"]),
        items(times).map(tuple),
        level=st.integers(-1, 6),
        ring_seconds=st.floats(0, 90),
        talk_seconds=st.floats(0, 900),
        outcome=st.sampled_from(["", "satisfied", "escalated", "broken_off", "other"]),
        rating=st.none() | st.integers(-3, 9),
    )


def sane(card: Scorecard) -> bool:
    points = sum(f.points for f in card.findings)
    return (
        0 <= card.score <= 100
        and all(0 <= f.points <= f.out_of <= 100 for f in card.findings)
        and (bool(card.fatal) or abs(points - card.score) < 0.3)
    )


@given(evidence(TIMES))
@settings(max_examples=150, deadline=None)
def test_random_evidence_never_crashes_and_the_same_gets_the_same(made: Evidence) -> None:
    card = grade(made, CARE, MEASURE)
    assert sane(card)
    assert grade(made, CARE, MEASURE) == card
    wire.Scorecard.model_validate(card.as_json())


@given(evidence(CALM), st.permutations(range(12)))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_list_does_not_matter(made: Evidence, order: list[int]) -> None:
    distinct = {i.at: i for i in made.items}
    first = tuple(distinct.values())
    second = tuple(first[n] for n in order if n < len(first))
    scores = {grade(replace(made, items=some), CARE, MEASURE).score for some in (first, second)}
    assert len(scores) == 1


BAD = st.sampled_from(["这不是我们的问题", "不关我们的事", "你有病吧", "你自己想办法", "不知道"])


@given(evidence(CALM), BAD, st.data())
@settings(max_examples=150, deadline=None)
def test_forbidden_words_never_raise_a_score(made: Evidence, bad: str, data: Any) -> None:
    made = replace(made, lang="zh")
    mine = [
        n
        for n, i in enumerate(made.items)
        if isinstance(i, Utterance)
        and i.who == "agent"
        and i.heard_by == "typed"
        and i.text.strip()
    ]
    if not mine:
        return
    at = data.draw(st.sampled_from(mine))
    said = made.items[at]
    assert isinstance(said, Utterance)
    worse = replace(said, text=f"{said.text}，{bad}")
    spoilt = replace(made, items=(*made.items[:at], worse, *made.items[at + 1 :]))
    assert grade(spoilt, CARE, MEASURE).score <= grade(made, CARE, MEASURE).score


@given(st.floats(-0.4, 0.4))
@settings(max_examples=40, deadline=None)
def test_a_few_hundred_milliseconds_decide_nothing(late: float) -> None:
    shifted = tuple(
        replace(i, at=i.at + late, until=i.until + late)
        if isinstance(i, Utterance) and i.who == "agent"
        else i
        for i in GOOD.items
    )
    moved = replace(GOOD, items=shifted, ring_seconds=3 + late, talk_seconds=60 + late)
    assert grade(moved, CARE, MEASURE).score == grade(GOOD, CARE, MEASURE).score


def test_any_criterion_alone_makes_a_rubric() -> None:
    for weighed in CARE.criteria:
        alone: Rubric = only(weighed.criterion)
        assert sane(grade(GOOD, alone, MEASURE))
