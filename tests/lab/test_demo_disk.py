"""``lab demo`` on a disk that is full, or fills in the call: one sentence, and an end."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.words import speak
from lab import autopilot, demo
from lab.autopilot import NoCall
from tests.classroom.real import refused
from tests.classroom.small_disk import fill, small_disk

pytestmark = [pytest.mark.wire, pytest.mark.long]

ONCE = ("demo", "--auto", "--voice", "tone", "--data")


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("lang", "says"), [("zh", "所在磁盘已满"), ("en", "is full")])
async def test_a_full_disk_is_told_at_the_start(tmp_path: Path, lang: str, says: str) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        fill(disk)
        sentence = await refused(*ONCE, str(disk / "data"), "--lang", lang)
        assert says in sentence and "--data" in sentence and "server.log" not in sentence
        (disk / "ballast").unlink()
        (disk / "data").mkdir(exist_ok=True)
        fill(disk)
        sentence = await refused(*ONCE, str(disk / "data"), "--lang", lang)
        assert says in sentence and "server.log" not in sentence


@pytest.mark.timeout(60)
async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sentence = await refused(*ONCE, str(tmp_path / "file" / "data"), "--lang", "en")
    assert "cannot be used" in sentence and "--data" in sentence


@pytest.mark.timeout(300)
async def test_a_disk_that_fills_in_the_call_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for module in (autopilot, demo):
        monkeypatch.setattr(module, "MARKED_WITHIN", 10.0)
    monkeypatch.setenv("LAB_DISK__LEAST_FREE_MB", "1")
    monkeypatch.setenv("LAB_SCHOOL__LANG", "en")
    said: list[object] = []
    with small_disk(tmp_path / "disk", 24) as disk:

        def told(_screen: object, caption: object, _words: object) -> None:
            said.append(caption)
            if len(said) == 4:
                fill(disk)

        monkeypatch.setattr(demo, "print_caption", told)
        order = demo.Order(7, "order-inquiry", "en", disk / "data", "tone")
        try:
            speak("en")
            with pytest.raises(NoCall) as failed:
                await demo.take_automatically(order, "order-inquiry", "en", as_json=True)
        finally:
            speak("zh")
    sentence = str(failed.value)
    print("\n", sentence)
    assert str(disk / "data") in sentence and "last alarm" in sentence
    assert "No space left" in sentence or "cannot be written" in sentence
    assert len(said) > 4
    assert "cut short" not in capfd.readouterr().err, "its server ends by itself"
