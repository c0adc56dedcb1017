"""Within a call: BYE, offers both ways, words, order, routes (RFC 3261 §12, §14, §15)."""

import pytest

from telephony.errors import UnknownLeg, WrongMoment
from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import (
    Answered,
    Confirmed,
    Ended,
    Flow,
    Invited,
    OfferAnswered,
    OfferRefused,
    Reoffered,
    Requested,
    Responded,
)  # fmt: skip
from telephony.sip.message import Request
from telephony.wires.loopback import Sent
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def bert_and_stranger() -> tuple[World, Party, Stranger, str]:
    """A stranger's call that bert answered; returns bert's tag last."""
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    bert.answers()
    stranger.ask(bert, "INVITE", body=OFFER)
    tag = stranger.response(200).to.tag
    stranger.ask(bert, "ACK", branch="z9hG4bKack", tag=tag)
    assert bert.only(Confirmed)
    return world, bert, stranger, tag


def anna_and_stranger(**answer: object) -> tuple[World, Party, Stranger, str]:
    """Anna's call that a stranger answered; returns anna's leg last."""
    world = World()
    anna, stranger = Party(world, "10.0.0.1", "anna"), Stranger(world)
    leg = anna.core.invite(
        to="sip:x@10.0.0.9", from_="<sip:anna@lab>",
        flow=Flow("loop", anna.address, stranger.address), contact="anna", sdp=OFFER, now=0.0,
    )  # fmt: skip
    world.run(0.1)
    stranger.reply(anna, stranger.requests("INVITE")[0], 200, body=ANSWER, **answer)
    assert anna.only(Answered)
    return world, anna, stranger, leg


def talking(world: World) -> tuple[Party, Party, str, str]:
    anna, bert = two_parties(world)
    bert.answers()
    leg = anna.call(bert)
    world.run(1)
    return anna, bert, leg, bert.only(Invited).leg


# ── hanging up ───────────────────────────────────────────────────────────────


def test_bye_is_repeated_until_answered():
    world = World(loses=lambda sent: sent.first_line.startswith("BYE") and sent.at < 6)
    anna, bert, leg, _ = talking(world)
    anna.hang_up(leg)
    world.run_out()
    assert [round(s.at, 1) for s in world.sent("BYE")] == [1.0, 1.5, 2.5, 4.5, 8.5]
    assert bert.only(Ended).cause == "remote"
    assert anna.core.idle and bert.core.idle


def test_bye_that_nobody_answers_is_given_up_and_nothing_is_left():
    world = World(loses=lambda sent: sent.first_line.startswith("BYE"))
    anna, bert, leg, other = talking(world)
    anna.hang_up(leg)
    world.run_out()
    assert len(world.sent("BYE")) == 11
    assert anna.only(Ended).cause == "local"
    assert anna.core.idle
    bert.hang_up(other)
    world.run_out()
    assert bert.core.idle


def test_both_hang_up_at_once_and_each_gets_its_200():
    world = World()
    anna, bert, leg, other = talking(world)
    anna.hang_up(leg)
    bert.hang_up(other)
    world.run(1)
    assert len(world.sent("BYE")) == 2 and world.sent("SIP/2.0 481") == []
    assert anna.only(Ended).cause == bert.only(Ended).cause == "local"
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_bye_goes_to_the_contact_and_not_to_the_address_called():
    world, anna, stranger, leg = anna_and_stranger(contact="<sip:desk7@10.0.0.77:5099>")
    elsewhere = Stranger(world, "10.0.0.77", 5099)
    anna.hang_up(leg)
    world.run(0.1)
    bye = elsewhere.requests("BYE")[0]
    assert bye.uri == "sip:desk7@10.0.0.77:5099"
    assert bye.to.tag == "t1" and bye.cseq[0] == stranger.requests("INVITE")[0].cseq[0] + 1


def test_bye_of_the_caller_takes_the_recorded_route_reversed():
    routes = [("Record-Route", "<sip:p1@10.0.0.51;lr>, <sip:p2@10.0.0.9;lr>")]
    _, anna, stranger, leg = anna_and_stranger(contact="<sip:x@192.0.2.7>", lines=routes)
    ack = stranger.requests("ACK")[0]
    anna.hang_up(leg)
    anna.world.run(0.1)
    bye = stranger.requests("BYE")[0]
    for request in (ack, bye):
        assert request.headers.all("Route") == ["<sip:p2@10.0.0.9;lr>", "<sip:p1@10.0.0.51;lr>"]
        assert request.uri == "sip:x@192.0.2.7"


