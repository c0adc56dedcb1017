"""The keys of the seat, and which of them do something at a moment."""

from __future__ import annotations

from dataclasses import replace

from lab.parts.keys import Key
from lab.seat.deeds import possible
from lab.seat.state import Pane, SeatState

KEYS = (
    Key("f1,question_mark", "help", "help", "seat"),
    Key("f2", "ready", "ready", "seat"),
    Key("f3", "break", "break", "seat"),
    Key("f4,enter", "answer", "answer", "seat"),
    Key("f4", "call", "call", "seat"),
    Key("f5", "hold", "hold", "seat"),
    Key("f5", "app.records", "records", "seat"),
    Key("f6", "app.forwards", "forwards", "seat"),
    Key("f7", "app.messages", "messages", "seat"),
    Key("f6", "mute", "mute", "seat"),
    Key("f5", "more", "more", "seat"),
    Key("f7", "side", "side", "seat"),
    Key("f8", "hang_up", "hang_up", "seat"),
    Key("f8", "app.letters", "letters", "seat"),
    Key("f9", "submit", "submit", "seat"),
    Key("f9", "customer", "customer", "seat"),
    Key("escape", "leave_edit", "leave_edit", "seat", shown="Esc"),
    Key("pageup", "look_back(-1)", "look_back", "seat", show=False),
    Key("pagedown", "look_back(1)", "look_on", "seat", show=False),
    Key("f10", "app.lang", "lang", "seat"),
    Key("ctrl+q", "app.quit", "quit", "seat", priority=True),
)
"""Every key of the seat; those that do nothing at the moment are not shown."""


def keys_of(state: SeatState) -> list[Key]:
    """The keys in the words of the moment."""
    words = {
        "hold": _hold_word(state),
        "mute": "unmute" if state.muted else "mute",
        "customer": "save_customer" if state.editing else "customer",
        "ready": "next" if state.pane is Pane.RESULT else "ready",
    }
    hidden = _hidden(state)
    return [
        replace(key, word=words.get(key.name, ""), show=key.show and key.name not in hidden)
        for key in KEYS
    ]


def _hidden(state: SeatState) -> set[str]:
    """Keys that work but are not shown, so that the last one still fits into eighty columns."""
    if state.between:
        return {"lang"} if state.post else {"letters"}
    if not does_something("customer", state):
        return set()
    return {"lang", "side", "call"} if state.editing else {"lang"}


def _hold_word(state: SeatState) -> str:
    if state.company.asked:
        return "toggle"
    return "resume" if state.held else "hold"


def does_something(action: str, state: SeatState) -> bool:
    """Whether a key's action does anything now; the others are not shown."""
    pane = state.pane
    between = state.between
    allowed = {
        "ready": between and state.duty != "ready",
        "break": pane is not Pane.RINGING and state.duty == "ready",
        "answer": pane is Pane.RINGING,
        "call": bool(possible(state)),
        "hold": pane is Pane.TALK,
        "mute": pane is Pane.TALK,
        "side": pane is Pane.TALK,
        "hang_up": pane is Pane.TALK or state.has_call,
        "records": between,
        "forwards": between,
        "messages": between,
        "letters": between,
        "submit": pane is Pane.WRAPUP,
        "customer": pane is Pane.TALK
        and state.customer is not None
        and bool(state.customer.number),
        "leave_edit": pane is Pane.TALK and state.editing,
        "more": pane is Pane.WRAPUP and state.wrap_until is not None,
        "look_back": pane in (Pane.TALK, Pane.WRAPUP),
    }
    return allowed.get(action, True)
