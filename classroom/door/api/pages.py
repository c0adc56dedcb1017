"""The door described: OpenAPI for requests, AsyncAPI for the two WebSockets, and one page to read.

The page needs nothing from the internet; it is written from the same models that check every
message, so it cannot say what the door does not do.
"""

from __future__ import annotations

import html
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter

from classroom.control import name_of
from classroom.door import control, wire
from classroom.door.api.house import LangHere, house
from telephony.pbx import events as news

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
        channel = channels.setdefault(
            address.rpartition("/")[2], {"address": address, "messages": {}}
        )
        for name in names:
            channel["messages"][name] = {"payload": {"$ref": WHERE.format(model=name)}}
        operations[purpose] = {
            "action": does,
            "channel": {"$ref": f"#/channels/{address.rpartition('/')[2]}"},
        }
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
        f"<h2>{names}</h2><p><code>{'</code> <code>'.join(event_names())}</code></p>",
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


def event_names() -> list[str]:
    """List what ``News.event`` may be."""
    return sorted((control.STANDING, *(name_of(kind) for kind in news.BoardEvent.__args__)))
