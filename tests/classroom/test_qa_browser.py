"""The supervisors' page in a real browser: seen, clicked, and felt by the calls of a running server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from classroom.door import wire
from classroom.door.client import DoorClient
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang
from tests.classroom.real import real, start
from tests.classroom.seats import Seat, seat, teacher
from tests.stage.browser import Page, browser, tab

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(browser() is None, reason="no Chromium here"),
]

ORDER = wire.LessonOrder(scenarios=["order-inquiry"], lang="en", seed=7, gap_seconds=0.0, calls=2)


@asynccontextmanager
async def answering(door: DoorClient, media: MediaProcess) -> AsyncIterator[list[PhoneCall]]:
    """The supervisor's own telephone, which lifts itself."""
    assert door.session and door.session.sip
    sip = door.session.sip
    account = Account(sip.extension, sip.password, (sip.host, sip.port))
    calls: list[PhoneCall] = []

    async def lift(phone: Phone) -> None:
        async for event in phone.events():
            if isinstance(event, Rang):
                calls.append(event.call)
                await event.call.answer()

    async with Phone(account, media=media) as phone:
        await phone.register()
        lifting = asyncio.create_task(lift(phone), name="supervisor")
        try:
            yield calls
        finally:
            lifting.cancel()


async def enter(page: Page, login: str, password: str) -> None:
    """Fill in the log-in and press Enter."""
    await page.type("[name=login]", login)
    await page.type("[name=password]", password)
    await page.key("Enter", 13)


def over(extension: str, act: str) -> str:
    """The button of one act over a desk."""
    return f"tr[data-key='{extension}'] [data-act={act}]"


@pytest.mark.feature("SEA-25", "SEA-37", "SEA-38", "SEA-40", "SEA-23", "PER-08")
async def test_a_supervisor_works_with_the_page_alone(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(tmp_path / "school"))
        media = await stack.enter_async_context(MediaProcess())
        one: Seat = await stack.enter_async_context(seat(server.http, media, 1))
        door = await stack.enter_async_context(teacher(server.http))
        page = await stack.enter_async_context(tab(tmp_path / "browser"))
        await page.open(f"http://{server.http}/")
        await enter(page, "s01", "demo-s01")
        await page.shows("这个账号没有管辖任何坐席")
        await enter(page, "teacher", "wrong")
        await page.shows("用户名或密码不正确")
        await enter(page, "teacher", "demo-teacher")
        await page.shows("话机 1000 未注册")

        calls = await stack.enter_async_context(answering(door, media))
        await page.shows("话机 1000 已注册")
        await door.start_lesson(ORDER)
        await asyncio.wait_for(one.talking.wait(), 60)

        await page.click(over("1001", "listen"))
        await page.shows("监听 1001")
        assert len(calls) == 1
        await page.picture(tmp_path / "listen.png")
        await page.click("[data-mode-of=whisper]")
        await page.shows("密语 1001")
        await page.reload()
        await page.shows("密语 1001")
        await page.click(over("1001", "barge"))
        await page.shows("强插 1001")
        await page.click("header [data-do=lang]")
        await page.shows("Barge 1001")
        await page.picture(tmp_path / "barge.png")
        await page.click("#stop")
        await page.until("document.querySelector('#own-does').innerText.includes('idle')")
        assert len(calls) == 1, "one ring for listening, whispering and barging in"

        await page.click(over("1001", "force_release"))
        await page.shows("Both sides are cut off")
        await page.picture(tmp_path / "sure.png")
        await page.click("dialog .grave")
        await page.shows("the call is over")
        assert not [one for one in page.troubles if "Security Policy" in one], page.troubles


@pytest.mark.feature("BAS-08", "SEA-26", "SEA-39", "LCA-04", "LCA-05")
async def test_conferences_own_calls_and_a_server_that_comes_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        server = await start(tmp_path / "school")
        stack.push_async_callback(server.stop)
        media = await stack.enter_async_context(MediaProcess())
        one = await stack.enter_async_context(seat(server.http, media, 1))
        door = await stack.enter_async_context(teacher(server.http))
        calls = await stack.enter_async_context(answering(door, media))
        page = await stack.enter_async_context(tab(tmp_path / "browser"))
        await page.open(f"http://{server.http}/qa", width=1024, height=640)
        await enter(page, "teacher", "demo-teacher")
        await page.shows("话机 1000 已注册")

        await page.click("[data-view=rooms]")
        await page.click("#open-room")
        await page.type("dialog input", "88")
        await page.key("Enter", 13)
        for number in ("1001", "1000"):
            await page.click("tr[data-key='88/'] [data-act=invite]")
            await page.type("dialog input", number)
            await page.key("Enter", 13)
            await page.until(
                f"document.querySelector(\"tr[data-key='88/{number}']\").innerText.includes('通话中')"
            )
        await page.shows("2 人")
        await page.click("tr[data-key='88/1001'] [data-act=mute]")
        await page.shows("恢复发言")
        await page.click("tr[data-key='88/'] [data-act=lock]")
        await page.shows("录音 · 锁定")
        await page.picture(tmp_path / "rooms.png")
        await page.click("[data-view=lines]")
        await page.shows("PCM")
        await page.picture(tmp_path / "lines.png")
        await page.click("[data-view=rooms]")
        await page.click("tr[data-key='88/1001'] [data-act=kick]")
        await page.shows("1 人")
        await page.click("tr[data-key='88/'] [data-act=end]")
        await page.shows("录音随即保存")
        await page.click("dialog .grave")
        await page.shows("没有会议")
        await page.until("document.querySelector('#tapes').innerText.includes('88')")
        await page.picture(tmp_path / "tapes.png")
        await page.click("#tapes button")
        await page.until("document.querySelector('#tapes button').innerText === '停止'")
        await page.until("document.querySelector('#tapes button').innerText === '播放'")
        assert not [one for one in page.troubles if "Security Policy" in one], page.troubles

        await page.click("[data-view=floor]")
        await page.type("#dial input", "1001")
        await page.key("Enter", 13)
        await page.shows("正在通话：1001")
        await page.click("#hang-up")
        await page.until("document.querySelector('#own-does').innerText.includes('空闲')")

        await one.door.desk("break")
        await page.type("#dial input", "*7801")  # the menu, and from it into the queue
        await page.key("Enter", 13)
        await page.shows("正在通话：*7801")
        await calls[-1].press("1")
        await page.click("[data-view=lines]")
        await page.until("document.querySelector('#waiting').innerText.includes('1000')")
        await page.picture(tmp_path / "waiting.png")
        await page.click("#hang-up")
        await page.shows("没有人在等待")
        await page.click("[data-view=floor]")

        one.talking.clear()
        await one.door.desk("ready")
        await door.start_lesson(ORDER)
        await asyncio.wait_for(one.talking.wait(), 60)
        await page.click(over("1001", "intercept"))
        await page.shows("现在由你与客户通话")
        await page.picture(tmp_path / "intercepted.png")
        await page.click("#hang-up")
        assert len(calls) == 4

        await server.stop()
        await page.shows("正在自动重连")
        await page.until(
            "document.querySelector('main').inert && document.querySelector('aside').inert"
        )
        await page.picture(tmp_path / "lost.png")
        port = server.http.rpartition(":")[2]
        again = await start(tmp_path / "school", "--http-port", port)
        stack.push_async_callback(again.stop)
        await page.shows("已重新连上服务器")
        await page.until(
            "!document.querySelector('main').inert && !document.querySelector('#stale').innerText"
        )
