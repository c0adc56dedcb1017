"""What can be done with the telephone at a moment: each deed, its order, and what is asked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from classroom.door import control
from lab.seat.state import Pane, SeatState


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the call menu; its words are ``call.NAME``."""

    name: str
    order: type[control.Order] | None = None
    """What the switchboard is asked; none: the own telephone does it."""
    asks: str = ""
    """The field of the order that is typed first."""
    hint: str = ""
    """What is told beside it, ``call.ask_HINT``; none: as its field says."""
    optional: bool = False
    """It may be left empty."""
    values: Mapping[str, Any] = field(default_factory=dict)
    """Fields that are always the same."""
    writes: str = ""
    """The field of the order that is written last, in words."""


DIAL = Deed("dial", control.Dial, "number")
REDIAL = Deed("redial", control.Redial)
TEXT = Deed("text", control.SendText, "number", "mobile", writes="text")
AT_DESK = Deed("at_desk", control.WorkOutside, values={"outside": False})
JOIN_ROOM = Deed("join_room", control.Dial, "number", "room")
PICK_UP = Deed("pick_up", control.PickUp, "at", optional=True)
RETRIEVE = Deed("retrieve", control.Retrieve, "slot")
TRANSFER = Deed("transfer", control.Transfer, "number")
CONSULT = Deed("consult", control.Consult, "number")
PARK = Deed("park", control.Park)
TOGGLE = Deed("toggle", control.Toggle)
COMPLETE = Deed("complete", control.CompleteTransfer)
THREE_WAY = Deed("three_way", control.ThreeWay)
CANCEL = Deed("cancel_consult", control.CancelConsult)
RATE = Deed("rate", control.Rate)
RECORD = Deed("record", control.StartRecording)
STOP_RECORDING = Deed("stop_recording", control.StopRecording)
PAUSE = Deed("pause_recording", control.PauseRecording)
GO_ON = Deed("go_on_recording", control.PauseRecording, values={"paused": False})
RESUME = Deed("resume", control.Resume)
END_CALL = Deed("hang_up", control.HangUp)
END_WRAPUP = Deed("end_wrapup", control.EndWrapup)
KEYS = Deed("keys", asks="digits")
HOLD = Deed("hold")
TAKE_BACK = Deed("resume")
MUTE = Deed("mute")
UNMUTE = Deed("unmute")
HANG_UP = Deed("hang_up")


def possible(state: SeatState) -> list[Deed]:
    """List what can be ordered now; nothing while a telephone rings or a summary is due."""
    if state.between:
        back = [AT_DESK] if state.mobile else []
        free = [DIAL, PICK_UP, RETRIEVE, REDIAL, JOIN_ROOM, TEXT, *back]
        return [] if state.has_call else free
    if state.pane is not Pane.TALK:
        return []
    if state.company.asked:
        return [TOGGLE, COMPLETE, THREE_WAY, CANCEL, *_handset(state)]
    if state.company.third:
        return [COMPLETE, PARK, *_taping(state), *_handset(state)]
    rate = [RATE] if state.card is not None and not state.outward else []
    hold = TAKE_BACK if state.held else HOLD
    return [TRANSFER, CONSULT, *rate, PARK, *_taping(state), hold, *_handset(state)]


def _handset(state: SeatState) -> list[Deed]:
    """What the own telephone does by itself."""
    return [UNMUTE if state.muted else MUTE, KEYS, HANG_UP, TEXT]


def _taping(state: SeatState) -> list[Deed]:
    """What can be done with the recording."""
    if not state.company.taped:
        return [RECORD]
    pause = GO_ON if state.company.paused else PAUSE
    return [pause, STOP_RECORDING] if state.company.on_demand else [pause]
