"""A flow whose words were never spoken, dialled from a seat: it rings until they are, then says them all."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.door.lang import Lang
from classroom.flows import first
from classroom.flows.shelf import FlowShelf
from classroom.plan import board_plan
from classroom.settings import Settings
from classroom.speech.errors import WorkerLost
from classroom.speech.prompts import TEXTS
from telephony.pbx import events as ev
from telephony.pbx.commands import AnswerLookup, SetPlan
from telephony.pbx.events import CallStarted
from telephony.pbx.ivr.news import FlowLeft, LookupAsked
from telephony.pbx.plan import QueuePlan
from tests.classroom.flows.test_room import school
from tests.stage.exchange import Exchange, dials, plan_of, press, seat
from tests.stage.virtual import World


@pytest.mark.story
@pytest.mark.feature("IVR-26")
def test_who_dials_a_flow_that_was_never_spoken_hears_it_ring_and_then_every_word(
    tmp_path: Path,
) -> None:
    shelf = FlowShelf(None, set(TEXTS["zh"]), {"care"})
    shelf.load()
    made = board_plan(
        Settings(data=tmp_path), [], trunk_password="x", prompts={}, flows=shelf, unspoken=["news"]
    )
    assert made.trials["*7809"] == first.key_of("news") and made.trials["*7801"] == "front"
    flows = {name: made.flows[name] for name in ("news", first.key_of("news"))}
    plan = plan_of(
        flows=plan_of().flows | flows, trials={"*7809": made.trials["*7809"]},
        queues={name: QueuePlan(name) for name in ("care", "service", "sales")},
    )  # fmt: skip
    world = World(5)
    exchange = Exchange(world, plan)
    desk = seat(world, "1001")
    world.run(1)
    dials(desk, "*7809", user="1001", password="secret1", caller="1001")
    world.run(8)
    asked = exchange.all(LookupAsked)
    assert {(one.ask, one.given["flow"]) for one in asked} == {(first.READY, "news")}
    assert {one.key for one in exchange.all(ev.PromptPlayed)} == {"ringback"}
    spoken = {f"news.{name}": "tone:440:1" for name in ("menu", "display", "order")}
    exchange.command(SetPlan(replace(plan, prompts={**plan.prompts, **spoken})))
    while len(exchange.all(LookupAsked)) == len(asked):
        world.run(0.25)  # what is answered while it rings is asked again after the ring
    now = exchange.all(LookupAsked)[-1]
    exchange.command(AnswerLookup(now.call, now.ticket, {}))
    world.run(2)
    press(exchange, "1")
    world.run(2)
    press(exchange, "1")
    world.run(2)
    heard = [one.key for one in exchange.all(ev.PromptPlayed) if one.key != "ringback"]
    assert heard == ["news.menu", "news.display", "news.order"] and not exchange.all(
        ev.PromptMissing
    )
    left = exchange.all(FlowLeft)[-1]
    assert (left.flow, left.to) == ("news", "queue"), "on the record it is the flow itself"


@pytest.mark.unit
@pytest.mark.feature("IVR-26")
async def test_the_caller_is_let_in_once_the_words_are_there_or_can_never_be(
    tmp_path: Path,
) -> None:
    async with school(tmp_path / "flows") as here:
        await here.until(lambda: bool(here.changes))
        assert {"news", "order"} <= set(here.room.clips.unspoken())
        assert "front" not in here.room.clips.unspoken()
        speak, may = here.room.clips._speak, asyncio.Event()

        async def slowly(lang: Lang, said: dict[str, str], *, soon: bool = False) -> dict[str, str]:
            await may.wait()
            if not soon:
                raise WorkerLost("closed")
            return await speak(lang, said, soon=soon)

        here.room.clips._speak = slowly
        here.room.heard(CallStarted("c", 1.0, "1001", "*7809", "practice"))
        for ticket in (1, 2):
            here.room.heard(LookupAsked("c", 1.0, ticket, first.READY, {"flow": "news"}))
        await asyncio.sleep(0)
        assert not here.answers and "news" in here.room.clips.unspoken()
        may.set()
        await here.until(lambda: len(here.answers) == 2)
        assert {one.ticket for one in here.answers} == {1, 2}
        assert "zh/news.menu" in here.room.clips.prompts()
        assert "news" not in here.room.clips.unspoken()
        here.room.heard(LookupAsked("c", 1.0, 3, first.READY, {"flow": "news"}))
        await here.until(lambda: len(here.answers) == 3)
