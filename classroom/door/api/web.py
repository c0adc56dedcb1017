"""The supervisors' page (质检席): files of this package and the words, nothing from elsewhere.

The page comes in by the same door as everybody: it logs in, reads ``/api`` and orders by
``/api/control``. What is served here is the same for all and tells nothing about people.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from classroom.door.locale import shared
from classroom.errors import Refusal

router = APIRouter(include_in_schema=False)

LOOKS: Final = ["GET", "HEAD"]
"""A monitor that only asks whether the page is there asks HEAD."""
PAGE: Final = "qa.html"
KINDS: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from another host, in nobody's frame."""
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@cache
def files() -> dict[str, bytes]:
    """Everything that the page is made of, by name."""
    folder = resources.files("classroom.door") / "web"
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if any(file.name.endswith(ending) for ending in KINDS)
    }


def _serve(name: str) -> Response:
    if name not in files():
        raise Refusal(404, "no_such_page")
    kind = KINDS[name[name.rindex(".") :]]
    return Response(files()[name], headers={**HEADERS, "Content-Type": kind})


@router.api_route("/", methods=LOOKS)
async def start() -> Response:
    """Whoever types the server's address only wants its page."""
    return RedirectResponse("/qa", headers=HEADERS)


@router.api_route("/qa", methods=LOOKS)
async def page() -> Response:
    """The page itself; it asks who is there."""
    return _serve(PAGE)


@router.api_route("/qa/words.json", methods=LOOKS)
async def words() -> Response:
    """What the page says, in both languages: the words that the terminal's screens say, too."""
    return JSONResponse({"zh": shared("zh"), "en": shared("en")}, headers=HEADERS)


@router.api_route("/qa/{name}", methods=LOOKS)
async def part(name: str) -> Response:
    """One of its files."""
    return _serve(name)
