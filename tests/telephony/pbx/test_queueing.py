"""A caller in a line: told honestly, led elsewhere by time, length, an empty house or a key."""

from __future__ import annotations

import pytest

from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx.callback_events import RememberServed
from telephony.pbx.errors import NotNow, PlanError
from telephony.pbx.ivr import Flow as MenuFlow
from telephony.pbx.ivr import HangUp, ToQueue
from telephony.pbx.plan import QueuePlan
from telephony.pbx.queue_plan import Spoken, Way
from telephony.sip import events as sip
from tests.stage.exchange import (
    PROMPTS,
    RECEPTION,
    Exchange,
    answering,
    carrier,
    dials,
    plan_of,
    press,
    seat,
)
from tests.stage.loopback import Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

SAYS = {**PROMPTS, "sorry.full": "tone:440:1", "how.to.leave": "tone:440:4", "info": "tone:440:6"}


def house(seats: int = 1, **values: object) -> tuple[World, Exchange, Party, list[Party]]:
    """A board with one queue of such values; nobody is ready yet."""
    world = World(11)
    queues = {
        "service": QueuePlan("service", **{"rating": None, **values}),  # type: ignore[arg-type]
        "overflow": QueuePlan("overflow", rating=None),
        "sales": QueuePlan("sales", rating=None),
    }
    plan = plan_of(
        seats,
        queues=queues,
        numbers={"000010001": ("queue", "service"), "000010002": ("queue", "overflow")},
        flows={"information": RECEPTION},
        prompts=SAYS,
    )
    exchange = Exchange(world, plan)
    phones = [seat(world, str(1001 + n)) for n in range(seats)]
    customer = carrier(world)
    world.run(1)
    return world, exchange, customer, phones


def is_quiet(world: World, exchange: Exchange) -> None:
    world.run(1500)
    assert exchange.leftovers() == {}


def heard(exchange: Exchange) -> list[str]:
    return [prompt.key for prompt in exchange.all(ev.PromptPlayed)]


# ── overflow ─────────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-06", "TEL-07")
def test_who_waited_too_long_goes_on_to_another_queue() -> None:
    world, exchange, customer, (agent,) = house(
        members=(), max_wait=30.0, timed_out=Way("queue", "overflow")
    )
    legs = answering(agent)
    exchange.ready("1001")
    dials(customer, "000010001")
    world.run(40)
    left = exchange.only(ev.QueueLeft)
    assert (left.why, left.queue_log, left.to) == ("waited_too_long", "EXITWITHTIMEOUT", "queue")
    assert exchange.only(ev.DeskAnswered).queue == "overflow"
    agent.hang_up(legs[0])
    is_quiet(world, exchange)


def test_queues_that_overflow_in_a_circle_are_refused() -> None:
    """The second of them leads out by key and by flow, which is the caller's choice or the author's."""
    keys = {"1": Way("queue", "service")}
    queues = {
        "service": QueuePlan("service", timed_out=Way("queue", "overflow"), keys=keys),
        "overflow": QueuePlan("overflow", full=Way("queue", "sales"), keys=keys),
        "sales": QueuePlan("sales", keys=keys),
    }
    plan_of(queues=queues)
    queues["sales"] = QueuePlan("sales", empty=Way("queue", "service"))
    with pytest.raises(PlanError, match="service → overflow → sales → service"):
        plan_of(queues=queues)
    queues["service"] = QueuePlan("service", full=Way("queue", "service"))
    with pytest.raises(PlanError, match="service → service"):
        plan_of(queues=queues)


