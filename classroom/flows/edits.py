"""Edits of a flow file that keep its comments: one node, one prompt, its head, all its variables."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from classroom.flows.merging import merged
from classroom.flows.model import TYPES, Variable

Part = Literal["nodes", "prompts", "head"]
ORDER: Final = (
    "flow", "title", "lang", "numbers", "trial", "variables", "prompts", "start", "nodes",
)  # fmt: skip
START: Final = "Start"


def fresh(name: str, title: str) -> str:
    """Write a new flow: a head, and nothing that a caller could hear yet."""
    out = io.StringIO()
    words = CommentedMap(zh=title, en=title)
    words.fa.set_flow_style()
    _round().dump(CommentedMap(flow=name, title=words, start=START, nodes=CommentedMap()), out)
    return out.getvalue()


def edited(text: str, part: Part, name: str, fields: Mapping[str, str] | None) -> str:
    """Write the fields of one part anew, each as YAML on one line; empty ones go, comments stay.

    No fields at all: the node or prompt goes. One that is not there yet is added at the end.
    """

    def change(data: CommentedMap, yaml: YAML) -> None:
        if part == "head":
            _head(data, fields or {}, yaml)
        else:
            _part(_section(data, part), part, name, fields, yaml)

    return _changed(text, change)


def _part(parts: Any, part: Part, name: str, fields: Mapping[str, str] | None, yaml: YAML) -> None:
    if fields is None:
        parts.pop(name, None)
        return
    if name not in parts:
        parts[name] = CommentedMap()
        if part == "prompts":
            parts[name].fa.set_flow_style()
    if "type" in fields and fields["type"] in TYPES:
        for old in [key for key in parts[name] if key not in TYPES[fields["type"]].model_fields]:
            del parts[name][old]
    for field, written in fields.items():
        _set(parts[name], field, written, yaml)


def stored(text: str, variables: Iterable[tuple[str, Variable]]) -> str:
    """Write all the variables; a flow that had nothing yet then has its first node, ``Start``."""
    wanted = dict(variables)
    return _changed(text, lambda data, yaml: _store(data, wanted))


def _store(data: CommentedMap, wanted: Mapping[str, Variable]) -> None:
    kept = _section(data, "variables")
    for name in [name for name in kept if name not in wanted]:
        del kept[name]
    for name, one in wanted.items():
        old = kept.get(name)
        if isinstance(old, dict):
            old["value"], old["secret"] = one.value, one.secret
        elif one.secret:
            kept[name] = CommentedMap(value=one.value, secret=True)
            kept[name].fa.set_flow_style()
        elif old != one.value:
            kept[name] = one.value
    if not kept:
        del data["variables"]
    nodes = _section(data, "nodes")
    if not nodes:
        nodes[str(data.setdefault("start", START))] = CommentedMap(type="stop_flow")


def _changed(text: str, change: Callable[[CommentedMap, YAML], None]) -> str:
    """Change a file's data; every line that is not touched stays as it was written."""
    plain = text.replace("\r\n", "\n")
    yaml = _round()
    data = yaml.load(plain)
    before = _text(yaml, data)
    change(data, yaml)
    after = merged(plain, before, _text(yaml, data))
    return after.replace("\n", "\r\n") if plain != text else after


def _round() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _text(yaml: YAML, data: object) -> str:
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _section(data: CommentedMap, name: str) -> Any:
    """Give a part of the file, made at its place where it is not there or empty."""
    old = data.get(name)
    if not isinstance(old, CommentedMap) or not old:
        later = ORDER[ORDER.index(name) + 1 :]
        keys = [key for key in data if key != name]
        at = next((n for n, key in enumerate(keys) if key in later), len(keys))
        if name in data:
            data[name] = CommentedMap()
        else:
            data.insert(at, name, CommentedMap())
    return data[name]


def _head(data: CommentedMap, fields: Mapping[str, str], yaml: YAML) -> None:
    for field, written in fields.items():
        if field in ("title_zh", "title_en"):
            title = _section(data, "title")
            _set(title, field.removeprefix("title_"), written, yaml)
        elif field in data or not written.strip():
            _set(data, field, written, yaml)
        else:
            later = ORDER[ORDER.index(field) + 1 :]
            at = next((n for n, key in enumerate(data) if key in later), len(data))
            data.insert(at, field, None)
            _set(data, field, written, yaml)


def _set(node: CommentedMap, name: str, written: str, yaml: YAML) -> None:
    if not written.strip():
        node.pop(name, None)
        return
    value = yaml.load(written)
    if isinstance(value, CommentedMap | CommentedSeq):
        value.fa.set_flow_style()
    if name in node and node[name] == value and type(node[name]) is type(value):
        return
    node[name] = value
