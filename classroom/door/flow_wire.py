"""What crosses the door about flows: the list, one flow as a tree of forms, drafts and edits."""

from __future__ import annotations

from hashlib import sha256
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
    part: str = ""
    """Where the node lies: ``nodes``, ``prompts`` or ``variables``."""


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


class FlowVariable(Part):
    """One variable of the author's."""

    name: str = Field(min_length=1, max_length=40)
    value: str = Field("", max_length=200)
    secret: bool = False
    """Its value never leaves the flow."""


class FlowPage(Part):
    """One flow, as it is saved or as a draft."""

    name: str
    title: str = ""
    trial: str = ""
    start: str = ""
    text: str
    nodes: list[FlowNode] = []
    """In the order of the file; none where the file cannot be read."""
    head: FlowNode | None = None
    """Title, numbers, language: the form of the flow as a whole."""
    prompts: list[FlowNode] = []
    """Each a form: the words in each language, or a recording."""
    variables: list[FlowVariable] = []
    problems: list[FlowProblem] = []
    types: list[str] = []
    """Every type a node can have."""
    saved: bool = False
    """This text is what the next caller hears."""


def version_of(text: str) -> str:
    """Name a text, so that it is known again; the text of a flow that is not there has no name."""
    return sha256(text.encode()).hexdigest()[:16] if text else ""


class FlowDraft(Part):
    """``PUT /api/flows/{name}``: a whole file."""

    text: str = Field(max_length=1 << 20)
    version: str | None = Field(None, max_length=64)
    """``version_of`` the saved text that the draft began from; another one in its place is not
    written over. None: write over whatever is there."""


class FlowEdit(Part):
    """``POST /api/flows/{name}/edit``: change one part of a draft; nothing is saved."""

    text: str = Field(max_length=1 << 20)
    part: Literal["nodes", "prompts", "head"] = "nodes"
    node: str = Field("", max_length=40)
    """Which node or prompt; the head needs no name."""
    fields: dict[str, str] | None = None
    """Field → YAML on one line; none at all: the node goes."""


class FlowVariables(Part):
    """``POST /api/flows/{name}/variables``: all the variables of a draft; nothing is saved.

    A flow that has no node yet then has its first one, ``Start``.
    """

    text: str = Field(max_length=1 << 20)
    variables: list[FlowVariable] = Field(max_length=64)


class FlowNew(Part):
    """``POST /api/flows``: the draft of a new flow; nothing is saved."""

    name: str = Field(max_length=40)
    title: str = Field("", max_length=80)


class FlowSound(Part):
    """``POST /api/flows/{name}/sounds/{prompt}``: a recording was taken in."""

    file: str
    """What the prompt's ``file`` is to say."""
    seconds: float
