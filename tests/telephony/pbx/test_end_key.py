"""The end key after a number that was full without it says nothing to whoever asks next."""

from __future__ import annotations

import pytest

from telephony.pbx.ivr import Chose, Digits, Entered, Menu, Node, Play, Tell, Visit
from tests.telephony.pbx.test_flows import flow, keyed

pytestmark = pytest.mark.unit

PIN = Digits(("pin",), "pin", then="menu", otherwise="end", least=4, most=4)
MENU = Menu(("menu",), {"1": "bye"}, otherwise="end", wrong=("no",))
NODES: dict[str, Node] = {"pin": PIN, "menu": MENU, "bye": Play(("bye",), "end")}


@pytest.mark.feature("IVR-03")
def test_it_is_no_wrong_key_of_the_menu_that_follows() -> None:
    visit = Visit(flow(NODES))
    visit.begin()
    assert keyed(visit, "1234") == [Entered("pin", "pin", 4), Tell(("menu",))]
    assert visit.press("#") == [], "the menu is heard on"
    assert visit.press("#")[1:] == [Tell(("no", "menu"))], "once more it is a wrong key"


@pytest.mark.feature("IVR-03")
def test_it_may_have_been_pressed_ahead() -> None:
    visit = Visit(flow({"hello": Play(("hello",), "pin"), **NODES}))
    visit.begin()
    keyed(visit, "1234#1")
    assert visit.played()[:2] == [Entered("pin", "pin", 4), Chose("menu", "1")]


@pytest.mark.feature("IVR-03")
def test_it_ends_no_empty_number_and_a_menu_that_has_the_key_gets_it() -> None:
    twice: dict[str, Node] = {"pin": Digits(("pin",), "a", then="two", otherwise="end", most=4)}
    twice["two"] = Digits(("two",), "b", then="end", otherwise="end", tries=1)
    visit = Visit(flow(twice))
    visit.begin()
    keyed(visit, "1234#5#")
    assert visit.values == {"a": "1234", "b": "5"}
    hash_key = Menu(("menu",), {"#": "bye"}, otherwise="end")
    visit = Visit(flow({**NODES, "menu": hash_key}))
    visit.begin()
    assert Chose("menu", "#") in keyed(visit, "1234#")
