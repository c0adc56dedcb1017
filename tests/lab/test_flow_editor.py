"""The console's editor of flows, driven by keys, and its pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from classroom.door.flow_wire import FlowPage
from classroom.flows.shelf import BUNDLED
from classroom.flows.tree import understood
from lab.console.flow import FlowScreen
from lab.console.flow_new import AskScreen, NewNodeScreen
from lab.console.flow_prompts import PromptsScreen
from lab.console.flow_tree import rows_of
from lab.console.flow_variables import VariablesScreen
from lab.console.flows import FlowsScreen
from lab.console.screen import ConsoleScreen
from lab.parts.dialogs import ChoiceScreen, HelpScreen
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
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        assert "bye" in screen.page.text, "the question was answered with no"
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("1")
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


# ── a whole flow, from its name to its sound ─────────────────────────────────


async def make_new(stage, name: str) -> FlowScreen:
    stage.door.open_flows(stage.lang)
    await stage.pilot.press("f8")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowsScreen))
    await until(stage.pilot, lambda: stage.app.screen.rows)
    await stage.pilot.press("f3")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, AskScreen))
    await stage.pilot.press(*name, "enter")
    await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowScreen))
    screen = stage.app.screen
    await until(stage.pilot, lambda: screen.page.text and field(screen, "numbers") is not None)
    return screen


@pytest.mark.feature("IVR-12", "IVR-19", "IVR-22")
async def test_storing_eight_variables_makes_start_appear_under_the_main_menu(console):
    async with console("en") as stage:
        screen = await make_new(stage, "mine")
        assert shows(stage.app, "Main menu") and not shows(stage.app, "Start stop flow")
        assert shows(stage.app, "the flow has no node yet")
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VariablesScreen))
        for number in range(8):
            await stage.pilot.press(*f"v{number}", "enter", *f"{number}", "enter")
            if number == 7:
                await stage.pilot.press("space")
            await stage.pilot.press("tab")
        await settle(stage.pilot)
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        await until(stage.pilot, lambda: shows(stage.app, "Start stop flow"))
        assert [one.name for one in screen.page.variables] == [f"v{n}" for n in range(8)]
        assert [one.secret for one in screen.page.variables] == [False] * 7 + [True]
        main, start = screen.rows[:2]
        assert (main.node, main.depth, start.node, start.depth) == ("", 0, "Start", 1)
        await stage.pilot.press("f2")
        await until(stage.pilot, lambda: shows(stage.app, "It is live"))
        assert len(stage.door.shelf.find("mine").flow.variables) == 8


async def test_a_variable_twice_is_told_and_an_emptied_name_deletes(console):
    async with console("en") as stage:
        await make_new(stage, "mine")
        await stage.pilot.press("f6")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, VariablesScreen))
        await stage.pilot.press("a", "enter", "tab", "tab", "a", "f2")
        await until(stage.pilot, lambda: shows(stage.app, "The variable a stands twice"))
        await stage.pilot.press("backspace", "f2")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowScreen))
        assert [one.name for one in stage.app.screen.page.variables] == ["a"]


@pytest.mark.feature("IVR-25", "TEL-05")
async def test_a_prompt_is_written_and_a_recording_uploaded_for_it(console, tmp_path):
    path = tmp_path / "hello.wav"
    path.write_bytes(b"RIFF and so on")
    async with console("en") as stage:
        screen = await open_editor(stage)
        await stage.pilot.press("f7")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, PromptsScreen))
        prompts = stage.app.screen
        await stage.pilot.press("f3")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, AskScreen))
        await stage.pilot.press(*"hello", "enter")
        await until(stage.pilot, lambda: field(prompts, "en") is not None)
        await fill(stage, prompts, "en", "Yes: hello!")
        await until(stage.pilot, lambda: 'en: "Yes: hello!"' in prompts.page.text)
        box = field(prompts, "en")
        assert box is not None and box.value == "Yes: hello!", "people write no quotes"
        await fill(stage, prompts, "zh", '"你好" 说"好"')
        await until(
            stage.pilot,
            lambda: understood(prompts.page.text)[1]["prompts"]["hello"]["zh"] == '"你好" 说"好"',
        )
        assert shows(stage.app, "hello  Yes: hello!")
        await fill(stage, prompts, "en", "")
        await until(stage.pilot, lambda: shows(stage.app, 'hello  no English: "你好"'))
        await fill(stage, prompts, "en", "Yes: hello!")
        await until(stage.pilot, lambda: 'en: "Yes: hello!"' in prompts.page.text)
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, AskScreen))
        stage.app.screen.query_one(Input).value = str(tmp_path / "nowhere.wav")
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: stage.app.screen is prompts)
        await until(stage.pilot, lambda: shows(stage.app, "No such file"))
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, AskScreen))
        stage.app.screen.query_one(Input).value = str(path)
        await stage.pilot.press("enter")
        await until(stage.pilot, lambda: shows(stage.app, "hello says this recording of 2.5 s"))
        assert stage.door.asked_for("upload_sound") == [("front", "hello", b"RIFF and so on")]
        assert 'front.hello.wav"' in prompts.page.text
        await stage.pilot.press("f4")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
        await stage.pilot.press("2")
        await until(stage.pilot, lambda: stage.app.screen is prompts)
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: stage.app.screen is screen)
        await until(stage.pilot, lambda: 'front.hello.wav"' in screen.page.text)
        assert screen.page.text.startswith("# The demo class's main menu."), "comments are kept"


@pytest.mark.feature("IVR-20")
async def test_a_flow_is_deleted_after_a_question(console):
    async with console("en") as stage:
        stage.door.open_flows("en")
        await stage.pilot.press("f8")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowsScreen))
        await until(stage.pilot, lambda: stage.app.screen.rows)
        name = stage.app.screen.rows[0].name
        for answer in "21":
            await stage.pilot.press("f4")
            await until(stage.pilot, lambda: isinstance(stage.app.screen, ChoiceScreen))
            assert shows(stage.app, f"Delete {name}?")
            await stage.pilot.press(answer)
            await until(stage.pilot, lambda: isinstance(stage.app.screen, FlowsScreen))
        await until(stage.pilot, lambda: shows(stage.app, f"The flow {name} is deleted."))
        assert stage.door.asked_for("delete_flow") == [name]


@pytest.mark.feature("IVR-26")
async def test_a_number_is_given_to_the_flow_and_a_node_changes_its_type(console):
    async with console("en") as stage:
        screen = await open_editor(stage, "order")
        await stage.pilot.press("up")
        await until(stage.pilot, lambda: field(screen, "numbers") is not None)
        await fill(stage, screen, "numbers", '["2025550177"]')
        await until(stage.pilot, lambda: 'numbers: ["2025550177"]' in screen.page.text)
        await choose(stage, screen, "agent")
        await fill(stage, screen, "type", "play_only")
        await until(stage.pilot, lambda: shows(stage.app, "agent · play only"))
        assert field(screen, "then") is not None and field(screen, "to") is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures_of_variables_and_prompts(console, request, lang, size):
    async with console(lang, size) as stage:
        screen = await open_editor(stage, "order")
        for key, name, kind in (
            ("f6", "variables", VariablesScreen),
            ("f7", "prompts", PromptsScreen),
        ):
            await stage.pilot.press(key)
            await until(stage.pilot, lambda kind=kind: isinstance(stage.app.screen, kind))
            await settle(stage.pilot)
            assert_aligned(stage.app)
            path = PICTURES / f"console-{name}-{lang}-{size[0]}x{size[1]}.txt"
            drawn = picture_of(stage.app)
            if request.config.getoption("update_snapshots"):
                path.write_text(drawn, encoding="utf-8")
            assert drawn == path.read_text(encoding="utf-8"), f"{path.name} has changed:\n{drawn}"
            await stage.pilot.press("escape")
            await until(stage.pilot, lambda: stage.app.screen is screen)
