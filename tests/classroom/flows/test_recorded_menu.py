"""A menu of several levels in the operator's own voice: a YAML file and recordings beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.flows.shelf import FlowShelf
from classroom.speech.prompts import TEXTS
from telephony.media import control
from telephony.pbx import events as ev
from tests.stage.exchange import HOTLINE, PROMPTS, Exchange, carrier, dials, plan_of, press
from tests.stage.virtual import World

pytestmark = pytest.mark.story

OWN = """\
flow: own
prompts:
  hello: {file: hello.wav}
  bills: {file: bills.wav}
  paid: {file: paid.wav}
start: hello
nodes:
  hello: {type: play_option, say: [hello], keys: {1: bills, 2: sales}, otherwise: bye}
  bills: {type: play_option, say: [bills], keys: {1: paid, 9: hello, 0: service}, otherwise: bye}
  paid: {type: play_only, say: [paid], then: service}
  service: {type: stop_flow, to: queue, name: service}
  sales: {type: stop_flow, to: queue, name: sales}
  bye: {type: stop_flow}
"""


@pytest.mark.feature("TEL-05")
def test_an_operator_records_a_menu_of_several_levels(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    for name in ("hello", "bills", "paid"):
        (tmp_path / f"{name}.wav").write_bytes(b"RIFF")
    shelf = FlowShelf(tmp_path, set(TEXTS["zh"]), {"service", "sales", "care"}, {})
    shelf.load()
    own = shelf.find("own")
    world = World(3)
    plan = plan_of(flows={"reception": own.flow}, prompts={**PROMPTS, **own.sounds()})
    exchange = Exchange(world, plan)
    leg = dials(customer := carrier(world), HOTLINE)
    world.run(1)
    for key in "191":  # down, up again, down
        press(exchange, key)
        world.run(1)
    press(exchange, "1")
    world.run(4)
    played = [Path(c.clips[0]).name for c in exchange.sound.sent if isinstance(c, control.Play)]
    assert played[:5] == ["hello.wav", "bills.wav", "hello.wav", "bills.wav", "paid.wav"]
    assert exchange.only(ev.Queued).queue == "service"
    customer.hang_up(leg)
    world.run(60)
    assert exchange.leftovers() == {}
