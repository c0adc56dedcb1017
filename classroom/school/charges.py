"""Who may supervise whom: a person's charge, by the settings and the person's role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from classroom.settings import Supervision
from classroom.store.people import Person


def charges(supervision: Supervision, people: Iterable[Person]) -> Mapping[str, frozenset[str]]:
    """Say which extensions are in whose charge, by the supervisor's log-in; nobody's own is.

    Whoever is named in the settings has what is written there; an instructor or administrator who
    is not named has every desk; a student who is not named has none (PER-01, PER-02, PER-08).
    """
    everybody = [person for person in people if person.active]
    desks = [person.extension for person in everybody if person.extension]
    found: dict[str, frozenset[str]] = {}
    for person in everybody:
        ranges = supervision.charges.get(person.login)
        if ranges is not None:
            mine = {desk for desk in desks if any(within(desk, one) for one in ranges)}
        elif person.role == "student":
            continue
        else:
            mine = set(desks)
        found[person.login] = frozenset(mine - {person.extension})
    return found


def within(extension: str, span: str) -> bool:
    """Whether an extension lies in ``1007`` or ``1001-1010``; only numbers of one length compare."""
    first, _, last = span.partition("-")
    last = last or first
    return len(first) == len(extension) == len(last) and first <= extension <= last
