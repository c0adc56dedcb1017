"""From YAML files to scripts; whatever is wrong is told as ``file:line: what to do``."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from scripts_library.errors import BrokenScript, Mistake, UnknownScript
from scripts_library.model import Lang, Script, Step, Taboo
from scripts_library.telling import FOLDER, NO_FILE, NO_ORDINARY, THE_FILE, WRITE, Both, say
from scripts_library.wording import contains

PACKS = Path(__file__).parent / "packs"
LARGEST = 256 * 1024
UNFOLDS_TO = 50_000
"""Nodes of a file with its references written out; a script has some hundreds."""

UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of writing, halves of characters."""

FACTS = ("name", "surname", "title", "customer", "agent", "company", "account")
"""The placeholders that every call fills; others are named by the scenario."""

_KEYS = sorted({*Script.model_fields, *Step.model_fields, *Taboo.model_fields})


def load(path: Path | str, known: Collection[str] | None = None) -> Script:
    """Read one script, or say all that is wrong with it; ``known``: what fills placeholders."""
    path = Path(path)
    root, data, written = _parse(path, _read(path))
    if not isinstance(data, dict):
        raise _broken(path, 1, say("no_mapping"))
    try:
        script = Script.model_validate_json(written)
    except ValidationError as error:
        raise BrokenScript(
            tuple(_mistake(path, root, one["loc"], _sentence(one)) for one in error.errors())
        ) from None
    if problems := tuple(_mistake(path, root, at, what) for at, what in _slips(script, known)):
        raise BrokenScript(problems)
    return script


def _parse(path: Path, text: str) -> tuple[Node | None, Any, str]:
    """The file's nodes, its data, and the data as JSON."""
    try:
        yaml = YAML(typ="safe", pure=True)
        root = yaml.compose(text)
        if _weight(root, {}) > UNFOLDS_TO:
            raise _broken(path, 1, say("unfolds"))
        if unseen := sorted(_unseen(root, set())):
            raise BrokenScript(
                tuple(Mistake(str(path), line, say("unseen", sign=sign)) for line, sign in unseen)
            )
        data: Any = root and yaml.constructor.construct_document(root)
        return root, data, json.dumps(data, default=str)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(path, mark.line + 1 if mark else 1, _syntax(error)) from None
    except (YAMLError, ValueError, TypeError, RecursionError):
        raise _broken(path, 1, say("no_yaml")) from None


def _weight(node: Node | None, known: dict[int, int]) -> int:
    """How many nodes there are with every reference written out."""
    if id(node) not in known:
        known[id(node)] = 1
        parts = node.value if isinstance(node, MappingNode | SequenceNode) else ()
        pieces = (p for part in parts for p in (part if isinstance(part, tuple) else [part]))
        known[id(node)] = 1 + sum(_weight(piece, known) for piece in pieces)
    return known[id(node)]


def _unseen(node: Node | None, seen: set[int]) -> Iterator[tuple[int, str]]:
    """The lines of what nobody sees and a terminal obeys."""
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, MappingNode | SequenceNode):
        for part in node.value:
            for piece in part if isinstance(part, tuple) else [part]:
                yield from _unseen(piece, seen)
    elif found := UNSEEN.search(node.value):
        yield node.start_mark.line + 1, f"U+{ord(found[0]):04X}"


