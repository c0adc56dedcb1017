"""What the supervisors' page shows, in a real browser, of a floor that is set as a scene."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from classroom.door import wire
from telephony.pbx.commands import Command
from telephony.pbx.errors import NotNow
from telephony.pbx.glance import Glance
from telephony.pbx.panel import Panel
from telephony.pbx.party import Mode
from telephony.pbx.supervisor_orders import AnswerFor, ForceTransfer, Supervise
from tests.classroom.door import Place, open_door
from tests.stage.browser import Page, browser, tab

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(browser() is None, reason="no Chromium here"),
]

EVIL = "<img src=x onerror=\"document.title='evil'\">"
CHARGE = {"chief": frozenset({"1001", "1002"}), "s02": frozenset({"1001"})}


class Switch:
    """Stands for a switchboard; remembers what it was told to do."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[Command] = asyncio.Queue()

    def panel(self) -> Panel:
        return Panel((), (), ())

    async def next(self) -> Command:
        """What it is told next."""
        return await asyncio.wait_for(self.told.get(), 60)

    def glance(self, extension: str) -> Glance:
        return Glance()

    def command(self, command: Command) -> None:
        self.told.put_nowait(command)
        if isinstance(command, ForceTransfer):
            raise NotNow("no_trunk", "No trunk leads there.")


def desk(extension: str, activity: wire.Activity = "idle", **more: object) -> wire.DeskState:
    told = {"duty": "ready", "since": time.time(), "registered": True, "name": "", **more}
    return wire.DeskState.model_validate({"extension": extension, "activity": activity, **told})


def call(call_id: str, caller: str, line: wire.Line) -> wire.CallSummary:
    return wire.CallSummary(
        call_id=call_id, started=0.0, agent="", agent_name="", caller=caller, scenario=None,
        line=line, state="talking",
    )  # fmt: skip


def scene(place: Place) -> None:
    """A real customer at 1001, a practice call rings at 1002, a talk at 1003 whom others have in charge."""
    floor = place.house.floor
    floor.set_call(call("c1", EVIL, "live"), "1001")
    floor.set_call(call("c2", "", "practice"), "1002")
    floor.set_call(call("c3", "05550103", "practice"), "1003")
    floor.set_desk(desk("1001", "talking", call_id="c1", name=EVIL))
    floor.set_desk(desk("1002", "offered", call_id="c2", duty="break", reason="dentist"))
    floor.set_desk(desk("1003", "talking", call_id="c3"))
    floor.set_desk(desk("1000", duty="off", name="T"))
    said = {"type": "caption", "call_id": "c1", "until": 2.0, "text": EVIL, "heard_by": "speech"}
    floor.caption(wire.Caption.model_validate({**said, "at": 1.0, "who": "customer"}))


@asynccontextmanager
async def watching(folder: Path, login: str = "chief") -> AsyncIterator[tuple[Place, Switch, Page]]:
    """Somebody before the scene; the chief has the telephone 1000."""
    async with open_door(folder / "school") as place:
        switch = Switch()
        house = place.house
        desk_of_orders = house.control
        desk_of_orders._switchboard, desk_of_orders._charges = lambda: switch, lambda: CHARGE
        await house.people.enrol("chief", "C", "instructor", "1000", "chief")
        scene(place)
        async with tab(folder / "browser") as page:
            await page.open(f"http://{place.server}/qa")
            await page.type("[name=login]", login)
            await page.type("[name=password]", login)
            await page.key("Enter", 13)
            yield place, switch, page


@pytest.mark.feature("SEA-25", "SEA-39", "PER-02")
async def test_a_real_customer_has_a_red_rail_and_other_peoples_desks_no_buttons(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as (_, switch, page):
        await page.shows("1003")
        await page.shows("外线 · 真实客户 1 路")
        row = "document.querySelector(\"tr[data-key='1001']\")"
        assert "live" in await page.run(f"{row}.className") and "外线·真实客户" in (
            await page.run(f"{row}.innerText")
        )
        assert EVIL in await page.run(f"{row}.innerText"), "a name is a text, whatever it holds"
        assert await page.run("document.title") == "质检席"
        other = await page.run("document.querySelector(\"tr[data-key='1003']\").innerText")
        assert "不归你管辖" in other and "监听" not in other
        assert "示忙 dentist" in await page.run("document.body.innerText")

        await page.click("tr[data-key='1001'] .pick")
        await page.until(f"document.querySelector('#talk').innerText.includes({EVIL!r})")
        await page.click("tr[data-key='1002'] [data-act=answer_for]")
        assert await switch.next() == AnswerFor("1000", "1002")
        await page.click("tr[data-key='1001'] [data-act=force_transfer]")
        await page.type("dialog input", "13800000000")
        await page.key("Enter", 13)
        await page.shows("没有能拨打这个号码的中继")
        assert await switch.next() == ForceTransfer("1000", "1001", "13800000000")
        await page.run("document.querySelector(\"tr[data-key='1001'] [data-act=whisper]\").focus()")
        timer = f"{row}.querySelector('.number').innerText"
        before = await page.run(timer)
        await page.until(f"{timer} !== {before!r}")  # the row has been drawn anew
        await page.key("Enter", 13)
        assert await switch.next() == Supervise("1000", "1001", Mode.WHISPER), "by the keyboard"
        await page.picture(tmp_path / "live.png")
        await page.size(800, 600)
        await page.picture(tmp_path / "small.png")
        await page.click("header [data-do=lang]")
        await page.shows("not in your charge")
        await page.picture(tmp_path / "english.png")
        assert not [one for one in page.troubles if "Security Policy" in one], page.troubles


async def test_who_was_too_slow_comes_back_to_the_present_and_a_taken_token_out(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path) as (place, _, page):
        await page.shows("1003")
        place.house.bus.close()  # every listener is cut off, as one that is too slow is
        place.house.floor.set_desk(desk("1003", "wrapping"))
        await page.until(
            "document.querySelector(\"tr[data-key='1003']\").innerText.includes('话后处理')"
        )
        await page.run("window.fetch = () => new Promise(() => {})")  # a server that never answers
        await page.shows("正在自动重连")
        await page.until("document.querySelector('main').inert")
        await page.reload()
        await page.shows("1003")
        await page.run("sessionStorage.setItem('lab.token', 'forged')")
        await page.reload()
        await page.shows("请先登录")
        await page.until("document.querySelector('#login').offsetParent")


@pytest.mark.feature("SEA-23", "PER-01", "PER-02", "PER-08")
async def test_a_leader_among_the_students_has_the_desks_in_charge_and_an_ordinary_seat_none(
    tmp_path: Path,
) -> None:
    async with watching(tmp_path, "s01") as (_, switch, page):
        await page.shows("这个账号没有管辖任何坐席")
        assert await page.run("sessionStorage.getItem('lab.token')") is None
        await page.type("[name=login]", "s02")
        await page.type("[name=password]", "s02")
        await page.key("Enter", 13)
        await page.click("tr[data-key='1001'] [data-act=listen]")
        assert await switch.next() == Supervise("1002", "1001", Mode.LISTEN)
        shown = await page.run("document.querySelector('#seats').innerText")
        assert "1002" in shown and "1003" not in shown, "the own desk and the one in charge"
        assert "会议" not in await page.run("document.querySelector('nav').innerText")
