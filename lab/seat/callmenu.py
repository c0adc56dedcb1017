"""The call menu: choose a deed, type what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.app import App

from lab.parts.dialogs import ChoiceScreen, NumberScreen, TextScreen
from lab.seat.deeds import Deed, possible
from lab.seat.desk import Desk
from lab.seat.state import SeatState
from lab.words import Words


class CallMenu(ChoiceScreen):
    """The deeds of one moment."""

    deeds: Sequence[Deed] = ()


class CallNumber(NumberScreen):
    """The number that a deed needs."""

    deeds: Sequence[Deed] = ()


class CallText(TextScreen):
    """The words that a deed needs."""

    deeds: Sequence[Deed] = ()


def give_way(app: App[int], state: SeatState) -> None:
    """Close the menu when what it offers can no longer be done, so that it never hides a ring."""
    top = app.screen
    if isinstance(top, CallMenu | CallNumber | CallText) and list(top.deeds) != possible(state):
        top.dismiss(None)


async def ask_reason(app: App[int], words: Words, desk: Desk) -> str | None:
    """Ask why the agent is not ready; none when he thinks better of it, or the server is lost."""
    rules = desk.rules
    if rules is None:
        return None
    reasons = {one.id: words.or_plain("reason", one.id) for one in rules.reasons}
    return await app.push_screen_wait(ChoiceScreen(words, words("choice.break_title"), reasons))


async def choose(app: App[int], words: Words, state: SeatState) -> tuple[Deed, str] | None:
    """Ask what shall be done and with which number; none when the agent thinks better of it."""
    deeds = {deed.name: deed for deed in possible(state)}
    titles = {name: words(f"call.{name}") for name in deeds}
    menu = CallMenu(words, words("call.title"), titles)
    menu.deeds = tuple(deeds.values())
    chosen = await app.push_screen_wait(menu)
    if chosen is None:
        return None
    deed, typed = deeds[chosen], ""
    if deed.asks:
        hint = words(f"call.ask_{deed.hint or deed.asks}")
        screen = CallNumber(words, titles[chosen], hint, optional=deed.optional)
        screen.deeds = menu.deeds
        answer = await app.push_screen_wait(screen)
        if answer is None:
            return None
        typed = answer
    if deed.writes:
        writing = CallText(words, titles[chosen], words("call.ask_text", number=typed))
        writing.deeds = menu.deeds
        written = await app.push_screen_wait(writing)
        if written is None:
            return None
        deed = replace(deed, values={**deed.values, deed.writes: written})
    return deed, typed