def test_bye_of_the_called_side_takes_the_recorded_route_in_order():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    bert.answers()
    routes = [("Record-Route", "<sip:p1@10.0.0.9;lr>"), ("Record-Route", "<sip:p2@10.0.0.52;lr>")]
    stranger.ask(bert, "INVITE", body=OFFER, lines=routes)
    assert stranger.response(200).headers.all("Record-Route") == [value for _, value in routes]
    stranger.ask(bert, "ACK", branch="z9hG4bKack", tag=stranger.response(200).to.tag)
    bert.hang_up(bert.only(Invited).leg)
    world.run(0.1)
    bye = stranger.requests("BYE")[0]
    assert bye.headers.all("Route") == [value for _, value in routes]
    assert bye.uri == "sip:x@10.0.0.9:5060"


def test_strict_router_finds_itself_in_the_request_line():
    routes = [("Record-Route", "<sip:old@10.0.0.9>")]
    _, anna, stranger, leg = anna_and_stranger(contact="<sip:x@192.0.2.7>", lines=routes)
    anna.hang_up(leg)
    anna.world.run(0.1)
    bye = stranger.requests("BYE")[0]
    assert bye.uri == "sip:old@10.0.0.9"
    assert bye.headers.all("Route") == ["<sip:x@192.0.2.7>"]


def test_headers_of_the_bye_reach_the_far_end():
    world = World()
    anna, bert, leg, _ = talking(world)
    anna.core.hang_up(leg, anna.now, [("Reason", 'Q.850;cause=16;text="normal"')])
    world.run(1)
    assert bert.only(Ended).headers.get("Reason").startswith("Q.850")


def test_request_for_an_unknown_dialog_is_answered_481():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    for number, method in enumerate(("BYE", "INVITE", "MESSAGE", "INFO", "OPTIONS")):
        stranger.ask(bert, method, branch=f"z9hG4bK{number}", tag="nobody")
    stranger.ask(bert, "BYE", branch="z9hG4bKx")
    stranger.ask(bert, "ACK", branch="z9hG4bKy", tag="nobody")
    assert set(stranger.statuses()) == {481}
    assert {s.cseq[1] for s in stranger.heard} == {"BYE", "INVITE", "MESSAGE", "INFO", "OPTIONS"}
    assert bert.events == []


def test_bye_with_a_wrong_tag_of_the_caller_is_answered_481():
    _, bert, stranger, tag = bert_and_stranger()
    stranger.ask(bert, "BYE", branch="z9hG4bKb", seq=2, tag=tag, from_tag="forged")
    assert stranger.statuses("BYE") == [481]
    assert bert.all(Ended) == []


def test_request_with_an_old_number_is_answered_500():
    _, bert, stranger, tag = bert_and_stranger()
    stranger.ask(bert, "INFO", branch="z9hG4bKb", seq=9, tag=tag)
    stranger.ask(bert, "BYE", branch="z9hG4bKc", seq=5, tag=tag)
    assert stranger.statuses("BYE") == [500]
    assert bert.all(Ended) == []


def test_repeated_request_in_a_call_reaches_the_user_once():
    _, bert, stranger, tag = bert_and_stranger()
    bert.on(Requested, lambda event: bert.core.respond(event.key, 200, bert.now))
    for _ in range(3):
        stranger.ask(bert, "MESSAGE", branch="z9hG4bKm", seq=2, tag=tag)
    assert len(bert.all(Requested)) == 1
    assert stranger.statuses("MESSAGE") == [200, 200, 200]


def test_commands_to_an_ended_leg_say_so_and_hanging_up_again_is_nothing():
    world = World()
    anna, _, leg, _ = talking(world)
    anna.hang_up(leg)
    anna.hang_up(leg)
    world.run_out()
    anna.hang_up(leg)
    assert len(world.sent("BYE")) == len(anna.all(Ended)) == 1
    with pytest.raises(UnknownLeg, match="has ended"):
        anna.core.offer(leg, OFFER, anna.now)
    other = anna.call(Party(world, "10.0.0.3", "carl"))
    with pytest.raises(WrongMoment, match="outgoing cannot answer"):
        anna.core.answer(other, ANSWER, anna.now)
    with pytest.raises(WrongMoment, match="calling cannot send MESSAGE"):
        anna.core.send(other, "MESSAGE", b"x", "text/plain", anna.now)


def test_nothing_is_told_of_a_call_after_its_end():
    world = World(loses=lambda sent: sent.first_line.startswith("BYE") and sent.at < 8)
    anna, bert, leg, other = talking(world)
    bert.on(Reoffered, lambda event: bert.core.accept_offer(event.leg, ANSWER, bert.now))
    anna.core.offer(leg, OFFER, anna.now)
    anna.hang_up(leg)
    world.run(0.2)
    bert.core.send(other, "MESSAGE", b"late", "text/plain", bert.now)
    world.run_out()
    assert isinstance(anna.events[-1], Ended) and anna.all(Requested) == []
    assert bert.only(Responded).status == 481
    assert anna.core.idle and bert.core.idle


