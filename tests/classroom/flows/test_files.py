"""Flow files: read strictly, told wrong by line in both languages, edited with comments kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from classroom.flows.accounts import ACCOUNTS
from classroom.flows.check import circles
from classroom.flows.document import LARGEST, Document, read
from classroom.flows.edits import edited, fresh, stored
from classroom.flows.errors import BrokenFlow, UnknownFlow
from classroom.flows.model import TYPES, Variable
from classroom.flows.shelf import BUNDLED, FlowShelf
from classroom.flows.words import WORDS
from classroom.speech.prompts import TEXTS
from telephony.pbx import ivr
from telephony.pbx.ivr.lookup import Shape
from telephony.pbx.ivr.visit import Visit

pytestmark = pytest.mark.unit

LOOKUPS = {
    **ACCOUNTS,
    "note": Shape(frozenset({"text"})),
    "bill_amount": Shape(frozenset({"number"}), frozenset({"amount"})),
    "order_status": Shape(
        frozenset({"order", "number"}), frozenset({"status", "day", "amount", "order"})
    ),
}
GOOD = """\
# what this flow is for
flow: try-it
variables: {pin: {secret: true, value: ""}}
prompts:
  ask: {zh: 请输入, en: Please enter}   # short
start: ask
nodes:
  ask:            # the first
    type: play_digit
    say: [ask]    # one prompt
    into: pin
    min: 4
    then: out
    otherwise: out
  out:
    type: stop_flow
    to: queue
    name: care
"""


def shelf(folder: Path | None = None) -> FlowShelf:
    one = FlowShelf(folder, set(TEXTS["zh"]), {"care"}, LOOKUPS)
    one.load()
    return one


def told(text: str, lang: str = "en") -> list[str]:
    """Everything that is wrong with a text, without its file's name."""
    try:
        found = shelf().fit("try-it", text).weak
    except BrokenFlow as error:
        found = error.mistakes
    return [one.told(lang).removeprefix("try-it.yaml:") for one in found]  # type: ignore[arg-type]


@pytest.mark.feature("IVR-22")
def test_a_good_file_is_a_flow() -> None:
    one = shelf().fit("try-it", GOOD)
    assert one.flow.secret == {"pin"}
    assert one.texts("en") == {"try-it.ask": "Please enter"}
    assert one.weak == ()
    node = one.flow.nodes["ask"]
    assert isinstance(node, ivr.Digits)
    assert (node.prompts, node.least) == (("try-it.ask",), 4)


@pytest.mark.feature("TEL-25")
def test_a_variable_may_hold_how_far_a_member_comes_first() -> None:
    by_level = GOOD.replace("    name: care\n", "    name: care\n    priority: $pin\n")
    one = shelf().fit("try-it", by_level)
    assert one.weak == ()
    visit = Visit(one.flow)
    visit.begin()
    visit.played()
    for key in "0003#":
        acts = visit.press(key)
    assert acts[-1] == ivr.Leave(ivr.ToQueue("care", priority=3))
    (unknown,) = told(by_level.replace("$pin", "$rank"))
    assert unknown.startswith("19:") and "rank" in unknown
    assert told(by_level.replace("$pin", "high"), "zh") == ["19: `nodes.out.priority`：请写整数"]


@pytest.mark.feature("IVR-11")
def test_the_bundled_flows_are_good_and_use_all_nine_node_types() -> None:
    stood = shelf()
    assert set(stood.flows) >= {"front", "broadband", "order"} and not stood.broken
    assert [one.weak for one in stood.flows.values() if one.weak] == []
    nine = set(list(TYPES)[:9])
    used = {node.type for one in stood.flows.values() for node in one.sheet.nodes.values()}
    assert nine <= used, nine - used
    assert stood.numbers()["000010000"] == "front"
    assert stood.trials()["*7801"] == "front"


@pytest.mark.feature("IVR-05", "IVR-06")
def test_the_front_menu_is_what_it_always_was() -> None:
    front = shelf().find("front").flow
    visit = Visit(front)
    assert visit.begin() == [ivr.Tell(("welcome",))]
    assert visit.played() == [ivr.Tell(("menu",))]
    assert visit.played() == [ivr.Listen(5.0)]
    assert visit.press("1")[-1] == ivr.Leave(ivr.ToQueue("care", gave_up="gave_up"))
    assert visit.come_back("gave_up") == [ivr.Tell(("queue.gave_up",))]


