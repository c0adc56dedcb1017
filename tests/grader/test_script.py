"""The script: covered in whatever words; from level 3 own words count."""

import pytest

from grader.evidence import Evidence
from grader.grade import grade
from grader.rubric import rubric_of
from grader.scorecard import Finding
from grader.standard import Standard, Step
from tests.grader.stage import agent, call, customer, finding, only

pytestmark = pytest.mark.unit

NOTICE = "为保障您的权益，本次通话将被录音，请您知悉。"
EXPLAIN = Step(
    "bill/explain",
    "说明原因",
    "您的账单多出的三十元是体育会员的费用，试用到期后自动续费了。",
    ("这笔钱是体育会员，试用期满了。",),
    ("会员|试用 & 到期|续费|满了|结束",),
)
SOLVE = Step(
    "bill/solve",
    "给出办法",
    "我现在为您取消这项业务，三十元在四十八小时内退回您的账户。",
    words=("取消|关掉 & 退",),
)
SCRIPT = Standard(steps=(EXPLAIN, SOLVE, Step("bill/notice", "录音告知", NOTICE, verbatim=True)))
READ = [(s.text, s.id) for s in SCRIPT.steps]
OWN = [
    ("是这样的，上个月那个看球的会员免费试用结束了，系统就开始收钱", None),
    ("我这就给您把它关掉，钱两天内退给您", None),
    (NOTICE, None),
]


def talk(lines: list[tuple[str, str | None]], level: int, by: str = "typed") -> Evidence:
    items = [agent(6.0 * n, text, by=by, line=line) for n, (text, line) in enumerate(lines)]  # type: ignore[arg-type]
    answers = [customer(6.0 * n + 4, "哦") for n in range(len(lines))]
    return call(*items, *answers, level=level)


def judge(criterion: str, evidence: Evidence) -> Finding:
    return finding(grade(evidence, only(criterion), SCRIPT), criterion)


@pytest.mark.parametrize("lines", [READ, OWN])
def test_steps_are_covered_in_any_words(lines: list[tuple[str, str | None]]) -> None:
    assert judge("steps", talk(lines, 1)).points == 100


def test_a_missing_step_is_named() -> None:
    found = judge("steps", talk(OWN[:1] + OWN[2:], 1))
    assert found.points == pytest.approx(66.7)
    assert "给出办法" in found.because


def test_a_verbatim_line_must_be_said_as_written() -> None:
    loose = [*OWN[:2], ("我们会录音的哦", None)]
    assert "录音告知" in judge("steps", talk(loose, 1)).because


def test_a_negated_or_foreign_sentence_covers_nothing() -> None:
    assert judge("steps", talk([("您好，请讲", None), ("好的，请稍等", None)], 1)).points == 0


@pytest.mark.feature("TRN-25")
@pytest.mark.parametrize("level", [3, 4, 5])
@pytest.mark.parametrize("picked", [True, False])
def test_reading_aloud_scores_lower_than_own_words(level: int, picked: bool) -> None:
    read = [(text, line if picked else None) for text, line in READ]
    aloud = grade(talk(read, level), rubric_of("inbound-care"), SCRIPT)
    own = grade(talk(OWN, level), rubric_of("inbound-care"), SCRIPT)
    assert own.score > aloud.score
    assert finding(own, "own_words").points == finding(own, "own_words").out_of
    assert finding(aloud, "own_words").points == 0
    assert "照念" in finding(aloud, "own_words").because


@pytest.mark.feature("TRN-25")
@pytest.mark.parametrize("level", [1, 2])
def test_picking_a_line_is_free_at_levels_one_and_two(level: int) -> None:
    picked = grade(talk(READ, level, by="picked"), rubric_of("inbound-care"), SCRIPT)
    own = grade(talk(OWN, level), rubric_of("inbound-care"), SCRIPT)
    assert not finding(picked, "own_words").applicable
    assert picked.score >= own.score


def test_a_line_read_in_two_breaths_is_still_read() -> None:
    first, second = READ[0][0].split("，")
    halves = call(agent(0, first), agent(4, second), customer(9, "哦"), level=3)
    assert judge("own_words", halves).points == 0


def test_not_saying_a_step_is_no_way_round_own_words() -> None:
    assert judge("own_words", talk([("好的", None)], 3)).points == 0


def test_mumbled_speech_is_not_deducted_for() -> None:
    mumbled = call(agent(0, "嗯嗯呃", by="speech", confidence=0.2), agent(5, "好的"), level=3)
    for criterion in ("steps", "own_words"):
        assert not judge(criterion, mumbled).applicable
