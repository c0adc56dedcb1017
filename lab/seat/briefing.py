"""What the student is told before a call: what is judged and how much it weighs."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text

from classroom.door.wire import Briefing, Judged
from lab.parts import palette
from lab.parts.cells import cut, fit, fit_right, points, spread, wrap
from lab.parts.lines import Lines
from lab.seat.state import SeatState
from lab.words import Words

WIDEST = 92
BAR = 12


class BriefingPane(Lines):
    """Shown between calls."""

    DEFAULT_CSS = """
    BriefingPane { padding: 0 2; background: $background; }
    """

    def __init__(self, words: Words, state: SeatState) -> None:
        super().__init__(id="briefing")
        self.words = words
        self.state = state

    def rows(self, width: int) -> list[Text]:
        """The sentence of the moment, then the briefing."""
        width = min(width, WIDEST)
        rows = [Text(""), self._moment(width), self._letters(width)]
        briefing = self.state.briefing
        if briefing is None:
            return [*rows, Text(self.words("briefing.none"), style=palette.MIST)]
        rows += self._head(briefing, width)
        advice = [Text(""), *self._advice(width)] if self.state.advice else []
        room = self.scrollable_content_region.height - len(rows) - len(advice)
        return rows + self._judged(briefing, width, room) + advice

    def _advice(self, width: int) -> list[Text]:
        """What else can be done here; the last row is a command, which is never broken."""
        *sentences, command = self.state.advice(self.words) if self.state.advice else ("",)
        rows = [Text(row, style=palette.MIST) for text in sentences for row in wrap(text, width)]
        return [*rows, Text(f"  {command}", style=palette.SNOW)]

    def _moment(self, width: int) -> Text:
        say, state = self.words, self.state
        if state.duty == "ready":
            return Text(cut(say("seat.waiting"), width), style=f"bold {palette.GREEN}")
        if state.duty == "break":
            reason = say.or_plain("reason", state.reason) if state.reason else say("duty.break")
            sentence = say("seat.on_break", reason=reason)
        else:
            sentence = say("seat.press_ready")
        return Text(cut(sentence, width), style=f"bold {palette.AMBER}")

    def _letters(self, width: int) -> Text:
        """How many letters wait, and how to take one; an empty row where none does."""
        count = self.state.letters
        sentence = self.words("seat.letters_wait", n=count) if count else ""
        return Text(cut(sentence, width), style=palette.BLUE)

    def _head(self, briefing: Briefing, width: int) -> list[Text]:
        say = self.words
        marks = [
            say("briefing.level", level=briefing.level),
            say("briefing.pass_mark", mark=points(briefing.pass_mark)),
            say("briefing.rubric", rubric=briefing.rubric),
        ]
        title = Text(say("briefing.title"), style=f"bold {palette.TEAL}")
        facts = spread(briefing.title, " · ".join(marks), width)
        advice = say("briefing.own_words" if briefing.own_words_count else "briefing.reading_ok")
        rows = [title, Text(facts, style=palette.SNOW)]
        rows += [Text(row, style=palette.BLUE) for row in wrap(advice, width)]
        return [*rows, Text("─" * width, style=palette.STONE)]

    def _judged(self, briefing: Briefing, width: int, room: int) -> list[Text]:
        """One column where the rows suffice, else two."""
        heaviest = max((item.weight for item in briefing.judged), default=1.0) or 1.0
        columns = 2 if len(briefing.judged) > room and width >= 72 else 1
        each = (width - 2 * (columns - 1)) // columns
        cells = [self._criterion(item, heaviest, each) for item in briefing.judged]
        deep = -(-len(cells) // columns)
        rows = []
        for index in range(deep):
            row = cells[index].copy()
            for column in range(1, columns):
                if index + column * deep < len(cells):
                    row.append("  ")
                    row.append_text(cells[index + column * deep])
            rows.append(row)
        return rows

    def _criterion(self, item: Judged, heaviest: float, width: int) -> Text:
        """Weight as a number and a bar, then the criterion's name."""
        bar = BAR if width >= 44 else 6
        full = round(bar * item.weight / heaviest) if item.weight else 0
        row = Text()
        weight = fit_right(points(item.weight), 4) if item.weight else fit_right("!", 4)
        colour = palette.ROSE if item.fatal else palette.TEAL
        row.append(f"{weight} ", style=f"bold {colour}")
        row.append("━" * full, style=colour)
        row.append("─" * (bar - full), style=palette.STONE)
        room = width - bar - 6
        flag = f" {self.words('briefing.fatal')}" if item.fatal else ""
        title = cut(item.title, room - cell_len(flag))
        row.append(f" {title}", style=palette.SNOW)
        row.append(fit(flag, room - cell_len(title)), style=palette.ROSE)
        return row