def test_watching_within_a_call_what_nobody_can_watch_is_answered_489():
    world = World()
    bert = Party(world, "10.0.0.2", "bert", packages=("dialog",), methods=SWITCHBOARD)
    stranger = Stranger(world)
    bert.answers()
    stranger.ask(bert, "INVITE", body=OFFER)
    tag = stranger.response(200).to.tag
    stranger.ask(bert, "ACK", branch="z9hG4bKack", tag=tag)
    for seq, package in enumerate(("foo", "dialog"), 2):
        lines = [("Event", package)]
        stranger.ask(bert, "SUBSCRIBE", branch=f"z9hG4bK{seq}", seq=seq, tag=tag, lines=lines)
    refused, known = [one for one in stranger.heard if one.cseq[1] == "SUBSCRIBE"]
    assert (refused.status, refused.headers.get("Allow-Events")) == (489, "dialog")
    assert known.status == 403


# ── words ────────────────────────────────────────────────────────────────────


def test_message_in_a_call_arrives_and_its_answer_returns():
    world = World()
    anna, bert, leg, other = talking(world)
    bert.on(Requested, lambda event: bert.core.respond(event.key, 202, bert.now))
    key = anna.core.send(
        leg,
        "MESSAGE",
        "您好".encode(),
        "text/plain;charset=utf-8",
        anna.now,
        [("X-Lab-Line", "typed")],
    )
    world.run(1)
    came = bert.only(Requested)
    assert came.leg == other and came.request.body.decode() == "您好"
    assert came.request.headers.get("X-Lab-Line") == "typed"
    assert (anna.only(Responded).key, anna.only(Responded).status) == (key, 202)


def test_message_that_the_user_never_answers_leaves_nothing():
    world = World()
    anna, bert, leg, _ = talking(world)
    anna.core.send(leg, "MESSAGE", b"x", "text/plain", anna.now)
    world.run_out()
    assert anna.only(Responded).status == 408
    assert anna.only(Ended).cause == "timeout", "a call whose far end is mute is over"
    assert bert.only(Ended).cause == "remote"
    assert anna.core.idle and bert.core.idle


def test_far_end_that_forgot_the_call_ends_it():
    _, anna, stranger, leg = anna_and_stranger()
    anna.core.send(leg, "INFO", b"", "", anna.now)
    anna.world.run(0.1)
    stranger.reply(anna, stranger.requests("INFO")[0], 481)
    assert anna.only(Ended).cause == "remote"
    assert stranger.requests("BYE") == []


def test_options_in_a_call_is_answered_by_the_core():
    _, bert, stranger, tag = bert_and_stranger()
    stranger.ask(bert, "OPTIONS", branch="z9hG4bKo", seq=2, tag=tag)
    assert stranger.statuses("OPTIONS") == [200]
    assert "MESSAGE" in stranger.last().headers.all("Allow")


# ── offers ───────────────────────────────────────────────────────────────────


def test_offer_is_answered_and_its_200_repeated_until_acknowledged():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and 1 < sent.at < 4)
    anna, bert, leg, _ = talking(world)
    bert.on(Reoffered, lambda event: bert.core.accept_offer(event.leg, ANSWER, bert.now))
    anna.core.offer(leg, OFFER, anna.now)
    world.run(10)
    assert bert.only(Reoffered).sdp == OFFER and anna.only(OfferAnswered).sdp == ANSWER
    assert [round(s.at, 1) for s in world.sent("SIP/2.0 200") if s.at > 1] == [1.0, 1.5, 2.5, 4.5]


def test_refused_offer_leaves_the_call_as_it_was():
    world = World()
    anna, bert, leg, _ = talking(world)
    bert.on(Reoffered, lambda event: bert.core.refuse_offer(event.leg, 488, bert.now))
    anna.core.offer(leg, OFFER, anna.now)
    world.run(40)
    assert anna.only(OfferRefused).status == 488
    assert anna.all(Ended) == bert.all(Ended) == []


def test_offers_that_meet_are_refused_with_491_and_both_succeed_later():
    world = World()
    anna, bert, leg, other = talking(world)
    for party in (anna, bert):
        party.on(Reoffered, lambda e, p=party: p.core.accept_offer(e.leg, ANSWER, p.now))
    anna.core.offer(leg, OFFER, anna.now)
    bert.core.offer(other, OFFER, bert.now)
    world.run(20)
    assert len(world.sent("SIP/2.0 491")) == 2
    assert anna.only(OfferAnswered) and bert.only(OfferAnswered)
    again = [s for s in world.sent("INVITE") if s.at > 1.1]
    assert {s.source for s in again} == {anna.address, bert.address}
    assert next(s.at for s in again if s.source == anna.address) >= 3.1, "who called waits longer"


