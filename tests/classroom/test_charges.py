"""Who may supervise whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.errors import BadSettings
from classroom.school.charges import charges, within
from classroom.settings import Settings, Supervision
from classroom.store.people import Person

pytestmark = pytest.mark.unit


def person(login: str, role: str, extension: str | None, *, active: bool = True) -> Person:
    return Person(
        login=login, name=login, role=role, extension=extension, password_hash="", active=active
    )


CLASS = [
    person("teacher", "instructor", "1000"),
    person("aide", "instructor", None),
    person("s01", "student", "1001"),
    person("s02", "student", "1002"),
    person("s10", "student", "1010"),
    person("gone", "instructor", "1099", active=False),
]


@pytest.mark.feature("PER-08", "PER-01")
def test_an_instructor_has_every_desk_and_a_student_none() -> None:
    found = charges(Supervision(), CLASS)
    assert found["teacher"] == {"1001", "1002", "1010"}, "every desk but the own"
    assert found["aide"] == {"1000", "1001", "1002", "1010"}
    assert found.keys() == {"teacher", "aide"}, "no student, nobody who has left"


@pytest.mark.feature("PER-02", "SEA-23")
def test_a_named_leader_has_the_named_desks_and_no_others() -> None:
    written = Supervision(charges={"s01": ["1001-1005", "1010"], "aide": []})
    found = charges(written, CLASS)
    assert found["s01"] == {"1002", "1010"}, "never the own desk"
    assert found.keys() == {"teacher", "aide", "s01"}, "the other seats are ordinary ones"
    assert found["aide"] == frozenset(), "named with nothing has nothing"
    assert found["teacher"] == {"1001", "1002", "1010"}


@pytest.mark.parametrize(
    ("extension", "span", "inside"),
    [
        ("1007", "1007", True),
        ("1007", "1001-1010", True),
        ("1011", "1001-1010", False),
        ("107", "1001-1010", False),
        ("10070", "1001-1010", False),
        ("1000", "1001-1010", False),
    ],
)
def test_ranges_compare_numbers_of_one_length(extension: str, span: str, inside: bool) -> None:
    assert within(extension, span) is inside


def test_a_range_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text('[supervision]\ncharges = { s01 = ["1001 to 1010"] }\n')
    with pytest.raises(BadSettings, match='write "1007" or "1001-1010"'):
        Settings.load(tmp_path)
