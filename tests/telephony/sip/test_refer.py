"""Transfer by the far end: REFER, the NOTIFYs about it, and INVITE with Replaces (RFC 3515, 3891)."""

import pytest

from telephony.errors import WrongMoment
from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import Ended, Invited, ReferProgressed, Referred
from telephony.sip.headers import Replaces
from telephony.wires.loopback import Weather
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def three(**options: object) -> tuple[World, Party, Party, Party]:
    """Anna and bert talk; carl is somewhere."""
    world = World(**options)
    more = {"methods": SWITCHBOARD, "supported": ("replaces",)}
    anna = Party(world, "10.0.0.1", "anna", **more)
    bert = Party(world, "10.0.0.2", "bert", **more)
    carl = Party(world, "10.0.0.3", "carl", **more)
    for party in (bert, carl):
        party.answers()
    return world, anna, bert, carl


def follow(party: Party, world: World) -> None:
    """Do what REFER asks, and tell how it goes."""

    def referred(event: Referred) -> None:
        party.core.accept_refer(event.key, party.now)
        party.core.refer_progress(event.key, 180, party.now)
        world.at(party.now + 1, lambda: party.core.refer_progress(event.key, 200, party.now))

    party.on(Referred, referred)


def test_refer_is_accepted_and_its_progress_told_to_the_last_word():
    world, anna, bert, carl = three()
    follow(bert, world)
    leg = anna.call(bert)
    world.run(1)
    key = anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    world.run(3)
    told = bert.only(Referred)
    assert (str(told.target), told.replaces) == ("sip:carl@10.0.0.3", None)
    assert told.referred_by == "<sip:anna@10.0.0.1>" and told.leg == bert.only(Invited).leg
    progress = [(event.key, event.status, event.done) for event in anna.all(ReferProgressed)]
    assert progress == [(key, 100, False), (key, 180, False), (key, 200, True)]
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle and carl.core.idle


def test_progress_goes_on_after_the_referring_side_hung_up():
    world, anna, bert, _ = three()
    follow(bert, world)
    leg = anna.call(bert)
    world.run(1)
    anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    world.run(0.2)
    anna.hang_up(leg)
    world.run_out()
    assert [event.status for event in anna.all(ReferProgressed)] == [100, 180, 200]
    assert anna.core.idle and bert.core.idle


def test_progress_survives_a_network_that_loses_and_doubles():
    for seed in range(20):
        world, anna, bert, _ = three(
            seed=seed, weather=Weather(loss=0.2, doubled=0.1, delay=0.02, jitter=0.2)
        )
        follow(bert, world)
        leg = anna.call(bert)
        world.run(20)
        if anna.core.state(leg).name != "TALKING":
            continue
        anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
        world.run(60)
        assert [e.status for e in anna.all(ReferProgressed) if e.done] == [200], f"seed {seed}"
        anna.hang_up(leg)
        world.run_out()
        assert anna.core.idle and bert.core.idle, f"seed {seed}"


@pytest.mark.parametrize("status", [404, 486, 603])
def test_refer_that_is_refused_says_so(status: int):
    world, anna, bert, _ = three()
    bert.on(Referred, lambda event: bert.core.respond(event.key, status, bert.now))
    leg = anna.call(bert)
    world.run(1)
    anna.core.refer(leg, "sip:nowhere@10.0.0.3", anna.now)
    world.run(1)
    assert [(e.status, e.done) for e in anna.all(ReferProgressed)] == [(status, True)]
    assert bert.all(Ended) == [], "the call itself stands"


