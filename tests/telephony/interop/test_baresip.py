"""baresip as a stranger's telephone: it registers by digest, calls and is called, with sound."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from telephony.media.control import SpeechBegan
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, Rang
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(shutil.which("baresip") is None, reason="baresip is not installed"),
]

CONFIG = """\
sip_listen 127.0.0.1:0
audio_player aubridge,mute
audio_source aufile,{tone}
audio_alert aubridge,mute
ausrc_srate 8000
auplay_srate 8000
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module_tmp account.so
module_app menu.so
"""
MODULES = next(
    (str(path) for path in (Path("/usr/lib/baresip/modules"),) if path.exists()),
    "/usr/local/lib/baresip/modules",
)


def furnish(school: School, where: Path, extension: str, *, auto: bool, extra: str = "") -> None:
    """Write the settings, the account and a tone for its microphone."""
    where.mkdir()
    tone = where / "tone.wav"
    sf.write(tone, 0.3 * np.sin(2 * np.pi * 440 * np.arange(8000 * 30) / 8000), 8000)
    (where / "config").write_text(CONFIG.format(modules=MODULES, tone=tone) + extra)
    number = int(extension) - 1000
    manner = ";answermode=auto" if auto else ""
    (where / "accounts").write_text(
        f"<sip:{extension}@{school.host}:{school.port}>;auth_user={extension}"
        f";auth_pass=secret{number};regint=60{manner}\n"
    )


@asynccontextmanager
async def baresip(
    school: School,
    where: Path,
    extension: str,
    *commands: str,
    auto: bool = False,
    extra: str = "",
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a baresip that registers, then carries out commands."""
    furnish(school, where, extension, auto=auto, extra=extra)
    asked = [word for command in commands for word in ("-e", command)]
    process = await asyncio.create_subprocess_exec(
        "baresip", "-f", str(where), "-t", "30", *asked,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        out, _ = await process.communicate()
        print(out.decode("utf-8", "replace"))


@asynccontextmanager
async def desk(school: School, extension: str) -> AsyncIterator[tuple[Phone, MediaProcess]]:
    """A telephone of ours."""
    async with AsyncExitStack() as stack:
        media = await stack.enter_async_context(MediaProcess())
        account = Account(extension, f"secret{int(extension) - 1000}", school.board.address)
        phone = await stack.enter_async_context(Phone(account, media=media))
        await phone.register()
        yield phone, media


async def test_baresip_registers_and_calls_1002(tmp_path: Path) -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with open_school(plan) as school, desk(school, "1002") as (phone, _):
        dial = f"/dial sip:1002@{school.host}:{school.port}"
        async with baresip(school, tmp_path / "baresip", "1001", dial):
            async with asyncio.timeout(20):
                rang = await anext(
                    event async for event in phone.events() if isinstance(event, Rang)
                )
            await rang.call.ring()
            await rang.call.answer()
            answered = await school.until(ev.DeskAnswered)
            assert answered.codec in ("PCMA", "PCMU")
            assert (await school.until(ev.SpeechBegan)).by == "caller", "its sine is heard"
            await rang.call.hang_up()
            ended = await school.until(ev.CallEnded)
            assert (ended.why, ended.by) == ("hung_up", "callee")
        assert [event.extension for event in school.all(ev.CallStarted)] == ["1001"]


async def test_baresip_is_called_and_answers(tmp_path: Path) -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with open_school(plan) as school, desk(school, "1002") as (phone, media):
        heard: asyncio.Queue[object] = asyncio.Queue()
        media.subscribe(heard.put_nowait)
        async with baresip(school, tmp_path / "baresip", "1001", auto=True):
            assert (await school.until(ev.RegistrationChanged, 2)).extension == "1001"
            call = await phone.dial("1001")
            await call.until_answered()
            assert (await school.until(ev.DeskAnswered)).extension == "1001"
            async with asyncio.timeout(20):
                while not isinstance(await heard.get(), SpeechBegan):
                    pass
            await call.hang_up()
            assert (await school.until(ev.CallEnded)).by == "caller"


async def test_baresip_hears_that_nobody_is_there(tmp_path: Path) -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with open_school(plan) as school:
        dial = f"/dial sip:1002@{school.host}:{school.port}"
        async with baresip(school, tmp_path / "baresip", "1001", dial):
            ended = await school.until(ev.CallEnded)
            assert ended.status == 480
