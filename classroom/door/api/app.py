"""The application behind the door."""

from __future__ import annotations

from fastapi import FastAPI

from classroom.door.api import calls, desks, entry, floor, sound
from classroom.door.api.house import House
from classroom.door.api.problems import explain


def application(house: House) -> FastAPI:
    """Put the routes together for one house."""
    app = FastAPI(title="Call center training lab", version=house.version)
    app.state.house = house
    for part in (entry, desks, calls, sound, floor):
        app.include_router(part.router)
    explain(app)
    return app
