"""Asking by key before a call is connected to a telephone outside: what lifts there may be a machine.

To whatever owns the leg it rings until 1 is pressed; a refusal (2) and silence are a telephone that does not
take the call. So a voicemail of the carrier never has a customer, and no owner knows of all this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from telephony import events as say
from telephony.media.control import Play, SetRow, Stop
from telephony.pbx.events import PromptMissing
from telephony.pbx.leg import Leg
from telephony.pbx.leg_states import LegState, LegStep
from telephony.pbx.works import Works

TAKE, REFUSE = "1", "2"
ASK_SECONDS: Final = 12.0
"""So long whoever lifted has to press a key; less than what a desk may ring on beyond its time."""
PAUSE: Final = "silence:1.5"


@dataclass(slots=True, eq=False)
class Screening:
    """One leg to an agent outside."""

    works: Works
    leg: Leg
    prompt: str
    source: str = ""
    """What plays the question."""

    def hear(self, event: say.CallEvent, now: float) -> say.CallEvent | None:
        """Ask when somebody lifts; the owner hears what was answered."""
        match event:
            case say.Connected():
                self._ask(now)
                return None
            case say.Pressed(digit=digit) if digit == TAKE and self.leg.state is LegState.ASKED:
                self.close()
                self.leg.screen = None
                self.leg.step(LegStep.ANSWER)
                return say.Connected(self.leg.codec)
            case say.Pressed(digit=digit) if digit == REFUSE:
                self.works.legs.hang_up(self.leg, now)
                return say.Failed(603, "declined")
            case say.Said():
                self.works.legs.take_words(event, now, taken=False)
                return None
            case say.Ringing() | say.Failed() | say.Ended():
                return event
        return None

    def close(self) -> None:
        """Ask no more."""
        self.works.alarms.cancel(("asked", self.leg.name))
        if self.source:
            self.works.media.send(Stop(self.source))
            self.source = ""

    def _ask(self, now: float) -> None:
        """Say that a call is there, again and again; whoever listens is not rung out meanwhile."""
        works, leg = self.works, self.leg
        leg.early = False
        works.alarms.set(("asked", leg.name), now + ASK_SECONDS)
        for key in (("ring", leg.call), ("ringing", leg.name)):
            works.alarms.delay(key, now + ASK_SECONDS + 1.0)
        clip = works.plan.clip(self.prompt)
        if clip is None:
            works.emit(PromptMissing(leg.call, now, self.prompt))
            return
        self.source = f"{leg.name}/ask"
        works.media.send(Play(self.source, (clip, PAUSE), loop=True))
        works.media.send(SetRow(leg.name, {self.source: 1.0}))