NOTES = GOOD.replace("then: out", "then: note").replace(
    "  out:",
    '  note: {type: access_db, ask: note,\n    given: {text: "x $pin"}, found: day,\n'
    "    missing: day, failed: day}\n"
    '  day: {type: play_number,\n    value: "2026-02-29", kind: date, then: out}\n  out:',
)
WRONG = [
    (NOTES, "16:", "`pin` is secret and must not be written down by `note`", "是保密的"),
    (NOTES, "19:", "`2026-02-29` cannot be read aloud as date", "不能按 date 读出来"),
    (GOOD.replace("min: 4", "min: 4\n    mim: 5"), "13:", "`mim` is no key of nodes.ask", "mim"),
    (GOOD.replace("min: 4", "min: four"), "12:", "write a whole number", "请写整数"),
    (GOOD.replace("min: 4", "min: 40"), "12:", "from 1 to 32", "1 到 32"),
    (GOOD.replace("    then: out\n", ""), "8:", "add `then:` to nodes.ask", "加上 `then:`"),
    (GOOD.replace("play_digit", "play_digits"), "8:", "must be one of play_only", "只能是"),
    (GOOD.replace("then: out", "then: outt"), "13:", "there is no node `outt`", "没有节点"),
    (GOOD.replace("say: [ask]", "say: [aks]"), "10:", "no prompt `aks`", "没有提示音"),
    (GOOD.replace("into: pin", "into: pim"), "11:", "no variable `pim`", "没有定义变量"),
    (GOOD.replace("into: pin", "into: ANI"), "11:", "is a macro variable", "系统变量"),
    (GOOD.replace("name: care", "name: car"), "18:", "no queue `car`; choose of care", "没有队列"),
    (GOOD.replace("    name: care\n", ""), "15:", "say where to go", "请写明"),
    (GOOD.replace("zh: 请输入, ", ""), "5:", "has no Chinese words", "没有中文内容"),
    (GOOD.replace("min: 4", "min: 9\n    max: 8"), "12:", "`min` must not be more", "不能大于"),
    (GOOD.replace("flow: try-it", "flow: other"), "2:", "make them the same", "改成一样"),
    (GOOD.replace("  ask:  ", " ask:  "), "15:", "check the indent", "缩进"),
    (GOOD + "  out: {type: stop_flow}\n", "19:", "stands twice", "写了两次"),
    (GOOD.replace("to: queue", "to: queue\n    failed: &x ask\n    say: [*x]"), "19:", "references", "引用"),
    (GOOD + "deep: " + "[" * 90_000, "19:", "keep a flow within 32 levels", "不要超过 32 层"),
    (GOOD + "deep: " + "{a: " * 90_000, "19:", "keep a flow within 32 levels", "不要超过 32 层"),
    (GOOD + "---\nflow: two\n", "20:", "a file holds one flow", "只写一个流程"),
    (GOOD + "? [a, b]\n: c\n", "19:", "a key is plain text", "键只能是文字"),
    ("", "1:", "empty or no mapping", "空的"),
    ("- a\n- b\n", "1:", "empty or no mapping", "空的"),
    (GOOD + "#" + "x" * LARGEST, "1:", "keep a flow below 1024 KB", "不要超过 1024 KB"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "en", "zh"), WRONG)
def test_what_is_wrong_is_told_with_its_line_in_both_languages(
    text: str, line: str, en: str, zh: str
) -> None:
    english, chinese = told(text), told(text, "zh")
    assert any(one.startswith(line) and en in one for one in english), english
    assert any(one.startswith(line) and zh in one for one in chinese), chinese


HEAD = "flow: try-it\nstart: a\nnodes:\n"


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        (
            "  a: {type: var_compare, left: $ANI, test: is, right: x, yes: b, no: b}\n"
            "  b: {type: var_compare, left: $ANI, test: is, right: x, yes: a, no: c}\n"
            "  c: {type: stop_flow}\n",
            "the flow goes round through",
        ),
        (
            "  a: {type: play_only, say: [welcome], then: b}\n"
            "  b: {type: play_only, say: [menu], then: a}\n",
            "no way out can be reached from `a`",
        ),
        (
            "  a: {type: stop_flow}\n  b: {type: stop_flow}\n",
            "no way leads to the node `b`",
        ),
        (
            "  a: {type: play_option, say: [menu], keys: {11: b}, otherwise: b}\n"
            "  b: {type: stop_flow}\n",
            "`11` is no key of a telephone",
        ),
        (
            "  a: {type: access_db, ask: bill, found: b, missing: b, failed: b}\n"
            "  b: {type: stop_flow}\n",
            "no look-up `bill`; choose of balance, bill_amount, calling_card, note, order_status",
        ),
        (
            "  a: {type: access_db, ask: bill_amount, into: {sum: x}, found: b, missing: b,"
            " failed: b}\n  b: {type: stop_flow}\n",
            "takes `number`",
        ),
        (
            "  a: {type: hours, week: {mon: 9-5}, open: b, closed: b}\n  b: {type: stop_flow}\n",
            "write hours as",
        ),
        (
            "  a: {type: data_entry, flow: nowhere, then: b}\n  b: {type: stop_flow}\n",
            "no flow `nowhere`",
        ),
        (
            "  a: {type: data_entry, flow: try-it, then: b}\n  b: {type: stop_flow}\n",
            "comes back to itself",
        ),
    ],
)
def test_what_is_wrong_with_the_graph(nodes: str, says: str) -> None:
    assert any(says in one for one in told(HEAD + nodes)), told(HEAD + nodes)


