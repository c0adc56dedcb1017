"""Calls to the outside: ``[[outbound]]`` of ``lab.toml``, and the numbers that desks and queues show.

Rules are tried as they are written: the first that fits decides, the next ones are its reserve.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from classroom.trunks import KindName
from telephony.pbx.errors import PlanError
from telephony.pbx.numbering import Kind, Place
from telephony.pbx.plan import BoardPlan, OutRule

Shown = Annotated[str, Field(pattern=r"^(\+?[0-9 -]{2,20})?$")]
"""A number of ours as people write it; empty: the trunk's first."""
Beginning = Annotated[str, Field(pattern=r"^\+?[0-9]{2,15}$")]
MOBILE: Final = re.compile(r"1[3-9]")
FICTIONAL: Final = "0000"


class OutboundRule(BaseModel):
    """One rule: these numbers go by this trunk."""

    model_config = ConfigDict(extra="forbid", strict=True)

    trunk: str = Field(min_length=1)
    kinds: list[KindName] | None = Field(None, min_length=1)
    """None: every kind."""
    begins: list[Beginning] = Field(default_factory=list)
    """Beginnings as one dials them: ``010``, ``0085``, ``138``, ``+8610``, ``95``; none: any number."""

    def rule(self, place: Place) -> OutRule:
        """Write it as the switchboard takes it."""
        kinds = None if self.kinds is None else frozenset(Kind(kind) for kind in self.kinds)
        return OutRule(self.trunk, kinds, tuple(beginning(one, place) for one in self.begins))


def beginning(text: str, place: Place) -> str:
    """Write the beginning of a number as whole numbers are kept: ``010`` is ``+8610``."""
    country = place.country
    if text.startswith(("+", FICTIONAL)):
        return text
    if text.startswith(country.abroad):
        return "+" + text.removeprefix(country.abroad)
    if text.startswith(country.inside):
        return f"+{country.code}{text.removeprefix(country.inside)}"
    if country.code == "86" and MOBILE.match(text):
        return f"+86{text}"
    return text


def rules_of(written: Sequence[OutboundRule], place: Place, practice: str) -> tuple[OutRule, ...]:
    """Write the rules; the practice trunk is the last reserve unless one of them names it."""
    if not written:
        return ()
    rules = tuple(one.rule(place) for one in written)
    named = any(one.trunk == practice for one in rules)
    return rules if named else (*rules, OutRule(practice))


def check_shown(plan: BoardPlan) -> BoardPlan:
    """Return the plan; raises PlanError for a desk or queue that shows a number of no trunk."""
    ours = {number for trunk in plan.trunks for number in trunk.numbers}
    ours |= {found.text for one in ours if (found := plan.place.read(one))}
    shown = [(desk.extension, desk.shows) for desk in plan.desks.values()]
    for whose, number in (*shown, *((queue.name, queue.shows) for queue in plan.queues.values())):
        read = plan.place.read(number) if number else None
        if number and number not in ours and not (read and read.text in ours):
            raise PlanError("shows_lost", whose=whose, number=number)
    return plan


def spread(ranges: Mapping[str, str]) -> dict[str, str]:
    """Write ``"1001-1010" = "…"`` for each extension by itself."""
    return {extension: number for span, number in ranges.items() for extension in extensions(span)}


def extensions(span: str) -> Iterable[str]:
    """List the extensions of ``1007`` or ``1001-1010``."""
    first, _, last = span.partition("-")
    return (f"{n:0{len(first)}d}" for n in range(int(first), int(last or first) + 1))
