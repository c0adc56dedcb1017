import asyncio

import pytest

from classroom.bus import Bus, Note
from classroom.door import wire
from classroom.door.queues import QueueChanged, QueueState
from classroom.floor import Floor, may_see

pytestmark = pytest.mark.unit


def call(state: wire.CallState = "talking") -> wire.CallSummary:
    return wire.CallSummary(
        call_id="c1", started=1.0, agent="s01", agent_name="", caller="1", scenario=None,
        line="practice", state=state,
    )  # fmt: skip


def said(at: float, *, speaking: bool = False) -> wire.Caption:
    return wire.Caption(
        call_id="c1",
        at=at,
        until=at,
        who="customer",
        text="喂",
        heard_by="known",
        speaking=speaking,
    )


def desk(extension: str) -> wire.DeskState:
    return wire.DeskState(extension=extension, name="", duty="ready", activity="idle", since=0.0)


def figures(name: str) -> QueueState:
    counts = dict.fromkeys(
        ("waiting", "ready", "free", "on_break", "callbacks", "offered", "answered", "in_time", "abandoned",
         "short", "left", "turned_away"), 0,
    )  # fmt: skip
    return QueueState(
        name=name, longest=0.0, threshold=20.0, level=None, speed=None, patience=None, **counts
    )


CARD = wire.CallCard(
    call_id="c1", caller="1", dialled="2", queue="q", waited=3.0, line="practice", lang="zh"
)


async def test_a_student_sees_only_the_own_desk_and_calls() -> None:
    bus = Bus()
    floor = Floor(bus)
    mine = bus.listen(lambda note: may_see(note, "student", "1001"))
    other = bus.listen(lambda note: may_see(note, "student", "1002"))
    teacher = bus.listen(lambda note: may_see(note, "instructor", None))
    floor.set_desk(desk("1001"))
    floor.set_call(call("queued"), "")
    floor.pop("1001", CARD)
    floor.caption(said(1.0))
    floor.alarm("the disk is full")
    bus.close()
    types = [[note.event.type async for note in listener] for listener in (mine, other)]
    assert types == [[], []], "closing forgets what waited"
    assert not teacher.cut_off
    assert [event.type for event in floor.snapshot("student", "1001")] == [
        "desk", "call", "card", "caption",
    ]  # fmt: skip
    assert floor.snapshot("student", "1002") == []
    assert floor.snapshot("instructor", None)[-1].type == "alarm"


@pytest.mark.feature("PER-02", "SEA-23")
def test_a_student_who_leads_others_sees_their_work_and_not_their_marks() -> None:
    floor = Floor(Bus())
    for extension in ("1001", "1002"):
        floor.set_desk(desk(extension))
    floor.set_call(call("talking"), "1001")
    floor.pop("1001", CARD)
    floor.caption(said(1.0))
    floor.alarm("the disk is full")
    charge = frozenset({"1001"})
    leader = floor.snapshot("student", "1003", charge)
    assert [event.type for event in leader] == ["desk", "call", "caption"], "no record, no alarm"
    assert floor.snapshot("student", "1003") == [], "a seat that does not ask for it"
    marked = wire.CallChanged(call=call("graded").model_copy(update={"score": 80.0}))
    assert not may_see(Note(marked, "1001"), "student", "1003", charge)


@pytest.mark.feature("PER-02")
def test_a_student_who_leads_others_sees_the_figures_of_their_queues_only() -> None:
    floor = Floor(Bus())
    for name in ("care", "sales"):
        floor.set_queue(QueueChanged(queue=figures(name)))
    seen = floor.snapshot("student", "1003", frozenset({"1001"}), frozenset({"care"}))
    assert [event.queue.name for event in seen if isinstance(event, QueueChanged)] == ["care"]
    assert not floor.snapshot("student", "1003", frozenset(), frozenset()), "nobody to lead"
    assert len(floor.snapshot("instructor", None)) == 2


async def test_a_listener_that_does_not_listen_is_cut_off_and_blocks_nobody() -> None:
    bus = Bus()
    floor = Floor(bus)
    stuck = bus.listen(lambda note: True, size=2)
    quick = bus.listen(lambda note: True, size=100)
    for number in range(5):
        floor.alarm(str(number))
    assert stuck.cut_off
    assert [note async for note in stuck] == []
    heard: list[Note] = []

    async def listen() -> None:
        async for note in quick:
            heard.append(note)
            if len(heard) == 5:
                return

    await asyncio.wait_for(listen(), 60)
    assert [note.event.text for note in heard if isinstance(note.event, wire.Alarm)] == list(
        "01234"
    )


def test_the_end_of_a_sentence_takes_the_place_of_its_beginning() -> None:
    floor = Floor(Bus())
    floor.set_call(call(), "1001")
    floor.caption(said(1.0, speaking=True))
    floor.caption(said(1.0))
    captions = [e for e in floor.snapshot("instructor", None) if isinstance(e, wire.Caption)]
    assert [caption.speaking for caption in captions] == [False]


def test_a_call_that_is_over_leaves_nothing_behind() -> None:
    floor = Floor(Bus())
    floor.set_call(call(), "1001")
    floor.pop("1001", CARD)
    floor.caption(said(1.0))
    floor.set_call(call("graded"), "1001")
    floor.caption(said(2.0))
    assert floor.snapshot("instructor", None) == []
    assert floor.owner("c1") is None


def test_a_seat_that_comes_in_later_is_told_what_time_it_is_at_the_server() -> None:
    """So it knows how much is left of the time for a summary, whatever its own clock says."""
    now = [9000.0]
    floor = Floor(Bus(), wall=lambda: now[0])
    floor.set_desk(desk("1001"))
    now[0] = 9045.0
    (told,) = floor.snapshot("student", "1001")
    assert isinstance(told, wire.DeskChanged) and told.at == 9045.0
