"""Coming in: log-in, consent, who am I, how is the server, who is here."""

from __future__ import annotations

import time
from typing import cast

from fastapi import APIRouter, Request

from classroom.door import wire
from classroom.door.api.house import Anybody, House, HouseHere, Instructor, LangHere
from classroom.errors import Refusal
from classroom.store.people import Person

router = APIRouter(prefix="/api")

ANYWHERE = ("0.0.0.0", "::")


@router.post("/login")
async def login(
    ask: wire.Login, request: Request, house: HouseHere, lang: LangHere
) -> wire.Session:
    """Prove who you are and get a token."""
    address = request.client.host if request.client else ""
    house.doorkeeper.admit(ask.login, address, time.monotonic())
    person = await house.people.proved(ask.login, ask.password)
    if person is None:
        house.doorkeeper.failed(ask.login, address, time.monotonic())
        raise Refusal(401, "wrong_password")
    house.doorkeeper.passed(ask.login, address)
    return wire.Session(
        token=house.keys.make(person.login),
        login=person.login,
        name=person.name,
        role=cast(wire.Role, person.role),
        sip=_account(house, person, request.url.hostname or ""),
        consented=await house.people.has_agreed(person, house.agreement),
        notice=house.notice(lang),
    )


def _account(house: House, person: Person, asked: str) -> wire.SipAccount | None:
    """The seat's account; a server that listens everywhere is where it was asked."""
    if person.extension is None or person.sip_password is None:
        return None
    network = house.settings.network
    host, secured = network.host, house.secured()
    return wire.SipAccount(
        extension=person.extension,
        password=person.sip_password,
        host=asked if host in ANYWHERE and asked else host,
        port=house.sip_port,
        transport="udp" if network.seats == "tls" and secured is None else network.seats,
        secured=secured,
    )


@router.post("/consent", status_code=204)
async def consent(who: Anybody, house: HouseHere) -> None:
    """Agree to the notice about recording."""
    await house.people.agree(who, house.agreement)
    house.agrees(who.login)


@router.get("/me")
async def me(who: Anybody) -> wire.Person:
    """Who the token belongs to."""
    return _row(who)


@router.get("/people")
async def people(_: Instructor, house: HouseHere) -> list[wire.Person]:
    """Everybody, for instructors; never a secret."""
    return [_row(person) for person in await house.people.everybody()]


@router.get("/health")
async def health(house: HouseHere) -> wire.Health:
    """How the server is; needs no log-in and tells nothing about people."""
    return wire.Health(
        version=house.version,
        line="practice",
        calls=len(house.floor.calls),
        desks=sum(desk.duty != "off" for desk in house.floor.desks.values()),
        alarms=list(house.floor.alarms),
        voice=house.mouth.engine,
    )


def _row(person: Person) -> wire.Person:
    return wire.Person(
        login=person.login,
        name=person.name,
        role=cast(wire.Role, person.role),
        extension=person.extension,
    )