def round_trip(**service: object) -> tuple[World, Exchange, Party]:
    """Nobody serves; who waits too long goes on to a flow, from there to a queue that leads back."""
    onward = MenuFlow("onward", "go", {"go": ToQueue("overflow", gave_up="end"), "end": HangUp()})
    plan = plan_of(
        0,
        queues={
            "service": QueuePlan("service", max_wait=20.0, timed_out=Way("flow", "onward"), **service),  # type: ignore[arg-type]
            "overflow": QueuePlan("overflow", max_wait=20.0, timed_out=Way("queue", "service")),
        },
        numbers={"000010001": ("queue", "service")},
        flows={"onward": onward},
        prompts=SAYS,
    )  # fmt: skip
    world = World(11)
    return world, Exchange(world, plan), carrier(world)


def test_who_went_through_a_queue_is_not_sent_there_again() -> None:
    world, exchange, customer = round_trip()
    dials(customer, "000010001")
    world.run(60)
    assert [event.queue for event in exchange.all(ev.Queued)] == ["service", "overflow"]
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    is_quiet(world, exchange)


def test_who_asks_by_key_comes_to_a_queue_again() -> None:
    world, exchange, customer = round_trip()
    dials(customer, "000010001")
    world.run(30)
    press(exchange, "7")
    world.run(60)
    went = [event.queue for event in exchange.all(ev.Queued)]
    assert went == ["service", "overflow", "service", "overflow"], "once more, and no more"
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    is_quiet(world, exchange)


def test_a_full_line_is_busy_before_it_costs_anything() -> None:
    world, exchange, customer, _ = house(0, max_length=1)
    first = dials(customer, "000010001")
    world.run(1)
    second = dials(customer, "000010001")
    world.run(1)
    refused = customer.only(sip.Refused)
    assert (refused.leg, refused.status) == (second, 486)
    assert exchange.only(ev.TurnedAway).why == "full"
    assert exchange.only(ev.CallEnded).why == "queue_full"
    customer.hang_up(first)
    is_quiet(world, exchange)


def test_a_full_line_says_so() -> None:
    world, exchange, customer, _ = house(0, max_length=0, full=Way("say", "sorry.full"))
    dials(customer, "000010001")
    world.run(3)
    assert heard(exchange) == ["sorry.full"]
    is_quiet(world, exchange)


def test_a_full_line_behind_a_menu_gives_the_busy_tone() -> None:
    world = World(3)
    full = QueuePlan("service", max_length=0)
    plan = plan_of(0, queues={"service": full, "sales": QueuePlan("sales")},
                   prompts={**SAYS, "busy": "tone:450:1"})  # fmt: skip
    exchange = Exchange(world, plan)
    customer = carrier(world)
    dials(customer, "000010000")
    world.run(1)
    press(exchange, "1")
    world.run(20)
    assert heard(exchange).count("busy") == 8
    is_quiet(world, exchange)


@pytest.mark.parametrize(
    ("join_if", "duty", "joins"),
    [
        ("nobody", None, True), ("logged-in", None, False), ("logged-in", "break", True),
        ("ready", "break", False), ("ready", "ready", True), ("free", "ready", True),
    ],
)  # fmt: skip
def test_joining_when_too_few_are_there(join_if: str, duty: str | None, joins: bool) -> None:
    world, exchange, customer, _ = house(join_if=join_if, empty=Way("say", "info"), ring_seconds=60)
    if duty:
        exchange.command(commands.SetDuty("1001", commands.Duty(duty)))
    leg = dials(customer, "000010001")
    world.run(2)
    assert bool(exchange.all(ev.Queued)) is joins
    assert [event.why for event in exchange.all(ev.TurnedAway)] == ([] if joins else ["empty"])
    customer.hang_up(leg)
    is_quiet(world, exchange)


def test_those_who_wait_are_led_out_when_the_last_agent_leaves() -> None:
    world, exchange, customer, _ = house(stay_if="ready", empty=Way("say", "info"), ring_seconds=60)
    exchange.ready("1001")
    for _ in range(3):
        dials(customer, "000010001")
    world.run(5)
    assert not exchange.all(ev.QueueLeft)
    exchange.command(commands.SetDuty("1001", commands.Duty.BREAK, "lunch"))
    world.run(1)
    assert [left.queue_log for left in exchange.all(ev.QueueLeft)] == ["EXITEMPTY"] * 3
    assert exchange.desk("1001") == "idle", "nothing rings for those who left"
    world.run(10)
    assert heard(exchange).count("info") == 3
    is_quiet(world, exchange)


