"""What the door opens onto: the rooms behind it, as it sees them, and who stands before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol, cast

from fastapi import Depends
from fastapi import Path as PathParameter
from starlette.requests import HTTPConnection

from classroom.bus import Bus, Note
from classroom.business.counter import Counter
from classroom.business.letters.room import LetterRoom
from classroom.door import wire
from classroom.door.answering_wire import ForwardsState, MessageMark, VoiceMessage
from classroom.door.api.keys import Doorkeeper, Keys
from classroom.door.control import News, Order
from classroom.door.lines import LinesState
from classroom.door.seats import RecentCall
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.flows.room import FlowRoom
from classroom.past import Past
from classroom.queues.hall import Hall
from classroom.school.notice import agreement, notice
from classroom.school.people import People
from classroom.settings import Settings
from classroom.sitting import Sitting
from classroom.store.people import Person
from classroom.store.records import Records


class Desks(Protocol):
    """The switchboard's desks."""

    def set_duty(self, extension: str, duty: wire.Duty, reason: str) -> None:
        """Carry the agent's choice to the board."""

    def extend_wrapup(self, extension: str, seconds: float) -> None:
        """Give the agent more time for the summary."""


class Lessons(Protocol):
    """The lessons."""

    async def start(self, order: wire.LessonOrder, by: str) -> wire.LessonState:
        """Let customers call."""

    async def stop(self, lesson: int) -> wire.LessonState:
        """Place no further calls; those under way go on."""

    async def states(self) -> list[wire.LessonState]:
        """The lessons, latest first."""

    def briefing(self, extension: str | None = None) -> wire.Briefing | None:
        """What the next call of a desk is judged by; none while no call is to come."""

    async def scenarios(self) -> list[wire.ScenarioRow]:
        """Every scenario there is."""


class Calls(Protocol):
    """The calls under way and their marks."""

    def act(self, call_id: str, action: wire.Action, by: str) -> None:
        """Keep what the agent did on screen."""

    def wrap_up(self, call_id: str, wrapup: wire.Wrapup, by: str) -> None:
        """Keep the call summary; the desk is free and the call is graded."""

    def draft(self, call_id: str, written: wire.Wrapup, by: str) -> None:
        """Keep a call summary that is being written."""

    def drafted(self, call_id: str, by: str) -> wire.Wrapup:
        """What this agent had written of the summary."""

    def speak_later(self, call_id: str, text: str) -> None:
        """Put the sound of this line into the recording after the call."""

    async def model(self, call_id: str) -> wire.ModelAnswer | None:
        """The model answer, filled in for this call."""

    async def regrade(self, call_id: str) -> wire.Scorecard:
        """Grade again and keep the new scorecard beside the old."""

    async def judge(self, call_id: str, verdict: wire.Verdict) -> None:
        """Keep an instructor's verdict."""


class Control(Protocol):
    """The switchboard's orders and news."""

    bus: Bus[News]
    past: Past

    def carry_out(self, who: Person, order: Order) -> None:
        """Do what this person orders; raises Refusal where it cannot be done."""

    def lines(self) -> LinesState:
        """The switchboard's channels, queues and conferences at this moment."""

    def standing(self, who: Person) -> News:
        """Tell what is going on in a person's own call."""

    def charge(self, who: Person) -> frozenset[str]:
        """The desks that this person may supervise."""

    def recents(self, extension: str) -> list[RecentCall]:
        """List what the telephone of a desk did last."""

    def may_hear(self, who: Person, *, own_only: bool = False) -> Callable[[Note[News]], bool]:
        """Say which news this person may hear."""


