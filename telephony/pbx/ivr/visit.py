"""One caller's way through a flow: keys, ends of prompts and answers in, acts out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from telephony.pbx.ivr import variables
from telephony.pbx.ivr.acts import (
    Act,
    Ask,
    Chose,
    Entered,
    Hush,
    Leave,
    Listen,
    Scored,
    Speak,
    Stuck,
    Tell,
)
from telephony.pbx.ivr.flow import Flow
from telephony.pbx.ivr.lookup import WRITTEN
from telephony.pbx.ivr.nodes import (
    Asking,
    BackInLine,
    ByHours,
    Compare,
    Digits,
    EnterFlow,
    Exit,
    HangUp,
    KeepPlace,
    Language,
    LookUp,
    Menu,
    Play,
    Reading,
    Return,
    Saying,
    Survey,
    ToExtension,
    ToNumber,
    ToQueue,
    ToVoicemail,
    UserStop,
)
from telephony.pbx.ivr.states import VISIT, Happens, State

MOST_QUIET: Final = 200
"""A flow that runs through so many nodes without anybody hearing or pressing anything is looping."""
EMPTY: Final[Mapping[str, str]] = MappingProxyType({})
DEEPEST: Final = 8
"""So many flows may lie inside each other."""
MOST_AHEAD: Final = 64
"""So many keys are kept for later; a flood of them is let go."""

Reader: TypeAlias = Callable[[str, str, str], tuple[str, ...]]
"""Kind, value, language → the prompts that read it aloud."""


def unread(kind: str, value: str, lang: str) -> tuple[str, ...]:
    """Name the prompt that a house without a reader lacks."""
    return (f"read.{kind}",)


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow that waits until the one it entered comes back."""

    flow: Flow
    node: EnterFlow
    values: dict[str, str]
    secret: frozenset[str]


