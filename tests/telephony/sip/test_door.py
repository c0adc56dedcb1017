"""What the core refuses by itself, and how its answers find their way (RFC 3261 §8.2, §18.2)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.errors import BadHeader
from telephony.sip import headers
from telephony.sip.core import METHODS
from telephony.sip.events import Ended, Flow, Invited, Requested, Responded
from tests.stage.loopback import OFFER, Party, Stranger
from tests.stage.virtual import World

pytestmark = pytest.mark.story


def bert_and_stranger(**options: object) -> tuple[World, Party, Stranger]:
    world = World()
    return world, Party(world, "10.0.0.2", "bert", **options), Stranger(world)


# ── refusals ─────────────────────────────────────────────────────────────────


def test_unknown_method_is_answered_405_with_the_methods_we_know():
    _, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "PUBLISH")
    assert stranger.statuses() == [405]
    assert stranger.last().headers.all("Allow") == list(METHODS)


def test_unknown_extension_is_answered_420_and_named():
    _, bert, stranger = bert_and_stranger(supported=("timer",))
    lines = [("Require", "timer, 100rel"), ("Require", "flying")]
    stranger.ask(bert, "INVITE", body=OFFER, lines=lines)
    assert stranger.statuses() == [420]
    assert stranger.last().headers.all("Unsupported") == ["100rel", "flying"]
    assert bert.events == []


def test_request_that_came_by_two_ways_is_answered_482_the_second_time():
    _, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "INVITE", branch="z9hG4bKa", body=OFFER)
    stranger.ask(bert, "INVITE", branch="z9hG4bKb", body=OFFER)
    assert stranger.statuses() == [482]
    assert len(bert.all(Invited)) == 1


def test_body_that_is_no_description_is_answered_415():
    _, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "INVITE", lines=[("Content-Type", "text/plain")])
    assert len(bert.all(Invited)) == 1, "no body, no complaint"
    text = "INVITE sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
    text += "From: <sip:x@lab>;tag=s2\nTo: <sip:bert@lab>\nCall-ID: c2\nCSeq: 1 INVITE\n"
    text += "Contact: <sip:x@10.0.0.9>\nContent-Type: text/html\nContent-Length: 2\n\nhi"
    stranger.say(bert, text)
    assert stranger.statuses()[-1] == 415
    assert stranger.last().headers.get("Accept") == "application/sdp"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("CSeq: 1 OPTIONS", "CSeq: one OPTIONS"), 400),
        (("CSeq: 1 OPTIONS", "CSeq: 4294967296 OPTIONS"), 400),
        (("CSeq: 1 OPTIONS", f"CSeq: {'9' * 5000} OPTIONS"), 400),
        (("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"), 400),
        (("Content-Length: 0", "Content-Length: 9999"), 400),
        (("Content-Length: 0", "Content-Length: -1"), 400),
        (("Content-Length: 0", "Content-Length: 0\nContent-Length: 5"), 400),
        (("Call-ID: c1", "Call-ID: c1\nCall-ID: c2"), 400),
        (("Subject: x", "Subject x"), 400),
        (("Subject: x", "Subject: a\0b"), 400),
        (("sip:bert@10.0.0.2 SIP/2.0", "mailto:bert@lab SIP/2.0"), 416),
        (("sip:bert@10.0.0.2 SIP/2.0", "sip:bert@10.0.0.2:99999 SIP/2.0"), 400),
        (("sip:bert@10.0.0.2 SIP/2.0", "sip:bert@10.0.0.2 SIP/7.0"), 505),
        (("Subject: x", f"Subject: {'x' * 40_000}"), 513),
        (("Content-Length: 0\n\n", f"Content-Length: 17000\n\n{'x' * 17_000}"), 413),
    ],
)
def test_broken_request_is_answered_and_nothing_of_it_is_kept(change: tuple[str, str], status: int):
    _, bert, stranger = bert_and_stranger()
    text = "OPTIONS sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
    text += "From: <sip:x@lab>;tag=s2\nTo: <sip:bert@lab>\nCall-ID: c1\nCSeq: 1 OPTIONS\n"
    text += "Subject: x\nContent-Length: 0\n\n"
    assert change[0] in text
    stranger.say(bert, text.replace(*change))
    assert stranger.statuses() == [status]
    assert bert.core.idle and bert.events == []


def test_broken_ack_and_broken_response_are_dropped():
    _, bert, stranger = bert_and_stranger()
    stranger.say(bert, "ACK sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9\n\n")
    stranger.say(bert, "SIP/2.0 200 OK\nVia: nonsense\n\n")
    stranger.say(bert, "SIP/2.0 200 OK\n\n")
    assert stranger.heard == [] and bert.core.idle


@pytest.mark.parametrize("data", [b"\r\n\r\n", b"\0\0\0\0", b"", b"\0\1\0\10stun", b"jaK"])
def test_keep_alives_are_not_answered(data: bytes):
    _, bert, stranger = bert_and_stranger()
    stranger.say(bert, data)
    assert stranger.heard == [] and bert.core.idle


def test_method_that_nobody_defined_is_answered_501():
    _, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "JUGGLE")
    assert stranger.statuses() == [501]
    assert stranger.last().headers.all("Allow") == list(METHODS)


@pytest.mark.parametrize(
    ("line", "status", "answer"),
    [
        (("Accept", "text/plain"), 406, None),
        (("Accept", "text/plain, application/*;q=0.5"), None, None),
        (("Content-Encoding", "gzip"), 415, ("Accept-Encoding", "identity")),
        (("Content-Encoding", "identity"), None, None),
        (("Max-Forwards", "many"), 400, None),
        (("Max-Forwards", "256"), 400, None),
        (("Contact", "sip:x@lab?Route=y"), 400, None),
        (("Record-Route", "<nonsense>"), 400, None),
        (("Session-Expires", "30"), 422, ("Min-SE", "90")),
        (("Replaces", "nothing;to-tag=1;from-tag=2"), None, None),
        (("Require", "replaces"), 420, ("Unsupported", "replaces")),
    ],
)
def test_invite_that_cannot_be_carried_on_is_refused(
    line: tuple[str, str], status: int | None, answer: tuple[str, str] | None
):
    _, bert, stranger = bert_and_stranger()
    text = "INVITE sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
    text += "From: <sip:x@lab>;tag=s2\nTo: <sip:bert@lab>\nCall-ID: c2\nCSeq: 1 INVITE\n"
    text += f"{line[0]}: {line[1]}\n"
    text += "" if line[0] == "Contact" else "Contact: <sip:x@10.0.0.9>\n"
    text += f"Content-Type: application/sdp\nContent-Length: {len(OFFER)}\n\n"
    stranger.say(bert, text.replace("\n", "\r\n").encode() + OFFER)
    if status is None:
        assert bert.only(Invited) and stranger.statuses() == []
        return
    assert stranger.statuses() == [status] and bert.all(Invited) == []
    if answer:
        assert stranger.last().headers.get(answer[0]) == answer[1]


def test_body_that_may_be_passed_over_is():
    _, bert, stranger = bert_and_stranger()
    lines = [("Content-Disposition", "render; handling=optional"), ("Content-Type", "text/html")]
    text = "INVITE sip:bert@10.0.0.2 SIP/2.0\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKz\n"
    text += "From: <sip:x@lab>;tag=s2\nTo: <sip:bert@lab>\nCall-ID: c2\nCSeq: 1 INVITE\n"
    text += "".join(f"{name}: {value}\n" for name, value in lines)
    stranger.say(bert, text + "Contact: <sip:x@10.0.0.9>\nContent-Length: 2\n\nhi")
    assert bert.only(Invited).request.sdp is None


# ── ways back ────────────────────────────────────────────────────────────────


def test_answer_goes_to_the_port_the_request_came_from_where_rport_asks_for_it():
    _, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "BYE", via="SIP/2.0/UDP 192.168.1.5:7777;rport;branch=z9hG4bKr")
    assert str(stranger.last().via) == (
        "SIP/2.0/UDP 192.168.1.5:7777;rport=5060;branch=z9hG4bKr;received=10.0.0.9"
    )


def test_answer_goes_to_the_port_of_the_via_without_rport():
    world, bert, stranger = bert_and_stranger()
    other = Stranger(world, "10.0.0.9", 7777)
    stranger.ask(bert, "BYE", via="SIP/2.0/UDP phone.lab:7777;branch=z9hG4bKr")
    assert stranger.heard == []
    assert other.last().via.param("received") == "10.0.0.9"


def test_every_via_returns_in_order():
    _, bert, stranger = bert_and_stranger()
    below = "SIP/2.0/UDP a.lab;branch=z9hG4bK2, SIP/2.0/TCP [2001:db8::1]:5062;branch=z9hG4bK3"
    via = "SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bK1"
    stranger.ask(bert, "BYE", via=via, lines=[("Via", below)])
    vias = stranger.last().headers.all("Via")
    assert [headers.via(value).branch[-1] for value in vias] == ["1", "2", "3"]


def test_peer_without_magic_cookie_is_matched_by_what_it_says():
    _, bert, stranger = bert_and_stranger()
    bert.on(Invited, lambda event: bert.core.refuse(event.leg, 486, bert.now))
    via = "SIP/2.0/UDP 10.0.0.9:5060;branch=1"
    stranger.ask(bert, "INVITE", via=via, body=OFFER)
    stranger.ask(bert, "INVITE", via=via, body=OFFER)
    assert len(bert.all(Invited)) == 1 and stranger.statuses() == [486, 486]
    tag = stranger.last().to.tag
    stranger.ask(bert, "ACK", via=via, tag=tag)
    bert.world.run_out()
    assert stranger.statuses() == [486, 486]


def test_compact_folded_and_chinese_headers_are_understood():
    _, bert, stranger = bert_and_stranger()
    text = (
        "MESSAGE sip:bert@10.0.0.2 SIP/2.0\nv: SIP/2.0/UDP\n 10.0.0.9:5060;rport\n\t;branch=z9hG4bKf\n"
        'f: "王小明, 客服\\"一\\"部" <sip:x@lab>\n ;tag=s1\nt:sip:bert@lab\ni: c1\n'
        "CSeq:  7   MESSAGE\nc: text/plain;charset=utf-8\ns: 测试\nl: 6\n\n您好"
    )
    stranger.say(bert, text)
    request = bert.only(Requested).request
    assert request.from_.display == '王小明, 客服"一"部' and request.from_.tag == "s1"
    assert request.to.uri.user == "bert" and request.headers.get("Subject") == "测试"
    assert request.body.decode() == "您好"


def test_names_that_a_gateway_sent_in_gb18030_are_read():
    _, bert, stranger = bert_and_stranger()
    text = (
        "MESSAGE sip:bert@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9;rport;branch=z9hG4bKf\r\n"
    )
    text += 'From: "张伟" <sip:x@lab>;tag=1\r\nTo: <sip:bert@lab>\r\nCall-ID: c\r\nCSeq: 1 MESSAGE\r\n\r\n'
    stranger.say(bert, text.encode("gb18030"))
    assert bert.only(Requested).request.from_.display == "张伟"


# ── outside dialogs ──────────────────────────────────────────────────────────


def test_options_is_asked_and_answered():
    world = World()
    anna, bert = Party(world, "10.0.0.1", "anna"), Party(world, "10.0.0.2", "bert")
    bert.on(Requested, lambda e: bert.core.respond(e.key, 200, bert.now, headers=[("X-Up", "1")]))
    key = anna.core.request(
        "OPTIONS", "sip:10.0.0.2", to="<sip:10.0.0.2>", from_="<sip:anna@lab>",
        flow=anna.flow_to(bert), now=world.now,
    )  # fmt: skip
    world.run_out()
    told = anna.only(Responded)
    assert told.response.headers.text("Supported") == bert.core._station.supports != ""
    assert (told.key, told.status) == (key, 200) and told.response.headers.get("X-Up") == "1"
    assert anna.core.idle and bert.core.idle


def test_request_nobody_answers_is_told_as_408_and_a_broken_flow_as_503():
    world = World()
    anna = Party(world, "10.0.0.1", "anna")
    nowhere = Flow("loop", anna.address, ("10.9.9.9", 5060))
    asked = {"to": "<sip:x@lab>", "from_": "<sip:anna@lab>", "flow": nowhere}
    anna.core.request("OPTIONS", "sip:x@lab", **asked, now=world.now)
    world.run_out()
    assert anna.only(Responded).status == 408 and len(world.sent("OPTIONS")) == 11
    anna.core.request("OPTIONS", "sip:x@lab", **asked, now=world.now)
    anna.core.broken(nowhere, "no route", world.now)
    world.run_out()
    assert [event.status for event in anna.all(Responded)] == [408, 503]
    assert anna.core.idle


def test_request_the_user_forgets_leaves_nothing():
    world, bert, stranger = bert_and_stranger()
    stranger.ask(bert, "OPTIONS")
    assert bert.only(Requested) and not bert.core.idle
    world.run_out()
    assert bert.core.idle


def test_header_of_two_lines_is_refused_before_it_is_sent():
    world = World()
    anna, bert = Party(world, "10.0.0.1", "anna"), Party(world, "10.0.0.2", "bert")
    with pytest.raises(BadHeader, match="X-Evil must be one line"):
        anna.call(bert, headers=[("X-Evil", "a\r\nVia: forged")])
    assert anna.core.idle and anna.core.outbox() == []


# ── anything at all ──────────────────────────────────────────────────────────

GOOD = (
    b"INVITE sip:bert@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bK1\r\n"
    b'Max-Forwards: 70\r\nFrom: "x" <sip:x@lab>;tag=1\r\nTo: <sip:bert@lab>\r\nCall-ID: c1\r\n'
    b"CSeq: 1 INVITE\r\nContact: <sip:x@10.0.0.9>\r\nRecord-Route: <sip:p@10.0.0.9;lr>\r\n"
    b"Require: \r\nContent-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0"
)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_datagram_makes_the_core_raise(data: bytes):
    world = World()
    bert = Party(world, "10.0.0.2", "bert")
    bert.core.receive(Flow("loop", bert.address, ("10.0.0.9", 5060)), data, 0.0)
    assert bert.core.counts()["legs"] == 0


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.binary(max_size=6)), max_size=4
    )
)
def test_no_mutated_invite_makes_the_core_raise_or_leaves_anything(
    cuts: list[tuple[int, int, bytes]],
):
    data = GOOD
    for at, length, piece in cuts:
        data = data[:at] + piece + data[at + length :]
    world = World()
    bert = Party(world, "10.0.0.2", "bert")
    bert.core.receive(Flow("loop", bert.address, ("10.0.0.9", 5060)), data, 0.0)
    for event in bert.core.events():
        if isinstance(event, Invited):
            bert.core.answer(event.leg, OFFER, 0.0)
            bert.core.receive(Flow("loop", bert.address, ("10.0.0.9", 5060)), data, 0.1)
    world.run_out()
    assert bert.core.idle
    assert all(isinstance(event, Ended | Requested) for event in bert.events)