class Answering(Protocol):
    """Forwards and voice messages."""

    def wishes(self, extension: str) -> ForwardsState:
        """What a desk wishes for calls it does not take."""

    def wish(self, extension: str, state: ForwardsState) -> None:
        """Send a desk's calls on from now on."""

    def messages(self, extension: str) -> list[VoiceMessage]:
        """The messages a desk may hear."""

    def mark(self, extension: str, message: str, mark: MessageMark) -> None:
        """Carry to the board what a person did with a message."""

    def sound(self, extension: str, message: str) -> Path:
        """Where the sound of a message lies."""

    def choose_pin(self, extension: str, pin: str) -> None:
        """Protect the own mailbox."""


class Mouth(Protocol):
    """The speech process."""

    @property
    def engine(self) -> str:
        """``kokoro`` or ``tone``."""

    async def say(self, text: str, lang: wire.Lang, voice: str | None) -> bytes | None:
        """The sound as a WAV; none when speech is at its limit."""


@dataclass(frozen=True, slots=True)
class House:
    """Everything the door opens onto."""

    settings: Settings
    sip_port: int
    version: str
    keys: Keys
    doorkeeper: Doorkeeper
    people: People
    records: Records
    bus: Bus[wire.FloorEvent]
    floor: Floor
    desks: Desks
    lessons: Lessons
    calls: Calls
    mouth: Mouth
    control: Control
    queues: Hall
    flows: FlowRoom | None = None
    answering: Answering | None = None
    counter: Counter | None = None
    post: LetterRoom | None = None
    sitting: Sitting = field(default_factory=Sitting)
    secured: Callable[[], wire.SecuredLine | None] = lambda: None
    """How telephones come by TLS, where that is on."""
    agrees: Callable[[str], None] = lambda login: None
    """Somebody of this log-in agreed to the notice."""

    def notice(self, lang: wire.Lang) -> str:
        """The notice about recording."""
        return notice(lang, self.settings.privacy.retention_days)

    @property
    def agreement(self) -> str:
        """What consent is given to: the notice in both languages."""
        return agreement(self.settings.privacy.retention_days)


def language(connection: HTTPConnection) -> wire.Lang:
    """The language the asker reads; a browser's WebSocket can only say it by ``?lang=``."""
    headers, query = connection.headers, connection.query_params
    wanted = query.get("lang") or headers.get("accept-language", "zh")
    return "en" if wanted.strip().lower().startswith("en") else "zh"


def house(connection: HTTPConnection) -> House:
    """The house of this application."""
    return cast(House, connection.app.state.house)


def token_of(connection: HTTPConnection) -> str:
    """The token of a request, or of a WebSocket's query."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        return token
    return connection.query_params.get("token", "") if connection.scope["type"] != "http" else ""


async def person(connection: HTTPConnection) -> Person:
    """Who asks; refuses one who has not logged in."""
    token = token_of(connection)
    if not token:
        raise Refusal(401, "log_in_first")
    place = house(connection)
    found = await place.people.by_login(place.keys.read(token))
    if found is None or not found.active:
        raise Refusal(401, "log_in_first")
    place.sitting.check(token)
    return found


HouseHere = Annotated[House, Depends(house)]
LangHere = Annotated[wire.Lang, Depends(language)]
Anybody = Annotated[Person, Depends(person)]


async def teaching(who: Anybody) -> Person:
    """An instructor or administrator; refuses students."""
    if who.role == "student":
        raise Refusal(403, "not_allowed")
    return who


async def leading(who: Anybody, place: HouseHere) -> Person:
    """One who teaches, or has desks in charge; refuses ordinary seats."""
    if who.role == "student" and not place.control.charge(who):
        raise Refusal(403, "not_allowed")
    return who


async def seated(who: Anybody) -> Person:
    """One who has a desk."""
    if who.extension is None:
        raise Refusal(403, "no_desk")
    return who


Instructor = Annotated[Person, Depends(teaching)]
Leader = Annotated[Person, Depends(leading)]
Agent = Annotated[Person, Depends(seated)]


RowNumber = Annotated[int, PathParameter(ge=0, lt=2**63)]
"""The number of a row in the store, which counts no further."""
