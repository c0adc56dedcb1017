"""A switchboard on the virtual clock: its seats, its practice carrier, and sound that only counts."""

from __future__ import annotations

import heapq
from typing import TypeVar

from telephony.errors import NoPortLeft
from telephony.media import control
from telephony.pbx import commands
from telephony.pbx.board import Board
from telephony.pbx.desk import Duty
from telephony.pbx.dialplan import queue_flow
from telephony.pbx.events import BoardEvent
from telephony.pbx.ivr import Flow as MenuFlow
from telephony.pbx.ivr import HangUp, Menu, Play, ToQueue
from telephony.pbx.plan import BoardPlan, DeskPlan, QueuePlan, TrunkPlan
from telephony.sip.auth import Credentials
from telephony.sip.core import EXTENSIONS, SWITCHBOARD, SipCore
from telephony.sip.events import Address, Flow, Invited
from tests.stage.loopback import OFFER, Party
from tests.stage.virtual import World

E = TypeVar("E")

HOST = "10.0.0.100"
BOARD: Address = (HOST, 5060)
REALM = "school.example"
HOTLINE = "000010000"
CARRIER = "10.0.0.9"
PROMPTS = {
    "welcome": "tone:440:2",
    "queue.position.1": "tone:440:1",
    "queue.position.2": "tone:440:1",
    "queue.gave_up": "tone:440:1",
    "rate.ask": "tone:440:2",
    "rate.thanks": "tone:440:1",
    "rate.wrong": "tone:440:1",
    "training.emergency": "tone:440:3",
    "unreachable": "tone:440:1",
    "line.busy": "tone:440:1",
    **{f"queue.wait.{minutes}": "tone:440:1" for minutes in range(1, 31)},
    **{f"agent.{1000 + n}": "tone:440:1" for n in range(1, 10)},
}

RECEPTION = MenuFlow(
    name="reception",
    start="hello",
    nodes={
        "hello": Menu(("welcome",), {"1": "service", "2": "sales"}, otherwise="service", tries=2),
        "service": ToQueue("service", gave_up="sorry"),
        "sales": ToQueue("sales", gave_up="sorry"),
        "sorry": Play(("queue.gave_up",), then="end"),
        "end": HangUp(),
    },
)


def plan_of(seats: int = 2, **changes: object) -> BoardPlan:
    """A small school: desks 1001…, one hotline with a menu, two queues, the practice carrier."""
    service = QueuePlan("service", ring_seconds=15.0, max_wait=120.0)
    values: dict[str, object] = {
        "realm": REALM,
        "desks": {
            str(1000 + n): DeskPlan(str(1000 + n), f"secret{n}", wrapup=20.0)
            for n in range(1, seats + 1)
        },
        "numbers": {HOTLINE: ("flow", "reception"), "000010001": ("queue", "service")},
        "flows": {"reception": RECEPTION, "direct": queue_flow("service")},
        "queues": {"service": service, "sales": QueuePlan("sales", rating=None)},
        "trunks": (TrunkPlan("practice", "practice", "carrier", "carrier-secret", CARRIER, 5060),),
        "prompts": PROMPTS,
        "recording_path": lambda call: f"/recordings/{call}.wav",
    }
    return BoardPlan(**{**values, **changes})  # type: ignore[arg-type]


def seconds_of(clip: str) -> float:
    """How long a clip lasts: a tone says so, a file takes three seconds."""
    return float(clip.split(":")[2]) if clip.startswith("tone:") else 3.0


class CountedPorts:
    """Ports that know whether they came back."""

    def __init__(self) -> None:
        self.taken: set[int] = set()
        self.dry = False
        """Every port is taken by somebody else."""
        self._next = 20_000

    def take(self, host: str) -> int:
        if self.dry:
            raise NoPortLeft("Every RTP port is taken.")
        self._next += 2
        self.taken.add(self._next)
        return self._next

    def give(self, host: str, port: int) -> None:
        self.taken.remove(port)


