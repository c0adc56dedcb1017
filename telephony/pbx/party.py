"""Who has joined a call besides its two ends, and as what; who is on the way to another end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from telephony.machine import Word
from telephony.pbx.leg import Leg
from telephony.pbx.supervision_events import SupervisionBegan, SupervisionEnded


class Role(Word):
    """What somebody is to a call."""

    CALLER = "caller"
    CALLEE = "callee"
    CONSULTED = "consulted"
    """Asked by the agent aside; the customer hears nothing of it."""
    GUEST = "guest"
    """The third of a three-way talk: hears and is heard by everybody."""
    RETURNING = "returning"
    """The telephone of a holder who had put the handset down, ringing to be lifted again."""
    SUPERVISOR = "supervisor"
    """Stands behind one of the two; how much is heard of it is its mode."""


class Mode(Enum):
    """How a supervisor takes part."""

    LISTEN = "listen"
    """Hears what the supervised hears; nobody hears the supervisor."""
    WHISPER = "whisper"
    """Only the supervised hears the supervisor, and no recording does."""
    BARGE = "barge"
    """Everybody hears the supervisor."""
    INTERCEPT = "intercept"
    """Takes the call over as soon as the supervisor's telephone is lifted; hears until then."""


@dataclass(slots=True, eq=False)
class Party:
    """One telephone that has joined a call, or rings to join it."""

    leg: Leg
    role: Role
    mode: Mode = Mode.LISTEN
    """Of a supervisor."""
    over: Leg | None = None
    """Whom a supervisor stands behind; for the others, who asked them in."""
    began: float = 0.0
    acting_since: float | None = None
    """Since when a supervisor takes part in this mode; None while the telephone rings."""

    def act(self, call: str, now: float) -> SupervisionBegan:
        """Take part in the present mode from now on; returns the news of it."""
        self.acting_since = now
        return SupervisionBegan(call, now, *self._names, self.mode.value)

    def stop_acting(self, call: str, now: float) -> SupervisionEnded:
        """Take part in it no longer; returns the news of it."""
        began, self.acting_since = self.acting_since or now, None
        return SupervisionEnded(call, now, *self._names, self.mode.value, began=began)

    @property
    def _names(self) -> tuple[str, str]:
        """The supervisor's extension and the supervised one."""
        return self.leg.extension or "", (self.over.extension or "") if self.over else ""


@dataclass(slots=True)
class Transfer:
    """A transfer on its way."""

    extension: str
    """The desk that transferred."""
    to: str
    tried: bool = False
    """That desk has been rung again."""
