"""What is wrong with a file is told in Chinese and in English, on the same line."""

import re
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest

from scenarios.check import Known
from scenarios.errors import BrokenScenario, Mistake, UnknownScenario
from scenarios.explain import _BOUNDS, _FORMS, _WRITE
from scenarios.load import PACKS, check_file, find, load
from scenarios.telling import _SENTENCES, say

pytestmark = pytest.mark.unit
EN = (PACKS / "en/retail/order-inquiry.yaml").read_text(encoding="utf-8")
ZH = (PACKS / "zh/telecom/broadband-bill.yaml").read_text(encoding="utf-8")
HAN = re.compile(r"[\u4e00-\u9fff]")

ANSWER = ZH.partition('    complains: {say: "')[2].partition('"}')[0]

THERE = Known({"inbound-care"}, {"broadband-bill"}, {"zh": {"zm_yunxi"}, "en": {"af_heart"}})

SLIPS = [
    # key of the sentence, what is written, what is written instead
    ("missing", "title: 宽带费怎么多扣了钱\n", ""),
    ("no_key", "teaches:", "teches:"),
    ("no_key", "talk_time: 3m", "talk_time: 3m\nxyzzy: 1"),
    ("one_of", "lang: zh", "lang: fr"),
    ("looks_like", "industry: telecom", "industry: Tele Com"),
    ("wrong", "level: 2", "level: two"),
    ("wrong", "level: 2", "level: 9"),
    ("wrong", "level: 2", "level: 0"),
    ("wrong", "level: 2", "level: 2.5"),
    ("wrong", "talk_time: 3m", "talk_time: 3 minutes"),
    ("wrong", 'presses: "1"', "presses: 1"),
    ("wrong", 'speed: 1.15', "speed: quick"),
    ("wrong", "teaches: [", "teaches: {a: 1} #["),
    ("wrong", "title: 宽带费怎么多扣了钱", 'title: ""'),
    ("wrong", "title: 宽带费怎么多扣了钱", "title: " + "长" * 500),
    ("end_hears", "satisfied}", "satisfied, hears: {anything: {goes: settled}}}"),
    ("no_anything", "      anything: {goes: complains}", "      closing: {goes: complains}"),
    ("anything_last", "goes: complains}\n", "goes: complains}\n      closing: {goes: complains}\n"),
    ("wordless_end", '{says: ["那就等你们的人打给我，我看你们怎么说。"], ends', "{ends"),
    ("no_beat", "opens: rings_in", "opens: ring_in"),
    ("must_end", "gives_up: storms_off", "gives_up: complains"),
    ("no_cue", "    apology: {trust: 5}", "    appology: {trust: 5}"),
    ("no_patience", "{patience: 60, trust: 40}", "{trust: 40}"),
    ("no_mood", "apology: {trust: 5}", "apology: {thrust: 5}"),
    ("variant_lacks", "service: 影视会员}", "}"),
    ("unfilled", "宽带费多扣了{extra}块", "宽带费多扣了{extar}块"),
    ("open_brace", "宽带费多扣了{extra}块", "宽带费多扣了{extra块"),
    ("unseen", "title: 宽带费怎么多扣了钱", 'title: "宽带\\e[31m费"'),
    ("wrong", "title: 宽带费怎么多扣了钱", 'title: "宽带\\n费"'),
    ("wrong", "  goodbye: [", "  goodbye: [] #["),
    ("no_rubric", "rubric: inbound-care", "rubric: inbound-car"),
    ("no_script", "scripts: [broadband-bill]", "scripts: [broadband-bil]"),
    ("no_voice", "voice: {name: zm_yunxi", "voice: {name: af_heart"),
    ("empty_list", "cues:\n", "cues:\n  apology: {words: []}\n"),
    ("empty_group", "cues:\n", "cues:\n  apology: {words: ['抱歉 & |']}\n"),
    ("never_heard", "cues:\n", "cues:\n  quite_new: {means: 新的}\n"),
    ("no_choice", "right: 账单争议", "right: 账单"),
    ("no_disposition", "  disposition: solved\n\n", "  disposition: sloved\n\n"),
    ("no_field", "{said: offers_refund, field: promise", "{said: offers_refund, field: promis"),
    ("good_disposition", "    disposition: solved\n    form", "    disposition: dropped\n    form"),
    ("right_value", "handled: 取消并退费, promise", "handled: 转上级, promise"),
    ("fills_in", "form: {topic: 账单争议, account", "form: {account"),
    ("real_number", 'dials: "000010000"', 'dials: "10000"'),
    ("no_road", "  lets_it_be: {says", "  nowhere: {says: [唉。], ends: unresolved}\n  lets_it_be: {says"),
    ("no_ending", "outcomes: [satisfied]", "outcomes: [refused_justly]"),
    ("circles", "      anything: {goes: snaps, mood: {patience: -15}}", "      anything: {goes: snaps}"),
    ("aside_for_ever", "say_again: {mood: {patience: -4}}", "say_again: {mood: {trust: -4}}"),
    ("silence_for_ever", '"人呢？"]\n    mood: {patience: -10}', '"人呢？"]\n    mood: {trust: -1}'),
    ("same_words", "“好，这还差不多。”".replace("“", '"').replace("”", '"'), '"行，那就这么办。"'),
    ("second_wording", '      - "你都没问我是谁，就知道我的账单？"\n', ""),
    ("stumbles", "行，那就这么办。", "OK，那就这么办。"),
    ("no_breath", "行，那就这么办。", "行，" + "那就这么办，" * 20),
    ("model_silent", "    content: {say:", "    furious: {say:"),
    ("model_fails", ANSWER, "你急什么，爱投诉就去投诉。"),
]  # fmt: skip

