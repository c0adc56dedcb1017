"""baresip and linphone over UDP, TCP and TLS: sound, hold and keys both ways, SRTP over TLS."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from telephony.media.control import AimLeg, Digit, MediaEvent
from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.wires.certificates import Proof, SchoolCertificates
from telephony.wires.tls import server_context
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school
from tests.telephony.interop.test_baresip import MODULES

pytestmark = pytest.mark.interop

needs_baresip = pytest.mark.skipif(
    shutil.which("baresip") is None, reason="baresip is not installed"
)
needs_linphone = pytest.mark.skipif(
    shutil.which("linphonec") is None, reason="linphonec is not installed (linphone-cli)"
)
PATIENCE = 60
MENU = "*7801"
"""What a seat dials to try the menu of the reception."""
BARESIP = """\
sip_listen 127.0.0.1:0
sip_cafile {ca}
audio_player aubridge,mute
audio_source aufile,{tone}
audio_alert aubridge,mute
ausrc_srate 8000
auplay_srate 8000
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module srtp.so
snd_path {heard}
ctrl_tcp_listen 127.0.0.1:{port}
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
"""
LINPHONE = """\
[sip]
sip_port={udp}
sip_tcp_port={tcp}
sip_tls_port={tls}
use_ipv6=0
guess_hostname=0
contact=sip:{extension}@127.0.0.1
root_ca={ca}
verify_server_certs=1
verify_server_cn=1
register_only_when_network_is_up=0
media_encryption={encryption}
default_proxy=0
[net]
[rtp]
audio_rtp_port={rtp}
[sound]
playback_dev_id=none
[proxy_0]
reg_proxy=<sip:{server}:{port};transport={transport}>
reg_route=<sip:{server}:{port};transport={transport};lr>
reg_identity=sip:{extension}@127.0.0.1
reg_expires=60
reg_sendregister=1
publish=0
[auth_info_0]
username={extension}
passwd={password}
realm={realm}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def level(sound: np.ndarray, hertz: int) -> float:
    phase = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / 8000)
    return 20 * float(np.log10(2 * abs(np.mean(sound * phase)) + 1e-9))


def loudest(sound: np.ndarray, hertz: int) -> float:
    """The level of one pitch in the second in which it is loudest."""
    return max(
        (level(sound[n : n + 8000], hertz) for n in range(0, len(sound) - 8000, 4000)), default=-180
    )


async def until(what: Callable[[], object]) -> None:
    """Wait for what a stranger does at its own time."""
    async with asyncio.timeout(PATIENCE):
        while not what():  # noqa: ASYNC110 - nobody tells us when
            await asyncio.sleep(0.05)


class Floor:
    """A school with TLS, our telephone 1002, and what was agreed about sound."""

    def __init__(self, school: School, proof: Proof, folder: Path) -> None:
        self.school, self.proof, self.folder = school, proof, folder
        self.aims: list[AimLeg] = []
        self.digits: list[str] = []
        self.phone: Phone
        self.media: MediaProcess
        """The worker behind our telephone."""
        send = school.media.send

        def spy(command: object) -> None:
            if isinstance(command, AimLeg):
                self.aims.append(command)
            send(command)  # type: ignore[arg-type]

        school.media.send = spy  # type: ignore[method-assign]

    @property
    def recording(self) -> np.ndarray:
        """What the board recorded: left the caller's mouth, right what it heard."""
        return np.asarray(sf.read(self.folder / "call.wav")[0])

    def port(self, transport: str) -> int:
        return self.school.board.tls_port if transport == "tls" else self.school.port

    def registered(self, extension: str) -> bool:
        return any(one.extension == extension for one in self.school.all(ev.RegistrationChanged))

    def hear(self, event: MediaEvent) -> None:
        if isinstance(event, Digit):
            self.digits.append(event.digit)

    async def called(self) -> PhoneCall:
        async with asyncio.timeout(PATIENCE):
            rang = await anext(e async for e in self.phone.events() if isinstance(e, Rang))
        await rang.call.ring()
        await rang.call.answer()
        return rang.call


@asynccontextmanager
async def floor(folder: Path) -> AsyncIterator[Floor]:
    proof = SchoolCertificates(folder / "tls").ensure(["127.0.0.1", "localhost"], datetime.now(UTC))
    plan = plan_of(
        3, recording_path=lambda call: str(folder / "call.wav"), trials={MENU: "reception"}
    )
    async with AsyncExitStack() as stack:
        context = server_context(proof.certificate, proof.key)
        school = await stack.enter_async_context(open_school(plan, tls=context))
        made = Floor(school, proof, folder)
        media = made.media = await stack.enter_async_context(MediaProcess())
        media.subscribe(made.hear)
        account = Account("1002", "secret2", school.board.address)
        made.phone = await stack.enter_async_context(Phone(account, media=media))
        await made.phone.register()
        yield made


