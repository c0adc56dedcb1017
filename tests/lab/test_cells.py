import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from lab.parts.cells import CLOSERS, OPENERS, clock, cut, fit, fit_right, points, spread, wrap

pytestmark = pytest.mark.unit

TEXT = st.text(alphabet="你好，。！？（）“”ab c1-宽带", max_size=60)


@given(TEXT, st.integers(2, 40))
@settings(max_examples=120)
def test_fitted_text_has_exactly_the_width(text, width):
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit_right(text, width)) == width
    assert cell_len(cut(text, width)) <= width
    assert cell_len(spread(text, "12:34", width + 5)) == width + 5


@given(TEXT, st.integers(8, 40))
@settings(max_examples=120)
def test_wrapped_rows_fit_and_lose_no_character(text, width):
    rows = wrap(text, width)
    assert all(cell_len(row) <= width for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")


def test_chinese_breaks_between_characters_but_marks_stay_with_them():
    rows = wrap("您好，星河宽带，工号1007为您服务。", 10)
    assert all(row[0] not in CLOSERS and row[-1] not in OPENERS for row in rows)
    assert rows[0] == "您好，星河"


def test_english_breaks_between_words():
    assert wrap("How may I help you today?", 12) == ["How may I", "help you", "today?"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (75, "01:15"), (3675, "1:01:15"), (-12.4, "-00:12")]
)
def test_clocks(seconds, text):
    assert clock(seconds) == text


def test_points_have_no_needless_zeros():
    assert [points(value) for value in (8.0, 7.5, 0, 100)] == ["8", "7.5", "0", "100"]
