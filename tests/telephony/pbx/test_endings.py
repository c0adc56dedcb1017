"""However a call ends, and whoever ends it, nothing of it stays on the board."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from telephony.media import control
from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.sip import events as sip
from telephony.sip import sdp
from tests.stage.exchange import (
    HOTLINE,
    PROMPTS,
    Exchange,
    answering,
    carrier,
    dials,
    plan_of,
    press,
    register,
    seat,
)
from tests.stage.loopback import Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def house(seats: int = 1, **changes: object) -> tuple[World, Exchange, Party, list[Party]]:
    """A board, the carrier and seats that are registered and ready."""
    world = World(5)
    exchange = Exchange(world, plan_of(seats, **changes))
    phones = [seat(world, str(1001 + n)) for n in range(seats)]
    customer = carrier(world)
    world.run(1)
    exchange.ready(*(phone.name for phone in phones))
    return world, exchange, customer, phones


def is_quiet(world: World, exchange: Exchange) -> None:
    world.run(90)
    assert exchange.leftovers() == {}


@pytest.mark.parametrize(("wait", "stage"), [(1.0, "flow"), (16.0, "queued"), (3.0, "menu")])
def test_the_caller_hangs_up_before_anybody_answers(wait: float, stage: str) -> None:
    world, exchange, customer, _ = house(0)
    leg = dials(customer, "000010001" if stage == "queued" else HOTLINE)
    world.run(wait)
    customer.hang_up(leg)
    is_quiet(world, exchange)
    ended = exchange.only(ev.CallEnded)
    assert (ended.by, ended.why) == ("caller", "hung_up")
    assert ended.queue_log == ("ABANDON" if stage == "queued" else "")


def test_the_caller_hangs_up_while_the_desk_rings() -> None:
    world, exchange, customer, (agent,) = house()
    agent.on(sip.Invited, lambda event: agent.core.ring(event.leg, agent.now))
    leg = dials(customer, "000010001")
    world.run(3)
    assert exchange.desk("1001") == "offered"
    customer.hang_up(leg)
    world.run(1)
    assert agent.only(sip.Ended).cause == "remote", "the CANCEL goes through to the desk"
    assert exchange.desk("1001") == "idle"
    assert not exchange.all(ev.DeskMissed), "the desk is not to blame"
    assert exchange.only(ev.CallEnded).queue_log == "ABANDON"
    is_quiet(world, exchange)


def test_a_refusing_desk_gives_the_call_to_the_next() -> None:
    world, exchange, customer, (first, second) = house(2)
    first.on(sip.Invited, lambda event: first.core.refuse(event.leg, 486, first.now))
    legs = answering(second)
    dials(customer, "000010001")
    world.run(5)
    missed = exchange.only(ev.DeskMissed)
    assert (missed.extension, missed.why, missed.queue_log) == ("1001", "busy", "RINGNOANSWER")
    assert exchange.only(ev.DeskAnswered).extension == "1002"
    second.hang_up(legs[0])
    is_quiet(world, exchange)


def test_a_desk_that_does_not_answer_rests_and_the_next_one_rings() -> None:
    world, exchange, customer, (first, second) = house(2)
    first.on(sip.Invited, lambda event: first.core.ring(event.leg, first.now))
    answering(second, after=3.0)
    leg = dials(customer, "000010001")
    world.run(25)
    assert exchange.only(ev.DeskMissed).why == "no_answer"
    assert 14.9 < exchange.only(ev.DeskMissed).rang < 15.1
    assert exchange.only(ev.DeskAnswered).extension == "1002"
    assert first.only(sip.Ended).cause == "remote"
    customer.hang_up(leg)
    is_quiet(world, exchange)


@pytest.mark.feature("TEL-06")
def test_nobody_is_there_and_the_caller_is_told() -> None:
    world, exchange, customer, _ = house(0)
    dials(customer, "000010001")
    world.run(119)
    assert len(exchange.all(ev.PositionSpoken)) == 4, "after 10 s, then every 30 s"
    world.run(5)
    left = exchange.only(ev.QueueLeft)
    assert (left.why, left.queue_log) == ("waited_too_long", "EXITWITHTIMEOUT")
    assert "queue.gave_up" in [prompt.key for prompt in exchange.all(ev.PromptPlayed)]
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    is_quiet(world, exchange)


def test_a_desk_on_a_break_is_left_alone_until_it_is_ready() -> None:
    world, exchange, customer, (agent,) = house()
    exchange.command(commands.SetDuty("1001", commands.Duty.BREAK, "lunch"))
    answering(agent)
    leg = dials(customer, "000010001")
    world.run(20)
    assert not exchange.all(ev.DeskOffered)
    exchange.ready("1001")
    world.run(3)
    assert exchange.only(ev.DeskAnswered).extension == "1001"
    spells = [(spell.what, spell.reason) for spell in exchange.all(ev.Spell)]
    assert ("break", "lunch") in spells
    customer.hang_up(leg)
    is_quiet(world, exchange)


def test_the_desk_answers_while_the_caller_hangs_up() -> None:
    """The 200 of the desk and the caller's BYE cross on the wire."""
    world, exchange, customer, (agent,) = house()
    agent.on(sip.Invited, lambda event: agent.core.ring(event.leg, agent.now))
    leg = dials(customer, "000010001")
    world.run(3)
    customer.hang_up(leg)
    agent.core.answer(agent.only(sip.Invited).leg, sdp.make_offer("10.0.1.1", 6000), world.now)
    world.flush()
    is_quiet(world, exchange)
    assert exchange.desk("1001") == "idle"
    assert agent.only(sip.Ended)


