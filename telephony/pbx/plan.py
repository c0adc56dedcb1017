"""The board's plan: every number, desk, queue, flow, trunk and prompt, as data made by people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from telephony.media.control import Codec
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.errors import PlanError
from telephony.pbx.events import Line
from telephony.pbx.forwards import Forwards
from telephony.pbx.hours import Hours
from telephony.pbx.ivr import EnterFlow, Flow, Node, ToQueue
from telephony.pbx.ivr.visit import Reader, unread
from telephony.pbx.mailbox import BoxPlan
from telephony.pbx.numbering import Kind, Number, Place, Style
from telephony.pbx.queue_plan import QueuePlan as QueuePlan
from telephony.pbx.queue_plan import RatingPlan as RatingPlan
from telephony.pbx.queue_plan import Way, circle_in
from telephony.pbx.strategy import STRATEGIES
from telephony.sip.auth import Credentials
from telephony.sip.uri import bracketed

Transport: TypeAlias = Literal["udp", "tcp", "tls"]

USUAL_KINDS: Final = frozenset(Kind) - {Kind.ABROAD, Kind.PREMIUM, Kind.EMERGENCY}
"""What may be dialled where nothing else is written."""

PERSONAL: Final = frozenset({Kind.LOCAL, Kind.NATIONAL, Kind.MOBILE, Kind.FICTIONAL})
"""Numbers that one of our own people may have."""

HOME: Final = Place()
"""China, without an area of its own."""


@dataclass(frozen=True, slots=True)
class DeskPlan:
    """A desk and its telephone's account."""

    extension: str
    password: str
    wrapup: float = 30.0
    shows: str = ""
    """The number of ours that outside calls from here show; empty: the trunk's first."""
    forwards: Forwards = field(default_factory=Forwards)
    """What happens to calls that the desk does not take."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill → level, 1 to 10."""
    mobile: str = ""
    """The telephone outside at which its agent may work instead (TEL-28); empty: none."""
    agreed: bool = True
    """Its agent knows that talks are recorded; nobody else is made ready by telephone."""


@dataclass(frozen=True, slots=True)
class GatewayPlan:
    """One machine of a carrier that takes our calls."""

    host: str
    port: int = 5060
    transport: Transport = "udp"
    priority: int = 1
    """The lowest is tried first."""

    @property
    def name(self) -> str:
        """How logs and events call it."""
        return f"{self.transport}:{bracketed(self.host)}:{self.port}"


@dataclass(frozen=True, slots=True)
class TrunkPlan:
    """A carrier: known by where it sends from and by its password."""

    name: str
    line: Line
    user: str = ""
    """What it must prove when it calls us; empty: its address is proof enough."""
    password: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    """None: any port of the host, when the carrier's port is not fixed."""
    gateways: tuple[GatewayPlan, ...] = ()
    """Where our calls go; none: this trunk only brings calls."""
    account: Credentials | None = None
    """What we prove to the carrier."""
    ca: str = field(default="", repr=False)
    """The authority (PEM) that vouches for the gateways over TLS; empty: those the system knows."""
    domain: str = ""
    """The carrier's name in our From; empty: the gateway's host."""
    numbers: tuple[str, ...] = ()
    """The numbers that are ours on this trunk, the first is shown by default."""
    style: Style = "national"
    """How the carrier wants numbers written."""
    codecs: tuple[Codec, ...] = ()
    """Empty: the board's."""
    channels: int = 0
    """So many calls at once; 0: no limit of ours."""
    allows: frozenset[Kind] = USUAL_KINDS
    identity: bool = True
    """Say who calls in P-Asserted-Identity too."""
    patience: float = 4.0
    """A gateway that has not given a sign of life by then is passed over."""
    progress: float = 12.0
    """So is one that has said no more than 100 by then, if there is another: a call abroad rings by then."""
    registers: bool = False
    """Tell the carrier where we are, by our account; otherwise it knows our address."""
    expires: int = 600
    check_every: float = 0.0
    """Seconds between two OPTIONS to each gateway; 0: never."""
    down_after: int = 3
    """So many missing signs of life in a row mean that a gateway is down."""
    virtual: bool = False
    """At its far end there are practised customers and nobody's telephone."""

    def ways(self) -> list[GatewayPlan]:
        """List the gateways, the preferred first."""
        return sorted(self.gateways, key=lambda gateway: gateway.priority)


