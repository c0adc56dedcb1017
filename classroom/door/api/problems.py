"""Every refusal is a ``wire.Problem``: one sentence that says what to do."""

from __future__ import annotations

import json

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from classroom.door.api.house import language
from classroom.door.wire import Problem
from classroom.errors import Refusal
from classroom.misfit import reason_of
from classroom.words import say

_log = structlog.get_logger("door")
_KEYS = {401: "log_in_first", 403: "not_allowed", 404: "no_such_page", 405: "no_such_page"}


def _problem(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = Problem(problem=sentence).model_dump()
    return JSONResponse(body, status_code=status, headers=headers)


async def writable(connection: HTTPConnection) -> None:
    """Refuse JSON with half a character (a lone surrogate), which nobody could write down."""
    if not isinstance(connection, Request) or "json" not in connection.headers.get(
        "Content-Type", ""
    ):
        return
    if b"\\u" in await connection.body():
        try:
            json.dumps(await connection.json(), ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise Refusal(422, "bad_request", where="body", why=error.reason) from error


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    headers = {"Retry-After": str(error.values["seconds"])} if error.status == 429 else None
    return _problem(error.status, error.sentence(language(request)), headers)


async def _misfit(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    lang = language(request)
    return _problem(422, say("bad_request", lang, where=where, why=reason_of(first, lang)))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    key = _KEYS.get(error.status_code)
    sentence = say(key, language(request)) if key else str(error.detail)
    return _problem(error.status_code, sentence)


async def _broken(request: Request, error: Exception) -> JSONResponse:
    _log.error("request failed", path=request.url.path, exc_info=error)
    return _problem(500, say("broken", language(request)))


def explain(app: FastAPI) -> None:
    """Make every error of this application a Problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _misfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)
