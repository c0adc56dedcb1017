"""The console's editor of flows, driven by keys, and its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from classroom.door.flow_wire import FlowPage
from classroom.flows.shelf import BUNDLED
from lab.console.flow import FlowScreen
from lab.console.flow_new import NewNodeScreen
from lab.console.flow_tree import rows_of
from lab.console.flows import FlowsScreen
from lab.console.screen import ConsoleScreen
from lab.parts.dialogs import HelpScreen
from tests.lab.conftest import SIZES
from tests.stage.screen import assert_aligned, picture_of, settle, shows, until

pytestmark = pytest.mark.screen

PICTURES = Path(__file__).parents[1] / "pictures"


async def open_editor(stage, flow="front") -> FlowScreen:
    stage.door.open_flows(stage.lang)
    await stage.pilot.press("f8")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowsScreen))
    listing = stage.app.screen.query_one(OptionList)
    await until(stage.pilot, lambda: listing.option_count > 0)
    while listing.get_option_at_index(listing.highlighted).id != flow:
        await stage.pilot.press("down")
    await stage.pilot.press("enter")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowScreen))
    screen = stage.app.screen
    await until(stage.pilot, lambda: screen.page.nodes and field(screen, "say") is not None)
    await settle(stage.pilot)
    return screen


def field(screen: FlowScreen, name: str) -> Input | None:
    return next((box for box in screen.query(Input).results(Input) if box.name == name), None)


async def choose(stage, screen: FlowScreen, node: str) -> None:
    screen.query_one("#tree", OptionList).focus()
    at = next(n for n, row in enumerate(screen.rows) if row.node == node)
    screen.query_one("#tree", OptionList).highlighted = at
    await until(stage.pilot, lambda: shows(stage.app, f"{node} · "))
    await settle(stage.pilot)


async def fill(stage, screen: FlowScreen, name: str, value: str) -> None:
    box = field(screen, name)
    assert box is not None
    box.focus()
    box.value = value
    await stage.pilot.press("enter")
    await settle(stage.pilot)


@pytest.mark.feature("IVR-01")
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures(console, request, lang, size):
    async with console(lang, size) as stage:
        for name, screen in (("flows", "list"), ("flow", "order")):
            if screen == "list":
                stage.door.open_flows(lang)
                await stage.pilot.press("f8")
                await until(stage.pilot, lambda: shows(stage.app, "*7803"))
            else:
                await stage.pilot.press("escape")
                editor = await open_editor(stage, "order")
                await choose(stage, editor, "more")
                await fill(stage, editor, "keys", "{1: ask, 0: agents}")
                await until(stage.pilot, lambda: shows(stage.app, "agents"))
            await settle(stage.pilot)
            assert_aligned(stage.app)
            path = PICTURES / f"console-{name}-{lang}-{size[0]}x{size[1]}.txt"
            drawn = picture_of(stage.app)
            if request.config.getoption("update_snapshots"):
                path.write_text(drawn, encoding="utf-8")
            assert drawn == path.read_text(encoding="utf-8"), f"{path.name} has changed:\n{drawn}"


@pytest.mark.feature("IVR-20", "IVR-24", "LCA-14")
async def test_a_field_is_changed_and_the_flow_put_live_with_its_comments(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        await fill(stage, screen, "tries", "5")
        await until(stage.pilot, lambda: "tries: 5" in screen.page.text)
        assert shows(stage.app, "draft, not live")
        assert not stage.door.asked_for("put_flow"), "a draft is heard by nobody"
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: shows(stage.app, "It is live"))
        (text,) = stage.door.asked_for("put_flow")
        assert "tries: 5" in text
        assert text.startswith("# The demo class's main menu."), "comments are kept"
        assert text.replace("tries: 5", "tries: 2") == (BUNDLED / "front.yaml").read_text("utf-8")


async def test_mistakes_are_shown_in_place_and_nothing_goes_live(console):
    async with console() as stage:
        screen = await open_editor(stage)
        await choose(stage, screen, "menu")
        await fill(stage, screen, "otherwise", "nowhere")
        await until(stage.pilot, lambda: shows(stage.app, "`nowhere`；请添加它"))
        assert shows(stage.app, "草稿，1 处错误")
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: shows(stage.app, "没有上线"))
        assert not screen.page.saved
        await fill(stage, screen, "keys", "{1: [")
        await until(stage.pilot, lambda: shows(stage.app, "cannot be read"))
        await fill(stage, screen, "keys", "{1: queue}")
        await fill(stage, screen, "otherwise", "queue")
        await until(stage.pilot, lambda: shows(stage.app, "草稿，未上线"))


@pytest.mark.feature("IVR-20", "IVR-23")
async def test_a_node_is_made_from_a_list_of_types_and_taken_out(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NewNodeScreen))
        await stage.pilot.press(*"bye", "enter", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "bye · play only"))
        assert field(screen, "then") is not None, "the form of its type"
        await until(stage.pilot, lambda: shows(stage.app, "add `say:`"))
        await fill(stage, screen, "say", "[welcome]")
        await fill(stage, screen, "then", "queue")
        await until(stage.pilot, lambda: shows(stage.app, "draft, not live"))
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: "bye" not in screen.page.text)
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NewNodeScreen))
        await stage.pilot.press(*"menu", "enter", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "There is a node menu already"))


@pytest.mark.feature("IVR-26")
async def test_trying_says_what_to_dial_and_leaving_asks_once(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: shows(stage.app, "Dial *7801 from any seat"))
        await stage.pilot.press("f1")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, HelpScreen))
        await stage.pilot.press("escape")
        await choose(stage, screen, "menu")
        await fill(stage, screen, "seconds", "9")
        await until(stage.pilot, lambda: "seconds: 9" in screen.page.text)
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: shows(stage.app, "Esc again drops it"))
        await stage.pilot.press("f10")
        await until(stage.pilot, lambda: shows(stage.app, "流程树"))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowsScreen))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ConsoleScreen))
        assert not stage.door.asked_for("put_flow")


async def test_a_server_that_is_gone_is_told(console):
    async with console("en") as stage:
        screen = await open_editor(stage)
        stage.door.offline = True
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: shows(stage.app, "gone"))
        assert screen.page.nodes


def test_a_text_without_nodes_has_no_rows():
    assert rows_of(FlowPage(name="x", text="flow: [")) == []
