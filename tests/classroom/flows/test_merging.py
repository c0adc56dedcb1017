"""An edit in the console leaves every line that it does not touch as a person wrote it."""

from __future__ import annotations

from difflib import ndiff

import pytest

from classroom.flows import edits
from classroom.flows.model import Variable
from classroom.flows.tree import understood

pytestmark = pytest.mark.unit

WRITTEN = """\
# 我的流程

flow:   mine      # name
title: {zh: "测试",en: 'Test'}


variables:
    a: ""     # four deep
    b:
      value: ""
      secret: true
prompts:
  hi:
    zh: >-
      您好，
      欢迎
    en: |
      Hello
start:    one
nodes:
  one:
    type: play_only
    say:
    - hi
    then: ask


  ask: {type: play_option,say: [hi],   keys: {1: bye,2: bye}, seconds: 5.0, otherwise: bye}
  # before bye
  bye: {type: stop_flow}   # the end
# tail
"""


def touched(before: str, after: str) -> list[str]:
    lines = ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line.rstrip() for line in lines if line[:1] in "+-"]


@pytest.mark.feature("IVR-20", "LCA-14")
def test_a_field_of_one_node_changes_one_line() -> None:
    after = edits.edited(WRITTEN, "nodes", "ask", {"seconds": "7"})
    gone, come = touched(WRITTEN, after)
    assert gone.startswith("-   ask: {type: play_option,say") and "seconds: 7," in come


@pytest.mark.feature("IVR-20", "LCA-14")
def test_what_is_added_is_indented_as_its_neighbours_are() -> None:
    kept = [("a", Variable()), ("b", Variable(secret=True)), ("c", Variable(value="x"))]
    assert touched(WRITTEN, edits.stored(WRITTEN, kept)) == ["+     c: x"]
    assert touched(WRITTEN, edits.edited(WRITTEN, "head", "", {"trial": "42"})) == ["+ trial: 42"]
    added = edits.edited(WRITTEN, "nodes", "more", {"type": "stop_flow"})
    assert touched(WRITTEN, added) == ["+   more:", "+     type: stop_flow"]


@pytest.mark.feature("IVR-20", "LCA-14")
def test_a_node_that_goes_takes_its_own_lines_only() -> None:
    after = edits.edited(WRITTEN, "nodes", "bye", None)
    assert touched(WRITTEN, after) == ["-   # before bye", "-   bye: {type: stop_flow}   # the end"]


@pytest.mark.feature("IVR-20", "LCA-14")
def test_nothing_changed_is_nothing_written() -> None:
    assert edits.edited(WRITTEN, "nodes", "one", {"then": "ask"}) == WRITTEN


@pytest.mark.feature("IVR-20", "LCA-14")
def test_the_ends_of_lines_of_another_machine_stay() -> None:
    windows = WRITTEN.replace("\n", "\r\n")
    after = edits.edited(windows, "nodes", "ask", {"seconds": "7"})
    assert after.count("\r\n") == after.count("\n") == windows.count("\n")


@pytest.mark.feature("IVR-20", "LCA-14")
def test_where_indents_disagree_the_edit_is_right_all_the_same() -> None:
    odd = "flow: x\nstart: a\nnodes:\n     a:\n         type: play_only\n         say:\n         - hi\n"
    after = edits.edited(odd, "nodes", "a", {"say": "[hi, ho]", "then": "a"})
    assert understood(after)[1]["nodes"]["a"] == {
        "type": "play_only", "say": ["hi", "ho"], "then": "a"
    }  # fmt: skip
