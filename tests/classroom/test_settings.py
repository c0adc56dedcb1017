import errno
from pathlib import Path

import pytest

from classroom.errors import BadSettings, cannot_listen
from classroom.settings import Settings

pytestmark = pytest.mark.unit


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    assert settings.network.sip_port == 5060
    assert settings.database == tmp_path / "lab.sqlite3"


def test_the_file_the_environment_and_the_command_line_win_in_that_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lab.toml").write_text(
        '[network]\nhost = "127.0.0.2"\nsip_port = 1111\nhttp_port = 2222\n'
        "[privacy]\nretention_days = 30\n"
    )
    monkeypatch.setenv("LAB_NETWORK__SIP_PORT", "3333")
    monkeypatch.setenv("LAB_NETWORK__HTTP_PORT", "4444")
    settings = Settings.load(tmp_path, network={"http_port": 5555})
    assert settings.network.host == "127.0.0.2"
    assert settings.network.sip_port == 3333
    assert settings.network.http_port == 5555
    assert settings.privacy.retention_days == 30


@pytest.mark.parametrize(
    ("host", "bound", "written"),
    [("::1", "::1", "[::1]"), ("[::1]", "::1", "[::1]"), ("127.0.0.2", "127.0.0.2", "127.0.0.2")],
)
def test_an_ipv6_address_is_bound_bare_and_written_in_brackets(
    tmp_path: Path, host: str, bound: str, written: str
) -> None:
    network = Settings.load(tmp_path, network={"host": host}).network
    assert (network.host, network.written) == (bound, written)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('[network]\nhost = ""\n', "network.host"),
        ('[network]\nadvertise = "2001:db8::7"\n', "both be IPv4"),
        ("[network]\nspeed = 3\n", "network.speed"),
        ("[network]\nsip_port = 70000\n", "network.sip_port"),
        ("[network]\nsip_port = 65535\n", "network.sip_port"),
        ("[network]\nrtp_first = 30000\nrtp_last = 30001\n", "rtp_last must be"),
        ("[network\n", "lab.toml:1: the section"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, words: str, sentence: str) -> None:
    (tmp_path / "lab.toml").write_text(words)
    with pytest.raises(BadSettings, match=sentence):
        Settings.load(tmp_path)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EADDRINUSE, "is in use; stop"),
        (errno.EACCES, "may not use"),
        (errno.EADDRNOTAVAIL, "has no address 10.9.8.7"),
    ],
)
@pytest.mark.parametrize("wire", ["sip", "http"])
def test_an_address_that_cannot_be_had_is_told_by_its_reason(wire, number, words):
    told = str(cannot_listen(wire, "10.9.8.7", 5060, OSError(number, "why")))
    assert words in told
