"""Addresses, header values, messages and descriptions, read and written."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import telephony
from telephony.errors import BadMessage, BadSdp
from telephony.sip import events, headers, message, rules, sdp, uri
from telephony.sip.core import SipCore
from telephony.sip.headers import NameAddr
from telephony.sip.message import Headers, Request
from telephony.sip.uri import Uri

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "sip:1001@127.0.0.1:5060;transport=udp",
        "sips:alice@atlanta.example.com",
        "sip:[2001:db8::10]:5070",
        "sip:%E7%8E%8B@lab.invalid",
        "sip:1001@lab;lr?Subject=x",
        "tel:+86-10-5550-0100;phone-context=lab",
    ],
)
def test_address_read_and_written_is_the_same(text: str):
    assert str(uri.parse(text)) == text


def test_parts_of_an_address():
    found = uri.parse("SIP:%E7%8E%8B@[2001:DB8::1]:5070;LR;x=Y")
    assert (found.scheme, found.user, found.host, found.port) == ("sip", "王", "2001:db8::1", 5070)
    assert found.param("lr") == "" and found.param("x") == "Y" and found.param("z") is None
    assert str(found.bare()) == "sip:%E7%8E%8B@[2001:db8::1]:5070"


@pytest.mark.parametrize(
    "text", ["", "sip:", "sip:a@", "sip:a b@c", "sip:a@b:123456", "1001", "sip:<a@b>"]
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(BadMessage) as refused:
        uri.parse(text)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("text", "display", "user", "tag"),
    [
        ('"李, \\"雷\\"" <sip:1@lab>;tag=x', '李, "雷"', "1", "x"),
        ("Bob <sip:2@lab>;tag=y;other", "Bob", "2", "y"),
        ("<sip:3@lab;tag=inside>", "", "3", ""),
        ("sip:4@lab;tag=z", "", "4", "z"),
        ('"a <b>"<sip:5@lab>', "a <b>", "5", ""),
    ],
)
def test_parties_are_read(text: str, display: str, user: str, tag: str):
    found = headers.name_addr(text)
    assert (found.display, found.uri.user, found.tag) == (display, user, tag)
    assert headers.name_addr(str(found)) == found


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_every_display_name_survives(display: str):
    display = display.strip()
    written = str(NameAddr(Uri("lab", "1"), display))
    assert headers.name_addr(written).display == display


def test_lists_are_cut_at_their_commas_only():
    text = '"a, b" <sip:1@lab;x=1,2>;q=1, <sip:2@lab> , sip:3@lab'
    assert headers.split(text) == ['"a, b" <sip:1@lab;x=1,2>;q=1', "<sip:2@lab>", "sip:3@lab"]


def test_header_names_know_their_short_forms_and_spelling():
    fields = Headers(
        [("i", "c"), ("CALL-id", "d"), ("x-lab-call", "7"), ("v", "a"), ("Via", "b, c")]
    )
    assert fields.all("Call-ID") == ["c", "d"] and fields.get("X-Lab-Call") == "7"
    assert fields.all("via") == ["a", "b", "c"]
    assert [name for name, _ in fields][:2] == ["Call-ID", "Call-ID"]


def test_request_written_and_read_is_the_same():
    fields = [("Via", "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa"), ("From", '"王" <sip:1@lab>;tag=1')]
    fields += [("To", "<sip:2@lab>"), ("Call-ID", "c"), ("CSeq", "1 MESSAGE")]
    sent = Request("MESSAGE", "sip:2@lab", Headers(fields), "您好".encode())
    came = message.parse(bytes(sent))
    rules.check(came, 1, 1000, 1000)
    assert isinstance(came, Request)
    assert (came.method, came.uri, came.body.decode()) == ("MESSAGE", "sip:2@lab", "您好")
    assert came.from_.display == "王" and came.cseq == (1, "MESSAGE")
    assert came.headers.get("Content-Length") == "6"


def test_what_follows_the_declared_body_is_dropped():
    came = message.parse(b"OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 2\r\n\r\nabcdef")
    assert came.body == b"ab"


# ── descriptions ─────────────────────────────────────────────────────────────


def test_offer_and_answer_agree_on_the_offerers_first_codec_and_its_numbers():
    offer = sdp.parse(sdp.make_offer("10.0.0.1", 4000, ("PCMU", "PCMA"), event_type=96))
    answer = sdp.parse(sdp.answer_to(offer, "10.0.0.2", 5000, ("PCMA", "PCMU")))
    assert (answer.codec, answer.payload_type, answer.event_type) == ("PCMU", 0, 96)
    assert (answer.host, answer.port, answer.direction, answer.ptime) == (
        "10.0.0.2", 5000, "sendrecv", 20,
    )  # fmt: skip
    assert answer.codecs == (("PCMU", 0),)


@pytest.mark.parametrize(
    ("offered", "ours", "answered"),
    [
        ("sendonly", "sendrecv", "recvonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendrecv", "sendonly", "sendonly"),
        ("sendonly", "sendonly", "inactive"),
        ("recvonly", "sendrecv", "sendonly"),
    ],
)
def test_hold_is_answered_by_what_is_left(
    offered: sdp.Direction, ours: sdp.Direction, answered: str
):
    offer = sdp.parse(sdp.make_offer("10.0.0.1", 4000, direction=offered))
    answer = sdp.parse(sdp.answer_to(offer, "10.0.0.2", 5000, direction=ours))
    assert answer.direction == answered


def test_foreign_description_is_read_and_its_other_streams_refused():
    text = (
        "v=0\r\no=bob 2890844526 2890842807 IN IP6 2001:db8::7\r\ns= \r\nc=IN IP6 2001:db8::7\r\n"
        "t=0 0\r\na=sendonly\r\nm=video 9000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        "m=audio 7000 RTP/AVP 111 9 97 8 98\r\na=rtpmap:111 opus/48000/2\r\n"
        "a=rtpmap:97 telephone-event/48000\r\na=rtpmap:98 Telephone-Event/8000\r\na=ptime:40\r\n"
    )
    found = sdp.parse(text.encode())
    assert found.codecs == (("G722", 9), ("PCMA", 8)) and found.event_type == 98
    assert (found.host, found.port, found.ptime) == ("2001:db8::7", 7000, 40)
    assert found.direction == "sendonly" and found.sends and not found.receives
    answer = sdp.answer_to(found, "::1", 5000, ("PCMA",)).decode()
    assert "m=video 0 RTP/AVP 96\r\n" in answer and "m=audio 5000 RTP/AVP 8 98\r\n" in answer
    assert answer.index("m=video") < answer.index("m=audio") and "IN IP6 ::1" in answer


@pytest.mark.parametrize(
    ("theirs", "ours", "chosen"),
    [
        (("G722", "PCMA"), ("PCMA", "PCMU", "G722"), "PCMA"),
        (("G722", "PCMU", "PCMA"), ("PCMA", "PCMU", "G722"), "PCMU"),
        (("G722",), ("PCMA", "PCMU", "G722"), "G722"),
        (("PCMA", "G722"), ("G722", "PCMA"), "G722"),
        (("PCMU", "PCMA"), ("G722", "PCMA"), "PCMA"),
        (("G722", "PCMA"), ("PCMA", "PCMU"), "PCMA"),
    ],
)
def test_wideband_is_taken_where_nothing_else_fits_or_we_want_it(
    theirs: tuple[str, ...], ours: tuple[str, ...], chosen: str
):
    offer = sdp.parse(sdp.make_offer("10.0.0.1", 4000, theirs))
    assert offer.choose(ours) == (chosen, sdp.CODECS[chosen])
    answer = sdp.parse(sdp.answer_to(offer, "10.0.0.2", 5000, ours))
    assert answer.codecs == ((chosen, sdp.CODECS[chosen]),)


def test_wideband_alone_is_refused_where_we_have_none():
    offer = sdp.parse(sdp.make_offer("10.0.0.1", 4000, ("G722",)))
    with pytest.raises(BadSdp) as refused:
        offer.choose(("PCMA", "PCMU"))
    assert refused.value.status == 488


def test_old_way_to_hold_is_understood():
    offer = sdp.make_offer("10.0.0.1", 4000).replace(b"c=IN IP4 10.0.0.1", b"c=IN IP4 0.0.0.0")
    assert sdp.parse(offer).direction == "sendonly"


def test_codec_number_that_was_given_away_is_not_assumed():
    offer = sdp.make_offer("10.0.0.1", 4000).replace(b"a=rtpmap:8 PCMA", b"a=rtpmap:8 SPEEX")
    assert sdp.parse(offer).codecs == (("PCMU", 0),)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ((b"RTP/AVP 8 0 101", b"RTP/AVP 18"), 488),
        ((b"m=audio 4000", b"m=video 4000"), 488),
        ((b"m=audio 4000", b"m=audio 0"), 488),
        ((b"RTP/AVP", b"RTP/SAVP"), 488),
        ((b"m=audio 4000", b"m=audio x"), 400),
        ((b"v=0", b"v=1"), 400),
        ((b"o=-", b"q=-"), 400),
    ],
)
def test_description_we_cannot_use_is_refused(change: tuple[bytes, bytes], status: int):
    offer = sdp.make_offer("10.0.0.1", 4000)
    assert change[0] in offer
    with pytest.raises(BadSdp) as refused:
        sdp.parse(offer.replace(*change)).choose(("PCMA", "PCMU"))
    assert refused.value.status == status


@pytest.mark.parametrize("number", ["9" * 5000, "²"], ids=["endless", "superscript"])
def test_a_number_that_is_none_is_passed_over(number: str) -> None:
    offer = sdp.make_offer("10.0.0.1", 4000).decode()
    odd = offer.replace("RTP/AVP ", f"RTP/AVP {number} ")
    odd += f"a=ptime:{number}\r\na=rtpmap:{number} PCMA/8000\r\n"
    assert sdp.parse(odd.encode()).codec == "PCMA"
    with pytest.raises(BadSdp):
        sdp.parse(offer.replace("m=audio 4000", f"m=audio {number}").encode())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.integers(0, 9), st.binary(max_size=5))
def test_no_mutated_description_raises_anything_but_its_own_error(at: int, cut: int, piece: bytes):
    offer = sdp.make_offer("10.0.0.1", 4000)
    try:
        found = sdp.parse(offer[:at] + piece + offer[at + cut :])
        assert sdp.answer_to(found, "10.0.0.2", 5000).startswith(b"v=0")
    except BadSdp as bad:
        assert bad.status in (400, 488)


def test_table_of_the_readme_names_what_there_is():
    """Every verb, event and story that the room's README promises exists."""
    readme = Path(telephony.__file__).with_name("README.md").read_text(encoding="utf-8")
    table = readme.partition("## What the SIP core does")[2].partition("## ")[0]
    rows = [
        row.split("|") for row in table.splitlines() if row.startswith("| ") and "`test_" in row
    ]
    assert len(rows) >= 9
    for _, _, _, say, hear, stories, _ in rows:
        for verb in words_of(say):
            assert (
                verb in ("sdp", "routes", "hops") or verb[0].isupper() or hasattr(SipCore, verb)
            ), verb
        for event in words_of(hear):
            assert hasattr(events, event), event
        for story in words_of(stories):
            assert Path(__file__).with_name(f"{story}.py").exists(), story


def words_of(cell: str) -> list[str]:
    return [word for ticked in re.findall(r"`([^`(]+)[^`]*`", cell) for word in ticked.split()]
