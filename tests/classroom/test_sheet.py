"""Customers as a file: read whole or not at all, every wrong row named; written so that nothing runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from sqlmodel import select

from classroom.business import sheet
from classroom.business.customers import Customers
from classroom.business.sheet import BadSheet
from classroom.store.customers import CustomerChange, CustomerRow
from classroom.store.engine import Store
from telephony.pbx.numbering import CHINA, Place

pytestmark = pytest.mark.unit

PLACE = Place(CHINA, "10")
GOOD = "手机号,客户姓名,地址\r\n138 0013 8000,王建国,幸福路 18 号\r\n0510-82340001,李雷,\r\n"


@pytest.fixture
def customers(store: Store) -> Customers:
    return Customers(store, PLACE, wall=lambda: 1000.0)


def wrong(data: bytes | str) -> list[str]:
    """What is said of a file that cannot be taken in."""
    with pytest.raises(BadSheet) as refused:
        sheet.read(data.encode() if isinstance(data, str) else data, PLACE)
    assert refused.value.sentence("zh") != refused.value.sentence("en")
    return refused.value.sentence("en").split("\n")


@pytest.mark.feature("TEL-02")
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_every_code_of_chinese_spreadsheets(code: str) -> None:
    first, second = sheet.read(GOOD.encode(code), PLACE)
    assert (first.phone, first.fields) == (
        "+8613800138000", {"name": "王建国", "address": "幸福路 18 号"},
    )  # fmt: skip
    assert second.phone == "+8651082340001"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_heads_may_be_english_and_cells_apart_by_other_marks(mark: str) -> None:
    text = f"\n \nPhone{mark}Customer name{mark}E-mail\n10086{mark}A{mark}a@b.c\n{mark}{mark}\n"
    (one,) = sheet.read(text.encode(), PLACE)
    assert (one.phone, one.fields) == ("10086", {"name": "A", "email": "a@b.c"})


@pytest.mark.feature("TEL-02")
def test_every_wrong_row_is_named_by_its_line() -> None:
    text = (
        "phone,name,note\n13800138000,A,\nabc,B,\n+86 13800138000,C,\n\n13800138001,D,x,y\n"
        '13800138002,"E\nF",ok\n13800138003,G,\x1b[31m\n13800138004,' + "x" * 200 + ",\n,H,\n"
    )
    said = wrong(text)
    assert [one.partition(":")[0] for one in said] == [
        "Line 3", "Line 4", "Line 6", "Line 9", "Line 10", "Line 11",
    ]  # fmt: skip
    assert "“abc” is no telephone number" in said[0] and "line 2 already" in said[1]
    assert "more cells than the 3 columns" in said[2] and "“Note” (备注) is too long" in said[3]
    assert "“Name” (姓名)" in said[4] and "“” is no telephone" in said[5]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no customers in the file"),
        (b"\xef\xbb\xbf\r\n\r\n", "no customers in the file"),
        (b"phone,name\n", "no customers in the file"),
        (b"\xff\xfe\x00\x01", "no CSV in UTF-8"),
        (b"PK\x03\x04\x00\x00", "no CSV in UTF-8"),
        (b"name\nA\n", "no column for the number"),
        (b"phone,salary\n10086,1\n", "“salary” is no column"),
        (b"phone,name,Customer\n10086,A,B\n", "“Customer” stands there twice"),
        (b"phone,\x1b[31m\n10086,A\n", "“··31m” is no column"),
        (b'phone,name\n10086,"A\n', "Line 2: quotation marks"),
        (b"phone,note\n10086," + b"x" * 200_000, "Line 2: quotation marks"),
        (b"phone\n" + b"1" * (10 << 20), "larger than 10 MB"),
    ],
)
def test_what_is_no_list_of_customers_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    (said,) = wrong(data)
    assert says in said


def test_of_very_many_mistakes_the_first_are_told() -> None:
    said = wrong("phone\n" + "x\n" * 100)
    assert len(said) == 21 and said[-1].startswith("Another 80 rows are wrong")


@pytest.mark.feature("TEL-02")
async def test_five_megabytes_come_in_at_once_and_nothing_of_a_file_with_one_wrong_row(
    store: Store, customers: Customers
) -> None:
    rows = [f"138{number:08},客户{number},{'地址' * 40}" for number in range(20_000)]
    text = "电话,姓名,地址\n" + "\n".join(rows) + "\n"
    assert len(text.encode()) > 5 << 20
    assert wrong(text + "oops,,\n") == ["Line 20002: “oops” is no telephone number; write it as "
                                        "13800138000."]  # fmt: skip
    assert await customers.found() == []
    taken = await customers.take_in(sheet.read(text.encode(), PLACE), "teacher")
    assert (taken.added, taken.changed, taken.same) == (20_000, 0, 0)
    row = await customers.by_number("013800019999")
    assert row and (row.name, row.version, row.changed_by) == ("客户19999", 1, "teacher")


@pytest.mark.feature("TEL-02")
async def test_a_file_renews_known_numbers_and_leaves_columns_it_has_not(
    store: Store, customers: Customers
) -> None:
    old = await customers.add("13800138000", {"name": "A", "note": "deaf"}, "s01")
    gone = await customers.add("13800138001", {"name": "B", "note": "gone"}, "s01")
    assert old.id is not None and gone.id is not None
    await customers.remove(gone.id, "teacher")
    text = "phone,name\n13800138000,A2\n13800138001,B2\n13800138002,C\n"
    taken = await customers.take_in(sheet.read(text.encode(), PLACE), "teacher")
    assert (taken.added, taken.changed, taken.same) == (2, 1, 0)
    rows = {row.phone[-1]: row for row in await customers.found()}
    assert [(row.name, row.note) for row in rows.values()] == [
        ("A2", "deaf"),
        ("B2", ""),
        ("C", ""),
    ]
    assert rows["0"].version == 2 and rows["1"].version == 3
    again = await customers.take_in(sheet.read(text.encode(), PLACE), "teacher")
    assert (again.added, again.changed, again.same) == (0, 0, 3)
    trace = (await customers.history(old.id))[0]
    assert (trace.what, trace.before, trace.after) == ("imported", {"name": "A"}, {"name": "A2"})
    async with store.read() as session:
        assert len((await session.exec(select(CustomerChange))).all()) == 6


def rows(*given: tuple[str, str]) -> Sequence[CustomerRow]:
    return [CustomerRow(phone=phone, name=name) for phone, name in given]


FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "＝1",
    "'=1",
    "''+1",
    "'quoted'",
    'a"b,c',
]


@pytest.mark.feature("TEL-02")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_cell_of_an_export_is_a_formula_and_it_comes_in_again_as_it_was(lang: str) -> None:
    kept = rows(
        *((f"+8613800{number:06}", name) for number, name in enumerate(FORMULAS)),
        ("+861062340001", "Peking"), ("00001234567", "虚拟"), ("10086", "short"),
        ("+12025551234", "abroad"),
    )  # fmt: skip
    data = sheet.write(kept, PLACE, "zh" if lang == "zh" else "en")
    assert data.startswith(b"\xef\xbb\xbf")
    head, *cells = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head[0] == ("电话" if lang == "zh" else "Phone")
    assert not [cell for row in cells for cell in row if cell[:1] in tuple("=+-@＝\t")]
    assert cells[0][0] == "138 0000 0000" and cells[-4][0] == "010 6234 0001"
    again = sheet.read(data, PLACE)
    assert [(one.phone, one.fields["name"]) for one in again] == [(r.phone, r.name) for r in kept]
