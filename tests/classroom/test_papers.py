"""Changes of ``trunks.yaml`` and ``lab.toml`` while the server runs: whole or not at all, and told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from classroom.door.wire import Alarm
from classroom.flows.lookups import SHAPES
from classroom.flows.shelf import FlowShelf
from classroom.papers import Papers
from classroom.plan import queues_of
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from classroom.store.people import Person
from classroom.trunks import GatewayEntry, TrunkEntry, add, remove
from telephony.media.process import MediaProcess
from telephony.pbx.plan import BoardPlan
from telephony.phone_events import CallState, Ended
from tests.classroom.real import real
from tests.classroom.seats import seat, teacher

CARRIER = TrunkEntry(
    name="telecom", line="practice", gateways=[GatewayEntry(host="127.0.0.9")],
    numbers={"01062340001": "queue care"},
)  # fmt: skip


class NoFlows:
    """Flows that nobody renders."""

    def __init__(self, data: Path) -> None:
        queues = frozenset(queues_of(Settings.load(data)))
        self.shelf = FlowShelf(data / "flows", frozenset(TEXTS["zh"]), queues, SHAPES, "zh")
        self.shelf.load()
        self.clips = SimpleNamespace(prompts=dict, unspoken=list)


class Desk:
    """Papers on a desk of their own: what they put on the board, what they say."""

    def __init__(self, data: Path, people: Sequence[Person] = ()) -> None:
        self.data, self.said, self.put = data, list[str](), list[BoardPlan]()
        nothing: Any = None
        flows: Any = NoFlows(data)
        self.papers = Papers(
            Settings.load(data), people, flows, nothing, trunk_password="x", alarm=self.said.append
        )
        self.papers.put = self.put.append

    def write(self, text: str) -> None:
        (self.data / "lab.toml").write_text(text, encoding="utf-8")
        self.papers.look()


@pytest.mark.unit
@pytest.mark.feature("TEL-23")
def test_hours_hold_however_their_number_is_written_and_nobodys_number_is_told(
    tmp_path: Path,
) -> None:
    add(tmp_path, CARRIER)
    desk = Desk(tmp_path)
    hours = '[hours."{}"]\nclosed = "queue care"\n'
    desk.write(hours.format("+86 10 6234 0001") + hours.format("01099990000"))
    assert set(desk.put[-1].openings) == {"01062340001", "01099990000"}
    told = [said for said in desk.said if "no number of ours" in said]
    assert len(told) == 1 and "01099990000" in told[0]


@pytest.mark.unit
@pytest.mark.feature("TEL-24")
def test_the_blacklist_goes_live_and_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.papers.look()
    assert desk.put == []
    desk.write('[callers]\nblacklist = ["13800138000"]\n')
    assert desk.put[-1].blacklist == ("13800138000",)
    assert desk.said == [
        "New settings are in force (callers); calls in progress go on as they were."
    ]
    desk.papers.look()
    assert len(desk.put) == 1


@pytest.mark.unit
def test_the_mail_port_of_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    for given, port in ({"smtp_port": 2525}, 2525), ({}, 26):
        desk, seen = Desk(tmp_path), list[Settings]()
        desk.papers = Papers(
            Settings.load(tmp_path, letters=given) if given else Settings.load(tmp_path), (),
            desk.papers._flows, desk.papers._answering, trunk_password="x", alarm=desk.said.append,
        )  # fmt: skip
        desk.papers.resort = seen.append
        desk.write('[letters]\nsmtp_port = 26\naddress = "care@lab.example"\n')
        assert (seen[-1].letters.smtp_port, seen[-1].letters.address) == (port, "care@lab.example")
        desk.write("")


@pytest.mark.unit
def test_trunks_go_live_and_are_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    add(tmp_path, CARRIER)
    desk.papers.look()
    assert [trunk.name for trunk in desk.put[-1].trunks] == ["practice", "telecom"]
    assert "trunk telecom" in desk.said[-1]
    desk.write('[[outbound]]\ntrunk = "telecom"\n')
    assert [rule.trunk for rule in desk.put[-1].rules] == ["telecom", "practice"]
    remove(tmp_path, "telecom")
    desk.papers.look()
    assert len(desk.put) == 2, "a trunk that a rule names stays until the rule is gone"
    assert "'telecom'" in desk.said[-1] and "not taken" in desk.said[-1]
    desk.write("")
    assert [trunk.name for trunk in desk.put[-1].trunks] == ["practice"]
    assert "outbound, trunk telecom" in desk.said[-1]


LOST = '[queues.care]\nmembers = ["1001-1010", "1070-1080"]\n'
STUDENT, TEACHER = (
    Person(login=role, name="", role=role, extension=number, password_hash="", sip_password="x")
    for role, number in (("student", "1001"), ("instructor", "1900"))
)


@pytest.mark.unit
def test_a_school_goes_on_without_a_member_who_left_and_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(LOST, encoding="utf-8")
    desk = Desk(tmp_path, [STUDENT, TEACHER])
    members = desk.papers.plan().queues["care"].members
    assert members and "1001" in members
    desk.papers.changed()
    assert len(desk.said) == 1 and "care" in desk.said[0] and "1070-1080" in desk.said[0]
    desk.write(LOST + "[queues.vip]\nmembers = ['1070']\n")
    assert "vip" in desk.put[-1].queues, "it goes live and is told"
    assert any("vip" in said and "1070" in said for said in desk.said[1:])


@pytest.mark.unit
def test_before_there_is_a_class_members_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(LOST, encoding="utf-8")
    desk = Desk(tmp_path, [TEACHER])
    assert desk.papers.plan().queues["care"].members and not desk.said


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[callers]\nblacklist = ["x"]\n', "callers.blacklist"),
        ("[callers\n", "lab.toml:1: the section"),
        ('[callers]\nblacklist = ["withheld"]\n[[outbound]]\ntrunk = "b"\n', "'b'"),
    ],
)
def test_what_is_wrong_is_told_and_the_old_stays(tmp_path: Path, text: str, why: str) -> None:
    desk = Desk(tmp_path)
    desk.write(text)
    assert desk.put == []
    assert why in desk.said[-1] and "the old ones stay in force" in desk.said[-1]
    desk.write('[callers]\nblacklist = ["withheld"]\n')
    assert desk.put[-1].blacklist == ("withheld",)


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[members.8001]\npin = 4711\n", "bad_setting members.pin"),
        ("[callers\n", "bad_toml"),
        ('[[outbound]]\ntrunk = "b"\n', "bad_plan rule_lost"),
    ],
)
def test_the_log_says_why_and_nothing_of_what_is_written(
    tmp_path: Path, text: str, why: str
) -> None:
    desk = Desk(tmp_path)
    with structlog.testing.capture_logs() as logs:
        desk.write(text)
    assert [(one["event"], one["why"]) for one in logs] == [("papers not taken", why)]


@pytest.mark.unit
def test_what_needs_a_new_start_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.write("[network]\nsip_port = 5070\n")
    assert desk.put == []
    assert desk.said == ["These settings need a new start of the server: network."]


@pytest.mark.unit
def test_broken_trunks_are_told_and_the_old_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "trunks.yaml").write_text("- name: a\n")
    desk.papers.look()
    assert desk.put == [] and "a.gateways" in desk.said[-1]


@pytest.mark.wire
@pytest.mark.feature("TEL-24")
async def test_a_call_in_progress_outlives_every_change(tmp_path: Path) -> None:
    """At the real server: the trunks change in mid-call, the console hears of it, the call goes on."""
    data = tmp_path / "data"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(real(data))
        media = await stack.enter_async_context(MediaProcess())
        await stack.enter_async_context(seat(server.http, media, 2))
        caller = await stack.enter_async_context(seat(server.http, media, 1))
        call = await caller.phone.dial("1002")
        await call.until_answered()
        console = await stack.enter_async_context(teacher(server.http))
        add(data, CARRIER)
        (data / "lab.toml").write_text('[callers]\nblacklist = ["withheld"]\n')
        async with asyncio.timeout(60):
            async for event in console.floor():
                if isinstance(event, Alarm) and "trunk telecom" in event.text:
                    break
        assert call.state is CallState.TALKING
        await call.hang_up()
        async with asyncio.timeout(60):
            events = [event async for event in call.events()]
        assert isinstance(events[-1], Ended)


@pytest.mark.unit
def test_holidays_go_live_and_broken_ones_are_told(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text(
        '[hours."*"]\nweek = {mon = ["09:00-18:00"]}\nclosed = "flow front"\n'
    )
    desk = Desk(tmp_path)
    days = tmp_path / "holidays.toml"
    days.write_text("[[holiday]]\nfirst = 2030-05-06\nlast = 2030-05-06\n")
    desk.papers.look()
    assert "holidays.toml" in desk.said[-1] and len(desk.put) == 1
    days.write_text("[[holiday]\n")
    desk.papers.look()
    assert "holidays.toml" in desk.said[-1] and len(desk.put) == 1
    days.unlink()
    desk.papers.look()
    assert "holidays.toml" in desk.said[-1] and len(desk.put) == 2
