"""Which rows of a call's evidence belong to which agent's part of it."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.store.calls import CallPart, EvidenceRow


def share_of(
    rows: Sequence[EvidenceRow], parts: Sequence[CallPart], part: CallPart
) -> list[EvidenceRow]:
    """Pick the rows of one part.

    What a desk said or did belongs to its latest part begun by then, so that a summary written after the call
    was handed on stays with its writer; everything else belongs to whoever had the call.
    """
    return [row for row in rows if row.kind == "more" or owner_of(row, parts) is part]


def owner_of(row: EvidenceRow, parts: Sequence[CallPart]) -> CallPart:
    """Whose part a row belongs to; what came before the first answer is the first agent's."""
    desk = row.body.get("desk", "")
    theirs = [part for part in parts if part.extension == desk] or list(parts)
    begun = [part for part in theirs if part.began_clock <= row.clock]
    return begun[-1] if begun else theirs[0]
