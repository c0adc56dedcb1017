"""A callback keeps the place: booked by key, the agent rings first, then the caller; nobody is forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from telephony.pbx import commands
from telephony.pbx import events as ev
from telephony.pbx.callback import CALLBACKS
from telephony.pbx.callback_events import (
    CallbackBooked,
    CallbackMoved,
    CancelCallback,
    KeptCallback,
    RestoreCallbacks,
)
from telephony.pbx.desk_orders import HangUp
from telephony.pbx.panel import waiting
from telephony.pbx.plan import GatewayPlan, QueuePlan, RatingPlan, TrunkPlan
from telephony.pbx.queue_plan import CallbackPlan, Way
from telephony.sip import events as sip
from tests.stage.exchange import CARRIER, Exchange, answering, carrier, dials, plan_of, press, seat
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

pytestmark = pytest.mark.story

TRUNK = TrunkPlan(
    "practice", "practice", "carrier", "carrier-secret", CARRIER, 5060,
    gateways=(GatewayPlan(CARRIER, 5060),),
)  # fmt: skip
SAYS = {
    f"callback.{key}": "tone:440:1"
    for key in ("number", "confirm", "type", "wrong", "booked", "known", "cannot")
} | {"queue.gave_up": "tone:440:1"}


class House:
    """A board, one queue with a callback key, seats that are not ready yet, a carrier that answers."""

    def __init__(self, seats: int = 1, seed: int = 4, **values: object) -> None:
        self.world = World(seed)
        wanted = {"rating": None, "keys": {"2": Way("callback")}, "max_wait": 900.0, **values}
        service = QueuePlan("service", **wanted)  # type: ignore[arg-type]
        plan = plan_of(seats, trunks=(TRUNK,), prompts=SAYS,
                       queues={"service": service, "sales": QueuePlan("sales")})  # fmt: skip
        self.exchange = Exchange(self.world, plan)
        self.seats = [seat(self.world, str(1001 + n)) for n in range(seats)]
        self.customers = carrier(self.world)
        self.world.run(1)

    def run(self, seconds: float) -> None:
        self.world.run(seconds)

    def calls(self, caller: str = "13800005678") -> str:
        leg = dials(self.customers, "000010001", caller=caller)
        self.run(1)
        return leg

    def books(self, caller: str = "13800005678") -> str:
        """Call, ask for a callback, confirm; returns the callback."""
        self.calls(caller)
        press(self.exchange, "2")
        self.run(1)
        press(self.exchange, "1")
        self.run(3)
        return self.exchange.all(CallbackBooked)[-1].callback

    def moves(self) -> list[str]:
        return [moved.why for moved in self.exchange.all(CallbackMoved)]

    def quiet(self) -> None:
        self.run(1500)
        assert self.exchange.leftovers() == {}
        assert self.exchange.board.works.callbacks == {}
        assert self.exchange.board.works.rooms == {}


def rings(party: Party) -> None:
    party.on(sip.Invited, lambda event: party.core.ring(event.leg, party.now))


@pytest.mark.feature("ARC-05")
def test_the_place_is_kept_and_the_agent_rings_first() -> None:
    house = House()
    house.calls("13900000001")
    callback = house.books()
    house.calls("13900000003")
    ended = house.exchange.only(ev.CallEnded)
    assert (ended.why, ended.queue_log) == ("flow_ended", ""), "no abandon: the place is kept"
    left = house.exchange.only(ev.QueueLeft)
    assert (left.queue_log, left.key, left.to) == ("EXITWITHKEY", "2", "callback")
    assert house.exchange.only(CallbackBooked).position == 2
    (agent,) = house.seats
    legs, at_home = answering(agent), answering(house.customers, after=4.0)
    house.exchange.ready("1001")
    house.run(3)
    agent.hang_up(legs[0])
    house.run(25)
    assert house.exchange.board.works.callbacks[callback].state.value == "dialling"
    assert house.exchange.desk("1001") == "talking", "the agent is there and hears ring-back"
    house.run(5)
    assert house.moves() == ["offered", "agent_answered", "reached"]
    _, second = house.exchange.all(ev.DeskAnswered)
    assert second.queue == "service"
    started = house.exchange.all(ev.CallStarted)[-1]
    assert (started.call, started.caller) == (second.call, "13800005678")
    call = house.exchange.board.works.calls[second.call]
    assert call.customer is call.caller, "left on the recording, and asked to rate"
    assert house.exchange.sound.recordings[second.call]
    house.run(20)
    house.customers.hang_up(at_home[0])
    house.run(1)
    assert house.exchange.desk("1001") == "wrapping"
    house.run(60)
    agent.hang_up(legs[2])
    house.quiet()


def test_the_reached_caller_rates_like_any_other() -> None:
    house = House(rating=RatingPlan())
    house.books()
    legs = answering(house.seats[0])
    answering(house.customers)
    house.exchange.ready("1001")
    house.run(8)
    house.seats[0].hang_up(legs[0])
    house.run(1)
    press(house.exchange, "5")
    house.run(5)
    assert house.exchange.only(ev.Rated).score == 5
    house.quiet()


@pytest.mark.feature("IVR-07", "ARC-05")
@pytest.mark.parametrize("restarted", [False, True])
def test_who_chose_a_language_is_served_in_it_when_called_back(restarted: bool) -> None:
    house = House(rating=RatingPlan())
    plan, works = house.exchange.board.works.plan, house.exchange.board.works
    spoken = {f"en/{key}": "tone:440:1" for key in (*plan.prompts, "agent.1001", "rate.ask")}
    house.exchange.command(
        commands.SetPlan(
            replace(plan, prompts={**plan.prompts, **spoken, "agent.1001": "tone:440:1"})
        )
    )
    house.calls()
    works.calls[next(iter(works.calls))].sound.lang = "en"
    press(house.exchange, "2")
    house.run(1)
    press(house.exchange, "1")
    house.run(3)
    booked = house.exchange.only(CallbackBooked)
    assert booked.lang == "en"
    if restarted:
        house.exchange.command(CancelCallback(booked.callback))
        kept = KeptCallback("again", "service", booked.number, booked.caller, "practice", 0.0, 0.0,
                            lang=booked.lang)  # fmt: skip
        house.exchange.command(RestoreCallbacks((kept,)))
    legs = answering(house.seats[0])
    answering(house.customers)
    house.exchange.ready("1001")
    house.run(8)
    house.seats[0].hang_up(legs[0])
    house.run(2)
    press(house.exchange, "5")
    house.run(5)
    told = {one.key: one.lang for one in house.exchange.all(ev.PromptPlayed)}
    assert told["agent.1001"] == told["rate.ask"] == "en"
    house.quiet()


def test_another_number_is_typed_in() -> None:
    house = House()
    house.calls()
    press(house.exchange, "2")
    house.run(1)
    for key in "2" + "13800009999" + "#":
        press(house.exchange, key)
    house.run(5)
    press(house.exchange, "1")
    house.run(2)
    booked = house.exchange.only(CallbackBooked)
    assert (booked.number, booked.caller) == ("13800009999", "13800005678")
    house.exchange.command(CancelCallback(booked.callback))
    assert house.moves() == ["cancelled"]
    house.quiet()


@pytest.mark.feature("ARC-05")
@pytest.mark.parametrize("line", ["live", "practice"])
def test_nobody_is_promised_a_callback_that_no_trunk_of_the_line_may_make(line: str) -> None:
    """A live line lets no call out yet, and a practice trunk rings nobody's telephone."""
    house, numbers = House(), {"000010001": ("queue", "service")}
    city = TrunkPlan("city", line, gateways=(GatewayPlan("10.0.3.1"),))  # type: ignore[arg-type]
    plan = replace(house.exchange.board.works.plan, trunks=(TRUNK, city), numbers=numbers)
    house.exchange.command(commands.SetPlan(plan))
    far = Party(house.world, "10.0.3.1", "far")
    far.core.invite(
        to="sip:000010001@10.0.0.100", from_="<sip:13800005678@far>", contact="far", sdp=OFFER,
        flow=sip.Flow("loop", far.address, ("10.0.0.100", 5060)), now=house.world.now,
    )  # fmt: skip
    house.run(1)
    press(house.exchange, "2")
    house.run(3)
    told = [one.key for one in house.exchange.all(ev.PromptPlayed)]
    if line == "live":
        assert told == ["callback.cannot"]
        assert len(house.exchange.board.works.queues["service"].waiting) == 1, "and waits on"
        assert not next(iter(house.exchange.board.works.queues["service"].line)).away
    press(house.exchange, "1")
    house.run(5)
    assert len(house.exchange.all(CallbackBooked)) == (line == "practice")
    house.exchange.command(commands.HangUpAll("closing"))
    for name in list(house.exchange.board.works.callbacks):
        house.exchange.command(CancelCallback(name))
    house.quiet()


