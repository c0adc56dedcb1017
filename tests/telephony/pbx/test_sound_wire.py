"""Who hears what, measured in every ear on real wires: a conference, a consultation, a card number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from telephony.media.process import MediaProcess
from telephony.pbx import call_events as did
from telephony.pbx import conference_events as meeting
from telephony.pbx import events as ev
from telephony.pbx.conference_orders import EndConference, Invite, OpenConference
from telephony.pbx.desk_orders import CancelConsult, Consult, PauseRecording
from telephony.pbx.taping import UNDER_WAY
from telephony.phone import Phone, PhoneCall
from tests.stage.exchange import PROMPTS
from tests.stage.school import School, open_school
from tests.telephony.ears import HEARD, SILENCE, Ear, heard_out, leaked, loudest
from tests.telephony.pbx.test_wire import lifts, phone, plan, seats

pytestmark = pytest.mark.wire

MUSIC = 2803


@pytest.fixture
async def mouths() -> AsyncIterator[MediaProcess]:
    """The worker behind all telephones; the board has another."""
    async with MediaProcess() as worker:
        yield worker


async def speak(
    mouths: MediaProcess,
    *said: tuple[PhoneCall, int],
    to: Collection[PhoneCall],
    seconds: float = 0.6,
) -> None:
    """Each says a tone of its own, all at once, to the end; then until the others have heard it out."""
    async with heard_out(mouths, to):
        playing = [await call.play([f"tone:{hertz}:{seconds}:-12"]) for call, hertz in said]
        assert all(await asyncio.gather(*playing))


@pytest.mark.feature("BAS-08")
async def test_each_of_five_in_a_conference_hears_the_others_and_not_himself(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    tones = dict(zip(range(1001, 1006), (397, 709, 1009, 1301, 1607), strict=True))
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(tmp_path, 5)))
        telephones = await seats(stack, school, mouths, 5)
        lifting = [asyncio.create_task(lifts(one)) for one in telephones]
        school.board.command(OpenConference("88", chair="1001"))
        for number in tones:
            school.board.command(Invite("88", str(number)))
        calls = dict(zip(tones, await asyncio.gather(*lifting), strict=True))
        await school.until(meeting.MemberJoined, 5)
        heard: dict[tuple[int, int], Ear] = {}
        for speaker, call in calls.items():
            ears = {
                n: Ear(mouths, one, tmp_path / f"{n}-{speaker}.wav") for n, one in calls.items()
            }
            others = [one for one in calls.values() if one is not call]
            await speak(mouths, (call, tones[speaker]), to=others)
            for listener, ear in ears.items():
                ear.shut()
                heard[listener, speaker] = ear
        school.board.command(EndConference("88"))
        closed = await school.until(ev.RecordingClosed)
        await mouths.close()
        for (listener, speaker), ear in heard.items():
            if listener == speaker:
                assert ear.leaked(tones[speaker]) < SILENCE, f"{speaker} hears himself"
            else:
                assert ear.hears(tones[speaker]), f"{listener} does not hear {speaker}"
        taped, _ = sf.read(closed.path)
        both = taped.sum(axis=1)
        assert all(loudest(both, hertz) > HEARD for hertz in tones.values()), "all are recorded"


async def customer_of(
    stack: AsyncExitStack, school: School, mouths: MediaProcess, agent: Phone
) -> tuple[PhoneCall, PhoneCall]:
    """A customer from outside and the desk that answers."""
    outside = await phone(stack, school, mouths, "carrier", "carrier-secret")
    school.ready(agent.name)
    lifting = asyncio.create_task(lifts(agent))
    customer = await outside.dial("000010001", caller="13800005678")
    await customer.until_answered()
    desk = await lifting
    await school.until(ev.DeskAnswered)
    return customer, desk


@pytest.mark.feature("SEA-32")
async def test_a_customer_hears_music_and_no_word_of_the_consultation_nor_does_the_tape(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    before, aside, expert_says, alone, after = 709, 1009, 1301, 2251, 1607
    prompts = {**PROMPTS, "music": f"tone:{MUSIC}:1:-16"}
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(
            open_school(replace(plan(tmp_path, 2), prompts=prompts))
        )
        agent, expert = await seats(stack, school, mouths, 2)
        customer, desk = await customer_of(stack, school, mouths, agent)
        await speak(mouths, (desk, before), to=[customer])
        lifting = asyncio.create_task(lifts(expert))
        school.board.command(Consult("1001", "1002"))
        asked = await lifting
        await school.until(did.Consulted)
        ears = {
            name: Ear(mouths, call, tmp_path / f"ear-{name}.wav")
            for name, call in (("customer", customer), ("agent", desk), ("expert", asked))
        }
        await speak(
            mouths, (desk, aside), (asked, expert_says), (customer, alone),
            to=[desk, asked], seconds=1.0,
        )  # fmt: skip
        for ear in ears.values():
            ear.shut()
        school.board.command(CancelConsult("1001"))
        await school.until(did.ConsultEnded)
        await speak(mouths, (desk, after), to=[customer])
        await customer.hang_up()
        closed = await school.until(ev.RecordingClosed)
        await mouths.close()
    assert ears["customer"].hears(MUSIC)
    assert ears["agent"].hears(expert_says) and ears["expert"].hears(aside)
    for name, hertz in (
        ("customer", aside), ("customer", expert_says), ("agent", alone), ("expert", alone),
    ):  # fmt: skip
        assert ears[name].leaked(hertz) < SILENCE, f"the {name} hears {hertz} Hz"
    left, right = sf.read(closed.path)[0].T
    assert loudest(right, before) > HEARD and loudest(right, after) > HEARD
    for hertz in (aside, expert_says, MUSIC):
        on_tape = max(leaked(left, hertz), leaked(right, hertz))
        assert on_tape < SILENCE, f"{hertz} Hz of the consultation is on the recording"


@pytest.mark.feature("TEL-10")
async def test_a_card_number_is_on_neither_channel_and_the_talk_around_it_is(
    mouths: MediaProcess, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        school = await stack.enter_async_context(open_school(plan(tmp_path, 1)))
        (agent,) = await seats(stack, school, mouths, 1)
        customer, desk = await customer_of(stack, school, mouths, agent)
        both = [customer, desk]
        await speak(mouths, (customer, 397), (desk, 709), to=both)
        school.board.command(PauseRecording("1001"))
        await speak(mouths, (customer, 1009), (desk, 1301), to=both, seconds=1.0)
        school.board.command(PauseRecording("1001", paused=False))
        await asyncio.sleep(2 * UNDER_WAY)  # the recording goes on so much later
        await speak(mouths, (customer, 1607), (desk, 1901), to=both)
        await customer.hang_up()
        closed = await school.until(ev.RecordingClosed)
        paused = (await school.until(did.RecordingResumed)).paused
    taped, rate = sf.read(closed.path)
    left, right = taped.T
    assert all(loudest(left, hertz) > HEARD for hertz in (397, 1607))
    assert all(loudest(right, hertz) > HEARD for hertz in (709, 1901))
    for hertz in (1009, 1301):
        on_tape = max(leaked(left, hertz), leaked(right, hertz))
        assert on_tape < SILENCE, "the card number is on the recording"
    blank = np.flatnonzero(np.abs(taped).max(axis=1) > 10 ** (SILENCE / 20))
    assert np.diff(blank).max() > 0.9 * paused * rate, "both channels are silent all through it"