@dataclass(slots=True)
class Visit:
    """One caller's way through a flow."""

    flow: Flow
    flows: Mapping[str, Flow] = field(default_factory=dict)
    """What this flow may enter."""
    called: str = ""
    caller: str = ""
    lang: str = ""
    reader: Reader = unread
    moment: datetime = datetime(2000, 1, 1)
    """Local time; whoever steps the visit sets it."""
    state: State = State.READY
    node: str = ""
    values: dict[str, str] = field(default_factory=dict)
    secret: frozenset[str] = frozenset()
    """The flow's own secrets, and what was filled from one on the way in or out."""
    outer: list[Frame] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    """Keys pressed before anybody asked."""
    digits: str = ""
    """What came so far of several keys."""
    spare: str = ""
    """The end key of a number that was full without it: pressed next, it says nothing more."""
    tries: int = 0
    quiet: int = 0
    """Nodes passed since somebody last heard or pressed anything."""

    # ── what happens to it ───────────────────────────────────────────────────

    def begin(self) -> list[Act]:
        """Enter the flow."""
        self.values, self.secret = dict(self.flow.variables), self.flow.secret
        spoken: list[Act] = []
        if self.flow.lang and not self.lang:
            self.lang = self.flow.lang
            spoken = [Speak(self.lang)]
        return spoken + self.come_back(self.flow.start)

    def come_back(self, node: str) -> list[Act]:
        """Go on at a node of the flow that was left; variables and language are kept."""
        self.state = State.READY
        return self._run(node)

    def press(self, key: str) -> list[Act]:
        """Take a key; one that nobody asked for yet is kept."""
        spare, self.spare, node = self.spare, "", self.flow.nodes.get(self.node)
        if key == spare and not (isinstance(node, Menu) and key in node.keys):
            return []
        if not self._may(Happens.KEY):
            if len(self.ahead) < MOST_AHEAD:
                self.ahead.append(key)
            return []
        hush: list[Act] = [Hush()] if self.state is State.ASKING else []
        self._step(Happens.KEY)
        self.quiet = 0
        return hush + self._take(key)

    def played(self, *, heard: bool = True) -> list[Act]:
        """Go on after a prompt; one that was skipped was not ``heard``."""
        if not self._may(Happens.PLAYED):
            return []
        self._step(Happens.PLAYED)
        self.quiet = 0 if heard else self.quiet
        node = self.flow.nodes[self.node]
        if self.state is State.LISTENING and isinstance(node, Asking):
            return [Listen(node.seconds)]
        return self._run(node.then) if isinstance(node, Play) else []

    def silence(self) -> list[Act]:
        """Nobody pressed a key in time; several keys may be all there are."""
        if not self._may(Happens.SILENCE):
            return []
        self._step(Happens.SILENCE)
        self.quiet = 0
        node = self.flow.nodes[self.node]
        if isinstance(node, Digits) and self.digits:
            return self._complete(node)
        return self._again(node, wrong=False) if isinstance(node, Asking) else []

    def answered(self, answer: Mapping[str, str] | None) -> list[Act]:
        """Take what the records hold; None: nothing of the kind."""
        return self._found(answer, failed=False)

    def unanswered(self) -> list[Act]:
        """Go on without an answer: it took too long, or the records cannot be reached."""
        return self._found(None, failed=True)

    def hung_up(self) -> list[Act]:
        """Do what the flow wants done when the caller leaves in the middle of it."""
        if not self._may(Happens.HANG_UP):
            return []
        self._step(Happens.HANG_UP)
        self.quiet = 0
        last = self.flow.on_hang_up
        return self._run(last) if last else self._leave(HangUp())

    # ── from node to node ────────────────────────────────────────────────────

    def _run(self, name: str | None) -> list[Act]:
        """Enter a node, and every further one until somebody must be waited for."""
        acts: list[Act] = []
        while name is not None:
            self.quiet += 1
            if self.quiet > MOST_QUIET:
                return acts + self._stuck("loop")
            self.node, self.tries, self.digits = name, 0, ""
            more, name = self._enter(name)
            acts += more
        return acts

    def _enter(self, name: str) -> tuple[list[Act], str | None]:
        """Do what a node says: the acts, and the next node if nothing need be waited for."""
        node = self.flow.nodes[name]
        match node:
            case UserStop(then=then):
                return [], then
            case Compare():
                held = variables.holds(self._fill(node.left), node.test, self._fill(node.right))
                return [], node.yes if held else node.no
            case ByHours():
                return [], node.open if node.hours.open_at(self.moment) else node.closed
            case LookUp():
                return self._ask_records(node)
            case EnterFlow():
                return self._go_in(node)
            case Return() if self.outer:
                return [], self._come_out()
            case Play() | Menu() | Digits() | Survey() | Language():
                return self._speak(node)
            case _:
                return self._leave(node), None

    def _speak(self, node: Play | Asking) -> tuple[list[Act], str | None]:
        if self.state is State.ALONE:  # nobody hears it; only a play has a way on
            return ([], node.then) if isinstance(node, Play) else (self._leave(HangUp()), None)
        if isinstance(node, Play):
            self._step(Happens.TELL)
            return [Tell(self._keys(node.prompts))], None
        if isinstance(node, Language) and not node.prompts and len(node.keys) == 1:
            return self._speak_in(next(iter(node.keys.values()))), node.then
        return self._ask(node, node.prompts), None

    def _ask_records(self, node: LookUp) -> tuple[list[Act], str | None]:
        veil = dict.fromkeys(self.secret, "***") if node.ask in WRITTEN else {}
        given = {name: self._fill(text, veil) for name, text in node.given.items()}
        ask = Ask(node.ask, given, node.seconds)
        if self.state is State.ALONE:
            return [ask], node.found
        self._step(Happens.LOOK)
        return [ask], None

    def _found(self, answer: Mapping[str, str] | None, *, failed: bool) -> list[Act]:
        node = self.flow.nodes[self.node] if self.node else None
        if not isinstance(node, LookUp) or not self._may(Happens.ANSWER):
            return []
        self._step(Happens.ANSWER)
        if answer is None:
            return self._run(node.failed if failed else node.missing)
        for name, variable in node.into.items():
            self._keep(variable, answer.get(name, ""))
        return self._run(node.found)

    def _go_in(self, node: EnterFlow) -> tuple[list[Act], str | None]:
        inner = self.flows.get(node.flow)
        if inner is None:
            return self._stuck("no_flow"), None
        if len(self.outer) >= DEEPEST:
            return self._stuck("depth"), None
        given = {name: self._fill(text) for name, text in node.given.items()}
        self.outer.append(Frame(self.flow, node, self.values, self.secret))
        told = {
            name for name, text in node.given.items() if self.secret & set(variables.named(text))
        }
        self.flow, self.values = inner, {**inner.variables, **given}
        self.secret = inner.secret | told
        return [], inner.start

    def _come_out(self) -> str:
        inner, secret = self.values, self.secret
        frame = self.outer.pop()
        self.flow, self.values = frame.flow, frame.values
        told = {ours for theirs, ours in frame.node.into.items() if theirs in secret}
        self.secret = frame.secret | told
        for theirs, ours in frame.node.into.items():
            self._keep(ours, inner.get(theirs, ""))
        return frame.node.then

    def _leave(self, to: Exit) -> list[Act]:
        self._step(Happens.LEAVE)
        match to:
            case ToQueue(queue=where):
                level = variables.level_of(self._fill(str(to.priority)))
                to = replace(to, queue=self._fill(where), desk=self._fill(to.desk), priority=level)
            case ToExtension(extension=where):
                to = replace(to, extension=self._fill(where))
            case ToNumber(number=where):
                to = replace(to, number=self._fill(where), keyed="$" in where)
            case ToVoicemail(box=where):
                to = replace(to, box=self._fill(where))
            case KeepPlace(number=number):
                to = KeepPlace(self._fill(number))
            case BackInLine():
                pass
            case _:
                to = HangUp()
        return [Leave(to)]

    def _stuck(self, why: Literal["loop", "depth", "no_flow"]) -> list[Act]:
        stuck = Stuck(self.node, why)
        self._step(Happens.LEAVE)
        return [stuck]

    # ── keys ─────────────────────────────────────────────────────────────────

    def _ask(self, node: Asking, prompts: tuple[Saying, ...]) -> list[Act]:
        if self.ahead:
            return self._take(self.ahead.pop(0))
        if not prompts:
            self._step(Happens.LISTEN)
            return [Listen(node.seconds)]
        self._step(Happens.ASK)
        return [Tell(self._keys(prompts))]

    def _take(self, key: str) -> list[Act]:
        node = self.flow.nodes[self.node]
        match node:
            case Menu() if key in node.keys:
                self._keep(node.into, key)
                return [Chose(self.node, key), *self._run(node.keys[key])]
            case Language() if key in node.keys:
                spoken = self._speak_in(node.keys[key])
                return [Chose(self.node, key), *spoken, *self._run(node.then)]
            case Survey() if key in node.marks:
                self._keep(node.into, key)
                return [Scored(key), *self._run(node.then)]
            case Digits():
                return self._collect(node, key)
            case Menu() | Language() | Survey():
                return self._again(node, wrong=True)
            case _:
                return []

    def _collect(self, node: Digits, key: str) -> list[Act]:
        """Take one of several keys, and at once those that were pressed ahead."""
        while True:
            if node.end and key == node.end:
                return self._complete(node)
            self.digits += key
            if len(self.digits) >= node.most:
                self.spare = node.end
                if self.ahead[:1] == [node.end]:
                    self.ahead.pop(0)
                return self._complete(node)
            if not self.ahead:
                self._step(Happens.LISTEN)
                return [Listen(node.between)]
            key = self.ahead.pop(0)

    def _complete(self, node: Digits) -> list[Act]:
        digits, self.digits = self.digits, ""
        if len(digits) < node.least or not digits.isdecimal():
            return self._again(node, wrong=True)
        self._keep(node.into, digits)
        return [Entered(self.node, node.into, len(digits)), *self._run(node.then)]

    def _again(self, node: Asking, *, wrong: bool) -> list[Act]:
        if wrong:
            self.ahead.clear()
        self.tries += 1
        if self.tries >= node.tries:
            return self._run(_way_out(node, wrong=wrong))
        return self._ask(node, (node.wrong if wrong else node.silent) + node.prompts)

    # ── small words ──────────────────────────────────────────────────────────

    def _speak_in(self, lang: str) -> list[Act]:
        self.lang = lang
        return [Speak(lang)]

    def _keep(self, variable: str, value: str) -> None:
        if variable:
            self.values[variable] = value[: variables.LONGEST]

    def _fill(self, text: str, veil: Mapping[str, str] = EMPTY) -> str:
        if "$" not in text:
            return text
        own = variables.macros(self.called, self.caller, self.moment)
        return variables.filled(text, {**self.values, **veil, **own})

    def _keys(self, prompts: tuple[Saying, ...]) -> tuple[str, ...]:
        keys: list[str] = []
        for one in prompts:
            if isinstance(one, Reading):
                keys += self.reader(one.kind, self._fill(one.value), self.lang)
            else:
                keys.append(one)
        return tuple(keys)

    def shown(self) -> dict[str, str]:
        """The variables of the outermost flow that may leave it."""
        at = self.outer[0] if self.outer else self
        return {name: value for name, value in at.values.items() if name not in at.secret}

    def _may(self, happens: Happens) -> bool:
        return VISIT.allows(self.state, happens)

    def _step(self, happens: Happens) -> None:
        self.state = VISIT.step(self.state, happens)


def _way_out(node: Asking, *, wrong: bool) -> str:
    """Say where to go when all tries are used up."""
    if isinstance(node, Language):
        return node.then
    if isinstance(node, Survey):
        return node.otherwise
    return (node.on_wrong if wrong else node.on_silent) or node.otherwise
