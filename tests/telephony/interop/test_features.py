"""A stranger's telephone uses the switchboard: codes, slots, conferences, mailboxes, supervision."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import soundfile as sf

from telephony.media.control import SpeechBegan
from telephony.media.process import MediaProcess
from telephony.pbx import call_events as did
from telephony.pbx import conference_events as meeting
from telephony.pbx import events as ev
from telephony.pbx import mail_events as mail
from telephony.pbx.call_events import Parked
from telephony.pbx.conference_orders import EndConference, Invite, OpenConference
from telephony.pbx.desk_orders import Consult, Dial, JoinAll, Park
from telephony.pbx.forwards import Forwards
from telephony.pbx.mailbox import BoxPlan
from telephony.pbx.party import Mode
from telephony.pbx.plan import BoardPlan
from telephony.pbx.supervision_events import SupervisionBegan
from telephony.pbx.supervisor_orders import AnswerFor, Intercept, Supervise
from telephony.phone import Phone, Rang
from telephony.phone_call import PhoneCall
from tests.stage.exchange import PROMPTS
from tests.stage.school import School, open_school
from tests.telephony.ears import HEARD, SILENCE, Ear, loudest
from tests.telephony.interop.test_baresip import MODULES
from tests.telephony.interop.test_transfers import Knob, lifts, steered
from tests.telephony.pbx.test_wire import phone, plan, seats

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        shutil.which("baresip") is None or not Path(MODULES, "ctrl_tcp.so").exists(),
        reason="baresip with its ctrl_tcp module is not installed",
    ),
]

HUMS = 440
"""What the stranger's microphone hears all the time."""
CODES = {
    **PROMPTS,
    **dict.fromkeys(("forward.on", "forward.off", "undisturbed.on"), "tone:450:1"),
}


class Room:
    """A school; baresip is 1001, telephones of ours are 1002 and so on."""

    def __init__(
        self, school: School, mouths: MediaProcess, knob: Knob, phones: list[Phone], folder: Path
    ) -> None:
        self.school, self.mouths, self.knob, self.folder = school, mouths, knob, folder
        self.files = count(1)
        self.phones = {str(1002 + n): one for n, one in enumerate(phones)}

    async def stranger_dials(self, number: str) -> None:
        await self.knob.do("dial", f"sip:{number}@{self.school.host}:{self.school.port}")

    async def rings_at(self, extension: str) -> PhoneCall:
        """Wait until a call rings at a telephone of ours, and let it ring."""
        async with asyncio.timeout(60):
            rang = await anext(
                event async for event in self.phones[extension].events() if isinstance(event, Rang)
            )
        await rang.call.ring()
        return rang.call

    async def hears_the_stranger(self, call: PhoneCall, name: str) -> bool:
        """Say whether a telephone of ours hears the hum of baresip."""
        ear = Ear(self.mouths, call, self.folder / f"{name}.wav")
        assert await (await call.play(["tone:1009:1"]))
        ear.shut()
        await self.mouths.close()
        return ear.hears(HUMS)


async def furnished(
    stack: AsyncExitStack, folder: Path, *, others: int = 2, **changes: object
) -> Room:
    settled: BoardPlan = replace(plan(folder, others + 1), **changes)  # type: ignore[arg-type]
    school = await stack.enter_async_context(open_school(settled))
    mouths = await stack.enter_async_context(MediaProcess())
    ours = await seats(stack, school, mouths, others + 1)
    await ours[0].close()  # Its place is the stranger's.
    knob = await stack.enter_async_context(steered(school, folder / "baresip", "1001"))
    await school.until(ev.RegistrationChanged, others + 3)
    return Room(school, mouths, knob, ours[1:], folder)


