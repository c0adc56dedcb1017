"""One flow file: its text, and the line of everything in it."""

from __future__ import annotations

import errno
import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from classroom.flows.errors import BrokenFlow, Mistake
from classroom.flows.model import FLOW_NAME, MARKS, NAME, NUMBER, TYPES, FlowSheet
from classroom.flows.tree import DEEPEST, Branch, Lines, Unfit, understood

LARGEST: Final = 1024 * 1024
"""Some ten thousand nodes."""
Place = tuple[str | int, ...]
_WHY: Final = {errno.ENOENT: "gone", errno.EACCES: "denied"}
"""What people meet; anything else is told in the system's words."""


def read(path: Path) -> str:
    """Read a flow file, or say why it cannot be read."""
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):  # nobody writes into a pipe, and reading it never ends
            raise BrokenFlow((Mistake(str(path), 1, "no_file"),))
        if state.st_size > LARGEST:
            raise BrokenFlow((Mistake(str(path), 1, "too_large", (("most", LARGEST // 1024),)),))
        return path.read_bytes().decode("utf-8-sig")  # its ends of lines stay
    except UnicodeDecodeError:
        raise BrokenFlow((Mistake(str(path), 1, "not_utf8"),)) from None
    except OSError as error:
        if error.errno in _WHY:
            raise BrokenFlow((Mistake(str(path), 1, _WHY[error.errno]),)) from None
        why = error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise BrokenFlow((Mistake(str(path), 1, "unreadable", (("why", why),)),)) from None


class Document:
    """A flow file's text, understood."""

    def __init__(self, where: str, text: str) -> None:
        self.where, self.text = where, text
        if len(text.encode()) > LARGEST:
            raise self._broken(1, "too_large", most=LARGEST // 1024)
        try:
            self._root, self.data = understood(text)
        except Unfit as unfit:
            raise self._broken(unfit.line, unfit.key, most=DEEPEST) from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line, text.count("\n")) + 1 if mark else 1
            problem = (error.problem or "").strip().splitlines()[:1]
            if "".join(text.split("\n")[line - 1 : line]).startswith("\t"):
                raise self._broken(line, "tab") from None
            raise self._broken(line, "yaml_stops", why="".join(problem)) from None
        except (YAMLError, ValueError, TypeError, RecursionError) as error:
            why = str(error).strip().splitlines()[:1] or [type(error).__name__]
            raise self._broken(1, "no_yaml", why=why[0][:120]) from None
        if not isinstance(self.data, dict):
            raise self._broken(1, "no_mapping")

    def _broken(self, line: int, key: str, **values: object) -> BrokenFlow:
        return BrokenFlow((Mistake(self.where, line, key, tuple(values.items())),))

    def mistake(
        self,
        place: Place,
        key: str,
        values: Mapping[str, object] | None = None,
        *,
        of_key: bool = False,
        weak: bool = False,
    ) -> Mistake:
        """Write one problem with the line of its place."""
        inside = len(place) > 1 and place[0] in ("nodes", "prompts", "variables")
        part, node = (str(place[0]), str(place[1])) if inside else ("", "")
        line = self._line(place, of_key)
        return Mistake(self.where, line, key, tuple((values or {}).items()), node, weak, part)

    def _line(self, place: Place, of_key: bool) -> int:
        at: Lines = self._root
        line = 1
        for step in place:
            found = _child(at, step)
            if found is None:
                break
            key_line, at = found
            line = key_line if of_key or isinstance(at, Branch) else at
        return line

    def sheet(self) -> FlowSheet:
        """Check the file's shape, or say all that is wrong with it."""
        try:
            return FlowSheet.model_validate_json(json.dumps(self.data, default=str))
        except (TypeError, ValueError, RecursionError) as error:
            if not isinstance(error, ValidationError):
                raise self._broken(1, "no_mapping") from None
            raise BrokenFlow(self._explained(error)) from None

    def _explained(self, error: ValidationError) -> tuple[Mistake, ...]:
        told = []
        for one in error.errors():
            place, kind = self._written(one["loc"]), one["type"]
            if kind == "missing":
                place = (*place, one["loc"][-1])
            key, values = _sentence(kind, place, one)
            told.append(self.mistake(place, key, values, of_key=kind == "extra_forbidden"))
        return tuple(sorted(told, key=lambda mistake: mistake.line))

    def _written(self, named: tuple[str | int, ...]) -> Place:
        """The steps of a place that are in the file; pydantic adds names of its types."""
        at: Lines = self._root
        place: list[str | int] = []
        for step in named:
            if found := _child(at, step):
                place.append(step)
                at = found[1]
        return tuple(place)


def _child(at: Lines, step: str | int) -> tuple[int, Lines] | None:
    if not isinstance(at, Branch):
        return None
    return at.parts.get(step) or at.parts.get(str(step))


_KINDS: Final = {
    "string_type": "text",
    "int_type": "whole",
    "int_from_float": "whole",
    "int_parsing": "whole",
    "float_type": "number",
    "float_parsing": "number",
    "bool_type": "yes_no",
    "list_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "too_short": "too_few",
    "string_too_short": "empty",
}
_FORMS: Final = {
    NAME: "@form_name",
    FLOW_NAME: "@form_flow",
    NUMBER: "@form_number",
    MARKS: "@form_marks",
}
_BOUNDS: Final = ("greater_than_equal", "less_than_equal")
_RANGES: Final = {
    "seconds": (0.5, 60), "between": (0.5, 60), "tries": (1, 9), "min": (1, 32), "max": (1, 32),
    "trial": (1, 99), "priority": (0, 9),
}  # fmt: skip


def _sentence(kind: str, place: Place, one: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    context, where = one.get("ctx") or {}, ".".join(map(str, place)) or "@file"
    above = ".".join(map(str, place[:-1])) or "@file"
    if kind == "missing":
        return "missing", {"key": place[-1], "where": above}
    if kind == "extra_forbidden":
        known = ", ".join(_keys_at(one["loc"]))
        return "extra", {"key": place[-1], "where": above, "known": known}
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        if kind == "union_tag_not_found":
            return "missing", {"key": "type", "where": where}
        return "type", {"where": f"{where}.type", "known": ", ".join(TYPES)}
    if kind == "literal_error":
        return "type", {"where": where, "known": context.get("expected")}
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return "looks_like", {"where": where, "form": _FORMS.get(pattern, pattern)}
    if kind in _BOUNDS and str(place[-1]) in _RANGES:
        low, high = _RANGES[str(place[-1])]
        return "bounds", {"where": where, "low": low, "high": high}
    if kind == "too_short" and place == ("nodes",):
        return "no_nodes", {}
    if kind == "string_too_long":
        return "too_long", {"where": where, "most": context.get("max_length")}
    if kind in _KINDS:
        return _KINDS[kind], {"where": where}
    return "not_right", {"where": where, "why": str(one.get("msg", ""))}


def _keys_at(place: tuple[str | int, ...]) -> list[str]:
    """Name the keys that the model knows where an unknown one stands."""
    kind = next((TYPES[str(step)] for step in place if step in TYPES), None)
    model = kind if place[:1] == ("nodes",) and kind else FlowSheet
    return list(model.model_fields) if model else []