# ── keys ─────────────────────────────────────────────────────────────────────


@pytest.mark.feature("ARC-05")
@pytest.mark.parametrize("at", [5.0, 11.0, 22.0], ids=["music", "announcement", "ringing"])
def test_a_key_leaves_the_line_for_an_extension(at: float) -> None:
    world, exchange, customer, (service, private) = house(
        2, members=("1001",), keys={"3": Way("extension", "1002")}, ring_seconds=60.0
    )
    service.on(sip.Invited, lambda event: service.core.ring(event.leg, service.now))
    legs = answering(private)
    dials(customer, "000010001")
    world.run(20 if at > 20 else at)
    if at > 20:
        exchange.ready("1001")
        world.run(2)
        assert exchange.desk("1001") == "offered"
    press(exchange, "9")
    world.run(0.5)
    assert not exchange.all(ev.QueueLeft), "no such way"
    press(exchange, "3")
    world.run(3)
    left = exchange.only(ev.QueueLeft)
    assert (left.queue_log, left.key, left.to, left.position) == (
        "EXITWITHKEY",
        "3",
        "extension",
        1,
    )
    assert exchange.only(ev.DeskAnswered).extension == "1002"
    assert exchange.desk("1001") == "idle"
    assert not exchange.all(ev.DeskMissed), "the desk is not to blame"
    private.hang_up(legs[0])
    is_quiet(world, exchange)


@pytest.mark.feature("ARC-05")
def test_a_key_leads_to_information_and_from_there_on() -> None:
    world, exchange, customer, _ = house(0, keys={"4": Way("flow", "information")})
    leg = dials(customer, "000010001")
    world.run(2)
    press(exchange, "4")
    world.run(1)
    assert "welcome" in exchange.board.works.calls[exchange.only(ev.CallStarted).call].sound.key
    press(exchange, "2")
    world.run(1)
    assert exchange.all(ev.Queued)[-1].queue == "sales"
    customer.hang_up(leg)
    is_quiet(world, exchange)


# ── announcements ────────────────────────────────────────────────────────────


@pytest.mark.feature("TEL-06")
def test_what_is_told_follows_the_plan() -> None:
    spoken = Spoken(first=4.0, every=15.0, last_position=1, least_wait=90.0,
                    offer=("how.to.leave",), offer_from=200.0)  # fmt: skip
    world, exchange, customer, _ = house(0, spoken=spoken, first_guess=100.0)
    legs = [dials(customer, "000010001") for _ in range(2)]
    world.run(14)
    assert [(told.position, told.expected_wait) for told in exchange.all(ev.PositionSpoken)] == [
        (1, 100.0),
        (2, 200.0),
    ]
    calls = [started.call for started in exchange.all(ev.CallStarted)]
    told = {
        call: [p.key for p in exchange.all(ev.PromptPlayed) if p.call == call] for call in calls
    }
    assert list(told.values()) == [
        ["queue.position.1", "queue.wait.2"],
        ["queue.wait.4", "how.to.leave"],
    ]
    world.run(10)
    assert len(exchange.all(ev.PositionSpoken)) == 4
    for leg in legs:
        customer.hang_up(leg)
    is_quiet(world, exchange)


# ── skills, pauses, summaries ────────────────────────────────────────────────


