"""Every storm one after the other: ``python -m tests.fuzz [COUNT] [SEED]``."""

from __future__ import annotations

import sys

from tests.fuzz import rtp, sip


def main(arguments: list[str]) -> int:
    """Run them; 1 where one left a trace."""
    failed = 0
    for storm in (sip, rtp):
        failed |= storm.main(arguments)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
