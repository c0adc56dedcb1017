"""The house's own measure: a module is a noun of at most 400 lines, a function a verb of 40."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

HOUSE = Path(__file__).parent.parent
ROOMS = ("telephony", "scenarios", "scripts_library", "grader", "classroom", "lab")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py"))]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_module_is_over_400_lines() -> None:
    lengths = {
        path.relative_to(HOUSE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
    }
    assert len(lengths) > 150
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_MODULE}
    assert not too_long


def test_no_function_is_over_40_lines() -> None:
    too_long = {
        f"{path.relative_to(HOUSE).as_posix()}: {name}": length
        for path in modules()
        for name, length in functions(path)
        if length > LONGEST_FUNCTION
    }
    assert not too_long