@dataclass(frozen=True, slots=True)
class OutRule:
    """Which trunk carries which numbers; the first rule that fits decides, the next are its reserve."""

    trunk: str
    kinds: frozenset[Kind] | None = None
    """None: every kind."""
    begins: tuple[str, ...] = ()
    """Beginnings of the number as it is kept (``+8610``, ``95``); empty: any."""

    def fits(self, number: Number) -> bool:
        """Say whether this rule is about the number."""
        kind = self.kinds is None or number.kind in self.kinds
        return kind and (not self.begins or number.text.startswith(self.begins))


Route: TypeAlias = tuple[Literal["flow", "queue", "extension", "voicemail", "mobile"], str]
"""Where a number leads; ``("mobile", "seats")`` to the keys by which agents outside report."""


@dataclass(frozen=True, slots=True)
class Opening:
    """When a number is staffed, and who has duty when it is not (TEL-23)."""

    hours: Hours
    closed: Route
    """Where it leads out of hours and on holidays: the duty seat, a mailbox, a flow that says so."""


DEFAULT_PROMPTS: Final[Mapping[str, str]] = {
    "music": "music:calm",
    "ringback": "cadence:ringback",
    "busy": "cadence:busy",
    "voicemail.beep": "tone:1000:0.4:-12",
}
"""What is played where the plan has nothing better."""


