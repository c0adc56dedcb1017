"""Flows as data: the nine nodes, variables, languages, sub-flows, look-ups; a visit without a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from telephony.pbx.errors import FlowError, PlanError
from telephony.pbx.ivr import (
    Act,
    Ask,
    Chose,
    Compare,
    Digits,
    Entered,
    EnterFlow,
    Flow,
    HangUp,
    Hush,
    Language,
    Leave,
    Listen,
    LookUp,
    Menu,
    Node,
    Play,
    Reading,
    Return,
    Scored,
    Speak,
    Stuck,
    Survey,
    Tell,
    ToExtension,
    ToQueue,
    UserStop,
    Visit,
)
from telephony.pbx.ivr.flow import MOST_VARIABLES
from telephony.pbx.ivr.nodes import Test, ways
from telephony.pbx.ivr.variables import LONGEST, filled, holds, macros, named
from telephony.pbx.ivr.visit import DEEPEST, MOST_AHEAD, MOST_QUIET
from tests.stage.exchange import plan_of

pytestmark = pytest.mark.unit

END: dict[str, Node] = {"end": HangUp()}


def flow(nodes: Mapping[str, Node], name: str = "f", **more: object) -> Flow:
    return Flow(name, next(iter({**nodes, **END})), {**nodes, **END}, **more)  # type: ignore[arg-type]


def keyed(visit: Visit, keys: str) -> list[Act]:
    """Press one key after the other; the acts of the last."""
    acts: list[Act] = []
    for key in keys:
        acts = visit.press(key)
    return acts


# ── PLAY DIGIT ───────────────────────────────────────────────────────────────

ORDER = Digits(
    ("ask",), "order", then="end", otherwise="end", least=4, most=8, wrong=("no",), silent=("hm",)
)


@pytest.mark.feature("IVR-03")
@pytest.mark.parametrize(
    ("keys", "kept"), [("12345#", "12345"), ("12345678", "12345678"), ("0012#", "0012")]
)
def test_a_number_ends_by_its_end_key_or_when_it_is_full(keys: str, kept: str) -> None:
    visit = Visit(flow({"ask": ORDER}))
    assert visit.begin() == [Tell(("ask",))]
    assert visit.press(keys[0]) == [Hush(), Listen(ORDER.between)]
    acts = keyed(visit, keys[1:])
    assert acts == [Entered("ask", "order", len(kept)), Leave(HangUp())]
    assert visit.values["order"] == kept


@pytest.mark.feature("IVR-03")
def test_a_pause_ends_a_number_that_is_long_enough() -> None:
    visit = Visit(flow({"ask": ORDER}))
    visit.begin()
    visit.played()
    keyed(visit, "1234")
    assert visit.silence() == [Entered("ask", "order", 4), Leave(HangUp())]


def test_too_few_digits_and_no_digits_have_words_and_ways_out_of_their_own() -> None:
    ask = Digits(
        ("ask",), "pin", then="end", otherwise="end", least=4, tries=2, wrong=("no",),
        silent=("hm",), on_wrong="clerk", on_silent="bye",
    )  # fmt: skip
    nodes: dict[str, Node] = {"ask": ask, "clerk": ToQueue("q"), "bye": Play(("bye",), "end")}
    wrong = Visit(flow(nodes))
    wrong.begin()
    assert keyed(wrong, "12#") == [Tell(("no", "ask"))]
    assert keyed(wrong, "9*#") == [Leave(ToQueue("q"))]
    silent = Visit(flow(nodes))
    silent.begin()
    silent.played()
    assert silent.silence() == [Tell(("hm", "ask"))]
    silent.played()
    assert silent.silence() == [Tell(("bye",))]


def test_keys_typed_ahead_run_through_menu_and_number() -> None:
    nodes: dict[str, Node] = {
        "hello": Play(("hello",), "menu"),
        "menu": Menu(("which",), {"1": "ask"}, otherwise="end", into="choice"),
        "ask": ORDER,
    }
    visit = Visit(flow(nodes))
    visit.begin()
    assert keyed(visit, "11234#") == []
    acts = visit.played()
    assert acts == [Chose("menu", "1"), Entered("ask", "order", 4), Leave(HangUp())]
    assert (visit.values["choice"], visit.values["order"]) == ("1", "1234")


def test_a_flood_of_keys_is_let_go() -> None:
    visit = Visit(flow({"hello": Play(("hello",), "menu"), "menu": Menu((), {}, "end")}))
    visit.begin()
    keyed(visit, "123456789*0#" * 5000)
    assert len(visit.ahead) == MOST_AHEAD
    assert visit.played() == [Listen(5.0)], "a wrong key throws the others away; it is asked again"


# ── languages, marks ─────────────────────────────────────────────────────────


@pytest.mark.feature("IVR-07")
def test_a_language_is_chosen_and_kept() -> None:
    nodes: dict[str, Node] = {
        "lang": Language(("which",), {"1": "zh", "2": "en"}, then="tell"),
        "tell": Play((Reading("amount", "$owed"),), "end"),
    }
    visit = Visit(
        flow(nodes, variables={"owed": "12.5"}, lang="zh"), reader=lambda *what: ("/".join(what),)
    )
    assert visit.begin() == [Speak("zh"), Tell(("which",))]
    acts = visit.press("2")
    assert acts == [Hush(), Chose("lang", "2"), Speak("en"), Tell(("amount/12.5/en",))]
    assert visit.lang == "en"


def test_who_chooses_no_language_keeps_the_first() -> None:
    visit = Visit(flow({"lang": Language((), {"1": "zh", "2": "en"}, "end", tries=1)}))
    visit.begin()
    assert visit.silence() == [Leave(HangUp())]
    fixed = Visit(flow({"lang": Language((), {"-": "en"}, "end")}))
    assert fixed.begin() == [Speak("en"), Leave(HangUp())]


def test_a_survey_in_a_flow_takes_a_mark() -> None:
    visit = Visit(flow({"rate": Survey(("ask",), "end", "end", into="mark")}))
    visit.begin()
    assert visit.press("4") == [Hush(), Scored("4"), Leave(HangUp())]
    assert visit.values["mark"] == "4"


# ── variables ────────────────────────────────────────────────────────────────


@pytest.mark.feature("IVR-13", "IVR-14", "IVR-15", "IVR-16", "IVR-17")
def test_the_five_macro_variables() -> None:
    moment = datetime(2026, 3, 2, 9, 5, 7)
    assert macros("95500", "138", moment) == {
        "DNIS": "95500",
        "ANI": "138",
        "DATE": "20260302",
        "TIME": "090507",
        "DATETIME": "20260302090507",
    }
    tell = Play((Reading("date", "$DATE"), Reading("digits", "${ANI}")), "end")
    visit = Visit(flow({"tell": tell}), caller="138", reader=lambda kind, value, _: (value,))
    visit.moment = moment
    assert visit.begin() == [Tell(("20260302", "138"))]


@pytest.mark.feature("IVR-12")
def test_a_flow_has_at_least_eight_variables_and_not_without_end() -> None:
    eight = {f"v{n}": str(n) for n in range(8)}
    text = "".join(f"${name}" for name in eight)
    visit = Visit(flow({"out": ToExtension(text)}, variables=eight))
    assert visit.begin() == [Leave(ToExtension("01234567"))]
    with pytest.raises(FlowError, match=f"keep to {MOST_VARIABLES}"):
        flow({}, variables={f"v{n}": "" for n in range(MOST_VARIABLES + 1)})


def test_filling_in() -> None:
    assert filled("a$x-${y}z$w", {"x": "1", "y": "2"}) == "a1-2z"
    assert named("a$x-${y}z") == ["x", "y"]
    assert len(filled("$x", {"x": "9" * 9999})) == LONGEST


@pytest.mark.feature("IVR-08")
@pytest.mark.parametrize(
    ("left", "test", "right", "answer"),
    [
        ("12.50", "is", "12.5", True),
        ("0012", "is", "12", False),
        ("vip", "is", "vip", True),
        ("", "is", "", True),
        ("a", "is_not", "b", True),
        ("9", "less", "10", True),
        ("b", "more", "a", True),
        ("093000", "at_least", "090000", True),
        ("200", "at_most", "199.99", False),
        ("0000123", "begins", "0000", True),
        ("abc", "contains", "bc", True),
        ("nan", "less", "1", False),
    ],
)
def test_comparing(left: str, test: Test, right: str, answer: bool) -> None:
    assert holds(left, test, right) is answer
    nodes: dict[str, Node] = {
        "at": Compare("$left", test, "$right", yes="q", no="end"),
        "q": ToQueue("q"),
    }
    visit = Visit(flow(nodes, variables={"left": left, "right": right}))
    assert visit.begin() == [Leave(ToQueue("q") if answer else HangUp())]


def test_secret_variables_stay_inside() -> None:
    one = flow({}, variables={"pin": "1234", "order": "7"}, secret=frozenset({"pin"}))
    visit = Visit(one)
    visit.begin()
    assert visit.shown() == {"order": "7"}


# ── ACCESS DB ────────────────────────────────────────────────────────────────

LOOK = LookUp(
    "bill_amount", {"number": "$ANI"}, {"amount": "owed"},
    found="tell", missing="none", failed="sorry",
)  # fmt: skip
RECORDS: dict[str, Node] = {
    "look": LOOK,
    "tell": Play((Reading("amount", "$owed"),), "end"),
    "none": Play(("none",), "end"),
    "sorry": Play(("sorry",), "end"),
}


@pytest.mark.feature("IVR-02")
def test_an_answer_fills_variables_and_has_three_ways_out() -> None:
    def asked() -> Visit:
        visit = Visit(flow(RECORDS), caller="138", reader=lambda kind, value, _: (value,))
        assert visit.begin() == [Ask("bill_amount", {"number": "138"}, 3.0)]
        return visit

    assert asked().answered({"amount": "88.80", "other": "x"}) == [Tell(("88.80",))]
    assert asked().answered(None) == [Tell(("none",))]
    late = asked()
    assert late.unanswered() == [Tell(("sorry",))]
    assert late.answered({"amount": "1"}) == [], "too late"


# ── flows inside flows ───────────────────────────────────────────────────────


@pytest.mark.feature("IVR-18")
def test_a_flow_is_entered_and_comes_back_with_what_it_found() -> None:
    inner = Flow(
        "inner",
        "ask",
        {"ask": Digits((), "code", "back", "back", least=1, most=2), "back": Return()},
        variables={"code": "", "kind": "none"},
    )
    outer = flow(
        {
            "in": EnterFlow("inner", "out", given={"kind": "$what"}, into={"code": "got"}),
            "out": ToExtension("$got"),
        },
        variables={"what": "order", "got": ""},
    )
    visit = Visit(outer, {"inner": inner})
    assert visit.begin() == [Listen(5.0)]
    assert visit.values["kind"] == "order"
    assert keyed(visit, "42")[-1] == Leave(ToExtension("42"))
    assert "kind" not in visit.values, "its variables are its own"


def test_the_outermost_return_ends_the_call() -> None:
    assert Visit(flow({"back": Return()})).begin() == [Leave(HangUp())]


def test_a_flow_in_itself_is_stopped_at_a_depth() -> None:
    again = flow({"in": EnterFlow("f", "end")})
    visit = Visit(again, {"f": again})
    assert visit.begin() == [Stuck("in", "depth")]
    assert len(visit.outer) == DEEPEST
    assert Visit(again).begin() == [Stuck("in", "no_flow")]


# ── USER STOP FLOW ───────────────────────────────────────────────────────────


@pytest.mark.feature("IVR-09")
def test_what_is_done_when_the_caller_hangs_up() -> None:
    nodes: dict[str, Node] = {
        "menu": Menu(("which",), {"1": "end"}, "end"),
        "gone": UserStop("note"),
        "note": LookUp("note", {"text": "left at menu"}, {}, "more", "end", "end"),
        "more": Play(("nobody hears this",), "again"),
        "again": LookUp("note", {"text": "second"}, {}, "menu", "end", "end"),
    }
    visit = Visit(flow(nodes))
    visit.begin()
    asked = [act for act in visit.hung_up() if isinstance(act, Ask)]
    assert [act.given["text"] for act in asked] == ["left at menu", "second"]
    assert visit.hung_up() == [] and visit.press("1") == [], "it is over"


NOTED = LookUp("note", {"text": "x $order $pin"}, {}, "check", "end", "end")
PIN = Digits(("pin",), "pin", then="note", otherwise="end", least=4, most=4)


def test_a_secret_is_starred_in_a_note_and_told_to_a_look_up_that_decides() -> None:
    check = LookUp("member", {"number": "$ANI", "pin": "$pin"}, {}, "end", "end", "end")
    nodes: dict[str, Node] = {"pin": PIN, "note": NOTED, "check": check}
    values = {"order": "7", "pin": ""}
    visit = Visit(flow(nodes, variables=values, secret=frozenset({"pin"})), caller="1390")
    visit.begin()
    assert keyed(visit, "4711")[-1] == Ask("note", {"text": "x 7 ***"}, NOTED.seconds)
    assert visit.answered({}) == [Ask("member", {"number": "1390", "pin": "4711"}, check.seconds)]
    assert visit.shown() == {"order": "7"}


def test_a_secret_stays_one_in_an_inner_flow_and_on_its_way_out() -> None:
    note = replace(NOTED, given={"text": "got $card"}, found="back")
    inner = flow({"note": note, "back": Return()}, "inner", variables={"card": ""})
    enter = EnterFlow("inner", "after", {"card": "no. $pin"}, {"card": "seen"})
    nodes: dict[str, Node] = {
        "pin": replace(PIN, then="in"),
        "in": enter,
        "after": replace(note, given={"text": "saw $seen"}, found="end"),
    }
    values, secret = {"pin": "", "seen": ""}, frozenset({"pin"})
    visit = Visit(flow(nodes, variables=values, secret=secret), {"inner": inner})
    visit.begin()
    assert keyed(visit, "4711")[-1] == Ask("note", {"text": "got ***"}, NOTED.seconds)
    assert visit.answered({}) == [Ask("note", {"text": "saw ***"}, NOTED.seconds)]
    assert visit.values["seen"] == "no. 4711" and visit.shown() == {}


@pytest.mark.feature("IVR-10")
def test_every_way_out_of_every_node_is_named() -> None:
    assert ways(LOOK) == {"found": "tell", "missing": "none", "failed": "sorry"}
    assert ways(ToQueue("q", gave_up="x")) == {"gave_up": "x"}
    assert ways(HangUp()) == {}
    assert ways(Menu((), {"1": "a"}, "b", on_silent="c")) == {
        "1": "a",
        "otherwise": "b",
        "on_silent": "c",
    }


# ── loops ────────────────────────────────────────────────────────────────────


def test_a_flow_that_nobody_hears_is_stopped() -> None:
    circle = flow({"a": Compare("1", "is", "1", "b", "b"), "b": Compare("1", "is", "1", "a", "a")})
    assert Visit(circle).begin() == [Stuck("b", "loop")]


def test_prompts_that_are_missing_do_not_hide_a_loop() -> None:
    visit = Visit(flow({"a": Play(("x",), "b"), "b": Play(("y",), "a")}))
    acts = visit.begin()
    for _ in range(MOST_QUIET):
        acts = visit.played(heard=False)
    assert acts == [Stuck("b", "loop")]


def test_a_menu_that_is_heard_may_come_round_for_ever() -> None:
    visit = Visit(flow({"a": Play(("x",), "b"), "b": Menu((), {"9": "a"}, "end")}))
    visit.begin()
    for _ in range(MOST_QUIET * 2):
        visit.played()
        assert visit.press("9")[-1] == Tell(("x",))


def test_ten_thousand_nodes() -> None:
    nodes: dict[str, Node] = {f"n{n}": Play((f"p{n}",), f"n{n + 1}") for n in range(10_000)}
    visit = Visit(Flow("long", "n0", {**nodes, "n10000": HangUp()}))
    visit.begin()
    acts: list[Act] = []
    for _ in range(10_000):
        acts = visit.played()
    assert acts == [Leave(HangUp())]


def test_a_plan_refuses_a_flow_that_enters_nothing() -> None:
    with pytest.raises(PlanError, match="add the flow 'nowhere'"):
        plan_of(flows={"reception": flow({"in": EnterFlow("nowhere", "end")}, "reception")})
