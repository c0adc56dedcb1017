import hashlib
from pathlib import Path

import numpy as np
import pytest

from classroom.speech import models
from classroom.speech.errors import VoiceBroken, VoiceMissing
from classroom.speech.models import Model, is_verified, verified
from scenarios.load import all_scenarios

pytestmark = pytest.mark.unit


@pytest.fixture
def model(tmp_path: Path) -> Model:
    parts = tuple(tmp_path / f"part{number}.bin" for number in range(4))
    for number, part in enumerate(parts):
        part.write_bytes(bytes([number]) * 1000)
    return Model(parts, tmp_path / "vocab.json")


def test_the_right_sum_is_checked_once(model: Model, tmp_path: Path):
    right = hashlib.sha256(model.read()).hexdigest()
    assert not is_verified(model, stamps=tmp_path, sha256=right)
    assert verified(model, stamps=tmp_path, sha256=right) is model
    assert is_verified(model, stamps=tmp_path, sha256=right)


def test_a_changed_part_is_noticed_although_it_was_checked_before(model: Model, tmp_path: Path):
    right = hashlib.sha256(model.read()).hexdigest()
    verified(model, stamps=tmp_path, sha256=right)
    model.parts[2].write_bytes(b"x" * 1001)
    with pytest.raises(VoiceBroken, match="run `make voice` again"):
        verified(model, stamps=tmp_path, sha256=right)


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(models, "NEEDED", ("json", "no_such_package"))
    with pytest.raises(VoiceMissing, match=r"no_such_package.*run `make voice`"):
        models.locate()


def test_the_shipped_voices_are_whole():
    files = sorted(models.VOICES.glob("*.bin"))
    assert len(files) == 9
    for file in files:
        vector = np.fromfile(file, np.float32)
        assert vector.size == 510 * 256
        assert np.isfinite(vector).all()
    assert "Apache License" in (models.VOICES / "NOTICE").read_text()


def test_every_customer_has_a_shipped_voice():
    shipped = {file.stem for file in models.VOICES.glob("*.bin")}
    assert {scenario.persona.voice.name for scenario in all_scenarios()} <= shipped
