"""A whole flow: its nodes by name, its variables, where it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from telephony.pbx.errors import FlowError
from telephony.pbx.ivr.nodes import Node, UserStop, ways

MOST_VARIABLES: Final = 32
"""The trade's eight, and room."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A named flow; every node that another names must exist."""

    name: str
    start: str
    nodes: Mapping[str, Node]
    variables: Mapping[str, str] = field(default_factory=dict)
    """The author's variables and what they begin with."""
    secret: frozenset[str] = frozenset()
    """Variables whose values stay inside: PINs, card numbers."""
    lang: str = ""
    """The language it begins in; empty: the house's."""

    def __post_init__(self) -> None:
        """Refuse a flow that leads nowhere."""
        leads = [to for node in self.nodes.values() for to in ways(node).values()]
        for name in (self.start, *leads):
            if name not in self.nodes:
                raise FlowError(f"flow {self.name}: add the node {name!r} or lead elsewhere")
        if len(self.variables) > MOST_VARIABLES:
            raise FlowError(f"flow {self.name}: keep to {MOST_VARIABLES} variables")

    @property
    def on_hang_up(self) -> str | None:
        """The node that is entered when the caller hangs up."""
        return next((name for name, one in self.nodes.items() if isinstance(one, UserStop)), None)
