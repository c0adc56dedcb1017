"""Before the answer: reliable 18x and PRACK (RFC 3262), early media, forks, UPDATE, redirections."""

import pytest

from telephony.errors import WrongMoment
from telephony.sip.events import (
    Answered,
    Confirmed,
    Ended,
    Flow,
    Invited,
    OfferAnswered,
    OfferRefused,
    Progressed,
    Refused,
    Reoffered,
)
from telephony.sip.message import Response
from telephony.wires.loopback import Weather
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger, two_parties
from tests.stage.virtual import World

pytestmark = pytest.mark.story

RELIABLE = [("Require", "100rel")]
ALLOW = ("Allow", "INVITE, ACK, BYE, CANCEL, PRACK, UPDATE")


def rings(party: Party, status: int = 183, sdp: bytes | None = ANSWER) -> None:
    party.on(Invited, lambda e: party.core.ring(e.leg, party.now, status=status, sdp=sdp))


def to_stranger(sdp: bytes | None = OFFER, **more: object) -> tuple[World, Party, Stranger, str]:
    """Anna calls a stranger, who has said nothing yet."""
    world = World()
    anna, stranger = Party(world, "10.0.0.1", "anna"), Stranger(world)
    leg = anna.core.invite(
        to="sip:x@10.0.0.9", from_="<sip:anna@lab>",
        flow=Flow("loop", anna.address, stranger.address), contact="anna", sdp=sdp, now=0.0, **more,
    )  # fmt: skip
    world.run(0.1)
    return world, anna, stranger, leg


def from_stranger(body: bytes = OFFER, lines: list[tuple[str, str]] | None = None):
    """A stranger calls bert, who rings with a description."""
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    rings(bert)
    stranger.ask(bert, "INVITE", body=body, lines=lines or RELIABLE)
    return world, bert, stranger


def prack(stranger: Stranger, party: Party, said: Response, *, number: int = 0, **more: object):
    rack = f"{number or said.headers.get('RSeq')} {said.cseq[0]} INVITE"
    more = {"seq": 2, "branch": "z9hG4bKprack", **more}
    stranger.ask(party, "PRACK", tag=said.to.tag, lines=[("RAck", rack)], **more)


# ── reliable 18x ─────────────────────────────────────────────────────────────


def test_early_media_is_heard_and_arrives_for_sure():
    """183 with a description is told, acknowledged by PRACK, and not repeated after it."""
    world = World(loses=lambda sent: sent.first_line.startswith("PRACK") and sent.at < 3)
    anna, bert = two_parties(world)
    rings(bert)
    leg = anna.call(bert)
    world.run(10)
    assert [round(s.at, 1) for s in world.sent("SIP/2.0 183")] == [0.0, 0.5, 1.5, 3.5]
    assert anna.only(Progressed).sdp == ANSWER
    assert len({s.data for s in world.sent("PRACK")}) == 1, "one PRACK, repeated by itself"
    bert.core.answer(bert.only(Invited).leg, None, bert.now)
    world.run(1)
    assert anna.only(Answered).sdp == ANSWER, "what the 183 said still counts"
    assert bert.only(Confirmed)
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_ringing_without_description_needs_no_prack_unless_required():
    world = World()
    anna, bert = two_parties(world)
    rings(bert, 180, None)
    anna.call(bert)
    world.run(1)
    assert world.sent("PRACK") == []
    anna.call(bert, headers=RELIABLE)
    world.run(1)
    assert len(world.sent("PRACK")) == 1


def test_caller_who_does_not_know_100rel_is_told_unreliably():
    world = World()
    anna, bert = Party(world, "10.0.0.1", "anna", supported=()), Party(world, "10.0.0.2", "bert")
    rings(bert)
    anna.call(bert)
    world.run(5)
    assert len(world.sent("SIP/2.0 183")) == 1 and anna.only(Progressed).sdp == ANSWER


def test_called_side_that_does_not_know_100rel_refuses_what_requires_it():
    world = World()
    anna, bert = Party(world, "10.0.0.1", "anna"), Party(world, "10.0.0.2", "bert", supported=())
    anna.call(bert, headers=RELIABLE)
    world.run(1)
    refused = anna.only(Refused)
    assert refused.status == 420 and refused.response.headers.get("Unsupported") == "100rel"