class CountedSound:
    """A MediaEngine without sound: prompts take their time, everything opened is counted."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.legs: set[str] = set()
        self.sources: set[str] = set()
        self.recordings: dict[str, str] = {}
        self.rows: dict[str, dict[str, float]] = {}
        self.sent: list[control.Command] = []
        self._due: list[tuple[float, int, control.MediaEvent]] = []
        self._count = 0

    def send(self, command: control.Command) -> None:
        self.sent.append(command)
        match command:
            case control.OpenLeg(leg=leg):
                self.legs.add(leg)
            case control.CloseLeg(leg=leg):
                self.legs.discard(leg)
                self.rows.pop(leg, None)
            case control.SetRow(listener=listener, hears=hears):
                self.rows[listener] = dict(hears)
            case control.Play(source=source, clips=clips, loop=loop):
                self.sources.add(source)
                if not loop:
                    seconds = sum(seconds_of(clip) for clip in clips)
                    self.later(seconds, control.PlayEnded(source, self.world.now + seconds))
            case control.Stop(source=source):
                self.sources.discard(source)
            case control.Record(recording=name, path=path):
                self.recordings[name] = path
            case control.StopRecording(recording=name):
                path = self.recordings.pop(name)
                self.later(0.02, control.RecordingClosed(name, path, 1.0))
            case _:
                pass

    def later(self, seconds: float, event: control.MediaEvent) -> None:
        self._count += 1
        heapq.heappush(self._due, (self.world.now + seconds, self._count, event))

    def next(self) -> float | None:
        return self._due[0][0] if self._due else None

    def events(self) -> list[control.MediaEvent]:
        told = []
        while self._due and self._due[0][0] <= self.world.now:
            event = heapq.heappop(self._due)[2]
            if isinstance(event, control.PlayEnded):
                if event.source not in self.sources:
                    continue
                self.sources.discard(event.source)
            told.append(event)
        return told


class Exchange:
    """The board with its sound, as one engine of the world."""

    def __init__(
        self, world: World, plan: BoardPlan | None = None, address: Address = BOARD
    ) -> None:
        self.world = world
        self.sound = CountedSound(world)
        self.ports = CountedPorts()
        core = SipCore(
            entropy=world.entropy,
            user_agent="board",
            methods=(*SWITCHBOARD, "REGISTER"),
            supported=(*EXTENSIONS, "replaces"),
            relays=True,
            packages=("dialog", "message-summary"),
        )
        self.board = Board(
            core, self.sound, self.ports, plan or plan_of(), entropy=world.entropy,
            reach=lambda gateway: Flow("loop", address, (gateway.host, gateway.port)),
        )  # fmt: skip
        self.news: list[BoardEvent] = []
        world.add(address, self, self._drain)

    # ── an engine of the world ───────────────────────────────────────────────

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        self.board.receive(flow, data, now)

    def tick(self, now: float) -> None:
        for event in self.sound.events():
            self.board.media_event(event, now)
        self.board.tick(now)

    def next_timer(self) -> float | None:
        times = (self.board.next_timer(), self.sound.next())
        return min((at for at in times if at is not None), default=None)

    def outbox(self) -> list[tuple[Flow, bytes]]:
        return self.board.outbox()

    def _drain(self) -> None:
        self.news += self.board.events()

    # ── what stories ask ─────────────────────────────────────────────────────

    def command(self, command: commands.Command) -> None:
        self.board.command(command, self.world.now)
        self.world.flush()

    def ready(self, *extensions: str) -> None:
        for extension in extensions:
            self.command(commands.SetDuty(extension, Duty.READY))

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.news if isinstance(event, kind)]

    def only(self, kind: type[E]) -> E:
        found = self.all(kind)
        assert len(found) == 1, f"{len(found)} x {kind.__name__} in {self.news}"
        return found[0]

    def desk(self, extension: str) -> str:
        return self.board.works.desks[extension].activity.value

    def media(self, event: control.MediaEvent) -> None:
        self.board.media_event(event, self.world.now)
        self.world.flush()

    def leftovers(self) -> dict[str, object]:
        """Everything a quiet board must not hold any more; empty when it holds none of it."""
        works = self.board.works
        held: dict[str, object] = {
            "calls": list(works.calls),
            "rooms": list(works.rooms),
            "legs": list(works.legs.by_sip) + list(works.legs.by_name),
            "pings": list(works.legs.pings),
            "ports": sorted(self.ports.taken),
            "sound": sorted(self.sound.legs | self.sound.sources | set(self.sound.recordings)),
            "desks": [d.extension for d in works.desks.values() if d.activity.value != "idle"],
            "queues": [q.plan.name for q in works.queues.values() if q.waiting or q.offered],
            "core": {k: v for k, v in self.board.core.counts().items() if v},
        }
        return {name: value for name, value in held.items() if value}


def seat(world: World, extension: str, *, host: str | None = None, registers: bool = True) -> Party:
    """A telephone at a desk; it registers at once, the first time with a challenge."""
    number = int(extension) - 1000
    party = Party(world, host or f"10.0.1.{number}", extension)
    if registers:
        register(party)
    return party


def flow_of(party: Party) -> Flow:
    return Flow("loop", party.address, BOARD)


def register(party: Party, *, expires: int = 3600, password: str | None = None) -> str:
    number = int(party.name) - 1000
    return party.core.request(
        "REGISTER",
        f"sip:{REALM}",
        to=f"<sip:{party.name}@{REALM}>",
        from_=f"<sip:{party.name}@{REALM}>",
        flow=flow_of(party),
        contact=party.name,
        headers=[("Expires", str(expires))],
        credentials=Credentials(party.name, password or f"secret{number}"),
        now=party.now,
    )


def carrier(world: World) -> Party:
    """The practice carrier: every customer calls from it."""
    return Party(world, CARRIER, "carrier")


def dials(
    party: Party,
    number: str = HOTLINE,
    *,
    user: str = "carrier",
    password: str = "carrier-secret",
    caller: str = "13800005678",
    sdp: bytes | None = OFFER,
    order: str | None = None,
) -> str:
    """Call a number of the board's; returns the leg."""
    leg = party.core.invite(
        to=f"sip:{number}@{HOST}",
        from_=f"<sip:{caller}@{HOST}>",
        flow=flow_of(party),
        contact=party.name,
        sdp=sdp,
        headers=[("X-Lab-Call", order)] if order else [],
        credentials=Credentials(user, password),
        now=party.now,
    )
    party.world.flush()
    return leg


def answering(party: Party, after: float = 1.0) -> list[str]:
    """Ring and answer every call; returns the legs as they come."""
    legs: list[str] = []
    party.answers(after)
    reaction = party.reactions[Invited]

    def noted(event: Invited) -> None:
        legs.append(event.leg)
        reaction(event)

    party.on(Invited, noted)
    return legs


def press(exchange: Exchange, key: str, call: str = "") -> None:
    """The caller of a call, or of the last one, presses a key."""
    call = call or next(reversed(exchange.board.works.calls))
    leg = exchange.board.works.calls[call].caller.name
    exchange.media(control.Digit(leg, key, exchange.world.now))
