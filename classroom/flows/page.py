"""A flow as an editor shows it: nodes with their forms, and what is wrong with each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from classroom.door import flow_wire as wire
from classroom.door.lang import Lang
from classroom.flows.check import SPOKEN, WAYS, ways_of
from classroom.flows.document import Document
from classroom.flows.errors import BrokenFlow, Mistake
from classroom.flows.model import TYPES
from classroom.flows.shelf import FlowShelf

PLAIN: Final = re.compile(r"[A-Za-z_$][\w.$-]*")
SPECIAL: Final = frozenset(("yes", "no", "true", "false", "null", "on", "off", "y", "n"))


def page_of(shelf: FlowShelf, name: str, text: str, lang: Lang, *, saved: bool) -> wire.FlowPage:
    """Show a flow's text, good or not."""
    page = wire.FlowPage(name=name, text=text, types=list(TYPES))
    try:
        document = Document(f"{name}.yaml", text)
    except BrokenFlow as error:
        return page.model_copy(update={"problems": _told(error.mistakes, lang)})
    try:
        one = shelf.fit(name, text)
        mistakes: tuple[Mistake, ...] = one.weak
    except BrokenFlow as error:
        mistakes = error.mistakes
        saved = False
    live = shelf.flows.get(name)
    return page.model_copy(
        update={
            "title": _title(document.data, lang) or name,
            "start": str(document.data.get("start", "")),
            "trial": live.trial if live else "",
            "nodes": _nodes(document, lang),
            "head": _head(document.data),
            "prompts": _prompts(document.data),
            "variables": _variables(document.data),
            "problems": _told(mistakes, lang),
            "saved": saved,
        }
    )


def rows_of(shelf: FlowShelf, lang: Lang) -> list[wire.FlowRow]:
    """List every flow, and the files that cannot be used."""
    rows = [
        wire.FlowRow(
            name=one.name,
            title=(one.sheet.title.zh if lang == "zh" else one.sheet.title.en) or one.name,
            numbers=list(one.sheet.numbers),
            trial=one.trial,
            own=shelf.folder is not None and one.path.parent == shelf.folder,
            problems=len(shelf.broken.get(one.name, ())),
        )
        for one in shelf.flows.values()
    ]
    rows += [
        wire.FlowRow(name=name, title=name, own=True, problems=len(mistakes))
        for name, mistakes in shelf.broken.items()
        if name not in shelf.flows
    ]
    return sorted(rows, key=lambda row: row.name)


def _told(mistakes: Iterable[Mistake], lang: Lang) -> list[wire.FlowProblem]:
    return [
        wire.FlowProblem(
            line=one.line, node=one.node, text=one.words(lang), weak=one.weak, part=one.part
        )
        for one in mistakes
    ]


def _title(data: Mapping[str, Any], lang: Lang) -> str:
    title = data.get("title")
    return str(title.get(lang, "")) if isinstance(title, dict) else ""


def _nodes(document: Document, lang: Lang) -> list[wire.FlowNode]:
    written = document.data.get("nodes")
    if not isinstance(written, dict):
        return []
    return [
        _node(str(name), node, document.data, lang)
        for name, node in written.items()
        if isinstance(node, dict)
    ]


def _node(name: str, node: Mapping[str, Any], data: Mapping[str, Any], lang: Lang) -> wire.FlowNode:
    kind = str(node.get("type", ""))
    shape = TYPES.get(kind)
    ways = []
    if shape is not None:
        bare = shape.model_construct(**node)
        ways = [wire.FlowWay(name=str(place[-1]), to=str(to)) for place, to in ways_of(bare)]
    return wire.FlowNode(
        name=name, type=kind, fields=_fields(kind, node), ways=ways, says=_says(node, data, lang)
    )


def _head(data: Mapping[str, Any]) -> wire.FlowNode:
    """The form of the flow as a whole."""
    title = data.get("title")
    words = title if isinstance(title, dict) else {}
    values = {f"title_{lang}": words.get(lang) for lang in ("zh", "en")}
    values |= {name: data.get(name) for name in ("lang", "numbers", "trial", "start")}
    choices = {"lang": ["zh", "en"]}
    fields = [
        wire.FlowField(
            name=name, value=one_line(value), choices=choices.get(name, []),
            kind="choice" if name in choices else "node" if name == "start" else "text",
            required=name == "start",
        )
        for name, value in values.items()
    ]  # fmt: skip
    return wire.FlowNode(name="", type="flow", fields=fields)


def _prompts(data: Mapping[str, Any]) -> list[wire.FlowNode]:
    """Every prompt as a form."""
    prompts = data.get("prompts")
    return [
        wire.FlowNode(
            name=str(name),
            type="prompt",
            fields=[
                wire.FlowField(name=part, value=one_line(one.get(part)))
                for part in ("zh", "en", "file")
            ],
        )
        for name, one in (prompts.items() if isinstance(prompts, dict) else ())
        if isinstance(one, dict)
    ]


def _variables(data: Mapping[str, Any]) -> list[wire.FlowVariable]:
    variables = data.get("variables")
    found = []
    for name, one in variables.items() if isinstance(variables, dict) else ():
        long = one if isinstance(one, dict) else {"value": one}
        value = long.get("value")
        found.append(
            wire.FlowVariable(
                name=str(name)[:40] or "?", value="" if value is None else str(value)[:200],
                secret=long.get("secret") is True,
            )
        )  # fmt: skip
    return found


def _fields(kind: str, node: Mapping[str, Any]) -> list[wire.FlowField]:
    shape = TYPES.get(kind)
    if shape is None:
        return []
    fields = []
    for name, info in shape.model_fields.items():
        if name == "type":
            type_ = wire.FlowField(
                name=name, value=kind, kind="choice", choices=list(TYPES), required=True
            )
            fields.append(type_)
            continue
        value = one_line(node[name]) if name in node else ""
        choices = [str(one) for one in get_args(info.annotation) if isinstance(one, str)]
        fields.append(
            wire.FlowField(
                name=name, value=value, kind=_kind(name, choices), choices=choices,
                required=info.is_required(),
            )
        )  # fmt: skip
    return fields


def _kind(name: str, choices: list[str]) -> Any:
    if choices:
        return "choice"
    if name in WAYS:
        return "node"
    if name in SPOKEN:
        return "prompts"
    return "mapping" if name in ("keys", "given", "week") else "text"


def _says(node: Mapping[str, Any], data: Mapping[str, Any], lang: Lang) -> list[str]:
    prompts = data.get("prompts")
    known = prompts if isinstance(prompts, dict) else {}
    said = []
    for part in SPOKEN[:3]:
        names = node.get(part)
        for name in names if isinstance(names, list) else []:
            prompt = known.get(name) if isinstance(name, str) else None
            words = prompt.get(lang) or prompt.get("file") if isinstance(prompt, dict) else ""
            said.append(str(words or f"[{name}]"))
    return said


def one_line(value: object) -> str:
    """Write a value as YAML on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            return f"[{', '.join(map(one_line, value))}]"
        case dict():
            return f"{{{', '.join(f'{one_line(k)}: {one_line(v)}' for k, v in value.items())}}}"
        case None:
            return ""
    text = str(value)
    plain = PLAIN.fullmatch(text) and text.lower() not in SPECIAL
    return text if plain else json.dumps(text, ensure_ascii=False)