@pytest.mark.parametrize("typed", ["00861234567890", "110", "0099912345678", "12", "000010001"])
def test_a_number_that_costs_the_school_is_not_called_back(typed: str) -> None:
    house = House()
    leg = house.calls()
    for key in "22" + typed + "#":
        press(house.exchange, key)
        house.run(0.1)
    house.run(12)
    press(house.exchange, "1")
    house.run(3)
    assert not house.exchange.all(CallbackBooked)
    house.customers.hang_up(leg)
    house.quiet()


def test_who_would_rather_wait_has_the_old_place() -> None:
    house = House()
    first = house.calls("13900000001")
    house.calls("13900000003")
    call = house.exchange.all(ev.CallStarted)[0].call
    press(house.exchange, "2", call)
    house.run(1)
    press(house.exchange, "*", call)
    house.run(1)
    assert house.exchange.board.works.calls[call].stage.value == "queued"
    legs = answering(house.seats[0])
    house.exchange.ready("1001")
    house.run(3)
    assert house.exchange.only(ev.DeskAnswered).call == call
    house.seats[0].hang_up(legs[0])
    house.run(25)
    house.seats[0].hang_up(legs[1])
    del first
    house.quiet()


def test_no_desk_is_taken_while_the_caller_chooses_and_hanging_up_gives_up() -> None:
    house = House()
    leg = house.calls()
    press(house.exchange, "2")
    house.exchange.ready("1001")
    house.run(1)
    assert not house.exchange.all(ev.DeskOffered)
    house.customers.hang_up(leg)
    house.run(1)
    assert house.exchange.only(ev.CallEnded).queue_log == "ABANDON"
    house.quiet()


