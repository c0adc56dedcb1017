"""Sentences on a screen: no row begins with a mark that belongs to the row above."""

from __future__ import annotations

import pytest

from classroom.school.notice import notice
from lab.parts.cells import CLOSERS
from lab.parts.dialogs import NoticeScreen
from tests.lab.conftest import SIZES
from tests.stage.screen import assert_aligned, rows_of, settle, until

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("size", [*SIZES, (60, 24), (40, 24)])
@pytest.mark.parametrize("days", [7, 30, 180])
async def test_no_row_of_the_schools_notice_begins_with_a_mark(seat, size, days):
    async with seat("zh", size, consented=False) as stage:
        words = notice("zh", days)
        stage.door.session.notice = words
        await stage.pilot.press(*"lab", "enter")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NoticeScreen))
        await settle(stage.pilot)
        assert_aligned(stage.app)
        rows = [row.rpartition("▌")[2].strip() for row in rows_of(stage.app)]
        said = [row for row in rows if row and row in words]
        assert len(said) > 2 and not [row for row in said if row[0] in CLOSERS]
        if size in SIZES:
            assert "".join(said) == words.replace(" ", "") or "".join(said) == words
