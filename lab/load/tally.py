"""The figures of one run, read back from the tables that Locust writes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from lab.load.calls import WHOLE
from lab.load.scene import CLOCK


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run comes to."""

    calls: int = 0
    calls_failed: int = 0
    rules: int = 0
    rules_broken: int = 0
    worst: float = 0.0
    """The latest tick of the load lab's own media worker, in milliseconds."""
    failures: tuple[tuple[str, str, int], ...] = ()
    """Row, reason, how often: the most frequent first."""

    @classmethod
    def read(cls, folder: Path) -> Tally:
        """Read ``load_stats.csv`` and ``load_failures.csv``; no table, no calls."""
        rows = _rows(folder / "load_stats.csv")
        counts = {(row["Type"], row["Name"]): row for row in rows if row["Type"]}
        whole = counts.get(("SIP", WHOLE), {})
        rules = [row for (kind, _), row in counts.items() if kind == "RULE"]
        clock = counts.get(("RTP", CLOCK), {})
        failures = [
            (row["Name"], _reason(row["Error"]), int(row["Occurrences"]))
            for row in _rows(folder / "load_failures.csv")
        ]
        return cls(
            calls=int(whole.get("Request Count", 0)),
            calls_failed=int(whole.get("Failure Count", 0)),
            rules=sum(int(row["Request Count"]) for row in rules),
            rules_broken=sum(int(row["Failure Count"]) for row in rules),
            worst=float(clock.get("Max Response Time", 0.0)),
            failures=tuple(sorted(failures, key=lambda one: -one[2])),
        )


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as table:
            return list(csv.DictReader(table))
    except FileNotFoundError:
        return []


def _reason(error: str) -> str:
    """Take the kind of error and the quotes away that Locust writes around its text."""
    text = error.removeprefix("CallFailed(")
    return text if text == error else text.removesuffix(")")[1:-1]
