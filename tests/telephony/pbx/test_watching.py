"""Lamps and notes: what a desk sees of another without calling it."""

from __future__ import annotations

import pytest

from telephony.pbx import call_events as did
from telephony.pbx import events as ev
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.desk_orders import SendNote
from telephony.pbx.errors import NotNow
from telephony.sip import events as sip
from telephony.sip.auth import Credentials
from telephony.sip.packages import WatchedDialog, dialogs_in, summary_in
from tests.stage.exchange import HOST, REALM, dials, flow_of
from tests.stage.loopback import OFFER
from tests.stage.talks import Talks

pytestmark = pytest.mark.story


def key_of(extension: str) -> Credentials:
    return Credentials(extension, f"secret{int(extension) - 1000}")


def watch(talks: Talks, watcher: str, whom: str, package: str = "dialog") -> str:
    phone = talks.phones[watcher]
    name = phone.core.subscribe(
        f"sip:{whom}@{HOST}", package=package, from_=f"<sip:{watcher}@{REALM}>",
        flow=flow_of(phone), contact=watcher, expires=60, now=phone.now,
        credentials=key_of(watcher),
    )  # fmt: skip
    talks.world.run(1)
    return name


def over(talks: Talks, watcher: str, name: str) -> None:
    """The watcher goes, the calls end, and nothing is left."""
    talks.phones[watcher].core.unsubscribe(name, talks.world.now)
    talks.over()
    assert not talks.exchange.board._watching.watches


def seen(talks: Talks, watcher: str) -> list[tuple[WatchedDialog, ...]]:
    return [dialogs_in(one.body) for one in talks.phones[watcher].all(sip.Notified)]


def states(talks: Talks, watcher: str) -> list[list[str]]:
    return [[one.state for one in told] for told in seen(talks, watcher)]


@pytest.mark.parametrize(
    ("accept", "status"),
    [("text/html", 406), ("application/*", 200), ("application/dialog-info+xml;q=0.5", 200)],
)
def test_who_cannot_read_what_is_told_is_refused(accept: str, status: int) -> None:
    talks = Talks()
    phone = talks.phones["1003"]
    key = phone.core.request(
        "SUBSCRIBE", f"sip:1001@{HOST}", to=f"<sip:1001@{REALM}>", from_=f"<sip:1003@{REALM}>",
        flow=flow_of(phone), contact="1003", credentials=key_of("1003"), now=phone.now,
        headers=[("Event", "dialog"), ("Expires", "60"), ("Accept", accept)],
    )  # fmt: skip
    talks.world.run(1)
    assert [one.status for one in phone.all(sip.Responded) if one.key == key] == [status]


def test_a_lamp_shows_what_a_desk_does() -> None:
    talks = Talks()
    name = watch(talks, "1003", "1001")
    talks.talk()
    talks.customer_hangs_up()
    shown = [state for told in states(talks, "1003") for state in told or ["none"]]
    assert list(dict.fromkeys(shown)) == ["none", "early", "confirmed"]
    assert shown[-1] == "none"
    last = [told for told in seen(talks, "1003") if told][-1][0]
    assert last.direction == "recipient"
    over(talks, "1003", name)


@pytest.mark.parametrize(("groups", "status"), [({}, 0), ({"one": ("1003", "1004")}, 403)])
def test_a_lamp_that_flashes_is_picked_up_by_replaces(
    groups: dict[str, tuple[str, ...]], status: int
) -> None:
    talks = Talks(calls=CallsPlan(groups=groups))
    name = watch(talks, "1003", "1002")
    talks.rings("1002")
    caller = dials(talks.phones["1001"], "1002", user="1001", password="secret1")
    talks.world.run(2)
    (ringing,) = seen(talks, "1003")[-1]
    phone = talks.phones["1003"]
    phone.core.invite(
        to=f"sip:1002@{HOST}", from_=f"<sip:1003@{REALM}>", flow=flow_of(phone), contact="1003",
        sdp=OFFER, credentials=key_of("1003"), now=phone.now,
        headers=[("Replaces", f"{ringing.call_id};to-tag={ringing.remote_tag};"
                              f"from-tag={ringing.local_tag};early-only")],
    )  # fmt: skip
    talks.world.run(2)
    assert [one.status for one in phone.all(sip.Refused)] == ([status] if status else [])
    if not status:
        assert (talks.hears("1001"), talks.hears("1003")) == ({"1003"}, {"1001"})
        assert talks.desk("1002") == "idle"
    talks.phones["1001"].hang_up(caller)
    over(talks, "1003", name)


def test_only_desks_watch_and_only_desks_are_watched() -> None:
    talks = Talks()
    watch(talks, "1003", "4711")
    assert talks.phones["1003"].only(sip.WatchEnded).status == 404


def test_a_desk_asks_how_many_messages_wait() -> None:
    talks = Talks()
    watch(talks, "1003", "1003", "message-summary")
    told = talks.phones["1003"].only(sip.Notified)
    assert not summary_in(told.body).waiting
    watch(talks, "1003", "1001", "message-summary")
    assert talks.phones["1003"].only(sip.WatchEnded).status == 403, "another's box is private"


# ── notes ────────────────────────────────────────────────────────────────────


def note(talks: Talks, sender: str, to: str, text: str) -> int:
    phone = talks.phones[sender]
    phone.core.request(
        "MESSAGE", f"sip:{to}@{HOST}", to=f"<sip:{to}@{REALM}>", from_=f"<sip:{sender}@{REALM}>",
        flow=flow_of(phone), body=text.encode(), content_type="text/plain;charset=utf-8",
        credentials=key_of(sender), now=phone.now,
    )  # fmt: skip
    talks.world.run(1)
    return phone.all(sip.Responded)[-1].status


def test_a_note_goes_from_telephone_to_telephone() -> None:
    talks = Talks()
    assert note(talks, "1001", "1002", "稍等，我马上来") == 202
    got = [one for one in talks.phones["1002"].all(sip.Requested) if one.request.body]
    assert [one.request.body.decode() for one in got] == ["稍等，我马上来"]
    assert got[0].request.from_.uri.user == "1001"
    sent = talks.exchange.only(did.NoteSent)
    assert (sent.sender, sent.to) == ("1001", "1002")


@pytest.mark.parametrize(("to", "text", "status"), [("4711", "x", 404), ("1002", "x" * 5000, 413)])
def test_a_note_that_cannot_be_passed_on(to: str, text: str, status: int) -> None:
    talks = Talks()
    assert note(talks, "1001", to, text) == status
    assert not talks.exchange.all(did.NoteSent)


def test_a_note_from_the_screen() -> None:
    talks = Talks()
    talks.does(SendNote("1001", "1002", "hello"))
    assert talks.phones["1002"].only(sip.Requested).request.body == b"hello"
    with pytest.raises(NotNow, match="registered"):
        talks.does(SendNote("1001", "1009", "hello"))
    assert not talks.exchange.all(ev.Alarm)
