"""Setting a call up: what is repeated, acknowledged, cancelled, and by whom (RFC 3261 §13, §17)."""

import pytest

from telephony.sip.auth import Credentials
from telephony.sip.events import Answered, Confirmed, Ended, Flow, Invited, Progressed, Refused
from telephony.sip.station import Timings
from telephony.wires.loopback import Sent
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def times(sent: list[Sent]) -> list[float]:
    return [round(one.at, 1) for one in sent]


def caller_and_stranger() -> tuple[World, Party, Stranger, str]:
    world = World()
    anna, stranger = Party(world, "10.0.0.1", "anna"), Stranger(world)
    leg = anna.core.invite(
        to="sip:x@10.0.0.9", from_="<sip:anna@lab>", flow=flow(anna, stranger), contact="anna",
        sdp=OFFER, now=0.0,
    )  # fmt: skip
    world.run(0.1)
    return world, anna, stranger, leg


def flow(party: Party, stranger: Stranger) -> Flow:
    return Flow("loop", party.address, stranger.address)


def test_invite_is_repeated_seven_times_and_given_up_after_32_seconds():
    world, anna, _, _ = caller_and_stranger()
    world.run_out()
    assert times(world.sent("INVITE")) == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert anna.only(Refused).status == 408
    assert anna.core.idle


def test_invite_is_not_repeated_once_something_provisional_came():
    world, anna, stranger, _ = caller_and_stranger()
    stranger.reply(anna, stranger.requests("INVITE")[0], 100, tag="")
    world.run(100)
    assert len(world.sent("INVITE")) == 1
    assert anna.all(Progressed) == [], "100 is no progress"


def test_unanswered_call_is_cancelled_after_three_minutes():
    world, anna, stranger, _ = caller_and_stranger()
    stranger.reply(anna, stranger.requests("INVITE")[0], 180)
    world.run(200)
    assert anna.only(Refused).status == 408
    assert len(stranger.requests("CANCEL")) > 1
    world.run_out()
    assert anna.core.idle


def test_200_is_repeated_until_its_ack_comes():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and sent.at < 8)
    anna, bert = two_parties(world)
    bert.answers()
    anna.call(bert)
    world.run(40)
    assert times(world.sent("SIP/2.0 200 OK")) == [0.0, 0.5, 1.5, 3.5, 7.5, 11.5]
    assert len(world.sent("ACK")) == 6, "each repeated 200 is acknowledged again"
    assert len(anna.all(Answered)) == len(bert.all(Confirmed)) == 1


def test_call_whose_ack_never_comes_is_ended_by_bye_after_32_seconds():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK"))
    anna, bert = two_parties(world)
    bert.answers()
    anna.call(bert)
    world.run(33)
    assert bert.only(Ended).cause == "timeout"
    assert anna.only(Ended).cause == "remote"
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_hang_up_before_the_ack_waits_for_it():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and sent.at < 3)
    anna, bert = two_parties(world)
    bert.answers()
    anna.call(bert)
    world.run(1)
    bert.hang_up(bert.only(Invited).leg)
    world.run(1)
    assert bert.only(Ended).cause == "local"
    assert world.sent("BYE") == []
    world.run(3)
    assert len(world.sent("BYE")) == 1
    world.run_out()
    assert anna.only(Ended).cause == "remote" and bert.only(Ended).cause == "local"
    assert anna.core.idle and bert.core.idle


def test_repeated_invite_reaches_the_user_once():
    world = World(loses=lambda sent: sent.first_line.startswith("SIP/2.0 1") and sent.at < 5)
    anna, bert = two_parties(world)
    bert.answers(after=10)
    anna.call(bert)
    world.run(12)
    assert len(world.sent("INVITE")) > 2
    assert len(bert.all(Invited)) == len(anna.all(Answered)) == 1


def test_silent_user_makes_the_server_say_100_after_a_fifth_of_a_second():
    world = World()
    anna, bert = two_parties(world)
    anna.call(bert)
    world.run(1)
    assert times(world.sent("SIP/2.0 100")) == [0.2]
    assert len(world.sent("INVITE")) == 1


