"""The editor of flows: what was done is undone and done again, and the file is the same to the letter."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from classroom.door.flow_wire import FlowPage
from classroom.flows.shelf import BUNDLED
from lab.console.flow import FlowScreen
from lab.console.flow_history import MOST, Deed, History
from lab.console.flow_new import AskScreen, NewNodeScreen
from lab.console.flow_prompts import PromptsScreen
from lab.console.flow_variables import VariablesScreen
from lab.parts.dialogs import ChoiceScreen
from tests.lab.test_flow_editor import choose, field, fill, open_editor
from tests.stage.screen import settle, shows, until

pytestmark = [pytest.mark.screen, pytest.mark.feature("IVR-20")]

FRONT = (BUNDLED / "front.yaml").read_text("utf-8")
ORDER = (BUNDLED / "order.yaml").read_text("utf-8")


async def press(stage, key: str, sentence: str) -> None:
    await stage.pilot.press(key)
    await until(stage.pilot, lambda: shows(stage.app, sentence))
    await settle(stage.pilot)


async def remove(stage, screen: FlowScreen | PromptsScreen) -> None:
    await stage.pilot.press("f4")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
    await stage.pilot.press("1")
    await until(stage.pilot, lambda: stage.app.screen is screen)
    await settle(stage.pilot)


async def test_every_change_is_undone_in_turn_and_done_again(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await press(stage, "f8", "There is nothing to undo.")
        await choose(stage, screen, "menu")
        await fill(stage, screen, "tries", "5")
        await until(stage.pilot, lambda: "tries: 5" in screen.page.text)
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NewNodeScreen))
        await stage.pilot.press(*"extra", "enter", "enter")
        await until(stage.pilot, lambda: "extra" in screen.page.text)
        await choose(stage, screen, "menu")
        await remove(stage, screen)
        await until(stage.pilot, lambda: "  menu:" not in screen.page.text)
        texts = [screen.page.text]
        for key, told in (
            ("f8", "Undone: removal of menu. F9 does it again."),
            ("f8", "Undone: new node extra."),
            ("ctrl+z", "Undone: change of menu."),
        ):
            await press(stage, key, told)
            texts.append(screen.page.text)
        assert texts[-1] == FRONT, "to the letter, remarks and all"
        box = field(screen, "tries")
        assert box is not None and box.value == "2"
        assert shows(stage.app, "live") and not shows(stage.app, "draft, not live")
        for key, told, text in zip(
            ("f9", "ctrl+y", "f9"),
            ("change of menu", "new node extra", "removal of menu"),
            texts[2::-1],
            strict=True,
        ):
            await press(stage, key, f"Done again: {told}.")
            assert screen.page.text == text
        await press(stage, "f9", "There is nothing to do again.")
        assert not stage.door.asked_for("put_flow")


async def test_what_is_being_typed_is_undone_first_even_where_it_cannot_be_read(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        box = field(screen, "tries")
        assert box is not None
        box.focus()
        box.value = "7"
        await press(stage, "f8", "Undone: change of menu.")
        assert (box.value, screen.page.text) == ("2", FRONT)
        await press(stage, "f9", "Done again: change of menu.")
        assert box.value == "7" and "tries: 7" in screen.page.text
        box.value = "{1: ["
        await press(stage, "f8", "What was typed and could not be read is dropped.")
        assert box.value == "7"


async def test_a_change_after_an_undo_leaves_nothing_to_do_again(console):
    async with console() as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        await fill(stage, screen, "tries", "5")
        await press(stage, "f8", "已撤销：修改 menu。按 F9 重做。")
        await fill(stage, screen, "tries", "6")
        await until(stage.pilot, lambda: "tries: 6" in screen.page.text)
        await press(stage, "f9", "没有可重做的改动。")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: "tries: 6" in stage.door.shelf.find("front").text)
        await press(stage, "f8", "已撤销：修改 menu")
        assert shows(stage.app, "草稿，未上线"), "what is live has six tries"
        assert "tries: 6" in stage.door.shelf.find("front").text


async def test_variables_are_one_step_and_prompts_have_steps_of_their_own(console):
    async with console("en") as stage:
        screen = await open_editor(stage, "order")
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VariablesScreen))
        stage.app.screen.query(Input).first(Input).value = "one"
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        await settle(stage.pilot)
        with_one = screen.page.text
        await stage.pilot.press("f7")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, PromptsScreen))
        prompts = stage.app.screen
        await settle(stage.pilot)
        await remove(stage, prompts)
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, AskScreen))
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: "hello" in prompts.page.text)
        await settle(stage.pilot)
        await press(stage, "f8", "Undone: new prompt hello.")
        gone = prompts.page.text
        await press(stage, "f8", "Undone: removal of ")
        assert prompts.page.text == with_one
        await press(stage, "f8", "There is nothing to undo.")
        await press(stage, "f9", "Done again: removal of ")
        assert prompts.page.text == gone
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        await press(stage, "f8", "Undone: changes of the prompts.")
        assert screen.page.text == with_one
        await press(stage, "f8", "Undone: change of the variables.")
        assert screen.page.text == ORDER


def test_the_steps_have_an_end():
    history = History()
    for number in range(MOST + 5):
        history.note(Deed("changed", str(number)), FlowPage(name="a", text=str(number)))
    present, undone = FlowPage(name="a", text="now"), 0
    while step := history.undo(present):
        present, undone = step.page, undone + 1
    assert (undone, present.text) == (MOST, "5")
