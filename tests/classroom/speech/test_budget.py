import pytest

from classroom.speech.budget import Budget, Pace, sounds_for

pytestmark = pytest.mark.unit


def test_a_full_purse_pays_for_a_few_lines_then_for_its_share():
    budget = Budget(0.3, purse=6.0, now=100.0)
    assert [budget.afford(2.5, 100.0) for _ in range(3)] == [True, True, False]
    assert budget.afford(2.5, 105.0)
    assert not budget.afford(2.5, 105.0)


def test_fifty_typing_students_get_no_more_than_the_share():
    budget = Budget(0.3, purse=6.0, now=0.0)
    spent = sum(2.0 for second in range(600) for _ in range(3) if budget.afford(2.0, float(second)))
    assert spent <= 6.0 + 0.3 * 600


def test_what_was_taken_too_much_comes_back():
    budget = Budget(0.3, purse=6.0, now=0.0)
    assert budget.afford(6.0, 0.0)
    budget.settle(6.0, 1.0, 0.0)
    assert budget.afford(5.0, 0.0)
    budget.settle(5.0, 8.0, 0.0)
    assert not budget.afford(0.1, 9.0)


def test_the_pace_is_learnt():
    pace = Pace()
    assert pace.expect("zf_xiaobei", 0.6) == 0.6
    pace.learn("zf_xiaobei", 2.0, 2.0)
    assert pace.expect("zf_xiaobei", 0.6) == pytest.approx(1.0)
    pace.learn("zf_xiaobei", 1.0, 0.0)
    assert pace.expect("zf_xiaobei", 0.6) == pytest.approx(1.0)


def test_chinese_characters_sound_longer_than_letters():
    assert sounds_for("您好您好", 1.0) > sounds_for("Hiya", 1.0)
    assert sounds_for("您好", 2.0) == pytest.approx(sounds_for("您好", 1.0) / 2)
