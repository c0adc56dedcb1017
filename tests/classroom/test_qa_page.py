"""The supervisors' page as it is served: by the door, from this package, in the words of one table."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast, get_args

import httpx2
import pytest

from classroom.bus import Bus
from classroom.control import ControlDesk
from classroom.door import control as ask
from classroom.door import locale, wire
from classroom.door.api import web
from classroom.door.api.app import application
from classroom.door.api.control import ORDERS
from classroom.door.api.house import House, person
from classroom.door.api.pages import event_names
from classroom.door.lines import LinesState
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.queues.callbacks import Promises
from classroom.queues.hall import Hall
from classroom.store.people import Person
from telephony.pbx.leg_states import LegState
from telephony.pbx.panel import Channel, Panel, Room, Waiting
from telephony.pbx.queue_plan import QueuePlan
from telephony.pbx.service import Service
from telephony.switchboard import Switchboard
from tests.classroom.door import no_switchboard

pytestmark = pytest.mark.unit

FOLDER = Path(web.__file__).parents[1] / "web"
SCRIPTS = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.js")}
HTML = (FOLDER / "qa.html").read_text(encoding="utf-8")
LANGS: tuple[wire.Lang, ...] = get_args(wire.Lang)

SAID = re.compile(r'"([a-z_]+\.[a-z_0-9]+)"')
KEPT = {"lab.lang", "lab.token"}
"""Of the same form, but names under which the browser keeps something."""
MADE = re.compile(r"say\(`([a-z_]+\.[a-z_]*)\$\{")
KINDS = {
    "duty.": get_args(wire.Duty),
    "activity.": get_args(wire.Activity),
    "line.": get_args(wire.Line),
    "who.": get_args(wire.Caption.model_fields["who"].annotation),
    "keys.": ("listen", "whisper", "barge"),
    "told.": ("not_lifted", "not_reached"),
    "channel.": tuple(state.value for state in LegState if state is not LegState.GONE),
}
"""What may stand behind the beginning of a word's name that a script puts together."""


def door(who: Person | None = None, panel: Panel | None = None) -> httpx2.AsyncClient:
    """The door's application, asked without a wire; who asks has proved who that is."""
    switch = cast(Switchboard, SimpleNamespace(panel=lambda: panel))
    charge = {"teacher": frozenset({"1002", "1001"}), "s01": frozenset({"1002"})}
    control = ControlDesk(lambda: switch, Floor(Bus()), lambda: charge)
    house = SimpleNamespace(version="0", control=control, queues=hall())
    app = application(cast(House, house))
    if who is not None:
        app.dependency_overrides[person] = lambda: who
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://lab")


def hall() -> Hall:
    """Queues of the desks 1002, of 1003, and one in which everybody serves."""
    crews = {"care": ("1002",), "sales": ("1003",), "all": None}
    plans = {name: QueuePlan(name, members=crew) for name, crew in crews.items()}
    found = Hall.__new__(Hall)  # without its files: it is only asked who serves where, and how
    found._plans, found._floor, found._clock = plans, Floor(Bus()), lambda: 0.0
    found._services = {name: Service(name, 20.0, 5.0) for name in plans}
    found.promises = cast(Promises, SimpleNamespace(count=lambda queue: 0))
    return found


def somebody(login: str, role: str, extension: str) -> Person:
    return Person(login=login, name="", role=role, extension=extension, password_hash="")


async def test_the_page_is_served_whole_and_lets_nothing_in_from_elsewhere() -> None:
    async with door() as http:
        assert (await http.get("/")).headers["Location"] == "/qa"
        page = await http.get("/qa")
        assert page.text == HTML and page.headers["Content-Type"] == "text/html; charset=utf-8"
        policy = page.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert "unsafe" not in str(policy) and page.headers["X-Content-Type-Options"] == "nosniff"
        asked = {"qa.html", *re.findall(r'(?:src|href)="/qa/([^"]+)"', HTML)}
        for script in SCRIPTS.values():
            asked |= set(re.findall(r' from "/qa/([^"]+)";', script))
        assert asked == {file.name for file in FOLDER.iterdir()}, "each file is used, none missing"
        for name in asked:
            answer = await http.get(f"/qa/{name}")
            assert answer.status_code == 200 and answer.content == (FOLDER / name).read_bytes()
            assert answer.headers["Content-Security-Policy"] == web.POLICY


async def test_who_only_asks_whether_the_page_is_there_is_told() -> None:
    async with door() as http:
        for path in ("/", "/qa", "/qa/qa.js", "/qa/words.json"):
            seen = await http.head(path)
            assert seen.status_code == (await http.get(path)).status_code in (200, 307)
            assert not seen.content or path != "/qa"
        assert (await http.head("/qa/nothing.js")).status_code == 404


@pytest.mark.parametrize("name", ["nothing.js", "..%2fwire.py", "%2e%2e/wire.py", "__init__.py"])
async def test_nothing_else_is_served(name: str) -> None:
    async with door() as http:
        answer = await http.get(f"/qa/{name}", headers={"Accept-Language": "en"})
        assert answer.status_code == 404 and "nothing at this address" in answer.text


