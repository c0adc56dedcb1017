"""What the doctor says of firewalls and ports."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from classroom.settings import Network
from classroom.words import speak
from lab import doctor
from lab.firewall import Ports, here, ports_of, rules

pytestmark = pytest.mark.unit

USUAL = Ports(5060, 5061, 8060, 20000, 21999)


def test_every_firewall_lets_in_every_port() -> None:
    for name, commands in rules(USUAL).items():
        text = " ".join(commands)
        for part in ("5060", "5061", "8060", "20000"):
            assert part in text, name
    assert "ufw allow 20000:21999/udp" in rules(USUAL)["ufw"]
    assert set(here()) <= set(rules(USUAL))


def test_ports_come_from_the_settings() -> None:
    assert ports_of(Network()) == USUAL
    assert ports_of(Network(sip_port=6000, tls=False)).tcp == (6000, 8060)
    assert ports_of(Network(tls_port=443)).tls == 443


@pytest.mark.parametrize(
    ("ports", "twice"),
    [
        (USUAL, []),
        (Ports(20500, 20501, 8060, 20000, 21999), [20500]),
        (Ports(5060, 5061, 5061, 20000, 21999), [5061]),
    ],
)
def test_a_port_wanted_twice_is_named(ports: Ports, twice: list[int]) -> None:
    assert list(ports.clashes()) == twice
    assert (doctor.sound_ports(ports).grade == "missing") is bool(twice)


def test_a_range_that_others_use_is_told() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        port = taken.getsockname()[1]
        assert doctor.sound_ports(Ports(5060, 0, 8060, port, port)).grade == "missing"


@pytest.mark.parametrize(
    ("lang", "word"), [("zh", "防火墙放行规则"), ("en", "SIP ALG of a router")]
)
def test_the_report_is_in_the_persons_language(
    lang: str,
    word: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "examine", lambda data, ports: iter(()))
    monkeypatch.setenv("COLUMNS", "200")
    speak(lang)  # type: ignore[arg-type]
    try:
        doctor.report(tmp_path)
    finally:
        speak("zh")
    assert word in capsys.readouterr().out
