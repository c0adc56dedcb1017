"""Keys in session descriptions: offered, answered, refused where they would be no secret."""

from __future__ import annotations

import base64

import pytest

from telephony.errors import BadSdp
from telephony.sip import crypto, sdp

pytestmark = pytest.mark.unit

KEY = base64.b64encode(bytes(range(30))).decode()
OTHER = base64.b64encode(bytes(range(30, 60))).decode()
HEAD = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
OURS = crypto.make_keys(lambda size: b"\x07" * size)


def offer(*lines: str, protocol: str = "RTP/SAVP") -> bytes:
    return (HEAD + "\r\n".join((f"m=audio 4000 {protocol} 8", *lines)) + "\r\n").encode()


def line(suite: str = crypto.SUITES[0], key: str = KEY, more: str = "", tag: int = 3) -> str:
    return f"a=crypto:{tag} {suite} inline:{key}{more}"


def test_our_offer_is_answered_with_the_others_key() -> None:
    ours = sdp.make_offer("10.0.0.2", 5000, keys=OURS)
    theirs = sdp.parse(ours, secure=True)
    assert theirs.key == OURS[0] and b"m=audio 5000 RTP/SAVP" in ours
    mine = crypto.make_keys(lambda size: b"\x09" * size)
    back = sdp.parse(sdp.answer_to(theirs, "10.0.0.3", 6000, keys=mine), secure=True)
    told = crypto.agreed(back.key, OURS)
    assert (told.suite, told.sends, told.hears) == (crypto.SUITES[0], OURS[0].key, mine[0].key)


def test_the_first_suite_we_have_is_taken_under_its_own_tag() -> None:
    body = offer(line("AES_256_CM_HMAC_SHA1_80"), line(crypto.SUITES[1], OTHER, tag=9))
    theirs = sdp.parse(body, secure=True)
    answer = sdp.answer_to(theirs, "10.0.0.3", 6000, keys=OURS)
    assert f"a=crypto:9 {crypto.SUITES[1]} inline:{OURS[1].key}".encode() in answer
    assert answer.count(b"a=crypto") == 1


@pytest.mark.parametrize("more", ["", "|2^31", " WSH=128", "|2^20 WSH=64"])
def test_a_lifetime_and_a_window_hint_are_let_be(more: str) -> None:
    assert sdp.parse(offer(line(more=more)), secure=True).key == crypto.Crypto(
        3, crypto.SUITES[0], KEY
    )


@pytest.mark.parametrize(
    ("more", "mki", "mark"),
    [
        ("|2^20|1:4", "1:4", "00000001"),
        ("|65535:2", "65535:2", "ffff"),
        ("|2^31|1:32 WSH=64", "1:32", "01".zfill(64)),
    ],
)
def test_who_names_the_key_in_each_packet_is_answered_alike(more: str, mki: str, mark: str) -> None:
    theirs = sdp.parse(offer(line(more=more)), secure=True)
    assert theirs.key and theirs.key.mki == mki
    ours = crypto.echoing(theirs.key, OURS)
    answer = sdp.answer_to(theirs, "10.0.0.3", 6000, keys=ours).decode()
    assert f"a=crypto:3 {crypto.SUITES[0]} inline:{OURS[0].key}|{mki}\r\n" in answer
    told = crypto.agreed(theirs.key, ours)
    assert (told.mki_sent, told.mki_heard) == (mark, mark)
    plain = crypto.echoing(crypto.Crypto(3, crypto.SUITES[0], KEY), ours)
    assert plain == OURS, "a new offer that names none is answered with none"


def test_only_what_an_answer_names_is_marked() -> None:
    """We offered no name, so what we send has none; they may name theirs."""
    answer = sdp.parse(offer(line(more="|7:1", tag=1)), secure=True).as_answer(OURS)
    told = crypto.agreed(answer.key, OURS)
    assert (told.mki_sent, told.mki_heard) == ("", "07")


@pytest.mark.parametrize(
    "bad",
    [
        line(more="|1:0"), line(more="|256:1"), line(more="|1:129"), line(more="|x:4"), line(more="|1:"),
        line(more="|1:4|2^20"), line(more="|1:4|2:4"), line(more="|²:4"),
        line(more=" UNENCRYPTED_SRTP"), line(more=" KDR=1"),
        line(key="c2hvcnQ="), line(key="%%%"), "a=crypto:x", "a=crypto:1 AES_CM_128_HMAC_SHA1_80",
        line("F8_128_HMAC_SHA1_80"), line(key=f"{KEY};inline:{OTHER}"),
    ],
)  # fmt: skip
def test_what_we_cannot_secure_is_refused_with_488(bad: str) -> None:
    with pytest.raises(BadSdp) as refused:
        _ = sdp.parse(offer(bad), secure=True).audio
    assert refused.value.status == 488


def test_keys_over_open_signalling_are_refused_with_488() -> None:
    with pytest.raises(BadSdp, match="register by TLS") as refused:
        _ = sdp.parse(offer(line())).audio
    assert refused.value.status == 488


def test_of_two_streams_the_secured_one_is_taken_where_it_may_be() -> None:
    both = HEAD + f"m=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/SAVP 8\r\n{line()}\r\n"
    secure, plain = sdp.parse(both.encode(), secure=True), sdp.parse(both.encode())
    assert (secure.port, plain.port) == (4002, 4000)
    answer = sdp.answer_to(secure, "10.0.0.3", 6000, keys=OURS).decode()
    assert "m=audio 0 RTP/AVP 8" in answer and "m=audio 6000 RTP/SAVP 8" in answer
    answer = sdp.answer_to(plain, "10.0.0.3", 6000).decode()
    assert "m=audio 6000 RTP/AVP 8" in answer and "m=audio 0 RTP/SAVP 8" in answer


def test_plain_sound_is_taken_over_secured_signalling_too() -> None:
    theirs = sdp.parse(offer(protocol="RTP/AVP"), secure=True)
    assert theirs.key is None and crypto.agreed(theirs.key, OURS) == crypto.Agreed()
    assert b"crypto" not in sdp.answer_to(theirs, "10.0.0.3", 6000, keys=OURS)


def test_what_was_offered_secured_is_not_answered_in_the_clear() -> None:
    secured, plain = sdp.parse(offer(line()), secure=True), sdp.parse(offer(protocol="RTP/AVP"))
    assert secured.as_answer(OURS) is secured and plain.as_answer(()) is plain
    with pytest.raises(BadSdp, match="only in the clear") as refused:
        plain.as_answer(OURS)
    assert refused.value.status == 488


def test_no_key_is_ever_shown() -> None:
    theirs = sdp.parse(offer(line()), secure=True)
    shown = f"{theirs!r}{OURS!r}{crypto.agreed(theirs.key, OURS)!r}{theirs.key!r}"
    assert KEY not in shown and OURS[0].key not in shown
