"""The scorecard: every criterion with its points, its reason and the seconds it points to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from classroom.door.wire import Finding, Scorecard, Verdict
from lab.parts import palette
from lab.parts.cells import clock, cut, fit_right, points, spread, wrap
from lab.parts.lines import Lines
from lab.words import Words

MARK_CELLS = 12


class ScorecardPane(Lines):
    """The marks of one call; with ``picks`` a finding can be chosen and jumped to."""

    DEFAULT_CSS = """
    ScorecardPane { padding: 0 1; background: $background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="scorecard.up", tooltip="Finding above"),
        Binding("down", "move(1)", show=False, id="scorecard.down", tooltip="Finding below"),
        Binding("enter", "pick", show=False, id="scorecard.pick", tooltip="Go to its second"),
    ]

    @dataclass
    class Picked(Message):
        """A finding was chosen; ``at`` is the second it points to."""

        at: float

    def __init__(self, words: Words, *, picks: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = words
        self.picks = picks
        self.chosen = 0
        self._card: Scorecard | None = None
        self._verdicts: Sequence[Verdict] = ()
        self._instead = ""
        self._starts: list[int] = []

    def show(
        self, card: Scorecard | None, instead: str = "", verdicts: Sequence[Verdict] = ()
    ) -> None:
        """Show this scorecard, or a sentence while there is none."""
        self._card, self._instead, self._verdicts = card, instead, verdicts
        self.chosen = min(self.chosen, max(len(self.findings) - 1, 0))
        self.lay_out()

    @property
    def findings(self) -> list[Finding]:
        """The findings in the order shown: what cost points first."""
        return sorted(self._card.findings, key=_rank) if self._card else []

    def rows(self, width: int) -> list[Text]:
        """The total, fatal items, notes, verdicts, then the findings."""
        self._starts = []
        if self._card is None:
            return [Text(row, style=palette.MIST) for row in wrap(self._instead, width)]
        rows = self._head(self._card, width)
        for index, finding in enumerate(self.findings):
            self._starts.append(len(rows))
            chosen = self.picks and self.has_focus and index == self.chosen
            rows.extend(_finding(finding, width, self.words, chosen))
        return rows

    def _head(self, card: Scorecard, width: int) -> list[Text]:
        say = self.words
        word, colour = _outcome(card, reviewed=bool(self._verdicts))
        total = f"{say('score.total')} {points(card.score)} / {points(card.out_of)}"
        head = Text(total, style=f"bold {palette.SNOW}")
        outcome = Text(say(word), style=f"bold {colour}")
        beneath = [outcome] if head.cell_len + 3 + outcome.cell_len > width else []
        if not beneath:
            head.append("   ").append(outcome)
        version = say(
            "score.version", rubric=say.or_plain("rubrics", card.rubric), version=card.version
        )
        space = width - head.cell_len
        if space > cell_len(version) + 2:
            head.append(fit_right(version, space), style=palette.MIST)
        rows = [head, *beneath]
        for key, names, tint in (
            ("score.fatal", card.fatal, palette.ROSE),
            ("score.suspected", card.suspected, palette.AMBER),
        ):
            if names:
                what = "、".join(self._title(card, name) for name in names)
                rows += [Text(row, style=tint) for row in wrap(say(key, what=what), width)]
        tint = palette.AMBER if card.waits else palette.MIST
        for note in card.notes:
            rows += [Text(row, style=tint) for row in wrap(note, width)]
        for verdict in self._verdicts:
            line = say("detail.by", by=verdict.by, score=points(verdict.score))
            text = f"{say('detail.verdicts')} · {line}  {verdict.comment}".rstrip()
            rows += [Text(row, style=palette.BLUE) for row in wrap(text, width)]
        rows.append(Text("─" * width, style=palette.STONE))
        return rows

    def _title(self, card: Scorecard, criterion: str) -> str:
        found = (f.title for f in card.findings if f.criterion == criterion and f.title)
        return next(found, criterion)

    def action_move(self, step: int) -> None:
        """Choose the finding above or below, or scroll where none can be chosen."""
        if not self.picks or not self._starts:
            self.scroll_relative(y=step, animate=False)
            return
        self.chosen = max(0, min(self.chosen + step, len(self._starts) - 1))
        self.lay_out()
        ends = [*self._starts[1:], len(self._strips)]
        start = 0 if self.chosen == 0 else self._starts[self.chosen]
        self.show_row(start, ends[self.chosen] - start)

    def action_pick(self) -> None:
        """Jump to the first second that the chosen finding points to."""
        findings = self.findings
        if self.picks and findings and findings[self.chosen].at:
            self.post_message(self.Picked(findings[self.chosen].at[0]))

    def on_focus(self, event: events.Focus) -> None:
        """The choice shows only with the focus."""
        self.lay_out()

    def on_blur(self, event: events.Blur) -> None:
        """The choice shows only with the focus."""
        self.lay_out()

    def on_click(self, event: events.Click) -> None:
        """Choose by mouse."""
        row = event.y + self.scroll_offset.y
        under = [index for index, start in enumerate(self._starts) if start <= row]
        if self.picks and under:
            self.chosen = under[-1]
            self.lay_out()
            self.action_pick()


def _rank(finding: Finding) -> tuple[bool, bool, bool]:
    short = finding.points < finding.out_of
    return (not (finding.fatal or finding.suspected), not finding.applicable, not short)


def _outcome(card: Scorecard, *, reviewed: bool = False) -> tuple[str, str]:
    """Passed or not; a card that waits for a person is neither until that person has spoken."""
    if card.waits or card.suspected:
        return ("score.reviewed", palette.BLUE) if reviewed else ("score.pending", palette.AMBER)
    return ("score.passed", palette.GREEN) if card.passed else ("score.failed", palette.ROSE)


def _mark(finding: Finding, say: Words) -> tuple[str, str]:
    """The points of a finding and their colour."""
    if not finding.applicable:
        return say("score.not_applicable"), palette.MIST
    marks = f"{points(finding.points)}/{points(finding.out_of)}"
    if finding.points >= finding.out_of:
        return marks, palette.GREEN
    return marks, palette.AMBER if finding.points > 0 else palette.ROSE


def _finding(finding: Finding, width: int, say: Words, chosen: bool) -> list[Text]:
    marks, colour = _mark(finding, say)
    title = finding.title or finding.criterion
    if finding.fatal or finding.suspected:
        flag = say("score.fatal_mark" if finding.fatal else "score.suspected_mark")
        title = f"{title} [{flag}]"
    at = " ".join(clock(second) for second in finding.at[:3])
    label = cut(title, width - MARK_CELLS - cell_len(at) - 2)
    ground = f" on {palette.SLATE}" if chosen else ""
    row = Text()
    row.append("▌" if chosen else " ", style=f"{palette.TEAL}{ground}")
    row.append(f"{fit_right(marks, MARK_CELLS - 2)} ", style=f"bold {colour}{ground}")
    text = spread(label, at, width - MARK_CELLS)
    split = len(text) - len(at)
    row.append(text[:split], style=f"{palette.SNOW}{ground}")
    row.append(text[split:], style=f"{palette.BLUE}{ground}")
    because = wrap(finding.because, width - MARK_CELLS) if finding.because else []
    return [row] + [Text(" " * MARK_CELLS + line, style=palette.MIST) for line in because]
