"""``[[outbound]]`` and the numbers that desks and queues show: read strictly, told in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from classroom.errors import BadSettings
from classroom.flows.lookups import SHAPES
from classroom.flows.shelf import FlowShelf
from classroom.misfit import fault
from classroom.plan import board_plan, queues_of
from classroom.plan_words import PLAN
from classroom.setting_words import MISFITS
from classroom.settings import Settings
from classroom.speech.prompts import TEXTS
from classroom.store.people import Person
from classroom.trunks import GatewayEntry, TrunkEntry
from classroom.words import speak
from telephony.pbx import queue_plan
from telephony.pbx.errors import PLAN_FAULTS, PlanError
from telephony.pbx.forwards import Forwards
from telephony.pbx.numbering import CHINA, Kind, Place
from telephony.pbx.outing import NoWay, trunks_for
from telephony.pbx.plan import BoardPlan
from tests.classroom.real import refused

AGENT = Person(
    login="s01", name="S", role="student", extension="1001", password_hash="", sip_password="x"
)
TELECOM = TrunkEntry(
    name="telecom", line="practice", gateways=[GatewayEntry(host="127.0.0.9")],
    numbers={"01062340001": "queue care", "01062340002": "queue care"},
)  # fmt: skip
RULES = """
[numbers]
area = "10"
[desks]
shows = "01062340001"
shows_at = { "1001-1003" = "010 6234 0002" }
[queues.care]
shows = "62340002"
[[outbound]]
trunk = "telecom"
kinds = ["mobile"]
[[outbound]]
trunk = "telecom"
begins = ["0571", "0044"]
"""


def plan_of(data: Path, text: str) -> BoardPlan:
    (data / "lab.toml").write_text(text, encoding="utf-8")
    settings = Settings.load(data)
    queues = frozenset(queues_of(settings))
    flows = FlowShelf(data / "flows", frozenset(TEXTS["zh"]), queues, SHAPES, "zh")
    flows.load()
    return board_plan(
        settings, [AGENT], trunk_password="x", carrier_port=5099, own=[TELECOM], prompts={},
        flows=flows,
    )  # fmt: skip


@pytest.mark.unit
@pytest.mark.feature("TEL-01")
@pytest.mark.parametrize(
    ("number", "trunks"),
    [
        ("13800138000", ["telecom", "practice"]),
        ("057187654321", ["telecom", "practice"]),
        ("010 6234 9999", ["practice"]),
        ("02162349999", ["practice"]),
    ],
)
def test_rules_say_which_trunk_carries_a_number(
    tmp_path: Path, number: str, trunks: list[str]
) -> None:
    plan = plan_of(tmp_path, RULES)
    read = plan.place.dialled(number)
    assert read is not None
    found = trunks_for(plan, read)
    assert not isinstance(found, NoWay)
    assert [trunk.name for trunk in found] == trunks
    assert plan.rules[0].kinds == frozenset({Kind.MOBILE})
    assert plan.rules[1].begins == ("+86571", "+44")


@pytest.mark.unit
@pytest.mark.feature("TEL-01")
def test_a_desk_and_a_queue_show_the_number_that_is_written(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, RULES)
    assert plan.desks["1001"].shows == "010 6234 0002"
    assert plan.queues["care"].shows == "62340002"
    plain = plan_of(tmp_path, '[desks]\nshows = "01062340001"\n')
    assert plain.desks["1001"].shows == "01062340001"
    assert (plain.rules, plain.wrap_calls_out) == ((), True)
    assert not plan_of(tmp_path, "[desks]\nwrap_calls_out = false\n").wrap_calls_out


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "where", "zh", "en"),
    [
        ('[[outbound]]\nkinds = ["mobile"]', "outbound.0.trunk", "请补上", "add it"),
        ('[[outbound]]\ntrunk = "a"\nspeed = 1', "outbound.0.speed", "改正拼写", "spelling"),
        ('[[outbound]]\ntrunk = "a"\nkinds = ["moon"]', "outbound.0.kinds.0", "中选择", "choose"),
        ('[[outbound]]\ntrunk = "a"\nbegins = ["x"]', "outbound.0.begins.0", "不写空格", "digits"),
        ('[[outbound]]\ntrunk = "a"\nkinds = []', "outbound.0.kinds", "至少 1 项", "at least 1"),
        ('[desks]\nshows = "my number"', "desks.shows", "请写号码", "a number"),
        ('[desks]\nshows_at = { "x" = "12345" }', "desks.shows_at", "1001-1010", "1001-1010"),
        ("[desks]\nring_seconds = 0", "desks.ring_seconds", "大于 0", "above 0"),
        ('[desks]\nwrap_calls_out = "perhaps"', "desks.wrap_calls_out", "true", "true or false"),
        ('[queues.care]\nstrategy = "luck"', "queues.care.strategy", "中选择", "choose one of"),
        ('[queues.care]\nfull = "queue"', "queues.care.full", "转到哪一个", "to which one"),
        ('[queues.care]\nkeys = { x = "busy" }', "queues.care.keys", "不是电话按键", "no key"),
    ],
)
def test_what_is_wrong_is_one_sentence_in_both_languages(
    tmp_path: Path, text: str, where: str, zh: str, en: str
) -> None:
    (tmp_path / "lab.toml").write_text(text, encoding="utf-8")
    for lang, words, colon in (("zh", zh, "："), ("en", en, ": ")):
        speak(lang)  # type: ignore[arg-type]
        with pytest.raises(BadSettings) as error:
            Settings.load(tmp_path)
        said = str(error.value)
        assert f"lab.toml{colon}{where}{colon}" in said
        assert words in said
        if lang == "zh":
            assert not re.search(r"(?i)(should|input|value error)", said)


@pytest.mark.unit
def test_every_fault_of_a_plan_has_its_words() -> None:
    assert set(PLAN) == set(PLAN_FAULTS)
    for code, (zh, en) in {**PLAN, **MISFITS}.items():
        names = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in (zh, en)]
        assert names[0] == names[1], code
        assert re.search(r"[一-龥]", zh) and not re.search(r"[一-龥]", en), code
        assert not zh.endswith("。") and not en.endswith("."), code


@pytest.mark.unit
def test_every_plan_error_that_the_switchboard_raises_is_in_the_table() -> None:
    room = Path(queue_plan.__file__).parents[1]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in room.rglob("*.py"))
    for other in ("outbound.py", "queues/settings.py"):
        path = Path(__file__).parents[2] / "classroom" / other
        sources += path.read_text(encoding="utf-8")
    raised = set(re.findall(r'raise PlanError\(\s*"(\w+)"', sources))
    assert raised == set(PLAN_FAULTS)
    assert sources.count("raise PlanError(") == len(re.findall(r'raise PlanError\(\s*"', sources))


@pytest.mark.unit
def test_a_fault_is_told_in_the_readers_language(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as follow:
        Forwards(follow=("1", "2", "3", "4"))
    assert fault(follow.value, "zh") == "跟随振铃最多 3 部电话，请减少"
    assert fault(follow.value, "en") == str(follow.value)
    with pytest.raises(PlanError) as lost:
        plan_of(tmp_path, '[[outbound]]\ntrunk = "nobody"\n')
    assert "nobody" in fault(lost.value, "zh") and "呼出规则" in fault(lost.value, "zh")
    with pytest.raises(PlanError) as shown:
        plan_of(tmp_path, '[desks]\nshows = "01099999999"\n')
    assert "1001" in fault(shown.value, "zh") and "外显号码" in fault(shown.value, "zh")


@pytest.mark.unit
def test_queues_do_not_overflow_in_a_circle(tmp_path: Path) -> None:
    plan_of(tmp_path, '[queues.care]\nmembers = ["1001-1050"]\n')
    assert plan_of(tmp_path, "[queues.care]\nmembers = []\n").queues["care"].members is None
    with pytest.raises(PlanError) as circle:
        plan_of(tmp_path, '[queues.care]\nempty = "queue vip"\n[queues.vip]\nfull = "queue care"\n')
    assert "care → vip → care" in fault(circle.value, "zh")


@pytest.mark.unit
def test_beginnings_are_written_as_one_dials_them() -> None:
    from classroom.outbound import beginning

    place = Place(CHINA, "10")
    written = ["010", "0085", "138", "+8610", "95", "00001"]
    told = ["+8610", "+85", "+86138", "+8610", "95", "00001"]
    assert [beginning(one, place) for one in written] == told


@pytest.mark.wire
async def test_a_rule_to_a_trunk_that_is_not_there_ends_the_start_with_2(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text('[[outbound]]\ntrunk = "nobody"\n')
    ports = ("--sip-port", "0", "--http-port", "0", "--voice", "tone")
    said = await refused("serve", "--data", str(tmp_path), *ports, "--lang", "zh")
    assert "lab.toml：呼出规则所用的中继 'nobody' 不存在" in said
    (tmp_path / "lab.toml").write_text("[callers]\nblacklist = 5\n")
    said = await refused("serve", "--data", str(tmp_path), *ports, "--lang", "en")
    assert "lab.toml: callers.blacklist: write a list" in said
