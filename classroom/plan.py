"""The school's switchboard plan: its number, menu, queue, desks and the practice trunk."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import time
from pathlib import Path
from typing import Any, Final, cast

from classroom.answering import Answering
from classroom.flows import first
from classroom.flows.shelf import FlowShelf
from classroom.holidays import WEEKDAYS, calendar
from classroom.outbound import check_shown, rules_of, spread
from classroom.queues.settings import QueueArea
from classroom.school.charges import charges
from classroom.settings import Settings
from classroom.speech.reading import read
from classroom.store.people import Person
from classroom.trunks import TrunkEntry
from scenarios.numbers import SCHOOL
from telephony.pbx.forwards import Forwards
from telephony.pbx.hours import Hours
from telephony.pbx.numbering import Kind
from telephony.pbx.plan import (
    BoardPlan,
    DeskPlan,
    GatewayPlan,
    Opening,
    QueuePlan,
    Route,
    TrunkPlan,
)
from telephony.switchboard import Network

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


def network_of(settings: Settings, tls: ssl.SSLContext | None) -> Network:
    """Where the board is reached; ``tls`` is what it proves itself with."""
    network = settings.network
    return Network(
        local=(network.host, network.sip_port),
        rtp_ports=(network.rtp_first, network.rtp_last), advertise=network.advertise,
        local_nets=network.local_nets, tls=tls, tls_port=network.tls_port,
    )  # fmt: skip


def practice_trunk(settings: Settings, password: str, port: int) -> TrunkPlan:
    """Write the line of the virtual customers; its port is known once their telephones are open."""
    host = own_host(settings)
    return TrunkPlan(
        TRUNK,
        "practice",
        TRUNK,
        password,
        host,
        gateways=(GatewayPlan(host, port),) if port else (),
        numbers=tuple(SCHOOL.values()),
        allows=PRACTISED,
        virtual=True,
    )


def board_plan(
    settings: Settings,
    people: Iterable[Person],
    *,
    trunk_password: str,
    carrier_port: int = 0,
    own: Sequence[TrunkEntry] = (),
    answering: Answering | None = None,
    agreed: Collection[str] = (),
    prompts: Mapping[str, str],
    flows: FlowShelf,
    unspoken: Collection[str] = (),
) -> BoardPlan:
    """Write the plan of one school; ``agreed`` are the log-ins that know of the recording."""
    people, folder = list(people), settings.recordings.resolve()
    leads = numbers_of(flows, own)
    return check_shown(BoardPlan(
        realm="callcenter-lab",
        desks=desks_of(settings, people, answering.forwards if answering else {}, agreed),
        numbers=leads,
        **menus_of(flows, unspoken),
        read=lambda kind, value, lang: read(kind, value, lang or settings.school.lang),
        queues=queues_of(settings),
        trunks=(
            practice_trunk(settings, trunk_password, carrier_port),
            *(one.plan() for one in own),
        ),
        rules=rules_of(settings.outbound, settings.numbers.place, TRUNK),
        charges=charges_of(settings, people),
        place=settings.numbers.place,
        prompts={**TONES[settings.school.lang], **prompts},
        recording_path=lambda call: recording_of(folder, call),
        openings=openings_of(settings, leads),
        blacklist=settings.callers.blacklist,
        boxes=answering.boxes() if answering else {},
        message_path=answering.path if answering else lambda box, call: None,
        wrap_calls_out=settings.desks.wrap_calls_out,
        calls=settings.calls.plan(settings.recording),
        **settings.calls.limits(),
    ))  # fmt: skip


def desks_of(
    settings: Settings,
    people: Iterable[Person],
    forwards: Mapping[str, Forwards],
    agreed: Collection[str] = (),
) -> dict[str, DeskPlan]:
    """Write a desk for everybody who has a telephone's account."""
    seconds, nothing = settings.desks.wrapup_seconds, Forwards()
    shown = spread(settings.desks.shows_at)
    return {
        person.extension: DeskPlan(
            person.extension,
            person.sip_password,
            seconds,
            shows=shown.get(person.extension, settings.desks.shows),
            forwards=forwards.get(person.extension, nothing),
            mobile=settings.desks.mobile.get(person.extension, ""),
            agreed=person.login in agreed,
        )
        for person in people
        if person.extension and person.sip_password and person.active
    }


def menus_of(flows: FlowShelf, unspoken: Collection[str]) -> dict[str, Any]:
    """Write the menus, and which number tries which; the ``unspoken`` are rendered when one does."""
    known = {one.name: one.flow for one in flows.flows.values()}
    rings = {name: first.key_of(name) for name in unspoken}
    return {
        "flows": known | {key: first.ringing(known[name]) for name, key in rings.items()},
        "trials": {number: rings.get(name, name) for number, name in flows.trials().items()},
    }


def numbers_of(flows: FlowShelf, own: Sequence[TrunkEntry]) -> dict[str, Route]:
    """Write where each number of ours leads."""
    by_flow: dict[str, Route] = {number: ("flow", name) for number, name in flows.numbers().items()}
    return by_flow | leads_of(own)


def openings_of(settings: Settings, ours: Iterable[str]) -> dict[str, Opening]:
    """Write the hours of each number of ``ours``, with the country's holidays or the school's own."""
    if not settings.hours:
        return {}
    place = settings.numbers.place
    known = {place.read(number) or number: number for number in ours}
    days = calendar(settings.numbers.country, settings.data)
    return {
        known.get(place.read(number) or number, number): Opening(
            Hours(
                {
                    WEEKDAYS.index(day): [span_of(text) for text in texts]
                    for day, texts in one.week.items()
                },
                days.days() if one.holidays else frozenset(),
                days.moved() if one.holidays else {},
            ),
            cast(Route, tuple(one.closed.split(" ", 1))),
        )
        for number, one in settings.hours.items()
    }


def span_of(text: str) -> tuple[time, time]:
    """Read ``09:00-18:00``; 24:00 is midnight."""
    begins, _, ends = text.partition("-")
    return time.fromisoformat(begins.replace("24:", "00:")), time.fromisoformat(
        ends.replace("24:", "00:")
    )


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
