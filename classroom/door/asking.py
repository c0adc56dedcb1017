"""How a client of the door asks: one request, its answer or one sentence.

DoorError
├── DoorRefused            the server said no, in one sentence; ``status`` is its HTTP status
│   └── SpeechLater        the line's sound is put into the recording after the call
└── DoorLost               the server cannot be reached
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from classroom.door import wire

Model = TypeVar("Model", bound=BaseModel)
_PATIENCE = 15.0
_LOST: dict[wire.Lang, str] = {
    "zh": "无法连接服务器 {server},请检查地址和网络,或确认服务器已启动。",
    "en": "The server {server} cannot be reached; check the address, the network, or whether it "
    "runs.",
}


class DoorError(Exception):
    """The server said no or cannot be reached; the text is one sentence."""


class DoorRefused(DoorError):
    """The server said no."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class SpeechLater(DoorRefused):
    """The line's sound is put into the recording after the call."""


class DoorLost(DoorError):
    """The server cannot be reached."""


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


def lost(server: str, lang: wire.Lang) -> DoorLost:
    """Make the error of a server that cannot be reached."""
    return DoorLost(_LOST[lang].format(server=server))


def _sentence(answer: httpx2.Response) -> str:
    try:
        return wire.Problem.model_validate_json(answer.content).problem
    except ValidationError:
        return f"HTTP {answer.status_code} {answer.reason_phrase}"
