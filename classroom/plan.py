"""The school's switchboard plan: its number, menu, queue, desks and the practice trunk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from classroom.flows.shelf import FlowShelf
from classroom.queues.settings import QueueArea
from classroom.school.charges import charges
from classroom.settings import Settings
from classroom.speech.reading import read
from classroom.store.people import Person
from classroom.trunks import TrunkEntry
from scenarios.numbers import SCHOOL
from telephony.pbx.numbering import COUNTRIES, Kind, Place
from telephony.pbx.plan import BoardPlan, DeskPlan, GatewayPlan, QueuePlan, Route, TrunkPlan

QUEUE: Final = "care"
"""The school's own queue."""
TRUNK: Final = "practice"
PRACTISED: Final = frozenset(Kind) - {Kind.EMERGENCY}
"""What students may dial: the practice carrier answers all of it, and nobody else does."""
TONES: Final = {
    "zh": {"en/ringback": "cadence:us.ringback", "en/busy": "cadence:us.busy"},
    "en": {
        "ringback": "cadence:us.ringback",
        "busy": "cadence:us.busy",
        "zh/ringback": "cadence:cn.ringback",
        "zh/busy": "cadence:cn.busy",
    },
}
"""Call progress tones as callers of each language know them."""
LOOPBACK: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Which address to use for ourselves where the server listens on all."""


def own_host(settings: Settings) -> str:
    """The address by which this machine's own processes reach the board and are known there."""
    host = settings.network.host
    return LOOPBACK.get(host, host)


def board_plan(
    settings: Settings,
    people: Iterable[Person],
    *,
    trunk_password: str,
    carrier_port: int = 0,
    own: Sequence[TrunkEntry] = (),
    prompts: Mapping[str, str],
    flows: FlowShelf,
) -> BoardPlan:
    """Write the plan of one school."""
    folder, people = settings.recordings.resolve(), list(people)
    host, where = own_host(settings), settings.numbers
    trunk = TrunkPlan(
        TRUNK,
        "practice",
        TRUNK,
        trunk_password,
        host,
        gateways=(GatewayPlan(host, carrier_port),) if carrier_port else (),
        numbers=tuple(SCHOOL.values()),
        allows=PRACTISED,
    )
    return BoardPlan(
        realm="callcenter-lab",
        desks=desks_of(settings, people),
        numbers={number: ("flow", name) for number, name in flows.numbers().items()}
        | leads_of(own),
        flows={one.name: one.flow for one in flows.flows.values()},
        trials=flows.trials(),
        read=lambda kind, value, lang: read(kind, value, lang or settings.school.lang),
        queues=queues_of(settings),
        trunks=(trunk, *(entry.plan() for entry in own)),
        charges=charges_of(settings, people),
        place=Place(COUNTRIES[where.country], where.area, where.outside),
        prompts={**TONES[settings.school.lang], **prompts},
        recording_path=lambda call: recording_of(folder, call),
    )


def desks_of(settings: Settings, people: Iterable[Person]) -> dict[str, DeskPlan]:
    """Write a desk for everybody who has a telephone's account."""
    seconds = settings.desks.wrapup_seconds
    return {
        person.extension: DeskPlan(person.extension, person.sip_password, seconds)
        for person in people
        if person.extension and person.sip_password and person.active
    }


def charges_of(settings: Settings, people: Iterable[Person]) -> dict[str, frozenset[str]]:
    """Write whose charge each desk is, by the name the board knows a supervisor by."""
    people = list(people)
    names = {person.login: person.extension or person.login for person in people}
    found = charges(settings.supervision, people)
    return {names[login]: desks for login, desks in found.items()}


def queues_of(settings: Settings) -> dict[str, QueuePlan]:
    """Write the plans of the queues; the school's own is always there."""
    areas = {QUEUE: QueueArea(), **settings.queues}
    return {name: area.plan(name, settings.desks.ring_seconds) for name, area in areas.items()}


def leads_of(own: Sequence[TrunkEntry]) -> dict[str, Route]:
    """Where the numbers of the school's own trunks lead."""
    return {
        number: cast(Route, tuple(leads.split(" ", 1)))
        for entry in own
        for number, leads in entry.numbers.items()
    }


def recording_of(folder: Path, call: str) -> str:
    """Where the recording of a call lies."""
    return str(folder / f"{call}.wav")