@pytest.mark.feature("TEL-01", "BAS-01")
async def test_baresip_takes_a_call_that_rings_elsewhere(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        call = await room.phones["1002"].dial("1003")
        await room.rings_at("1003")
        await room.stranger_dials("**1003")
        await call.until_answered()
        taken = await room.school.until(did.PickedUp)
        assert (taken.extension, taken.rang) == ("1001", "1003")
        assert await room.hears_the_stranger(call, "caller")


@pytest.mark.feature("TEL-01")
async def test_baresip_parks_a_call_that_another_desk_fetches(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        call = await room.phones["1002"].dial("1001")
        await call.until_answered()
        await room.school.until(ev.DeskAnswered)
        await room.knob.do("transfer", f"sip:700@{room.school.host}:{room.school.port}")
        slot = (await room.school.until(Parked)).slot
        fetching = await room.phones["1003"].dial(slot)
        await fetching.until_answered()
        assert (await room.school.until(did.Retrieved)).extension == "1003"
        ear = Ear(room.mouths, fetching, tmp_path / "fetched.wav")
        assert await (await call.play(["tone:1301:1"]))
        ear.shut()
        await room.mouths.close()
        assert ear.hears(1301)


@pytest.mark.feature("TEL-01")
async def test_baresip_fetches_a_parked_call(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        answering = asyncio.create_task(lifts(room.phones["1003"]))
        call = await room.phones["1002"].dial("1003")
        await call.until_answered()
        await answering
        room.school.board.command(Park("1003"))
        await room.stranger_dials((await room.school.until(Parked)).slot)
        assert (await room.school.until(did.Retrieved)).extension == "1001"
        assert await room.hears_the_stranger(call, "parked")


@pytest.mark.feature("SEA-13", "SEA-14", "TEL-01")
async def test_baresip_sends_its_calls_on_by_code_and_wants_no_calls(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path, prompts=CODES)
        await room.stranger_dials("*721003")
        await room.school.until(ev.CallEnded)
        assert room.school.board.board.works.forwards["1001"] == Forwards(always="1003")
        answering = asyncio.create_task(lifts(room.phones["1003"]))
        call = await room.phones["1002"].dial("1001")
        await call.until_answered()
        await answering
        assert room.school.all(ev.DeskAnswered)[-1].extension == "1003"
        await call.hang_up()
        await room.school.until(ev.CallEnded, 2)
        await room.stranger_dials("*73")
        await room.school.until(ev.CallEnded, 3)
        await room.stranger_dials("*78")
        await room.school.until(ev.CallEnded, 4)
        assert room.school.board.board.works.forwards["1001"] == Forwards(undisturbed=True)
        refused = await room.phones["1002"].dial("1001")
        ended = await room.school.until(ev.CallEnded, 5)
        assert ended.status == 480 and refused.id


@pytest.mark.feature("BAS-08", "TEL-27")
async def test_baresip_is_invited_to_a_conference(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        lifting = [asyncio.create_task(lifts(one)) for one in room.phones.values()]
        room.school.board.command(OpenConference("88", chair="1002"))
        for number in ("1001", "1002", "1003"):
            room.school.board.command(Invite("88", number))
        first, second = await asyncio.gather(*lifting)
        await room.school.until(meeting.MemberJoined, 3)
        ears = [
            Ear(room.mouths, one, tmp_path / f"{n}.wav") for n, one in enumerate((first, second))
        ]
        assert await (await first.play(["tone:1009:1"]))
        for ear in ears:
            ear.shut()
        room.school.board.command(EndConference("88"))
        closed = await room.school.until(ev.RecordingClosed)
        await room.mouths.close()
        assert all(ear.hears(HUMS) for ear in ears)
        assert ears[1].hears(1009) and ears[0].leaked(1009) < SILENCE
        taped = sf.read(closed.path)[0].sum(axis=1)
        assert loudest(taped, HUMS) > HEARD and loudest(taped, 1009) > HEARD


@pytest.mark.feature("TEL-13", "NUR-24")
async def test_baresip_leaves_a_message_with_its_sound(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        desks = dict(plan(tmp_path, 3).desks)
        desks["1002"] = replace(desks["1002"], forwards=Forwards(always="voicemail"))
        room = await furnished(
            stack, tmp_path, desks=desks,
            boxes={"1002": BoxPlan("1002", longest=3.0)},
            message_path=lambda box, call: str(tmp_path / f"{box}.wav"),
            prompts={**PROMPTS, "voicemail.greeting": "tone:450:0.3"},
        )  # fmt: skip
        await room.stranger_dials("1002")
        left = (await room.school.until(mail.MessageLeft)).message
        assert (left.box, left.caller) == ("1002", "1001")
        sound, rate = sf.read(left.path)
        assert loudest(sound if sound.ndim == 1 else sound[:, 0], HUMS) > HEARD and rate == 8000


@pytest.mark.feature("TEL-11", "SEA-37", "SEA-38")
async def test_baresip_listens_whispers_and_barges_in(tmp_path: Path) -> None:
    charges = {"1001": frozenset({"1003"})}
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path, charges=charges)
        answering = asyncio.create_task(lifts(room.phones["1003"]))
        customer = await room.phones["1002"].dial("1003")
        await customer.until_answered()
        agent = await answering
        ears: dict[tuple[Mode, str], Ear] = {}
        for n, mode in enumerate((Mode.LISTEN, Mode.WHISPER, Mode.BARGE), start=1):
            room.school.board.command(Supervise("1001", "1003", mode))
            await room.school.until(SupervisionBegan, n)
            for name, call in (("customer", customer), ("agent", agent)):
                ears[mode, name] = Ear(room.mouths, call, tmp_path / f"{mode.value}-{name}.wav")
            assert await (await customer.play(["tone:1009:1.5"]))
            for name in ("customer", "agent"):
                ears[mode, name].shut()
        await room.mouths.close()
        for (mode, name), ear in ears.items():
            if mode is Mode.BARGE or (mode, name) == (Mode.WHISPER, "agent"):
                assert ear.hears(HUMS), f"{mode}: the {name} hears nothing"
            else:
                assert ear.leaked(HUMS) < SILENCE, f"{mode}: the {name} hears the boss"


async def heard_by(room: Room, speaker: PhoneCall, *listeners: PhoneCall) -> list[Ear]:
    """Keep what some telephones of ours hear while one of them says 1009 Hz for a second."""
    ears = [Ear(room.mouths, one, room.folder / f"ear{next(room.files)}.wav") for one in listeners]
    assert await (await speaker.play(["tone:1009:1"]))
    for ear in ears:
        ear.shut()
    return ears


@pytest.mark.feature("SEA-39", "BAS-01")
async def test_baresip_takes_a_call_over_and_answers_for_a_desk(tmp_path: Path) -> None:
    charges = {"1001": frozenset({"1003"})}
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path, charges=charges)
        answering = asyncio.create_task(lifts(room.phones["1003"]))
        first = await room.phones["1002"].dial("1003")
        await first.until_answered()
        await answering
        room.school.board.command(Supervise("1001", "1003"))
        await room.school.until(SupervisionBegan)
        room.school.board.command(Intercept("1001", "1003"))
        assert (await room.school.until(SupervisionBegan, 2)).act == "intercept"
        (ear,) = await heard_by(room, first, first)
        await first.hang_up()
        await room.school.until(ev.CallEnded)
        second = await room.phones["1002"].dial("1003")
        await room.rings_at("1003")
        room.school.board.command(AnswerFor("1001", "1003"))
        assert (await room.school.until(SupervisionBegan, 3)).act == "answer_for"
        await second.until_answered()
        assert await room.hears_the_stranger(second, "answered-for")
        assert ear.hears(HUMS), "who took the call over is heard"


@pytest.mark.feature("SEA-32", "SEA-36", "SEA-34")
async def test_baresip_is_asked_joins_in_and_keeps_the_call(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        music = {**PROMPTS, "music": "tone:2803:1:-16"}
        room = await furnished(stack, tmp_path, prompts=music)
        answering = asyncio.create_task(lifts(room.phones["1003"]))
        customer = await room.phones["1002"].dial("1003")
        await customer.until_answered()
        agent = await answering
        heard: asyncio.Queue[object] = asyncio.Queue()
        room.mouths.subscribe(heard.put_nowait)
        room.school.board.command(Consult("1003", "1001"))
        async with asyncio.timeout(60):
            while not isinstance(await heard.get(), SpeechBegan):
                pass
        asking = await heard_by(room, agent, customer, agent)
        room.school.board.command(JoinAll("1003"))
        await room.school.until(did.ThreeWay)
        joined = await heard_by(room, agent, customer, agent)
        await agent.hang_up()
        assert await room.hears_the_stranger(customer, "kept")
        assert asking[0].leaked(HUMS) < SILENCE, "the customer hears nothing of the question"
        assert asking[1].hears(HUMS)
        assert all(ear.hears(HUMS) for ear in joined)
        assert joined[0].hears(1009)


@pytest.mark.feature("SEA-03", "TEL-14", "BAS-09")
async def test_the_agents_baresip_rings_first_then_the_number_is_called(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        answering = asyncio.create_task(lifts(room.phones["1002"]))
        room.school.board.command(Dial("1001", "1002"))
        called = await answering
        assert await room.hears_the_stranger(called, "called")


@pytest.mark.feature("TEL-06", "TEL-10", "TEL-16")
async def test_baresip_is_an_agent_of_a_queue(tmp_path: Path) -> None:
    """Menu, queue, talk with sound both ways, and the rating after the agent hung up."""
    async with AsyncExitStack() as stack:
        room = await furnished(stack, tmp_path)
        customer = await phone(stack, room.school, room.mouths, "carrier", "carrier-secret")
        room.school.ready("1001")
        call = await customer.dial("000010000", caller="13800005678")
        await call.until_answered()
        await call.press("1")
        assert (await room.school.until(ev.DeskAnswered)).extension == "1001"
        (ear,) = await heard_by(room, call, call)
        await room.knob.do("hangup")
        await room.school.until(ev.TalkEnded)
        await call.press("5")
        assert (await room.school.until(ev.Rated)).score == 5
        closed = await room.school.until(ev.RecordingClosed)
        await room.mouths.close()
        assert ear.hears(HUMS)
        sound, _ = sf.read(closed.path)
        assert loudest(sound[:, 0], 1009) > HEARD, "left is the customer"
        assert loudest(sound[:, 1], HUMS) > HEARD, "right is the agent"


@pytest.mark.feature("TEL-09")
async def test_baresip_is_the_last_telephone_of_a_follow_me(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        desks = dict(plan(tmp_path, 5).desks)
        ways = Forwards(after=2, follow=("1003", "1004", "1001"), follow_seconds=2)
        desks["1002"] = replace(desks["1002"], forwards=ways)
        room = await furnished(stack, tmp_path, others=4, desks=desks)
        ringing = [asyncio.create_task(room.rings_at(one)) for one in ("1002", "1003", "1004")]
        call = await room.phones["1005"].dial("1002")
        await asyncio.gather(*ringing)
        await call.until_answered()
        assert await room.hears_the_stranger(call, "followed")
