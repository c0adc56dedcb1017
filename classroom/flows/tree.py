"""YAML text as data, and the line of everything in it; read event by event, so that no depth can hurt.

With ``ruamel.yaml.clib`` the events come from libyaml and ten thousand nodes take two seconds; without it the
same events come from Python, slower. libyaml's own composer calls itself once a level, which a file of
brackets turns into the end of the process: that is why the tree is put together here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.nodes import ScalarNode

from scenarios.document import UNSEEN

DEEPEST: Final = 32
"""A flow needs five levels."""


class Unfit(Exception):
    """Good YAML, but no flow: ``key`` is the sentence that says so."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


@dataclass(slots=True)
class Branch:
    """A mapping or a list: its line, and by key or index the line of the key and what lies there."""

    line: int
    parts: dict[str | int, tuple[int, Lines]] = field(default_factory=dict)


Lines: TypeAlias = Branch | int
"""A branch, or the line of a scalar."""


@dataclass(slots=True)
class _Open:
    """A mapping or a list that has not ended yet."""

    branch: Branch
    data: dict[Any, Any] | list[Any]
    key: Any = None
    key_line: int = 0
    """Of the key that waits for its value; 0: none does."""


@lru_cache(maxsize=32)
def understood(text: str) -> tuple[Branch, Any]:
    """Give the lines and the data; None as data where there is nothing. Both are only to be read.

    Raises:
        Unfit: something refers to something else, lies too deep, stands twice, is a second document.
        YAMLError: this is not YAML.
    """
    yaml = YAML(typ="safe")
    scalars = _Scalars(yaml)
    opened: list[_Open] = []
    root = _Open(Branch(1), [])
    for event in yaml.parse(text):
        match event:
            case ScalarEvent():
                if UNSEEN.search(event.value):
                    raise Unfit("unseen", _line(event))
                _put(opened[-1] if opened else root, scalars(event), _line(event))
            case MappingStartEvent() | SequenceStartEvent():
                new = _Open(
                    Branch(_line(event)), {} if isinstance(event, MappingStartEvent) else []
                )
                _put(opened[-1] if opened else root, new.data, new.branch)
                opened.append(new)
                if len(opened) > DEEPEST:
                    raise Unfit("too_deep", _line(event))
            case MappingEndEvent() | SequenceEndEvent():
                opened.pop()
            case AliasEvent():
                raise Unfit("references", _line(event))
    if not root.data:
        return root.branch, None
    if len(root.data) > 1:
        second = root.branch.parts[1][1]
        raise Unfit("two_documents", second.line if isinstance(second, Branch) else second)
    first = root.branch.parts[0][1]
    return first if isinstance(first, Branch) else Branch(first), root.data[0]


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _put(into: _Open, value: object, lines: Lines) -> None:
    """Put a part into what is open: a list's next item, a mapping's next key or its value."""
    line = lines.line if isinstance(lines, Branch) else lines
    if isinstance(into.data, list):
        into.branch.parts[len(into.data)] = (line, lines)
        into.data.append(value)
    elif into.key_line:
        into.branch.parts[str(into.key)] = (into.key_line, lines)
        into.data[into.key] = value
        into.key_line = 0
    elif isinstance(value, dict | list):
        raise Unfit("odd_key", line)
    elif str(value) in into.branch.parts:
        raise Unfit("twice", line)
    else:
        into.key, into.key_line = value, line


class _Scalars:
    """What scalars mean; most of a flow's words come again and again, so they are kept."""

    def __init__(self, yaml: YAML) -> None:
        self._resolver, self._constructor = yaml.resolver, yaml.constructor
        self._plain: dict[str, Any] = {}

    def __call__(self, event: Any) -> Any:
        """Give the value; raises YAMLError for a tag that nobody knows."""
        if event.ctag is None and not event.implicit[0]:
            return event.value  # quoted
        if event.ctag is not None or event.value not in self._plain:
            tag = event.ctag
            if tag is None or str(tag) == "!":
                tag = self._resolver.resolve(ScalarNode, event.value, event.implicit)
            node = ScalarNode(tag, event.value, event.start_mark, event.end_mark)
            try:
                value = self._constructor.construct_document(node)
            except (ValueError, OverflowError):  # no such day, a number of thousands of digits
                raise Unfit("odd_value", _line(event)) from None
            if event.ctag is not None:
                return value
            self._plain[event.value] = value
        return self._plain[event.value]
