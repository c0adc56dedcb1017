"""One YAML file and the line of everything in it; what is wrong reads ``file:line: what to do``."""

from __future__ import annotations

import errno
import json
import re
import stat
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from scenarios.errors import BrokenScenario, Mistake
from scenarios.explain import Place, sentence
from scenarios.model import Cue
from scenarios.telling import Both, say

LARGEST = 512 * 1024
UNFOLDS_TO = 50_000
"""Nodes of a file with its references written out; a long scenario has some two thousand."""

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of writing, halves of characters."""

_Model = TypeVar("_Model", bound=BaseModel)
_CUES: TypeAdapter[dict[str, Cue]] = TypeAdapter(dict[str, Cue])


class Document:
    """One YAML file: its data, and the line of each place in it."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        text = self._read() if text is None else text
        try:
            yaml = YAML(typ="safe", pure=True)
            self._root: Node | None = yaml.compose(text)
            self._weigh()
            self._printable()
            self.data: Any = self._root and yaml.constructor.construct_document(self._root)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._broken(mark.line + 1 if mark else 1, _syntax(error)) from None
        except (YAMLError, ValueError, RecursionError) as error:
            raise self._broken(1, say("no_yaml", why=_first(error))) from None
        if not isinstance(self.data, dict):
            raise self._broken(1, say("no_mapping"))

    def _read(self) -> str:
        try:
            state = self.path.stat()
            if stat.S_ISREG(state.st_mode) and state.st_size > LARGEST:
                raise self._broken(1, say("too_large", most=LARGEST // 1024))
            if not stat.S_ISREG(state.st_mode):
                why = errno.EISDIR if stat.S_ISDIR(state.st_mode) else errno.EINVAL
                raise self._broken(1, say("unreadable", why=_REASONS[why]))
            raw = self.path.read_bytes()
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self._broken(1, _encoding(raw)) from None
        except OSError as error:
            plain = error.strerror or type(error).__name__
            why_not = _REASONS.get(error.errno or 0, Both(plain, plain))
            raise self._broken(1, say("unreadable", why=why_not)) from None

    def _weigh(self) -> None:
        """Refuse a file whose references unfold to far more than was written."""
        weights: dict[int, int] = {}

        def weight(node: Node | None) -> int:
            if node is None or id(node) not in weights:
                weights[id(node)] = 1  # what refers to itself is found later
                parts = node.value if isinstance(node, MappingNode | SequenceNode) else ()
                pieces = (
                    p for part in parts for p in (part if isinstance(part, tuple) else [part])
                )
                weights[id(node)] = 1 + sum(map(weight, pieces))
            return weights[id(node)]

        if weight(self._root) > UNFOLDS_TO:
            raise self._broken(1, say("unfolds"))

    def _printable(self) -> None:
        """Refuse what nobody sees and a terminal obeys."""
        todo, seen = [self._root], set[int]()
        found: list[tuple[int, str]] = []
        while todo:
            node = todo.pop()
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, MappingNode | SequenceNode):
                todo += [
                    p for part in node.value for p in (part if isinstance(part, tuple) else [part])
                ]
            elif sign := UNSEEN.search(node.value):
                found.append((node.start_mark.line + 1, f"U+{ord(sign[0]):04X}"))
        if found:
            where = str(self.path)
            raise BrokenScenario(
                tuple(
                    Mistake(where, line, say("unseen", sign=sign)) for line, sign in sorted(found)
                )
            )

    def _broken(self, line: int, says: Both) -> BrokenScenario:
        return BrokenScenario((Mistake(str(self.path), line, says),))

    def problem(self, place: Place, says: Both, *, of_key: bool = False) -> Mistake:
        """Write one problem with the line of its place."""
        return Mistake(str(self.path), self._line(place, of_key), says)

    def _line(self, place: Place, of_key: bool) -> int:
        node, line = self._root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            key, node = found
            line = (
                key if isinstance(node, MappingNode | SequenceNode) else node
            ).start_mark.line + 1
            if of_key or node.value == "":
                line = key.start_mark.line + 1
        return line

    def fit(self, model: type[_Model]) -> _Model:
        """Check the data against a model, strictly."""
        try:
            return model.model_validate_json(self._json())
        except ValidationError as error:
            raise BrokenScenario(self._explain(error, model)) from None

    def fit_cues(self) -> dict[str, Cue]:
        """Check the data as a list of cues."""
        try:
            return _CUES.validate_json(self._json())
        except ValidationError as error:
            raise BrokenScenario(self._explain(error, Cue)) from None

    def _json(self) -> str:
        try:
            return json.dumps(self.data, default=str)
        except (TypeError, ValueError, RecursionError):
            raise self._broken(1, say("circle")) from None

    def _explain(self, error: ValidationError, model: type[BaseModel]) -> tuple[Mistake, ...]:
        """Tell every refusal from top to bottom, unknown keys before what lacks for them."""
        told: list[tuple[int, bool, Mistake]] = []
        refused = error.errors()
        for one in refused:
            kind = one["type"]
            if kind == "too_short" and any(_within(other["loc"], one["loc"]) for other in refused):
                continue  # it only seems short: what stands in it was refused
            unknown = kind == "extra_forbidden"
            inside = getattr((one.get("ctx") or {}).get("error"), "place", ())
            place = self._place((*one["loc"], *inside), kind)
            says = sentence(kind, place, one, model)
            mistake = self.problem(place, says, of_key=unknown)
            told.append((mistake.line, not unknown, mistake))
        told.sort(key=lambda row: row[:2])
        return tuple(mistake for *_, mistake in told)

    def _place(self, named: Place, kind: str) -> Place:
        """The steps of a place that are written in the file; pydantic adds names of its types."""
        node, place = self._root, []
        for step in named:
            if found := _child(node, step):
                place.append(step)
                node = found[1]
        return (*place, named[-1]) if kind == "missing" else tuple(place)


def _within(place: Place, outer: Place) -> bool:
    return len(place) > len(outer) and place[: len(outer)] == outer


def _child(node: Node | None, step: str | int) -> tuple[Node, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if str(key.value) == str(step):
                return key, value
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__


_REASONS = {
    errno.ENOENT: Both("没有这个文件", "no such file"),
    errno.EISDIR: Both("这是一个文件夹", "it is a folder"),
    errno.EINVAL: Both("这不是普通文件", "it is no ordinary file"),
    errno.EACCES: Both("没有读取权限", "permission denied"),
}


def _encoding(raw: bytes) -> Both:
    """Say in what encoding a text was saved, where that can be seen."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) and len(raw) > 2 and 0 in raw[2:4]:
        return say("other_code", code="UTF-16")
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        return say("no_text")
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    strange = sum(not c.isprintable() and c not in "\r\n\t" for c in text)
    return say("other_code", code="GB18030") if han and not strange else say("no_text")


_STOPS = (
    ("mapping values are not allowed", "缩进不齐，或者内容里有冒号却没加引号"),
    ("could not find expected ':'", "这里缺冒号"),
    ("expected <block end>", "缩进和上面的行对不齐"),
    ("expected ',' or", "括号里缺逗号，或者括号没有关上"),
    ("found unexpected end of stream", "引号没有关上"),
    ("found undefined alias", "引用了没有定义的名字"),
    ("found unknown escape", "双引号里的 \\ 要写成 \\\\"),
    ("could not determine a constructor", "不认识 `!` 开头的标记"),
    ("special characters are not allowed", "有看不见的控制字符"),
    ("found character", "这个字符不能开头，请加引号"),
    ("did not find expected", "括号或引号没有写完"),
)


def _syntax(error: MarkedYAMLError) -> Both:
    problem = (error.problem or "it cannot be read").strip().splitlines()[0]
    if "duplicate key" in problem:
        return say("twice")
    if "'\\t'" in problem:
        return say("tab")
    zh = next((zh for begin, zh in _STOPS if problem.startswith(begin)), "写法有误")
    return say("yaml_stops", why=Both(zh, problem))
