"""A byte stream cut into messages, however the network cuts it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.wires.framing import LARGEST_BODY, LARGEST_HEAD, Beat, Cut, Framer

pytestmark = pytest.mark.unit

FIRST = b"MESSAGE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 5\r\n\r\nhello"
COMPACT = b"INFO sip:a@b SIP/2.0\r\nl:2\r\n\r\nok"
BARE = b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 120), max_size=40))
def test_messages_are_the_same_however_they_are_cut(sizes: list[int]) -> None:
    stream = b"\r\n\r\n" + FIRST + COMPACT + b"\r\n\r\n\r\n\r\n" + BARE
    framer, frames = Framer(), []
    for size in sizes:
        frames += framer.feed(stream[:size])
        stream = stream[size:]
    frames += framer.feed(stream)
    assert frames == [Beat.PING, FIRST, COMPACT, Beat.PING, Beat.PING, BARE]
    assert not framer.partial


def test_a_lone_line_end_is_a_pong_for_who_pings() -> None:
    framer = Framer(pings=True)
    assert framer.feed(b"\r\n") == [Beat.PONG]
    assert framer.feed(b"\r\n" + BARE) == [Beat.PONG, BARE]


def test_a_lone_line_end_before_a_message_is_passed_over() -> None:
    assert Framer().feed(b"\r\n" + BARE) == [Beat.PONG, BARE]


def test_a_message_without_length_has_no_body() -> None:
    assert Framer().feed(b"OPTIONS sip:a SIP/2.0\r\nTo: b\r\n\r\n" + BARE)[1] == BARE


@pytest.mark.parametrize(
    "data",
    [
        b"INFO sip:a SIP/2.0\r\nContent-Length: -5\r\n\r\n",
        b"INFO sip:a SIP/2.0\r\nContent-Length: many\r\n\r\n",
        b"INFO sip:a SIP/2.0\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1),
        b"INFO sip:a SIP/2.0\r\nl: 99999999999\r\n\r\n",
        b"INFO sip:a SIP/2.0\r\nContent-Length: 0\r\nl: 99\r\n\r\n",
        b"INFO sip:a SIP/2.0\r\nContent-Length: 99\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_a_length_that_cannot_be_believed_ends_the_stream(data: bytes) -> None:
    framer = Framer()
    (cut,) = framer.feed(data + BARE)
    assert isinstance(cut, Cut) and cut.head == data
    assert framer.feed(BARE) == []


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (LARGEST_HEAD + 1), b"\nINFO", b"\r\r\n", b"\x16\x03\x01", b"\0", b" INFO",
        b"GET / HTTP/1.1\r\nHost: a SIP/2.0\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_message_ends_the_stream(data: bytes) -> None:
    (cut,) = Framer().feed(data)
    assert isinstance(cut, Cut) and not cut.head


def test_half_a_message_is_partial() -> None:
    framer = Framer()
    assert framer.feed(FIRST[:-1]) == [] and framer.partial
    assert framer.feed(FIRST[-1:]) == [FIRST] and not framer.partial
