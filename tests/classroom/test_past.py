"""News with numbers: who was away for a moment is told what was missed."""

from __future__ import annotations

import pytest

from classroom.bus import Note
from classroom.door.control import News
from classroom.past import Past

pytestmark = pytest.mark.unit


def past(count: int, *, kept: int = 3, last: int = 100) -> Past:
    found = Past(kept, last)
    for _ in range(count):
        found.keep(Note(News(seq=found.number(), event="held", fields={}), "1001"))
    return found


@pytest.mark.parametrize(
    ("number", "heard"),
    [(105, []), (104, [105]), (102, [103, 104, 105]), (101, None), (106, None), (0, None)],
)
def test_what_came_since_is_told_whole_or_not_at_all(number: int, heard: list[int] | None) -> None:
    found = past(5).since(number)
    assert heard == (found if found is None else [note.event.seq for note in found])


def test_before_anything_happened_nothing_was_missed() -> None:
    assert past(0).since(100) == []
    assert past(0).since(99) is None


def test_a_new_start_goes_on_above_the_numbers_of_the_last() -> None:
    assert Past().last > 1_700_000_000_000
