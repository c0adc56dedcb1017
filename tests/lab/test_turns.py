"""Keys in turn: what is typed after a key that opens a menu goes to the menu."""

import pytest

from lab.parts.dialogs import HelpScreen
from lab.seat.entry import Entry
from lab.seat.screen import SeatScreen
from tests.lab.test_boxes import burst, said
from tests.stage.screen import settle, until

pytestmark = pytest.mark.screen


@pytest.mark.feature("SEA-22", "SEA-35")
async def test_a_transfer_typed_in_one_burst_goes_through_menu_and_number_box(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        burst(stage.app, "f4", "1", *"1007", "enter")
        await until(stage.pilot, lambda: stage.controls.done)
        assert stage.controls.done == [("Transfer", {"number": "1007"})]
        await settle(stage.pilot)
        assert said(call) == [] and stage.app.screen.query_one(Entry).value == ""


async def test_what_is_typed_after_a_menu_was_left_goes_to_the_talk_again(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        burst(stage.app, "f4", "escape", *"hello", "enter", "f4", "1", "escape", *"bye", "enter")
        await until(stage.pilot, lambda: said(call) == ["hello", "bye"])
        assert stage.controls.done == []


async def test_a_screen_that_nobody_waits_for_takes_its_keys_in_turn_too(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        burst(stage.app, "f1", "escape", *"abc")
        await settle(stage.pilot)
        await until(stage.pilot, lambda: isinstance(stage.app.screen, SeatScreen))
        assert not isinstance(stage.app.screen, HelpScreen)
        assert stage.app.screen.query_one(Entry).value == "abc"


async def test_keys_do_not_wait_for_an_order_that_is_on_its_way(seat):
    """Only the question is waited for; the switchboard may take its time."""
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        stage.controls.takes.clear()
        burst(stage.app, "f4", "2", *"1007", "enter", *"hello", "enter")
        await until(stage.pilot, lambda: said(call) == ["hello"])


@pytest.mark.feature("SEA-40")
async def test_sending_on_typed_in_one_burst_asks_where(console):
    async with console("en") as stage:
        await stage.pilot.press("down")
        burst(stage.app, "t", *"1005", "enter")
        await until(stage.pilot, lambda: stage.controls.done)
        assert stage.controls.done == [("ForceTransfer", {"extension": "1002", "number": "1005"})]
