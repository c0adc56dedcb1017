"""The network in memory does what its weather says."""

import random

import pytest

from telephony.sip.events import Flow
from telephony.wires.loopback import Loopback, Weather

pytestmark = pytest.mark.unit

FLOW = Flow("loop", ("10.0.0.1", 1), ("10.0.0.2", 2))


def arrivals(network: Loopback, count: int) -> list[bytes]:
    for number in range(count):
        network.post(FLOW, b"%d" % number, now=number * 0.001)
    came = []
    while (due := network.next_arrival()) is not None:
        arrived = network.arrive(due)
        assert arrived is not None
        came.append(arrived[1])
    return came


def test_datagram_arrives_after_its_delay_seen_from_the_other_side():
    network = Loopback(random.Random(1).random, Weather(delay=0.5))
    network.post(FLOW, b"x", 1.0)
    assert network.arrive(1.4) is None
    assert network.arrive(1.5) == (Flow("loop", FLOW.remote, FLOW.local), b"x")
    assert network.arrive(9.0) is None


def test_fair_weather_keeps_all_in_order():
    assert arrivals(Loopback(random.Random(1).random), 50) == [b"%d" % n for n in range(50)]


def test_storm_loses_doubles_and_reorders():
    weather = Weather(loss=0.2, doubled=0.1, jitter=0.1)
    came = arrivals(Loopback(random.Random(1).random, weather), 1000)
    assert 750 < len(set(came)) < 850
    assert len(came) > len(set(came))
    assert came != sorted(came, key=int)


def test_rule_loses_what_it_names_and_the_log_says_so():
    network = Loopback(random.Random(1).random, loses=lambda s: s.data == b"3", remembers=True)
    assert b"3" not in arrivals(network, 5)
    assert network.log is not None
    assert [sent.first_line for sent in network.log if sent.lost] == ["3"]
