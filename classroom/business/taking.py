"""Taking in many customers at once: one transaction, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlmodel import SQLModel

from classroom.business.sheet import Given
from classroom.door.customers import FIELDS, TakenIn
from classroom.store.customers import CustomerChange, CustomerRow

TOGETHER: Final = 400
"""So many numbers are looked up in one question."""


def _table(kind: type[SQLModel]) -> Table:
    return cast(Table, cast(Any, kind).__table__)


_ROWS, _CHANGES = _table(CustomerRow), _table(CustomerChange)


@dataclass(slots=True)
class Taking:
    """The rows of one file on their way into the store."""

    given: Sequence[Given]
    by: str
    now: float
    added: int = 0
    changed: int = 0
    same: int = 0
    _changes: list[dict[str, Any]] = field(default_factory=list)

    def told(self) -> TakenIn:
        """What came of it."""
        return TakenIn(added=self.added, changed=self.changed, same=self.same)

    def work(self, connection: Connection) -> None:
        """Write everything; an error leaves everything as it was."""
        for some in batched_rows(self.given):
            known = self._known(connection, [one.phone for one in some])
            fresh = [one for one in some if one.phone not in known]
            if fresh:
                connection.execute(insert(_ROWS), [self._new(one) for one in fresh])
                ids = self._known(connection, [one.phone for one in fresh])
                for one in fresh:
                    blank = dict.fromkeys(FIELDS, "")
                    self._trace(ids[one.phone]["id"], blank, {**blank, **one.fields})
                self.added += len(fresh)
            self._renew(connection, [(one, known[one.phone]) for one in some if one.phone in known])
        if self._changes:
            connection.execute(insert(_CHANGES), self._changes)

    def _known(self, connection: Connection, phones: Iterable[str]) -> dict[str, Any]:
        wanted = select(_ROWS).where(_ROWS.c.phone.in_(list(phones)), _ROWS.c.played == "")
        return {row["phone"]: row for row in connection.execute(wanted).mappings()}

    def _new(self, one: Given) -> dict[str, Any]:
        blank = dict.fromkeys(FIELDS, "")
        stamp = {"version": 1, "changed_at": self.now, "changed_by": self.by}
        return {"phone": one.phone, "played": "", **blank, **one.fields, **stamp}

    def _renew(self, connection: Connection, pairs: Iterable[tuple[Given, Any]]) -> None:
        values = []
        for one, row in pairs:
            gone = row["removed_at"] is not None
            before = {name: row[name] for name in FIELDS}
            after = {**(dict.fromkeys(FIELDS, "") if gone else before), **one.fields}
            if after == before and not gone:
                self.same += 1
                continue
            self.added, self.changed = self.added + gone, self.changed + (not gone)
            values.append({"key_": row["id"], "version": row["version"] + 1, **after})
            self._trace(row["id"], before, after)
        if values:
            stamp = {"changed_at": self.now, "changed_by": self.by, "removed_at": None}
            fresh: dict[str, Any] = {name: bindparam(name) for name in ("version", *FIELDS)}
            wanted = update(_ROWS).where(_ROWS.c.id == bindparam("key_"))
            connection.execute(wanted.values(**fresh, **stamp), values)

    def _trace(self, customer: int, before: dict[str, str], after: dict[str, str]) -> None:
        others = [name for name in FIELDS if before[name] != after[name]]
        self._changes.append(
            {
                "customer_id": customer, "at": self.now, "by": self.by, "what": "imported",
                "call_id": "", "before": {name: before[name] for name in others},
                "after": {name: after[name] for name in others},
            }
        )  # fmt: skip


def batched_rows(given: Sequence[Given]) -> Iterator[Sequence[Given]]:
    """So many at once as one question may hold."""
    for at in range(0, len(given), TOGETHER):
        yield given[at : at + TOGETHER]
