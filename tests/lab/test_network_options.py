"""``lab serve``'s network options, and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.errors import BadSettings
from classroom.settings import Settings
from lab.errors import LabError
from lab.server import port_range

pytestmark = pytest.mark.unit


def test_a_range_of_ports_is_read() -> None:
    assert port_range("30000-30999") == {"rtp_first": 30000, "rtp_last": 30999}
    assert port_range(None) == {}


@pytest.mark.parametrize("text", ["", "30000", "a-b", "30000-", "-5", "1-2-3", "３-４"])
def test_anything_else_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(LabError, match="20000-21999"):
        port_range(text)


def test_the_network_is_what_the_options_say(tmp_path: Path) -> None:
    given = {**port_range("30000-30999"), "advertise": "203.0.113.7"}
    network = Settings.load(tmp_path, network=given).network
    assert (network.rtp_first, network.rtp_last, network.advertise) == (30000, 30999, "203.0.113.7")
    assert "10.0.0.0/8" in network.local_nets and network.tls


@pytest.mark.parametrize(
    "wrong",
    [
        {"advertise": "our-school.example"},
        {"local_nets": ["10.0.0.0/99"]},
        {"rtp_first": 30000, "rtp_last": 30005},
        {"tls_port": 70000},
        {"seats": "smoke signals"},
    ],
)
def test_a_wrong_setting_names_itself(wrong: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="network"):
        Settings.load(tmp_path, network=wrong)
