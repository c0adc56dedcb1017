"""Mobile seats as the school sets them: who may, at which number, told in both languages (TEL-28)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from classroom.control_words import CONTROL
from classroom.errors import BadSettings
from classroom.misfit import fault
from classroom.plan import TRUNK
from classroom.school.notice import agreement
from classroom.school.people import People
from classroom.settings import Settings
from classroom.speech.mobile_prompts import MOBILE
from classroom.store.engine import Store
from classroom.store.people import Person
from classroom.store.upgrade import prepare
from classroom.trunks import BadTrunks, read
from classroom.words import speak
from telephony.pbx import mobile, telephones
from telephony.pbx.errors import PlanError
from tests.classroom.test_papers import Desk

pytestmark = pytest.mark.unit

AGENT = Person(
    login="s01", name="S", role="student", extension="1001", password_hash="", sip_password="x"
)
SET = '[desks]\nmobile = { "1001" = "139 0000 1234" }\n'


@pytest.mark.feature("TEL-28")
def test_a_number_goes_live_for_who_has_agreed_to_being_recorded(tmp_path: Path) -> None:
    desk = Desk(tmp_path, [AGENT])
    desk.write(SET)
    plan = desk.put[-1]
    assert (plan.desks["1001"].mobile, plan.desks["1001"].agreed) == ("139 0000 1234", False)
    assert [trunk.name for trunk in plan.trunks if trunk.virtual] == [TRUNK]
    desk.papers.agrees("s01")
    assert desk.put[-1].desks["1001"].agreed
    desk.papers.agrees("s01")
    assert len(desk.put) == 2


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        ("110", "紧急", "emergencies"), ("12345", "服务", "services"), ("16812345", "收费", "premium"),
        ("0000 10", "不是电话号码", "no telephone number"), ("95500", "服务", "services"),
        ("4001234567", "免费", "toll-free"),
    ],
)  # fmt: skip
def test_a_number_that_cannot_be_a_seat_is_one_sentence(
    tmp_path: Path, number: str, zh: str, en: str
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        speak(lang)  # type: ignore[arg-type]
        desk = Desk(tmp_path, [AGENT])
        desk.write(
            f'[desks]\nmobile = {{ "1001" = "{number}" }}\nring_seconds = {len(lang)}{len(words)}\n'
        )
        assert desk.put == []
        (said,) = desk.said
        assert words in said and number in said and "1001" in said
        (tmp_path / "lab.toml").unlink()


@pytest.mark.feature("TEL-28")
@pytest.mark.parametrize("written", ['{ "10x1" = "13900001234" }', '{ "1001" = "my own" }'])
def test_what_is_no_extension_and_no_number(tmp_path: Path, written: str) -> None:
    (tmp_path / "lab.toml").write_text(f"[desks]\nmobile = {written}\n", encoding="utf-8")
    with pytest.raises(BadSettings) as error:
        Settings.load(tmp_path)
    assert "desks.mobile" in str(error.value)


@pytest.mark.feature("TEL-28")
def test_a_seat_that_is_nobodys_is_told_once(tmp_path: Path) -> None:
    speak("en")
    desk = Desk(tmp_path, [AGENT])
    desk.write('[desks]\nmobile = { "1009" = "13900001234" }\n')
    assert sum("1009" in said for said in desk.said) == 1
    desk.papers.changed()
    assert sum("1009" in said for said in desk.said) == 1


@pytest.mark.feature("TEL-28")
def test_a_number_leads_to_the_keys_of_mobile_seats(tmp_path: Path) -> None:
    entry = "- name: city\n  gateways: [{host: 127.0.0.9}]\n  numbers: {'01062340009': %s}\n"
    (tmp_path / "trunks.yaml").write_text(entry % "mobile seats", encoding="utf-8")
    desk = Desk(tmp_path, [AGENT])
    assert desk.papers.plan().numbers["01062340009"] == ("mobile", "seats")
    (tmp_path / "trunks.yaml").write_text(entry % "mobile phones", encoding="utf-8")
    with pytest.raises(BadTrunks) as error:
        read(tmp_path)
    assert "mobile seats" in str(error.value)


@pytest.mark.feature("TEL-28")
def test_everything_an_agent_outside_hears_is_there_in_both_languages() -> None:
    source = Path(mobile.__file__).read_text(encoding="utf-8")
    told = set(re.findall(r'"(mobile\.[a-z_.]+)"', source)) | {telephones.CALL, telephones.CUSTOMER}
    told |= {f"mobile.is.{how}" for how in ("off", "ready", "break", "wrapping")}
    refusals = set(re.findall(r'"mobile_([a-z_]+)"', source))
    told |= {f"mobile.{code}" for code in refusals}
    assert told == set(MOBILE["zh"]) == set(MOBILE["en"])
    assert {f"not_now_mobile_{code}" for code in refusals} <= set(CONTROL)
    for code in ("mobile_public", "mobile_ours", "mobile_unreadable"):
        error: Any = PlanError(code, extension="1001", number="110")
        assert "1001" in fault(error, "zh") and "1001" in fault(error, "en")


@pytest.mark.feature("TEL-28")
async def test_who_agreed_is_known_after_a_restart(tmp_path: Path) -> None:
    database = tmp_path / "lab.sqlite3"
    prepare(database)
    store = Store(database)
    people = People(store)
    await people.enrol_class(demo=True, size=2)
    person = await people.by_login("s01")
    assert person is not None
    await people.agree(person, agreement(30))
    assert await people.agreed(30) == {"s01"}
    assert await people.agreed(31) == set(), "another promise wants another agreement"
    await store.close()
