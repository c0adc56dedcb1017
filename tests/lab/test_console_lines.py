"""The console's lines: channels, who waits, and conferences managed by key."""

import pytest

from classroom.door.lines import (
    ChannelRow,
    ConferenceRow,
    ConferenceTape,
    LinesState,
    MemberRow,
    WaitingRow,
)
from lab.parts.dialogs import NumberScreen
from lab.words import Words
from telephony.pbx.leg_states import LegState
from tests.lab.test_pictures import check, every_size_and_language, picture  # noqa: F401
from tests.stage.screen import shows, until

pytestmark = pytest.mark.screen


@pytest.mark.unit
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_state_of_a_leg_has_a_word(lang):
    words = Words(lang)
    assert all(words(f"channel.{state.value}") for state in LegState if state is not LegState.GONE)


def channel(extension: str, name: str, state: str, **more: object) -> ChannelRow:
    base = {"call_id": "c", "trunk": "", "number": "", "seconds": 75.0, "codec": "PCMA"}
    rest = {**base, "secured": False, **more}
    return ChannelRow.model_validate({"extension": extension, "name": name, "state": state} | rest)


def some_lines() -> LinesState:
    lin = MemberRow(number="1007", name="Lin", state="talking", muted=False)
    member = MemberRow(number="05550107", name="", state="calling", muted=False)
    return LinesState(
        channels=[
            channel("1002", "Li Na", "talking", secured=True),
            channel("", "", "talking", trunk="practice", number="05550107"),
        ],
        waiting=[
            WaitingRow(
                queue="care", call_id="w1", caller="05550108", position=1, waited=42, expected=90,
                offered=False,
            )
        ],
        conferences=[
            ConferenceRow(
                name="88", chair="1000", seconds=60, locked=False, recorded=True,
                members=[lin, member],
            )
        ],
    )  # fmt: skip


@pytest.mark.feature("LCA-04", "LCA-05")
async def test_channels_and_the_waiting_queue_are_shown_with_their_times(console):
    async with console() as stage:
        stage.door.the_lines = some_lines()
        await stage.pilot.press("f12")
        for text in ("1002 Li Na", "通话中", "01:15", "PCMA+", "practice", "05550108", "00:42"):
            await until(stage.pilot, lambda text=text: shows(stage.app, text))


@pytest.mark.feature("BAS-08")
async def test_a_conference_is_opened_managed_and_ended(console):
    async with console("en") as stage:
        await stage.pilot.press("f12", "n")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        stage.door.the_lines = some_lines()
        await stage.pilot.press(*"88", "enter")
        await until(stage.pilot, lambda: shows(stage.app, "1007 Lin"))
        await stage.pilot.press("i")
        await until(stage.pilot, lambda: isinstance(stage.app.screen, NumberScreen))
        await stage.pilot.press(*"1008", "enter")
        await until(stage.pilot, lambda: len(stage.controls.done) == 2)
        for count, key in enumerate("mkoe", 3):
            await stage.pilot.press(key)
            await until(stage.pilot, lambda count=count: len(stage.controls.done) == count)
        assert stage.controls.done == [
            ("OpenConference", {"name": "88"}),
            ("Invite", {"name": "88", "number": "1008"}),
            ("MuteMember", {"name": "88", "number": "1007", "muted": True}),
            ("Kick", {"name": "88", "number": "1007"}),
            ("LockConference", {"name": "88", "locked": True}),
            ("EndConference", {"name": "88"}),
        ]
        stage.controls.refusal = "There is no such conference; open it first."
        await stage.pilot.press("e")
        await until(stage.pilot, lambda: shows(stage.app, "There is no such conference"))


@pytest.mark.feature("BAS-08")
async def test_conferences_that_are_over_are_found_and_heard(console):
    async with console("en") as stage:
        stage.door.the_tapes = [
            ConferenceTape(id="88-20261123-010203", name="88", began=0.0, seconds=75.0),
            ConferenceTape(id="7-20261122-010203", name="7", began=0.0, seconds=3700.0),
        ]
        await stage.pilot.press("f12", "r")
        await until(stage.pilot, lambda: shows(stage.app, "1:01:40") and shows(stage.app, "01:15"))
        await stage.pilot.press("down", "space")
        await until(stage.pilot, lambda: shows(stage.app, "Nothing on this machine can play"))
        assert stage.door.asked_for("conference_recording") == ["7-20261122-010203"]
        assert (stage.app.player.folder / "conference-7-20261122-010203.wav").exists()
        await stage.pilot.press("escape")
        await until(stage.pilot, lambda: shows(stage.app, "R tapes"))


@every_size_and_language
async def test_pictures_of_the_lines(console, picture, lang, size):  # noqa: F811
    async with console(lang, size) as stage:
        stage.door.the_lines = some_lines()
        await stage.pilot.press("f12")
        await until(stage.pilot, lambda: shows(stage.app, "1007 Lin"))
        await check(stage, picture, "console-lines", size)
