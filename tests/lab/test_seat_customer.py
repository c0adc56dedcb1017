"""The customer's record at the seat: it pops with the ring, is changed in the call, and nothing is lost."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from classroom.door.customers import CustomerChanged, CustomerEdit, CustomerPage
from classroom.door.lang import Lang
from classroom.door.wire import CardPopped
from lab.seat.customer import CustomerLines
from lab.seat.deeds import RATE, possible
from lab.seat.entry import Entry
from lab.seat.state import Pane
from tests.lab.conftest import ConsoleMaker, SeatMaker, SeatStage
from tests.lab.test_pictures import check, every_size_and_language, picture
from tests.stage import props
from tests.stage.screen import picture_of, rows_of, settle, shows, until

__all__ = ["picture"]
pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("greenwich")]


async def pop(stage: SeatStage, page: CustomerPage | None = None) -> None:
    """The card pops, and the customer follows."""
    await stage.sit_down()
    await stage.ring()
    shown = props.customer_shown(stage.lang, page)
    stage.door.the_customer = shown.page
    stage.door.tell(shown)
    await settle(stage.pilot)


async def talk(stage: SeatStage) -> None:
    await pop(stage)
    await stage.pilot.press("f4")
    stage.door.tell(props.desk_changed(stage.lang, "ready", "talking"), *props.captions(stage.lang))
    await settle(stage.pilot)


async def open_form(stage: SeatStage) -> None:
    await stage.pilot.press("f9")
    await until(stage.pilot, lambda: stage.app.desk and stage.app.desk.state.editing)
    await settle(stage.pilot)


def field(stage: SeatStage, name: str) -> Input:
    boxes = stage.app.screen.query("#customer-form Input").results(Input)
    return next(box for box in boxes if box.name == name)


def edits(stage: SeatStage) -> list[CustomerEdit]:
    return [one for one in stage.door.asked_for("edit_customer") if isinstance(one, CustomerEdit)]


def others(stage: SeatStage, **fields: str) -> CustomerPage:
    """Somebody at desk 1012 changes the record."""
    page = stage.door.the_customer
    update = {"fields": page.fields.model_copy(update=fields), "version": page.version + 1}
    stage.door.the_customer = page.model_copy(update={**update, "changed_by": "1012"})
    return stage.door.the_customer


@every_size_and_language
@pytest.mark.feature("TEL-08", "BAS-03")
async def test_the_record_and_the_last_calls_pop_with_the_ring(seat, picture, lang, size) -> None:
    async with seat(lang, size) as stage:
        await pop(stage)
        seen = picture_of(stage.app)
        for text in (*list(props.RECORD[lang].values())[:3], "09-21", "F4"):
            assert text in seen
        assert props.CLOSED[lang][0] in seen and props.SUMMARIES[lang][1][:10] in seen
        await check(stage, picture, "seat-pop", size)
        await stage.pilot.press("f4")
        stage.door.tell(props.desk_changed(lang, "ready", "talking"), *props.captions(lang))
        await settle(stage.pilot)
        await stage.pilot.press("f7")
        await settle(stage.pilot)
        assert shows(stage.app, "1012")
        await check(stage, picture, "seat-customer", size)
        lines = stage.app.screen.query_one(CustomerLines)
        await stage.pilot.press("down", "down")
        assert (lines.scroll_offset.y > 0) is (size[1] == 24), "the arrows scroll what is too long"
        await stage.pilot.press("up", "up")
        await open_form(stage)
        await check(stage, picture, "seat-customer-edit", size)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_first_call_and_a_withheld_number_have_no_earlier_calls(
    seat: SeatMaker, lang: Lang
) -> None:
    async with seat(lang) as stage:
        await pop(stage, props.page(lang).model_copy(update={"calls": []}))
        assert shows(stage.app, stage.app.words("customer.first"))
        withheld = CustomerPage(number="", record={"A": "B"})
        stage.door.tell(props.customer_shown(lang, withheld))
        await until(stage.pilot, lambda: not shows(stage.app, stage.app.words("customer.first")))
        assert not shows(stage.app, stage.app.words("customer.calls"))
        await stage.pilot.press("f4")
        stage.door.tell(props.desk_changed(lang, "ready", "talking"))
        await settle(stage.pilot)
        await stage.pilot.press("f9")
        await settle(stage.pilot)
        assert stage.app.desk and not stage.app.desk.state.editing


async def test_whoever_is_dialled_pops_too_with_record_and_last_calls(seat: SeatMaker) -> None:
    async with seat("en") as stage:
        await stage.sit_down()
        stage.controls.tell("call_started", call=props.CALL, dialled="05550107")
        stage.telephone.ring("05550107")
        await until(stage.pilot, lambda: shows(stage.app, "05550107"))
        await stage.pilot.press("f4")
        card = props.card("en").model_copy(update={"caller": "1007", "scenario": None})
        card.dialled, card.queue, card.record = "05550107", "", {}
        card.steps, card.form, card.dispositions = [], [], {}
        stage.door.tell(
            props.desk_changed("en", "ready", "talking"), CardPopped(extension="1007", card=card),
            props.customer_shown("en"),
        )  # fmt: skip
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("customer.calls")))
        assert stage.app.desk and stage.app.desk.state.customer
        name = next(iter(stage.app.desk.state.customer.record.values()))
        await until(stage.pilot, lambda: sum(name in row for row in rows_of(stage.app)) == 2)
        assert RATE not in possible(stage.app.desk.state)
        stage.door.tell(props.desk_changed("en", "ready", "wrapping"))
        await until(stage.pilot, lambda: shows(stage.app, stage.app.words("wrapup.title")))
        await stage.pilot.press(*"told", "f9")
        await until(stage.pilot, lambda: stage.door.asked_for("wrap_up"))
        stage.door.tell(props.desk_changed("en", "break", "idle"))
        await until(stage.pilot, lambda: stage.app.desk.state.pane is Pane.BRIEFING)


@pytest.mark.feature("TEL-08")
async def test_only_what_was_changed_is_saved_and_typing_goes_on_with_the_customer(
    seat: SeatMaker,
) -> None:
    async with seat("en") as stage:
        await talk(stage)
        await open_form(stage)
        assert stage.app.focused is field(stage, "name")
        await stage.pilot.press("tab", "tab", *"Acme  Ltd", "f9")
        await until(stage.pilot, lambda: shows(stage.app, "is saved"))
        assert edits(stage) == [CustomerEdit(version=2, company="Acme Ltd")]
        assert isinstance(stage.app.focused, Entry)
        assert [one.what for one in stage.door.asked_for("act")] == ["opened_record"]
        await open_form(stage)
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "Nothing was changed"))
        await open_form(stage)
        await stage.pilot.press("end", *"x", "escape")
        await until(stage.pilot, lambda: shows(stage.app, "were not saved"))
        assert len(edits(stage)) == 1


@pytest.mark.feature("TEL-08")
async def test_what_somebody_else_changes_meanwhile_is_told_and_both_changes_stay(
    seat: SeatMaker,
) -> None:
    async with seat("en", (120, 40)) as stage:
        await talk(stage)
        await open_form(stage)
        await stage.pilot.press("end", *" Jr")
        stage.door.tell(props.customer_shown("en", others(stage, address="7 Quay")))
        await until(stage.pilot, lambda: shows(stage.app, "1012 has just changed"))
        assert field(stage, "address").value == "7 Quay"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "is saved"))
        assert edits(stage) == [CustomerEdit(version=3, name="John Carter Jr")]
        assert stage.door.the_customer.fields.address == "7 Quay"


@pytest.mark.feature("TEL-08")
async def test_who_saves_too_late_reads_so_and_what_was_typed_stays(seat: SeatMaker) -> None:
    async with seat("en", (120, 40)) as stage:
        await talk(stage)
        await open_form(stage)
        await stage.pilot.press("end", *" Jr")
        others(stage, note="moved house")
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "1012 changed this record at"))
        assert field(stage, "name").value == "John Carter Jr"
        assert field(stage, "note").value == "moved house"
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "is saved"))
        assert [one.version for one in edits(stage)] == [2, 3]
        assert edits(stage)[1].changes() == {"name": "John Carter Jr"}


async def test_the_end_of_the_call_saves_what_was_typed(seat: SeatMaker) -> None:
    async with seat("en") as stage:
        await talk(stage)
        await open_form(stage)
        await stage.pilot.press("end", *" Jr")
        others(stage, note="moved house")
        await stage.pilot.press("f8")
        stage.door.tell(props.desk_changed("en", "ready", "wrapping"))
        await until(stage.pilot, lambda: stage.door.the_customer.version == 4)
        assert stage.door.the_customer.fields.name == "John Carter Jr"
        assert stage.door.the_customer.fields.note == "moved house"
        await until(stage.pilot, lambda: shows(stage.app, "is saved"))


async def test_the_next_key_after_f9_goes_into_the_form_however_busy_the_machine(
    seat: SeatMaker,
) -> None:
    """Digits that went to the customer would say steps of the script."""
    async with seat("en") as stage:
        await talk(stage)
        stage.app.screen.action_customer()  # type: ignore[attr-defined]  # the seat's screen
        assert stage.app.focused is field(stage, "name"), "at once, nothing is awaited"
        assert field(stage, "address").value == props.page("en").fields.address


async def test_a_text_that_cannot_be_kept_is_told(seat: SeatMaker) -> None:
    async with seat("en") as stage:
        await talk(stage)
        await open_form(stage)
        field(stage, "name").value = "x" * 500
        await settle(stage.pilot)
        await stage.pilot.press("f9")
        await until(stage.pilot, lambda: shows(stage.app, "too long"))
        assert not edits(stage)


@pytest.mark.feature("TEL-08")
async def test_the_console_is_told_live_who_changed_a_customers_record(
    console: ConsoleMaker,
) -> None:
    async with console("en") as stage:
        stage.door.tell(CustomerChanged(phone="05550107", by="1007"))
        await until(stage.pilot, lambda: shows(stage.app, "1007 has just changed"))
        assert shows(stage.app, "05550107")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_keys_fit_into_eighty_columns_beside_a_customer(
    seat: SeatMaker, lang: Lang
) -> None:
    async with seat(lang) as stage:
        await talk(stage)
        for keys in ((), ("f6",), ("f5",), ("f9",)):
            await stage.pilot.press(*keys)
            await settle(stage.pilot)
            last = rows_of(stage.app)[-1].rstrip()
            assert "F9" in last and last.endswith("退出" if lang == "zh" else "Quit"), last
