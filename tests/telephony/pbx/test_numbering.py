"""Numbers in every writing people and carriers use, table by table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.pbx.numbering import CHINA, COUNTRIES, UNITED_STATES, Kind, Number, Place, Style

pytestmark = pytest.mark.unit

BEIJING = Place(CHINA, area="10", outside="9")
HANGZHOU = Place(CHINA, area="571", outside="0")
CHICAGO = Place(UNITED_STATES, area="312", outside="9")


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("13800138000", Kind.MOBILE, "+8613800138000"),
        ("138 0013 8000", Kind.MOBILE, "+8613800138000"),
        ("013800138000", Kind.MOBILE, "+8613800138000"),
        ("+8613800138000", Kind.MOBILE, "+8613800138000"),
        ("008613800138000", Kind.MOBILE, "+8613800138000"),
        ("19912345678", Kind.MOBILE, "+8619912345678"),
        ("8613800138000", Kind.MOBILE, "+8613800138000"),
        ("861062341234", Kind.LOCAL, "+861062341234"),
        ("86231234", Kind.LOCAL, "+861086231234"),
        ("62341234", Kind.LOCAL, "+861062341234"),
        ("010-62341234", Kind.LOCAL, "+861062341234"),
        ("+86 (10) 6234 1234", Kind.LOCAL, "+861062341234"),
        ("0571-87654321", Kind.NATIONAL, "+8657187654321"),
        ("02162341234", Kind.NATIONAL, "+862162341234"),
        ("07556543210", Kind.NATIONAL, "+867556543210"),
        ("4008123123", Kind.FREE, "+864008123123"),
        ("800-810-8888", Kind.FREE, "+868008108888"),
        ("10086", Kind.SERVICE, "10086"),
        ("10000", Kind.SERVICE, "10000"),
        ("12345", Kind.SERVICE, "12345"),
        ("12315", Kind.SERVICE, "12315"),
        ("114", Kind.SERVICE, "114"),
        ("117", Kind.SERVICE, "117"),
        ("121", Kind.SERVICE, "121"),
        ("95588", Kind.SERVICE, "95588"),
        ("95013", Kind.SERVICE, "95013"),
        ("96110", Kind.SERVICE, "96110"),
        ("950512", Kind.SERVICE, "950512"),
        ("16812345", Kind.PREMIUM, "16812345"),
        ("110", Kind.EMERGENCY, "110"),
        ("119", Kind.EMERGENCY, "119"),
        ("120", Kind.EMERGENCY, "120"),
        ("122", Kind.EMERGENCY, "122"),
        ("0012025550100", Kind.FICTIONAL, "2025550100"),
        ("+442079460123", Kind.ABROAD, "+442079460123"),
        ("000010023", Kind.FICTIONAL, "000010023"),
        ("2025550100", Kind.FICTIONAL, "2025550100"),
        ("4005550123", Kind.FREE, "+864005550123"),
    ],
)
def test_what_is_written_in_china(written: str, kind: Kind, text: str) -> None:
    assert BEIJING.read(written) == Number(kind, text)


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("3125551234", Kind.LOCAL, "+13125551234"),
        ("5551234", Kind.LOCAL, "+13125551234"),
        ("1 415 555 2671", Kind.NATIONAL, "+14155552671"),
        ("(415) 555-2671", Kind.NATIONAL, "+14155552671"),
        ("+14155552671", Kind.NATIONAL, "+14155552671"),
        ("18005551212", Kind.FREE, "+18005551212"),
        ("19002345678", Kind.PREMIUM, "+19002345678"),
        ("2025550100", Kind.FICTIONAL, "2025550100"),
        ("1 202 555 0100", Kind.FICTIONAL, "2025550100"),
        ("+12025550100", Kind.FICTIONAL, "2025550100"),
        ("000010023", Kind.FICTIONAL, "000010023"),
        ("411", Kind.SERVICE, "411"),
        ("911", Kind.EMERGENCY, "911"),
        ("0118613800138000", Kind.ABROAD, "+8613800138000"),
    ],
)
def test_what_is_written_in_the_united_states(written: str, kind: Kind, text: str) -> None:
    assert CHICAGO.read(written) == Number(kind, text)


@pytest.mark.parametrize(
    "written",
    [
        "",
        *[
            "4711",
            "abc",
            "1380013800",
            "138001380001",
            "00",
            "000",
            "+",
            "+0123456789",
            "*97",
            "１１０",
            "0102345",
        ],
        "+8613" + "1" * 12,
        "1" * 40,
    ],
)
def test_what_is_no_number(written: str) -> None:
    assert BEIJING.read(written) is None


@pytest.mark.parametrize(
    ("place", "dialled", "text"),
    [
        (BEIJING, "913800138000", "+8613800138000"),
        (BEIJING, "13800138000", "+8613800138000"),
        (BEIJING, "95588", "95588"),
        (BEIJING, "995588", "95588"),
        (BEIJING, "9110", "110"),
        (BEIJING, "962341234", "+861062341234"),
        (BEIJING, "9000010023", "000010023"),
        (HANGZHOU, "0013800138000", "+8613800138000"),
        (HANGZHOU, "013800138000", "+8613800138000"),
        (HANGZHOU, "001062341234", "+861062341234"),
        (HANGZHOU, "01062341234", "+861062341234"),
        (HANGZHOU, "000442079460123", "+442079460123"),
        (CHICAGO, "914155552671", "+14155552671"),
        (CHICAGO, "9911", "911"),
    ],
)
def test_the_digit_for_a_line(place: Place, dialled: str, text: str) -> None:
    found = place.dialled(dialled)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    ("place", "text", "style", "written"),
    [
        (BEIJING, "+8613800138000", "e164", "+8613800138000"),
        (BEIJING, "+8613800138000", "digits", "8613800138000"),
        (BEIJING, "+8613800138000", "national", "13800138000"),
        (BEIJING, "+8657187654321", "national", "057187654321"),
        (BEIJING, "+861062341234", "national", "01062341234"),
        (BEIJING, "+861062341234", "local", "62341234"),
        (BEIJING, "+8657187654321", "local", "057187654321"),
        (BEIJING, "+864008123123", "national", "4008123123"),
        (BEIJING, "+442079460123", "national", "00442079460123"),
        (BEIJING, "95588", "e164", "95588"),
        (CHICAGO, "+14155552671", "national", "14155552671"),
        (CHICAGO, "+13125551234", "local", "5551234"),
        (CHICAGO, "+8613800138000", "national", "0118613800138000"),
    ],
)
def test_how_a_carrier_wants_it(place: Place, text: str, style: Style, written: str) -> None:
    number = place.read(text)
    assert number is not None
    assert place.write(number, style) == written


places = st.builds(
    Place,
    st.sampled_from(list(COUNTRIES.values())),
    st.sampled_from(["", "10", "21", "571", "312"]),
    st.sampled_from(["", "0", "9"]),
)
scraps = st.sampled_from(
    ["0", "00", "+", "86", "1", "13", "010", "400", "011", "-", " ", "110", "95"]
)
writings = st.lists(scraps | st.text("0123456789", max_size=9), max_size=4).map("".join)


@given(places, writings)
def test_reading_twice_is_reading_once(place: Place, written: str) -> None:
    number = place.read(written)
    if number is not None:
        assert place.read(number.text) == number


@given(
    places,
    writings | st.from_regex(CHINA.whole[0][1], fullmatch=True),
    st.sampled_from(Style.__args__),
)
def test_what_a_carrier_is_given_reads_back(place: Place, written: str, style: Style) -> None:
    number = place.read(written)
    if number is None or style == "digits":
        return
    assert place.read(place.write(number, style)) == number


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    number = BEIJING.read(text)
    assert number is None or number.text.lstrip("+").isdigit()
