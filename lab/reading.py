"""A finished call on the command line: as one JSON object, or as a talk and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from classroom.door.wire import CallRecord, Caption, Finding, Scorecard
from lab.parts.cells import clock, points, wrap
from lab.words import Words

STYLES = {"customer": "cyan", "agent": "green", "ivr": "dim", "supervisor": "magenta"}
WIDEST = 140
MOMENTS = 2
"""So many moments of a finding are printed; the console shows them all."""


def as_object(record: CallRecord) -> dict[str, Any]:
    """Return the call in the shape that ``lab demo --json`` promises."""
    recording = record.recording
    scorecard = record.scorecard
    return {
        "call_id": record.summary.call_id,
        "scenario": record.summary.scenario,
        "line": record.summary.line,
        "queue_seconds": round(record.summary.queue_seconds, 2),
        "talk_seconds": round(record.summary.talk_seconds, 2),
        "recording": recording
        and {
            "path": recording.path,
            "seconds": round(recording.seconds, 2),
            "channels": recording.channels,
            "sample_rate": recording.sample_rate,
        },
        "transcript": [
            {"at": round(i.at, 2), "who": i.who, "text": i.text, "heard_by": i.heard_by}
            for i in record.timeline
            if i.kind == "utterance"
        ],
        "scorecard": scorecard and card_object(scorecard),
        "customer": {"rating": record.customer_rating, "mood": record.customer_mood},
        "sip": {"transport": record.transport, "codec": record.codec},
    }


def card_object(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard in the shape of ``lab demo --json`` and ``lab grade --json``."""
    return {
        "rubric": card.rubric,
        "version": card.version,
        "score": card.score,
        "out_of": card.out_of,
        "passed": card.passed,
        "fatal": card.fatal,
        "suspected": card.suspected,
        "waits": card.waits,
        "notes": card.notes,
        "findings": [
            {
                "criterion": finding.criterion,
                "points": finding.points,
                "out_of": finding.out_of,
                "because": finding.because,
                "at": finding.at,
                "applicable": finding.applicable,
            }
            for finding in card.findings
        ],
    }


def print_caption(screen: Console, caption: Caption, words: Words) -> None:
    """Print one sentence of the talk as it happens; its rows stand under one another."""
    who = words.or_plain("who", caption.who)
    widest = max(cell_len(words(f"who.{known}")) for known in STYLES)
    first, *more = wrap(caption.text, screen.width - widest - 11)
    line = Text(f"{clock(caption.at):>6}  ", style="dim")
    line.append(set_cell_size(who, widest + 2), style=STYLES.get(caption.who, ""))
    line.append(first, style="default not dim")
    _put(screen, line)
    for row in more:
        _put(screen, Text(" " * (widest + 10) + row))


def print_scorecard(screen: Console, card: Scorecard, words: Words) -> None:
    """Print the marks with their reasons and seconds: one table, as wide as the terminal."""
    titles = [finding.title or finding.criterion for finding in card.findings]
    width = min(screen.width, WIDEST) - 1
    name = min(max([cell_len(title) for title in titles], default=8), width // 4)
    columns = (name, 9, width - name - 9 - 6 - 6, 6)
    heads = [words(f"column.{column}") for column in ("criterion", "points", "because", "at")]
    _put(screen, Text())
    _put(screen, _row(heads, columns, ["bold"] * 4))
    _put(screen, Text("─" * width, style="dim"))
    for title, finding in zip(titles, card.findings, strict=True):
        marks = f"{points(finding.points)}/{points(finding.out_of)}"
        at = ", ".join(clock(second) for second in finding.at[:MOMENTS])
        cells = [title, marks if finding.applicable else "-", finding.because, at]
        wrapped = [wrap(cell, each) for cell, each in zip(cells, columns, strict=True)]
        deep = max(len(rows) for rows in wrapped)
        styles = ["", _colour(finding), "", "dim"]
        for index in range(deep):
            texts = [rows[index] if index < len(rows) else "" for rows in wrapped]
            _put(screen, _row(texts, columns, styles))
    verdict, style = _verdict(card)
    total = f"{points(card.score)} / {points(card.out_of)}"
    _put(screen, Text("─" * width, style="dim"))
    _put(screen, Text(f"{words('score.total')} {total}  {words(verdict)}", style=style))
    for note in card.notes:
        for line in wrap(note, width):
            _put(screen, Text(line, style="yellow" if card.waits else "dim"))


def _verdict(card: Scorecard) -> tuple[str, str]:
    """What the total means, and its colour; a card that waits is neither passed nor failed."""
    if card.waits or card.suspected:
        return "score.pending", "bold yellow"
    return ("score.passed", "bold green") if card.passed else ("score.failed", "bold red")


def _row(texts: Sequence[str], columns: Sequence[int], styles: Sequence[str]) -> Text:
    row = Text()
    for text, width, style in zip(texts, columns, styles, strict=True):
        row.append(set_cell_size(text, width) + "  ", style=style)
    row.rstrip()
    return row


def _colour(finding: Finding) -> str:
    """Full marks, some, none; what does not apply is grey."""
    if not finding.applicable:
        return "dim"
    if finding.points >= finding.out_of:
        return "green"
    return "yellow" if finding.points > 0 else "red"


def _put(screen: Console, row: Text) -> None:
    """Print a row that fits: rich would break Chinese at its blanks only."""
    screen.print(row, soft_wrap=True)
