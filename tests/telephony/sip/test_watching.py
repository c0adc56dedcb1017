"""SUBSCRIBE and NOTIFY: lamps and message-waiting (RFC 6665, RFC 4235, RFC 3842)."""

from functools import partial

import pytest

from telephony.errors import BadMessage
from telephony.sip import packages
from telephony.sip.auth import Challenger, Credentials
from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import Notified, Subscribed, Unsubscribed, WatchEnded
from telephony.sip.packages import Summary, WatchedDialog
from telephony.wires.loopback import Weather
from tests.stage.loopback import Party, Stranger
from tests.stage.virtual import World

pytestmark = pytest.mark.story

LINE = "sip:1002@10.0.0.2"
CALL = WatchedDialog("7", "confirmed", "recipient", "c1", "l1", "r1", LINE, "sip:138@10.0.0.9")


def watched(seconds: int = 600, **options: object) -> tuple[World, Party, Party, str]:
    """A seat watches a line of the board's; returns the seat's subscription last."""
    world = World(**options)
    board = Party(
        world, "10.0.0.2", "board", methods=SWITCHBOARD, packages=("dialog", "message-summary")
    )
    seat = Party(world, "10.0.0.1", "seat")
    board.on(Subscribed, partial(welcome, board))
    return world, board, seat, watch(seat, board, seconds)


def welcome(board: Party, event: Subscribed) -> None:
    body = packages.dialog_info(LINE, [])
    board.core.accept_subscription(
        event.key, board.now, body=body, content_type=packages.DIALOG_INFO
    )


def watch(
    seat: Party, board: Party, seconds: int = 600, package: str = "dialog", **more: object
) -> str:
    return seat.core.subscribe(
        LINE, package=package, from_="<sip:1001@10.0.0.2>", flow=seat.flow_to(board),
        contact="1001", expires=seconds, now=seat.now, **more,
    )  # fmt: skip


def tell(board: Party, *dialogs: WatchedDialog) -> None:
    (name,) = board.core._book.usages
    body = packages.dialog_info(LINE, dialogs)
    board.core.notify(name, board.now, body=body, content_type=packages.DIALOG_INFO)


def test_watcher_is_told_the_state_at_once_and_each_change():
    world, board, seat, lamp = watched()
    world.run(1)
    tell(board, CALL)
    world.run(1)
    tell(board)
    world.run(1)
    told = seat.all(Notified)
    assert [packages.dialogs_in(event.body) for event in told] == [(), (CALL,), ()]
    assert {(e.subscription, e.state, e.content_type) for e in told} == {
        (lamp, "active", packages.DIALOG_INFO)
    }
    assert [b'version="%d"' % n in event.body for n, event in enumerate(told)] == [True] * 3


def test_changes_while_a_notify_is_under_way_are_told_as_the_newest():
    world, board, seat, _ = watched()
    world.run(1)
    tell(board, CALL)
    tell(board)
    tell(board, CALL, WatchedDialog("8", "early"))
    world.run(2)
    assert len(seat.all(Notified)) == 3
    assert len(packages.dialogs_in(seat.all(Notified)[-1].body)) == 2


def test_subscription_is_refreshed_before_it_ends_and_the_state_told_again():
    world, board, seat, _ = watched(60)
    world.run(300)
    assert len(world.sent("SUBSCRIBE")) == 300 // 30
    assert len(seat.all(Notified)) == len(world.sent("SUBSCRIBE"))
    assert board.all(Unsubscribed) == [] and len(board.all(Subscribed)) == 1


def test_long_subscription_stands_until_its_refresh():
    world, board, seat, _ = watched(3600)
    world.run(3500)
    assert seat.all(WatchEnded) == [] and board.all(Unsubscribed) == []
    world.run(100)
    assert len(world.sent("SUBSCRIBE")) == 2 and len(seat.all(Notified)) == 2


def test_watcher_that_stops_is_told_the_last_state_and_nothing_is_left():
    world, board, seat, lamp = watched()
    world.run(1)
    seat.core.unsubscribe(lamp, seat.now)
    seat.core.unsubscribe(lamp, seat.now)
    world.run_out()
    assert seat.only(WatchEnded).subscription == lamp
    assert board.only(Unsubscribed).why == "ended"
    assert b"terminated;reason=timeout" in world.sent("NOTIFY")[-1].data
    assert seat.core.idle and board.core.idle


def test_watcher_that_stops_at_once_leaves_nothing():
    world, board, seat, lamp = watched()
    seat.core.unsubscribe(lamp, seat.now)
    world.run_out()
    assert seat.only(WatchEnded) and seat.core.idle and board.core.idle


def test_watcher_that_vanished_is_forgotten():
    world, board, _, _ = watched(
        loses=lambda sent: sent.source == ("10.0.0.1", 5060) and sent.at > 2
    )
    world.run(3)
    tell(board, CALL)
    world.run_out()
    assert board.only(Unsubscribed).why == "NOTIFY stayed without answer"
    assert board.core.idle


