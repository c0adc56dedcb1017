"""Recordings of conferences that are over: listed with their lengths, heard by whoever manages them."""

from __future__ import annotations

import io
import os
import wave
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx2
import pytest

from classroom.bus import Bus
from classroom.control import ControlDesk
from classroom.door.api.app import application
from classroom.door.api.house import House, person
from classroom.floor import Floor
from classroom.practice.meetings import tapes
from classroom.settings import Settings
from classroom.store.people import Person
from telephony.media.recorder import wav_header
from telephony.pbx.panel import Panel, Room

pytestmark = pytest.mark.unit


def record(folder: Path, name: str, seconds: float = 1.0) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    sound = bytes([0xFF]) * round(seconds * 16_000)
    (folder / name).write_bytes(wav_header(len(sound)) + sound)


def door(data: Path, role: str, heard: list[str], *open_now: Room) -> httpx2.AsyncClient:
    async def audit(login: str, what: str, of: str) -> None:
        heard.append(of)

    switch = SimpleNamespace(panel=lambda: Panel((), (), open_now))
    house = SimpleNamespace(
        version="0", control=ControlDesk(lambda: switch, Floor(Bus()), dict),  # type: ignore[arg-type, return-value]
        settings=Settings(data=data), people=SimpleNamespace(audit=audit),
    )  # fmt: skip
    app = application(cast(House, house))
    who = Person(login="t", name="", role=role, extension="1000", password_hash="")
    app.dependency_overrides[person] = lambda: who
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://lab")


@pytest.mark.feature("BAS-08", "SEA-26")
def test_what_is_over_is_listed_and_what_goes_on_is_not(tmp_path: Path) -> None:
    record(tmp_path, "conference-88-20261123-010203.wav", 75.0)
    record(tmp_path, "conference-88-20261123-020000.wav", 2.0)
    record(tmp_path, "conference-7-20261122-235959.wav", 0.0)
    for odd in ("conference-7-20269922-235959.wav", "conference-x-20261122-235959.wav", "a.wav"):
        record(tmp_path, odd)
    os.truncate(tmp_path / "conference-7-20261122-235959.wav", 10)
    found = [(one.id, one.name, one.seconds) for one in tapes(tmp_path, ["88"])]
    assert found == [("88-20261123-010203", "88", 75.0), ("7-20261122-235959", "7", 0.0)]
    assert len(tapes(tmp_path, [])) == 3
    assert datetime.fromtimestamp(tapes(tmp_path, [])[0].began) == datetime(2026, 11, 23, 2)
    assert tapes(tmp_path / "nowhere", []) == []


@pytest.mark.feature("BAS-08", "SEA-26")
async def test_an_instructor_hears_them_and_it_is_on_the_audit(tmp_path: Path) -> None:
    heard: list[str] = []
    record(tmp_path / "recordings", "conference-88-20261123-010203.wav", 2.0)
    record(tmp_path / "recordings", "conference-88-20261123-020000.wav", 1.0)
    going_on = Room("88", "1000", 0.0, False, True, ())
    async with door(tmp_path, "instructor", heard, going_on) as http:
        listed = (await http.get("/api/conferences")).json()
        assert [(one["id"], one["seconds"]) for one in listed] == [("88-20261123-010203", 2.0)]
        answer = await http.get(f"/api/conferences/{listed[0]['id']}/recording")
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert (sound.getnchannels(), sound.getnframes()) == (2, 16_000)
        assert heard == ["conference-88-20261123-010203"]
        record(tmp_path / "recordings", "secret.wav")
        for wrong in (
            "88-20261123-999999",
            "..%2Fsecret",
            "..",
            "x" * 500,
            "88-20261123-010203%00",
        ):
            answer = await http.get(f"/api/conferences/{wrong}/recording")
            assert answer.status_code in (404, 422), wrong


@pytest.mark.feature("BAS-08", "SEA-26")
async def test_a_student_neither_sees_nor_hears_them(tmp_path: Path) -> None:
    record(tmp_path / "recordings", "conference-88-20261123-010203.wav")
    async with door(tmp_path, "student", []) as http:
        for path in ("conferences", "conferences/88-20261123-010203/recording"):
            assert (await http.get(f"/api/{path}")).status_code == 403
