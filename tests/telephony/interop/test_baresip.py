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
ausrc_srate {rate}
auplay_srate {rate}
module_path {modules}
module {codec}.so
module aufile.so
module aubridge.so
module_tmp account.so
module_app menu.so
"""
MODULES = next(
    (str(path) for path in (Path("/usr/lib/baresip/modules"),) if path.exists()),
    "/usr/local/lib/baresip/modules",
)


def furnish(
    school: School,
    where: Path,
    extension: str,
    *,
    auto: bool,
    extra: str = "",
    codec: str = "g711",
) -> None:
    """Write the settings, the account and a tone for its microphone."""
    where.mkdir()
    tone, rate = where / "tone.wav", 16000 if codec == "g722" else 8000
    sf.write(tone, 0.3 * np.sin(2 * np.pi * 440 * np.arange(rate * 30) / rate), rate)
    settings = CONFIG.format(modules=MODULES, tone=tone, codec=codec, rate=rate)
    (where / "config").write_text(settings + extra)
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
    codec: str = "g711",
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a baresip that registers, then carries out commands."""
    furnish(school, where, extension, auto=auto, extra=extra, codec=codec)
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
            async with asyncio.timeout(60):
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
            async with asyncio.timeout(60):
                while not isinstance(await heard.get(), SpeechBegan):
                    pass
            await call.hang_up()
            assert (await school.until(ev.CallEnded)).by == "caller"


@pytest.mark.skipif(not Path(MODULES, "g722.so").exists(), reason="baresip has no G.722")
async def test_baresip_has_nothing_but_g722_and_both_sides_hear_the_tone(tmp_path: Path) -> None:
    plan = plan_of(2, recording_path=lambda call: str(tmp_path / "call.wav"))
    keeps = f"module sndfile.so\nsnd_path {tmp_path}\n"
    async with open_school(plan) as school, desk(school, "1002") as (phone, _):
        dial = f"/dial sip:1002@{school.host}:{school.port}"
        stranger = baresip(
            school, tmp_path / "baresip", "1001", dial, extra=keeps, codec="g722"
        )  # fmt: skip
        async with stranger:
            async with asyncio.timeout(60):
                rang = await anext(
                    event async for event in phone.events() if isinstance(event, Rang)
                )
            await rang.call.answer()
            answered = await school.until(ev.DeskAnswered)
            assert answered.codec == "PCMA", "each leg has its own codec"
            assert (await school.until(ev.SpeechBegan)).by == "caller", "its sine is heard"
            assert await (await rang.call.play(["tone:700:3"]))
            await rang.call.hang_up()
            await school.until(ev.CallEnded)
            await school.until(ev.RecordingClosed)
    ours, rate = sf.read(tmp_path / "call.wav")
    assert strongest(ours[rate:, 0], rate) == pytest.approx(440, abs=5)
    (kept,) = tmp_path.glob("dump-*-dec.wav")  # noqa: ASYNC240 - it is over
    theirs, rate = sf.read(kept)
    assert rate == 16000 and strongest(theirs, rate) == pytest.approx(700, abs=5)


def strongest(sound: np.ndarray, rate: int) -> float:
    """The loudest pitch of a sound."""
    return float(np.argmax(np.abs(np.fft.rfft(sound))) * rate / len(sound))


async def test_baresip_hears_that_nobody_is_there(tmp_path: Path) -> None:
    plan = plan_of(2, recording_path=lambda call: None)
    async with open_school(plan) as school:
        dial = f"/dial sip:1002@{school.host}:{school.port}"
        async with baresip(school, tmp_path / "baresip", "1001", dial):
            ended = await school.until(ev.CallEnded)
            assert ended.status == 480
