"""The screen pop: what a desk is shown while its telephone rings."""

from __future__ import annotations

from classroom.door import wire
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf


def card_of(shelf: Shelf, call: OpenCall, waited: float, wrap_seconds: float) -> wire.CallCard:
    """Write the card of a call; a call that follows a scenario gets this desk's facts and steps."""
    row = call.row
    card = wire.CallCard(
        call_id=row.id,
        caller=row.caller,
        dialled=row.dialled,
        queue=row.queue,
        waited=round(waited, 1),
        line="live" if row.line == "live" else "practice",
        lang="en" if row.lang == "en" else "zh",
        wrap_seconds=wrap_seconds,
        record=dict(call.keyed),
    )
    if call.ordered is None:
        return card
    scenario = call.ordered.scenario
    call.facts = shelf.facts(scenario, row.seed, row.extension)
    call.steps = shelf.steps(scenario, call.facts, [])
    return card.model_copy(
        update={
            "scenario": scenario.id,
            "record": {**shelf.record(scenario, call.facts), **call.keyed},
            "steps": call.steps,
            "form": shelf.form(scenario),
            "dispositions": dict(scenario.desk.dispositions),
        }
    )
