"""Two telephones on real UDP sockets with a real media worker between them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import TypeVar

import pytest

from telephony.errors import CallRefused, RegistrationRefused
from telephony.media.control import Digit, PlayBegan, SpeechBegan
from telephony.media.process import MediaProcess
from telephony.phone import Account, Phone, PhoneCall, Rang, Registered, RegistrationLost
from telephony.phone_events import Answered, CallState, Ended, Held, Resumed, Ringing, TextCame
from tests.telephony.phone.small_registrar import SmallRegistrar

pytestmark = pytest.mark.wire

E = TypeVar("E")


@pytest.fixture
async def media() -> AsyncIterator[MediaProcess]:
    async with MediaProcess() as worker:
        yield worker


async def until(call: PhoneCall, kind: type[E]) -> E:
    async with asyncio.timeout(90):
        async for event in call.events():
            if isinstance(event, kind):
                return event
    raise AssertionError(f"the call ended without {kind.__name__}")


async def rang(phone: Phone) -> PhoneCall:
    async with asyncio.timeout(90):
        async for event in phone.events():
            if isinstance(event, Rang):
                return event.call
    raise AssertionError("nobody called")


async def talking(anna: Phone, bert: Phone) -> tuple[PhoneCall, PhoneCall]:
    out = await anna.dial(f"sip:bert@127.0.0.1:{bert.address[1]}")
    came = await rang(bert)
    await came.ring()
    await came.answer()
    await out.until_answered()
    return out, came


async def test_telephones_ring_talk_hold_resume_and_hang_up(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out = await anna.dial(
            f"sip:bert@127.0.0.1:{bert.address[1]}", headers=[("X-Lab-Call", "7")]
        )
        came = await rang(bert)
        assert (came.number, came.headers.get("X-Lab-Call")) == ("anna", "7")
        await came.ring()
        assert (await until(out, Ringing)).status == 180
        await came.answer()
        assert (await until(out, Answered)).at == out.answered_at
        assert out.codec == came.codec == "PCMA" and out.transport == "udp"
        await out.hold()
        assert out.state is CallState.HELD
        assert not (await until(came, Held)).by_us
        await out.resume()
        assert not (await until(came, Resumed)).by_us
        await came.hang_up()
        assert (await until(out, Ended)).why == "the far end hung up"
        assert not anna.calls and not bert.calls


async def test_hold_and_resume_at_once_come_one_after_the_other(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, came = await talking(anna, bert)
        async with asyncio.timeout(60):
            await asyncio.gather(out.hold(), out.hold(), out.resume(), out.resume())
        assert out.state is CallState.TALKING
        await until(came, Held)
        await until(came, Resumed)


async def test_both_hold_at_once_and_both_succeed(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, came = await talking(anna, bert)
        async with asyncio.timeout(90):
            await asyncio.gather(out.hold(), came.hold())
        assert out.state is came.state is CallState.HELD


async def test_telephone_whose_worker_died_still_hangs_up() -> None:
    media = MediaProcess()
    await media.start()
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, came = await talking(anna, bert)
        await media.close()
        await out.hang_up()
        assert (await until(came, Ended)).why == "the far end hung up"
        again = await refusal_by(bert)
        assert again == 503


async def test_nobody_waits_for_a_sound_that_died_with_its_worker() -> None:
    media = MediaProcess()
    await media.start()
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, _ = await talking(anna, bert)
        playing = await out.play(["tone:440:30"])
        await until(out, PlayBegan)
        assert media.pid is not None
        os.kill(media.pid, signal.SIGKILL)
        async with asyncio.timeout(60):
            assert await playing is False
        await out.hang_up()
    await media.close()


async def refusal_by(bert: Phone) -> int | None:
    """Call a telephone without sound from one that has some."""
    async with MediaProcess() as media, Phone(None, media=media, name="carl") as carl:
        out = await carl.dial(f"sip:bert@127.0.0.1:{bert.address[1]}")
        return (await until(out, Ended)).status


async def test_sound_and_keys_of_one_telephone_reach_the_other(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, came = await talking(anna, bert)
        playing = await out.play(["tone:440:0.6"])
        assert (await until(came, SpeechBegan)).leg == came.media
        assert await playing is True
        await out.press("5")
        assert (await until(came, Digit)).digit == "5"


async def test_stopping_a_sound_tells_who_waits_for_it(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, _ = await talking(anna, bert)
        playing = await out.play(["tone:440:30"])
        await out.stop_playing()
        assert await playing is False


async def test_words_travel_inside_the_call_with_their_headers(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out, came = await talking(anna, bert)
        status = await out.say_text("您好，请问有什么可以帮您？", [("X-Lab-Line", "typed")])
        said = await until(came, TextCame)
        assert status == 200
        assert said.text == "您好，请问有什么可以帮您？"
        assert said.headers.get("X-Lab-Line") == "typed"
        assert said.headers.get("X-RTP-Timestamp").isdigit()


async def test_refused_call_raises_a_sentence_with_its_status(media: MediaProcess) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out = await anna.dial(f"sip:bert@127.0.0.1:{bert.address[1]}")
        await (await rang(bert)).refuse(486)
        with pytest.raises(CallRefused, match="486 Busy Here") as refused:
            await out.until_answered()
        assert refused.value.status == 486


async def test_caller_who_gives_up_while_it_rings_ends_the_called_side_too(
    media: MediaProcess,
) -> None:
    async with (
        Phone(None, media=media, name="anna") as anna,
        Phone(None, media=media, name="bert") as bert,
    ):
        out = await anna.dial(f"sip:bert@127.0.0.1:{bert.address[1]}")
        came = await rang(bert)
        await came.ring()
        await until(out, Ringing)
        await out.hang_up()
        assert (await until(came, Ended)).why == "the caller gave up"


async def test_closing_a_telephone_ends_its_calls_at_the_far_end(media: MediaProcess) -> None:
    async with Phone(None, media=media, name="bert") as bert:
        async with Phone(None, media=media, name="anna") as anna:
            _, came = await talking(anna, bert)
        assert (await until(came, Ended)).why == "the far end hung up"
        assert anna.core.counts()["legs"] == 0


async def registered(phone: Phone) -> Registered:
    return await first(phone, Registered)


async def first(phone: Phone, kind: type[E]) -> E:
    async with asyncio.timeout(90):
        async for event in phone.events():
            if isinstance(event, kind):
                return event
    raise AssertionError(f"no {kind.__name__}")


async def test_telephone_registers_by_digest_refreshes_and_unregisters(
    media: MediaProcess,
) -> None:
    async with SmallRegistrar({"1001": "secret"}) as registrar:
        registrar.grants = 1
        account = Account("1001", "secret", registrar.address)
        async with Phone(account, media=media) as phone:
            await phone.register()
            assert (await registered(phone)).expires == 1
            assert str(phone.address[1]) in registrar.bindings["1001"]
            assert (await registered(phone)).expires == 1, "refreshed in time"
            await phone.unregister()
            assert registrar.bindings == {}


async def test_wrong_password_is_refused_in_a_sentence(media: MediaProcess) -> None:
    async with SmallRegistrar({"1001": "secret"}) as registrar:
        async with Phone(Account("1001", "wrong", registrar.address), media=media) as phone:
            with pytest.raises(RegistrationRefused, match="does not accept extension 1001"):
                await phone.register()
        assert registrar.wrong == {"1001": 1}


async def test_lost_registration_is_told(media: MediaProcess) -> None:
    passwords = {"1001": "secret"}
    async with SmallRegistrar(passwords) as registrar:
        registrar.grants = 1
        async with Phone(Account("1001", "secret", registrar.address), media=media) as phone:
            await phone.register()
            passwords["1001"] = "changed"
            assert "password" in (await first(phone, RegistrationLost)).why
