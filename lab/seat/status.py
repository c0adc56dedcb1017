"""The status bar: who sits here, what the desk does and since when, and which line is open."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from lab.parts import palette
from lab.parts.cells import clock, cut
from lab.seat.state import SeatState
from lab.words import Words


class StatusBar(Widget):
    """One row; what matters least gives way first."""

    DEFAULT_CSS = """
    StatusBar { height: 1; background: $surface; }
    """

    def __init__(self, words: Words, state: SeatState, now: float = 0.0) -> None:
        super().__init__(id="status")
        self.words = words
        self.state = state
        self.now = now

    def show(self, now: float) -> None:
        """Draw the present second."""
        self.now = now
        self.refresh()

    def render(self) -> Text:
        """The rail's word, the person, duty and activity, then the telephone at the right."""
        say, state = self.words, self.state
        line = "live" if state.live else "practice"
        ground = palette.RED if state.live else palette.TEAL
        ink = palette.SNOW if state.live else palette.NIGHT
        row = Text(no_wrap=True)
        row.append(f" {say(f'line.{line}')} ", style=f"bold {ink} on {ground}")
        row.append(f" {cut(state.name or say('seat.nobody'), 16)}", style=f"bold {palette.SNOW}")
        row.append(f" {state.extension} ", style=palette.MIST)
        row.append("│ ", style=palette.STONE)
        row.append(self._duty(), style=f"bold {palette.DUTY[state.duty]}")
        row.append(" · ", style=palette.MIST)
        row.append(self._activity(), style=f"bold {palette.ACTIVITY[self._shown()]}")
        row.append(f" {clock(self.now - self._since())} ", style=palette.SNOW)
        if state.muted:
            row.append(f" {say('seat.muted')} ", style=f"bold {palette.NIGHT} on {palette.AMBER}")
        if state.company.paused:
            row.append(f" {say('seat.paused')} ", style=f"bold {palette.NIGHT} on {palette.AMBER}")
        self._telephone(row)
        return row

    def _telephone(self, row: Text) -> None:
        """Whether the extension can be called, at the right end."""
        ok = self.state.registered or self.state.mobile
        where = "mobile" if self.state.mobile else "registered" if ok else "unregistered"
        word = f"● {self.words(f'seat.{where}')} "
        silent = f"{self.words('seat.type')}  " if self.state.sound_card is False else ""
        news = (("mail", self.state.new_messages), ("letters", self.state.letters))
        for name, count in news:
            told = f" {self.words(f'seat.{name}', n=count)} "
            if count and row.cell_len + cell_len(told + word) <= self.size.width:
                row.append(" ")
                row.append(told, style=f"bold {palette.NIGHT} on {palette.BLUE}")
        if row.cell_len + cell_len(silent + word) >= self.size.width:
            silent = ""
        space = self.size.width - row.cell_len - cell_len(silent + word)
        row.append(" " * max(space, 1))
        row.append(silent, style=palette.MIST)
        row.append(word if space >= 1 else "●", style=palette.GREEN if ok else palette.ROSE)

    def _duty(self) -> str:
        state = self.state
        duty = self.words("duty.rest" if state.rest else f"duty.{state.duty}")
        if state.duty != "break" or not state.reason:
            return duty
        reason = self.words.or_plain("reason", state.reason)
        return duty if reason == duty else self.words("duty.because", duty=duty, reason=reason)

    def _shown(self) -> str:
        """The telephone knows first; the floor's word follows a moment later."""
        state = self.state
        if manner := state.company.manner:
            return manner
        if state.held:
            return "holding"
        if state.answered_at is not None:
            return "talking"
        return "offered" if state.has_call else state.activity

    def _activity(self) -> str:
        return self.words(f"activity.{self._shown()}")

    def _since(self) -> float:
        state = self.state
        return next(
            (at for at in (state.held_at, state.answered_at) if at is not None), state.began
        )


def trouble_of(state: SeatState, say: Words) -> str:
    """What keeps this seat from working, the worst first; empty where all is well."""
    if not state.connected:
        return say("seat.lost")
    if state.telephone_trouble:
        return say("seat.no_telephone", why=state.telephone_trouble)
    if state.outage:
        return say(f"outage.{state.outage}")
    if state.stranded:
        return say("seat.stranded")
    return say("seat.no_sound", why=state.sound_trouble) if state.sound_trouble else ""
