"""A real browser without a window, driven by its own DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIMIT = 60.0


def browser() -> str | None:
    """Where a browser is that can be driven, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


class Page:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.troubles: list[str] = []
        """What the browser complained of: errors, things the policy forbids."""
        self._loaded = asyncio.Event()
        self._reading = asyncio.create_task(self._read(), name="browser")

    async def _read(self) -> None:
        async for text in self._socket:
            told = json.loads(text)
            if (asked := self._asked.pop(told.get("id", 0), None)) is not None:
                asked.set_result(told)
            elif told.get("method") == "Page.loadEventFired":
                self._loaded.set()
            elif told.get("method") == "Runtime.exceptionThrown":
                self.troubles.append(json.dumps(told["params"]["exceptionDetails"]))
            elif told.get("method") == "Log.entryAdded":
                self.troubles.append(told["params"]["entry"]["text"])

    async def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Have the browser do something; returns its result."""
        number = next(self._ids)
        self._asked[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        told = await asyncio.wait_for(self._asked[number], LIMIT)
        assert "error" not in told, told
        result: dict[str, Any] = told["result"]
        return result

    async def run(self, script: str) -> Any:
        """Evaluate an expression in the page."""
        told = await self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def open(self, url: str, *, width: int = 1280, height: int = 720) -> None:
        """Go to a page, in a window of this size."""
        for room in ("Page", "Runtime", "Log"):
            await self.do(f"{room}.enable")
        await self.size(width, height)
        await self._go("Page.navigate", url=url)

    async def reload(self) -> None:
        """Read the page anew, as F5 does."""
        await self._go("Page.reload")

    async def _go(self, method: str, **params: Any) -> None:
        self._loaded.clear()
        await self.do(method, **params)
        await asyncio.wait_for(self._loaded.wait(), LIMIT)

    async def size(self, width: int, height: int) -> None:
        """Make the window this large."""
        await self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def until(self, condition: str) -> Any:
        """Wait until an expression is true in the page; the page says when it has changed."""
        return await self.run(
            "new Promise((done, late) => {"
            f"const look = () => {{ let v; try {{ v = ({condition}); }} catch {{ v = null; }}"
            "if (v) { clearInterval(again); done(v); } };"
            f"const again = setInterval(look, 100); setTimeout(() => late("
            f"new Error({json.dumps(condition)} + ' is not so: ' + document.body.innerText)), 45000);"
            "look(); })"
        )

    async def shows(self, text: str) -> None:
        """Wait until this stands on the page for a person to read."""
        await self.until(f"document.body.innerText.includes({json.dumps(text)})")

    async def click(self, selector: str) -> None:
        """Press what is there, as soon as it can be pressed."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{found} && !{found}.disabled && {found}.offsetParent")
        await self.run(f"{found}.click()")

    async def type(self, selector: str, text: str) -> None:
        """Write into a field."""
        found = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{found} && {found}.offsetParent")
        await self.run(f"{found}.focus(), {found}.select()")
        await self.do("Input.insertText", text=text)

    async def key(self, key: str, code: int) -> None:
        """Press a key of the keyboard."""
        text = "\r" if key == "Enter" else ""
        for kind in ("keyDown", "keyUp"):
            await self.do(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key,
                windowsVirtualKeyCode=code, **({"text": text} if text and kind == "keyDown" else {}),
            )  # fmt: skip

    async def picture(self, file: Path) -> None:
        """Keep what a person sees."""
        told = await self.do("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(told["data"]))

    async def close(self) -> None:
        self._reading.cancel()
        await self._socket.close()


@asynccontextmanager
async def tab(folder: Path) -> AsyncIterator[Page]:
    """A browser of its own with one empty tab."""
    found = browser()
    assert found is not None
    process = await asyncio.create_subprocess_exec(
        found, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-dev-shm-usage", "--disable-background-networking", "--no-proxy-server",
        "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, env=os.environ,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(LIMIT):
            while b"DevTools listening on " not in (line := await process.stderr.readline()):
                assert line, "the browser does not start"
        draining = asyncio.create_task(process.stderr.read())
        host = line.decode().split("ws://")[1].split("/")[0]
        async with httpx2.AsyncClient(trust_env=False) as http:
            tabs = (await http.get(f"http://{host}/json/list")).json()
        where = next(one["webSocketDebuggerUrl"] for one in tabs if one["type"] == "page")
        page = Page(await connect(where, proxy=None, max_size=None))
        try:
            yield page
        finally:
            await page.close()
    finally:
        process.terminate()
        await process.wait()
    await draining
