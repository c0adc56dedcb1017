"""Where the agent speaks: type a line, or press a number on an empty line."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from classroom.door.wire import LONGEST_LINE
from lab.parts.boxes import Box
from lab.seat.state import SeatState
from lab.words import Words


class Entry(Box):
    """One row; numbers, arrows and Enter on an empty line belong to the script."""

    DEFAULT_CSS = """
    Entry { height: 1; border: none; padding: 0 1; background: $panel; }
    Entry:focus { border: none; background: $primary 20%; }
    """

    @dataclass
    class Said(Message):
        """A line was typed to its end."""

        text: str

    @dataclass
    class Numbered(Message):
        """A digit was pressed on an empty line."""

        digit: int

    @dataclass
    class Moved(Message):
        """An arrow was pressed on an empty line."""

        step: int

    @dataclass
    class Confirmed(Message):
        """Enter was pressed on an empty line."""

    def __init__(self) -> None:
        super().__init__(id="entry", compact=True)

    async def _on_key(self, event: events.Key) -> None:
        message = self._meant(event)
        if message is not None:
            event.stop()
            event.prevent_default()
            self.post_message(message)

    def _meant(self, event: events.Key) -> Message | None:
        if self.value:
            return None
        if event.character and event.character in "1234567890":
            return self.Numbered(int(event.character))
        steps = {"up": -1, "down": 1}
        return self.Moved(steps[event.key]) if event.key in steps else None

    async def action_submit(self) -> None:
        """Enter says the line."""
        text = self.value.strip()
        self.value = ""
        self.post_message(self.Said(text) if text else self.Confirmed())

    def put_back(self, text: str) -> None:
        """Nothing typed is lost: a line that was not sent comes back before what follows it."""
        self.value = f"{text} {self.value}".strip()
        self.cursor_position = len(self.value)


def silence(state: SeatState, words: Words, text: str = "", *, scripted: bool = False) -> str:
    """Why nobody would hear a line now, or nothing; a line of the script is for the customer."""
    why = state.silenced or ("too_long" if len(text) > LONGEST_LINE else "")
    if scripted and state.company.aside:
        why = "not_aside"
    return words(f"entry.{why}", most=LONGEST_LINE) if why else ""


def invitation(state: SeatState, words: Words) -> str:
    """What stands in the empty row."""
    return silence(state, words) or words("entry.aside" if state.company.aside else "entry.say")
