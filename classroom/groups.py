"""Settings in the six groups of the trade: general, recording, calls, lines, workflow, messages (LCA-15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from classroom.queues.settings import QueueArea
from classroom.settings import Settings

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "general": (
        "school", "network", "numbers", "supervision", "privacy", "voices", "disk", "practice",
    ),
    "recording": ("recording",),
    "calls": ("calls", "desks", "seats", "queues"),
    "lines": ("outbound", "callers"),
    "workflow": ("hours", "members"),
    "messages": ("voicemail", "letters"),
}  # fmt: skip
"""Group → sections of ``lab.toml``; ``data`` is the folder itself."""
SECRET: Final = "••••"


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as it is now."""

    group: str
    where: str
    """As it is written: ``queues.care.strategy``."""
    key: str
    """What it means stands under this name: ``queues_strategy``."""
    value: Any
    usual: bool
    """Nobody changed it."""


def entries(settings: Settings) -> Iterator[Entry]:
    """List every setting, group by group."""
    for group, areas in GROUPS.items():
        for area in areas:
            found = getattr(settings, area)
            if area == "queues":
                for name, queue in {"care": QueueArea(), **found}.items():
                    yield from _fields(group, f"queues.{name}", "queues", queue)
            elif isinstance(found, BaseModel):
                yield from _fields(group, area, area, found)
            else:
                yield Entry(group, area, area, _listed(found), not found)


def _fields(group: str, where: str, area: str, found: BaseModel) -> Iterator[Entry]:
    for name, field in type(found).model_fields.items():
        value = getattr(found, name)
        usual = value == field.get_default(call_default_factory=True)
        shown = SECRET if _secret(field) and value else _listed(value)
        yield Entry(group, f"{where}.{name}", f"{area}_{name}", shown, usual)


def _secret(field: FieldInfo) -> bool:
    return field.repr is False


def _listed(found: Any) -> Any:
    """Write a table or a list of rules without what is secret in it."""
    if isinstance(found, Mapping):
        return {name: _listed(one) for name, one in found.items()}
    if isinstance(found, list | tuple):
        return [_listed(one) for one in found]
    if isinstance(found, BaseModel):
        return {
            name: SECRET if _secret(field) else getattr(found, name)
            for name, field in type(found).model_fields.items()
        }
    return found
