"""The door described: OpenAPI for requests, AsyncAPI for the two WebSockets, and one page to read.

The page needs nothing from the internet; it is written from the same models that check every
message, so it cannot say what the door does not do.
"""

from __future__ import annotations

import html
from functools import cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter

from classroom.control import PRIVATE, name_of
from classroom.door import control, wire
from classroom.door.api.house import LangHere, house
from telephony.pbx import events as news
from telephony.pbx.glance import Glance

router = APIRouter(include_in_schema=False)

ORDERS: Final[TypeAdapter[control.AnyOrder]] = TypeAdapter(control.AnyOrder)
ANSWERS: Final[TypeAdapter[control.Answer]] = TypeAdapter(control.Answer)
FLOOR: Final[TypeAdapter[wire.FloorEvent]] = TypeAdapter(wire.FloorEvent)
WHERE: Final = "#/components/schemas/{model}"


@router.get("/asyncapi.json")
async def asyncapi(request: Request) -> dict[str, Any]:
    """The WebSockets, as AsyncAPI 3.0."""
    return describe(house(request).version)


def describe(version: str) -> dict[str, Any]:
    """Write the AsyncAPI document of the two channels."""
    schemas: dict[str, Any] = {}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for address, purpose, does, models in (
        ("/api/control", "orders", "receive", ORDERS),
        ("/api/control", "answers", "send", ANSWERS),
        ("/api/floor", "floor", "send", FLOOR),
    ):
        schema = models.json_schema(ref_template=WHERE)
        schemas |= schema.pop("$defs", {})
        names = [one["$ref"].rpartition("/")[2] for one in schema["oneOf"]]
        place = address.rpartition("/")[2]
        channel = channels.setdefault(place, {"address": address, "messages": {}})
        messages = messages_of(names)
        channel["messages"] |= messages
        operations[purpose] = {
            "action": does,
            "channel": {"$ref": f"#/channels/{place}"},
            "messages": [{"$ref": f"#/channels/{place}/messages/{name}"} for name in messages],
        }
    for name, kind in kinds_of_news().items():
        fields = fields_of(kind)
        schemas |= fields.pop("$defs", {})
        schemas[name] = fields
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Call center training lab: call control and floor",
            "version": version,
            "description": (
                "Send the token of POST /api/login as ?token=… or as a Bearer header; ?lang=zh or en is the "
                "language of sentences; /api/floor?over=charge also tells of the desks in one's charge."
            ),
        },
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas},
    }


def messages_of(names: list[str]) -> dict[str, Any]:
    """Write the messages of an operation; news are told each by its name, with the fields it has."""
    messages = {
        name: {"payload": {"$ref": WHERE.format(model=name)}} for name in names if name != "News"
    }
    if "News" in names:
        messages |= {name: {"payload": payload_of(name)} for name in event_names()}
    return messages


# ── one page ─────────────────────────────────────────────────────────────────

TITLES: Final = {
    "zh": ("接口说明", "请求(HTTP)", "话务控制(WebSocket /api/control):指令", "答复与消息", "事件名"),
    "en": ("The door", "Requests (HTTP)", "Call control (WebSocket /api/control): orders",
           "Answers and news", "Names of events"),
}  # fmt: skip
STYLE: Final = (
    "body{font:15px/1.6 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}td{border-top:1px solid #ccc;padding:.3em .6em;"
    "vertical-align:top}code{font-family:ui-monospace,monospace}"
)


@router.get("/docs", response_class=HTMLResponse)
async def page(request: Request, lang: LangHere, read: Annotated[str, "zh or en"] = "") -> str:
    """Everything the door does, to read."""
    shown = read if read in TITLES else lang
    title, requests, orders, answers, names = TITLES[shown]
    parts = [
        f"<!doctype html><html lang='{shown}'><meta charset='utf-8'><title>{title}</title>",
        f"<style>{STYLE}</style><h1>{title}</h1><p><a href='?read=zh'>中文</a> ",
        "<a href='?read=en'>English</a> <a href='/openapi.json'>openapi.json</a> ",
        "<a href='/asyncapi.json'>asyncapi.json</a></p>",
        f"<h2>{requests}</h2>",
        rows(paths_of(request.app.openapi())),
        f"<h2>{orders}</h2>",
        rows(models_of(ORDERS, "do")),
        f"<h2>{answers}</h2>",
        rows(models_of(ANSWERS, "type")),
        f"<h2>{names}</h2>",
        rows([(told(name, kind), meaning(kind)) for name, kind in kinds_of_news().items()]),
    ]
    return "".join(parts)


def rows(table: list[tuple[str, str]]) -> str:
    """Write rows of a name and what it means."""
    cells = (f"<tr><td><code>{html.escape(a)}</code><td>{html.escape(b)}" for a, b in table)
    return f"<table>{''.join(cells)}</table>"


def paths_of(openapi: dict[str, Any]) -> list[tuple[str, str]]:
    """List the requests and their purposes."""
    return [
        (f"{method.upper()} {path}", operation.get("description", ""))
        for path, methods in openapi["paths"].items()
        for method, operation in methods.items()
    ]


def models_of(models: TypeAdapter[Any], tag: str) -> list[tuple[str, str]]:
    """List the messages of a channel: the tag's value with its fields, and the purpose."""
    found = models.json_schema()["$defs"].values()
    table = []
    for schema in found:
        fields = schema.get("properties", {})
        if tag not in fields:
            continue
        others = [name for name in fields if name != tag]
        name = fields[tag].get("const", schema["title"])
        table.append((f"{name} {{{', '.join(others)}}}", schema.get("description", "")))
    return table


# ── the news ─────────────────────────────────────────────────────────────────


def event_names() -> list[str]:
    """List what ``News.event`` may be."""
    return list(kinds_of_news())


@cache
def kinds_of_news() -> dict[str, type[Any]]:
    """What each name of the news tells, by its name."""
    kinds = {name_of(kind): kind for kind in news.BoardEvent.__args__}
    return dict(sorted({control.STANDING: Glance, **kinds}.items()))


def fields_of(kind: type[Any]) -> dict[str, Any]:
    """Write the ``fields`` of a kind of news; all of them are always there."""
    schema = TypeAdapter(kind).json_schema(ref_template=WHERE)
    for one in (schema, *schema.get("$defs", {}).values()):
        if "properties" in one:
            hidden = {*PRIVATE, "queue_log"} if one is schema else {"path"}
            one["properties"] = {k: v for k, v in one["properties"].items() if k not in hidden}
            one["required"] = list(one["properties"])
    return {**schema, "description": meaning(kind)}


def payload_of(name: str) -> dict[str, Any]:
    """Write the whole message of a kind of news."""
    own = {"event": {"const": name}, "fields": {"$ref": WHERE.format(model=name)}}
    return {"allOf": [{"$ref": WHERE.format(model="News")}, {"properties": own}]}


def told(name: str, kind: type[Any]) -> str:
    """Write a kind of news as a row of the page: its name and its fields."""
    return f"{name} {{{', '.join(fields_of(kind)['properties'])}}}"


def meaning(kind: type[Any]) -> str:
    """Say in one line what a kind of news tells."""
    return (kind.__doc__ or "").strip().partition("\n")[0]
