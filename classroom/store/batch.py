"""A batch of rows on its way into the database: what is written twice is written once, in few statements.

A row whose key is known replaces the one that is there (the last version of a batch counts); a row
without one is appended. Tables that others point to come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Executable, Table, and_, bindparam, delete
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import SQLModel

from classroom.store.tables import METADATA

Values: TypeAlias = dict[str, Any]
KEY: Final = "key_"
"""Goes before a column's name where a row is looked for by it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One row as it was when it was kept; without values: it is to be taken away."""

    table: Table
    key: tuple[Any, ...]
    """None in it: the database numbers the row."""
    values: Values | None


def kept(row: SQLModel) -> Kept:
    """Take a row down as it is now; it may change afterwards."""
    table, columns, keys = shape_of(type(row))
    values = {name: _as_it_is(getattr(row, name)) for name in columns}
    return Kept(table, tuple(values[name] for name in keys), values)


def gone(kind: type[SQLModel], *key: Any) -> Kept:
    """The row of this key is to be taken away."""
    return Kept(shape_of(kind)[0], key, None)


def statements(batch: Iterable[Kept]) -> Iterator[tuple[Executable, list[Values]]]:
    """Write a batch as statements, each with its rows, in the order in which they may run."""
    named: dict[Table, dict[tuple[Any, ...], Values | None]] = {}
    new: dict[Table, list[Values]] = {}
    for one in batch:
        if one.values is not None and None in one.key:
            keys = {column.name for column in one.table.primary_key}
            values = {name: value for name, value in one.values.items() if name not in keys}
            new.setdefault(one.table, []).append(values)
        else:
            named.setdefault(one.table, {})[one.key] = one.values
    for table in _in_order(named):
        if rows := [values for values in named[table].values() if values is not None]:
            yield replacing(table), rows
    for table in _in_order(new):
        yield insert(table), new[table]
    for table in reversed(_in_order(named)):
        if lost := [key for key, values in named[table].items() if values is None]:
            names = [f"{KEY}{column.name}" for column in table.primary_key]
            yield removing(table), [dict(zip(names, key, strict=True)) for key in lost]


def write(batch: Iterable[Kept], connection: Connection) -> None:
    """Write a batch into the open transaction."""
    for statement, rows in statements(batch):
        connection.execute(statement, rows)


@cache
def shape_of(kind: type[SQLModel]) -> tuple[Table, tuple[str, ...], tuple[str, ...]]:
    """The table of a kind of rows, its columns, and those that are its key."""
    table: Table = kind.__table__  # type: ignore[attr-defined]  # every table has one
    keys = tuple(column.name for column in table.primary_key)
    return table, tuple(column.name for column in table.columns), keys


@cache
def replacing(table: Table) -> Executable:
    """Insert a row, or replace the one of the same key."""
    fresh = insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: fresh.excluded[column.name] for column in table.columns}
    rest = {name: column for name, column in rest.items() if name not in keys}
    return fresh.on_conflict_do_update(index_elements=keys, set_=rest)


@cache
def removing(table: Table) -> Executable:
    """Take the row of a key away."""
    same: list[ColumnElement[bool]] = [
        column == bindparam(f"{KEY}{column.name}") for column in table.primary_key
    ]
    return delete(table).where(and_(*same))


def in_order(batch: Iterable[Kept]) -> list[Kept]:
    """Sort rows so that each can be written by itself: what others point to comes first."""
    places = {table: place for place, table in enumerate(METADATA.sorted_tables)}
    return sorted(batch, key=lambda one: places[one.table])


def _in_order(tables: Iterable[Table]) -> list[Table]:
    wanted = set(tables)
    return [table for table in METADATA.sorted_tables if table in wanted]


def _as_it_is(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else value
