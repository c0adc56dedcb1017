"""The basic call flows of RFC 3665, each under its name; proxies are stand-ins that record-route."""

import pytest

from telephony.sip.auth import Challenger, Credentials
from telephony.sip.events import (
    Answered,
    Confirmed,
    Ended,
    Flow,
    Invited,
    Progressed,
    Refused,
    Reoffered,
    Responded,
)
from telephony.sip.message import Request, Response
from tests.stage.exchange import HOST, REALM, Exchange, flow_of, register, seat
from tests.stage.loopback import ANSWER, OFFER, Party, Stranger
from tests.stage.proxy import Proxy
from tests.stage.virtual import World

pytestmark = [pytest.mark.story, pytest.mark.feature("SCH-12")]

ALICE, BOB = "10.0.0.1", "10.0.0.2"
P1, P2, P3 = "10.0.0.51", "10.0.0.52", "10.0.0.53"
NAMES = {ALICE: "alice", BOB: "bob", P1: "proxy1", P2: "proxy2", P3: "proxy3", HOST: "registrar"}


def ladder(world: World, *, trying: bool = False) -> list[str]:
    """What went over the network, once each, in the RFC's words."""
    lines: dict[str, None] = {}
    for sent in world.network.log or ():
        words = sent.first_line.split(" ")
        what = words[1] if words[0] == "SIP/2.0" else words[0]
        if what != "100" or trying:
            source, target = NAMES.get(sent.source[0], "?"), NAMES.get(sent.target[0], "?")
            lines[f"{source} {what} {target}"] = None
    return list(lines)


def alice_and_bob(world: World) -> tuple[Party, Party]:
    return Party(world, ALICE, "alice"), Party(world, BOB, "bob")


def call(
    alice: Party, routes: list[str], *, uri: str = "sip:bob@biloxi.example.com", **more: object
):
    first = routes[0] if routes else BOB
    return alice.core.invite(
        to=uri, from_="<sip:alice@atlanta.example.com>", contact="alice",
        flow=Flow("loop", alice.address, (first, 5060)),
        routes=[f"<sip:{host};lr>" for host in routes],
        **{"sdp": OFFER, "now": alice.now, **more},
    )  # fmt: skip


def proxies(world: World, **second: object) -> tuple[Proxy, Proxy]:
    """Two proxies in a row, the second of which knows where bob is."""
    one = Proxy(world, P1, "proxy1", knows={"biloxi.example.com": (P2, 5060)})
    two = Proxy(world, P2, "proxy2", knows={"biloxi.example.com": (BOB, 5060)}, **second)
    return one, two


def quiet(*parties: Party) -> None:
    parties[0].world.run_out()
    for party in parties:
        assert party.core.idle, (party.name, party.core.counts())


# ── 2 registration ───────────────────────────────────────────────────────────


def office() -> tuple[World, Exchange, Party]:
    world = World()
    return world, Exchange(world), seat(world, "1001", host=BOB, registers=False)


def contacts(bob: Party) -> list[str]:
    told = bob.all(Responded)[-1]
    assert told.status == 200 and told.response is not None
    return told.response.headers.all("Contact")


def test_2_1_successful_new_registration():
    world, exchange, bob = office()
    register(bob)
    world.run(1)
    assert ladder(world) == [
        "bob REGISTER registrar", "registrar 401 bob", "registrar 200 bob",
    ]  # fmt: skip
    assert len(world.sent("REGISTER")) == 2 and contacts(bob) == [
        f"<sip:1001@{BOB}:5060>;expires=3600"
    ]
    assert len(exchange.board.works.registrar.of("1001")) == 1


def test_2_2_update_of_contact_list():
    world, _, bob = office()
    register(bob)
    world.run(1)
    home = seat(world, "1001", host="10.0.0.77", registers=False)
    register(home)
    world.run(1)
    assert contacts(home) == [
        "<sip:1001@10.0.0.77:5060>;expires=3600",
        f"<sip:1001@{BOB}:5060>;expires=3599",
    ]


def test_2_3_request_for_current_contact_list():
    world, _, bob = office()
    register(bob)
    world.run(1)
    bob.core.request(
        "REGISTER", f"sip:{REALM}", to=f"<sip:1001@{REALM}>", from_=f"<sip:1001@{REALM}>",
        flow=flow_of(bob), credentials=Credentials("1001", "secret1"), now=bob.now,
    )  # fmt: skip
    world.run(1)
    assert contacts(bob) == [f"<sip:1001@{BOB}:5060>;expires=3599"]


def test_2_4_cancellation_of_registration():
    world, exchange, bob = office()
    register(bob)
    world.run(1)
    register(bob, expires=0)
    world.run(1)
    assert contacts(bob) == [] and exchange.board.works.registrar.of("1001") == []


