"""How a client of the door asks: one request, its answer or one sentence."""

from __future__ import annotations

import ssl
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from classroom.door import wire
from classroom.door.refused import DoorLost, DoorRefused, lost

Model = TypeVar("Model", bound=BaseModel)
_PATIENCE = 15.0


class Asking:
    """A connection to the server; every question may raise DoorRefused or DoorLost."""

    def __init__(self, server: str, *, lang: wire.Lang = "zh") -> None:
        self.server = server.removeprefix("http://").rstrip("/")
        self.lang: wire.Lang = lang
        self.session: wire.Session | None = None
        self._http = httpx2.AsyncClient(
            base_url=f"http://{self.server}",
            headers={"Accept-Language": lang},
            timeout=_PATIENCE,
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # plain HTTP: no authorities are read
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()

    # ── underneath ───────────────────────────────────────────────────────────

    async def _list(
        self, model: type[Model], path: str, query: dict[str, Any] | None = None
    ) -> list[Model]:
        answer = await self._ask("GET", path, query=query)
        return TypeAdapter(list[model]).validate_json(answer)  # type: ignore[valid-type]  # runtime

    async def _ask(
        self,
        method: str,
        path: str,
        body: BaseModel | bytes | None = None,
        query: dict[str, Any] | None = None,
    ) -> bytes:
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        raw = isinstance(body, bytes)
        content = (
            body if isinstance(body, bytes) or body is None else body.model_dump_json().encode()
        )
        kind = "application/octet-stream" if raw else "application/json"
        headers = None if body is None else {"Content-Type": kind}
        try:
            answer = await self._http.request(
                method, f"/api/{path}", content=content, params=wanted, headers=headers
            )
        except httpx2.TransportError as error:
            raise self._lost() from error
        if answer.status_code >= 400:
            raise DoorRefused(_sentence(answer), answer.status_code)
        return answer.content

    def _lost(self) -> DoorLost:
        return lost(self.server, self.lang)


def _sentence(answer: httpx2.Response) -> str:
    try:
        return wire.Problem.model_validate_json(answer.content).problem
    except ValidationError:
        return f"HTTP {answer.status_code} {answer.reason_phrase}"
