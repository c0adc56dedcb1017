"""One YAML file and the line of everything in it; what is wrong reads ``file:line: what to do``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from scenarios.errors import BrokenScenario
from scenarios.model import Cue

LARGEST = 512 * 1024

Place = tuple[str | int, ...]
_Model = TypeVar("_Model", bound=BaseModel)
_CUES: TypeAdapter[dict[str, Cue]] = TypeAdapter(dict[str, Cue])


class Document:
    """One YAML file: its data, and the line of each place in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = self._read()
        try:
            yaml = YAML(typ="safe", pure=True)
            self._root: Node | None = yaml.compose(text)
            self.data: Any = self._root and yaml.constructor.construct_document(self._root)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._broken(mark.line + 1 if mark else 1, _syntax(error)) from None
        except (YAMLError, ValueError, RecursionError) as error:
            raise self._broken(1, f"this is not YAML ({_first(error)}); write it anew") from None
        if not isinstance(self.data, dict):
            raise self._broken(
                1, "the file is empty or no mapping; begin with lines of `key: value`"
            )

    def _read(self) -> str:
        try:
            if self.path.stat().st_size > LARGEST:
                raise self._broken(1, "the file is too large; keep a scenario below 512 KB")
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise self._broken(1, "this is no text file; save it as YAML in UTF-8") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise self._broken(1, f"the file cannot be read ({reason}); check its path") from None

    def _broken(self, line: int, what: str) -> BrokenScenario:
        return BrokenScenario((f"{self.path}:{line}: {what}",))

    def problem(self, place: Place, what: str, *, of_key: bool = False) -> str:
        """Write one problem with the line of its place."""
        return f"{self.path}:{self._line(place, of_key)}: {what}"

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
            if of_key:
                line = key.start_mark.line + 1
        return line

    def fit(self, model: type[_Model]) -> _Model:
        """Check the data against a model, strictly."""
        try:
            return model.model_validate_json(self._json())
        except ValidationError as error:
            raise BrokenScenario(tuple(self._explain(error, model))) from None

    def fit_cues(self) -> dict[str, Cue]:
        """Check the data as a list of cues."""
        try:
            return _CUES.validate_json(self._json())
        except ValidationError as error:
            raise BrokenScenario(tuple(self._explain(error, Cue))) from None

    def _json(self) -> str:
        try:
            return json.dumps(self.data, default=str)
        except (TypeError, ValueError, RecursionError):
            raise self._broken(
                1, "a key is no text, or the file refers to itself; write plain `key: value`"
            ) from None

    def _explain(self, error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
        for one in error.errors():
            place = tuple(step for step in one["loc"] if step != "[key]")
            kind = one["type"]
            what = _sentence(kind, place, one, model)
            yield self.problem(place, what, of_key=kind == "extra_forbidden")


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


def _syntax(error: MarkedYAMLError) -> str:
    problem = (error.problem or "it cannot be read").strip().splitlines()[0]
    if "duplicate key" in problem:
        return "the same key stands twice; keep one of them"
    return f"YAML stops here ({problem}); check the indent, the quotes and the colons"


def _dotted(place: Place) -> str:
    return ".".join(str(step) for step in place) or "the file"


def _keys_at(place: Place, model: type[BaseModel]) -> list[str]:
    """Name the keys that the model knows at a place."""
    shape: Any = model
    for step in place:
        inner = _model_in(shape)
        if inner and isinstance(step, str) and step in inner.model_fields:
            shape = inner.model_fields[step].annotation
    inner = _model_in(shape)
    return list(inner.model_fields) if inner else []


def _model_in(shape: Any) -> type[BaseModel] | None:
    """Find the model in ``Model``, ``Model | None``, ``dict[str, Model]``, ``tuple[Model, ...]``."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return shape
    return next(filter(None, map(_model_in, get_args(shape))), None)


_WRITE = {
    "string_type": "write text here, in quotes if it looks like a number",
    "int_type": "write a whole number here",
    "int_from_float": "write a whole number here",
    "float_type": "write a number here",
    "bool_type": "write true or false here",
    "tuple_type": "write a list here, such as [one, two]",
    "dict_type": "write `key: value` lines here",
    "model_type": "write `key: value` lines here",
    "model_attributes_type": "write `key: value` lines here",
    "string_too_short": "write some text here; it is empty",
}


def _sentence(kind: str, place: Place, one: Mapping[str, Any], model: type[BaseModel]) -> str:
    if kind == "missing":
        return f"add `{place[-1]}:` to {_dotted(place[:-1])}"
    if kind == "extra_forbidden":
        near = get_close_matches(str(place[-1]), _keys_at(place[:-1], model), 1, 0.6)
        guess = f"did you mean `{near[0]}`?" if near else "take it out"
        return f"`{place[-1]}` is no key of {_dotted(place[:-1])}; {guess}"
    context = one.get("ctx") or {}
    if kind == "literal_error":
        return f"`{_dotted(place)}` must be one of {context.get('expected')}; write one of them"
    if kind == "string_pattern_mismatch":
        return f"`{_dotted(place)}` must look like {context.get('pattern')}; write it so"
    if kind == "value_error":
        return f"`{_dotted(place)}`: {context.get('error')}"
    if kind in _WRITE:
        return f"`{_dotted(place)}`: {_WRITE[kind]}"
    said = str(one.get("msg", "is not right"))
    return f"`{_dotted(place)}`: {said[0].lower()}{said[1:]}; correct it"
