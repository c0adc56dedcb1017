"""Print which items of the feature catalogue have a passing test: ``python -m tests.features``.

The ids come from ``tests/catalogue.txt``; which test covers which id from its ``feature`` marker; whether
it passed from the last run that pytest remembers. Without a remembered run the tests are run first.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RESULTS = HERE.parent / ".pytest_cache" / "features.json"


class Ledger:
    """A pytest plugin that notes which marked tests passed."""

    def __init__(self) -> None:
        self.outcomes: dict[str, tuple[list[str], str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            ids = [i for mark in item.iter_markers("feature") for i in mark.args]
            if ids:
                item.user_properties.append(("feature", ids))  # Travels with the report.

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = dict(report.user_properties).get("feature")
        if ids and (report.when == "call" or report.outcome != "passed"):
            self.outcomes[report.nodeid] = (list(ids), report.outcome)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.outcomes and not hasattr(session.config, "workerinput"):
            known = load()
            known.update({n: {"ids": i, "outcome": o} for n, (i, o) in self.outcomes.items()})
            RESULTS.parent.mkdir(exist_ok=True)
            RESULTS.write_text(json.dumps(known, indent=1))


def load() -> dict[str, dict[str, object]]:
    """Return what is remembered of marked tests: node id → ids and outcome."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def catalogue() -> list[str]:
    """Return every id of the catalogue, in its order."""
    return re.findall(r"[A-Z]{3}-\d{2,3}", (HERE / "catalogue.txt").read_text())


def main() -> int:
    """Print covered ids with their tests, then the uncovered ones; 1 when a marker names no known id."""
    if not RESULTS.exists():
        code = pytest.main(["-m", "not interop and not load", "-n", "2", "--dist", "loadfile"])
        if code not in (0, 5):
            print("features: the tests do not pass; see above")
            return int(code)
    ids = catalogue()
    tests: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for node, result in load().items():
        for one in result["ids"]:  # type: ignore[attr-defined]
            tests[str(one)].append((node, str(result["outcome"])))
    covered = [i for i in ids if any(o == "passed" for _, o in tests[i])]
    print(f"covered: {len(covered)} of {len(ids)}")
    for one in covered:
        for node, outcome in tests[one]:
            print(f"  {one}  {outcome:7} {node}")
    missing = [i for i in ids if i not in set(covered)]
    print(f"uncovered: {len(missing)}")
    for start in range(0, len(missing), 12):
        print("  " + " ".join(missing[start : start + 12]))
    if unknown := sorted(set(tests) - set(ids) - {i for i in tests if not tests[i]}):
        print(f"unknown ids in markers (mend the marker): {' '.join(unknown)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
