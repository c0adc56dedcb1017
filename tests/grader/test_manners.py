"""Manners, judged: words, sympathy, interruption, silence, holds."""

import pytest

from grader.evidence import Item, LineEvent
from grader.grade import grade
from grader.scorecard import Finding
from grader.standard import Standard, Taboo
from tests.grader.stage import agent, call, customer, finding, only

pytestmark = pytest.mark.unit


def judge(
    criterion: str, *items: Item, standard: Standard | None = None, **more: object
) -> Finding:
    evidence = call(*items, **more)
    return finding(grade(evidence, only(criterion), standard or Standard()), criterion)


@pytest.mark.feature("ETQ-11", "ETQ-23", "TRN-22")
def test_forbidden_words_cost_and_say_what_to_say_instead() -> None:
    once = judge("forbidden", agent(5, "这不是我们的问题，您找厂家吧"))
    twice = judge("forbidden", agent(5, "这不是我们的问题"), agent(9, "你自己想办法"))
    assert (once.points, twice.points) == (50, 0)
    assert "不是我们的问题" in once.because
    assert once.at == (5.0,)


def test_a_scripts_taboo_names_its_replacement() -> None:
    standard = Standard(forbidden=(Taboo("不知道|我哪知道", "我帮您查一下。"),))
    found = judge("forbidden", agent(5, "这个我不知道"), standard=standard)
    assert found.points == 50
    assert "我帮您查一下" in found.because


def test_the_customers_own_words_never_count() -> None:
    angry = customer(1, "你们这群骗子，神经病，不关你们的事吗？")
    assert judge("forbidden", angry, agent(6, "我理解您的心情")).points == 100


def test_quoting_and_denying_are_no_slips() -> None:
    assert judge("forbidden", agent(5, "我不会说这不是我们的问题")).points == 100
    assert judge("forbidden", agent(5, "您刚才说不是我们的问题，我记下了")).points == 100


@pytest.mark.feature("TRN-22", "ETQ-23", "KPI-19")
def test_an_insult_zeroes_the_score() -> None:
    insulted = call(agent(0, "您好"), agent(5, "你有病吧"))
    card = grade(insulted, only("forbidden", "answered", fatal=False), Standard())
    assert card.score == 50
    strict = only("forbidden", fatal=True)
    card = grade(insulted, strict, Standard())
    assert (card.score, card.fatal, card.passed) == (0, ("forbidden",), False)


def test_an_insult_heard_badly_waits_for_a_person() -> None:
    maybe = call(agent(0, "您好"), agent(5, "你有病吧", by="speech", confidence=0.4))
    card = grade(maybe, only("forbidden", fatal=True), Standard())
    assert card.fatal == ()
    assert card.suspected == ("forbidden",)
    assert card.waits
    assert not card.passed
    assert card.score == 100


def test_rude_words_heard_badly_cost_nothing() -> None:
    maybe = agent(5, "这不是我们的问题", by="speech", confidence=0.4)
    assert judge("forbidden", agent(0, "您好"), maybe).points == 100


UPSET = Standard(complaint=True)


@pytest.mark.parametrize(
    ("sentence", "points"),
    [("给您添麻烦了，非常抱歉", 100), ("换了我也会着急", 100), ("我不会道歉", 0), ("知道了", 0)],
)
def test_a_complaint_deserves_sympathy(sentence: str, points: float) -> None:
    talk = (customer(0, "你们乱扣钱"), agent(5, sentence))
    assert judge("sympathy", *talk, standard=UPSET).points == points
    assert not judge("sympathy", *talk).applicable


@pytest.mark.feature("ETQ-26")
@pytest.mark.parametrize(
    ("begins", "points"), [(10.2, 100), (9.8, 100), (9.2, 100), (7.0, 66), (5.0, 66)]
)
def test_the_customer_is_let_finish(begins: float, points: float) -> None:
    speaks = customer(2, "我跟你讲", seconds=8)
    cut = agent(begins, "您先听我说", by="speech", confidence=0.9)
    assert judge("interruption", speaks, cut).points == points


def test_a_nod_is_no_interruption_and_keys_are_quicker_than_ears() -> None:
    speaks = customer(2, "我跟你讲", seconds=8)
    assert judge("interruption", speaks, agent(5, "嗯嗯，好的。", by="speech")).points == 100
    assert judge("interruption", speaks, agent(8.2, "您先听我说")).points == 100
    assert judge("interruption", speaks, agent(4, "您先听我说")).points == 66


def test_a_customer_who_was_cut_short_was_interrupted() -> None:
    long = "我上个月办的套餐你们说好是五十九块一个月结果这个月扣了我八十九块到底是怎么回事"
    speaks = customer(2, long, seconds=1.5)
    cut = agent(3.4, "您先听我说", by="speech", interrupted=True)
    assert judge("interruption", speaks, cut).points == 66


def test_the_customer_may_interrupt() -> None:
    assert judge("interruption", agent(0, "您好", seconds=9), customer(3, "快点")).points == 100


def spoken(at: float, text: str) -> Item:
    return agent(at, text, by="speech", confidence=0.9)


@pytest.mark.parametrize(("gap", "points"), [(4, 100), (9.7, 100), (14, 66), (40, 0)])
def test_dead_air(gap: float, points: float) -> None:
    talk = (spoken(0, "您好"), customer(4, "查账单"), spoken(7 + gap, "查到了"))
    assert judge("dead_air", *talk).points == points


def test_typed_lines_have_no_dead_air_and_holds_are_none() -> None:
    typed = (agent(0, "您好"), customer(4, "查账单"), agent(60, "查到了"))
    assert not judge("dead_air", *typed).applicable
    held = (spoken(0, "请稍等"), LineEvent(4, "held"), LineEvent(40, "resumed"), spoken(42, "好了"))
    assert judge("dead_air", *held).points == 100


def holding(
    asks: str, thanks: str, seconds: float = 30.0, by: str = "typed", sure: float = 1.0
) -> tuple[Item, ...]:
    back = 10 + seconds
    return (
        agent(5, asks, by=by, confidence=sure),  # type: ignore[arg-type]
        LineEvent(10, "held"),
        LineEvent(back, "resumed"),
        agent(back + 1, thanks, by=by, confidence=sure),  # type: ignore[arg-type]
    )


@pytest.mark.feature("ETQ-17")
@pytest.mark.parametrize(
    ("asks", "thanks", "seconds", "points"),
    [
        ("请您稍等，我查一下", "谢谢您的耐心等待，查到了", 30.0, 100),
        ("好的", "谢谢您的耐心等待", 30.0, 60),
        ("请您稍等", "查到了", 30.0, 70),
        ("请您稍等", "让您久等了", 100.0, 70),
        ("可能要等两分钟，您看行吗", "让您久等了", 100.0, 100),
        ("好的", "查到了", 200.0, 0),
    ],
)
def test_hold_etiquette(asks: str, thanks: str, seconds: float, points: float) -> None:
    assert judge("hold", *holding(asks, thanks, seconds)).points == points


def test_hold_in_english() -> None:
    good = holding("May I put you on hold for two minutes?", "Thank you for holding", 110.0)
    assert judge("hold", *good, lang="en").points == 100


def test_no_hold_no_etiquette_and_mumbled_courtesy_costs_nothing() -> None:
    assert not judge("hold", agent(0, "请您稍等")).applicable
    mumbled = holding("嗯", "嗯", 30.0, by="speech", sure=0.2)
    assert judge("hold", *mumbled).points == 100
