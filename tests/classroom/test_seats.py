"""Seats through the door: reasons, the locked screen, one's own calls by conditions, the last calls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from classroom.door.client import DoorClient, DoorRefused
from classroom.door.seats import CallWish
from classroom.settings import BadSettings, Settings
from classroom.store.calls import Call
from classroom.words import speak
from tests.classroom.door import open_door

pytestmark = pytest.mark.wire

OWN = """
[seats]
lock = false
[seats.reasons.coffee]
zh = "喝茶"
en = "tea"
rest = true
[seats.reasons.desk_work]
zh = "案头工作"
en = "desk work"
"""


@pytest.mark.feature("SEA-04", "IMP-11")
async def test_the_school_words_its_reasons_and_says_which_are_a_break(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(OWN, "utf-8")
    async with open_door(tmp_path) as place, DoorClient(place.server) as door:
        await door.login("s01", "s01")
        rules = await door.seat_rules()
        assert not rules.lock
        told = [(one.id, one.zh, one.en, one.rest) for one in rules.reasons]
        assert told == [
            ("coffee", "喝茶", "tea", True), ("desk_work", "案头工作", "desk work", False),
        ]  # fmt: skip
        assert (await door.desk("break", "coffee")).rest
        assert not (await door.desk("break", "desk_work")).rest


@pytest.mark.feature("IMP-11")
def test_too_many_reasons_are_refused_in_one_sentence(tmp_path: Path) -> None:
    many = "".join(f'[seats.reasons.r{n}]\nzh = "甲"\nen = "a"\n' for n in range(10))
    (tmp_path / "lab.toml").write_text(many, "utf-8")
    speak("en")
    with pytest.raises(BadSettings, match="1 to 9 reasons"):
        Settings.load(tmp_path)


@pytest.mark.feature("TEL-18")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{customer}", "only {desk} {agent} may stand in braces"),
        ("{", "only {desk} {agent} may stand in braces"),
        ("x" * 336, "at most 335 characters"),
        ("", "at least 1"),
    ],
)
def test_a_ready_text_that_cannot_be_sent_is_refused_in_one_sentence(
    text: str, why: str, tmp_path: Path
) -> None:
    (tmp_path / "lab.toml").write_text(f'[seats.texts.one]\nzh = "{text}"\nen = "a"\n', "utf-8")
    speak("en")
    with pytest.raises(BadSettings, match=re.escape(why)):
        Settings.load(tmp_path)


@pytest.mark.feature("TEL-18")
def test_a_school_words_its_texts_or_has_none(tmp_path: Path) -> None:
    own = '[seats.texts.hello]\nzh = "{agent}问好"\nen = "{agent} says hello"\n'
    (tmp_path / "lab.toml").write_text(own, "utf-8")
    rules = Settings.load(tmp_path).seats.rules()
    assert [(one.zh, one.en) for one in rules.texts] == [("{agent}问好", "{agent} says hello")]
    (tmp_path / "lab.toml").write_text("[seats]\ntexts = {}\n", "utf-8")
    assert Settings.load(tmp_path).seats.rules().texts == []


@pytest.mark.feature("SEA-05")
async def test_only_the_password_of_the_agent_unlocks(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place, DoorClient(place.server, lang="en") as door:
        await door.login("s01", "s01")
        assert (await door.seat_rules()).lock
        with pytest.raises(DoorRefused, match="stays locked") as refused:
            await door.unlock("s02")
        assert refused.value.status == 403
        await door.unlock("s01")
        with pytest.raises(DoorRefused) as many:
            for _ in range(30):
                try:
                    await door.unlock("guess")
                except DoorRefused as no:
                    if no.status != 403:
                        raise
        assert many.value.status == 429


def calls() -> list[Call]:
    def call(number: int, **changes: object) -> Call:
        known = {
            "id": f"c{number}", "started": 1000.0 + number, "began_clock": 1.0, "caller": "05550107",
            "dialled": "95500", "agent": "s01", "answered_clock": 2.0, "state": "ended",
        }  # fmt: skip
        return Call(**{**known, **changes})

    return [
        call(1),
        call(2, answered_clock=None),
        call(3, caller="1001", dialled="05550155", agent="", dialled_by="s01"),
        call(4, agent="s02"),
        call(5, caller="1002", dialled="1001", dialled_by="s02"),
    ]


@pytest.mark.feature("SEA-12")
async def test_an_agent_finds_the_own_calls_by_conditions(tmp_path: Path) -> None:
    async with open_door(tmp_path) as place:
        async with place.store.write() as session:
            session.add_all(calls())
            await session.commit()
        async with DoorClient(place.server, lang="en") as door:
            await door.login("s01", "s01")

            async def found(**wish: object) -> list[str]:
                which = CallWish.model_validate(wish)
                return [one.call_id for one in await door.calls(which=which)]

            assert await found() == ["c5", "c3", "c2", "c1"]
            assert await found(number="0155") == ["c3"]
            assert await found(direction="out") == ["c3"]
            assert await found(direction="in") == ["c5", "c2", "c1"]
            assert await found(result="missed") == ["c2"]
            assert await found(result="answered", since=1003.0) == ["c5", "c3"]
            assert await found(until=1002.0) == ["c1"]
            assert await found(number="4000") == []
            rows = await door.calls(limit=2)
            assert [one.call_id for one in rows] == ["c5", "c3"]
            assert [one.call_id for one in await door.calls(limit=2, before=rows[-1].started)] == [
                "c2", "c1",
            ]  # fmt: skip
            assert rows[1].direction == "out" and rows[1].dialled == "05550155"
            assert rows[0].direction == "in"
            with pytest.raises(DoorRefused):
                await door.call("c4")
            assert (await door.call("c3")).summary.call_id == "c3"