FILES = [
    ("too_large", b"id: x\n" * 100_000),
    ("no_text", b"\x7fELF\x02\x01\xff\xfe\x00"),
    ("other_code", "title: 宽带".encode("gb18030")),
    ("other_code", "title: a".encode("utf-16")),
    ("no_yaml", b"a\x00b: c"),
    ("no_mapping", b""),
    ("circle", b"a: &a [*a]\n"),
    ("unfolds", b"a: &a [1,2,3,4,5,6,7,8,9]\n" + b"".join(
        b"%c: &%c [%s]\n" % (i + 1, i + 1, b",".join([b"*%c" % i] * 9)) for i in range(97, 106)
    )),
    ("twice", b"id: a\nid: b\n"),
    ("yaml_stops", b"a: [1,\nb: 2\n"),
    ("tab", b"\tid: x"),
]  # fmt: skip


def slip(tmp_path: Path, old: str, new: str) -> tuple[list[Mistake], int]:
    assert ZH.count(old) >= 1, old
    path = tmp_path / "x.yaml"
    path.write_text(ZH.replace(old, new, 1), encoding="utf-8")
    return check_file(path, THERE), ZH[: ZH.index(old)].count("\n") + 1


def pattern(template: str) -> re.Pattern[str]:
    """A sentence with anything in its places."""
    parts = [re.escape(text) for text, *_ in Formatter().parse(template)]
    return re.compile(".*".join(parts), re.DOTALL)


def says(mistake: Mistake, key: str) -> bool:
    """Whether a mistake is told by this sentence, in both languages."""
    zh, en = _SENTENCES[key]
    return bool(
        pattern(zh).search(mistake.says.told("zh")) and pattern(en).search(mistake.says.told("en"))
    )


@pytest.mark.parametrize(("key", "old", "new"), SLIPS)
def test_a_slip_is_told_in_both_languages_on_its_line(
    tmp_path: Path, key: str, old: str, new: str
) -> None:
    mistakes, line = slip(tmp_path, old, new)
    fitting = [mistake for mistake in mistakes if says(mistake, key)]
    assert fitting, [m.told("en") for m in mistakes]
    for mistake in fitting:
        zh, en = mistake.told("zh"), mistake.told("en")
        assert zh.startswith(f"{tmp_path / 'x.yaml'}:{mistake.line}: ")
        assert en.startswith(f"{tmp_path / 'x.yaml'}:{mistake.line}: ")
        assert HAN.search(mistake.says.told("zh"))
        assert "\n" not in zh + en
    near = NEAR.get(key, lambda found, at: found == at)
    assert any(near(m.line, line) for m in fitting), (line, [m.line for m in fitting])