def test_both_hang_up_at_once() -> None:
    world, exchange, customer, (agent,) = house()
    legs = answering(agent)
    leg = dials(customer, "000010001")
    world.run(5)
    customer.hang_up(leg)
    agent.hang_up(legs[0])
    world.flush()
    is_quiet(world, exchange)
    assert exchange.only(ev.TalkEnded)
    assert exchange.only(ev.CallEnded)


def test_the_customer_leaves_and_the_desk_wraps_up() -> None:
    world, exchange, customer, (agent,) = house()
    answering(agent)
    leg = dials(customer, "000010001")
    world.run(5)
    customer.hang_up(leg)
    world.run(1)
    assert exchange.desk("1001") == "wrapping"
    assert exchange.only(ev.TalkEnded).queue_log == "COMPLETECALLER"
    assert not exchange.all(ev.Rated)
    exchange.command(commands.EndWrapup("1001"))
    assert exchange.desk("1001") == "idle"
    is_quiet(world, exchange)


def test_a_silent_telephone_that_answers_a_ping_stays() -> None:
    world, exchange, customer, (agent,) = house()
    answering(agent)
    leg = dials(customer, "000010001")
    world.run(5)
    name = next(n for n in exchange.board.works.legs.by_name if "callee" in n)
    exchange.media(control.MediaLost(name, world.now))
    world.run(40)
    assert exchange.desk("1001") == "talking"
    customer.hang_up(leg)
    is_quiet(world, exchange)


@pytest.mark.parametrize("side", ["caller", "callee"])
def test_a_telephone_that_vanished_is_missed_and_the_other_let_go(side: str) -> None:
    world, exchange, customer, (agent,) = house()
    answering(agent)
    dials(customer, "000010001")
    world.run(5)
    gone, left = (customer, agent) if side == "caller" else (agent, customer)
    world.network.loses = lambda sent: gone.address in (sent.target, sent.source)
    name = next(n for n in exchange.board.works.legs.by_name if side in n)
    exchange.media(control.MediaLost(name, world.now))
    world.run(40)
    assert left.only(sip.Ended).cause == "remote"
    assert exchange.only(ev.CallEnded).why == "lost"
    is_quiet(world, exchange)


