"""What a seat that comes back learns of its own call."""

from __future__ import annotations

import pytest

from telephony.pbx.desk_orders import Consult, Dial, JoinAll, PauseRecording, Toggle
from telephony.pbx.glance import Glance, glance
from telephony.pbx.party import Mode
from telephony.pbx.supervisor_orders import StopSupervising, Supervise
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def seen(talks: Talks, extension: str = "1001") -> Glance:
    return glance(talks.exchange.board.works, extension)


@pytest.mark.feature("SEA-32", "SEA-33", "SEA-36")
def test_a_consultation_in_progress_is_seen_by_the_desk_that_asked() -> None:
    talks = Talks()
    assert seen(talks) == seen(talks, "4711") == Glance()
    talks.talk()
    assert seen(talks) == Glance(taped=True)
    talks.lifts("1002", after=3.0)
    talks.does(Consult("1001", "1002"))
    rings = Glance(asked="1002", aside=True, held=True, taped=True)
    assert seen(talks) == rings
    talks.world.run(4)
    assert seen(talks) == rings
    assert seen(talks, "1002").asked == "", "the one who is asked asks nobody"
    talks.does(Toggle("1001"))
    assert seen(talks) == Glance(asked="1002", taped=True)
    talks.does(JoinAll("1001"), PauseRecording("1001", True))
    assert seen(talks) == Glance(third="1002", taped=True, paused=True)
    talks.customer_hangs_up()
    talks.over()
    assert seen(talks) == Glance()


def test_who_called_learns_whether_the_far_end_has_answered() -> None:
    talks = Talks()
    talks.lifts("1001", after=1.0)
    talks.lifts("1002", after=3.0)
    talks.does(Dial("1001", "1002"))
    found = seen(talks)
    assert (found.dialled, found.reached) == ("1002", False) and found.started
    talks.world.run(4)
    assert seen(talks).reached and not seen(talks, "1002").reached


@pytest.mark.feature("SEA-37", "SEA-38")
def test_a_supervisor_who_comes_back_learns_behind_whom_and_how() -> None:
    talks = Talks(5, charges={"1004": frozenset({"1001"})})
    talks.talk()
    talks.does(Supervise("1004", "1001"))
    assert seen(talks, "1004").behind == "", "its telephone rings yet"
    talks.lifts("1004")
    talks.does(StopSupervising("1004"), Supervise("1004", "1001", Mode.WHISPER))
    talks.world.run(2)
    there = seen(talks, "1004")
    assert (there.behind, there.mode) == ("1001", "whisper")
    assert seen(talks).behind == "", "the desk is not told"
    talks.does(StopSupervising("1004"))
    assert seen(talks, "1004") == Glance()
    talks.customer_hangs_up()
    talks.over()
