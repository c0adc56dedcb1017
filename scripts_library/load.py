"""From YAML files to scripts; whatever is wrong is told as ``file:line: what to do``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from scripts_library.errors import BrokenScript, UnknownScript
from scripts_library.model import Lang, Script, Step, Taboo
from scripts_library.wording import contains

PACKS = Path(__file__).parent / "packs"
LARGEST = 256 * 1024

FACTS = ("name", "surname", "title", "customer", "agent", "company", "account")
"""The placeholders that every call fills; others are named by the scenario."""

_KEYS = sorted({*Script.model_fields, *Step.model_fields, *Taboo.model_fields})
_WRITE = {
    "string_type": "write text here, in quotes if it looks like a number",
    "bool_type": "write true or false here",
    "tuple_type": "write a list here, such as [one, two]",
    "model_type": "write `key: value` lines here",
    "model_attributes_type": "write `key: value` lines here",
    "string_too_short": "write some text here; it is empty",
    "too_short": "write at least one here",
}


def load(path: Path | str) -> Script:
    """Read one script, or say all that is wrong with it."""
    path = Path(path)
    text = _read(path)
    try:
        yaml = YAML(typ="safe", pure=True)
        root = yaml.compose(text)
        data: Any = root and yaml.constructor.construct_document(root)
        written = json.dumps(data, default=str)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(path, mark.line + 1 if mark else 1, _syntax(error)) from None
    except (YAMLError, ValueError, TypeError, RecursionError):
        raise _broken(path, 1, "this is not YAML of `key: value` lines; write it anew") from None
    if not isinstance(data, dict):
        raise _broken(path, 1, "the file is empty or no mapping; begin with lines of `key: value`")
    try:
        script = Script.model_validate_json(written)
    except ValidationError as error:
        raise BrokenScript(
            tuple(f"{path}:{_line(root, one['loc'])}: {_sentence(one)}" for one in error.errors())
        ) from None
    if problems := tuple(f"{path}:{_line(root, at)}: {what}" for at, what in _slips(script)):
        raise BrokenScript(problems)
    return script


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise _broken(path, 1, "the file is too large; keep a script below 256 KB")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _broken(path, 1, "this is no text file; save it as YAML in UTF-8") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _broken(path, 1, f"the file cannot be read ({reason}); check its path") from None


def _broken(path: Path, line: int, what: str) -> BrokenScript:
    return BrokenScript((f"{path}:{line}: {what}",))


def _syntax(error: MarkedYAMLError) -> str:
    problem = (error.problem or "it cannot be read").strip().splitlines()[0]
    if "duplicate key" in problem:
        return "the same key stands twice; keep one of them"
    return f"YAML stops here ({problem}); check the indent, the quotes and the colons"


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


def _sentence(one: Any) -> str:
    place, kind = one["loc"], one["type"]
    where = ".".join(map(str, place)) or "the file"
    if kind == "missing":
        return f"add `{place[-1]}:` to {'.'.join(map(str, place[:-1])) or 'the file'}"
    if kind == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _KEYS, 1, 0.6)
        guess = f"did you mean `{near[0]}`?" if near else "take it out"
        return f"`{where}` is no key of a script; {guess}"
    if kind == "literal_error":
        return f"`{where}` must be one of {one['ctx']['expected']}; write one of them"
    if kind == "string_pattern_mismatch":
        return f"`{where}` must look like {one['ctx']['pattern']}; write it so"
    said = str(one["msg"])
    return f"`{where}`: {_WRITE.get(kind, said[0].lower() + said[1:] + '; correct it')}"


def _slips(script: Script) -> Iterator[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for at, step in enumerate(script.steps):
        if step.id in seen:
            yield ("steps", at, "id"), f"there are two steps `{step.id}`; rename one of them"
        seen.add(step.id)
        for text in (step.text, *step.hints):
            if re.sub(r"\{\w+\}", "", text).count("{"):
                yield ("steps", at, "text"), "a placeholder is broken; write it as {name}"
    for number, taboo in enumerate(script.taboos):
        if contains(taboo.never, taboo.instead, script.lang):
            yield ("taboos", number), f"the replacement still says `{taboo.never}`; write it anew"


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
    guess = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(known))}."
    raise UnknownScript(f"There is no script `{name}`; {guess}")