def test_the_board_hangs_up_on_order() -> None:
    world, exchange, customer, (agent,) = house()
    answering(agent)
    dials(customer, "000010001")
    world.run(5)
    exchange.command(commands.HangUpCall(exchange.only(ev.CallStarted).call))
    is_quiet(world, exchange)
    assert exchange.only(ev.CallEnded).by == "board"


def test_a_telephone_that_left_is_not_called() -> None:
    world, exchange, customer, (agent,) = house()
    register(agent, expires=0)
    world.run(1)
    assert [event.registered for event in exchange.all(ev.RegistrationChanged)] == [True, False]
    leg = dials(customer, "000010001")
    world.run(5)
    assert not exchange.all(ev.DeskOffered)
    assert exchange.all(ev.Alarm), "somebody must know that a ready desk has no telephone"
    customer.hang_up(leg)
    is_quiet(world, exchange)


def test_a_socket_that_cannot_be_bound_ends_the_call() -> None:
    world, exchange, customer, (agent,) = house()
    answering(agent)
    dials(customer, "000010001")
    world.run(5)
    name = next(n for n in exchange.board.works.legs.by_name if "callee" in n)
    exchange.media(control.LegFailed(name, "address in use"))
    is_quiet(world, exchange)
    assert exchange.all(ev.Alarm)


def test_a_missing_prompt_is_skipped_and_reported() -> None:
    prompts = {key: clip for key, clip in PROMPTS.items() if key != "welcome"}
    world, exchange, customer, _ = house(0, prompts=prompts)
    leg = dials(customer)
    world.run(1)
    assert exchange.only(ev.PromptMissing).key == "welcome"
    press(exchange, "1")
    assert exchange.only(ev.Queued).queue == "service"
    customer.hang_up(leg)
    is_quiet(world, exchange)


def test_keys_pressed_ahead_count_and_silence_takes_the_way_out() -> None:
    world, exchange, customer, _ = house(0)
    leg = dials(customer)
    world.run(0.5)
    press(exchange, "9")
    world.run(0.1)
    press(exchange, "2")
    world.run(0.1)
    assert exchange.only(ev.Queued).queue == "sales"
    customer.hang_up(leg)
    dials(customer)
    world.run(2 + 5 + 2 + 5 + 1)
    assert exchange.all(ev.Queued)[-1].queue == "service", "two silent tries"
    exchange.command(commands.HangUpAll())
    is_quiet(world, exchange)


@pytest.mark.feature("TEL-16")
def test_a_customer_who_does_not_rate_is_let_go() -> None:
    world, exchange, customer, (agent,) = house()
    legs = answering(agent)
    dials(customer, "000010001")
    world.run(5)
    agent.hang_up(legs[0])
    world.run(25)
    assert not exchange.all(ev.Rated)
    assert exchange.only(ev.CallEnded).why == "rated"
    is_quiet(world, exchange)


def test_no_rating_where_the_queue_asks_none() -> None:
    world, exchange, customer, (agent,) = house(numbers={"000010002": ("queue", "sales")})
    legs = answering(agent)
    dials(customer, "000010002")
    world.run(5)
    agent.hang_up(legs[0])
    world.run(1)
    assert exchange.only(ev.CallEnded).by == "callee"
    is_quiet(world, exchange)


PHONES: dict[str, Callable[[Party, sip.Invited], None]] = {
    "busy": lambda phone, event: phone.core.refuse(event.leg, 486, phone.now),
    "declines": lambda phone, event: phone.core.refuse(event.leg, 603, phone.now),
}


@pytest.mark.parametrize("manner", PHONES)
def test_a_caller_outlives_a_desk_that_always_refuses(manner: str) -> None:
    world, exchange, customer, (agent,) = house()
    agent.on(sip.Invited, lambda event: PHONES[manner](agent, event))
    dials(customer, "000010001")
    world.run(119)
    offers = len(exchange.all(ev.DeskOffered))
    assert 15 < offers < 30, "it rests five seconds after each refusal"
    is_quiet(world, exchange)
