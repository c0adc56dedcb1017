"""The call menu: choose a deed, type what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from textual.app import App

from classroom.door.seats import ReadyText
from lab.parts.cells import cut
from lab.parts.dialogs import ChoiceScreen, NumberScreen, TextScreen
from lab.seat.deeds import Deed, possible
from lab.seat.desk import Desk
from lab.seat.state import SeatState
from lab.words import Words

_OWN: Final = "own"
_WIDE: Final = 28


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


async def choose(
    app: App[int], words: Words, state: SeatState, texts: Sequence[ReadyText] = ()
) -> tuple[Deed, str] | None:
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
        written = await _write(
            app, words, menu, [_filled(one, words, state) for one in texts], typed
        )
        if written is None:
            return None
        deed = replace(deed, values={**deed.values, deed.writes: written})
    return deed, typed


def _filled(text: ReadyText, words: Words, state: SeatState) -> str:
    chosen = text.zh if words.lang == "zh" else text.en
    return chosen.replace("{desk}", state.extension).replace("{agent}", state.name)


async def _write(
    app: App[int], words: Words, menu: CallMenu, texts: Sequence[str], number: str
) -> str | None:
    """Ask for the words, from a ready text or from nothing; none when the agent thinks better of it."""
    begun = ""
    if texts:
        ready = {str(at): cut(text, _WIDE) for at, text in enumerate(texts)}
        offer = CallMenu(words, words("call.texts"), {**ready, _OWN: words("call.own_text")})
        offer.deeds = menu.deeds
        chosen = await app.push_screen_wait(offer)
        if chosen is None:
            return None
        begun = "" if chosen == _OWN else texts[int(chosen)]
    writing = CallText(words, words("call.text"), words("call.ask_text", number=number), begun)
    writing.deeds = menu.deeds
    return await app.push_screen_wait(writing)