def test_refer_whose_call_fails_is_told_the_status_of_the_failure():
    world, anna, bert, _ = three()

    def referred(event: Referred) -> None:
        bert.core.accept_refer(event.key, bert.now)
        bert.core.refer_progress(event.key, 486, bert.now)
        bert.core.refer_progress(event.key, 200, bert.now)

    bert.on(Referred, referred)
    leg = anna.call(bert)
    world.run(1)
    anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    world.run(2)
    assert anna.all(ReferProgressed)[-1].status == 486 and anna.all(ReferProgressed)[-1].done
    notify = world.sent("NOTIFY")[-1].data
    assert b"SIP/2.0 486 Busy Here\r\n" in notify
    assert b"Subscription-State: terminated;reason=noresource" in notify


def test_refer_nobody_follows_up_ends_by_itself():
    world, anna, bert, _ = three()
    bert.on(Referred, lambda event: bert.core.accept_refer(event.key, bert.now))
    leg = anna.call(bert)
    world.run(1)
    anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    world.run(400)
    assert anna.all(ReferProgressed)[-1].done
    anna.hang_up(leg)
    world.run_out()
    assert anna.core.idle and bert.core.idle


def test_refer_without_subscription_sends_no_notify():
    world, anna, bert, _ = three()
    bert.on(Referred, lambda event: bert.core.accept_refer(event.key, bert.now))
    leg = anna.call(bert)
    world.run(1)
    anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now, headers=[("Refer-Sub", "false")])
    world.run(2)
    assert world.sent("NOTIFY") == [] and anna.only(ReferProgressed).done


def test_second_refer_of_a_call_is_told_apart_by_its_number():
    world, anna, bert, _ = three()
    bert.on(Referred, lambda event: bert.core.accept_refer(event.key, bert.now))
    leg = anna.call(bert)
    world.run(1)
    first = anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    second = anna.core.refer(leg, "sip:dora@10.0.0.4", anna.now)
    world.run(1)
    keys = [event.key for event in bert.all(Referred)]
    bert.core.refer_progress(keys[1], 200, bert.now)
    world.run(1)
    bert.core.refer_progress(keys[0], 404, bert.now)
    world.run(1)
    assert [(e.key, e.status) for e in anna.all(ReferProgressed) if e.done] == [
        (second, 200), (first, 404),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("refer_to", "status"),
    [
        ([], 400),
        (["<sip:a@lab>", "<sip:b@lab>"], 400),
        (["<sip:a@lab>, <sip:b@lab>"], 400),
        (["<nonsense>"], 400),
        (["<http://lab/>"], 416),
        (["<sip:a@lab;method=BYE>"], 501),
        (["<sip:a@lab?Replaces=onlythis>"], 400),
    ],
)
def test_refer_to_nowhere_is_refused_at_the_door(refer_to: list[str], status: int):
    world, _, bert, _ = three()
    stranger = Stranger(world)
    stranger.ask(bert, "INVITE", body=OFFER)
    tag = stranger.response(200).to.tag
    stranger.ask(bert, "ACK", branch="z9hG4bKack", tag=tag)
    lines = [("Refer-To", value) for value in refer_to]
    stranger.ask(bert, "REFER", branch="z9hG4bKr", seq=2, tag=tag, lines=lines)
    assert stranger.statuses("REFER") == [status] and bert.all(Referred) == []
    stranger.ask(bert, "BYE", branch="z9hG4bKb", seq=3, tag=tag)
    world.run_out()
    assert bert.core.idle


def test_refer_outside_a_call_is_refused_politely_and_by_strangers_of_it_unknown():
    world, _, bert, _ = three()
    stranger = Stranger(world)
    lines = [("Refer-To", "<sip:a@lab>")]
    stranger.ask(bert, "REFER", branch="z9hG4bK1", lines=lines)
    stranger.ask(bert, "REFER", branch="z9hG4bK2", tag="nobody", lines=lines, call_id="other")
    plain = Party(world, "10.0.0.4", "dora")
    stranger.ask(plain, "REFER", branch="z9hG4bK3", lines=lines, call_id="third")
    assert stranger.statuses() == [403, 481, 405]