def _read(path: Path) -> str:
    try:
        if path.is_dir():
            raise _broken(path, 1, say("unreadable", why=FOLDER))
        if path.exists() and not path.is_file():
            raise _broken(path, 1, say("unreadable", why=NO_ORDINARY))
        if path.stat().st_size > LARGEST:
            raise _broken(path, 1, say("too_large", most=LARGEST // 1024))
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _broken(path, 1, say("no_text")) from None
    except FileNotFoundError:
        raise _broken(path, 1, say("unreadable", why=NO_FILE)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _broken(path, 1, say("unreadable", why=reason)) from None


def _broken(path: Path, line: int, says: Both) -> BrokenScript:
    return BrokenScript((Mistake(str(path), line, says),))


def _mistake(path: Path, root: Node | None, place: Sequence[str | int], says: Both) -> Mistake:
    return Mistake(str(path), _line(root, place), says)


def _syntax(error: MarkedYAMLError) -> Both:
    problem = (error.problem or "it cannot be read").strip().splitlines()[0]
    return say("twice") if "duplicate key" in problem else say("yaml_stops", why=problem)


def _line(root: Node | None, place: Sequence[str | int]) -> int:
    node, line = root, 1
    for step in place:
        if isinstance(node, MappingNode):
            found = [(key, value) for key, value in node.value if key.value == step]
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = [(node.value[step], node.value[step])]
        else:
            break
        if not found:
            break
        line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line


def _dotted(place: Sequence[str | int]) -> str | Both:
    return ".".join(map(str, place)) or THE_FILE


def _sentence(one: Any) -> Both:
    place, kind = one["loc"], one["type"]
    context = one.get("ctx") or {}
    where = _dotted(place)
    if kind == "missing":
        return say("missing", name=place[-1], where=_dotted(place[:-1]))
    if kind == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _KEYS, 1, 0.6)
        guess = say("meant", near=near[0]) if near else say("take_out")
        return say("no_key", where=where, guess=guess)
    if kind == "literal_error":
        expected = str(context.get("expected"))
        return say("one_of", where=where, known=Both(expected.replace(" or ", "、"), expected))
    if kind == "string_pattern_mismatch":
        return say("looks_like", where=where)
    if kind == "string_too_long":
        return say("wrong", where=where, what=say("too_long", most=context.get("max_length")))
    said = str(one["msg"])
    fallback = say("not_right", why=said[0].lower() + said[1:])
    return say("wrong", where=where, what=WRITE.get(kind, fallback))


def _slips(
    script: Script, known: Collection[str] | None
) -> Iterator[tuple[tuple[str | int, ...], Both]]:
    seen: set[str] = set()
    for at, step in enumerate(script.steps):
        if step.id in seen:
            yield ("steps", at, "id"), say("two_steps", name=step.id)
        seen.add(step.id)
    for number, taboo in enumerate(script.taboos):
        if contains(taboo.never, taboo.instead, script.lang):
            yield ("taboos", number), say("still_says", never=taboo.never)
    for place, text in _texts(script):
        if re.search(r"[{}]", re.sub(r"\{\w+\}", "", text)):
            yield place, say("broken_placeholder")
        for name in re.findall(r"\{(\w+)\}", text):
            if known is not None and name not in known:
                near = get_close_matches(name, known, 1, 0.5)
                there = say("there_are", known=", ".join(sorted(known)))
                guess = say("meant", near=near[0]) if near else there
                yield place, say("unfilled", name=name, guess=guess)


def _texts(script: Script) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text with its place."""
    for at, step in enumerate(script.steps):
        yield ("steps", at, "text"), step.text
        for part, texts in (("hints", step.hints), ("words", step.words)):
            for number, text in enumerate(texts):
                yield ("steps", at, part, number), text


def check_file(path: Path | str, known: Collection[str] | None = None) -> list[Mistake]:
    """Tell everything wrong with a file, each ``file:line: what to do``.

    ``known``: what placeholders may be filled from; without it, they are not checked.
    """
    try:
        load(path, known)
    except BrokenScript as error:
        return list(error.problems)
    return []


def files(packs: Sequence[Path | str] = ()) -> list[Path]:
    """List the script files of the built-in packs and of further folders."""
    folders = (PACKS, *(Path(pack) for pack in packs))
    return [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]


def all_scripts(lang: Lang | None = None, packs: Sequence[Path | str] = ()) -> list[Script]:
    """Read every script, by language and id; a later folder overrides an earlier one."""
    found = {script.id: script for script in map(load, files(packs))}
    return sorted(
        (script for script in found.values() if lang in (None, script.lang)),
        key=lambda script: (script.lang, script.id),
    )


def find(name: str, packs: Sequence[Path | str] = ()) -> Script:
    """Give the script of an id; a pack's file is named after its id."""
    known = {path.stem: path for path in files(packs)}
    if name in known:
        return load(known[name])
    near = get_close_matches(name, known, 1, 0.4)
    others = ", ".join(sorted(known))
    guess = say("meant", near=near[0]) if near else say("there_are", known=others)
    raise UnknownScript(say("unknown", name=name, guess=guess))
