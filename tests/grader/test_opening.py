"""The first minute, judged: good, bad, not applicable, not heard clearly."""

import pytest

from grader.grade import grade
from grader.scorecard import Finding
from grader.standard import Standard
from tests.grader.stage import agent, call, customer, finding, only

pytestmark = pytest.mark.unit

HOUSE = Standard(company=("练习电信",))
SHOP = Standard(company=("Harbor Goods",))


def judge(criterion: str, standard: Standard, *items: object, **more: object) -> Finding:
    return finding(grade(call(*items, **more), only(criterion), standard), criterion)  # type: ignore[arg-type]


@pytest.mark.feature("ETQ-01", "ETQ-25")
@pytest.mark.parametrize(
    ("rang", "points"), [(0.0, 100), (14.9, 100), (15.4, 100), (22.0, 50), (40.0, 0)]
)
def test_answered_within_three_rings(rang: float, points: float) -> None:
    said = agent(0, "您好，练习电信")
    assert judge("answered", HOUSE, said, ring_seconds=rang).points == points


@pytest.mark.feature("ETQ-02")
@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("您好，练习电信，工号1007，请问有什么可以帮您？", 100),
        ("您好，这里是练习电信，我是幺零零七号客服。", 100),
        ("您好，练习电信，请问有什么可以帮您？", 60),
        ("您好，请问什么事？", 20),
        ("喂，说。", 0),
    ],
)
def test_opening_names_company_and_number(sentence: str, points: float) -> None:
    assert judge("opening", HOUSE, agent(0, sentence), customer(5, "我要投诉")).points == points


def test_in_english_a_name_does_for_a_number() -> None:
    said = agent(0, "Good morning, Harbor Goods, this is Anna. How can I help?")
    assert judge("opening", SHOP, said, lang="en").points == 100


def test_a_recogniser_may_misspell_a_long_company() -> None:
    said = agent(0, "Hello, Harbour Goods, agent 1001", by="speech", confidence=0.9)
    assert judge("opening", SHOP, said, lang="en").points == 100


def test_opening_in_two_breaths_counts_and_late_naming_does_not() -> None:
    first, second = agent(0, "您好，练习电信"), agent(3, "工号1007为您服务")
    assert judge("opening", HOUSE, first, second).points == 100
    late = agent(9, "我是练习电信工号1007")
    assert judge("opening", HOUSE, agent(0, "你好"), agent(4, "什么事"), late).points == 20


def test_a_mumbled_opening_costs_nothing() -> None:
    mumbled = agent(0, "您好练习店", by="speech", confidence=0.3)
    found = judge("opening", HOUSE, mumbled, agent(9, "马上为您查"))
    assert not found.applicable
    assert found.at == (0.0,)


GUARDED = Standard(verification=True, protected=("88280155",), company=("练习电信",))


def test_verified_before_data_is_told() -> None:
    asks, answers = agent(3, "请问您的姓名和身份证后四位是多少？"), customer(7, "李明，一二三四")
    tells = agent(12, "好的，您的宽带账号是88280155")
    assert judge("verified", GUARDED, asks, answers, tells).points == 100
    leaked = judge("verified", GUARDED, agent(3, "您的宽带账号是八八二八零一五五，对吧"), answers)
    assert leaked.points == 0
    assert leaked.at == (3.0,)


def test_what_the_customer_said_first_is_no_leak() -> None:
    gives = customer(2, "我的账号是八八二八，零幺五五")
    repeats = agent(6, "88280155，对吧？请问机主姓名是什么？")
    assert judge("verified", GUARDED, gives, repeats, customer(10, "李明")).points == 100


def test_asking_in_the_same_breath_as_telling_is_too_late() -> None:
    both = agent(3, "请问您的姓名是什么，您的账号88280155已经欠费")
    assert judge("verified", GUARDED, both, customer(8, "李明")).points == 0


def test_never_verified_and_nothing_to_verify() -> None:
    talk = (agent(0, "您好，练习电信"), customer(4, "我要查账单"), agent(8, "好的"))
    assert judge("verified", GUARDED, *talk).points == 0
    assert not judge("verified", HOUSE, *talk).applicable


def test_a_leak_can_be_made_fatal() -> None:
    leak = call(agent(3, "您的账号是88280155"), customer(9, "哦"))
    card = grade(leak, only("verified", fatal=True), GUARDED)
    assert card.fatal == ("verified",)
    assert card.score == 0


PROBLEM = Standard(problem=(("账单", "话费", "宽带费"), ("多", "贵")))


@pytest.mark.parametrize(
    ("sentence", "points"),
    [
        ("您是说这个月的账单多扣了钱，对吗？", 100),
        ("我先确认一下，您反映的是话费比上个月贵？", 100),
        ("账单多了的话我马上退。", 50),
        ("好的，我马上查。", 0),
        ("不明白您的意思，账单多什么多。", 50),
    ],
)
def test_the_problem_is_restated(sentence: str, points: float) -> None:
    complains = customer(1, "你们账单怎么多扣了我三十块")
    assert judge("restated", PROBLEM, complains, agent(6, sentence)).points == points


def test_without_a_scenario_the_customers_own_words_are_the_problem() -> None:
    complains = customer(1, "My blue lamp was supposed to arrive yesterday")
    good = agent(6, "So you're saying the blue lamp was supposed to arrive yesterday, right?")
    bad = agent(6, "One moment please")
    assert judge("restated", Standard(), complains, good, lang="en").points == 100
    assert judge("restated", Standard(), complains, bad, lang="en").points == 0


def test_restating_needs_a_customer() -> None:
    assert not judge("restated", PROBLEM, agent(0, "您好")).applicable