def test_2_5_unsuccessful_registration():
    world, exchange, bob = office()
    register(bob, password="wrong")
    world.run(1)
    assert bob.only(Responded).status in (401, 403)
    assert exchange.board.works.registrar.of("1001") == []


# ── 3 session establishment ──────────────────────────────────────────────────


def test_3_1_successful_session_establishment():
    world = World()
    alice, bob = alice_and_bob(world)
    bob.answers(1)
    call(alice, [])
    world.run(2)
    bob.hang_up(bob.only(Invited).leg)
    world.run(1)
    assert ladder(world) == [
        "alice INVITE bob", "bob 180 alice", "bob 200 alice", "alice ACK bob", "bob BYE alice",
        "alice 200 bob",
    ]  # fmt: skip
    assert alice.only(Answered).sdp == ANSWER and alice.only(Ended).cause == "remote"
    quiet(alice, bob)


def test_3_2_session_establishment_through_two_proxies():
    world = World()
    alice, bob = alice_and_bob(world)
    proxies(world)
    bob.answers(1)
    call(alice, [P1])
    world.run(2)
    bob.hang_up(bob.only(Invited).leg)
    world.run(1)
    assert ladder(world) == [
        "alice INVITE proxy1", "proxy1 INVITE proxy2", "proxy2 INVITE bob",
        "bob 180 proxy2", "proxy2 180 proxy1", "proxy1 180 alice",
        "bob 200 proxy2", "proxy2 200 proxy1", "proxy1 200 alice",
        "alice ACK proxy1", "proxy1 ACK proxy2", "proxy2 ACK bob",
        "bob BYE proxy2", "proxy2 BYE proxy1", "proxy1 BYE alice",
        "alice 200 proxy1", "proxy1 200 proxy2", "proxy2 200 bob",
    ]  # fmt: skip
    assert bob.only(Invited).request.headers.get("Max-Forwards") == "68"
    quiet(alice, bob)


def test_3_3_session_with_multiple_proxy_authentication():
    world = World()
    alice, bob = alice_and_bob(world)
    one, two = proxies(world)
    for proxy, realm in ((one, "atlanta.example.com"), (two, "biloxi.example.com")):
        proxy.challenger = Challenger(realm, world.entropy, {"alice": "secret"}.get, proxy=True)
    bob.answers(1)
    leg = call(alice, [P1], credentials=Credentials("alice", "secret"))
    world.run(2)
    assert [s.first_line.split()[1] for s in world.sent("SIP/2.0 407", one.address)] == [
        "407",
        "407",
    ]
    assert len(world.sent("INVITE", alice.address)) == 3
    invite = bob.only(Invited).request
    assert len(invite.headers.all("Proxy-Authorization")) == 2, "each proxy keeps its answer"
    alice.hang_up(leg)
    world.run(1)
    assert alice.only(Answered) and bob.only(Confirmed) and bob.only(Ended).cause == "remote"
    quiet(alice, bob)


def test_3_4_successful_session_with_proxy_failure():
    world = World()
    alice, bob = alice_and_bob(world)
    Proxy(world, P1, "proxy1", dead=True)
    Proxy(world, P2, "proxy2", knows={"biloxi.example.com": (BOB, 5060)})
    bob.answers(1)
    alice.on(Refused, lambda event: call(alice, [P2]))
    call(alice, [P1], patience=4.0)
    world.run(10)
    assert alice.only(Refused).status == 408 and alice.only(Answered)
    assert ladder(world)[:3] == ["alice INVITE proxy1", "alice INVITE proxy2", "proxy2 INVITE bob"]
    bob.hang_up(bob.only(Invited).leg)
    quiet(alice, bob)


def test_3_5_session_through_a_sip_alg():
    """The gateway writes its own address over alice's private one, in Contact and description."""
    world = World()
    alice, bob = alice_and_bob(world)

    def rewrites(message: Request | Response) -> None:
        contact = message.headers.get("Contact")
        if ALICE in contact:
            message.headers.set("Contact", contact.replace(ALICE, P1))
        message.body = message.body.replace(ALICE.encode(), P1.encode())

    knows = {"biloxi.example.com": (P2, 5060), "alice": (ALICE, 5060)}
    Proxy(world, P1, "proxy1", knows=knows, rewrites=rewrites)
    Proxy(world, P2, "proxy2", knows={"biloxi.example.com": (BOB, 5060)})
    bob.answers(1)
    call(alice, [P1])
    world.run(2)
    invite = bob.only(Invited).request
    assert invite.contact is not None and invite.contact.uri.host == P1
    assert invite.sdp is not None and f"c=IN IP4 {P1}".encode() in invite.sdp
    bob.hang_up(bob.only(Invited).leg)
    world.run(1)
    assert alice.only(Ended).cause == "remote" and bob.only(Confirmed)
    quiet(alice, bob)