def test_refer_before_the_answer_is_our_own_mistake():
    world, anna, bert, _ = three()
    leg = anna.call(bert)
    with pytest.raises(WrongMoment, match="cannot refer"):
        anna.core.refer(leg, "sip:carl@10.0.0.3", anna.now)
    world.run_out()


# ── taking a call's place ────────────────────────────────────────────────────


def test_attended_transfer_by_refer_with_replaces():
    """Anna talks with bert, asks carl, and joins the two."""
    world, anna, bert, carl = three()
    first, second = anna.call(bert), anna.call(carl)
    world.run(1)
    old = carl.only(Invited).leg

    def referred(event: Referred) -> None:
        assert event.replaces is not None and event.replaced is None
        bert.core.accept_refer(event.key, bert.now)
        bert.call(carl, headers=[("Replaces", str(event.replaces))])

    def invited(event: Invited) -> None:
        assert event.replaces == old
        carl.core.answer(event.leg, ANSWER, carl.now)
        carl.core.hang_up(old, carl.now)

    bert.on(Referred, referred)
    carl.on(Invited, invited)
    anna.core.refer(first, None, anna.now, replaces=second)
    world.run(2)
    assert str(bert.only(Referred).target) == "sip:carl@10.0.0.3:5060"
    assert [event.leg for event in anna.all(Ended)] == [second]
    assert carl.core.counts()["legs"] == 1


def test_referred_names_our_own_leg_where_the_call_to_replace_is_ours():
    """Through a switchboard both calls of the seat end at the same core."""
    world, anna, bert, _ = three()
    first, second = anna.call(bert), anna.call(bert)
    world.run(1)
    legs = [event.leg for event in bert.all(Invited)]
    anna.core.refer(first, None, anna.now, replaces=second)
    world.run(1)
    assert bert.only(Referred).leg == legs[0] and bert.only(Referred).replaced == legs[1]


def test_replaces_of_an_unknown_call_is_answered_481_and_early_only_486():
    world, anna, bert, carl = three()
    leg = anna.call(bert)
    world.run(1)
    named = anna.core.replaces(leg)
    stranger = Stranger(world)
    for number, (text, status) in enumerate(
        [
            ("nothing;to-tag=1;from-tag=2", 481),
            (str(Replaces(named.call_id, named.to_tag, "wrong")), 481),
            (str(Replaces(named.call_id, named.to_tag, named.from_tag, early_only=True)), 486),
            (f"{named.call_id};to-tag={named.to_tag}", 400),
        ]
    ):
        stranger.ask(
            bert, "INVITE", branch=f"z9hG4bK{number}", call_id=f"c{number}", body=OFFER,
            lines=[("Replaces", text)],
        )  # fmt: skip
        assert stranger.statuses()[-1] == status, text
    again = [("Replaces", str(named)), ("Replaces", str(named))]
    stranger.ask(bert, "INVITE", branch="z9hG4bKx", call_id="cx", body=OFFER, lines=again)
    assert stranger.statuses()[-1] == 400
    assert len(bert.all(Invited)) == 1
    anna.hang_up(leg)
    for party in (anna, bert, carl):
        party.world.run_out()
        assert party.core.counts()["legs"] == 0


def test_ringing_call_is_replaced_only_where_we_made_it():
    world, anna, _, _ = three()
    dora = Party(world, "10.0.0.4", "dora", supported=("replaces",))
    dora.on(Invited, lambda event: dora.core.ring(event.leg, dora.now))
    leg = anna.call(dora)
    world.run(1)
    early = anna.core._book.leg(leg).dialog
    other = Stranger(world)
    # Dora rings: she did not make the call, so nobody may take it from her.
    text = str(Replaces(early.call_id, dora.core._book.leg(dora.only(Invited).leg).dialog.local.tag,
                        early.local.tag))  # fmt: skip
    other.ask(
        dora, "INVITE", branch="z9hG4bKa", call_id="ca", body=OFFER, lines=[("Replaces", text)]
    )
    assert other.statuses() == [481]
