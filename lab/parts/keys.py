"""Key bindings in both languages: the id is stable, the words follow the language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode

from lab.words import Words


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its words are ``keys.NAME`` and ``tips.NAME`` of the catalogue."""

    keys: str
    action: str
    name: str
    room: str
    show: bool = True
    priority: bool = False
    shown: str = ""
    word: str = ""
    """Another name for its word, where that changes with the moment."""

    def binding(self, words: Words) -> Binding:
        """The key in the present language."""
        return Binding(
            _any_case(self.keys),
            self.action,
            words(f"keys.{self.word or self.name}"),
            show=self.show,
            key_display=self.shown or _shown(self.keys),
            priority=self.priority,
            tooltip=words(f"tips.{self.name}"),
            id=f"{self.room}.{self.name}",
        )


HOPS = (
    Binding("tab", "app.focus_next", show=False, priority=True, id="lab.next"),
    Binding("shift+tab", "app.focus_previous", show=False, priority=True, id="lab.previous"),
)
"""Tab moves before the next key is given out, so that fast typing lands in the next field."""


def bind(node: DOMNode, keys: Iterable[Key], words: Words) -> None:
    """Give a screen or app these keys in the present language, besides those it inherits."""
    inherited = type(node)._merged_bindings
    node._bindings = BindingsMap([key.binding(words) for key in keys])
    for binding in inherited or ():
        node._bindings.key_to_bindings.setdefault(binding[0], []).append(binding[1])


def table(keys: Iterable[Key], words: Words) -> list[tuple[str, str]]:
    """The keys with their tooltips, for a help screen."""
    return [(key.shown or _shown(key.keys), words(f"tips.{key.name}")) for key in keys]


def _any_case(keys: str) -> str:
    """A letter counts with Shift or Caps Lock, too."""
    names = keys.split(",")
    capitals = [name.upper() for name in names if len(name) == 1 and name.isalpha()]
    return ",".join(dict.fromkeys(names + capitals))


def _shown(keys: str) -> str:
    first = keys.split(",")[0]
    return "^" + first.removeprefix("ctrl+") if first.startswith("ctrl+") else first.upper()