def test_second_offer_waits_for_the_first():
    world = World()
    anna, bert, leg, _ = talking(world)
    bert.on(Reoffered, lambda event: bert.core.accept_offer(event.leg, ANSWER, bert.now))
    anna.core.offer(leg, OFFER, anna.now)
    anna.core.offer(leg, OFFER.replace(b"a=sendrecv", b"a=sendonly"), anna.now)
    world.run(2)
    assert len(anna.all(OfferAnswered)) == 2
    assert bert.all(Reoffered)[1].sdp.count(b"sendonly") == 1


def test_offer_made_before_the_ack_came_follows_it():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and sent.at < 1)
    anna, bert = two_parties(world)
    bert.answers()
    anna.on(Reoffered, lambda event: anna.core.accept_offer(event.leg, ANSWER, anna.now))
    anna.call(bert)
    world.run(0.3)
    bert.core.offer(bert.only(Invited).leg, OFFER, bert.now)
    world.run(0.3)
    assert anna.all(Reoffered) == []
    world.run(5)
    assert bert.only(OfferAnswered).sdp == ANSWER


def test_second_reinvite_before_the_first_is_answered_is_told_to_come_later():
    _, bert, stranger, tag = bert_and_stranger()
    stranger.ask(bert, "INVITE", branch="z9hG4bKr1", seq=2, tag=tag, body=OFFER)
    stranger.ask(bert, "INVITE", branch="z9hG4bKr2", seq=3, tag=tag, body=OFFER)
    assert stranger.response(500).headers.get("Retry-After").isdigit()
    assert len(bert.all(Reoffered)) == 1


def test_hang_up_while_the_far_ends_offer_waits_answers_it_487():
    _, bert, stranger, tag = bert_and_stranger()
    stranger.ask(bert, "INVITE", branch="z9hG4bKr1", seq=2, tag=tag, body=OFFER)
    stranger.ask(bert, "BYE", branch="z9hG4bKb", seq=3, tag=tag)
    assert 487 in stranger.statuses("INVITE") and stranger.statuses("BYE") == [200]
    assert bert.only(Ended).cause == "remote"


def test_reinvite_without_offer_gets_ours_and_its_ack_brings_the_answer():
    _, bert, stranger, tag = bert_and_stranger()
    bert.on(Reoffered, lambda event: bert.core.accept_offer(event.leg, OFFER, bert.now))
    stranger.ask(bert, "INVITE", branch="z9hG4bKr1", seq=2, tag=tag)
    assert bert.only(Reoffered).sdp is None
    assert stranger.last().body == OFFER
    stranger.ask(bert, "ACK", branch="z9hG4bKa1", seq=2, tag=tag, body=ANSWER)
    assert bert.only(OfferAnswered).sdp == ANSWER


def test_offer_that_nobody_answers_ends_the_call_with_bye():
    world = World(loses=_reinvites)
    anna, bert, leg, _ = talking(world)
    anna.core.offer(leg, OFFER, anna.now)
    world.run_out()
    assert anna.only(Ended).cause == "timeout"
    assert bert.only(Ended).cause == "remote"
    assert anna.core.idle and bert.core.idle


def _reinvites(sent: Sent) -> bool:
    return sent.first_line.startswith("INVITE") and sent.at > 0.5


def test_reinvite_moves_the_target_of_what_follows():
    world, bert, stranger, tag = bert_and_stranger()
    moved = Stranger(world, "10.0.0.88")
    bert.on(Reoffered, lambda event: bert.core.accept_offer(event.leg, ANSWER, bert.now))
    request = [("Contact", "<sip:x@10.0.0.88>")]
    via = "SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bKmove"
    fields = f"INVITE sip:bert@10.0.0.2 SIP/2.0\nVia: {via}\nFrom: <sip:x@lab>;tag=s1\n"
    fields += f"To: <sip:bert@lab>;tag={tag}\nCall-ID: call-1\nCSeq: 2 INVITE\n"
    fields += f"{request[0][0]}: {request[0][1]}\nContent-Length: 0\n\n"
    stranger.say(bert, fields)
    stranger.ask(bert, "ACK", branch="z9hG4bKa2", seq=2, tag=tag, body=ANSWER)
    bert.hang_up(bert.only(Invited).leg)
    world.run(0.1)
    assert [m.uri for m in moved.heard if isinstance(m, Request)] == ["sip:x@10.0.0.88"]