def test_nothing_stands_inline_and_nothing_points_outside() -> None:
    for name, text in {"qa.html": HTML, **SCRIPTS}.items():
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text
        )
        assert not re.search(r"https?://", text), name
        assert not re.search(r"[\u4e00-\u9fff]", text.replace("<title>质检席</title>", "")), name
    assert not re.search(r"url\(|@import", (FOLDER / "qa.css").read_text(encoding="utf-8"))


async def test_both_languages_come_from_the_table_that_the_terminal_reads() -> None:
    async with door() as http:
        told = (await http.get("/qa/words.json")).json()
    assert told == {lang: locale.shared(lang) for lang in LANGS}
    assert told["zh"].keys() == told["en"].keys()
    assert told["zh"]["keys.whisper"] == "密语" and told["zh"]["glossary.quality_seat"] == "质检席"


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_that_the_page_says_is_there(lang: wire.Lang) -> None:
    words = locale.shared(lang).keys()
    said = {key for text in (HTML, *SCRIPTS.values()) for key in SAID.findall(text)} - KEPT
    made = {key for text in SCRIPTS.values() for key in MADE.findall(text)}
    assert len(said) > 50 and made <= KINDS.keys(), "teach this test what may stand there"
    said |= {begin + end for begin in made for end in KINDS[begin]}
    assert not said - words
    own = {key for key in words if key.startswith("qa.")}
    assert not own - said, "words that nobody says"


SAMPLES = {
    "events": ["standing"], "extension": "1001", "number": "*781", "name": "88", "muted": True,
    "locked": False,
}  # fmt: skip


def orders() -> dict[str, list[str]]:
    """The orders as the page has them: what it sends is held to this table by ``Control.order``."""
    table: dict[str, list[str]] = json.loads(
        SCRIPTS["orders.js"].partition("ORDERS = ")[2].rstrip(";\n")
    )
    return table


@pytest.mark.parametrize("name", orders())
def test_every_order_that_the_page_sends_is_one_of_the_switchboard(name: str) -> None:
    values = {field: SAMPLES[field] for field in orders()[name]}
    order = ORDERS.validate_python({"id": "1", "do": name, **values})
    assert order.model_dump(exclude_unset=True).keys() == {"id", "do", *values}


def test_each_order_in_the_table_is_sent_and_each_that_is_sent_is_in_the_table() -> None:
    scripts = "".join(text for name, text in SCRIPTS.items() if name != "orders.js")
    sent = set(re.findall(r"""\border\("(\w+)\"""", scripts))
    sent |= set(re.findall(r"""{ name: "(\w+)", word""", scripts))
    assert sent == orders().keys()
    news = re.search(r"NEWS = \[(.*?)\]", SCRIPTS["control.js"], re.S)
    assert news and set(re.findall(r'"(\w+)"', news[1])) <= set(event_names())


@pytest.mark.feature("PER-02", "PER-08")
async def test_the_page_learns_which_desks_are_in_whose_charge_and_a_student_sees_no_floor() -> (
    None
):
    async with door(somebody("teacher", "instructor", "1000")) as http:
        assert (await http.get("/api/charge")).json() == ["1001", "1002"]
    async with door(somebody("s02", "student", "1002")) as http:
        assert (await http.get("/api/charge")).json() == []
        for path in ("lines", "queues", "desks"):
            answer = await http.get(f"/api/{path}", headers={"Accept-Language": "en"})
            assert answer.status_code == 403 and "ask an instructor" in answer.text
    async with door() as http:
        assert (await http.get("/api/charge")).status_code == 401


@pytest.mark.feature("PER-02", "SEA-23")
async def test_a_leader_among_the_students_sees_the_calls_in_charge_and_no_conference() -> None:
    calls = (("c1", "1002"), ("c1", ""), ("c2", "1003"), ("c3", "1001"))
    channels = tuple(
        Channel(call, extension, "", "0555", "talking", 0.0, "PCMA", False)
        for call, extension in calls
    )
    queues = ("care", "sales", "all")
    waiting = tuple(Waiting(name, f"w-{name}", 1, 42.0, 90.0, False) for name in queues)
    rooms = (Room("88", "1000", 0.0, False, True, ()),)
    async with door(somebody("s01", "student", "1001"), Panel(channels, waiting, rooms)) as http:
        seen = LinesState.model_validate((await http.get("/api/lines")).json())
        assert [one.call_id for one in seen.channels] == ["c1", "c1", "c3"]
        assert [one.queue for one in seen.waiting] == ["care", "all"], "who waits for desk 1002"
        assert not seen.conferences
        figures = (await http.get("/api/queues")).json()
        assert [one["name"] for one in figures] == ["care", "all"], "their figures, too"
    async with door(
        somebody("teacher", "instructor", "1000"), Panel(channels, waiting, rooms)
    ) as http:
        seen = LinesState.model_validate((await http.get("/api/lines")).json())
        assert (len(seen.channels), len(seen.waiting), len(seen.conferences)) == (4, 3, 1)
        assert len((await http.get("/api/queues")).json()) == 3


def test_conferences_are_an_instructors_whoever_orders() -> None:
    control = ControlDesk(no_switchboard, Floor(Bus()), dict)
    with pytest.raises(Refusal, match="ask an instructor"):
        control.carry_out(somebody("s01", "student", "1001"), ask.EndConference(id="1", name="88"))