def test_3_6_session_via_redirect_and_proxy_servers_with_sdp_in_ack():
    world = World()
    alice, bob = alice_and_bob(world)
    Proxy(world, P1, "proxy1", redirects={"bob": "<sip:bob@chicago.example.com>"})
    Proxy(world, P3, "proxy3", knows={"chicago.example.com": (BOB, 5060)})
    bob.on(Invited, lambda event: bob.core.answer(event.leg, OFFER, bob.now))
    alice.on(Answered, lambda event: alice.core.accept_offer(event.leg, ANSWER, alice.now))
    alice.on(Refused, lambda e: call(alice, [P3], uri=str(e.contacts[0]), sdp=None))
    call(alice, [P1], sdp=None)
    world.run(2)
    assert ladder(world) == [
        "alice INVITE proxy1", "proxy1 302 alice", "alice ACK proxy1",
        "alice INVITE proxy3", "proxy3 INVITE bob", "bob 200 proxy3", "proxy3 200 alice",
        "alice ACK proxy3", "proxy3 ACK bob",
    ]  # fmt: skip
    assert alice.only(Refused).status == 302 and bob.only(Confirmed).sdp == ANSWER
    bob.hang_up(bob.only(Invited).leg)
    quiet(alice, bob)


def test_3_7_session_with_reinvite_ip_address_change():
    world = World()
    alice, bob = Party(world, ALICE, "alice"), Stranger(world, BOB)
    moved = Stranger(world, "10.0.0.88")
    leg = call(alice, [], uri=f"sip:bob@{BOB}")
    world.run(0.1)
    invite = bob.requests("INVITE")[0]
    bob.reply(alice, invite, 200, body=ANSWER)
    alice.on(
        Reoffered,
        lambda event: alice.core.accept_offer(event.leg, ANSWER, alice.now),
    )
    moved.ask(
        alice, "INVITE", seq=14, tag=invite.from_.tag, from_tag="t1", call_id=invite.call_id,
        body=OFFER.replace(b"10.0.0.1", b"10.0.0.88"),
    )  # fmt: skip
    assert moved.statuses("INVITE")[-1] == 200
    moved.ask(
        alice, "ACK", seq=14, tag=invite.from_.tag, from_tag="t1", call_id=invite.call_id,
        branch="z9hG4bKack",
    )  # fmt: skip
    alice.hang_up(leg)
    world.run(0.1)
    assert len(moved.requests("BYE")) == 1 and bob.requests("BYE") == []
    moved.reply(alice, moved.requests("BYE")[0], 200)
    quiet(alice)


def test_3_8_unsuccessful_no_answer():
    world = World()
    alice, bob = alice_and_bob(world)
    proxies(world)
    bob.on(Invited, lambda event: bob.core.ring(event.leg, bob.now))
    leg = call(alice, [P1])
    world.run(10)
    alice.hang_up(leg)
    world.run(2)
    assert ladder(world)[6:] == [
        "alice CANCEL proxy1", "proxy1 CANCEL proxy2", "proxy2 CANCEL bob",
        "bob 200 proxy2", "bob 487 proxy2", "proxy2 200 proxy1", "proxy2 487 proxy1",
        "proxy1 200 alice", "proxy1 487 alice",
        "alice ACK proxy1", "proxy1 ACK proxy2", "proxy2 ACK bob",
    ]  # fmt: skip
    assert alice.only(Progressed).status == 180 and bob.only(Ended).cause == "remote"
    quiet(alice, bob)


def refused_by_bob(status: int) -> None:
    world = World()
    alice, bob = alice_and_bob(world)
    proxies(world)
    bob.on(Invited, lambda event: bob.core.refuse(event.leg, status, bob.now))
    call(alice, [P1])
    world.run(2)
    assert ladder(world) == [
        "alice INVITE proxy1", "proxy1 INVITE proxy2", "proxy2 INVITE bob",
        f"bob {status} proxy2", f"proxy2 {status} proxy1", f"proxy1 {status} alice",
        "alice ACK proxy1", "proxy1 ACK proxy2", "proxy2 ACK bob",
    ]  # fmt: skip
    assert alice.only(Refused).status == status
    quiet(alice, bob)


def test_3_9_unsuccessful_busy():
    refused_by_bob(486)


def test_3_10_unsuccessful_no_response_from_user_agent():
    world = World(loses=lambda sent: sent.target == (BOB, 5060))
    alice, bob = alice_and_bob(world)
    proxies(world, patience=32.0)
    call(alice, [P1])
    world.run(60)
    assert alice.only(Refused).status == 480
    assert "proxy2 100 proxy1" in ladder(world, trying=True)
    assert "alice ACK proxy1" in ladder(world)
    quiet(alice, bob)


def test_3_11_unsuccessful_temporary_failure():
    refused_by_bob(480)
