"""Callers in flows on the virtual clock: look-ups, languages, trials, new plans, circles, floods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from telephony.media import control
from telephony.pbx import events as ev
from telephony.pbx.commands import AnswerLookup, SetPlan
from telephony.pbx.ivr import (
    Compare,
    Digits,
    Flow,
    HangUp,
    Language,
    LookUp,
    Menu,
    Node,
    Play,
    Reading,
    ToExtension,
    ToNumber,
    ToQueue,
    UserStop,
)
from telephony.pbx.ivr.news import (
    DigitsEntered,
    FlowLeft,
    FlowStuck,
    LanguageChosen,
    LookupAsked,
)
from telephony.sip import events as sip
from tests.stage.exchange import (
    HOTLINE,
    PROMPTS,
    Exchange,
    answering,
    carrier,
    dials,
    plan_of,
    press,
    seat,
)
from tests.stage.virtual import World

pytestmark = pytest.mark.story

CLIPS = {
    **PROMPTS,
    **dict.fromkeys(("lang", "ask", "none", "sorry", "flow.sorry", "wait"), "tone:440:1"),
    "en/welcome": "tone:880:1",
    "en/queue.position.1": "tone:880:1",
    "zh/read.7": "tone:440:1",
    "en/read.7": "tone:880:1",
}
NODES: dict[str, Node] = {
    "lang": Language(("lang",), {"1": "zh", "2": "en"}, "ask"),
    "ask": Digits(("ask",), "order", "look", "end", least=3),
    "look": LookUp(
        "order_status", {"order": "$order", "caller": "$ANI"}, {"days": "days"},
        found="tell", missing="none", failed="sorry",
    ),
    "tell": Play((Reading("number", "$days"),), "queue"),
    "none": Play(("none",), "end"),
    "sorry": Play(("sorry",), "queue"),
    "queue": ToQueue("service"),
    "gone": UserStop("note"),
    "note": LookUp("note", {"order": "$order"}, {}, "end", "end", "end"),
    "end": HangUp(),
}  # fmt: skip
INQUIRY = Flow("inquiry", "lang", NODES, {"order": "", "days": ""})


def house(flow: Flow = INQUIRY, **changes: object) -> tuple[World, Exchange]:
    world = World(5)
    plan = plan_of(flows={"reception": flow}, prompts=CLIPS, **changes)
    plan = replace(plan, read=lambda kind, value, lang: (f"read.{value}",))
    return world, Exchange(world, plan)


def keys(exchange: Exchange, typed: str) -> None:
    for key in typed:
        press(exchange, key)


def quiet(world: World, exchange: Exchange) -> None:
    world.run(200)
    assert exchange.leftovers() == {}


@pytest.mark.feature("IVR-02", "IVR-07", "IVR-11", "FLW-01", "FLW-02", "FLW-03")
def test_an_order_is_looked_up_in_the_language_of_the_caller() -> None:
    world, exchange = house()
    customer = carrier(world)
    leg = dials(customer)
    world.run(1)
    keys(exchange, "2")
    assert exchange.only(LanguageChosen).lang == "en"
    keys(exchange, "4711#")
    asked = exchange.only(LookupAsked)
    assert (asked.ask, asked.lang) == ("order_status", "en")
    assert asked.given == {"order": "4711", "caller": "13800005678"}
    assert exchange.only(DigitsEntered).count == 4
    exchange.command(AnswerLookup(asked.call, asked.ticket, {"days": "7"}))
    world.run(2)
    clips = [c.clips[0] for c in exchange.sound.sent if isinstance(c, control.Play)]
    assert clips[-2:] == ["tone:880:1", "music:calm"], "the English seven, then the queue's music"
    left = exchange.only(FlowLeft)
    assert (left.flow, left.to) == ("inquiry", "queue")
    assert left.values == {"order": "4711", "days": "7"}
    world.run(11)
    told = [e for e in exchange.all(ev.PromptPlayed) if e.key == "queue.position.1"]
    assert told and told[0].lang == "en"
    customer.hang_up(leg)
    quiet(world, exchange)


@pytest.mark.parametrize("answer", ["nothing", "failed", "never", "late"])
def test_records_that_do_not_know_fail_or_never_answer(answer: str) -> None:
    world, exchange = house()
    dials(carrier(world))
    world.run(1)
    keys(exchange, "1123#")
    asked = exchange.only(LookupAsked)
    match answer:
        case "nothing":
            exchange.command(AnswerLookup(asked.call, asked.ticket))
        case "failed":
            exchange.command(AnswerLookup(asked.call, asked.ticket, failed=True))
        case "late":
            world.run(3.5)
            exchange.command(AnswerLookup(asked.call, asked.ticket, {"days": "7"}))
    world.run(5)
    heard = [e.key for e in exchange.all(ev.PromptPlayed)]
    assert heard[-1] == ("none" if answer == "nothing" else "sorry")
    exchange.command(AnswerLookup("nobody", 1, {"days": "7"}))
    quiet(world, exchange)


@pytest.mark.feature("IVR-09")
def test_a_caller_who_hangs_up_in_the_flow_leaves_a_note() -> None:
    world, exchange = house()
    customer = carrier(world)
    leg = dials(customer)
    world.run(1)
    keys(exchange, "1555#")
    customer.hang_up(leg)
    world.run(1)
    first, note = exchange.all(LookupAsked)
    assert (note.ask, note.given) == ("note", {"order": "555"})
    left = exchange.only(FlowLeft)
    assert (left.to, left.values["order"]) == ("hung_up", "555")
    exchange.command(AnswerLookup(first.call, note.ticket))
    quiet(world, exchange)


@pytest.mark.feature("LCA-14")
def test_a_new_flow_touches_only_those_who_call_after_it() -> None:
    world, exchange = house()
    customer = carrier(world)
    dials(customer, order="old")
    world.run(1)
    other = Flow("inquiry", "bye", {"bye": Play(("none",), "end"), "end": HangUp()})
    exchange.command(SetPlan(plan_of(flows={"reception": other}, prompts=CLIPS)))
    keys(exchange, "1123#")
    assert exchange.only(LookupAsked).call == "old", "the old call goes on as it began"
    dials(customer, order="new")
    world.run(3)
    ended = exchange.only(ev.CallEnded)
    assert (ended.call, ended.why) == ("new", "flow_ended")
    quiet(world, exchange)


@pytest.mark.feature("IVR-26")
def test_a_seat_tries_a_flow_that_no_number_leads_to() -> None:
    trial = Flow("draft", "say", {"say": Play(("welcome",), "end"), "end": HangUp()})
    world = World(5)
    flows = {**plan_of().flows, "draft": trial}
    exchange = Exchange(world, plan_of(flows=flows, trials={"*7801": "draft"}))
    desk, customer = seat(world, "1001"), carrier(world)
    world.run(1)
    dials(desk, "*7801", user="1001", password="secret1", caller="1001")
    world.run(5)
    assert exchange.only(FlowLeft).flow == "draft"
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    dials(customer, "*7801")
    world.run(2)
    assert customer.only(sip.Refused).status == 404, "a caller from outside cannot"
    quiet(world, exchange)


@pytest.mark.feature("IVR-10")
def test_the_caller_dials_an_extension_or_comes_back_where_nobody_is() -> None:
    nodes: dict[str, Node] = {
        "ask": Digits(("ask",), "ext", "go", "end", least=4, most=4),
        "go": ToExtension("$ext", failed="none"),
        "none": Play(("none",), "again"),
        "again": ToNumber("000010001", failed="end"),
        "end": HangUp(),
    }
    world, exchange = house(Flow("dial", "ask", nodes, {"ext": ""}))
    agent = seat(world, "1001")
    answering(agent)
    world.run(1)
    customer = carrier(world)
    leg = dials(customer)
    world.run(1)
    keys(exchange, "1001")
    world.run(3)
    assert exchange.only(ev.DeskAnswered).extension == "1001"
    customer.hang_up(leg)
    world.run(2)
    leg = dials(customer)
    world.run(1)
    keys(exchange, "7777")
    world.run(3)
    assert exchange.only(ev.Queued).queue == "service", "the number led to a queue"
    assert [left.to for left in exchange.all(FlowLeft)] == [
        "extension", "extension", "number", "queue",
    ]  # fmt: skip
    customer.hang_up(leg)
    quiet(world, exchange)


CIRCLES: dict[str, Callable[[], dict[str, Node]]] = {
    "compares": lambda: {"a": Compare("1", "is", "1", "a", "a")},
    "missing prompts": lambda: {"a": Play(("unknown",), "b"), "b": Play(("also unknown",), "a")},
    "an extension that is not there": lambda: {"a": ToExtension("7777", failed="a")},
    "a number that leads back": lambda: {"a": ToNumber(HOTLINE, failed="a")},
    "a queue that is not there": lambda: {"a": ToQueue("$nothing", gave_up="a")},
}


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_flow_in_a_circle_says_sorry_and_raises_an_alarm(circle: str) -> None:
    world, exchange = house(Flow("circle", "a", CIRCLES[circle]()))
    customer = carrier(world)
    dials(customer)
    world.run(3)
    stuck = exchange.only(FlowStuck)
    assert (stuck.flow, stuck.why) == ("circle", "loop")
    assert [e.key for e in exchange.all(ev.PromptPlayed)] == ["flow.sorry"]
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    quiet(world, exchange)


def test_a_prompt_that_is_missing_is_told_and_skipped() -> None:
    world, exchange = house(Flow("gap", "a", {"a": Play(("lost", "none"), "end"), "end": HangUp()}))
    dials(carrier(world))
    world.run(3)
    assert exchange.only(ev.PromptMissing).key == "lost"
    assert exchange.only(ev.PromptPlayed).key == "none"
    quiet(world, exchange)


def test_a_flood_of_keys_hurts_nobody() -> None:
    menu = Menu(("ask",), {"5": "end"}, otherwise="end", wrong=("none",))
    world, exchange = house(Flow("flood", "menu", {"menu": menu, "end": HangUp()}))
    dials(carrier(world))
    world.run(1)
    for _ in range(2000):
        if not exchange.board.works.calls:
            break
        press(exchange, "9")
    world.run(5)
    assert exchange.only(ev.CallEnded).why == "flow_ended"
    quiet(world, exchange)


def test_a_caller_from_outside_never_dials_the_world_through_a_flow() -> None:
    nodes: dict[str, Node] = {
        "ask": Digits((), "number", "go", "end", most=11),
        "go": ToNumber("$number", failed="none"),
        "none": Play(("none",), "end"),
        "end": HangUp(),
    }
    world, exchange = house(Flow("toll", "ask", nodes, {"number": ""}))
    dials(carrier(world))
    world.run(1)
    keys(exchange, "13800138000")
    world.run(3)
    assert [e.key for e in exchange.all(ev.PromptPlayed)] == ["none"]
    assert not [e for e in exchange.news if type(e).__name__.startswith("Outside")]
    quiet(world, exchange)
