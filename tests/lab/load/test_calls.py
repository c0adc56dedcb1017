"""Callers and seats of the load lab on plain threads, against a running switchboard: no Locust."""

import asyncio
import random
from collections import defaultdict
from pathlib import Path

import pytest

from lab.load import calls
from lab.load.errors import LoadFailed
from lab.load.registering import Registrar
from lab.load.rules import CANCELLED, OF_A_CALL
from lab.load.scene import Meeting, Scene
from lab.load.stage import Post, Role, Seat, Stage
from telephony.pbx.plan import BoardPlan, DeskPlan
from tests.stage.school import open_school

pytestmark = pytest.mark.wire

PLAN = BoardPlan(
    realm="school", desks={number: DeskPlan(number, "secret") for number in ("1001", "1002")}
)
CALLER, SEAT = 440, 1500


class Rows:
    """Everything that was measured; asked of no server over HTTP here."""

    def __init__(self) -> None:
        self.written: dict[str, list[tuple[float, str | None]]] = defaultdict(list)

    def __call__(
        self, kind: str, name: str, milliseconds: float, failure: str | None = None, /
    ) -> None:
        if kind != "HTTP":
            self.written[name].append((milliseconds, failure))

    @property
    def failures(self) -> dict[str, str]:
        return {
            name: failure
            for name, entries in self.written.items()
            for _, failure in entries
            if failure
        }


class Mistaken(Scene):
    """Its callers are told another pitch than the seat hums."""

    def meet(self, meeting: Meeting, hertz: int) -> None:
        super().meet(meeting, hertz + 40)


def staged(
    sip: tuple[str, int], tapes: Path, *, password: str = "secret", impatient: float = 0.0
) -> Stage:
    role = Role(
        number="1001", dials="1002", hertz=CALLER, user="1001", password=password, task="inside"
    )
    seat = Seat(login="s02", extension="1002", password="secret", token="t")
    return Stage(
        http="127.0.0.1:9",
        sip=sip,
        teacher="t",
        callers=[role],
        registrants=[],
        posts=[Post(seat=seat, hertz=SEAT, ready=False)],
        talk=2.5,
        impatient=impatient,
        wrapup=0.0,
        tapes=tapes,
    )


def tapes_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.wav"))


def one_call(scene: Scene) -> None:
    """Place one call, and wait until the seat has written its rows too."""
    role = scene.stage.callers[0]
    scene.open()
    try:
        phone = scene.telephone(role.user, role.password)
        calls.place(scene, phone, role, random.Random(1))
        scene.settle()
    finally:
        scene.close()


async def test_a_call_is_measured_at_both_ends_and_nothing_is_wrong_with_it(
    tmp_path: Path,
) -> None:
    rows = Rows()
    async with open_school(PLAN) as school:
        scene = Scene(staged((school.host, school.port), tmp_path), rows)
        await asyncio.to_thread(one_call, scene)
    assert rows.failures == {}
    assert rows.written.keys() >= {
        "INVITE to 180, seat to seat",
        "INVITE to 200, seat to seat",
        "BYE to its answer",
        "a caller hears a seat",
        "a seat hears the caller",
        "sound lost on the way to a caller",
        "jitter at a seat",
        "whole call",
    }
    for rule in OF_A_CALL:
        assert len(rows.written[rule]) == 2
    assert tapes_in(tmp_path) == []


async def test_a_seat_that_hums_another_pitch_is_one_way_audio(tmp_path: Path) -> None:
    rows = Rows()
    async with open_school(PLAN) as school:
        scene = Mistaken(staged((school.host, school.port), tmp_path), rows)
        await asyncio.to_thread(one_call, scene)
    assert rows.failures["a caller hears a seat"].startswith("one-way audio")
    assert rows.failures["whole call"].startswith("one-way audio")
    assert "a seat hears the caller" not in rows.failures


async def test_a_caller_who_hangs_up_while_it_rings_is_let_go_properly(tmp_path: Path) -> None:
    rows = Rows()
    async with open_school(PLAN) as school:
        stage = staged((school.host, school.port), tmp_path, impatient=1.0)
        await asyncio.to_thread(one_call, Scene(stage, rows))
        assert school.board.board.works.calls == {}
    assert rows.failures == {}
    assert rows.written["early hang-up to its answer"]
    assert len(rows.written[CANCELLED]) == 1
    assert len(rows.written["call at a seat"]) == 1


async def test_a_wrong_password_fails_the_call_and_says_how(tmp_path: Path) -> None:
    rows = Rows()
    async with open_school(PLAN) as school:
        stage = staged((school.host, school.port), tmp_path, password="guessed")
        await asyncio.to_thread(one_call, Scene(stage, rows))
    assert rows.failures["INVITE to 200, seat to seat"] == "403 Forbidden"
    assert "403 Forbidden" in rows.failures["whole call"]


async def test_a_seat_that_cannot_register_is_no_run(tmp_path: Path) -> None:
    plan = BoardPlan(realm="school", desks={"1002": DeskPlan("1002", "other")})
    async with open_school(plan) as school:
        scene = Scene(staged((school.host, school.port), tmp_path), Rows())
        with pytest.raises(LoadFailed, match="seat 1002 cannot register: 403"):
            await asyncio.to_thread(one_call, scene)


async def test_a_registrant_comes_refreshes_and_goes(tmp_path: Path) -> None:
    rows = Rows()
    async with open_school(PLAN) as school:
        scene = Scene(staged((school.host, school.port), tmp_path), rows)
        registrar = Registrar(scene.telephone("1001", "secret"), rows)
        try:
            await asyncio.to_thread(registrar.come_and_go)
            assert not school.board.board.works.registrar.of("1001")
        finally:
            await asyncio.to_thread(scene.close)
    assert {name: len(found) for name, found in rows.written.items()} == {
        "REGISTER to 200, first": 1,
        "REGISTER to 200, refresh": 3,
        "REGISTER to 200, leaving": 1,
    }
    assert rows.failures == {}
