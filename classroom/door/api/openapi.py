"""OpenAPI as the door really is: who must log in, how it refuses, what is sound and what is a file."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from classroom.door.wire import Problem

OPEN: Final = ("/api/login", "/api/health")
"""What is answered without a token."""
SOUND: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The sound",
        "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def a_file(kind: str) -> dict[str, Any]:
    """Say of a route that its body is a file as it stands."""
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def sent_as(kind: str) -> dict[int | str, dict[str, Any]]:
    """Say of a route that it answers with a file of this kind."""
    schema = {"type": "string", "format": "binary"}
    return {200: {"description": "The file", "content": {kind: {"schema": schema}}}}


class Door(FastAPI):
    """The application, with a document that says what it does."""

    def openapi(self) -> dict[str, Any]:
        """Write the document, once."""
        if not self.openapi_schema:
            self.openapi_schema = get_openapi(
                title=self.title, version=self.version, routes=self.routes
            )
            truthful(self.openapi_schema)
        return self.openapi_schema


def truthful(document: dict[str, Any]) -> None:
    """Every refusal is one ``Problem``; everything but the entrance wants the token of a log-in."""
    parts = document["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["schemas"]["Problem"] = Problem.model_json_schema()
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "The token of POST /api/login"}
    }
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            operation["security"] = [] if path in OPEN else [{"token": []}]
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {
                "description": "Refused: one sentence that says what to do",
                "content": problem,
            }