def test_watcher_that_does_not_refresh_is_told_so_and_forgotten():
    world, board, _, _ = watched(
        60, loses=lambda sent: sent.at > 5 and sent.first_line.startswith("SUB")
    )
    world.run(100)
    assert b"terminated;reason=timeout" in world.sent("NOTIFY")[-1].data
    assert board.only(Unsubscribed)


def test_board_sends_a_watcher_away():
    world, board, seat, _ = watched()
    world.run(1)
    (name,) = board.core._book.usages
    board.core.end_subscription(name, board.now)
    board.core.end_subscription(name, board.now)
    world.run_out()
    assert seat.only(WatchEnded).why == "deactivated"
    assert seat.core.idle and board.core.idle


def test_fetch_is_told_once():
    world, board, seat, _ = watched(0)
    world.run_out()
    assert len(world.sent("NOTIFY")) == 1 and seat.only(WatchEnded)
    assert seat.core.idle and board.core.idle


def test_too_brief_a_subscription_is_asked_again_as_told():
    world, board, seat, _ = watched(10)
    world.run(5)
    assert [event.expires for event in board.all(Subscribed)] == [60]
    assert len(world.sent("SIP/2.0 423")) == 1 and seat.all(Notified)


def test_unknown_package_is_answered_489_with_those_we_know():
    world, board, seat, _ = watched()
    watch(seat, board, package="presence")
    world.run(1)
    assert seat.only(WatchEnded).status == 489
    assert b"Allow-Events: dialog, message-summary" in world.sent("SIP/2.0 489")[0].data


def test_refused_subscription_ends_with_its_status():
    world, board, seat, lamp = watched()
    board.on(Subscribed, lambda event: board.core.respond(event.key, 403, board.now))
    world.run(1)
    assert (seat.only(WatchEnded).subscription, seat.only(WatchEnded).status) == (lamp, 403)


def test_watcher_proves_its_name_when_asked():
    world, board, seat, _ = watched()
    challenger = Challenger("lab", world.entropy, {"1001": "secret"}.get)

    def asked(event: Subscribed) -> None:
        if challenger.judge(event.request, board.now).passed:
            welcome(board, event)
        else:
            lines = challenger.challenge(board.now)
            board.core.respond(event.key, 401, board.now, headers=lines)

    board.on(Subscribed, asked)
    world.run(1)
    lamp = watch(seat, board, credentials=Credentials("1001", "secret"))
    world.run(1)
    assert [event.subscription for event in seat.all(Notified)] == [lamp]
    seat.core.unsubscribe(lamp, seat.now)
    world.run_out()
    assert board.core.idle


def test_subscription_nobody_answers_is_given_up():
    world, board, seat, _ = watched()
    board.on(Subscribed, lambda event: None)
    world.run_out()
    assert seat.only(WatchEnded).status == 408
    assert seat.core.idle and board.core.idle


@pytest.mark.parametrize("seed", range(8))
def test_watching_over_a_network_that_loses_a_fifth_leaves_nothing(seed: int):
    storm = Weather(loss=0.2, doubled=0.1, delay=0.02, jitter=0.3)
    world, board, seat, lamp = watched(60, seed=seed, weather=storm)
    for at in range(10, 200, 7):
        world.at(at, lambda: board.core._book.usages and tell(board, CALL))
    world.run(220)
    seat.core.unsubscribe(lamp, seat.now)
    world.run_out()
    assert len(seat.all(WatchEnded)) == 1 and seat.all(Notified)
    assert seat.core.idle and board.core.idle


def test_notify_without_subscription_is_answered_481():
    world, board, _, _ = watched()
    stranger = Stranger(world)
    lines = [("Event", "dialog"), ("Subscription-State", "active")]
    stranger.ask(board, "NOTIFY", lines=lines)
    stranger.ask(board, "NOTIFY", branch="z9hG4bK2", tag="x", lines=lines)
    stranger.ask(board, "SUBSCRIBE", branch="z9hG4bK3", tag="x", lines=lines)
    assert stranger.statuses() == [481, 481, 481]


# ── what the bodies say ──────────────────────────────────────────────────────


def test_dialog_info_is_read_as_it_was_written():
    calls = (CALL, WatchedDialog("8", "early", "initiator", remote="sip:a&b@<lab>"))
    assert packages.dialogs_in(packages.dialog_info(LINE, calls)(3)) == calls


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<dialog-info", b'<!DOCTYPE x [<!ENTITY a "b">]><dialog-info/>',
        b'<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"><dialog id="1"/></dialog-info>',
    ],
)  # fmt: skip
def test_what_is_no_dialog_info_is_refused(body: bytes):
    with pytest.raises(BadMessage):
        packages.dialogs_in(body)


def test_message_summary_is_read_as_it_was_written():
    body = packages.message_summary("sip:1001@lab", 2, 8)
    assert body.startswith(b"Messages-Waiting: yes\r\n")
    assert packages.summary_in(body) == Summary(True, 2, 8)
    assert packages.summary_in(packages.message_summary("sip:1001@lab", 0)) == Summary(False)
    assert packages.summary_in(b"Messages-Waiting: no\r\n") == Summary(False)
    with pytest.raises(BadMessage):
        packages.summary_in(b"hello")
