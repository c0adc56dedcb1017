import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import telephony.pbx
from classroom.control_words import CONTROL
from classroom.errors import Refusal
from classroom.trunk_words import REASONS
from classroom.words import WORDS, say
from telephony.pbx.numbering import Kind

pytestmark = pytest.mark.unit

BOARD = Path(telephony.pbx.__file__).parent
GATE = ("gate.py", "closed")


def codes() -> set[str]:
    """Every word that the switchboard gives as the reason of a refusal."""
    found = set()
    for path in BOARD.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "NotNow":
                    found |= set(words_of(node.args[0], path))
                elif node.func.id == "NoWay":
                    found |= set(words_of(node.args[1], path))
            elif isinstance(node, ast.FunctionDef) and (path.name, node.name) == GATE:
                for one in ast.walk(node):
                    if isinstance(one, ast.Return) and one.value is not None:
                        found |= set(words_of(one.value, path))
    return found - {""}


def words_of(node: ast.expr, path: Path) -> Iterator[str]:
    """Read the words an expression may be; one that cannot be read must be taught here."""
    match ast.unparse(node):
        case "leg.why" | "found.why" | "reasons[0]":
            return  # What a NoWay says, and what ``closed`` says: read there.
        case text if text.endswith("_not_allowed'") and isinstance(node, ast.JoinedStr):
            yield from (f"{kind.value}_not_allowed" for kind in Kind if kind is not Kind.EMERGENCY)
            return
    match node:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp(body=body, orelse=other):
            yield from (*words_of(body, path), *words_of(other, path))
        case _:
            raise AssertionError(f"{path.name}:{node.lineno}: which codes may this be?")


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_values_in_one_sentence(key: str) -> None:
    zh, en = WORDS[key]
    names = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (zh, en)]
    assert names[0] == names[1]
    assert zh.endswith("。") and en.endswith(".")
    assert not re.search(r"[一-龥][,;:?!(]|[,;:?!)][一-龥]", zh), "Chinese has marks of its own"
    assert zh.count("。") == 1 and en.count(". ") == 0


def test_a_refusal_is_said_in_the_language_that_was_asked_for() -> None:
    refusal = Refusal(404, "no_call", call="c9")
    assert refusal.sentence("zh") == "没有编号为 c9 的通话。"
    assert str(refusal) == say("no_call", "en", call="c9")


@pytest.mark.parametrize("key", REASONS)
def test_a_reason_stands_inside_a_sentence_in_both_languages(key: str) -> None:
    zh, en = REASONS[key]
    names = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in (zh, en)]
    assert names[0] == names[1]
    assert not zh.endswith("。") and not en.endswith(".")


def test_whatever_the_switchboard_cannot_do_has_its_words() -> None:
    """Each code is read from the switchboard's own code, so that a new one cannot be forgotten."""
    missing = sorted(code for code in codes() if f"not_now_{code}" not in WORDS)
    assert not missing, f"add not_now_{missing[0]} to classroom/control_words.py"
    known = {key.removeprefix("not_now_").removesuffix("_near") for key in CONTROL}
    assert known - codes() == {"bad_order", "not_now"}, "words that nobody says any more"


@pytest.mark.parametrize("key", sorted(set(CONTROL) - {"not_now"}))
def test_each_says_what_to_do(key: str) -> None:
    zh, en = CONTROL[key]
    assert "请" in zh
    assert ";" in en or key in ("not_now_bad_name", "not_now_oneself")  # These only say it.
