"""The row of keys at the foot of a screen: always the keys of the moment, made anew for others only."""

import pytest
from textual.widgets._footer import FooterKey

from lab.parts.keyrow import KeyRow
from tests.stage.screen import settle

pytestmark = pytest.mark.screen


def _keys(row: KeyRow) -> list[FooterKey]:
    return list(row.query(FooterKey))


async def test_the_same_keys_stay_and_others_are_shown_at_once(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        screen = stage.app.screen
        row = screen.query_one(KeyRow)
        before = _keys(row)
        screen.refresh_bindings()
        await settle(stage.pilot)
        assert before
        assert _keys(row) == before

        await stage.ring()
        ringing = _keys(row)
        assert not set(ringing) & set(before)
        wanted = [
            one.binding.description for one in screen.active_bindings.values() if one.binding.show
        ]
        assert [key.description for key in ringing] == list(dict.fromkeys(wanted))


async def test_the_keys_speak_the_other_language_after_a_switch(seat):
    async with seat("en") as stage:
        await stage.sit_down()
        row = stage.app.screen.query_one(KeyRow)
        english = [key.tooltip for key in _keys(row)]
        stage.app.words.switch()
        stage.app.screen.retitle()
        await settle(stage.pilot)
        chinese = [key.tooltip for key in _keys(row)]
        assert len(chinese) == len(english)
        assert not set(chinese) & set(english)
