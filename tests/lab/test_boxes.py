"""Boxes to type in: bursts of keys, and what is pasted."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input, TextArea

from classroom.door.wire import LONGEST_LINE
from lab.parts.dialogs import NumberScreen
from lab.seat.app import SeatApp
from lab.seat.entry import Entry
from lab.seat.form import Choice, FormPane
from lab.seat.wrapup import WrapupPane
from tests.stage.actors import StageCall
from tests.stage.screen import settle, shows, until

pytestmark = pytest.mark.screen

CHARACTERS = {"backspace": None, "enter": "\r", "left": None, "home": None}


def burst(app: SeatApp, *keys: str) -> None:
    """Keys that lie ready all at once, as a terminal hands over what was typed meanwhile."""
    for key in keys:
        app.post_message(events.Key(key, CHARACTERS.get(key, key if len(key) == 1 else None)))


def said(call: StageCall) -> list[str]:
    return [done[1] for done in call.done if done[0] == "say"]


async def test_backspace_in_a_burst_takes_the_letter_before_it(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        burst(stage.app, *"12", "backspace", *"34", "backspace", "backspace", *"5", "home", *"0")
        await settle(stage.pilot)
        assert stage.app.screen.query_one("#summary", TextArea).text == "015"


async def test_a_line_said_in_a_burst_ends_with_its_enter(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        burst(stage.app, *"abx", "backspace", *"c", "enter", *"de")
        await until(stage.pilot, lambda: said(call))
        assert said(call) == ["abc"]
        assert stage.app.screen.query_one(Entry).value == "de"


async def test_pasted_lines_are_one_line_and_none_is_lost(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.talk()
        stage.app.post_message(events.Paste("第一行\r\n\n  第二行\x1b[31m\n龘😀\n"))
        await settle(stage.pilot)
        assert stage.app.screen.query_one(Entry).value == "第一行 第二行[31m 龘😀"


async def test_a_pasted_number_leaves_out_what_no_telephone_dials(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.pilot.press("f4", "1")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        stage.app.post_message(events.Paste("138 0013-8000 " + "7" * 300))
        await settle(stage.pilot)
        assert stage.app.screen.query_one(Input).value == "13800138000" + "7" * 21


async def test_a_line_that_is_too_long_is_refused_and_comes_back(seat):
    async with seat() as stage:
        await stage.sit_down()
        call = await stage.talk()
        box = stage.app.screen.query_one(Entry)
        box.value = "长" * (LONGEST_LINE + 1)
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: shows(stage.app, "一句最多 400 个字，请分成几句"))
        assert (box.value, said(call)) == ("长" * (LONGEST_LINE + 1), [])
        await stage.pilot.press("backspace", "enter")
        await until(stage.pilot, lambda: said(call))


async def test_a_choice_stays_though_the_screen_is_drawn_before_it_is_told(seat):
    async with seat() as stage:
        await stage.sit_down()
        await stage.wrap_up()
        pane = stage.app.screen.query_one("#wrapup-fields", FormPane)
        choice, box = pane.query(Choice).first(), pane.query(Input).first()
        names = list(choice.options)
        choice.choose(names[1])
        box.value = "30.00"
        await stage.app.screen.query_one(WrapupPane).load(stage.app.screen.form)
        assert (choice.value, box.value) == (names[1], "30.00")
        await settle(stage.pilot)
        assert (choice.value, box.value) == (names[1], "30.00")
        written = stage.app.screen.query_one(WrapupPane).written(stage.app.screen.form)
        assert set(written.form.values()) == {names[1], "30.00"}
