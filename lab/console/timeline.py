"""A call's timeline merged with the findings that point into it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType

from classroom.door.wire import CallRecord, Finding, TimelineItem
from lab.parts import palette
from lab.parts.cells import clock, cut, fit_right, points, wrap
from lab.parts.lines import Lines
from lab.parts.named import named
from lab.words import Words

TIME = 6
WHO = 9
COLOURS = {"customer": palette.BLUE, "agent": palette.TEAL, "supervisor": palette.AMBER}


class Timeline(Lines, can_focus=True):
    """Items in order; the chosen one is where playing begins."""

    DEFAULT_CSS = """
    Timeline { padding: 0 1; background: $background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="timeline.up", tooltip="Item above"),
        Binding("down", "move(1)", show=False, id="timeline.down", tooltip="Item below"),
        Binding("pageup", "move(-8)", show=False, id="timeline.page_up", tooltip="Further up"),
        Binding("pagedown", "move(8)", show=False, id="timeline.page_down", tooltip="Further down"),
    ]

    def __init__(self, words: Words) -> None:
        super().__init__(id="timeline")
        self.words = words
        self.items: Sequence[TimelineItem] = ()
        self.findings: Sequence[Finding] = ()
        self.chosen = 0
        self.second = 0.0
        """Where playing begins."""
        self._starts: list[int] = []

    def show(self, record: CallRecord) -> None:
        """Show this call."""
        self.items = sorted(record.timeline, key=lambda item: item.at)
        found = record.scorecard.findings if record.scorecard else []
        self.findings = [finding for finding in found if _tells(finding)]
        self.lay_out()

    def rows(self, width: int) -> list[Text]:
        """Every item, with the findings that point at it below."""
        self._starts = []
        rows: list[Text] = []
        for index, item in enumerate(self.items):
            self._starts.append(len(rows))
            ground = f" on {palette.SLATE}" if index == self.chosen else ""
            rows += self._item(item, width, ground)
            rows += [self._pointer(finding, width) for finding in self._found_at(index)]
        return rows

    def _item(self, item: TimelineItem, width: int, ground: str) -> list[Text]:
        spoken = item.kind == "utterance"
        name, text = self.words.or_plain("who", item.who), item.text
        if not spoken:
            name, text = named(self.words, item.what, item.value)
        colour = COLOURS.get(item.who, palette.MIST) if spoken else palette.AMBER
        if item.kind == "action":
            colour = palette.GREEN
        if item.rendered_after:
            text += f" ({self.words('detail.rendered_after')})"
        rows = []
        lines = wrap(text, width - TIME - WHO - 1)
        room = WHO if text else width - TIME - 1
        for number, line in enumerate(lines):
            at = fit_right(clock(item.at), TIME) if number == 0 else " " * TIME
            label = cut(name, room - 1) if number == 0 else ""
            row = Text(at + " ", style=f"{palette.MIST}{ground}")
            row.append(label + " " * (room - cell_len(label)), style=f"{colour}{ground}")
            style = f"{palette.SNOW if spoken else palette.MIST}{ground}"
            row.append(line + " " * max(width - row.cell_len - cell_len(line), 0), style=style)
            rows.append(row)
        return rows

    def _pointer(self, finding: Finding, width: int) -> Text:
        marks = f"{points(finding.points)}/{points(finding.out_of)}"
        text = cut(f"◆ {finding.title or finding.criterion} {marks}", width - TIME - 1)
        colour = palette.AMBER if finding.points > 0 or finding.suspected else palette.ROSE
        return Text(" " * (TIME + 1) + text, style=colour)

    def _found_at(self, index: int) -> list[Finding]:
        return [f for f in self.findings if any(self.nearest(at) == index for at in f.at)]

    def nearest(self, at: float) -> int:
        """The last item that began by then; a tenth of a second is forgiven."""
        begun = [index for index, item in enumerate(self.items) if item.at <= at + 0.1]
        return begun[-1] if begun else 0

    def jump(self, at: float) -> None:
        """Choose what was going on at this second."""
        self.chosen, self.second = self.nearest(at), max(at, 0.0)
        self._shown()

    def action_move(self, step: int) -> None:
        """Choose the item above or below."""
        if self.items:
            self.chosen = max(0, min(self.chosen + step, len(self.items) - 1))
            self.second = max(self.items[self.chosen].at, 0.0)
            self._shown()

    def on_click(self, event: events.Click) -> None:
        """Choose by mouse."""
        row = event.y + self.scroll_offset.y
        under = [index for index, start in enumerate(self._starts) if start <= row]
        if under:
            self.action_move(under[-1] - self.chosen)

    def _shown(self) -> None:
        self.lay_out()
        if self.chosen < len(self._starts):
            ends = [*self._starts[1:], len(self._strips)]
            start = self._starts[self.chosen]
            self.show_row(start, ends[self.chosen] - start)


def _tells(finding: Finding) -> bool:
    """Whether a finding is worth a row of its own: it cost points, or waits for a person."""
    short = finding.points < finding.out_of
    return finding.applicable and bool(finding.at) and (short or finding.suspected)
