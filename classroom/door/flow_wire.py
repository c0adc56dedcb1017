"""What crosses the door about flows: the list, one flow as a tree of forms, drafts and edits."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Strict: an unknown field is an error, on both sides."""

    model_config = ConfigDict(extra="forbid")


class FlowRow(Part):
    """One row of ``GET /api/flows``."""

    name: str
    title: str
    numbers: list[str] = []
    """The numbers that lead to it."""
    trial: str = ""
    """What a seat dials to try it."""
    own: bool = False
    """The school's own file, not one that came with the program."""
    problems: int = 0
    """Of a file that cannot be used."""


class FlowProblem(Part):
    """One thing wrong with a flow."""

    line: int
    node: str = ""
    text: str
    weak: bool = False
    """Callers can live with it."""


class FlowField(Part):
    """One field of a node's form; its value is YAML on one line."""

    name: str
    value: str = ""
    kind: Literal["text", "node", "prompts", "mapping", "choice"] = "text"
    choices: list[str] = []
    required: bool = False


class FlowWay(Part):
    """A way out of a node."""

    name: str
    to: str


class FlowNode(Part):
    """One node: its form, where it leads, what it says."""

    name: str
    type: str
    fields: list[FlowField]
    ways: list[FlowWay] = []
    says: list[str] = []


class FlowPage(Part):
    """One flow, as it is saved or as a draft."""

    name: str
    title: str = ""
    trial: str = ""
    start: str = ""
    text: str
    nodes: list[FlowNode] = []
    """In the order of the file; none where the file cannot be read."""
    problems: list[FlowProblem] = []
    types: list[str] = []
    """Every type a node can have."""
    saved: bool = False
    """This text is what the next caller hears."""


class FlowDraft(Part):
    """``PUT /api/flows/{name}``: a whole file."""

    text: str = Field(max_length=1 << 20)


class FlowEdit(Part):
    """``POST /api/flows/{name}/edit``: change one node of a draft; nothing is saved."""

    text: str = Field(max_length=1 << 20)
    node: str = Field(min_length=1, max_length=40)
    fields: dict[str, str] | None = None
    """Field → YAML on one line; none at all: the node goes."""
