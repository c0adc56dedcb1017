"""Two consoles edit the same flow: the later one is asked, and nobody's work is lost unseen."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from classroom.door.flow_wire import FlowEdit, FlowField, FlowVariable, FlowVariables
from lab.console.flow import FlowScreen
from lab.console.flow_form import Offers
from lab.console.flow_variables import VariableRow, VariablesScreen
from lab.parts.dialogs import ChoiceScreen
from tests.lab.test_flow_editor import choose, fill, open_editor
from tests.stage.screen import shows, until

pytestmark = pytest.mark.screen


async def changed_twice(stage) -> FlowScreen:
    """Here ``tries`` becomes 5; meanwhile somebody else has put it live with 9."""
    screen = await open_editor(stage)
    await choose(stage, screen, "menu")
    await fill(stage, screen, "tries", "5")
    await until(stage.pilot, lambda: "tries: 5" in screen.page.text)
    shelf = stage.door.shelf
    shelf.put(shelf.fit("front", shelf.find("front").text.replace("tries: 2", "tries: 9")))
    await stage.pilot.press("f2")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
    assert "tries: 9" in shelf.find("front").text
    return screen


@pytest.mark.feature("LCA-14")
async def test_the_later_one_goes_on_editing_and_is_asked_again(console):
    async with console("en") as stage:
        screen = await changed_twice(stage)
        assert shows(stage.app, "Somebody else changed this flow")
        await stage.pilot.press("1")
        await until(stage.pilot, lambda: shows(stage.app, "Your draft is still here"))
        assert "tries: 5" in screen.page.text
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("3")
        await until(stage.pilot, lambda: shows(stage.app, "It is live"))
        assert "tries: 5" in stage.door.shelf.find("front").text
        await fill(stage, screen, "tries", "6")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: "tries: 6" in stage.door.shelf.find("front").text)


@pytest.mark.feature("LCA-14")
async def test_the_later_one_takes_what_is_live(console):
    async with console() as stage:
        screen = await changed_twice(stage)
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: "tries: 9" in screen.page.text)
        await fill(stage, screen, "tries", "4")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: "tries: 4" in stage.door.shelf.find("front").text)


@pytest.mark.feature("IVR-12")
async def test_a_ninth_variable_finds_a_row_at_once(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VariablesScreen))
        page = stage.app.screen
        names = [row.query(Input).first(Input) for row in page.query(VariableRow)]
        for number, box in enumerate(names):
            box.value = f"v{number}"
        await until(stage.pilot, lambda: len(page.query(VariableRow)) == len(names) + 1)
        list(page.query(VariableRow))[-1].query(Input).first(Input).value = "ninth"
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        assert "ninth" in screen.page.text


async def test_who_comes_back_from_the_variables_stands_where_he_stood(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VariablesScreen))
        stage.app.screen.query(Input).first(Input).value = "one"
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        at = screen.query_one("#tree", OptionList).highlighted
        assert at is not None and screen.rows[at].node == "menu"


async def test_a_new_node_is_offered_in_the_form_that_is_open(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        text = screen.page.text + "  extra: {type: stop_flow}\n"
        page = await stage.door.store_variables("front", FlowVariables(text=text, variables=[]))
        await screen._show(page)
        box = next(one for one in screen.query(Input).results(Input) if one.name == "otherwise")
        assert await box.suggester.get_suggestion("ex") == "extra"


@pytest.mark.feature("IVR-20", "IVR-22")
async def test_new_prompts_and_variables_are_offered_in_the_form_that_is_open(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        change = FlowEdit(text=screen.page.text, part="prompts", node="hours", fields={"en": "We"})
        page = await stage.door.edit_flow("front", change)
        wanted = [FlowVariable(name="choice", value="")]
        await screen._show(
            await stage.door.store_variables(
                "front", FlowVariables(text=page.text, variables=wanted)
            )
        )
        boxes = {one.name: one for one in screen.query(Input).results(Input)}
        assert await boxes["say"].suggester.get_suggestion("[ho") == "[hours]"
        assert await boxes["into"].suggester.get_suggestion("ch") == "choice"
        value = FlowField(name="value", value="")
        assert Offers.of(screen.page).for_field(value)[:2] == ["$choice", "$ANI"]
