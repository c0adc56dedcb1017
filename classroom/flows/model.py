"""A flow file as it is written; unknown keys are errors. The types are called as in the trade."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator

from classroom.door.lang import Lang
from telephony.pbx.ivr.nodes import Kind, Test

NAME: Final = r"^[A-Za-z][A-Za-z0-9_.-]*$"
FLOW_NAME: Final = r"^[a-z0-9][a-z0-9_-]*$"
NUMBER: Final = r"^[0-9]{3,15}$"
MARKS: Final = r"^[0-9]{1,10}$"
Name: TypeAlias = Annotated[str, Field(pattern=NAME, max_length=40)]
Where: TypeAlias = Annotated[str, Field(min_length=1, max_length=40)]
"""A node's name."""
Words: TypeAlias = list[Where]
"""Prompts by name."""
Seconds: TypeAlias = Annotated[float, Field(ge=0.5, le=60)]
Tries: TypeAlias = Annotated[int, Field(ge=1, le=9)]


def _level(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A variable holds the level (``$priority`` of a member), or it is written as a number."""
    filled = isinstance(value, str) and re.fullmatch(r"\$(\w+|\{\w+\})", value)
    return value if filled else read(value)


Level: TypeAlias = Annotated[int, Field(ge=0, le=9), WrapValidator(_level)]


class Part(BaseModel):
    """Strict: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid")


class Prompt(Part):
    """What is said, in each language, or a recording in the flows' folder."""

    zh: str = ""
    en: str = ""
    file: str = ""


class Variable(Part):
    """What a variable begins with; a secret one never leaves the flow."""

    value: str = ""
    secret: bool = False


class PlayOnly(Part):
    """PLAY ONLY: only plays voice."""

    type: Literal["play_only"]
    say: Words
    then: Where


class PlayNumber(Part):
    """PLAY NUMBER: reads a value aloud."""

    type: Literal["play_number"]
    value: str
    kind: Kind
    before: Words = []
    after: Words = []
    then: Where


class Asking(Part):
    """What every node that waits for keys has."""

    say: Words = []
    seconds: Seconds = 5.0
    tries: Tries = 3
    wrong: Words = []
    silent: Words = []


class PlayDigit(Asking):
    """PLAY DIGIT: plays voice and takes a number."""

    type: Literal["play_digit"]
    into: Name
    min: Annotated[int, Field(ge=1, le=32)] = 1
    max: Annotated[int, Field(ge=1, le=32)] = 20
    end: Literal["#", "*", ""] = "#"
    between: Seconds = 3.0
    then: Where
    otherwise: Where
    on_wrong: Where | None = None
    on_silent: Where | None = None


class PlayOption(Asking):
    """PLAY OPTION: a voice menu."""

    type: Literal["play_option"]
    keys: dict[str, Where] = Field(min_length=1)
    otherwise: Where
    on_wrong: Where | None = None
    on_silent: Where | None = None
    into: Name | None = None


class SelectLanguage(Asking):
    """SELECT LANGUAGE: every later prompt is in the chosen language."""

    type: Literal["select_language"]
    keys: dict[str, Lang] = Field(min_length=1)
    then: Where
    tries: Tries = 2


class VarCompare(Part):
    """VAR COMPARE: goes one of two ways by a variable."""

    type: Literal["var_compare"]
    left: str
    test: Test
    right: str
    yes: Where
    no: Where


class AccessDb(Part):
    """ACCESS DB: asks the house's records."""

    type: Literal["access_db"]
    ask: str
    given: dict[str, str] = {}
    into: dict[str, Name] = {}
    found: Where
    missing: Where
    failed: Where
    seconds: Seconds = 3.0


class UserStopFlow(Part):
    """USER STOP FLOW: what is done when the caller hangs up."""

    type: Literal["user_stop_flow"]
    then: Where


class StopFlow(Part):
    """STOP FLOW: leaves the flow."""

    type: Literal["stop_flow"]
    to: Literal["hang_up", "queue", "extension", "number", "voicemail", "information", "back"] = (
        "hang_up"
    )
    name: str = ""
    """Which queue, extension, number or box."""
    say: Words = []
    """What ``information`` says before it hangs up."""
    failed: Where | None = None
    """Where to come back when nobody takes the call."""
    priority: Level = 0
    """How many levels the caller comes before others: 0 to 9, or a variable that holds it."""


class DataEntry(Part):
    """DATA ENTRY: goes through another flow and comes back."""

    type: Literal["data_entry"]
    flow: str
    given: dict[str, str] = {}
    into: dict[str, Name] = {}
    then: Where


class HoursNode(Part):
    """Goes one of two ways by the clock."""

    type: Literal["hours"]
    week: dict[str, str]
    holidays: list[str] = []
    open: Where
    closed: Where


class SurveyNode(Asking):
    """Asks the caller for a mark."""

    type: Literal["survey"]
    marks: Annotated[str, Field(pattern=MARKS)] = "12345"
    into: Name | None = None
    then: Where
    otherwise: Where
    seconds: Seconds = 8.0
    tries: Tries = 2


NodeSheet: TypeAlias = Annotated[
    PlayOnly | PlayNumber | PlayDigit | PlayOption | SelectLanguage | VarCompare | AccessDb
    | UserStopFlow | StopFlow | DataEntry | HoursNode | SurveyNode,
    Field(discriminator="type"),
]  # fmt: skip
TYPES: Final[dict[str, type[Part]]] = {
    "play_only": PlayOnly,
    "play_number": PlayNumber,
    "play_digit": PlayDigit,
    "play_option": PlayOption,
    "select_language": SelectLanguage,
    "var_compare": VarCompare,
    "access_db": AccessDb,
    "user_stop_flow": UserStopFlow,
    "stop_flow": StopFlow,
    "data_entry": DataEntry,
    "hours": HoursNode,
    "survey": SurveyNode,
}
"""The nine of the trade, then ours; the order in which an editor offers them."""


class FlowSheet(Part):
    """One whole file."""

    flow: Annotated[str, Field(pattern=FLOW_NAME, max_length=40)]
    title: Prompt = Prompt()
    lang: Lang | Literal[""] = ""
    """The language it begins in; empty: the house's."""
    numbers: list[Annotated[str, Field(pattern=NUMBER)]] = []
    """The numbers that lead here."""
    trial: Annotated[int, Field(ge=1, le=99)] | None = None
    """Seats try it by dialling *78 and this, two digits."""
    variables: dict[Name, str | Variable] = {}
    prompts: dict[Name, Prompt] = {}
    start: Where
    nodes: dict[Name, NodeSheet] = Field(min_length=1)

    def variable(self, name: str) -> Variable:
        """Give a variable in its long form."""
        one = self.variables[name]
        return one if isinstance(one, Variable) else Variable(value=one)
