"""Which step is done, in the script's words or the agent's own, and which is next."""

import pytest

from scripts_library.load import find
from scripts_library.prompt import (
    Said,
    agent_lines,
    covered,
    likeness,
    next_step,
    steps_for,
    taboos_in,
)

pytestmark = pytest.mark.unit
BILL = find("broadband-bill")
ORDER = find("order-inquiry")
ZH = {"agent": "幺零零七", "customer": "王先生", "extra": "三十", "service": "影视会员"}
EN = {"agent": "1007", "customer": "Ms Clark", "when": "tomorrow before noon"}


@pytest.mark.feature("BAS-13")
def test_the_facts_are_filled_in() -> None:
    assert "工号幺零零七" in steps_for(BILL, ZH)[0].text
    assert "练习电信" in steps_for(BILL, ZH)[0].text
    assert "本校电信" in steps_for(BILL, {**ZH, "company": "本校电信"})[0].text


OWN_WORDS = [
    ("opening", "您好，这里是练习电信，我是幺零零七号话务员，您请说"),
    ("empathy", "哎呀，扣了冤枉钱，换成我也不高兴，您别着急"),
    ("restate", "您的意思是这个月账单比上个月多了三十，是吧"),
    ("verification", "方便说一下户主是哪位吗，还有账号"),
    ("hold", "您先别挂，我去翻一下账单"),
    ("back", "不好意思让您久等"),
    ("explain", "那三十块是影视会员，试用期过了就自动扣了"),
    ("solve", "我这就给您关掉，钱后天之前就到账上"),
    ("recap", "我再说一遍啊，会员关了，钱两天内到"),
    ("anything_else", "别的还有什么事要我办吗"),
    ("closing", "祝您生意兴隆，再见"),
]


@pytest.mark.feature("TRN-25")
@pytest.mark.parametrize(("step", "text"), OWN_WORDS)
def test_own_words_cover_a_step_and_are_not_read_aloud(step: str, text: str) -> None:
    hit = covered(BILL, [Said(text)], ZH)[step]
    assert hit.likeness < 0.8


@pytest.mark.feature("IMP-16")
def test_reading_word_for_word_is_measured() -> None:
    for line in agent_lines(BILL, ZH):
        assert likeness(line.text, line.text, "zh") == 1.0
        assert likeness(line.text.replace("，", " "), line.text, "zh") == 1.0
    assert (
        likeness(
            "嗯，" + agent_lines(BILL, ZH)[0].text + "您请讲", agent_lines(BILL, ZH)[0].text, "zh"
        )
        > 0.9
    )
    assert likeness("今天天气不错", agent_lines(BILL, ZH)[0].text, "zh") < 0.4
    assert likeness("", "您好", "zh") == 0.0


@pytest.mark.parametrize("text", ["", "嗯", "今天中午吃什么", "哒哒哒"])
def test_chatter_covers_nothing(text: str) -> None:
    assert covered(BILL, [Said(text)], ZH) == {}


def test_a_picked_line_covers_its_step() -> None:
    hit = covered(BILL, [Said("……", line="broadband-bill/opening")], ZH)
    assert hit["opening"].how == "picked"
    assert covered(BILL, [Said("……", line="order-inquiry/opening")], ZH) == {}


def test_the_first_utterance_counts() -> None:
    said = [Said("hm"), Said("Is there anything else?"), Said("Anything else?")]
    assert covered(ORDER, said, EN)["anything_else"].utterance == 1


def test_the_next_step_skips_what_is_done_and_what_is_not_needed() -> None:
    assert next_step(ORDER, []) == "opening"
    assert next_step(ORDER, ["opening", "verification", "restate"]) == "explain"
    assert next_step(ORDER, [step.id for step in ORDER.steps]) is None


@pytest.mark.parametrize(
    ("script", "text", "never"),
    [
        (BILL, "您急什么呀", True),
        (BILL, "这个不归我管。", True),
        (BILL, "您放心，我来办", False),
        (ORDER, "Please calm down, ma'am", True),
        (ORDER, "I don't know.", True),
        (ORDER, "I'll find out for you", False),
    ],
)
def test_forbidden_words_come_with_a_replacement(script, text: str, never: bool) -> None:
    found = taboos_in(script, text)
    assert bool(found) is never
    assert all(taboo.instead for taboo in found)


def test_every_script_that_a_caller_needs_is_there() -> None:
    for name in ("broadband-bill", "broadband-elderly", "call-records", "order-inquiry"):
        script = find(name)
        assert {"opening", "verification", "closing"} <= {step.id for step in script.steps}


@pytest.mark.feature("PHR-04")
def test_the_closing_wishes_well() -> None:
    assert "祝您生活愉快" in agent_lines(BILL, ZH)[-1].text
