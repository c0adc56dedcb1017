"""``lab doctor`` keeps quiet while the sound system looks round."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.lock import FolderLock, in_use
from lab import doctor
from lab.doctor import port
from tests.classroom.real import refused

LOUD = """
import os
class PyAudio:
    def __init__(self):
        os.write(2, b"ALSA lib confmisc.c: no card\\n")
    def get_device_count(self):
        return 0
    def terminate(self):
        pass
"""


@pytest.mark.unit
def test_a_machine_without_a_sound_card_is_examined_in_silence(tmp_path: Path) -> None:
    (tmp_path / "pyaudio.py").write_text(LOUD)
    ask = "import sys; from telephony.audio import devices; print(devices()); print('said', file=sys.stderr)"
    path = os.pathsep.join([str(tmp_path), *sys.path])
    run = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (run.stdout.strip(), run.stderr.strip()) == ("[]", "said")


@pytest.mark.unit
def test_a_port_of_the_running_server_is_no_illness(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert not in_use(tmp_path)
        with FolderLock(tmp_path):
            assert in_use(tmp_path)
            assert port("HTTP", number, serving=True).grade == "good"
        assert not in_use(tmp_path)
        assert port("HTTP", number).grade == "missing"


@pytest.mark.wire
async def test_an_empty_name_of_a_scenario_is_unknown_to_the_demo() -> None:
    sentence = await refused("demo", "--auto", "--scenario", "", "--lang", "en")
    assert "There is no scenario" in sentence and "lab scenario list" in sentence


@pytest.mark.unit
def test_nothing_of_a_long_path_or_command_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = doctor.Diagnosis("Voices", "missing", "x" * 200, "y" * 150)
    monkeypatch.setattr(doctor, "examine", lambda data, ports: iter([seen]))
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        doctor.report(tmp_path)
    told = capsys.readouterr().out
    assert told.count("x") >= 200 and told.count("y") >= 150 and "…" not in told