def _follows(found: int, at: int) -> bool:
    return at <= found <= at + 6


NEAR: dict[str, Callable[[int, int], bool]] = {
    "missing": lambda found, at: found == 1,
    "no_key": lambda found, at: at <= found <= at + 1,
    "anything_last": _follows,
    "no_anything": lambda found, at: at - 3 <= found <= at,
    "must_end": _follows,
    "second_wording": lambda found, at: at - 6 <= found <= at,
    "silence_for_ever": lambda found, at: at - 4 <= found <= at,
    "model_silent": lambda found, at: found < at,
    "good_disposition": _follows,
    "no_road": lambda found, at: found == at,
    "same_words": _follows,
    "empty_list": _follows,
    "empty_group": _follows,
    "never_heard": _follows,
    "circles": lambda found, at: "goes:" in ZH.splitlines()[found - 1],
    "fills_in": lambda found, at: found == at,
}
"""Where a mistake is told elsewhere than on the line that was changed, and why it may be."""


@pytest.mark.parametrize(("key", "content"), FILES)
def test_what_is_no_scenario_is_told_in_both_languages(
    tmp_path: Path, key: str, content: bytes
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(BrokenScenario) as caught:
        load(path)
    (mistake,) = caught.value.problems
    assert says(mistake, key), mistake.told("en")
    assert HAN.search(caught.value.told("zh"))
    assert caught.value.told("en") == str(caught.value)


def test_a_folder_and_a_missing_file_are_told_in_both_languages(tmp_path: Path) -> None:
    assert "文件夹" in check_file(tmp_path)[0].told("zh")
    assert "a folder" in check_file(tmp_path)[0].told("en")
    assert "没有这个文件" in check_file(tmp_path / "none.yaml")[0].told("zh")


@pytest.mark.parametrize("name", ["broadband-bil", "qqqq"])
def test_an_unknown_id_is_told_in_both_languages(name: str) -> None:
    with pytest.raises(UnknownScenario) as caught:
        find(name)
    assert caught.value.told("zh").startswith(f"没有剧本 `{name}`；")
    assert caught.value.told("en").startswith(f"There is no scenario `{name}`; ")
    assert ("broadband-bill" in caught.value.told("zh")) == (name != "qqqq")


def test_every_sentence_has_the_same_places_in_both_languages() -> None:
    for key, (zh, en) in _SENTENCES.items():
        names = [{n for _, n, _, _ in Formatter().parse(text) if n} for text in (zh, en)]
        assert names[0] == names[1], key
        assert HAN.search(zh) or key == "wrong"
        assert not HAN.search(en)
        assert not re.search(r"[\u4e00-\u9fff][,;:?!]", zh.replace("「键: 值」", "")), key
    for both in (*_WRITE.values(), *_FORMS.values()):
        assert HAN.search(both.zh) and not HAN.search(both.en)
    assert all(HAN.search(zh) and not HAN.search(en) for _, zh, en in _BOUNDS.values())
    assert (
        say("no_beat", name="a", guess=say("meant", near="b")).zh
        == "没有情节 `a`；是不是想写 `b`？"
    )


def test_every_sentence_of_a_file_is_raised_by_a_test() -> None:
    told = {key for key, *_ in SLIPS} | {key for key, _ in FILES}
    inner = {"meant", "take_out", "write_one", "see_list", "not_right", "unreadable", "unknown"}
    assert told | inner | {"dead_end"} == set(_SENTENCES)


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_line_ends_and_marks_of_other_machines_are_read(
    tmp_path: Path, ending: str, mark: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes((mark + EN.replace("\n", ending)).encode())
    assert check_file(path) == []
