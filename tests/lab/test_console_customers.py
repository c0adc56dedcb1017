"""The console's page of customers' records: search, open, change."""

import pytest
from textual.widgets import Input

from classroom.door.customers import Customer, CustomerChanged
from lab.console.customers import CustomersScreen
from tests.lab.conftest import ConsoleMaker, ConsoleStage
from tests.lab.test_pictures import check, every_size_and_language, picture
from tests.stage.screen import settle, shows, until

__all__ = ["picture"]
pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("greenwich")]


def customers() -> list[Customer]:
    base = {"version": 1, "changed_at": 1_790_000_000.0, "changed_by": "teacher"}
    wang = {
        "id": 1,
        "phone": "+8613800138000",
        "name": "王建国",
        "company": "星河宽带",
        "note": "按一次铃",
    }
    carter = {"id": 2, "phone": "+12025550142", "name": "John Carter", "address": "18 Harmony Road"}
    played = {"id": 3, "phone": "+8600001234", "name": "刘芳", "played": "broadband-bill/刘芳"}
    return [Customer.model_validate(base | one) for one in (wang, carter, played)]


async def page(stage: ConsoleStage) -> CustomersScreen:
    stage.door.the_customers = customers()
    await stage.pilot.press("f11")
    await until(stage.pilot, lambda: shows(stage.app, "John Carter"))
    screen = stage.app.screen
    assert isinstance(screen, CustomersScreen)
    return screen


async def open_first(stage: ConsoleStage) -> None:
    await stage.pilot.press("tab", "enter")
    await until(stage.pilot, lambda: isinstance(stage.app.focused, Input))
    await settle(stage.pilot)


@every_size_and_language
async def test_the_page_of_customers(console: ConsoleMaker, picture, lang, size) -> None:
    async with console(lang, size) as stage:
        await page(stage)
        await open_first(stage)
        await check(stage, picture, "console-customers", size)


@pytest.mark.feature("TEL-08")
async def test_a_record_is_found_opened_changed_and_saved(console: ConsoleMaker) -> None:
    async with console("en") as stage:
        screen = await page(stage)
        await stage.pilot.press(*"Carter", "enter")
        await until(stage.pilot, lambda: len(screen.rows) == 1)
        await open_first(stage)
        assert stage.app.focused.name == "name"
        await stage.pilot.press("tab", "tab", *"Acme", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("change_customer"))
        (edit,) = stage.door.asked_for("change_customer")
        assert (edit.version, edit.changes()) == (1, {"company": "Acme"})
        await until(stage.pilot, lambda: shows(stage.app, "Acme") and screen.opened is None)
        assert shows(stage.app, stage.app.words("customer.saved"))
        await stage.pilot.press("f5")
        await until(stage.pilot, lambda: stage.door.asked_for("customers")[-1] == ("Carter", True))
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: stage.app.screen is not screen)


async def test_what_somebody_else_changes_comes_in_and_what_was_typed_stays(
    console: ConsoleMaker,
) -> None:
    async with console("en") as stage:
        screen = await page(stage)
        await open_first(stage)
        await stage.pilot.press("tab", "tab", *"!")
        new = {"note": "ring twice", "version": 2, "changed_by": "1001"}
        stage.door.the_customers[0] = stage.door.the_customers[0].model_copy(update=new)
        stage.door.tell(CustomerChanged(phone="+8613800138000", by="1001"))
        await until(stage.pilot, lambda: shows(stage.app, "1001 has just changed"))
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: stage.door.asked_for("change_customer"))
        (edit,) = stage.door.asked_for("change_customer")
        assert (edit.version, edit.changes()) == (2, {"company": "!"})
        assert screen.opened is None or screen.opened.version == 2
