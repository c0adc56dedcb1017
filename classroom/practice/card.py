"""The screen pop: what a desk is shown while its telephone rings."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from classroom.door import wire
from classroom.practice.opencall import OpenCall
from classroom.practice.shelf import Shelf
from scenarios.model import Scenario

REMEMBERED: Final = 500
"""So many customers' business is known; of the one who called longest ago it is forgotten first."""


class Business:
    """On what business the customers of these numbers called."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Scenario] = OrderedDict()

    def called(self, number: str, scenario: Scenario) -> None:
        """This customer calls; from now on the number stands for this business."""
        self._known.pop(number, None)
        self._known[number] = scenario
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def of(self, number: str) -> Scenario | None:
        """The business of whoever is called at this number."""
        return self._known.get(number)


def outward_card(
    shelf: Shelf, call: OpenCall, scenario: Scenario | None, wrap_seconds: float
) -> wire.CallCard:
    """Write the card of a call to a customer: with the form of the business that is known of the number."""
    card = card_of(shelf, call, 0.0, wrap_seconds)
    return card if scenario is None else card.model_copy(update=_form(shelf, scenario))


def _form(shelf: Shelf, scenario: Scenario) -> dict[str, object]:
    return {"form": shelf.form(scenario), "dispositions": dict(scenario.desk.dispositions)}


def card_of(shelf: Shelf, call: OpenCall, waited: float, wrap_seconds: float) -> wire.CallCard:
    """Write the card of a call; a call that follows a scenario gets this desk's facts and steps.

    What an earlier desk has said stays ticked off.
    """
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
    call.steps = shelf.steps(scenario, call.facts, call.said)
    return card.model_copy(
        update={
            "scenario": scenario.id,
            "record": {**shelf.record(scenario, call.facts), **call.keyed},
            "steps": call.steps,
            **_form(shelf, scenario),
        }
    )
