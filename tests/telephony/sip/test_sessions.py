"""Session timers: a call that nobody refreshes is over (RFC 4028); late offers and UPDATE in a call."""

import pytest

from telephony.sip.events import (
    Answered,
    Confirmed,
    Ended,
    Flow,
    Invited,
    OfferAnswered,
    Pressed,
    Refused,
    Reoffered,
    Requested,
    Responded,
)
from telephony.sip.station import Timings
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story

TIMED = {"timings": Timings(session=120)}


def talking(world: World, anna: Party, bert: Party) -> tuple[str, str]:
    bert.answers()
    for party in (anna, bert):
        party.on(Reoffered, lambda e, p=party: p.core.accept_offer(e.leg, ANSWER, p.now))
    leg = anna.call(bert)
    world.run(1)
    return leg, bert.only(Invited).leg


def pair(world: World, ours: dict[str, object], theirs: dict[str, object]) -> tuple[Party, Party]:
    return Party(world, "10.0.0.1", "anna", **ours), Party(world, "10.0.0.2", "bert", **theirs)


def test_caller_refreshes_by_update_and_nobody_above_sees_it():
    world = World()
    anna, bert = pair(world, TIMED, {})
    talking(world, anna, bert)
    world.run(601)
    assert [round(s.at) for s in world.sent("UPDATE")] == list(range(60, 601, 60))
    assert all(s.source == anna.address for s in world.sent("UPDATE"))
    assert anna.all(Ended) == bert.all(Ended) == [] and bert.all(Reoffered) == []


def test_called_side_refreshes_where_the_caller_knows_no_timer():
    world = World()
    anna, bert = pair(world, {"supported": ()}, TIMED)
    talking(world, anna, bert)
    world.run(301)
    assert {s.source for s in world.sent("UPDATE")} == {bert.address}
    assert len(world.sent("UPDATE")) == 5 and anna.all(Ended) == []


def test_refresh_is_a_reinvite_where_the_far_end_takes_no_update():
    world = World()
    plain = {"methods": ("INVITE", "ACK", "CANCEL", "BYE", "OPTIONS")}
    anna, bert = pair(world, TIMED, plain)
    talking(world, anna, bert)
    world.run(100)
    again = [s for s in world.sent("INVITE") if s.at > 1]
    assert len(again) == 1 and OFFER in again[0].data and world.sent("UPDATE") == []
    assert bert.only(Reoffered).sdp == OFFER and anna.all(OfferAnswered) == []


def test_call_that_nobody_refreshes_ends_on_both_sides():
    world = World(loses=lambda sent: sent.first_line.startswith("UPDATE"))
    anna, bert = pair(world, TIMED, {})
    talking(world, anna, bert)
    world.run(200)
    assert bert.only(Ended).cause == "timeout" or anna.only(Ended).cause == "timeout"
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_waiting_side_says_bye_a_little_before_the_end():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    bert.answers()
    lines = [("Supported", "timer"), ("Session-Expires", "120;refresher=uac")]
    stranger.ask(bert, "INVITE", body=OFFER, lines=lines)
    ok = stranger.response(200)
    assert ok.headers.get("Session-Expires") == "120;refresher=uac"
    assert ok.headers.get("Require") == "timer"
    stranger.ask(bert, "ACK", branch="z9hG4bKa", tag=ok.to.tag)
    world.run(80)
    stranger.ask(bert, "UPDATE", branch="z9hG4bKu", seq=2, tag=ok.to.tag, lines=lines)
    world.run(85)
    assert bert.all(Ended) == [], "it was refreshed"
    world.run(5)
    assert bert.only(Ended).why == "the session was not refreshed"
    assert len({request.via.branch for request in stranger.requests("BYE")}) == 1


