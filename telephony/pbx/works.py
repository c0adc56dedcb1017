"""What every call on the board shares: legs, desks, queues, alarms, the way to the outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from telephony.clock import Alarms
from telephony.events import CallEvent
from telephony.media.control import MediaEngine
from telephony.pbx.alarms import alarm
from telephony.pbx.callback import Callback
from telephony.pbx.desk import WRAPUP, Activity, Desk, Duty, Step
from telephony.pbx.events import (
    BoardEvent,
    DeskChanged,
    DeskPaused,
    MemberChanged,
    RegistrationChanged,
)
from telephony.pbx.facing import calling
from telephony.pbx.forwards import Forwards
from telephony.pbx.free import FreeDesks
from telephony.pbx.gateway import Gateways
from telephony.pbx.lamps import light, owners_of
from telephony.pbx.leg import Leg
from telephony.pbx.legs import Legs
from telephony.pbx.mailbox import Mailboxes
from telephony.pbx.owner import Owner
from telephony.pbx.plan import BoardPlan, GatewayPlan
from telephony.pbx.queue import Queue
from telephony.pbx.queue_plan import MOST_WRAPUP
from telephony.pbx.recents import Recents
from telephony.pbx.registrar import Registrar
from telephony.pbx.strikes import Strikes
from telephony.pbx.upkeep import Upkeep
from telephony.sip.events import Flow

if TYPE_CHECKING:
    from telephony.pbx.call import Call
    from telephony.pbx.texting import Text
    from telephony.pbx.voicemail import Drafts

MOST_SERVED: Final = 10_000

AUTO: Final = "auto"
"""The reason of a break that the machine chose."""

RELEASES: Final = {
    Activity.OFFERED: Step.WITHDRAW,
    Activity.TALKING: Step.RELEASE,
    Activity.HOLDING: Step.RELEASE,
    Activity.WRAPPING: Step.WRAPPED,
}
"""How a desk comes back to idle from anywhere."""


MEMBER_WORDS: Final[Mapping[tuple[Duty, Duty], tuple[str, ...]]] = {
    (Duty.OFF, Duty.READY): ("ADDMEMBER",),
    (Duty.OFF, Duty.BREAK): ("ADDMEMBER", "PAUSE"),
    (Duty.READY, Duty.BREAK): ("PAUSE",),
    (Duty.BREAK, Duty.READY): ("UNPAUSE",),
    (Duty.READY, Duty.OFF): ("REMOVEMEMBER",),
    (Duty.BREAK, Duty.OFF): ("UNPAUSE", "REMOVEMEMBER"),
}
"""How report tools call a change of duty."""


@dataclass(slots=True)
class Works:
    """The board's insides, shared by all calls."""

    plan: BoardPlan
    legs: Legs
    media: MediaEngine
    entropy: Callable[[int], bytes]
    wall: Callable[[float], datetime]
    """Local time at a moment of the monotonic clock; opening hours need it."""
    reach: Callable[[GatewayPlan], Flow | None] = lambda gateway: None
    """The way to a carrier's gateway; None while its name has no address."""
    answers_to: Callable[[str], bool] = lambda host: False
    """Whether a name or an address is this machine's."""
    registrar: Registrar = field(default_factory=Registrar)
    alarms: Alarms[tuple[str, str]] = field(default_factory=Alarms)
    """What for and whose: ``("ring", call)``."""
    desks: dict[str, Desk] = field(default_factory=dict)
    free_desks: FreeDesks = field(default_factory=FreeDesks)
    queues: dict[str, Queue] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    rooms: dict[str, Owner] = field(default_factory=dict)
    """What owns legs and is no call."""
    callbacks: dict[str, Callback] = field(default_factory=dict)
    """Callers who hung up and kept their places."""
    served: dict[str, str] = field(default_factory=dict)
    """Caller's number → the desk that served it last; the oldest are forgotten."""
    news: list[BoardEvent] = field(default_factory=list)
    mail: Mailboxes = field(default_factory=Mailboxes)
    drafts: Drafts = field(default_factory=dict)
    """Messages whose files are not whole yet, by recording."""
    forwards: dict[str, Forwards] = field(default_factory=dict)
    """What each desk wishes for calls it does not take."""
    texts: dict[str, Text] = field(default_factory=dict)
    """Short messages on their way, by their requests."""
    pins: Strikes = field(default_factory=Strikes)
    """Who guesses the PINs of agents outside."""
    recents: Recents = field(init=False)
    match_due: bool = False
    """A desk came free or a call came to wait: pair them."""
    gateways: Gateways = field(init=False)
    upkeep: Upkeep = field(init=False)

    def __post_init__(self) -> None:
        """Let the trunks tell the house how they are, and the desks' lists who called."""
        self.recents = Recents(self._caller_of)
        self.gateways = Gateways(self.emit)
        self.upkeep = Upkeep(
            self.legs.core, self.alarms, self.reach, self.gateways, self.emit, self.entropy
        )

    def _caller_of(self, call: str) -> str:
        if known := self.calls.get(call):
            return calling(known)[0]
        return next((one.number for one in self.callbacks.values() if one.try_id == call), "")

    def emit(self, event: BoardEvent) -> None:
        """Tell the house."""
        self.news.append(event)
        if noted := self.recents.note(event):
            self.news.append(noted)

    def clip(self, plan: BoardPlan, key: str) -> str | None:
        """Find a prompt as a call's own plan has it; what was spoken since then is found, too."""
        return plan.clip(key) or self.plan.clip(key)

    def remember(self, caller: str, extension: str) -> None:
        """Note which desk served a caller."""
        self.served.pop(caller, None)
        self.served[caller] = extension
        if len(self.served) > MOST_SERVED:
            del self.served[next(iter(self.served))]

    def remember_all(self, served: Mapping[str, str]) -> None:
        """Note who served whom, the oldest first."""
        for caller, extension in served.items():
            self.remember(caller, extension)

    def owner(self, name: str) -> Owner | None:
        """Find the call or conference of this name."""
        return self.calls.get(name) or self.rooms.get(name)

    def hear(self, leg: Leg, event: CallEvent, now: float) -> None:
        """Bring what a leg said to whatever owns it; a call that is not taken yet only rings."""
        if leg.screen:
            told = leg.screen.hear(event, now)
            if told is None:
                return
            event = told
        if owner := self.owner(leg.call):
            owner.hear(leg, event, now)

    def take_plan(self, plan: BoardPlan, now: float) -> None:
        """Route new calls by this plan; desks and queues keep what they are doing."""
        before, self.plan = self.plan, plan
        self.legs.codecs = plan.codecs
        self.upkeep.take(plan.trunks, now)
        for extension, wanted in plan.desks.items():
            desk = self.desks.get(extension)
            known = before.desks.get(extension) if desk else None
            if desk is None:
                self.desks[extension] = desk = Desk(extension, duty_since=now, since=now)
            if known is None or known.forwards != wanted.forwards:
                self.wish(extension, wanted.forwards, now)
            desk.wrapup, desk.skills = wanted.wrapup, wanted.skills
            if desk.outside:  # To another number from now on, or not any more.
                self.work_outside(desk, wanted.mobile, now)
        for name, queue in plan.queues.items():
            if name in self.queues:
                self.queues[name].plan = queue
            else:
                self.queues[name] = Queue(queue, self.entropy)
        for extension in [name for name in self.desks if name not in plan.desks]:
            if self.desks[extension].activity is Activity.IDLE:
                del self.desks[extension]
                self.free_desks.drop(extension)
        self.match_due = True

    def wish(self, extension: str, forwards: Forwards, now: float) -> None:
        """Send this desk's calls on as its agent wishes; a desk that is not to be disturbed rests."""
        self.forwards[extension] = forwards
        desk = self.desks[extension]
        desk.undisturbed = forwards.undisturbed
        self.free_desks.note(desk, now)
        self.match_due = True

    def show_waiting(self, name: str, now: float) -> None:
        """Light or put out the lamps that show this box."""
        if box := self.plan.box(name):
            for extension in owners_of(box):
                self._light(extension, now)

    def messages(self, extension: str) -> tuple[int, int]:
        """Count the new and the old messages that a desk may hear: its own and its groups'."""
        return self.mail.count(*self.plan.boxes_of(extension))

    def _light(self, extension: str, now: float) -> None:
        realm, counted = self.plan.realm, self.messages(extension)
        light(self.legs.core, self.registrar, counted, extension, realm=realm, now=now)

    # ── desks ────────────────────────────────────────────────────────────────

    def choose(self, desk: Desk, duty: Duty, reason: str, now: float) -> None:
        """Carry out the agent's choice; who goes home is back at the desk's own telephone next time."""
        if duty is Duty.OFF:
            self.work_outside(desk, "", now)
        before, waited = desk.duty, now - desk.duty_since
        for spell in desk.choose(duty, reason, now):
            self.emit(spell)
            self._changed(desk, now)
            for what in MEMBER_WORDS.get((before, duty), ()):
                for queue in self.queues.values():
                    if queue.serves(desk.extension):
                        name = queue.plan.name
                        self.emit(MemberChanged(desk.extension, now, name, reason, waited, what))

    def work_outside(self, desk: Desk, number: str, now: float) -> None:
        """Let a desk's calls ring at this number from now on; empty: at its own telephones again."""
        if desk.outside != number:
            desk.outside = number
            self._changed(desk, now)

    def reaches(self, extension: str) -> bool:
        """Say whether a telephone can be rung for a desk."""
        desk = self.desks.get(extension)
        return bool(self.registrar.of(extension) or (desk and desk.outside))

    def move(
        self, desk: Desk, step: Step, now: float, *, owner: str = "", seconds: float = 0.0
    ) -> None:
        """Move a desk; a busy one gets a deadline so many seconds ahead."""
        if step is Step.DIAL and desk.activity is Activity.HOLDING and desk.owner:
            desk.aside.append(desk.owner)
        if step is Step.WRAPPED and desk.queue in self.queues:
            self.queues[desk.queue].learn_wrapup(now - desk.since)
        self.emit(desk.step(step, now, owner=owner or None, deadline=now + seconds))
        if desk.deadline is None:
            self.alarms.cancel(("desk", desk.extension))
        else:
            self.alarms.set(("desk", desk.extension), desk.deadline)
        self._changed(desk, now)

    def rest(self, desk: Desk, seconds: float, now: float) -> None:
        """Leave a desk that did not answer alone for a moment."""
        desk.rests_until = now + seconds
        self.alarms.set(("rest", desk.extension), desk.rests_until)
        self.free_desks.note(desk, now)

    def pause(self, desk: Desk, queue: Queue, now: float) -> None:
        """Send a desk that lets its telephone ring on a break, if the queue wants that."""
        if 0 < queue.plan.auto_pause <= desk.missed and desk.duty is Duty.READY:
            missed = desk.missed
            self.choose(desk, Duty.BREAK, AUTO, now)
            self.emit(DeskPaused(desk.extension, now, queue.plan.name, missed))

    def wrap(self, desk: Desk, now: float, queue: Queue | None = None) -> None:
        """Let the agent write the summary, as long as the queue gives for it."""
        seconds = queue.plan.wrapup if queue else None
        desk.queue = queue.plan.name if queue else ""
        self.move(
            desk, Step.END, now, owner=WRAPUP, seconds=desk.wrapup if seconds is None else seconds
        )

    def extend(self, desk: Desk, seconds: float, now: float) -> bool:
        """Give the agent more time for the summary; False where the queue allows no more."""
        queue = self.queues.get(desk.queue)
        most = queue.plan.most_wrapup if queue else MOST_WRAPUP
        if desk.activity is not Activity.WRAPPING or desk.deadline is None:
            return False
        ends = min(desk.deadline + seconds, desk.since + most)
        if ends <= desk.deadline:
            return False
        self.prolong(desk, ends)
        self._changed(desk, now)
        return True

    def prolong(self, desk: Desk, until: float) -> None:
        """Let a busy desk go on with what it does, until then."""
        desk.deadline = until
        self.alarms.set(("desk", desk.extension), until)

    def hand(self, desk: Desk, owner: str, seconds: float, now: float) -> None:
        """Let a desk that is busy belong to another call from now on."""
        desk.owner = desk.last_call = owner
        desk.deadline = now + seconds
        self.alarms.set(("desk", desk.extension), desk.deadline)
        self._changed(desk, now)

    def release(
        self, desk: Desk, call: str, now: float, *, wrap: bool, queue: Queue | None = None
    ) -> None:
        """A call has left a desk: back to one on hold, else to the summary, else it is free."""
        if call in desk.aside:
            desk.aside.remove(call)
            desk.owes = desk.owes or wrap
        if desk.owner != call:
            return
        desk.owes = desk.owes or wrap
        while desk.aside:
            if self.owner(first := desk.aside.pop()):
                self.move(desk, Step.BACK, now, owner=first, seconds=self.plan.longest_hold)
                return
        wrap, desk.owes = desk.owes, False
        if wrap:
            self.wrap(desk, now, queue)
        else:
            self.free(desk, now)

    def free(self, desk: Desk, now: float) -> None:
        """Bring a desk back to idle from whatever it is doing."""
        desk.aside.clear()
        if step := RELEASES.get(desk.activity):
            self.move(desk, step, now)

    def telephone(self, extension: str, why: str, now: float) -> None:
        """A telephone of this extension came or went."""
        contacts = len(self.registrar.of(extension))
        desk = self.desks.get(extension)
        self.emit(RegistrationChanged(extension, contacts > 0, now, contacts, why))
        if desk is None or desk.registered == (contacts > 0):
            return
        desk.registered = contacts > 0
        if desk.registered and any(self.messages(extension)):
            self._light(extension, now)
        if not desk.reachable and desk.duty is Duty.READY:
            self.emit(alarm(now, "telephone_gone", desk=extension))
        self._changed(desk, now)

    def _changed(self, desk: Desk, now: float) -> None:
        self.match_due = True
        self.free_desks.note(desk, now)
        self.emit(
            DeskChanged(
                extension=desk.extension,
                duty=desk.duty.value,
                reason=desk.reason,
                activity=desk.activity.value,
                since=desk.since,
                duty_since=desk.duty_since,
                call=desk.last_call if desk.activity is not Activity.IDLE else None,
                at=now,
                registered=desk.reachable,
                mobile=desk.outside != "",
                until=desk.deadline,
            )
        )
