"""Who sits at which desk, at hand without asking the database."""

from __future__ import annotations

from collections.abc import Iterable

from classroom.door.wire import DeskState
from classroom.store.people import Person


class Roll:
    """The desks' people, as they were when the server started."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._desks = {person.extension: person for person in people if person.extension}

    def login_of(self, extension: str) -> str:
        """The log-in of the person at this desk, or empty."""
        person = self._desks.get(extension)
        return person.login if person else ""

    def name_of(self, extension: str) -> str:
        """That person's name, or empty."""
        person = self._desks.get(extension)
        return person.name if person else ""

    def extension_of(self, login: str) -> str:
        """The desk of the person with this log-in, or empty."""
        found = (desk for desk, person in self._desks.items() if person.login == login)
        return next(found, "")

    def named(self, login: str) -> str:
        """How colleagues know who has this log-in: by the desk, as customers do."""
        return self.extension_of(login) or login

    def extensions(self) -> list[str]:
        """Every desk."""
        return sorted(extension for extension in self._desks if extension)


def empty_desks(people: Iterable[Person]) -> list[DeskState]:
    """Every desk as it is before anybody has sat down."""
    return [
        DeskState(
            extension=person.extension, name=person.name, duty="off", activity="idle", since=0.0
        )
        for person in people
        if person.extension
    ]
