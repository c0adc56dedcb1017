"""What time it is: the running switchboard's clock counts from its machine's start, its calendar does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from telephony.switchboard import Network, Switchboard
from tests.stage.exchange import plan_of

pytestmark = pytest.mark.unit


@pytest.mark.feature("TEL-23")
def test_hours_and_names_of_files_go_by_the_calendar_and_not_by_the_clock_of_the_machine() -> None:
    nothing: Any = None
    board = Switchboard(
        plan_of(1), media=nothing, on_event=nothing, network=Network(("127.0.0.1", 0)),
        clock=lambda: 75.0,
    ).board  # fmt: skip
    before, told, after = datetime.now(), board.works.wall(75.0), datetime.now()
    assert before <= told <= after
    assert board.works.wall(75.0 + 3600.0) - told >= timedelta(hours=1) - timedelta(seconds=1)
