from pathlib import Path

import pytest

from classroom.door.api.keys import Doorkeeper, Keys
from classroom.errors import Refusal

pytestmark = pytest.mark.unit


def test_a_token_outlives_a_restart_but_not_its_hours(tmp_path: Path) -> None:
    token = Keys(tmp_path / "key", 1.0).make("s01")
    assert Keys(tmp_path / "key", 1.0).read(token) == "s01"
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(Refusal, match="expired"):
        Keys(tmp_path / "key", -1.0).read(token)
    with pytest.raises(Refusal, match="Log in first"):
        Keys(tmp_path / "other key", 1.0).read(token)
    for spoilt in (token + "中", "\n" + token, token + "=", token + "%"):
        with pytest.raises(Refusal, match="Log in first"):
            Keys(tmp_path / "key", 1.0).read(spoilt)


def test_every_wait_is_twice_as_long_as_the_one_before() -> None:
    keeper, now, waits = Doorkeeper(), 0.0, []
    for _ in range(6):
        for _ in range(5):
            keeper.admit("s01", "a", now)
            keeper.failed("s01", "a", now)
        with pytest.raises(Refusal) as refused:
            keeper.admit("s01", "a", now)
        waits.append(int(str(refused.value.values["seconds"])) - 1)
        now += waits[-1] + 0.5
    assert waits == [15, 30, 60, 120, 240, 240]


def test_getting_in_wipes_the_slate_and_so_does_time() -> None:
    keeper = Doorkeeper()
    for _ in range(4):
        keeper.failed("s01", "a", 0.0)
    keeper.passed("s01", "a")
    for _ in range(4):
        keeper.failed("s01", "a", 1.0)
    keeper.admit("s01", "a", 400.0)
    keeper.failed("s01", "a", 400.0)
    keeper.admit("s01", "a", 400.0)
    for _ in range(4):
        keeper.failed("s01", "a", 400.0)
    with pytest.raises(Refusal, match="try again"):
        keeper.admit("s01", "a", 400.0)


def test_an_address_that_tries_every_login_has_to_wait_too() -> None:
    keeper = Doorkeeper()
    for number in range(60):
        keeper.failed(f"s{number}", "a", 0.0)
    with pytest.raises(Refusal, match="try again in 16 seconds"):
        keeper.admit("anybody", "a", 0.0)
    keeper.admit("anybody", "b", 0.0)