def test_a_second_request_keeps_the_first_place() -> None:
    house = House()
    callback = house.books()
    since = house.exchange.board.works.callbacks[callback].place.since
    house.calls()
    press(house.exchange, "2")
    house.run(5)
    assert len(house.exchange.all(CallbackBooked)) == 1
    assert "callback.known" in [prompt.key for prompt in house.exchange.all(ev.PromptPlayed)]
    works = house.exchange.board.works
    assert list(works.callbacks) == [callback] and works.queues["service"].position(callback) == 1
    assert works.callbacks[callback].place.since == since
    left, ended = house.exchange.all(ev.QueueLeft)[-1], house.exchange.all(ev.CallEnded)[-1]
    assert (left.queue_log, left.key, left.to) == ("EXITWITHKEY", "2", "callback")
    assert left.call == ended.call and ended.queue_log == "", "told so, the caller has not given up"
    house.exchange.command(CancelCallback(callback))
    house.quiet()


def test_who_calls_again_and_is_served_is_not_called_back() -> None:
    house = House(2)
    house.books()
    house.exchange.command(commands.SetDuty("1001", commands.Duty.BREAK))
    works = house.exchange.board.works
    works.callbacks[next(iter(works.callbacks))].place.away = True  # as after a try that failed
    house.calls()
    legs = answering(house.seats[1])
    house.exchange.ready("1002")
    house.run(3)
    assert house.moves() == ["served"]
    house.seats[1].hang_up(legs[0])
    house.quiet()


