"""A few thousand mutated datagrams a run; ``make fuzz`` sends a hundred thousand."""

import random

import pytest

from telephony.sip.core import SWITCHBOARD
from telephony.sip.events import Flow
from tests.fuzz import mutate
from tests.fuzz.sip import Storm, seeds
from tests.stage.loopback import OFFER, Party, Stranger
from tests.stage.virtual import World

pytestmark = pytest.mark.story


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_conversations_raise_nothing_and_leave_nothing(seed: int):
    storm = Storm(seed)
    storm.run(1500)
    assert storm.left() == {}, f"seed {seed}"
    assert storm.seen["Answered"] and storm.seen["Notified"], f"seed {seed}: too little happened"


def test_same_seed_makes_the_same_storm():
    one, other = Storm(7), Storm(7)
    one.run(200)
    other.run(200)
    assert one.seen == other.seen and one.world.now == other.world.now


def test_mutations_change_what_they_are_given():
    dice, packets = random.Random(3), seeds()
    changed = [mutate.mutated(data, dice, packets) != data for data in packets]
    assert sum(changed) > 0.9 * len(packets)
    assert all(len(mutate.mutated(packets[0], dice, packets)) <= 65_507 for _ in range(200))


@pytest.mark.parametrize(
    "filler", [b"a", b";", b",", b'"', b"\\", b"<", b"\0", b" ", b"\n", b"\r\n "]
)
def test_datagram_of_64_kb_is_answered_513_or_400_and_nothing_of_it_is_kept(filler: bytes):
    world = World()
    bert, stranger = Party(world, "10.0.0.2", "bert", methods=SWITCHBOARD), Stranger(world)
    head = (
        b"OPTIONS sip:bert@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKbig\r\n"
    )
    head += (
        b'From: "x" <sip:x@lab>;tag=1\r\nTo: <sip:bert@lab>\r\nCall-ID: c1\r\nCSeq: 1 OPTIONS\r\n'
    )
    for line in (b"Subject: ", b"Contact: ", b'Contact: "', b"Contact: <sip:x@lab;", b"Via: "):
        data = head + line + filler * (64_000 // len(filler)) + b"\r\nContent-Length: 0\r\n\r\n"
        bert.core.receive(Flow("loop", bert.address, stranger.address), data, 0.0)
        world.run(0.1)
    assert set(stranger.statuses()) <= {513, 400} and len(stranger.heard) == 5
    assert bert.events == []
    world.run_out()
    assert bert.core.idle
    stranger.ask(bert, "INVITE", body=OFFER, branch="z9hG4bKafter")
    assert len(bert.events) == 1
