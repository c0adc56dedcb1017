"""The panel shows every channel with its state, and every caller who waits."""

from __future__ import annotations

import pytest

from telephony.pbx.panel import panel
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


@pytest.mark.feature("LCA-04")
def test_every_channel_has_a_state_and_a_beginning() -> None:
    talks = Talks()
    call = talks.talk()
    seen = panel(talks.exchange.board.works, talks.world.now)
    assert {(one.extension, one.state) for one in seen.channels} == {
        ("", "talking"), ("1001", "talking"),
    }  # fmt: skip
    assert all(one.call == call and one.since <= talks.world.now for one in seen.channels)
    assert not seen.waiting and not seen.rooms
    talks.customer_hangs_up()
    talks.over()
    assert not panel(talks.exchange.board.works, talks.world.now).channels
