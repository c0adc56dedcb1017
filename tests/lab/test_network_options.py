"""``lab serve``'s network options, and what is said of wrong ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from classroom.errors import BadSettings
from classroom.settings import Settings
from classroom.words import speak
from lab.cli import app
from lab.errors import LabError
from lab.given import BadOption, settings_of
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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--sip-port", "99999"),
        ("--http-port", "-1"),
        ("--advertise", "our-school"),
        ("--rtp-ports", "30000-30005"),
        ("--rtp-ports", "1-70000"),
    ],
)
def test_a_wrong_value_of_the_command_line_names_its_option(
    option: str, value: str, lang: str, tmp_path: Path
) -> None:
    words = ["serve", "--data", str(tmp_path), "--lang", lang, option, value]
    with pytest.raises(BadOption) as told:
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert option in str(told.value) and "lab.toml" not in str(told.value)
    assert lang == "en" or re.search(r"[a-z]{3}", str(told.value).replace(option, "")) is None


def test_a_wrong_value_of_the_file_names_the_file_under_any_option(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text("[network]\ntls_port = 70000\n")
    with pytest.raises(BadSettings, match=r"lab\.toml"):
        settings_of(tmp_path, {"sip_port": 5070})


@pytest.fixture(autouse=True)
def chinese_again() -> Iterator[None]:
    yield
    speak("zh")