def test_call_that_nobody_takes_is_refused_at_the_ring_limit():
    world = World()
    anna = Party(world, "10.0.0.1", "anna", timings=Timings(ring_limit=1000.0))
    bert = Party(world, "10.0.0.2", "bert")
    anna.call(bert)
    world.run_out()
    assert bert.only(Ended).cause == "timeout"
    assert anna.only(Refused).status == 480
    assert anna.core.idle and bert.core.idle


# ── refusal ──────────────────────────────────────────────────────────────────


def test_refusal_is_repeated_until_acknowledged_and_told_once():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and sent.at < 3)
    anna, bert = two_parties(world)
    bert.on(Invited, lambda event: bert.core.refuse(event.leg, 486, bert.now))
    anna.call(bert)
    world.run_out()
    assert times(world.sent("SIP/2.0 486")) == [0.0, 0.5, 1.5, 3.5]
    assert len(world.sent("ACK")) == 4
    assert anna.only(Refused).status == 486
    assert bert.only(Ended).cause == "local"


def test_ack_of_a_refusal_goes_on_the_branch_and_to_the_address_of_its_invite():
    _world, anna, stranger, _ = caller_and_stranger()
    invite = stranger.requests("INVITE")[0]
    stranger.reply(anna, invite, 486, tag="busy", lines=[("Record-Route", "<sip:p@10.9.9.9;lr>")])
    ack = stranger.requests("ACK")[0]
    assert ack.via == invite.via and ack.uri == invite.uri
    assert ack.to.tag == "busy" and ack.cseq == (invite.cseq[0], "ACK")
    assert anna.only(Refused).reason == "Because"


def test_challenged_invite_is_signed_once_and_a_second_challenge_refuses_it():
    world = World()
    anna, stranger = Party(world, "10.0.0.1", "anna"), Stranger(world)
    anna.core.invite(
        to="sip:x@10.0.0.9", from_="<sip:anna@lab>", flow=flow(anna, stranger), contact="anna",
        sdp=OFFER, credentials=Credentials("anna", "secret"), now=0.0,
    )  # fmt: skip
    world.run(0.1)
    asks = [("Proxy-Authenticate", 'Digest realm="lab", nonce="n1", qop="auth"')]
    stranger.reply(anna, stranger.requests("INVITE")[0], 407, lines=asks)
    first, second = stranger.requests("INVITE")
    assert 'realm="lab"' in second.headers.get("Proxy-Authorization")
    assert second.cseq[0] == first.cseq[0] + 1 and second.call_id == first.call_id
    assert second.from_.tag == first.from_.tag and second.to.tag == ""
    assert second.via.branch != first.via.branch
    stranger.reply(anna, second, 407, lines=asks)
    assert len(stranger.requests("INVITE")) == 2
    assert anna.only(Refused).status == 407


# ── cancel ───────────────────────────────────────────────────────────────────


def test_cancel_while_ringing_ends_the_call_with_487():
    world = World()
    anna, bert = two_parties(world)
    bert.answers(after=60)
    leg = anna.call(bert)
    world.run(3)
    anna.hang_up(leg)
    world.run(1)
    assert bert.only(Ended).why == "the caller gave up"
    assert anna.only(Ended).cause == "local" and anna.all(Refused) == []
    assert len(world.sent("SIP/2.0 487")) == len(world.sent("ACK")) == 1


def test_487_is_repeated_until_its_ack_comes():
    world = World(loses=lambda sent: sent.first_line.startswith("ACK") and sent.at < 6)
    anna, bert = two_parties(world)
    bert.on(Invited, lambda event: bert.core.ring(event.leg, bert.now))
    leg = anna.call(bert)
    world.run(2)
    anna.hang_up(leg)
    world.run_out()
    assert times(world.sent("SIP/2.0 487")) == [2.0, 2.5, 3.5, 5.5, 9.5]
    assert anna.core.idle and bert.core.idle


def test_cancel_is_held_back_until_something_provisional_came():
    world, anna, stranger, leg = caller_and_stranger()
    anna.hang_up(leg)
    world.run(1)
    assert stranger.requests("CANCEL") == []
    stranger.reply(anna, stranger.requests("INVITE")[0], 180)
    cancel, invite = stranger.requests("CANCEL")[0], stranger.requests("INVITE")[0]
    assert cancel.via == invite.via and cancel.uri == invite.uri
    assert cancel.cseq == (invite.cseq[0], "CANCEL")
    assert cancel.headers.get("To") == invite.headers.get("To")


