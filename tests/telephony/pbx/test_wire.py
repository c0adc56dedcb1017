"""The running switchboard: real sockets, two real media workers, real sound in the recordings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile as sf

from telephony.media.process import MediaProcess
from telephony.pbx import events as ev
from telephony.pbx.commands import EndWrapup
from telephony.pbx.plan import BoardPlan, TrunkPlan
from telephony.phone import Account, Phone, PhoneCall, Rang
from telephony.phone_events import TextCame
from tests.stage.exchange import plan_of
from tests.stage.school import School, open_school
from tests.telephony.ears import leaked, loudest

pytestmark = pytest.mark.wire

CARRIER = TrunkPlan("practice", "practice", "carrier", "carrier-secret", "127.0.0.1")


def plan(where: Path, seats: int = 4) -> BoardPlan:
    return plan_of(seats, trunks=(CARRIER,), recording_path=lambda call: str(where / f"{call}.wav"))


@pytest.fixture
async def mouths() -> AsyncIterator[MediaProcess]:
    """The worker behind all telephones; the board has another."""
    async with MediaProcess() as worker:
        yield worker


async def phone(
    stack: AsyncExitStack, school: School, mouths: MediaProcess, user: str, password: str
) -> Phone:
    made = Phone(Account(user, password, school.board.address), media=mouths)
    await stack.enter_async_context(made)
    if user != "carrier":
        await made.register()
    return made


async def seats(
    stack: AsyncExitStack, school: School, mouths: MediaProcess, count: int
) -> list[Phone]:
    return [
        await phone(stack, school, mouths, str(1000 + n), f"secret{n}") for n in range(1, count + 1)
    ]


async def lifts(telephone: Phone) -> PhoneCall:
    async with asyncio.timeout(90):
        async for event in telephone.events():
            if isinstance(event, Rang):
                await event.call.ring()
                await event.call.answer()
                return event.call
    raise AssertionError("nobody called")


@pytest.mark.feature("TEL-10")
async def test_two_calls_at_once_and_no_sound_crosses(mouths: MediaProcess, tmp_path: Path) -> None:
    tones = {"1001": 450, "1002": 700, "1003": 1100, "1004": 1600}
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(tmp_path)))
        telephones = await seats(stack, school, mouths, 4)
        ends: list[PhoneCall] = []
        for caller, callee in ((0, 1), (2, 3)):
            answering = asyncio.create_task(lifts(telephones[callee]))
            out = await telephones[caller].dial(telephones[callee].name)
            await out.until_answered()
            ends += [out, await answering]
        played = [
            await end.play([f"tone:{hertz}:2.5:-12"])
            for end, hertz in zip(ends, tones.values(), strict=True)
        ]
        assert all(await asyncio.gather(*played)), "every tone is played to its end"
        await ends[0].hang_up()
        await ends[3].hang_up()
        await school.until(ev.RecordingClosed, 2)
        started = {event.call: event for event in school.all(ev.CallStarted)}
        for closed in school.all(ev.RecordingClosed):
            call = started[closed.call]
            sound, rate = sf.read(closed.path)
            assert (rate, sound.shape[1]) == (8000, 2)
            for channel, own in enumerate((call.extension, call.dialled)):
                for extension, hertz in tones.items():
                    if extension == own:
                        assert loudest(sound[:, channel], hertz) == pytest.approx(-12, abs=1.5)
                    else:
                        crossed = leaked(sound[:, channel], hertz)
                        assert crossed < -50, f"{extension} crossed into {own}'s channel"
        assert not school.all(ev.Alarm)


@pytest.mark.feature("TEL-10", "TEL-16", "TEL-17", "TEL-06")
async def test_a_training_call_from_end_to_end(mouths: MediaProcess, tmp_path: Path) -> None:
    """Menu by keys over RTP, queue, talk in words and sound, hold, rating, recording."""
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(tmp_path, 1)))
        (agent,) = await seats(stack, school, mouths, 1)
        customer = await phone(stack, school, mouths, "carrier", "carrier-secret")
        school.ready("1001")
        answering = asyncio.create_task(lifts(agent))
        headers = [("X-Lab-Call", "order-1")]
        call = await customer.dial("000010000", headers=headers, caller="13800005678")
        await call.until_answered()
        await call.press("1")
        desk = await answering
        assert desk.headers.get("X-Lab-Call") == "order-1"
        answered = await school.until(ev.DeskAnswered)
        assert answered.extension == "1001"

        assert await (await desk.play(["tone:700:0.8:-12"]))
        picked = [("X-Lab-Line", "picked; line=billing/greet")]
        assert await desk.say_text("您好,很高兴为您服务。", picked) == 200
        async with asyncio.timeout(90):
            text = await anext(first_text(call))
        assert text.text == "您好,很高兴为您服务。"
        said = await school.until(ev.TextSaid)
        assert said.relayed and said.headers["X-Lab-Line"] == "picked; line=billing/greet"
        assert await (await call.play(["tone:1100:0.8:-12"]))

        await desk.hold()
        await school.until(ev.Held)
        await desk.resume()
        await school.until(ev.Resumed)

        await desk.hang_up()
        await school.until(ev.TalkEnded)
        await call.press("5")
        assert (await school.until(ev.Rated)).score == 5
        ended = await school.until(ev.CallEnded)
        assert (ended.why, ended.call) == ("rated", "order-1")
        school.board.command(EndWrapup("1001"))
        closed = await school.until(ev.RecordingClosed)
        sound, _ = sf.read(closed.path)
        assert closed.seconds == pytest.approx(ended.talked, abs=1.0)
        assert loudest(sound[:, 0], 1100) > -15, "left is the customer"
        assert loudest(sound[:, 1], 700) > -15, "right is the agent"
        assert leaked(sound[:, 0], 700) < -40
        assert [event.by for event in school.all(ev.SpeechBegan)]


async def first_text(call: PhoneCall) -> AsyncIterator[TextCame]:
    async for event in call.events():
        if isinstance(event, TextCame):
            yield event
            return


async def test_a_dead_media_worker_is_replaced_and_the_next_call_has_sound(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(tmp_path, 2)))
        first, second = await seats(stack, school, mouths, 2)
        answering = asyncio.create_task(lifts(second))
        out = await first.dial("1002")
        await out.until_answered()
        await answering
        school.kill_media()
        ended = await school.until(ev.CallEnded)
        assert ended.why == "sound_lost"
        assert "a new one runs" in (await school.until(ev.Alarm, 2)).text
        answering = asyncio.create_task(lifts(second))
        again = await first.dial("1002")
        await again.until_answered()
        await answering
        playing = await again.play(["tone:700:0.5:-12"])
        assert await playing
        await school.until(ev.SpeechBegan)
        await again.hang_up()
        await school.until(ev.CallEnded, 2)


async def test_a_wrong_trunk_password_is_refused(mouths: MediaProcess, tmp_path: Path) -> None:
    wrong = replace(plan(tmp_path, 1), trunks=(replace(CARRIER, password="other"),))
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(wrong))
        customer = await phone(stack, school, mouths, "carrier", "carrier-secret")
        call = await customer.dial("000010000")
        with pytest.raises(Exception, match="403"):
            await call.until_answered()
        assert not school.all(ev.CallStarted)
