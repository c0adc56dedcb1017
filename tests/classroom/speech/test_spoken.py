import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.speech.spoken import amount, in_chinese, in_english

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("工号1007为您服务", "工号幺零零七为您服务"),
        ("请按1，人工请按0", "请按一，人工请按零"),
        ("扣了38.50元，多了30元", "扣了三十八元五角，多了三十元"),
        ("共38.05元", "共三十八元零五分"),
        ("共38.56元", "共三十八元五角六分"),
        ("前面还有2位，大约3分钟", "前面还有两位，大约三分钟"),
        ("2026年11月2日10:05", "二零二六年十一月二日十点零五分"),
        ("请拨400-820-1234", "请拨四零零，八二零，幺二三四"),
        ("手机13800138000", "手机幺三八零零幺三八零零零"),
        ("尾号是6832", "尾号是六八三二"),
        ("涨了15%", "涨了百分之十五"),
        ("要3-5天", "要三到五天"),
        ("¥1,280.5", "一千二百八十点五元"),
        ("等12秒、20秒", "等十二秒、二十秒"),
        ("查到007", "查到零零七"),
        ("没有数字", "没有数字"),
    ],
)
def test_chinese_numbers_are_said_as_people_say_them(written: str, said: str):
    assert in_chinese(written) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "零"), ("10", "十"), ("12", "十二"), ("110", "一百一十"), ("101", "一百零一"),
        ("1050", "一千零五十"), ("2000", "两千"), ("10050", "一万零五十"), ("12000", "一万两千"),
        ("20000", "两万"), ("100000001", "一亿零一"), ("1050.5", "一千零五十点五"),
    ],
)  # fmt: skip
def test_amounts(number: str, said: str):
    assert amount(number) == said


@given(st.text(alphabet="0123456789.,:-%元年月号扣￥ a", max_size=20))
def test_no_digit_is_left_and_nothing_breaks(text: str):
    assert not any(c.isdigit() for c in in_chinese(text))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Agent 1007 serves you.", "Agent 1 0 0 7 serves you."),
        ("Order 10482 was £42.00", "Order 1 0 4 8 2 was £42.00"),
        ("I paid $1,200 in 2024", "I paid $1,200 in 2024"),
        ("It is 55512345", "It is  5 5 5 1 2 3 4 5"),
        ("card ending in 6832", "card ending in 6 8 3 2"),
    ],
)
def test_english_identifiers_are_spelled(written: str, said: str):
    assert in_english(written) == said
