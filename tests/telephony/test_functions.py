"""The table of functions tells the truth: each test it names exists and carries the row's features."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import telephony

pytestmark = pytest.mark.unit

TABLE = Path(telephony.__file__).with_name("FUNCTIONS.md")
TESTS = Path(__file__).parent
ROW = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<ids>[^|]+) \| (?P<story>[^|]+) \|(?P<interop>[^|]*)\|$"
)
FEATURE = re.compile(r"[A-Z]{2,4}-\d{2}")


def rows() -> list[re.Match[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    found = [ROW.match(line) for line in lines if line.startswith("| ") and "::" in line]
    assert all(found), "a row has another shape than the others"
    return [row for row in found if row]


def features_of(test: str) -> set[str]:
    """Read the feature ids on a test, its class and its module's decorators."""
    file, _, name = test.strip().partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            marks = [mark for mark in node.decorator_list if "feature" in ast.unparse(mark)]
            return set(FEATURE.findall(" ".join(ast.unparse(mark) for mark in marks)))
    raise AssertionError(f"there is no test {test.strip()}")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["what"])
def test_a_function_is_shown_by_the_test_it_names(row: re.Match[str]) -> None:
    claimed = set(FEATURE.findall(row["ids"]))
    assert claimed or row["ids"] == "—", "a function without a feature id"
    assert claimed <= features_of(row["story"])
    if interop := row["interop"].strip():
        features_of(interop)


def test_the_table_is_not_empty() -> None:
    assert len(rows()) > 15
