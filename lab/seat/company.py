"""Who else is in the call: asked aside, joined as a third, dialled; fed by the switchboard's news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classroom.door.control import News

EVENTS = (
    "call_started", "desk_answered", "outside_answered", "call_ended",
    "consulted", "consult_missed", "consult_ended", "three_way", "held", "resumed",
    "transferred", "transfer_failed", "parked", "park_timed_out", "not_lifted", "not_reached",
    "recording_began", "recording_closed", "recording_paused", "recording_resumed",
    "standing", "message_left", "message_changed", "text_sent",
)  # fmt: skip
"""The news a seat wants to hear."""
CUT = ("force_released", "overran", "sound_lost")
"""Ends of a call that neither side brought about."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence of the section ``told``, and what is filled into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Company:
    """What a seat knows of the others in its call."""

    asked: str = ""
    """The number that is being consulted."""
    aside: bool = False
    """The agent has turned to whoever is consulted; the customer hears music."""
    third: str = ""
    """Who talks with both."""
    dialled: str = ""
    """The number that the own telephone rings for, or that was called."""
    started: str = ""
    """The call that the own desk began."""
    reached: bool = False
    """Whoever was dialled has answered."""
    taped: bool = False
    """The talk is being recorded."""
    paused: bool = False
    """The recording holds silence."""
    on_demand: bool = False
    """The agent began the recording."""

    @property
    def manner(self) -> str:
        """The key of the activity that this company makes of a talk, or nothing."""
        if self.third:
            return "three_way"
        return "consulting" if self.asked and self.aside else ""

    @property
    def side(self) -> str:
        """Which end of the call the own desk is: whoever dialled is the caller."""
        return "caller" if self.dialled else "callee"

    @property
    def announced(self) -> bool:
        """A code was dialled: nobody answers, the switchboard says what it did."""
        return self.dialled.startswith(("*", "#"))

    def begun(self) -> Company:
        """The telephone rings: of what was before, the call that the own desk began is left."""
        return Company(dialled=self.dialled, started=self.started, reached=self.reached)

    def take(self, news: News) -> Remark | None:
        """Let one item of the news in; returns what the agent must be told."""
        if news.event == "text_sent":
            return fate_of(news.fields)
        return self._take(news)

    def _take(self, news: News) -> Remark | None:
        values = news.fields
        match news.event:
            case "standing":
                self._relearn(values)
            case "call_started":
                self.dialled, self.started = str(values["dialled"]), str(values["call"])
                self.reached = False
            case "desk_answered" | "outside_answered" if self.started == values["call"]:
                self.reached = True
            case "call_ended":
                return self._over(values)
            case "consulted":
                self.asked, self.aside, self.third = str(values["to"]), True, ""
            case "held" if self.asked and values["by"] == self.side:
                self.aside = True
            case "resumed" if self.asked and values["by"] == self.side:
                self.aside = False
            case "three_way":
                self.third, self.asked, self.aside = self.asked, "", False
            case "consult_ended" | "consult_missed":
                return self._alone(news.event, str(values["why"]))
            case "recording_began" | "recording_closed":
                self.taped, self.paused = news.event == "recording_began", False
            case "recording_paused" | "recording_resumed":
                self.paused = news.event == "recording_paused"
            case "transferred":
                return Remark("transferred", {"to": values["to"]})
            case "parked":
                return Remark("parked", {"slot": values["slot"]})
            case "park_timed_out":
                return Remark("park_timed_out", {"slot": values["slot"]})
            case "transfer_failed":
                return Remark("transfer_failed", {"to": values["to"]})
            case "not_lifted" | "not_reached":
                self.dialled = self.started = ""
                return Remark(news.event, {"number": values["number"]})
        return None

    def _over(self, values: Mapping[str, Any]) -> Remark | None:
        """A call is over; where nobody in it hung up, the agent must learn why."""
        if self.started == values["call"]:
            self.dialled, self.started, self.reached = "", "", False
        return Remark(values["why"]) if values["why"] in CUT else None

    def _relearn(self, values: Mapping[str, Any]) -> None:
        """The connection was lost and is back: believe what the switchboard says."""
        self.asked, self.third = str(values["asked"]), str(values["third"])
        self.aside, self.dialled = bool(values["aside"]), str(values["dialled"])
        self.started, self.reached = str(values["started"]), bool(values["reached"])
        self.taped, self.paused = bool(values["taped"]), bool(values["paused"])
        self.on_demand = bool(values["on_demand"])

    def _alone(self, event: str, why: str) -> Remark | None:
        number, self.asked, self.aside, self.third = self.asked or self.third, "", False, ""
        if why == "cancelled":
            return None
        return Remark(event, {"number": number})


def fate_of(message: Mapping[str, Any]) -> Remark:
    """Say what became of a short message."""
    key = "text_failed" if message["why"] else "text_sent"
    return Remark(key, {"number": message["number"]})