def test_an_agent_who_does_not_answer_costs_the_caller_nothing() -> None:
    house = House(2)
    house.books()
    rings(house.seats[0])
    legs = answering(house.seats[1])
    answering(house.customers)
    house.exchange.ready("1001", "1002")
    house.run(30)
    assert house.moves()[:3] == ["offered", "agent_missed", "offered"]
    assert house.exchange.only(ev.DeskMissed).extension == "1001"
    assert house.exchange.only(ev.DeskAnswered).extension == "1002"
    house.seats[1].hang_up(legs[0])
    house.quiet()


def test_an_agent_who_leaves_while_it_rings_gives_the_place_back() -> None:
    house = House(callback=CallbackPlan(tries=1))
    house.books()
    legs = answering(house.seats[0])
    rings(house.customers)
    house.exchange.ready("1001")
    house.run(4)
    house.seats[0].hang_up(legs[0])
    house.exchange.command(commands.SetDuty("1001", commands.Duty.OFF))
    house.run(2)
    (callback,) = house.exchange.board.works.callbacks.values()
    assert (callback.state.value, callback.tries) == ("waiting", 0), "no fault of the caller's"
    assert house.customers.all(sip.Ended)[-1].cause == "remote", "the caller's telephone stops"
    house.exchange.command(CancelCallback(callback.id))
    house.quiet()


@pytest.mark.feature("ARC-05")
@pytest.mark.parametrize("how", ["declines", "hangs up", "by order"])
def test_an_agent_who_lets_no_callback_come_about_is_sent_on_a_break(how: str) -> None:
    """It counts as an unanswered ring each time, and the next agent has the callback."""
    house = House(2, auto_pause=2, strategy="linear", callback=CallbackPlan(interval=60.0))
    agent, works = house.seats[0], house.exchange.board.works
    lost = house.books("13800005678"), house.books("13900000001")
    if how == "declines":
        agent.on(sip.Invited, lambda event: agent.core.refuse(event.leg, 603, agent.now))
    else:
        legs = answering(agent)
    rings(house.customers)
    house.exchange.ready("1001")
    for _ in range(2):
        house.run(3)
        if how == "hangs up":
            agent.hang_up(legs[-1])
        elif how == "by order":
            house.exchange.command(HangUp("1001"))
        house.run(6)
    missed = house.exchange.all(ev.DeskMissed)
    assert [one.extension for one in missed] == ["1001", "1001"]
    assert {one.why for one in missed} == {"declined" if how == "declines" else "agent_left"}
    assert house.exchange.only(ev.DeskPaused).missed == 2
    assert works.desks["1001"].duty is commands.Duty.BREAK
    listed = [one.number for one in works.recents.of("1001", "missed")]
    assert len(listed) == 2 and set(listed) <= {"13800005678", "13900000001"}
    assert [works.queues["service"].position(one) for one in lost] == [1, 2], "the places are kept"
    assert {one.tries for one in works.callbacks.values()} == {0}, "no fault of the callers'"
    served, homes = answering(house.seats[1]), answering(house.customers)
    house.exchange.ready("1002")
    house.run(8)
    assert house.exchange.only(ev.DeskAnswered).extension == "1002"
    house.seats[1].hang_up(served[0])
    for name in list(works.callbacks):
        house.exchange.command(CancelCallback(name))
    del homes
    house.quiet()