def chain(count: int) -> str:
    lines = ["flow: try-it", "start: n0", "nodes:"]
    lines += [
        f"  n{n}: {{type: play_only, say: [welcome], then: n{n + 1}}}" for n in range(count - 1)
    ]
    return "\n".join([*lines, f"  n{count - 1}: {{type: stop_flow}}"])


def test_ten_thousand_nodes_are_one_flow() -> None:
    assert len(shelf().fit("try-it", chain(10_000)).flow.nodes) == 10_000


def test_each_of_many_mistakes_has_its_line() -> None:
    found = told(chain(1_000).replace("then: n1}", "then: n999}", 1))
    assert len(found) == 998, "everything but the first and the last has no way to it"
    assert (found[0].split(":")[0], found[-1].split(":")[0]) == ("5", "1002")
    round_ = chain(1_000).replace("play_only, say: [welcome]", "user_stop_flow")
    round_ = round_.replace("{type: stop_flow}", "{type: user_stop_flow, then: n500}")
    circle = [one for one in told(round_) if "goes round" in one]
    assert len(circle) == 1 and circle[0].startswith("504:") and "`n500`" in circle[0]


def test_every_circle_is_told_once() -> None:
    ways = {"a": ["b"], "b": ["c", "a"], "c": ["d"], "d": ["c", "nowhere"], "e": ["e"], "f": ["e"]}
    assert sorted(circles(ways)) == ["a", "c", "e"]
    assert circles({"a": ["b", "c"], "b": ["c"], "c": []}) == []


def test_every_sentence_is_in_both_languages() -> None:
    assert [key for key, pair in WORDS.items() if not all(pair)] == []


# ── edits ────────────────────────────────────────────────────────────────────


@pytest.mark.feature("IVR-20", "IVR-23", "IVR-24")
def test_an_edit_keeps_every_comment() -> None:
    text = edited(
        GOOD, "nodes", "ask", {"min": "6", "say": "[ask, welcome]", "tries": "2", "into": "pin"}
    )
    for comment in ("# what this flow is for", "# the first", "# one prompt", "# short"):
        assert comment in text
    assert "min: 6" in text and "say: [ask, welcome]" in text and "tries: 2" in text
    assert edited(GOOD, "nodes", "ask", {"min": "4"}) == GOOD, (
        "what did not change is left as it was"
    )
    added = edited(GOOD, "nodes", "bye", {"type": "stop_flow"})
    assert shelf().fit("try-it", added).flow.nodes["bye"] == ivr.HangUp()
    assert edited(added, "nodes", "bye", None).strip() == GOOD.strip()
    assert "min" not in edited(GOOD, "nodes", "ask", {"min": ""})


def test_a_new_flow_has_its_first_node_once_its_variables_are_stored() -> None:
    new = fresh("try-it", "Try it")
    assert [one.split(": ", 1)[1][:25] for one in told(new)] == ["the flow has no node yet;"]
    eight = [(f"v{n}", Variable(value=f"00{n}")) for n in range(7)]
    text = stored(new, [*eight, ("pin", Variable(secret=True))])
    one = shelf().fit("try-it", text)
    assert one.flow.start == "Start" and isinstance(one.flow.nodes["Start"], ivr.HangUp)
    assert len(one.flow.variables) == 8 and one.flow.secret == {"pin"}
    assert one.flow.variables["v3"] == "003", "digits stay text"
    assert text.index("title:") < text.index("variables:") < text.index("start:")
    assert stored(text, []).count("variables") == 0