@pytest.mark.feature("ARC-02")
def test_a_call_reaches_the_less_skilled_after_a_while() -> None:
    world, exchange, customer, (agent,) = house(skill="bills", levels=((0.0, 5), (25.0, 0)))
    legs = answering(agent)
    exchange.ready("1001")
    dials(customer, "000010001")
    world.run(20)
    assert not exchange.all(ev.DeskOffered)
    world.run(10)
    assert 25.0 <= exchange.only(ev.DeskAnswered).waited < 27.0
    agent.hang_up(legs[0])
    is_quiet(world, exchange)


def test_a_desk_that_lets_its_telephone_ring_is_paused() -> None:
    world, exchange, customer, (agent,) = house(auto_pause=2, ring_seconds=10.0, rest_seconds=1.0)
    agent.on(sip.Invited, lambda event: agent.core.ring(event.leg, agent.now))
    exchange.ready("1001")
    leg = dials(customer, "000010001")
    world.run(60)
    assert len(exchange.all(ev.DeskMissed)) == 2
    assert exchange.only(ev.DeskPaused).missed == 2
    desk = exchange.board.works.desks["1001"]
    assert (desk.duty.value, desk.reason) == ("break", "auto")
    names = [(m.queue, m.queue_log, m.reason) for m in exchange.all(ev.MemberChanged)]
    assert ("service", "ADDMEMBER", "") in names and ("service", "PAUSE", "auto") in names
    answering(agent)
    exchange.ready("1001")
    world.run(3)
    assert desk.missed == 0
    assert exchange.only(ev.DeskAnswered)
    assert exchange.all(ev.MemberChanged)[-1].queue_log == "UNPAUSE"
    customer.hang_up(leg)
    is_quiet(world, exchange)


def test_the_queue_says_how_long_a_summary_may_take_and_how_much_more() -> None:
    world, exchange, customer, (agent,) = house(wrapup=40.0, most_wrapup=90.0)
    legs = answering(agent)
    exchange.ready("1001")
    dials(customer, "000010001")
    world.run(5)
    agent.hang_up(legs[0])
    world.run(30)
    began = exchange.board.works.desks["1001"].since
    assert exchange.desk("1001") == "wrapping"
    exchange.command(commands.ExtendWrapup("1001", 30.0))
    assert exchange.all(ev.DeskChanged)[-1].until == began + 70.0
    world.run(30)
    assert exchange.desk("1001") == "wrapping"
    exchange.command(commands.ExtendWrapup("1001", 60.0))
    with pytest.raises(NotNow, match="no more time"):
        exchange.command(commands.ExtendWrapup("1001", 60.0))
    world.run(29)
    assert exchange.desk("1001") == "wrapping"
    world.run(3)
    assert exchange.desk("1001") == "idle", "90 s at most"
    with pytest.raises(NotNow, match="no summary to write"):
        exchange.command(commands.ExtendWrapup("1001", 60.0))
    assert exchange.desk("1001") == "idle"
    is_quiet(world, exchange)


# ── whom the queue rings ─────────────────────────────────────────────────────


@pytest.mark.feature("ARC-02", "ARC-12")
def test_a_desk_is_rung_with_the_reason() -> None:
    """The longest idle of two; a regular waits for the desk of the last talk, though another is free."""
    world, exchange, customer, (first, second) = house(2, sticky=60.0)
    answering(first), answering(second)
    exchange.ready("1001", "1002")
    exchange.command(RememberServed({"13800000002": "1002"}))
    world.run(30)
    dials(customer, "000010001", caller="13800000001")
    world.run(1)
    why = exchange.all(ev.DeskOffered)[0].choice
    assert why is not None and (why.by, why.free, why.calls) == ("longest-idle", 2, 0)
    assert why.idle > 29

    dials(customer, "000010001", caller="13800000002")
    world.run(1)
    joined, offered = exchange.all(ev.Queued)[1], exchange.all(ev.DeskOffered)[1]
    assert (joined.wants, joined.strategy, offered.extension) == ("1002", "longest-idle", "1002")
    assert offered.choice is not None and (offered.choice.by, offered.choice.free) == ("wanted", 1)