def test_a_callers_telephone_does_not_ring_again_and_again_for_an_agent_who_leaves() -> None:
    """With nobody else at work and no automatic break either: once in an interval, not every five seconds."""
    house = House(callback=CallbackPlan(interval=60.0))
    callback = house.books()
    agent, at_home = house.seats[0], house.customers
    legs = answering(agent)
    rings(at_home)
    house.exchange.ready("1001")
    house.run(4)
    agent.hang_up(legs[0])
    house.run(55)
    assert (len(legs), len(at_home.all(sip.Invited))) == (1, 1)
    waiting_yet = house.exchange.board.works.callbacks[callback]
    assert (waiting_yet.state.value, waiting_yet.tries) == ("waiting", 0)
    house.calls("13900000003")
    house.run(2)
    assert len(legs) == 2, "a caller on the line is served meanwhile"
    agent.hang_up(legs[1])
    answering(at_home)
    house.run(60)
    assert house.moves()[-1] == "reached"
    agent.hang_up(legs[-1])
    house.quiet()


@pytest.mark.parametrize("answer", ["busy", "rings", "no_trunk"])
def test_a_caller_who_is_not_there_is_tried_again_and_then_told_to_the_house(answer: str) -> None:
    house = House(callback=CallbackPlan(tries=2, interval=120.0, ring_seconds=10.0))
    house.books()
    answering(house.seats[0])
    if answer == "busy":
        customers = house.customers
        customers.on(sip.Invited, lambda e: customers.core.refuse(e.leg, 486, customers.now))
    else:
        rings(house.customers)
    if answer == "no_trunk":
        plan = house.exchange.board.works.plan
        bare = TrunkPlan("practice", "practice", "carrier", "carrier-secret", CARRIER, 5060)
        values = {name: getattr(plan, name) for name in ("queues", "prompts", "numbers", "flows")}
        house.exchange.command(commands.SetPlan(plan_of(1, trunks=(bare,), **values)))
    house.exchange.ready("1001")
    house.run(30)
    assert house.exchange.desk("1001") == "idle", "nothing was said, nothing is to be written"
    (callback,) = house.exchange.board.works.callbacks.values()
    assert (callback.state.value, callback.tries) == ("resting", 1)
    house.run(150)
    why = {"busy": "busy", "rings": "no_answer", "no_trunk": "no_trunk"}[answer]
    assert house.moves() == [
        "offered", "agent_answered", f"not_reached:{why}", "again",
        "offered", "agent_answered", "given_up",
    ]  # fmt: skip
    house.quiet()


def test_callbacks_outlive_a_plan_and_a_restart() -> None:
    house = House()
    house.exchange.command(commands.SetPlan(house.exchange.board.works.plan))
    kept = KeptCallback(
        "cb", "service", "13800005678", "13800005678", "practice", -300.0, -300.0, 1
    )
    gone = KeptCallback("x", "nowhere", "13800005678", "", "practice", -300.0, -300.0)
    house.exchange.command(RestoreCallbacks((kept, gone, kept)))
    house.exchange.command(commands.SetPlan(house.exchange.board.works.plan))
    leg = house.calls("13900000001")
    works = house.exchange.board.works
    assert works.queues["service"].line[0].name == "cb"
    legs = answering(house.seats[0])
    answering(house.customers)
    house.exchange.ready("1001")
    house.run(6)
    assert house.exchange.only(ev.DeskAnswered).queue == "service"
    assert house.moves()[-1] == "reached"
    house.seats[0].hang_up(legs[0])
    house.customers.hang_up(leg)
    house.quiet()


@pytest.mark.parametrize("when", [0.5, 1.5, 2.5, 6.0])
def test_whatever_stops_a_try_leaves_no_desk_and_no_leg(when: float) -> None:
    house = House()
    house.books()
    answering(house.seats[0])
    answering(house.customers, after=2.0)
    house.exchange.ready("1001")
    house.run(when)
    house.exchange.command(commands.HangUpAll("closing"))
    house.run(0.1)
    assert house.exchange.desk("1001") in ("idle", "wrapping"), "and nobody is called at once"
    house.exchange.command(commands.SetDuty("1001", commands.Duty.OFF))
    house.run(60)
    for name in list(house.exchange.board.works.callbacks):
        house.exchange.command(CancelCallback(name))
    house.quiet()


