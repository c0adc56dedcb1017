"""The board's plan: every number, desk, queue, flow, trunk and prompt, as data made by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from telephony.media.control import Codec
from telephony.pbx.errors import PlanError
from telephony.pbx.events import Line
from telephony.pbx.ivr import Flow, ToQueue


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """A desk and its telephone's account."""

    extension: str
    password: str
    wrapup: float = 30.0


@dataclass(frozen=True, slots=True)
class RatingPlan:
    """What the caller is asked after the agent has hung up."""

    ask: tuple[str, ...] = ("rate.ask",)
    thanks: tuple[str, ...] = ("rate.thanks",)
    wrong: tuple[str, ...] = ("rate.wrong",)
    keys: str = "12345"
    seconds: float = 8.0
    tries: int = 2


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """How callers wait and who serves them."""

    name: str
    members: tuple[str, ...] | None = None
    """Extensions; None means every desk."""
    strategy: str = "longest-idle"
    ring_seconds: float = 20.0
    max_wait: float = 600.0
    rest_seconds: float = 5.0
    """How long a desk that did not answer is left alone."""
    announce_after: float = 10.0
    announce_every: float = 30.0
    first_guess: float = 120.0
    """Length of a talk before any is known, for the expected wait."""
    rating: RatingPlan | None = RatingPlan()
    announce_agent: bool = True
    """Tell the caller who serves: prompt ``agent.EXTENSION``."""
    record: bool = True


@dataclass(frozen=True, slots=True)
class TrunkPlan:
    """A carrier: known by where it sends from and by its password."""

    name: str
    line: Line
    user: str
    password: str
    host: str
    port: int | None = None
    """None: any port of the host, when the carrier's port is not fixed."""


Route: TypeAlias = tuple[Literal["flow", "queue", "extension"], str]
"""Where a number leads."""


DEFAULT_PROMPTS: Final[Mapping[str, str]] = {
    "music": "music:calm",
    "ringback": "cadence:ringback",
}
"""What is played where the plan has nothing better."""


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """Everything the board must know to let a call through."""

    realm: str
    desks: Mapping[str, DeskPlan] = field(default_factory=dict)
    numbers: Mapping[str, Route] = field(default_factory=dict)
    """Dialled number (DID) → where it leads; only trunks may dial them from outside."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    queues: Mapping[str, QueuePlan] = field(default_factory=dict)
    trunks: tuple[TrunkPlan, ...] = ()
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Prompt key → clip, as ``control.Play`` takes it. A missing key is skipped and reported."""
    recording_path: Callable[[str], str | None] = lambda call: None
    """Call id → file to record to; None: do not record."""
    codecs: tuple[Codec, ...] = ("PCMA", "PCMU")
    emergency: frozenset[str] = frozenset({"110", "119", "120", "122", "112", "911"})
    """In practice these answer themselves with the prompt ``training.emergency``."""
    dial_seconds: float = 30.0
    """How long an inside call rings."""
    longest_talk: float = 7200.0
    longest_hold: float = 1800.0
    longest_setup: float = 900.0
    """How long a call may be on the board before it is answered by anybody."""

    def __post_init__(self) -> None:
        """Refuse a plan that leads nowhere."""
        known = {"flow": self.flows, "queue": self.queues, "extension": self.desks}
        for number, (kind, name) in self.numbers.items():
            if name not in known[kind]:
                raise PlanError(f"number {number}: add the {kind} {name!r} or lead elsewhere")
        for flow in self.flows.values():
            for node in flow.nodes.values():
                if isinstance(node, ToQueue) and node.queue not in self.queues:
                    raise PlanError(f"flow {flow.name}: add the queue {node.queue!r}")

    def clip(self, key: str) -> str | None:
        """Find the clip of a prompt."""
        return self.prompts.get(key) or DEFAULT_PROMPTS.get(key)

    def password_of(self, user: str) -> str | None:
        """Find the password of a telephone or trunk account."""
        if desk := self.desks.get(user):
            return desk.password
        return next((trunk.password for trunk in self.trunks if trunk.user == user), None)
