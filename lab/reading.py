"""A finished call on the command line: as one JSON object, or as a talk and a table."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classroom.door.wire import CallRecord, Caption, Scorecard
from lab.words import Words

STYLES = {"customer": "cyan", "agent": "green", "ivr": "dim", "supervisor": "magenta"}


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


def clock(seconds: float) -> str:
    """Write a second of the call as the recording's position: ``-0:04``, ``1:07``."""
    sign = "-" if seconds < 0 else ""
    whole = int(abs(seconds))
    return f"{sign}{whole // 60}:{whole % 60:02}"


def print_caption(screen: Console, caption: Caption, words: Words) -> None:
    """Print one sentence of the talk as it happens."""
    who = words.or_plain("who", caption.who)
    line = Text(f"{clock(caption.at):>6}  ", style="dim")
    line.append(f"{who}  ", style=STYLES.get(caption.who, ""))
    line.append(caption.text)
    screen.print(line)


def print_scorecard(screen: Console, card: Scorecard, words: Words) -> None:
    """Print the marks with their reasons and seconds."""
    table = Table(show_lines=False, pad_edge=False)
    for column in ("criterion", "points", "because", "at"):
        table.add_column(words(f"column.{column}"), overflow="fold")
    for finding in card.findings:
        points = f"{finding.points:g}/{finding.out_of:g}" if finding.applicable else "-"
        at = " ".join(clock(second) for second in finding.at)
        table.add_row(finding.title or finding.criterion, points, finding.because, at)
    screen.print(table)
    verdict = "score.passed" if card.passed else "score.failed"
    style = "bold green" if card.passed else "bold red"
    total = f"{card.score:g}/{card.out_of:g}"
    screen.print(Text(f"{words('score.total')} {total}  {words(verdict)}", style=style))
