"""The call menu: choose a deed, type what it needs."""

from __future__ import annotations

from textual.app import App

from lab.parts.dialogs import ChoiceScreen, NumberScreen
from lab.seat.deeds import Deed, possible
from lab.seat.state import SeatState
from lab.words import Words


async def choose(app: App[int], words: Words, state: SeatState) -> tuple[Deed, str] | None:
    """Ask what shall be done and with which number; none when the agent thinks better of it."""
    deeds = {deed.name: deed for deed in possible(state)}
    titles = {name: words(f"call.{name}") for name in deeds}
    chosen = await app.push_screen_wait(ChoiceScreen(words, words("call.title"), titles))
    if chosen is None:
        return None
    deed, typed = deeds[chosen], ""
    if deed.asks:
        hint = words(f"call.ask_{deed.asks}")
        screen = NumberScreen(words, titles[chosen], hint, optional=deed.optional)
        answer = await app.push_screen_wait(screen)
        if answer is None:
            return None
        typed = answer
    return deed, typed
