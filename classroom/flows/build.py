"""From a written flow to one that the switchboard walks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Final

from classroom.flows.model import (
    AccessDb,
    Asking,
    DataEntry,
    FlowSheet,
    HoursNode,
    PlayDigit,
    PlayNumber,
    PlayOnly,
    PlayOption,
    SelectLanguage,
    StopFlow,
    SurveyNode,
    UserStopFlow,
    VarCompare,
)
from telephony.pbx import ivr
from telephony.pbx.hours import Hours, Span

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def flow_of(sheet: FlowSheet) -> ivr.Flow:
    """Build the flow; its shape must have been checked."""
    nodes: dict[str, ivr.Node] = {}
    for name, node in sheet.nodes.items():
        if isinstance(node, StopFlow) and node.to == "information":
            nodes[name] = ivr.Play(_said(sheet, node.say), f"{name}/end")
            nodes[f"{name}/end"] = ivr.HangUp()
        else:
            nodes[name] = _node(sheet, node)
    return ivr.Flow(
        sheet.flow,
        sheet.start,
        nodes,
        {name: sheet.variable(name).value for name in sheet.variables},
        frozenset(name for name in sheet.variables if sheet.variable(name).secret),
        sheet.lang,
    )


def prompt_key(sheet: FlowSheet, name: str) -> str:
    """Name a prompt for the board: the flow's own, or the house's."""
    return f"{sheet.flow}.{name}" if name in sheet.prompts else name


def _said(sheet: FlowSheet, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(prompt_key(sheet, name) for name in names)


def _node(sheet: FlowSheet, node: object) -> ivr.Node:
    match node:
        case PlayOnly():
            return ivr.Play(_said(sheet, node.say), node.then)
        case PlayNumber():
            read = ivr.Reading(node.kind, node.value)
            before, after = _said(sheet, node.before), _said(sheet, node.after)
            return ivr.Play((*before, read, *after), node.then)
        case VarCompare():
            return ivr.Compare(node.left, node.test, node.right, node.yes, node.no)
        case AccessDb():
            return ivr.LookUp(
                node.ask, node.given, node.into, node.found, node.missing, node.failed,
                node.seconds,
            )  # fmt: skip
        case UserStopFlow():
            return ivr.UserStop(node.then)
        case DataEntry():
            return ivr.EnterFlow(node.flow, node.then, node.given, node.into)
        case HoursNode():
            return ivr.ByHours(hours_of(node), node.open, node.closed)
        case StopFlow():
            return _way_out(node)
        case Asking():
            return _asking(sheet, node)
    raise TypeError(type(node).__name__)


def _asking(sheet: FlowSheet, node: Asking) -> ivr.Node:
    say, wrong, silent = (_said(sheet, names) for names in (node.say, node.wrong, node.silent))
    match node:
        case PlayOption():
            return ivr.Menu(
                say, node.keys, node.otherwise, node.seconds, node.tries, wrong, silent,
                node.on_wrong, node.on_silent, node.into or "",
            )  # fmt: skip
        case PlayDigit():
            return ivr.Digits(
                say, node.into, node.then, node.otherwise, node.min, node.max, node.end,
                node.seconds, node.between, node.tries, wrong, silent, node.on_wrong,
                node.on_silent,
            )  # fmt: skip
        case SelectLanguage():
            keys = dict(node.keys)
            return ivr.Language(say, keys, node.then, node.seconds, node.tries, wrong, silent)
        case SurveyNode():
            return ivr.Survey(
                say, node.then, node.otherwise, node.marks, node.seconds, node.tries, wrong,
                silent, node.into or "",
            )  # fmt: skip
    raise TypeError(type(node).__name__)


def _way_out(node: StopFlow) -> ivr.Exit:
    match node.to:
        case "queue":
            return ivr.ToQueue(node.name, gave_up=node.failed, priority=node.priority)
        case "extension":
            return ivr.ToExtension(node.name, failed=node.failed)
        case "number":
            return ivr.ToNumber(node.name, failed=node.failed)
        case "voicemail":
            return ivr.ToVoicemail(node.name, failed=node.failed)
        case "back":
            return ivr.Return()
        case _:
            return ivr.HangUp()


def hours_of(node: HoursNode) -> Hours:
    """Read opening hours; raises ValueError with the key of the sentence that explains it."""
    week: dict[int, list[Span]] = {}
    for days, spans in node.week.items():
        for day in _days(days):
            week[day] = [_span(span) for span in spans.split()]
    return Hours(week, frozenset(_date(text) for text in node.holidays))


def _days(text: str) -> range:
    first, _, last = text.strip().lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError("day_form")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    if end < begin:
        raise ValueError("day_form")
    return range(begin, end + 1)


def _span(text: str) -> Span:
    try:
        begins, ends = text.split("-")
        return time.fromisoformat(begins), time.fromisoformat("00:00" if ends == "24:00" else ends)
    except ValueError:
        raise ValueError("hours_form") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("date_form") from None
