"""Calls that nobody takes: kept, brought back after a restart, seen and changed through the door."""

from __future__ import annotations

import asyncio
import dataclasses
import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from classroom.answering import FOLDER, Answering
from classroom.door.answering_wire import ForwardsState, MessageMark
from classroom.door.client import DoorClient, DoorRefused
from classroom.errors import BadSettings, Refusal
from classroom.flows.lookups import SHAPES
from classroom.flows.shelf import FlowShelf
from classroom.holidays import FILE, calendar
from classroom.plan import board_plan
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from classroom.store.engine import Store
from classroom.store.ledger import Ledger
from classroom.words import speak
from telephony.media.process import MediaProcess
from telephony.media.recorder import wav_header
from telephony.pbx.commands import Command, LoadMessages, MarkMessage, SetForwards
from telephony.pbx.errors import PlanError
from telephony.pbx.forwards import Forwards
from telephony.pbx.mail_events import MessageChanged, MessageDropped, MessageLeft
from telephony.pbx.mailbox import Message
from telephony.pbx.trunk_events import ForwardsChanged
from telephony.phone_events import Ended
from tests.classroom.door import open_door
from tests.classroom.real import real
from tests.classroom.seats import seat

T = TypeVar("T")
DESKS = frozenset({"1001", "1002"})


def shelf(data: Path) -> FlowShelf:
    return FlowShelf(data, set(TEXTS["zh"]), {"care"}, SHAPES)


class Kept:
    """An answering service on a real store; orders to the board are noted."""

    def __init__(self, store: Store, data: Path, **settings: object) -> None:
        self.ordered: list[Command] = []
        self.ledger = Ledger(store, lambda text: None)
        found = Settings.load(data, voicemail={"groups": {"care": ["1001"]}})
        self.answering = Answering(store, self.ledger, found, self.ordered.append)

    async def __aenter__(self) -> Kept:
        self.ledger.start()
        await self.answering.load(DESKS)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ledger.close()


def sound_file(data: Path, name: str, seconds: int = 2) -> Path:
    path = data / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    size = seconds * 16_000
    path.write_bytes(wav_header(size) + b"\xff" * size)
    return path


def file_names(data: Path) -> list[str]:
    return sorted(path.name for path in (data / FOLDER).iterdir())


def message(data: Path, call: str = "c1", box: str = "1001") -> Message:
    return Message(call, box, "000010023", 5.0, str(sound_file(data, f"{box}-{call}.wav")), 2.0)


@pytest.mark.unit
@pytest.mark.feature("SEA-13", "SEA-14")
async def test_wishes_are_checked_and_outlive_a_restart(store: Store, tmp_path: Path) -> None:
    async with Kept(store, tmp_path) as kept:
        wish = ForwardsState(always="1002", follow=("000010021",))
        kept.answering.wish("1001", wish)
        (order,) = kept.ordered
        assert order == SetForwards("1001", Forwards(always="1002", follow=("000010021",)))
        kept.answering.hear(ForwardsChanged(0.0, "1001", order.forwards))
        assert kept.answering.wishes("1001") == wish
        assert kept.answering.wishes("1002") == ForwardsState()
        for wrong, key in (("1001", "forward_to_oneself"), ("4711", "forward_nowhere"),
                           ("110", "forward_nowhere")):  # fmt: skip
            with pytest.raises(Refusal) as refused:
                kept.answering.wish("1001", ForwardsState(busy=wrong))
            assert refused.value.key == key
    async with Kept(store, tmp_path) as kept:
        assert kept.answering.wishes("1001") == wish
        settings = Settings.load(tmp_path)
        plan = board_plan(
            settings,
            [],
            trunk_password="x",
            prompts={},
            flows=shelf(tmp_path),
            answering=kept.answering,
        )
        assert plan.boxes["care"].owners == ("1001",)
        assert plan.message_path("care", "c9") == f"{tmp_path}/{FOLDER}/care-c9.wav"


@pytest.mark.unit
async def test_messages_whose_days_are_over_are_deleted_once(store: Store, tmp_path: Path) -> None:
    async with Kept(store, tmp_path) as kept:
        old = message(tmp_path)
        young = dataclasses.replace(message(tmp_path, "c2"), left=6.0)
        for one in (old, young):
            kept.answering.hear(MessageLeft(0.0, one.id, one))
        kept.answering.forget(6.0)
        assert kept.ordered == [MarkMessage("1001", "c1", "deleted")]
        kept.answering.hear(MessageChanged(0.0, dataclasses.replace(old, state="deleted")))
        assert [one.id for one in kept.answering.messages("1001")] == ["c2"]
        assert file_names(tmp_path) == ["1001-c2.wav"]
        kept.answering.forget(6.0)
        assert len(kept.ordered) == 1


