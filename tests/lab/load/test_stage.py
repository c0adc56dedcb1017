"""Who plays what in a class of fifty."""

import os
import stat
from pathlib import Path

import pytest

from lab.load.errors import LoadFailed
from lab.load.stage import VARIABLE, Seat, Stage, cast_roles, share_out
from scenarios.numbers import is_fake

pytestmark = pytest.mark.unit

SEATS = [
    Seat(login=f"s{n:02}", extension=str(1000 + n), password=f"secret-{n}", token="t")
    for n in range(1, 51)
]


def staged(callers: int) -> Stage:
    parts = share_out(callers, len(SEATS))
    roles, registrants, posts = cast_roles(
        parts, SEATS, hotline="000010000", trunk=("practice", "pw")
    )
    return Stage(
        http="127.0.0.1:1", sip=("127.0.0.1", 2), teacher="t", callers=roles, talk=8.0, wrapup=1.0,
        registrants=registrants, posts=posts, tapes=Path("tapes"),
    )  # fmt: skip


def test_locust_started_by_hand_is_told_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(LoadFailed, match="lab load --users 5"):
        Stage.read()


@pytest.mark.parametrize("callers", [1, 2, 5, 20, 50, 120, 200])
def test_so_many_call_as_were_asked_for_and_no_seat_plays_two_parts(callers: int) -> None:
    stage = staged(callers)
    assert len(stage.callers) == callers
    assert len(stage.registrants) >= 1
    inside = [role.user for role in stage.callers if role.task == "inside"]
    registering = [role.user for role in stage.registrants]
    answering = [post.seat.extension for post in stage.posts]
    playing = inside + registering + answering
    assert len(set(playing)) == len(playing) <= 50


def test_who_calls_a_seat_calls_one_that_takes_no_calls_of_the_queue() -> None:
    stage = staged(50)
    reachable = {post.seat.extension for post in stage.posts if not post.ready}
    assert {role.dials for role in stage.callers if role.task == "inside"} == reachable


def test_callers_from_outside_have_numbers_that_no_carrier_serves() -> None:
    outside = [role for role in staged(200).callers if role.task == "queue"]
    assert all(is_fake(role.number) for role in outside)
    assert len({role.number for role in outside}) == len(outside)


def test_the_stage_is_read_back_and_only_its_owner_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stage.json"
    staged(5).write(file)
    monkeypatch.setenv(VARIABLE, str(file))
    assert Stage.read() == staged(5)
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_password_shows_when_a_part_is_printed() -> None:
    stage = staged(5)
    assert "secret" not in repr(stage) and "'pw'" not in repr(stage)