def test_session_too_short_is_refused_with_422_and_asked_again_longer():
    world = World()
    anna, bert = pair(
        world, {"timings": Timings(session=90)}, {"timings": Timings(least_session=400)}
    )
    talking(world, anna, bert)
    assert (
        len(world.sent("SIP/2.0 422")) == 1 and anna.only(Answered) and len(bert.all(Invited)) == 1
    )
    assert b"Session-Expires: 400" in world.sent("INVITE")[1].data
    assert b"Min-SE: 400" in world.sent("INVITE")[1].data
    world.run(601)
    assert [round(s.at) for s in world.sent("UPDATE")] == [200, 400, 600]


def test_422_without_use_is_told_as_a_refusal():
    world = World()
    anna, stranger = Party(world, "10.0.0.1", "anna", **TIMED), Stranger(world)
    anna.core.invite(
        to="sip:x@10.0.0.9", from_="<sip:anna@lab>", contact="anna", sdp=OFFER, now=0.0,
        flow=Flow("loop", anna.address, stranger.address),
    )  # fmt: skip
    world.run(0.1)
    for number in range(2):
        request = stranger.requests("INVITE")[number]
        stranger.reply(anna, request, 422, lines=[("Min-SE", "200")])
    assert anna.only(Refused).status == 422 and len(stranger.requests("INVITE")) == 2


# ── UPDATE in a call ─────────────────────────────────────────────────────────


def test_update_offers_anew_in_a_call_without_ack():
    world = World()
    anna, bert = two_parties(world)
    leg, _ = talking(world, anna, bert)
    anna.core.offer(leg, OFFER, anna.now, update=True)
    world.run(1)
    assert bert.only(Reoffered).sdp == OFFER and anna.only(OfferAnswered).sdp == ANSWER
    assert len(world.sent("ACK")) == 1


def test_updates_that_meet_are_refused_with_491_and_both_succeed_later():
    world = World()
    anna, bert = two_parties(world)
    leg, other = talking(world, anna, bert)
    anna.core.offer(leg, OFFER, anna.now, update=True)
    bert.core.offer(other, OFFER, bert.now, update=True)
    world.run(20)
    assert len(world.sent("SIP/2.0 491")) == 2
    assert anna.only(OfferAnswered) and bert.only(OfferAnswered)
    again = [s for s in world.sent("UPDATE") if s.at > 1.1]
    assert next(s.at for s in again if s.source == anna.address) >= 3.1, "who called waits longer"


def test_update_without_description_moves_the_target():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    moved = Stranger(world, "10.0.0.88")
    bert.answers()
    stranger.ask(bert, "INVITE", body=OFFER)
    tag = stranger.response(200).to.tag
    stranger.ask(bert, "ACK", branch="z9hG4bKa", tag=tag)
    lines = [("Contact", "<sip:x@10.0.0.88>")]
    stranger.ask(bert, "UPDATE", branch="z9hG4bKu", seq=2, tag=tag, lines=lines)
    assert stranger.statuses("UPDATE") == [200] and bert.all(Reoffered) == []
    bert.hang_up(bert.only(Invited).leg)
    world.run(0.1)
    assert len(moved.requests("BYE")) == 1


def test_reliable_18x_to_a_reinvite_is_acknowledged_once():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    bert.answers()
    stranger.ask(bert, "INVITE", body=OFFER)
    stranger.ask(bert, "ACK", branch="z9hG4bKa", tag=stranger.response(200).to.tag)
    bert.core.offer(bert.only(Invited).leg, OFFER, bert.now)
    world.run(0.1)
    again = stranger.requests("INVITE")[0]
    for _ in range(2):
        lines = [("Require", "100rel"), ("RSeq", "7")]
        stranger.reply(bert, again, 183, tag="", lines=lines)
    stranger.reply(bert, again, 200, tag="", body=ANSWER)
    assert {p.headers.get("RAck") for p in stranger.requests("PRACK")} == {"7 1 INVITE"}
    assert len({p.via.branch for p in stranger.requests("PRACK")}) == 1
    assert bert.only(OfferAnswered).sdp == ANSWER


