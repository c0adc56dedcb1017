"""The menu machine: a flow of nodes, keys in, acts out; it neither plays nor waits by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from telephony.machine import Machine
from telephony.pbx.errors import FlowError
from telephony.pbx.hours import Hours

# ── the flow, as data ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Play:
    """Say something, then go on."""

    prompts: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Say something and wait for one key; keys cut the prompt short, keys pressed before count."""

    prompts: tuple[str, ...]
    keys: Mapping[str, str]
    otherwise: str
    """Where to go when all tries are used up."""
    seconds: float = 5.0
    tries: int = 3
    wrong: tuple[str, ...] = ()
    """Said after a key that is not on the menu."""
    silent: tuple[str, ...] = ()
    """Said after no key at all."""


@dataclass(frozen=True, slots=True)
class ByHours:
    """Go one of two ways by the clock."""

    hours: Hours
    open: str
    closed: str


@dataclass(frozen=True, slots=True)
class ToQueue:
    """Leave for a queue; ``gave_up`` is where a caller who waited too long comes back."""

    queue: str
    gave_up: str | None = None
    priority: int = 0
    """Levels by which this caller goes before others; time spent waiting outweighs them."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """What the desk must be able to do for this caller besides the queue's own skill."""
    desk: str = ""
    """The desk that this caller asked to wait for."""
    asked: bool = False
    """The caller was asked about the last agent already."""


@dataclass(frozen=True, slots=True)
class ToExtension:
    """Leave for one extension; ``failed`` is where to come back when nobody takes the call."""

    extension: str
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Exit: TypeAlias = ToQueue | ToExtension | HangUp
Node: TypeAlias = Play | Menu | ByHours | Exit


@dataclass(frozen=True, slots=True)
class Flow:
    """A named flow; every node that another names must exist."""

    name: str
    start: str
    nodes: Mapping[str, Node]

    def __post_init__(self) -> None:
        """Refuse a flow that leads nowhere."""
        for name in (self.start, *(to for node in self.nodes.values() for to in _ways(node))):
            if name not in self.nodes:
                raise FlowError(f"flow {self.name}: add the node {name!r} or lead elsewhere")


def _ways(node: Node) -> list[str]:
    match node:
        case Play(then=then):
            return [then]
        case Menu(keys=keys, otherwise=otherwise):
            return [*keys.values(), otherwise]
        case ByHours():
            return [node.open, node.closed]
        case ToQueue(gave_up=back) | ToExtension(failed=back):
            return [back] if back else []
        case HangUp():
            return []


# ── what a visit asks of the call ────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Tell:
    """Play these prompts and report when they are over."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop what is playing."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait so long for a key."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Chose:
    """A key was taken by a menu."""

    menu: str
    key: str


@dataclass(frozen=True, slots=True)
class Leave:
    """The visit is over; the call goes there."""

    to: Exit


Act: TypeAlias = Tell | Hush | Listen | Chose | Leave


class State(Enum):
    """What the visit is doing."""

    READY = "ready"
    """Between two nodes."""
    SPEAKING = "speaking"
    """A prompt that asks nothing."""
    ASKING = "asking"
    """A menu's prompt: a key cuts it short."""
    LISTENING = "listening"
    LEFT = "left"


class Happens(Enum):
    """What can happen to a visit."""

    TELL = "tell"
    ASK = "ask"
    LISTEN = "listen"
    LEAVE = "leave"
    PLAYED = "played"
    KEY = "key"
    SILENCE = "silence"


VISIT: Final = Machine(
    "visit",
    State.READY,
    {
        (State.READY, Happens.TELL): State.SPEAKING,
        (State.READY, Happens.ASK): State.ASKING,
        (State.READY, Happens.LISTEN): State.LISTENING,
        (State.READY, Happens.LEAVE): State.LEFT,
        (State.SPEAKING, Happens.PLAYED): State.READY,
        (State.ASKING, Happens.PLAYED): State.LISTENING,
        (State.ASKING, Happens.KEY): State.READY,
        (State.LISTENING, Happens.KEY): State.READY,
        (State.LISTENING, Happens.SILENCE): State.READY,
    },
)

MOST_NODES: Final = 200
"""A flow that runs through so many nodes without an exit is looping."""


def always(hours: Hours) -> bool:
    """Take every hour for an open one."""
    return True


@dataclass(slots=True)
class Visit:
    """One caller's way through a flow."""

    flow: Flow
    is_open: Callable[[Hours], bool] = always
    state: State = State.READY
    node: str = ""
    ahead: list[str] = field(default_factory=list)
    """Keys pressed before anybody asked."""
    tries: int = 0
    visited: int = 0

    def begin(self, node: str | None = None) -> list[Act]:
        """Enter the flow, or come back to one of its nodes."""
        self.state = State.READY
        return self._enter(node or self.flow.start)

    def press(self, key: str) -> list[Act]:
        """Take a key; one that nobody asked for yet is kept."""
        if not self._may(Happens.KEY):
            self.ahead.append(key)
            return []
        hush: list[Act] = [Hush()] if self.state is State.ASKING else []
        self._step(Happens.KEY)
        return hush + self._take(key)

    def played(self) -> list[Act]:
        """Go on after a prompt."""
        if not self._may(Happens.PLAYED):
            return []
        self._step(Happens.PLAYED)
        node = self.flow.nodes[self.node]
        if self.state is State.LISTENING and isinstance(node, Menu):
            return [Listen(node.seconds)]
        return self._enter(node.then) if isinstance(node, Play) else []

    def silence(self) -> list[Act]:
        """Nobody pressed a key in time."""
        if not self._may(Happens.SILENCE):
            return []
        self._step(Happens.SILENCE)
        node = self.flow.nodes[self.node]
        return self._again(node, node.silent) if isinstance(node, Menu) else []

    def _enter(self, name: str) -> list[Act]:
        self.visited += 1
        node: Node = self.flow.nodes[name] if self.visited <= MOST_NODES else HangUp()
        self.node, self.tries = name, 0
        match node:
            case Play():
                self._step(Happens.TELL)
                return [Tell(node.prompts)]
            case Menu():
                return self._ask(node, node.prompts)
            case ByHours():
                return self._enter(node.open if self.is_open(node.hours) else node.closed)
            case _:
                self._step(Happens.LEAVE)
                return [Leave(node)]

    def _ask(self, node: Menu, prompts: tuple[str, ...]) -> list[Act]:
        if self.ahead:
            return self._take(self.ahead.pop(0))
        if not prompts:
            self._step(Happens.LISTEN)
            return [Listen(node.seconds)]
        self._step(Happens.ASK)
        return [Tell(prompts)]

    def _take(self, key: str) -> list[Act]:
        node = self.flow.nodes[self.node]
        if not isinstance(node, Menu):
            return []
        if key not in node.keys:
            self.ahead.clear()
            return self._again(node, node.wrong)
        return [Chose(self.node, key), *self._enter(node.keys[key])]

    def _again(self, node: Menu, why: tuple[str, ...]) -> list[Act]:
        self.tries += 1
        if self.tries >= node.tries:
            return self._enter(node.otherwise)
        return self._ask(node, why + node.prompts)

    def _may(self, happens: Happens) -> bool:
        return VISIT.allows(self.state, happens)

    def _step(self, happens: Happens) -> None:
        self.state = VISIT.step(self.state, happens)
