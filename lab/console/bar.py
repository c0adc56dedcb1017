"""Over the live talk: what may be done over the chosen desk, or what is being done."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from classroom.door.wire import DeskState
from lab.console.behind import Behind
from lab.parts import palette
from lab.parts.cells import clock, wrap
from lab.seat.state import Pane, SeatState
from lab.words import Words

LETTERS = {
    "listen": "L", "whisper": "W", "barge": "B", "intercept": "I", "answer_for": "A",
    "release": "R", "send_on": "T", "switch_mode": "M", "stop_behind": "S",
    "sum_up": "F9",
}  # fmt: skip
"""The letter of each key of the floor."""


class SuperviseBar(Widget):
    """Letters and their words; the mode in front while somebody is supervised."""

    DEFAULT_CSS = """
    SuperviseBar { height: 1; width: 100%; padding: 0 2; background: $surface; }
    """

    def __init__(self, words: Words, behind: Behind, own: SeatState) -> None:
        super().__init__(id="supervise")
        self.words = words
        self.behind = behind
        self.own = own
        self.desk: DeskState | None = None
        self.now = 0.0

    def show(self, desk: DeskState | None, now: float) -> None:
        """Draw this second, for this desk."""
        self.desk, self.now = desk, now
        self.refresh()

    def render(self) -> Text:
        """The present act, then the letters that mean something; what has no room goes below."""
        width, below = self.content_size.width, self.content_size.height - 1
        gap, rows = 0, [Text(no_wrap=True, overflow="ellipsis")]
        for piece in self._pieces():
            if below > 0 and rows[-1].cell_len and rows[-1].cell_len + piece.cell_len > width:
                rows[-1].rstrip()
                rows.append(Text(no_wrap=True, overflow="ellipsis"))
                below -= 1
            rows[-1].append_text(piece)
            gap = 1 if piece.plain.endswith(" ") else 2
            rows[-1].append(" " * gap)
        rows[-1].right_crop(gap)
        self._sound(rows[-1])
        return Text("\n", no_wrap=True, overflow="ellipsis").join(rows)

    def _pieces(self) -> list[Text]:
        """What stands in the row, none of which is torn."""
        say, behind = self.words, self.behind
        if behind.mode:
            lasted = clock(self.now - behind.since)
            act = f" {say(f'keys.{behind.mode}')} {behind.extension} {lasted} "
            into = say("behind.switch_to", mode=say(f"keys.{behind.next_mode}"))
            after = ("stop_behind", "intercept", "release", "send_on")
            return [
                Text(act, style=f"bold {palette.NIGHT} on {palette.AMBER}"),
                self._letter("switch_mode", into),
                *(self._letter(name) for name in after),
            ]
        if self.own.pane is Pane.WRAPUP:
            return [self._due(), self._letter("sum_up")]
        if behind.ringing or behind.talking_since is not None:
            since = behind.talking_since
            what = "rings" if since is None else "talks"
            lasted = "" if since is None else f" {clock(self.now - since)}"
            told = f" {say(f'behind.{what}', caller=behind.caller)}{lasted} "
            return [Text(told, style=f"bold {palette.NIGHT} on {palette.GREEN}")]
        if keys := behind.keys(self.desk):
            return [self._letter(name) for name in keys]
        size, pick = self.content_size, say("behind.pick")
        broken = wrap(pick, size.width) if size.height > 1 else [pick]
        return [Text(row, style=palette.MIST) for row in broken]

    def _due(self) -> Text:
        """The summary that is to be written, and the time that is left."""
        title, until = self.words("wrapup.title"), self.own.wrap_until
        left = "" if until is None else clock(max(until - self.now, 0.0))
        time = f"{self.words('wrapup.remaining', time=left)} " if left else ""
        return Text(f" {title} {time}", style=f"bold {palette.NIGHT} on {palette.AMBER}")

    def _letter(self, name: str, word: str = "") -> Text:
        letter = Text(LETTERS[name], style=f"bold {palette.AMBER}")
        letter.append(f" {word or self.words(f'keys.{name}')}", style=palette.SNOW)
        return letter

    def _sound(self, row: Text) -> None:
        """Whether the own telephone is there, at the right end where there is room."""
        behind = self.behind
        if not behind.own:
            word, colour = self.words("behind.no_telephone"), palette.ROSE
        elif not behind.registered:
            word, colour = self.words("seat.unregistered"), palette.ROSE
        elif behind.silent:
            word, colour = self.words("behind.silent"), palette.AMBER
        else:
            word, colour = self.words("behind.ready", extension=behind.own), palette.GREEN
        mark = Text(f"● {word}", style=colour)
        space = self.content_size.width - row.cell_len - mark.cell_len
        if space < 1:
            mark, space = (
                Text("●", style=colour),
                self.content_size.width - row.cell_len - 1,
            )
        if space >= 1:
            row.append(" " * space)
            row.append_text(mark)
