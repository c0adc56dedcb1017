"""What the server and its practice carrier tell each other, one JSON line each.

The carrier (``python -m classroom.practice.carrier``) reads orders on stdin and writes reports on
stdout; its death is the end of the pipe. Times are seconds of the machine's monotonic clock.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from classroom.door.lang import Lang


class Part(BaseModel):
    """Strict on both ends of the pipe; nothing is changed after it was written."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# ── to the carrier ───────────────────────────────────────────────────────────


class Setup(Part):
    """The first line: where the board is and how this trunk proves itself."""

    type: Literal["setup"] = "setup"
    board_host: str
    board_port: int
    user: str
    """Digest user of the practice trunk."""
    password: str
    local_host: str = "127.0.0.1"
    local_port: int = 0
    """The trunk's own SIP port; the board knows it by that. 0: any, told by ``CarrierReady``."""
    rtp_ports: tuple[int, int] = (0, 0)
    """First and last RTP port of the customers' telephones; zeros: any."""
    voice: Literal["kokoro", "tone"] = "tone"
    lang: Lang = "zh"
    """The language of alarms and refusals."""
    texts: str = ""
    """The file in which short messages are kept; empty: none is."""


class PlaceCall(Part):
    """One customer calls the school now."""

    type: Literal["place"] = "place"
    order_id: str
    """Goes into ``X-Lab-Call``; it is the call's id from the first packet on."""
    scenario: str
    seed: int
    lang: Lang
    level: int = 1
    caller: str
    """The customer's number."""
    dials: str
    """The school's number."""
    clips: dict[str, str | None] = {}
    """Sentence key → mono WAV rendered before the call; null: speak it with the tone voice."""
    packs: tuple[str, ...] = ()
    """Folders and files of scenarios besides those shipped."""
    give_up_after: float | None = None
    """The customer hangs up when unanswered so long; none: as the scenario says."""
    knows_menu: bool = False
    """The customer presses the key at once, without hearing the menu out."""


class LineTold(Part):
    """What the customer of this order hears the line do, told by the board that does it."""

    type: Literal["line"] = "line"
    order_id: str
    what: Literal["queued", "answered", "held", "resumed", "rating"]
    """``answered``: a person took the call; ``rating``: the agent left and a mark is asked for."""
    announcement: float = 0.0
    """With ``answered``: seconds of the announcement that the line itself plays first."""


class Drop(Part):
    """This customer hangs up at once, whatever is said."""

    type: Literal["drop"] = "drop"
    order_id: str
    why: str = "dropped"


class Quit(Part):
    """Every customer hangs up; the carrier ends."""

    type: Literal["quit"] = "quit"


Order: TypeAlias = Annotated[
    Setup | PlaceCall | LineTold | Drop | Quit, Field(discriminator="type")
]


# ── from the carrier ─────────────────────────────────────────────────────────


class CarrierReady(Part):
    """The carrier's socket is bound and its media worker runs."""

    type: Literal["ready"] = "ready"
    host: str
    port: int


class Placed(Part):
    """The INVITE of this order is on its way."""

    type: Literal["placed"] = "placed"
    order_id: str
    at: float


class CustomerSpeaks(Part):
    """The customer says something; told once when it begins and once when the sound has ended."""

    type: Literal["speaks"] = "speaks"
    order_id: str
    text: str
    beat: str
    key: str
    """Which sentence of the scenario, as in ``PlaceCall.clips``."""
    began: float
    until: float | None = None
    """None while the sound is under way; then when it ended (early if interrupted)."""
    interrupted: bool = False
    """The agent was still speaking when this began."""
    more: bool = False
    """The customer has another sentence to say right after this one."""


class CustomerHeard(Part):
    """The customer understood the agent's words (or only that there was a voice)."""

    type: Literal["heard"] = "heard"
    order_id: str
    at: float
    text: str
    heard_by: Literal["typed", "picked", "speech", "voice", "prompt"]
    confidence: float = 1.0
    cue: str | None = None
    """The cue of the scenario that matched."""
    beat: str = ""
    """The beat the customer is on after hearing it."""


class MoodChanged(Part):
    """The customer's mood, whole."""

    type: Literal["mood"] = "mood"
    order_id: str
    at: float
    mood: dict[str, int]


class CustomerRated(Part):
    """The customer pressed a key for satisfaction."""

    type: Literal["rated"] = "rated"
    order_id: str
    at: float
    rating: int


class CustomerEnded(Part):
    """This customer's call is over; nothing more comes for the order."""

    type: Literal["ended"] = "ended"
    order_id: str
    at: float
    outcome: str
    """An ``ends`` word of the scenario, or ``broken_off``, ``refused``, ``unanswered``."""
    mood: dict[str, int] = {}
    rating: int | None = None
    why: str = ""


class CarrierAlarm(Part):
    """Something an instructor must know."""

    type: Literal["alarm"] = "alarm"
    text: str
    order_id: str | None = None


Report: TypeAlias = Annotated[
    CarrierReady
    | Placed
    | CustomerSpeaks
    | CustomerHeard
    | MoodChanged
    | CustomerRated
    | CustomerEnded
    | CarrierAlarm,
    Field(discriminator="type"),
]

_ORDERS: TypeAdapter[Order] = TypeAdapter(Order)
_REPORTS: TypeAdapter[Report] = TypeAdapter(Report)


def to_line(message: Part) -> bytes:
    """Write one order or report as a JSON line."""
    return message.model_dump_json().encode() + b"\n"


def order_from(line: bytes) -> Order:
    """Read one order; raises ValueError on anything else."""
    return _ORDERS.validate_json(line)


def report_from(line: bytes) -> Report:
    """Read one report; raises ValueError on anything else."""
    return _REPORTS.validate_json(line)
