"""What can go wrong in the load lab.

LabError
├── LoadFailed       calls failed or rules were broken; the text says how many and the first
└── CallFailed       one call went wrong: a failed request of the report
"""

from __future__ import annotations

from lab.errors import LabError


class LoadFailed(LabError):
    """The run as a whole did not hold."""


class CallFailed(LabError):
    """One call did not go as it should; the text goes into the report."""