@pytest.mark.unit
@pytest.mark.feature("NUR-24")
async def test_messages_are_kept_marked_and_deleted(store: Store, tmp_path: Path) -> None:
    left = message(tmp_path)
    async with Kept(store, tmp_path) as kept:
        kept.answering.hear(MessageLeft(0.0, "c1", left))
        kept.answering.hear(MessageLeft(0.0, "c2", message(tmp_path, "c2", "care")))
        assert [one.id for one in kept.answering.messages("1001")] == ["c1", "c2"]
        assert kept.answering.messages("1002") == []
        kept.answering.mark("1001", "c1", MessageMark(state="saved"))
        assert kept.ordered == [MarkMessage("1001", "c1", "saved")]
        kept.answering.hear(MessageChanged(0.0, dataclasses.replace(left, state="saved")))
        with pytest.raises(Refusal, match="no such message"):
            kept.answering.mark("1002", "c1", MessageMark(state="deleted"))
        changes: list[str] = []
        kept.answering.boxes_changed = lambda: changes.append(kept.answering.boxes()["1001"].pin)
        kept.answering.choose_pin("1001", "2468")
        assert changes == ["2468"], "the switchboard learns the PIN at once"
    async with Kept(store, tmp_path) as kept:
        kept.answering.hand_over()
        (loaded,) = kept.ordered
        assert isinstance(loaded, LoadMessages)
        assert {one.id: one.state for one in loaded.messages} == {"c1": "saved", "c2": "new"}
        assert kept.answering.boxes()["1001"].pin == "2468"
        kept.answering.hear(MessageChanged(0.0, dataclasses.replace(left, state="deleted")))
        assert not list((tmp_path / FOLDER).glob("1001-*"))
        assert [one.id for one in kept.answering.messages("1001")] == ["c2"]
    async with Kept(store, tmp_path) as kept:
        kept.answering.hand_over()
        assert [one.id for one in kept.ordered[0].messages] == ["c2"]  # type: ignore[union-attr]


@pytest.mark.unit
async def test_what_a_crash_left_is_found_and_what_is_nothing_goes(
    store: Store, tmp_path: Path
) -> None:
    sound_file(tmp_path, "1001-lost.wav", 3)
    short = sound_file(tmp_path, "1001-short.wav", 0)
    (tmp_path / FOLDER / "1001-noise.wav").write_bytes(b"not a recording")
    dropped = sound_file(tmp_path, "1002-empty.wav")
    async with Kept(store, tmp_path) as kept:
        (found,) = kept.answering.messages("1001")
        assert (found.id, found.seconds, found.caller) == ("lost", 3.0, "")
        assert not short.exists()
        kept.answering.hear(MessageDropped(0.0, "empty", str(dropped)))
        assert not dropped.exists()


@pytest.mark.unit
async def test_through_the_door(store: Store, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        kept = await stack.enter_async_context(Kept(store, tmp_path))
        kept.answering.hear(MessageLeft(0.0, "c1", message(tmp_path)))
        place = await stack.enter_async_context(
            open_door(tmp_path / "door", answering=kept.answering)
        )
        door = await stack.enter_async_context(DoorClient(place.server, lang="en"))
        await door.login("s01", "s01")
        await door.forward(ForwardsState(undisturbed=True))
        assert kept.ordered == [SetForwards("1001", Forwards(undisturbed=True))]
        (one,) = await door.messages()
        assert (one.id, one.caller) == ("c1", "000010023")
        assert (await door.message_sound("c1")).startswith(b"RIFF")
        await door.mark_message("c1", MessageMark(state="heard"))
        await door.choose_pin("1357")
        assert kept.answering.boxes()["1001"].pin == "1357"
        with pytest.raises(DoorRefused, match="leads nowhere"):
            await door.forward(ForwardsState(busy="999"))
        with pytest.raises(DoorRefused, match="no such message"):
            await door.message_sound("c7")
        await door.login("teacher", "teacher")
        with pytest.raises(DoorRefused, match="desk"):
            await door.messages()


# ── settings ─────────────────────────────────────────────────────────────────


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            '[hours."*"]\nweek = {mon = ["9-18"]}\nclosed = "voicemail care"',
            "09:00-18:00",
            "09:00-18:00",
        ),
        ('[hours."*"]\nclosed = "nowhere"', "值班座席", "duty seat"),
        ('[callers]\nblacklist = ["abc"]', "黑名单", "withheld"),
        ('[voicemail]\ngroups = {"a-b" = []}', "信箱名", "letters"),
        ('[numbers]\narea = "010"', "numbers.area", "numbers.area"),
    ],
)
def test_wrong_settings_are_told_in_both_languages(
    tmp_path: Path, text: str, zh: str, en: str
) -> None:
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    for lang, words in (("zh", zh), ("en", en)):
        speak(lang)  # type: ignore[arg-type]
        with pytest.raises(BadSettings, match=words):
            Settings.load(tmp_path)


