"""``lab text``: whom a file names, and what is told of each number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from classroom.door import control
from classroom.door.refused import DoorRefused
from classroom.words import speak
from lab import texting
from lab.texting import MOST, NoTexts, Round, numbers_of, show_kept
from lab.words import LANGS, Lang, Words
from telephony.pbx.outing import WHY
from telephony.pbx.texting import REFUSED

pytestmark = pytest.mark.unit

HELP = "13800138000"


class Board:
    """The control interface as a switchboard answers it: by the number's last digit."""

    def __init__(self) -> None:
        self.told: asyncio.Queue[control.News] = asyncio.Queue()

    async def do(self, order: type[control.Order], **values: Any) -> None:
        sent = order.model_validate({"id": "1", **values})
        assert isinstance(sent, control.SendText)
        if sent.number.endswith("9"):
            raise DoorRefused("Only mobile telephones take short messages.", 409)
        if not sent.number.endswith("8"):
            why = {"1": "no_texts", "2": "sip_699"}.get(sent.number[-1], "")
            fields = {"ref": sent.ref, "why": why, "parts": 2}
            self.told.put_nowait(control.News(event="text_sent", fields={"ref": "another's"}))
            self.told.put_nowait(control.News(event="text_sent", fields=fields))

    async def heard(self) -> AsyncIterator[control.News]:
        while True:
            yield await self.told.get()


@pytest.mark.feature("TEL-18")
async def test_each_number_is_told_what_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texting, "PATIENCE", 0.05)
    work = Round(Board(), Words("en"), "hello")  # type: ignore[arg-type]
    listening = asyncio.create_task(work.listen())
    numbers = (HELP, "1", "2", "9", "8", "sip:x", "")
    told = [await work.send(place, number) for place, number in enumerate(numbers)]
    listening.cancel()
    assert [one.sent for one in told] == [True] + [False] * 6
    assert [one.result for one in told] == [
        "taken by the carrier", "the carrier takes no short messages", "refused by the carrier (sip_699)",
        "Only mobile telephones take short messages.", "the carrier did not answer; send it later",
        "no telephone number", "no telephone number",
    ]  # fmt: skip
    assert (told[0].parts, work.answers) == (2, {})


@pytest.mark.feature("TEL-18")
def test_a_file_is_read_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "n.csv"
    file.write_bytes(
        "\ufeff号码,姓名\r\n138 0013-8000,张\r\n\r\n'+8613900001111\r\n13800138000,again\r\n".encode()
    )
    assert numbers_of([], file) == [HELP, "+8613900001111"]
    assert numbers_of(["10086", HELP], file) == ["10086", HELP, "+8613900001111"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "--file"), (b"\n\n , \n", "--file"), ("号码".encode("gbk"), "UTF-8"),
        (b"\n".join(b"138%08d" % n for n in range(MOST + 1)), str(MOST)),
    ],
)  # fmt: skip
def test_a_file_that_names_nobody_or_too_many_is_one_sentence(
    tmp_path: Path, lang: Lang, content: bytes, said: str
) -> None:
    speak(lang)
    file = tmp_path / "n.csv"
    file.write_bytes(content)
    with pytest.raises(NoTexts, match=said):
        numbers_of([], file)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("why", ["no_such_number", "no_texts", "forbidden", "password_refused"])
def test_a_carriers_refusal_has_its_words(lang: Lang, why: str) -> None:
    assert why in {*WHY.values(), *REFUSED.values()}
    assert Words(lang).knows(f"text.{why}")


def test_what_is_kept_is_shown_without_the_escapes_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from classroom.practice.textbox import keep
    from classroom.settings import Settings
    from classroom.store.upgrade import prepare

    monkeypatch.setenv("COLUMNS", "160")
    settings = Settings.load(tmp_path)
    prepare(settings.database)
    keep(settings.texts, "000010000", HELP, "\x1b[2J[red]您好")
    show_kept(tmp_path, as_json=False)
    page = capsys.readouterr().out
    assert "[2J[red]您好" in page and "\x1b[2J" not in page