def test_cancel_that_crosses_a_200_ends_in_ack_and_bye():
    _world, anna, stranger, leg = caller_and_stranger()
    invite = stranger.requests("INVITE")[0]
    stranger.reply(anna, invite, 180)
    anna.hang_up(leg)
    stranger.reply(anna, invite, 200, body=ANSWER)
    kinds = [m.method for m in stranger.heard if hasattr(m, "method")]
    assert kinds == ["INVITE", "CANCEL", "ACK", "BYE"]
    assert anna.only(Ended).cause == "local" and anna.all(Answered) == []


def test_cancelled_invite_without_any_final_answer_is_dropped_after_32_seconds():
    world, anna, stranger, leg = caller_and_stranger()
    stranger.reply(anna, stranger.requests("INVITE")[0], 180)
    anna.hang_up(leg)
    world.run_out()
    assert anna.only(Ended).cause == "local"
    assert anna.core.idle


def test_cancel_after_the_answer_changes_nothing():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    bert.answers()
    stranger.ask(bert, "INVITE", body=OFFER)
    stranger.ask(bert, "CANCEL")
    assert stranger.statuses("CANCEL") == [200]
    assert set(stranger.statuses("INVITE")) == {200}
    assert bert.all(Ended) == []


def test_cancel_of_nothing_is_answered_481():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    stranger.ask(bert, "CANCEL")
    assert stranger.statuses() == [481]


# ── answers from more than one place, and late ones ──────────────────────────


def test_second_answer_of_a_forked_call_is_acknowledged_and_ended():
    _world, anna, stranger, _ = caller_and_stranger()
    invite = stranger.requests("INVITE")[0]
    stranger.reply(anna, invite, 200, tag="one", body=ANSWER)
    stranger.reply(anna, invite, 200, tag="two", body=ANSWER)
    assert [m.to.tag for m in stranger.requests("ACK")] == ["one", "two"]
    assert {m.to.tag for m in stranger.requests("BYE")} == {"two"}
    assert len(anna.all(Answered)) == 1


def test_200_is_acknowledged_again_even_after_the_call_ended():
    world, anna, stranger, leg = caller_and_stranger()
    invite = stranger.requests("INVITE")[0]
    stranger.reply(anna, invite, 200, body=ANSWER)
    anna.hang_up(leg)
    world.run(0.1)
    stranger.reply(anna, stranger.requests("BYE")[0], 200)
    assert anna.core.counts()["legs"] == 0
    stranger.reply(anna, invite, 200, body=ANSWER)
    assert len(stranger.requests("ACK")) == 2
    world.run_out()
    assert anna.core.idle


def test_call_without_offer_is_answered_with_one_and_acknowledged_with_the_answer():
    world = World()
    anna, bert = two_parties(world)
    bert.answers()
    leg = anna.call(bert, sdp=None)
    world.run(0.2)
    assert anna.only(Answered).sdp == ANSWER and world.sent("ACK") == []
    anna.core.accept_offer(leg, OFFER, anna.now)
    world.run(0.2)
    assert bert.only(Confirmed).sdp == OFFER
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_broken_flow_fails_the_call_at_once_with_503():
    world, anna, stranger, _ = caller_and_stranger()
    anna.core.broken(flow(anna, stranger), "port unreachable", world.now)
    world.flush()
    assert anna.only(Refused).status == 503
    world.run_out()
    assert anna.core.idle


def test_no_sign_of_life_within_the_callers_patience():
    world = World(loses=lambda sent: True)
    anna, bert = two_parties(world)
    anna.call(bert, patience=3.0)
    world.run(2.9)
    assert anna.all(Refused) == []
    world.run(0.2)
    assert anna.only(Refused).status == 408
    world.run_out()
    assert anna.core.idle


def test_a_sign_of_life_in_time():
    world = World()
    anna, bert = two_parties(world)
    bert.answers(after=20.0)
    anna.call(bert, patience=3.0)
    world.run(21)
    assert anna.only(Answered)
