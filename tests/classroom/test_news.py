"""Whose the news of a call is."""

from __future__ import annotations

import pytest

from classroom.bus import Bus, Note
from classroom.control import ControlDesk
from classroom.door import wire
from classroom.door.control import News
from classroom.floor import Floor
from classroom.store.people import Person
from telephony.pbx import events as news

pytestmark = pytest.mark.unit


def person(extension: str, role: str = "student") -> Person:
    return Person(login=extension, name="", role=role, extension=extension, password_hash="")


CALL = wire.CallSummary(
    call_id="c1", started=1.0, agent="1002", agent_name="", caller="1001", scenario=None,
    line="practice", state="talking",
)  # fmt: skip


def test_both_desks_of_a_call_inside_learn_that_it_is_recorded() -> None:
    floor = Floor(Bus())
    control = ControlDesk(lambda: None, floor, lambda: {"1000": frozenset({"1001", "1002"})})  # type: ignore[arg-type, return-value]
    people = (person("1001"), person("1002"), person("1003"), person("1000", "instructor"))
    may = [control.may_hear(who) for who in people]
    told: list[list[str]] = [[] for _ in people]

    class Ear:
        """Keeps what each may hear."""

        def publish(self, note: Note[News]) -> None:
            for one, heard in zip(may, told, strict=True):
                heard += [note.event.event] if one(note) else []

    control.bus = Ear()  # type: ignore[assignment]
    control.tell(news.CallStarted("c1", 1.0, "1001", "1002", "practice", extension="1001"))
    floor.set_call(CALL, "1002")
    control.tell(news.RecordingBegan("c1", 2.0))
    control.tell(news.DeskRang("c1", 2.0, "1002"))
    control.tell(news.CallEnded("c1", 3.0, "hung_up", "caller"))
    control.tell(news.RecordingBegan("c1", 4.0))
    assert told == [
        ["call_started", "recording_began", "call_ended"],
        ["recording_began", "desk_rang", "call_ended", "recording_began"],
        [],
        ["call_started", "recording_began", "desk_rang", "call_ended", "recording_began"],
    ]


def test_who_dialled_learns_of_the_answer_and_a_seat_asks_for_its_own_desk_only() -> None:
    control = ControlDesk(lambda: None, Floor(Bus()), lambda: {"1001": frozenset({"1002", "1003"})})  # type: ignore[arg-type, return-value]
    leader, heard = person("1001"), list[Note[News]]()

    class Ear:
        """Keeps everything."""

        def publish(self, note: Note[News]) -> None:
            heard.append(note)

    control.bus = Ear()  # type: ignore[assignment]
    control.tell(news.CallStarted("c1", 1.0, "1001", "1002", "practice", extension="1001"))
    control.tell(news.DeskAnswered("c1", 2.0, "1002", None, 0.0, 0.0))
    control.tell(news.DeskAnswered("c2", 3.0, "1003", None, 0.0, 0.0))
    everything, own = control.may_hear(leader), control.may_hear(leader, own_only=True)
    assert [everything(note) for note in heard] == [True, True, True]
    assert [own(note) for note in heard] == [True, True, False]


def test_where_the_server_keeps_its_files_is_no_news() -> None:
    control, heard = ControlDesk(lambda: None, Floor(Bus()), dict), list[Note[News]]()  # type: ignore[arg-type, return-value]

    class Ear:
        """Keeps everything."""

        def publish(self, note: Note[News]) -> None:
            heard.append(note)

    control.bus = Ear()  # type: ignore[assignment]
    control.tell(news.RecordingClosed("c1", "/srv/school/recordings/c1.wav", 3.0))
    assert heard[0].event.fields == {"call": "c1", "seconds": 3.0}