# ── late offers ──────────────────────────────────────────────────────────────


def test_call_without_offer_gets_it_in_the_200_and_answers_in_the_ack():
    world = World()
    anna, bert = two_parties(world)
    bert.on(Invited, lambda e: bert.core.answer(e.leg, OFFER, bert.now))
    anna.on(Answered, lambda e: anna.core.accept_offer(e.leg, ANSWER, anna.now))
    leg = anna.call(bert, sdp=None)
    world.run(1)
    assert anna.only(Answered).sdp == OFFER and bert.only(Confirmed).sdp == ANSWER
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_reinvite_without_offer_is_offered_and_answers_in_its_ack():
    world = World()
    anna, bert = two_parties(world)
    leg, _ = talking(world, anna, bert)
    bert.on(Reoffered, lambda e: bert.core.accept_offer(e.leg, OFFER, bert.now))
    anna.core.offer(leg, None, anna.now)
    world.run(1)
    assert bert.only(Reoffered).sdp is None
    assert anna.only(Reoffered).sdp == OFFER and bert.only(OfferAnswered).sdp == ANSWER
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_hang_up_while_a_late_offer_waits_for_our_answer():
    world = World()
    anna, bert = two_parties(world)
    leg, _ = talking(world, anna, bert)
    bert.on(Reoffered, lambda e: bert.core.accept_offer(e.leg, OFFER, bert.now))
    anna.on(Reoffered, lambda e: anna.hang_up(leg))
    anna.core.offer(leg, None, anna.now)
    world.run_out()
    assert anna.only(Ended) and bert.only(Ended)
    assert anna.core.idle and bert.core.idle


# ── keys ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "body", "key", "lasts"),
    [
        ("application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n", "5", 160),
        ("application/dtmf-relay", b"Signal= *\nDuration= 250\n", "*", 250),
        ("application/dtmf-relay; a=b", b"Signal=11\r\n", "#", 160),
        ("application/dtmf", b"7", "7", 160),
        ("application/dtmf", b" d\r\n", "D", 160),
        ("application/dtmf", b"Signal=#", "#", 160),
    ],
)
def test_key_told_by_info_is_an_event(kind: str, body: bytes, key: str, lasts: int):
    world = World()
    anna, bert = two_parties(world)
    leg, other = talking(world, anna, bert)
    anna.core.send(leg, "INFO", body, kind, anna.now)
    world.run(1)
    told = bert.only(Pressed)
    assert (told.leg, told.key, told.milliseconds) == (other, key, lasts)


@pytest.mark.parametrize("body", [b"", b"Signal=x", b"Signal=55", b"12"])
def test_info_that_tells_no_key_goes_to_the_user(body: bytes):
    world = World()
    anna, bert = two_parties(world)
    leg, _ = talking(world, anna, bert)
    anna.core.send(leg, "INFO", body, "application/dtmf-relay", anna.now)
    world.run(1)
    assert bert.all(Pressed) == [] and bert.only(Requested)


@pytest.mark.parametrize(
    ("lines", "body", "status", "header"),
    [
        ([("Info-Package", "foo")], b"Signal=1", 469, ("Recv-Info", "")),
        ([], b"hello", 415, ("Accept", "application/dtmf-relay, application/dtmf")),
    ],
)
def test_info_that_is_not_taken_is_refused(
    lines: list[tuple[str, str]], body: bytes, status: int, header: tuple[str, str]
):
    world = World()
    anna, bert = two_parties(world)
    leg, _ = talking(world, anna, bert)
    anna.core.send(leg, "INFO", body, "text/plain", anna.now, lines)
    world.run(1)
    told = anna.only(Responded)
    assert (told.status, header[0] in told.response.headers) == (status, True)
    assert told.response.headers.text(header[0]) == header[1]
    assert bert.all(Requested) == bert.all(Pressed) == []