def test_prack_for_nothing_is_answered_481():
    _, bert, stranger = from_stranger()
    said = stranger.response(183)
    prack(stranger, bert, said, number=77)
    assert stranger.statuses("PRACK") == [481]
    prack(stranger, bert, said, branch="z9hG4bKp2", seq=3)
    prack(stranger, bert, said, branch="z9hG4bKp3", seq=4)
    assert stranger.statuses("PRACK") == [481, 200, 481], "once acknowledged it is not out any more"


def test_18x_that_nobody_acknowledges_ends_the_call_with_504():
    world, bert, stranger = from_stranger()
    world.run(40)
    assert 504 in stranger.statuses("INVITE") and bert.only(Ended).cause == "timeout"
    stranger.ask(bert, "ACK", tag=stranger.response(504).to.tag)
    world.run_out()
    assert bert.core.idle


def test_answer_and_second_18x_wait_for_the_prack():
    _, bert, stranger = from_stranger()
    leg = bert.only(Invited).leg
    bert.core.ring(leg, bert.now, status=180)
    bert.core.answer(leg, ANSWER, bert.now)
    bert.world.run(0.1)
    assert stranger.statuses("INVITE") == [183]
    said = stranger.response(183)
    prack(stranger, bert, said)
    assert stranger.statuses("INVITE") == [183, 180]
    second = stranger.response(180)
    assert int(second.headers.get("RSeq")) == int(said.headers.get("RSeq")) + 1
    prack(stranger, bert, second, branch="z9hG4bKp2", seq=3)
    assert stranger.statuses("INVITE") == [183, 180, 200]


def test_repeated_and_early_18x_are_told_once_and_in_order():
    _, anna, stranger, _ = to_stranger()
    invite = stranger.requests("INVITE")[0]

    def say(number: int) -> None:
        lines = [*RELIABLE, ("RSeq", str(number))]
        stranger.reply(anna, invite, 180, lines=lines)

    for number in (5, 5, 7, 6, 7):
        say(number)
    acks = [request.headers.get("RAck").split()[0] for request in stranger.requests("PRACK")]
    assert acks == ["5", "6", "7"] and len(anna.all(Progressed)) == 3


def test_offer_in_a_reliable_18x_is_answered_in_its_prack():
    """The caller made no offer: the called side's goes in the 183, the answer in the PRACK."""
    world = World()
    anna, bert = two_parties(world)
    rings(bert, sdp=OFFER)
    anna.on(Progressed, lambda e: anna.core.accept_offer(e.leg, ANSWER, anna.now))
    leg = anna.call(bert, sdp=None, headers=RELIABLE)
    world.run(1)
    assert anna.only(Progressed).sdp == OFFER and bert.only(OfferAnswered).sdp == ANSWER
    bert.core.answer(bert.only(Invited).leg, None, bert.now)
    world.run(1)
    assert anna.only(Answered) and bert.only(Confirmed)
    assert b"m=audio" not in world.sent("ACK")[0].data
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_offer_in_a_prack_is_answered_in_its_200():
    _, bert, stranger = from_stranger()
    bert.on(Reoffered, lambda e: bert.core.accept_offer(e.leg, ANSWER, bert.now))
    prack(stranger, bert, stranger.response(183), body=OFFER)
    assert bert.only(Reoffered).sdp == OFFER
    assert stranger.last().cseq[1] == "PRACK" and stranger.last().body == ANSWER


def test_caller_gives_up_while_an_18x_waits_for_its_prack():
    world, bert, stranger = from_stranger()
    stranger.ask(bert, "CANCEL")
    assert 487 in stranger.statuses("INVITE") and bert.only(Ended).cause == "remote"
    stranger.ask(bert, "ACK", tag=stranger.response(487).to.tag)
    world.run_out()
    assert bert.core.idle


def test_bye_before_the_answer_ends_the_call():
    world, bert, stranger = from_stranger()
    stranger.ask(bert, "BYE", branch="z9hG4bKb", seq=2, tag=stranger.response(183).to.tag)
    assert stranger.statuses("BYE") == [200] and 487 in stranger.statuses("INVITE")
    assert bert.only(Ended).cause == "remote"
    stranger.ask(bert, "ACK", tag=stranger.response(487).to.tag)
    world.run_out()
    assert bert.core.idle