@pytest.mark.unit
@pytest.mark.feature("TEL-23")
def test_hours_and_holidays_of_a_number(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(
        '[hours."*"]\nweek = { mon = ["09:00-18:00"], wed = ["09:00-24:00"] }\n'
        'closed = "voicemail care"\n[callers]\nblacklist = ["withheld"]\n'
    )

    def plan() -> object:
        settings = Settings.load(tmp_path)
        return board_plan(settings, [], trunk_password="x", prompts={}, flows=shelf(tmp_path))

    with pytest.raises(PlanError, match="care"):
        plan()
    settings = Settings.load(tmp_path)
    store = Answering(None, None, settings, lambda order: None)  # type: ignore[arg-type]
    found = board_plan(
        settings, [], trunk_password="x", prompts={}, flows=shelf(tmp_path), answering=store
    )
    hours = found.openings["*"].hours
    assert hours.open_at(datetime(2026, 10, 12, 10))
    assert hours.open_at(datetime(2026, 10, 14, 23, 59))
    assert not hours.open_at(datetime(2026, 10, 13, 10))
    assert hours.open_at(datetime(2026, 10, 10, 10)), "a Saturday that is worked as a Wednesday"
    assert not hours.open_at(datetime(2026, 10, 5, 10)), "a Monday of the national holiday"
    assert found.blacklist == ("withheld",)


@pytest.mark.unit
def test_the_school_may_write_its_own_holidays(tmp_path: Path) -> None:
    shipped = calendar("CN", tmp_path)
    assert date(2026, 2, 17) in shipped.days()
    assert shipped.moved()[date(2026, 2, 28)] == 0
    assert calendar("US", tmp_path).days() == frozenset()
    own = tmp_path / FILE
    own.write_text("[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-01\n")
    assert calendar("CN", tmp_path).days() == {date(2027, 1, 1)}
    for wrong, says in (
        ("[[holiday]]\nfirst = 2027-01-02\nlast = 2027-01-01\n", "backwards"),
        (
            '[[holiday]]\nfirst = 2027-01-01\nlast = 2027-01-01\nworked = {"2027-01-03" = "x"}',
            "sun",
        ),
        (
            '[[holiday]]\nfirst = 2027-10-01\nlast = 2027-10-07\nworked = {"2027-10-03" = "fri"}',
            "2027-10-03 is a holiday and a day that is worked",
        ),
        ("[[holiday]\n", r"holidays\.toml:1: the section's name does not end"),
    ):
        own.write_text(wrong)
        with pytest.raises(BadSettings, match=says):
            calendar("CN", tmp_path)


# ── the server as people run it ──────────────────────────────────────────────


async def soon(look: Callable[[], Awaitable[T]]) -> T:
    """Look until there is something, for a minute at most."""
    for _ in range(300):
        if found := await look():
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("it never came")


async def files(data: Path) -> list[Path]:
    return await asyncio.to_thread(lambda: list((data / FOLDER).glob("1002-*.wav")))


async def gone(door: DoorClient) -> bool:
    return not await door.messages()


@pytest.mark.wire
@pytest.mark.long
@pytest.mark.feature("TEL-13", "NUR-24", "SEA-13")
async def test_a_message_at_the_real_server(tmp_path: Path) -> None:
    """A colleague is forwarded to the mailbox, hums into it; it is there after a restart too."""
    data = tmp_path / "data"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(data))
        media = await stack.enter_async_context(MediaProcess())
        agent = await stack.enter_async_context(seat(server.http, media, 2))
        caller = await stack.enter_async_context(seat(server.http, media, 1))
        nobody = await caller.phone.dial("000019999")
        assert [event async for event in nobody.events()][-1] == Ended("404 Not Found", 404)
        await agent.door.forward(ForwardsState(always="voicemail"))
        call = await caller.phone.dial("1002")
        await call.until_answered()
        await call.play(["tone:300:60:-10"], loop=True)
        await soon(lambda: files(data))
        await asyncio.sleep(3)
        await call.press("#")
        async with asyncio.timeout(60):
            events = [event async for event in call.events()]
        assert isinstance(events[-1], Ended)
        kept = await soon(agent.door.messages)
        (one,) = kept
        assert (one.box, one.caller, one.state) == ("1002", "1001", "new")
        assert one.seconds > 1.5
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(data))
        media = await stack.enter_async_context(MediaProcess())
        agent = await stack.enter_async_context(seat(server.http, media, 2))
        assert (await agent.door.forwards()).always == "voicemail"
        assert [found.id for found in await agent.door.messages()] == [one.id]
        assert len(await agent.door.message_sound(one.id)) > 16_000
        await agent.door.mark_message(one.id, MessageMark(state="deleted"))
        await soon(lambda: gone(agent.door))
        assert not await files(data)


@pytest.mark.unit
@pytest.mark.feature("NUR-24")
async def test_messages_of_1970_get_their_files_time_once(store: Store, tmp_path: Path) -> None:
    """An older version counted from the machine's start."""
    async with Kept(store, tmp_path) as kept:
        left = message(tmp_path)
        kept.answering.hear(MessageLeft(0.0, "c1", left))
    os.utime(left.path, (1_760_000_000, 1_760_000_000))
    async with Kept(store, tmp_path) as kept:
        assert [one.left for one in kept.answering.messages("1001")] == [1_760_000_000]
    os.utime(left.path, (1_770_000_000, 1_770_000_000))
    async with Kept(store, tmp_path) as kept:
        assert [one.left for one in kept.answering.messages("1001")] == [1_760_000_000]
