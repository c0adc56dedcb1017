"""A call that is not over yet: its row, its script pane, what was said, what it still waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from classroom.door import wire
from classroom.store.calls import Call, CallPart, EvidenceRow
from scenarios.model import Scenario
from scripts_library.prompt import Said

NEAR: Final = 1.0
"""A voice that begins within so many seconds of typed words is their sound."""
LATE: Final = 5.0
"""On a busy machine the end of their sound may come so much later."""
WAVERS: Final = 0.5
"""Seconds by which a voice and the sound it comes from may differ in length."""
PACE = {"zh": 4.5, "en": 14.0}
"""Characters a second, for words whose sound has no known length."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """A customer that a lesson sent; the call with this order is this customer's."""

    order_id: str
    lesson: int
    scenario: Scenario
    seed: int
    level: int


@dataclass(slots=True)
class Spoken:
    """One utterance on its way into the evidence."""

    no: int
    clock: float
    text: str
    who: str
    until: float | None = None
    sounds: float = 0.0
    """Seconds of voice that go with words that were typed; 0: none, or it is not known."""
    heard: float = 0.0
    """Seconds of voice that were taken for its own so far."""

    def owns(self, began: float, at: float) -> bool:
        """Tell whether a voice is the sound of these words: near them, or late but no more of it."""
        until = self.until or self.clock
        near = self.clock - NEAR <= at and began <= until + NEAR
        rest = self.sounds - self.heard + WAVERS if self.sounds else 0.0
        late = self.clock <= began <= until + LATE and at - began <= rest
        return near or late


@dataclass(slots=True)
class OpenCall:
    """Everything about a running call that is not yet only a record."""

    row: Call
    ordered: Ordered | None = None
    facts: dict[str, str] = field(default_factory=dict)
    """The cast, the company and the agent, filled in for this desk."""
    keyed: dict[str, str] = field(default_factory=dict)
    """What the caller keyed in and the menu looked up, secret variables left out."""
    asked: list[str] = field(default_factory=list)
    """What the menu asked the records for."""
    steps: list[wire.ScriptStep] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    before: list[wire.Caption] = field(default_factory=list)
    """What was said before the answer, on the clock; told once the zero is known."""
    parts: list[CallPart] = field(default_factory=list)
    """Who had it so far."""
    dialler: str = ""
    """The desk that dialled it; empty: it came from outside."""
    kept: bool = False
    """Its caller kept the place for a callback, or it is that callback: nobody has given up."""
    tapes: list[tuple[float, str]] = field(default_factory=list)
    """Its closed recordings: when each began, on the clock, and where it lies."""
    late: list[str] = field(default_factory=list)
    """Lines whose sound is put into the recording after the call."""
    drafts: dict[str, wire.Wrapup] = field(default_factory=dict)
    """Summaries that are being written: log-in → as it stands."""
    summed: set[str] = field(default_factory=set)
    """Log-ins of those whose summary is in."""
    talk_ended: bool = False
    ended: bool = False
    """Nothing is left of it on the board."""
    wrapped: bool = False
    """The summary is in, or its time is over."""
    recorded: bool = True
    """No recording is being written."""
    customer_gone: bool = True
    """The customer's last word is in; False while a virtual customer is on the line."""
    patience: asyncio.TimerHandle | None = None
    """Runs while only late news is waited for."""

    @property
    def id(self) -> str:
        """The call's id."""
        return self.row.id

    def ends_unanswered(self, by: str) -> str:
        """Say what a call is that ends before an agent took it."""
        return "abandoned" if by == "caller" and not self.kept else "ended"

    @property
    def answered(self) -> bool:
        """An agent took it."""
        return self.row.answered_clock is not None

    @property
    def complete(self) -> bool:
        """Nothing more will be said, done or recorded."""
        done = self.ended and self.recorded and self.customer_gone
        return done and (self.wrapped or not self.answered)

    def at(self, clock: float) -> float:
        """Seconds since answer."""
        return round(clock - self.row.zero, 3)

    def line(self, clock: float, what: str, value: str = "", **more: object) -> EvidenceRow:
        """An item: the line did this; what else is known of it is read by the call's trace only."""
        body = {"what": what, "value": value, **more}
        return EvidenceRow(call_id=self.id, clock=clock, kind="line", body=body)

    def action(self, clock: float, what: str, value: str = "", desk: str = "") -> EvidenceRow:
        """An item: the agent of this desk did this on screen."""
        body = {"what": what, "value": value, "desk": desk or self.row.extension}
        return EvidenceRow(call_id=self.id, clock=clock, kind="action", body=body)

    def say(
        self, who: str, text: str, clock: float, until: float | None, **more: object
    ) -> EvidenceRow:
        """An item: somebody says this; ``until`` may follow by ``more``."""
        no = len(self.spoken)
        self.spoken.append(Spoken(no, clock, text, who, until))
        body = {"no": no, "who": who, "text": text, **more}
        if who == "agent":
            body.setdefault("desk", self.row.extension)
        return EvidenceRow(
            call_id=self.id, clock=clock, until_clock=until, kind="utterance", body=body
        )

    def more(self, no: int, clock: float, until: float | None, **says: object) -> EvidenceRow:
        """An item: what became known later of an utterance."""
        if until is not None:
            self.spoken[no].until = until
        body = {"of": no, "says": says}
        return EvidenceRow(call_id=self.id, clock=clock, until_clock=until, kind="more", body=body)

    def speaking(self, who: str) -> Spoken | None:
        """The utterance of this party whose end is not known yet."""
        return next((one for one in self.spoken if one.who == who and one.until is None), None)

    def length(self, text: str, sound: float) -> float:
        """How long the words take: the length of their sound, else at the language's pace."""
        return sound or max(0.6, len(text) / PACE[self.row.lang])


def picked_line(headers: Mapping[str, str]) -> str | None:
    """The script line of an ``X-Lab-Line`` header: ``picked; line=script/step``."""
    kind, _, rest = headers.get("X-Lab-Line", "").partition(";")
    name, _, value = rest.strip().partition("=")
    return value if kind.strip() == "picked" and name == "line" and value else None


def sound_seconds(headers: Mapping[str, str]) -> float:
    """The length of the sound that goes with the words, from ``X-Lab-Sound``; 0 if unknown."""
    try:
        return min(60.0, max(0.0, float(headers.get("X-Lab-Sound", "0"))))
    except ValueError:
        return 0.0