@pytest.mark.parametrize("seed", range(10))
def test_early_media_over_a_network_that_loses_a_fifth_leaves_nothing(seed: int):
    world = World(seed, Weather(loss=0.2, doubled=0.1, delay=0.02, jitter=0.3))
    anna, bert = two_parties(world)
    rings(bert)
    leg = anna.call(bert)
    world.at(4, lambda: bert.all(Invited) and bert.core.answer(bert.all(Invited)[0].leg, None, 4.0))
    world.run(60)
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle
    assert len(anna.all(Progressed)) <= 1


# ── UPDATE before the answer ─────────────────────────────────────────────────


def test_update_changes_an_early_session_from_either_side():
    world = World()
    anna, bert = two_parties(world)
    rings(bert)
    for party in (anna, bert):
        party.on(Reoffered, lambda e, p=party: p.core.accept_offer(e.leg, ANSWER, p.now))
    leg = anna.call(bert)
    world.run(1)
    anna.core.offer(leg, OFFER, anna.now)
    world.run(1)
    bert.core.offer(bert.only(Invited).leg, OFFER, bert.now)
    world.run(1)
    assert len(world.sent("UPDATE")) == 2 and len(world.sent("INVITE")) == 1
    assert anna.only(OfferAnswered).sdp == bert.only(OfferAnswered).sdp == ANSWER


def test_update_before_the_first_offer_is_answered_comes_too_early():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert"), Stranger(world)
    rings(bert, 180, None)
    stranger.ask(bert, "INVITE", body=OFFER)
    tag = stranger.response(180).to.tag
    stranger.ask(bert, "UPDATE", branch="z9hG4bKu", seq=2, tag=tag, body=OFFER)
    assert stranger.response(500).headers.get("Retry-After").isdigit()
    with pytest.raises(WrongMoment, match="cannot offer anew"):
        bert.core.offer(bert.only(Invited).leg, OFFER, bert.now)


def test_second_invite_before_the_answer_is_told_to_come_later():
    world, bert, stranger = from_stranger()
    tag = stranger.response(183).to.tag
    stranger.ask(bert, "INVITE", branch="z9hG4bK2", seq=2, tag=tag, body=OFFER)
    assert stranger.response(500).headers.get("Retry-After").isdigit()
    assert world and len(bert.all(Invited)) == 1


def test_early_offer_that_is_refused_leaves_the_call_ringing():
    world = World()
    anna, bert = two_parties(world)
    rings(bert)
    bert.on(Reoffered, lambda e: bert.core.refuse_offer(e.leg, 488, bert.now))
    leg = anna.call(bert)
    world.run(1)
    anna.core.offer(leg, OFFER, anna.now)
    world.run(1)
    assert anna.only(OfferRefused).status == 488 and anna.all(Ended) == []


# ── forks ────────────────────────────────────────────────────────────────────


def test_forked_call_rings_at_two_and_the_second_answer_is_acknowledged_and_ended():
    _, anna, stranger, _ = to_stranger()
    invite = stranger.requests("INVITE")[0]
    for tag in ("one", "two"):
        stranger.reply(anna, invite, 180, tag=tag)
    for tag in ("two", "one"):
        stranger.reply(anna, invite, 200, tag=tag, body=ANSWER)
    assert len(anna.all(Progressed)) == 2 and anna.only(Answered).response.to.tag == "two"
    assert [request.to.tag for request in stranger.requests("ACK")] == ["two", "one"]
    assert [request.to.tag for request in stranger.requests("BYE")] == ["one"]