class Baresip:
    """A baresip steered over its control port."""

    def __init__(self, where: Path) -> None:
        self.where, self.port, self.events = where, free_port(), []  # type: ignore[var-annotated]
        self.heard = where / "heard"

    async def obey(self, command: str, *, params: str = "") -> None:
        text = json.dumps({"command": command, "params": params})
        self.writer.write(f"{len(text)}:{text},".encode())
        await self.writer.drain()

    async def listen(self) -> None:
        for _ in range(200):
            try:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
                break
            except OSError:
                await asyncio.sleep(0.05)
        while size := await self.reader.readuntil(b":"):
            self.events.append(json.loads(await self.reader.readexactly(int(size[:-1]))))
            await self.reader.readexactly(1)

    def dumped(self) -> np.ndarray:
        """What its loudspeaker would have played."""
        found = sorted(self.heard.glob("*dec.wav"))
        return np.concatenate([np.asarray(sf.read(one)[0]) for one in found] or [np.zeros(0)])


@asynccontextmanager
async def baresip(on: Floor, transport: str, *, srtp: bool) -> AsyncIterator[Baresip]:
    stranger = Baresip(on.folder / "baresip")
    stranger.heard.mkdir(parents=True)
    tone = stranger.where / "tone.wav"
    sf.write(tone, 0.3 * np.sin(2 * np.pi * 440 * np.arange(8000 * 60) / 8000), 8000)
    ca = on.folder / "tls" / "ca.pem"
    (stranger.where / "config").write_text(
        BARESIP.format(ca=ca, tone=tone, modules=MODULES, heard=stranger.heard, port=stranger.port)
    )
    secured = ";mediaenc=srtp-mand" if srtp else ""
    (stranger.where / "accounts").write_text(
        f"<sip:1001@127.0.0.1:{on.port(transport)};transport={transport}>;auth_user=1001"
        f";auth_pass=secret1;regint=60;answermode=auto{secured}\n"
    )
    process = await asyncio.create_subprocess_exec(
        "baresip", "-f", str(stranger.where), "-t", "120", stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    listening = asyncio.create_task(stranger.listen())
    try:
        await until(lambda: on.registered("1001"))
        await until(lambda: hasattr(stranger, "writer"))
        yield stranger
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        if hasattr(stranger, "writer"):
            stranger.writer.close()
        if process.returncode is None:
            process.terminate()
        out, _ = await process.communicate()
        print(out.decode("utf-8", "replace"))


CASES = [("udp", False), ("tcp", False), ("tls", False), ("tls", True)]


@needs_baresip
@pytest.mark.parametrize(("transport", "srtp"), CASES)
async def test_baresip_calls_with_sound_hold_and_keys_both_ways(
    tmp_path: Path, transport: str, srtp: bool
) -> None:
    async with floor(tmp_path) as on, baresip(on, transport, srtp=srtp) as stranger:
        await stranger.obey(
            "dial", params=f"sip:1002@127.0.0.1:{on.port(transport)};transport={transport}"
        )
        call = await on.called()
        assert (await on.school.until(ev.CallStarted)).transport == transport
        await call.play(["tone:700:60"])
        await on.school.until(ev.SpeechBegan, 2)
        await asyncio.sleep(2.5)  # a stretch of sound to listen to afterwards
        await stranger.obey("sndcode", params="5")
        await until(lambda: "5" in on.digits)
        await call.press("7")
        await until(lambda: any(one.get("param") == "7" for one in stranger.events))
        await stranger.obey("hold")
        await on.school.until(ev.Held)
        await stranger.obey("resume")
        await on.school.until(ev.Resumed)
        await call.hold()
        await on.school.until(ev.Held, 2)
        await call.resume()
        await on.school.until(ev.Resumed, 2)
        await call.hang_up()
        await on.school.until(ev.RecordingClosed)
        assert loudest(on.recording[:, 0], 440) > -16, "the stranger's sine is on the tape"
        assert loudest(on.recording[:, 1], 700) > -20
        last = {aim.leg: aim for aim in on.aims}
        assert sum(bool(aim.suite) for aim in last.values()) == srtp
    assert loudest(stranger.dumped(), 700) > -20, "the stranger heard our tone"


@needs_baresip
@pytest.mark.parametrize(("transport", "srtp"), CASES)
async def test_baresip_is_called(tmp_path: Path, transport: str, srtp: bool) -> None:
    async with floor(tmp_path) as on, baresip(on, transport, srtp=srtp) as stranger:
        call = await on.phone.dial("1001")
        await call.until_answered()
        await call.play(["tone:700:60"])
        await on.school.until(ev.SpeechBegan, 2)
        await asyncio.sleep(2.5)
        await call.hang_up()
        await on.school.until(ev.RecordingClosed)
        assert loudest(on.recording[:, 1], 440) > -16
        last = {aim.leg: aim for aim in on.aims}
        assert sum(bool(aim.suite) for aim in last.values()) == srtp
    assert loudest(stranger.dumped(), 700) > -20


class Linphone:
    """A linphonec steered by its prompt."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.said = process, ""

    async def listen(self) -> None:
        assert self.process.stdout is not None
        while data := await self.process.stdout.read(4096):
            self.said += data.decode("utf-8", "replace")

    async def obey(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n".encode())
        await self.process.stdin.drain()

    async def insist(self, command: str, done: Callable[[], object]) -> None:
        """Type it until it was done: the prompt loses what is typed while it prints."""
        async with asyncio.timeout(PATIENCE):
            while not done():
                await self.obey(command)
                for _ in range(20):
                    if not done():
                        await asyncio.sleep(0.1)


@asynccontextmanager
async def linphone(on: Floor, transport: str, *, srtp: bool) -> AsyncIterator[Linphone]:
    where = on.folder / "linphone"
    (where / ".local/share/linphone").mkdir(parents=True)
    for name, hertz in (("tone", 440),):
        sound = 0.3 * np.sin(2 * np.pi * hertz * np.arange(8000 * 60) / 8000)
        sf.write(where / f"{name}.wav", sound, 8000, subtype="PCM_16")
    (where / "rc").write_text(
        LINPHONE.format(
            udp=free_port() if transport == "udp" else 0,
            tcp=free_port() if transport == "tcp" else 0,
            tls=free_port() if transport == "tls" else 0,
            rtp=free_port() // 2 * 2, ca=on.folder / "tls" / "ca.pem", extension="1001",
            # Its mbedtls compares names only, never the addresses of a certificate.
            server="localhost" if transport == "tls" else "127.0.0.1",
            port=on.port(transport), transport=transport, password="secret1",
            realm=on.school.board.board.works.plan.realm, encryption="srtp" if srtp else "none",
        )
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "linphonec", "-c", str(where / "rc"), stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={"HOME": str(where), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip
    stranger = Linphone(process)
    listening = asyncio.create_task(stranger.listen())
    try:
        await until(lambda: on.registered("1001"))
        await stranger.obey("soundcard use files")
        await stranger.obey(f"play {where / 'tone.wav'}")
        yield stranger
    finally:
        if process.returncode is None:
            await stranger.obey("quit")
            try:
                await asyncio.wait_for(process.wait(), 10)
            except TimeoutError:
                process.kill()
        await listening
        print(stranger.said)


@needs_linphone
@pytest.mark.parametrize(("transport", "srtp"), CASES)
async def test_linphone_calls_and_is_called_with_keys(
    tmp_path: Path, transport: str, srtp: bool
) -> None:
    async with floor(tmp_path) as on, linphone(on, transport, srtp=srtp) as stranger:
        await stranger.obey("call sip:1002@127.0.0.1")
        call = await on.called()
        assert (await on.school.until(ev.CallStarted)).transport == transport
        await on.school.until(ev.DeskAnswered)
        heard = await on.school.until(ev.SpeechBegan)
        assert heard.by == "caller"
        await stranger.insist("5", lambda: "5" in on.digits)
        await call.hold()
        await on.school.until(ev.Held)
        await call.resume()
        await on.school.until(ev.Resumed)
        await stranger.obey("terminate")
        assert (await on.school.until(ev.CallEnded)).by == "caller"
        again = await on.phone.dial("1001")
        await until(lambda: "Receiving new incoming call" in stranger.said)
        await stranger.obey("answer")
        await again.until_answered()
        await again.hang_up()
        await on.school.until(ev.CallEnded, 2)
        last = {aim.leg: aim for aim in on.aims}
        # Called over TLS it takes the secured sound that we offer, whatever it would offer itself.
        secured = {("tls", True): 2, ("tls", False): 1}.get((transport, srtp), 0)
        assert sum(bool(aim.suite) for aim in last.values()) == secured
