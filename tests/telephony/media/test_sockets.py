"""Who the kernel lets speak to a leg: everybody, then its far end only, then everybody again."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from telephony.media.sockets import UdpNet
from tests.telephony.media.test_worker import HOST, free_port

pytestmark = [
    pytest.mark.wire,
    pytest.mark.skipif(sys.platform != "linux", reason="sockets are narrowed on Linux only"),
]


class Place:
    """A leg's port with a far end and a stranger, all on this machine, where sending is arriving."""

    def __init__(self, host: str = HOST) -> None:
        self.net = UdpNet()
        self.port = free_port()
        self.net.open("leg", host, self.port)
        self.far, self.stranger = self.telephone(), self.telephone()

    def telephone(self, port: int = 0) -> socket.socket:
        wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        wire.settimeout(10)
        wire.bind((HOST, port))
        return wire

    def say(self, wire: socket.socket, what: bytes) -> None:
        wire.sendto(what, (HOST, self.port))

    def heard(self) -> list[bytes]:
        whole: list[bytes] = []
        while came := [data for _, _, data, _ in self.net.arrivals()]:
            whole += came
        return whole

    def narrow(self) -> None:
        self.net.narrow("leg", self.far.getsockname())

    def close(self) -> None:
        self.net.close_all()
        self.far.close()
        self.stranger.close()


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


def test_a_stranger_is_kept_out_until_the_leg_is_aimed_anew(place: Place) -> None:
    place.say(place.stranger, b"before")
    assert place.heard() == [b"before"]
    place.narrow()
    place.say(place.stranger, b"meanwhile")
    place.say(place.far, b"sound")
    assert place.heard() == [b"sound"]
    assert list(place.net.arrivals()) == []
    place.net.widen("leg")
    place.say(place.stranger, b"after")
    place.say(place.far, b"sound")
    assert place.heard() == [b"after", b"sound"]


def test_what_lay_there_before_is_sorted_by_who_sent_it(place: Place) -> None:
    for n in range(3):
        place.say(place.stranger, b"strange%d" % n)
        place.say(place.far, b"sound%d" % n)
    place.narrow()
    assert place.heard() == [b"sound0", b"sound1", b"sound2"]


def test_a_far_end_that_was_away_misses_nothing_once_it_is_back(place: Place) -> None:
    place.narrow()
    address = place.far.getsockname()
    place.far.close()
    for _ in range(3):
        place.net.send_all([("leg", memoryview(b"lost"), address)])
    place.far = place.telephone(address[1])
    place.net.send_all([("leg", memoryview(b"first"), address)])
    assert place.far.recv(100) == b"first"
    place.say(place.far, b"sound")
    assert b"sound" in place.heard()


def test_a_socket_of_every_address_is_left_open() -> None:
    place = Place("0.0.0.0")
    place.narrow()
    place.say(place.stranger, b"strange")
    assert place.heard() == [b"strange"]
    place.close()