def test_forks_acknowledge_each_in_its_own_dialog():
    _, anna, stranger, leg = to_stranger()
    invite = stranger.requests("INVITE")[0]
    for tag in ("one", "two"):
        lines = [*RELIABLE, ("RSeq", "9")]
        stranger.reply(
            anna, invite, 183, tag=tag, lines=lines, body=ANSWER, contact=f"<sip:{tag}@10.0.0.9>"
        )
    pracks = stranger.requests("PRACK")
    assert [(p.uri, p.to.tag, p.cseq[0]) for p in pracks] == [
        ("sip:one@10.0.0.9", "one", 2), ("sip:two@10.0.0.9", "two", 2),
    ]  # fmt: skip
    stranger.reply(anna, invite, 200, tag="two", contact="<sip:two@10.0.0.9>")
    assert anna.only(Answered).sdp == ANSWER
    anna.hang_up(leg)
    anna.world.run(0.1)
    bye = stranger.requests("BYE")[0]
    assert (bye.uri, bye.to.tag, bye.cseq[0]) == ("sip:two@10.0.0.9", "two", 3)


def test_update_of_a_fork_is_taken_in_its_own_dialog():
    _, anna, stranger, _ = to_stranger()
    invite = stranger.requests("INVITE")[0]
    for tag in ("one", "two"):
        stranger.reply(anna, invite, 183, tag=tag, lines=[*RELIABLE, ("RSeq", "9")], body=ANSWER)
    anna.on(Reoffered, lambda e: anna.core.accept_offer(e.leg, ANSWER, anna.now))
    local = invite.from_.tag
    for number, tag in enumerate(("one", "two", "three")):
        stranger.ask(
            anna, "UPDATE", branch=f"z9hG4bKu{number}", tag=local, from_tag=tag,
            call_id=invite.call_id, body=OFFER,
        )  # fmt: skip
    assert stranger.statuses("UPDATE") == [200, 200, 481]


# ── elsewhere ────────────────────────────────────────────────────────────────


def test_redirection_hands_out_its_contacts_the_most_wanted_first():
    _, anna, stranger, _ = to_stranger()
    contacts = "<sip:last@10.0.0.7>;q=0.1, <sip:first@10.0.0.8>, <nonsense>, <tel:+86108>;q=0.5"
    stranger.reply(anna, stranger.requests("INVITE")[0], 302, contact=contacts)
    refused = anna.only(Refused)
    assert refused.status == 302
    assert [str(uri) for uri in refused.contacts] == [
        "sip:first@10.0.0.8", "tel:+86108", "sip:last@10.0.0.7",
    ]  # fmt: skip
    assert len(stranger.requests("ACK")) == 1


def test_first_invite_passes_the_proxies_it_is_told_to():
    """A preloaded route; what the far end records replaces it."""
    _, anna, stranger, leg = to_stranger(
        routes=["<sip:10.0.0.9;lr>", "<sip:out.example;lr>"], hops=33
    )
    invite = stranger.requests("INVITE")[0]
    assert invite.uri == "sip:x@10.0.0.9" and invite.headers.get("Max-Forwards") == "33"
    assert invite.headers.all("Route") == ["<sip:10.0.0.9;lr>", "<sip:out.example;lr>"]
    record = [("Record-Route", "<sip:10.0.0.9;lr>")]
    stranger.reply(anna, invite, 200, body=ANSWER, lines=record)
    anna.hang_up(leg)
    anna.world.run(0.1)
    assert stranger.requests("BYE")[0].headers.all("Route") == ["<sip:10.0.0.9;lr>"]


def test_first_invite_to_a_strict_router_names_it_in_the_request_line():
    _, _, stranger, _ = to_stranger(routes=["<sip:10.0.0.9>", "<sip:out.example;lr>"])
    invite = stranger.requests("INVITE")[0]
    assert invite.uri == "sip:10.0.0.9"
    assert invite.headers.all("Route") == ["<sip:out.example;lr>", "<sip:x@10.0.0.9>"]


def test_call_that_passed_too_many_hops_is_refused_where_calls_go_on():
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert", relays=True), Stranger(world)
    text = "INVITE sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
    text += "From: <sip:x@lab>;tag=s2\nTo: <sip:bert@lab>\nCall-ID: c2\nCSeq: 1 INVITE\n"
    text += "Contact: <sip:x@10.0.0.9>\nMax-Forwards: 0\nContent-Length: 0\n\n"
    stranger.say(bert, text)
    assert stranger.statuses() == [483]


def test_call_to_oneself_is_a_loop():
    world = World()
    anna = Party(world, "10.0.0.1", "anna")
    anna.call(anna)
    world.run_out()
    assert anna.only(Refused).status == 482
    assert anna.core.idle
