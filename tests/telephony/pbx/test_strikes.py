"""Whoever guesses passwords at the door: banned for a while, where others behind the address are not."""

from __future__ import annotations

import pytest

from telephony.pbx import events as ev
from telephony.pbx.strikes import BAN, MOST, NAMES, TRIES, WITHIN, Strikes
from telephony.sip import events as sip
from tests.stage.exchange import Exchange, answering, dials, plan_of, register, seat
from tests.stage.loopback import Party
from tests.stage.virtual import World

HOST, OTHER = "10.0.0.7", "10.0.0.8"


def statuses(party: Party) -> list[int]:
    return [event.status for event in party.all(sip.Responded)]


@pytest.mark.story
def test_who_guesses_is_not_listened_to_even_with_the_right_password() -> None:
    world = World(3)
    exchange = Exchange(world, plan_of(2))
    guesser, friend = seat(world, "1001", registers=False), seat(world, "1002")
    answering(friend)
    world.run(1)
    for _ in range(TRIES):
        register(guesser, password="guess")
        world.run(1)
    assert statuses(guesser) == [403] * TRIES
    (told,) = exchange.all(ev.Alarm)
    assert told.code == "password_guessed"
    assert told.values == {"host": guesser.address[0], "desk": "1001"}
    register(guesser)
    dials(guesser, "1002", user="1001", password="secret1")
    world.run(1)
    last = guesser.all(sip.Responded)[-1]
    assert last.status == guesser.only(sip.Refused).status == 403
    assert last.response is not None
    assert 0 < int(last.response.headers.get("Retry-After")) <= BAN
    world.run(BAN)
    register(guesser)
    world.run(1)
    assert statuses(guesser)[-1] == 200
    assert len(exchange.all(ev.Alarm)) == 1
    world.run(60)
    assert exchange.leftovers() == {}


@pytest.mark.unit
def test_a_name_is_banned_at_one_address_only_and_for_a_while() -> None:
    strikes = Strikes()
    began = [strikes.wrong(HOST, "1001", float(second)) for second in range(TRIES + 2)]
    assert began == [False] * (TRIES - 1) + [True, False, False]
    assert strikes.left(HOST, "1001", 20.0) == pytest.approx(TRIES - 1 + BAN - 20)
    assert not strikes.left(OTHER, "1001", 20.0) and not strikes.left(HOST, "1002", 20.0)
    assert strikes.left(HOST, "1001", TRIES - 1 + BAN) <= 0


@pytest.mark.unit
def test_slow_mistakes_and_those_before_a_right_answer_count_for_nothing() -> None:
    strikes = Strikes()
    for n in range(5 * TRIES):
        assert not strikes.wrong(HOST, "1001", n * (WITHIN / (TRIES - 2)))
    for n in range(5 * TRIES):
        strikes.right(HOST, "1002")
        assert not strikes.wrong(HOST, "1002", 1000.0 + n * 0.1 * WITHIN)


@pytest.mark.unit
def test_who_tries_many_names_is_banned_and_who_proved_a_name_there_is_not() -> None:
    strikes = Strikes()
    strikes.right(HOST, "1001")
    began = [strikes.wrong(HOST, f"9{n}", 1.0) for n in range(NAMES)]
    assert began.index(True) == NAMES - 1
    assert strikes.left(HOST, "1002", 2.0) > 0, "a new name from there has to wait"
    assert not strikes.left(HOST, "1001", 2.0), "a seat behind the same router goes on"
    assert not strikes.left(OTHER, "1002", 2.0)


@pytest.mark.unit
def test_endless_names_take_no_endless_memory() -> None:
    strikes = Strikes()
    for n in range(3 * MOST):
        strikes.wrong(f"10.{n >> 8}.{n & 255}.1", f"{n}", 1.0)
        strikes.right(f"10.{n >> 8}.{n & 255}.2", f"{n}")
    assert len(strikes._counts) == len(strikes._proved) == MOST
