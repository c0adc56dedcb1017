"""A short storm of mutated RTP and RTCP with the seeds that are kept; ``make fuzz`` runs the long one."""

from __future__ import annotations

import pytest

from tests.fuzz.rtp import SEEDS, Storm

pytestmark = pytest.mark.story


@pytest.mark.parametrize("seed", SEEDS)
def test_no_packet_breaks_the_studio_and_every_leg_hears_again(seed: int) -> None:
    storm = Storm(seed)
    storm.run(600)
    assert storm.recovers() == []
