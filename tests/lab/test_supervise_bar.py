"""The supervisor's row where its sentence is longer than the row."""

from __future__ import annotations

import pytest

from lab.console.bar import SuperviseBar
from tests.stage.screen import picture_of, settle

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_row_begins_with_a_closing_mark_and_the_telephone_is_told(console, lang):
    async with console(lang, (120, 40)) as stage:
        bar = stage.app.screen.query_one(SuperviseBar)
        bar.show(None, 0.0)
        await settle(stage.pilot)
        rows = [
            row.split("▏", 1)[1] for row in picture_of(stage.app).splitlines()[1:4] if "▏" in row
        ]
        assert not [row for row in rows if row.strip().startswith(("。", "."))], rows
        said = "".join("".join(rows).split())
        assert "".join(stage.app.screen.words("behind.pick").split()) in said.replace("●", "")
        assert "●" in said, rows
