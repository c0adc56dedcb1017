"""What a supervisor does at this moment: behind which desk, in which mode, and the own telephone; pure."""

from __future__ import annotations

from dataclasses import dataclass

from classroom.door import control
from classroom.door.control import News
from classroom.door.wire import DeskState

MODES: dict[str, type[control.Order]] = {
    "listen": control.Listen,
    "whisper": control.Whisper,
    "barge": control.Barge,
}
"""How one can stand behind a desk; one key goes from each to the next."""
EVENTS = ("supervision_began", "supervision_ended", "supervision_missed")
"""The news a supervisor wants to hear."""
IN_A_TALK = ("listen", "whisper", "barge", "intercept", "release", "send_on")
"""The keys that mean something over a desk that talks."""


@dataclass(slots=True)
class Behind:
    """Everything the supervisor's row shows."""

    own: str = ""
    """The supervisor's own extension; empty where there is none."""
    mode: str = ""
    extension: str = ""
    """The desk that is supervised."""
    since: float = 0.0
    registered: bool = False
    trouble: str = ""
    """Why the telephone cannot be used."""
    silent: bool = False
    """There is no sound card: what is supervised can only be read."""
    caller: str = ""
    """Who rings at the own telephone."""
    ringing: bool = False
    talking_since: float | None = None

    @property
    def next_mode(self) -> str:
        """The mode that the switching key leads to."""
        modes = list(MODES)
        return modes[(modes.index(self.mode) + 1) % len(modes)] if self.mode in modes else modes[0]

    @property
    def on_the_line(self) -> bool:
        """Whether the own telephone is lifted, to supervise or to talk."""
        return bool(self.mode) or self.talking_since is not None

    def take(self, news: News, now: float) -> str:
        """Let one item of the news in; returns the key of what must be told, or nothing."""
        values = news.fields
        if values.get("supervisor") != self.own:
            return ""
        act = values.get("act", "")
        if news.event == "supervision_missed":
            return "missed"
        if news.event == "supervision_began" and act in MODES:
            if not self.mode:
                self.since = now
            self.mode, self.extension = act, str(values["extension"])
        elif news.event == "supervision_ended" and act == self.mode:
            self.mode = ""
        elif news.event == "supervision_began":
            return f"did_{act}"
        return ""

    def rang(self, caller: str) -> None:
        """The own telephone rings."""
        self.ringing, self.caller = True, caller

    def lifted(self, now: float) -> None:
        """The own telephone is lifted."""
        self.ringing, self.talking_since = False, now

    def over(self) -> None:
        """The own telephone's call has ended."""
        self.ringing, self.talking_since, self.mode, self.caller = False, None, "", ""

    def keys(self, desk: DeskState | None) -> tuple[str, ...]:
        """List the keys that mean something over the chosen desk."""
        if desk is None or desk.extension == self.own:
            return ()
        if desk.activity == "offered":
            return ("answer_for",)
        return IN_A_TALK if desk.activity in ("talking", "holding") else ()
