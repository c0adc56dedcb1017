"""What stands on the agent's screen in one call, with this customer's facts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.cast import fill
from scenarios.model import Scenario


@dataclass(frozen=True, slots=True)
class WrapupAnswer:
    """The wrap-up of a good agent."""

    summary: str
    disposition: str
    form: Mapping[str, str]


def record_of(scenario: Scenario, facts: Mapping[str, str]) -> dict[str, str]:
    """Give the customer's record, label → value."""
    return {label: fill(value, facts) for label, value in scenario.desk.record.items()}


def right_form(scenario: Scenario, facts: Mapping[str, str]) -> dict[str, str]:
    """Give the right value of every form field that has one."""
    return {field.id: fill(field.right, facts) for field in scenario.desk.form if field.right}


def wrapup_of(scenario: Scenario, facts: Mapping[str, str]) -> WrapupAnswer:
    """Give the model's wrap-up."""
    model = scenario.model.wrapup
    form = {field: fill(value, facts) for field, value in model.form.items()}
    return WrapupAnswer(fill(model.summary, facts), model.disposition, form)
