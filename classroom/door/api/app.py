"""The application behind the door."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from classroom.door.api import (
    answering,
    calls,
    control,
    customers,
    desks,
    entry,
    floor,
    flows,
    letters,
    lines,
    pages,
    queues,
    seats,
    sound,
    web,
)
from classroom.door.api.house import House
from classroom.door.api.openapi import Door
from classroom.door.api.problems import explain, writable


def application(house: House) -> FastAPI:
    """Put the routes together for one house."""
    app = Door(
        title="Call center training lab",
        version=house.version,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(writable)],
    )
    app.state.house = house
    for part in (
        entry,
        desks,
        answering,
        calls,
        customers,
        letters,
        queues,
        seats,
        flows,
        sound,
        floor,
        control,
        lines,
        pages,
        web,
    ):
        app.include_router(part.router)
    explain(app)
    return app
