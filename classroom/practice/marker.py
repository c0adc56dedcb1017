"""The grading process: ``python -m classroom.practice.marker``; evidence in, scorecards out, by lines.

Grading reads rubrics, matches words and takes tens of milliseconds; it must not hold up the board.
The end of stdin ends it.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def answer(line: bytes) -> dict[str, Any]:
    """Grade one line; a failure is an answer too."""
    # A start needs the processor elsewhere; what it takes to judge is loaded with the first call.
    from classroom.practice.marking import evidence_from, mark
    from classroom.practice.own import Own

    ask = json.loads(line)
    try:
        card = mark(evidence_from(ask["evidence"]), ask["lang"], Own(**ask["own"]))
        return {"key": ask["key"], "card": card}
    except Exception as error:
        # The outermost loop: whatever one call's evidence breaks, the next call is graded.
        return {"key": ask["key"], "why": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer every line until stdin ends."""
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(answer(line), ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