@dataclass(frozen=True, slots=True)
class BoardPlan:
    """Everything the board must know to let a call through."""

    realm: str
    desks: Mapping[str, DeskPlan] = field(default_factory=dict)
    numbers: Mapping[str, Route] = field(default_factory=dict)
    """Dialled number (DID) → where it leads; only trunks may dial them from outside."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    trials: Mapping[str, str] = field(default_factory=dict)
    """Number → flow; only seats may dial these, to try a flow before callers hear it."""
    read: Reader = unread
    """Which prompts read a value aloud."""
    queues: Mapping[str, QueuePlan] = field(default_factory=dict)
    trunks: tuple[TrunkPlan, ...] = ()
    rules: tuple[OutRule, ...] = ()
    """Which trunk an outside call takes; none: the trunks as they come."""
    charges: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Supervisor's extension or log-in → the desks in that person's charge."""
    place: Place = HOME
    """The country and area whose numbers our desks dial."""
    boxes: Mapping[str, BoxPlan] = field(default_factory=dict)
    """Mailboxes that differ from a desk's usual one, and those of groups."""
    message_path: Callable[[str, str], str | None] = lambda box, call: None
    """Box and call → file for the message; None: no messages are taken."""
    blacklist: tuple[str, ...] = ()
    """Callers who always hear the busy tone: numbers, beginnings (``1380*``), ``withheld``."""
    openings: Mapping[str, Opening] = field(default_factory=dict)
    """Number → when it is staffed and where it leads otherwise; ``*`` is every other number."""
    outside_seconds: float = 60.0
    """How long an outside call may ring."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Prompt key → clip, as ``control.Play`` takes it. A missing key is skipped and reported."""
    recording_path: Callable[[str], str | None] = lambda call: None
    """Call id → file to record to; None: do not record."""
    codecs: tuple[Codec, ...] = ("PCMA", "PCMU", "G722")
    emergency: frozenset[str] = frozenset({"110", "119", "120", "122", "112", "911"})
    """In practice these answer themselves with the prompt ``training.emergency``."""
    dial_seconds: float = 30.0
    """How long an inside call rings."""
    wrap_calls_out: bool = False
    """An agent who called somebody outside has something to write, too."""
    calls: CallsPlan = field(default_factory=CallsPlan)
    most_transfers: int = 10
    """A call transferred more often goes round in a circle."""
    longest_talk: float = 7200.0
    longest_hold: float = 1800.0
    longest_setup: float = 900.0
    """How long a call may be on the board before it is answered by anybody."""

    def __post_init__(self) -> None:
        """Refuse a plan that leads nowhere."""
        known: dict[str, Mapping[str, object]] = {
            "flow": self.flows,
            "queue": self.queues,
            "extension": self.desks,
        }
        known["voicemail"] = {**self.desks, **self.boxes}
        known["mobile"] = {"seats": None}
        trials = {number: ("flow", name) for number, name in self.trials.items()}
        for number, (kind, name) in (*self.numbers.items(), *trials.items()):
            if name not in known[kind]:
                raise PlanError("number_lost", number=number, kind=kind, name=name)
        for number, opening in self.openings.items():
            kind, name = opening.closed
            if name not in known[kind]:
                raise PlanError("hours_lost", number=number, kind=kind, name=name)
        names = {trunk.name for trunk in self.trunks}
        if unknown := [rule.trunk for rule in self.rules if rule.trunk not in names]:
            raise PlanError("rule_lost", trunk=unknown[0])
        for flow in self.flows.values():
            for node in flow.nodes.values():
                self._check(flow, node)
        for queue in self.queues.values():
            if queue.strategy not in STRATEGIES:
                known_ones = ", ".join(STRATEGIES)
                raise PlanError("strategy_unknown", queue=queue.name, known=known_ones)
            for way in queue.ways:
                self._leads_somewhere(queue.name, way)
        if circle := circle_in(self.queues):
            raise PlanError("queues_circle", path=" → ".join(circle))
        self._check_mobiles()

    def _check_mobiles(self) -> None:
        """Refuse a mobile seat at a number that is nobody's own."""
        ours = {*self.numbers, *(one for trunk in self.trunks for one in trunk.numbers)}
        for desk in (desk for desk in self.desks.values() if desk.mobile):
            whose, written = desk.extension, desk.mobile
            number = self.place.read(written)
            if number is None:
                raise PlanError("mobile_unreadable", extension=whose, number=written)
            if number in {self.place.read(one) for one in ours}:
                raise PlanError("mobile_ours", extension=whose, number=written)
            if number.kind not in PERSONAL:
                raise PlanError("mobile_public", extension=whose, number=written)

    def _check(self, flow: Flow, node: Node) -> None:
        match node:
            case ToQueue(queue=queue) if "$" not in queue and queue not in self.queues:
                raise PlanError("flow_queue_lost", flow=flow.name, name=queue)
            case EnterFlow(flow=inner) if inner not in self.flows:
                raise PlanError("flow_flow_lost", flow=flow.name, name=inner)
            case _:
                return

    def _leads_somewhere(self, queue: str, way: Way) -> None:
        known = {"queue": self.queues, "extension": self.desks, "flow": self.flows}
        if way.kind in known and way.name not in known[way.kind]:
            raise PlanError("way_lost", queue=queue, kind=way.kind, name=way.name)

    def clip(self, key: str) -> str | None:
        """Find the clip of a prompt."""
        if key.startswith("file:"):
            return key.removeprefix("file:")
        return self.prompts.get(key) or DEFAULT_PROMPTS.get(key)

    def box(self, name: str) -> BoxPlan | None:
        """Find a mailbox; every desk has one."""
        if name in self.boxes:
            return self.boxes[name]
        return BoxPlan(name) if name in self.desks else None

    def boxes_of(self, extension: str) -> tuple[str, ...]:
        """Name the mailboxes that a desk hears and whose messages its lamp shows: its own, its groups'."""
        shared = (one.name for one in self.boxes.values() if extension in one.owners)
        return tuple(dict.fromkeys((extension, *shared)))

    def password_of(self, user: str) -> str | None:
        """Find the password of a telephone or trunk account."""
        if desk := self.desks.get(user):
            return desk.password
        return next((t.password for t in self.trunks if user and t.user == user), None)

    def trunk(self, name: str) -> TrunkPlan | None:
        """Find a trunk."""
        return next((trunk for trunk in self.trunks if trunk.name == name), None)
