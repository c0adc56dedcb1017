"""A secret that a caller keyed in stays in, also in flows that are entered with it."""

from pathlib import Path

import pytest

from classroom.flows.errors import BrokenFlow
from classroom.flows.shelf import FlowShelf
from classroom.speech.prompts import TEXTS
from telephony.pbx.ivr.lookup import Shape

pytestmark = pytest.mark.unit
LOOKUPS = {
    "member": Shape(frozenset({"number", "pin"}), frozenset({"name"})),
    "note": Shape(frozenset({"text"})),
}
OUTER = """\
flow: outer
variables: {pin: {secret: true}, back: ""}
start: ask
nodes:
  ask: {type: play_digit, say: [menu], into: pin, then: go, otherwise: out}
  go:
    type: data_entry
    flow: inner
    given:
      code: "$pin"
    into: {code: back}
    then: out
  out: {type: stop_flow}
"""
INNER = """\
flow: inner
variables: {code: ""}
start: use
nodes:
  use: {type: access_db, ask: member, given: {number: $ANI, pin: $code},
    found: out, missing: out, failed: out}
  out: {type: stop_flow, to: back}
"""
USE = INNER[INNER.index("  use:") : INNER.index("  out:")]
LEAKS = {
    "spoken": "  use: {type: play_number, value: $code, kind: digits, then: out}\n",
    "written": '  use: {type: access_db, ask: note, given: {text: "code $code"}, found: out,\n'
    "    missing: out, failed: out}\n",
    "way": '  use: {type: stop_flow, to: number, name: "${code}"}\n',
}
SAYS = {"spoken": "read aloud", "written": "written down by `note`", "way": "name a way out"}


def shelf(folder: Path, **flows: str) -> FlowShelf:
    for name, text in flows.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    one = FlowShelf(folder, set(TEXTS["zh"]), {"service", "sales", "care"}, LOOKUPS)
    one.load()
    return one


def told(folder: Path, name: str, text: str, **flows: str) -> list[str]:
    try:
        shelf(folder, **flows).fit(name, text)
    except BrokenFlow as error:
        assert all(mistake.told("zh") for mistake in error.mistakes)
        return [mistake.told("en").removeprefix(f"{name}.yaml:") for mistake in error.mistakes]
    return []


def test_a_secret_may_be_asked_with_in_a_flow_inside(tmp_path: Path) -> None:
    assert told(tmp_path, "outer", OUTER, inner=INNER) == []
    assert told(tmp_path, "inner", INNER, outer=OUTER) == []


@pytest.mark.parametrize("leak", LEAKS)
def test_who_gives_a_secret_to_a_flow_that_tells_it_is_told_where(
    tmp_path: Path, leak: str
) -> None:
    inner = INNER.replace(USE, LEAKS[leak])
    (one,) = told(tmp_path, "outer", OUTER, inner=inner)
    assert one == (
        "10: the secret `pin` would get out of the flow `inner` at its node `use`; do not give it"
    )


@pytest.mark.parametrize("leak", LEAKS)
def test_a_flow_that_is_given_a_secret_is_told_where_it_gets_out(tmp_path: Path, leak: str) -> None:
    (one,) = told(tmp_path, "inner", INNER.replace(USE, LEAKS[leak]), outer=OUTER, inner=INNER)
    assert one.startswith("5: the variable `code` ") and SAYS[leak] in one


@pytest.mark.parametrize("leak", LEAKS)
def test_a_flow_tells_its_own_secret_nowhere(tmp_path: Path, leak: str) -> None:
    text = INNER.replace(USE, LEAKS[leak]).replace('code: ""', "code: {secret: true}")
    (one,) = told(tmp_path, "inner", text)
    assert one.startswith("5: the variable `code` ") and SAYS[leak] in one


def test_a_secret_is_followed_through_flows_and_back_again(tmp_path: Path) -> None:
    middle = OUTER.replace("flow: outer", "flow: middle").replace("pin: {secret: true}", 'pin: ""')
    middle = middle.replace("to: back}", "").replace(
        "{type: stop_flow}", "{type: stop_flow, to: back}"
    )
    outer = OUTER.replace("flow: inner", "flow: middle").replace("code: ", "pin: ")
    leaky = INNER.replace(USE, LEAKS["spoken"])
    (one,) = told(tmp_path, "outer", outer, middle=middle, inner=leaky)
    assert "get out of the flow `inner` at its node `use`" in one
    spoken = OUTER.replace(
        "  out: {type: stop_flow}",
        "  out: {type: play_number, value: $back, kind: digits, then: end}\n  end: {type: stop_flow}",
    )
    (one,) = told(tmp_path, "outer", spoken, inner=INNER)
    assert one.startswith("13: the variable `back` ") and "read aloud" in one


def test_what_is_no_secret_may_be_told_by_a_flow_inside(tmp_path: Path) -> None:
    outer = OUTER.replace("pin: {secret: true}", 'pin: ""')
    assert told(tmp_path, "outer", outer, inner=INNER.replace(USE, LEAKS["spoken"])) == []