def test_variables_are_stored_with_comments_kept() -> None:
    text = GOOD.replace(
        'variables: {pin: {secret: true, value: ""}}',
        "variables:\n  pin: {secret: true}   # four digits\n  old: gone",
    )
    after = stored(text, [("pin", Variable(value="1", secret=True)), ("sum", Variable())])
    assert "# four digits" in after and "# the first" in after and "old" not in after
    assert shelf().fit("try-it", after).flow.variables == {"pin": "1", "sum": ""}
    assert after.count("Start") == 0, "a flow with nodes keeps its own"


def test_prompts_and_head_are_edited_with_comments_kept() -> None:
    text = edited(GOOD, "prompts", "ask", {"en": '"Your number, please"'})
    assert "Your number, please" in text and "# short" in text
    text = edited(text, "prompts", "bye", {"zh": "再见", "en": "Goodbye"})
    assert shelf().fit("try-it", text).sheet.prompts["bye"].zh == "再见"
    assert "bye" not in edited(text, "prompts", "bye", None)
    head = {"title_zh": "试一试", "numbers": '["2025550155"]', "trial": "42", "lang": "en"}
    text = edited(GOOD, "head", "", head)
    sheet = shelf().fit("try-it", text).sheet
    assert (sheet.title.zh, sheet.numbers, sheet.trial) == ("试一试", ["2025550155"], 42)
    assert text.index("trial:") < text.index("prompts:") and "# what this flow is for" in text


def test_another_type_takes_the_fields_it_knows() -> None:
    text = edited(GOOD, "nodes", "ask", {"type": "play_only"})
    node = Document("x", text).data["nodes"]["ask"]
    assert node == {"type": "play_only", "say": ["ask"], "then": "out"}


# ── the shelf ────────────────────────────────────────────────────────────────


def test_the_schools_own_file_stands_before_the_bundled_one(tmp_path: Path) -> None:
    own = (BUNDLED / "front.yaml").read_text(encoding="utf-8").replace("tries: 2", "tries: 5")
    (tmp_path / "front.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("flow: [", encoding="utf-8")
    stood = shelf(tmp_path)
    menu = stood.find("front").flow.nodes["menu"]
    assert isinstance(menu, ivr.Menu) and menu.tries == 5
    assert list(stood.broken) == ["broken"]
    with pytest.raises(BrokenFlow, match=r"broken\.yaml:1: "):
        stood.find("broken")
    (tmp_path / "front.yaml").write_text("flow: front", encoding="utf-8")
    stood.load()
    assert "front" in stood.broken
    kept = stood.flows["front"].flow.nodes["menu"]
    assert kept == menu, "callers go on hearing the last good one"
    fresh = shelf(tmp_path)
    assert "front" in fresh.broken
    assert "menu" in fresh.flows["front"].flow.nodes, "at the start, the one of the program"
    with pytest.raises(UnknownFlow, match="order"):
        stood.find("ordr")


def test_two_flows_cannot_have_one_number() -> None:
    text = GOOD.replace("variables:", 'numbers: ["000010000"]\ntrial: 3\nvariables:')
    assert [one.split(": ", 1)[1] for one in told(text)] == [
        "the number 000010000 already leads to the flow `front`; choose another",
        "the trial number *7803 already belongs to the flow `order`; choose another",
    ]


def test_flows_that_enter_each_other_in_a_circle_are_left_out(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / f"{name}.yaml").write_text(
            f"flow: {name}\nstart: a\nnodes:\n"
            f"  a: {{type: data_entry, flow: {other}, then: b}}\n  b: {{type: stop_flow}}\n",
            encoding="utf-8",
        )
    stood = shelf(tmp_path)
    assert set(stood.broken) == {"one", "two"}
    assert "circle" in stood.broken["one"][0].told("en")


def test_a_recorded_prompt_is_a_file_of_the_folder(tmp_path: Path) -> None:
    text = GOOD.replace("{zh: 请输入, en: Please enter}", "{file: ask.wav}")
    stood = FlowShelf(tmp_path, set(TEXTS["zh"]), {"care"}, LOOKUPS)
    stood.load()
    with pytest.raises(BrokenFlow, match=r"ask\.wav of the prompt `ask` is not there"):
        stood.fit("try-it", text)
    (tmp_path / "ask.wav").write_bytes(b"RIFF")
    assert stood.fit("try-it", text).sounds() == {"try-it.ask": str(tmp_path / "ask.wav")}


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BrokenFlow, match="check its path"):
        read(tmp_path / "nowhere.yaml")
    (tmp_path / "gb.yaml").write_bytes("flow: 中文".encode("gb18030"))
    with pytest.raises(BrokenFlow, match="save it as UTF-8"):
        read(tmp_path / "gb.yaml")
    with pytest.raises(BrokenFlow, match="empty or no mapping"):
        Document("x", "")
