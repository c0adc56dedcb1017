"""The lists of a desk: what it dialled, answered and missed last."""

from __future__ import annotations

import pytest

from telephony.pbx.desk_orders import HangUp, Redial
from telephony.pbx.errors import NotNow
from telephony.pbx.recent_events import Recent, RecentNoted, RememberRecents
from telephony.pbx.recents import KEPT
from telephony.sip import events as sip
from tests.stage.exchange import dials
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def lists(talks: Talks, extension: str) -> list[tuple[str, str]]:
    recents = talks.exchange.board.works.recents
    return [(one.kind, one.number) for one in recents.of(extension)]


@pytest.mark.feature("TEL-01")
def test_a_desk_sees_what_it_dialled_answered_and_missed() -> None:
    talks = Talks()
    talks.talk()
    talks.customer_hangs_up()
    talks.rings("1002")
    dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(40)
    assert lists(talks, "1001") == [("dialled", "1002"), ("answered", "13800005678")]
    assert lists(talks, "1002") == [("missed", "1001")]
    recents = talks.exchange.board.works.recents
    assert [one.number for one in recents.of("1002", "missed")] == ["1001"]


def test_the_last_number_is_dialled_again() -> None:
    talks = Talks()
    with pytest.raises(NotNow, match="dialled nothing"):
        talks.does(Redial("1001"))
    talks.lifts("1001", "1002")
    leg = dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(3)
    talks.phones["1001"].hang_up(leg)
    talks.world.run(1)
    talks.does(Redial("1001"), then=4)
    assert talks.hears("1001") == {"1002"}
    assert talks.phones["1001"].only(sip.Invited).request.from_.uri.user == "1002"
    talks.does(HangUp("1001"))
    talks.world.run(60)
    assert talks.exchange.leftovers() == {}


def test_a_code_is_no_number_to_dial_again() -> None:
    talks = Talks()
    talks.lifts("1001", "1002")
    for number in ("1002", "*7213800138000"):
        leg = dials(talks.phones["1001"], number, user="1001", password="secret1")
        talks.world.run(3)
        talks.phones["1001"].hang_up(leg)
        talks.world.run(1)
    assert lists(talks, "1001")[0] == ("dialled", "*7213800138000")
    talks.does(Redial("1001"), then=4)
    assert talks.hears("1001") == {"1002"}


def test_a_list_does_not_grow_for_ever() -> None:
    talks = Talks()
    for _ in range(KEPT + 5):
        dials(talks.phones["1001"], "110", user="1001", password="secret1")
        talks.world.run(8)
    assert len(lists(talks, "1001")) == KEPT


@pytest.mark.feature("TEL-01")
def test_the_last_number_of_before_a_restart_is_dialled_again() -> None:
    talks = Talks()
    talks.lifts("1001", "1002")
    talks.does(RememberRecents({"1001": (Recent(-5.0, "dialled", "1002", "old"),)}))
    talks.does(Redial("1001"), then=4)
    assert talks.hears("1001") == {"1002"}
    newest = talks.exchange.all(RecentNoted)[-1]
    assert (newest.extension, newest.recent.kind) == ("1002", "answered")
