"""What the doctor says of firewalls and ports."""

from __future__ import annotations

import os
import re
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


def test_every_row_of_the_report_is_in_the_persons_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing is told, too: each look once on a machine that lacks what it looks for."""
    names = {"Python", "Kokoro", "SCHED_FIFO", "PyAudio", "LimitRTPRIO", "GiB", "UTF", "SIPp"}
    chinese = re.compile("[一-龥]")

    def told() -> list[doctor.Diagnosis]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("0.0.0.0", 0))
            ports = Ports(taken.getsockname()[1], 5061, 5061, 20000, 20015)
            return [*doctor.examine(tmp_path, ports)]

    try:
        speak("zh")
        whole = told()
        monkeypatch.setattr(doctor, "FREE_BYTES", 1 << 62)
        monkeypatch.setattr("os.cpu_count", lambda: 1)
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setattr("shutil.which", lambda name: None)
        monkeypatch.setattr("shutil.get_terminal_size", lambda: os.terminal_size((40, 10)))
        bare = told()
        speak("en")
        english = told()
    finally:
        speak("zh")
    assert {one.grade for one in bare} == {"good", "optional", "missing"}
    for one in whole + bare:
        assert chinese.search(one.subject) or one.subject in names
        for text in (one.found, one.remedy):
            known = not text or text[0].isdigit() or text.startswith("make ") or "SIPp" in text
            assert known or chinese.search(text) or any(name in text for name in names), text
    assert not any(chinese.search(one.subject + one.found + one.remedy) for one in english)