def test_the_table_of_a_callback_ends_everywhere() -> None:
    assert {state.name for state, _ in CALLBACKS.steps} == {
        "WAITING", "RINGING", "DIALLING", "RESTING",
    }  # fmt: skip


@pytest.mark.feature("LCA-05")
def test_a_kept_place_is_shown_with_the_number_to_be_called() -> None:
    house = House()
    house.books()
    (place,) = waiting(house.exchange.board.works, house.world.now)
    assert (place.number, place.position) == ("13800005678", 1)


LED_OUT = {
    "full": {"max_length": 0, "full": Way("callback")},
    "empty": {"join_if": "ready", "empty": Way("callback")},
    "left alone": {"stay_if": "ready", "empty": Way("callback")},
    "too long": {"max_wait": 5.0, "timed_out": Way("callback")},
}


@pytest.mark.feature("ARC-05")
@pytest.mark.parametrize("why", LED_OUT)
@pytest.mark.parametrize("confirms", [True, False])
def test_who_may_not_wait_is_offered_a_callback(why: str, confirms: bool) -> None:
    """It is this or nothing: who does not want it is told so and does not wait on."""
    house = House(**LED_OUT[why])  # type: ignore[arg-type]
    rings(house.seats[0])
    if why == "left alone":
        house.exchange.ready("1001")
    house.calls()
    house.exchange.command(commands.SetDuty("1001", commands.Duty.OFF))
    house.run(7)
    press(house.exchange, "1" if confirms else "*")
    house.run(20)
    left = [(one.why, one.queue_log, one.to) for one in house.exchange.all(ev.QueueLeft)]
    names = {
        "left alone": ("empty", "EXITEMPTY"),
        "too long": ("waited_too_long", "EXITWITHTIMEOUT"),
    }
    to = "callback" if confirms else "back"
    assert left == ([(*names[why], to)] if why in names else [])
    ended = house.exchange.only(ev.CallEnded)
    assert (ended.why, ended.queue_log) == ("flow_ended", "")
    assert len(house.exchange.board.works.callbacks) == confirms
    told = [one.key for one in house.exchange.all(ev.PromptPlayed)]
    assert told[-1] == ("callback.booked" if confirms else "queue.gave_up")
    if confirms:
        legs = answering(house.seats[0])
        answering(house.customers)
        house.exchange.ready("1001")
        house.run(8)
        assert house.moves()[-1] == "reached"
        house.seats[0].hang_up(legs[0])
    house.quiet()


def test_who_hangs_up_while_it_is_offered_abandons_no_line() -> None:
    house = House(**LED_OUT["full"])  # type: ignore[arg-type]
    leg = house.calls()
    house.customers.hang_up(leg)
    house.run(1)
    assert not house.exchange.all(ev.Queued)
    house.quiet()


@pytest.mark.parametrize("there", [False, True])
def test_who_is_served_while_the_callback_is_tried_is_not_called_any_more(there: bool) -> None:
    """The first desk rings for the callback, or its agent waits for the caller's own telephone already."""
    house = House(seats=2, ring_seconds=60.0)
    house.books()
    if there:
        answering(house.seats[0])
    else:
        rings(house.seats[0])
    rings(house.customers)
    house.exchange.ready("1001")
    house.run(3)
    again = house.calls()
    answering(house.seats[1])
    house.exchange.ready("1002")
    house.run(5)
    assert house.exchange.only(ev.DeskAnswered).extension == "1002"
    assert house.moves()[-1] == "served"
    assert house.exchange.board.works.callbacks == {}
    assert house.exchange.desk("1001") == "idle"
    house.run(120)
    assert house.moves()[-1] == "served"
    house.customers.hang_up(again)
    house.quiet()
