"""The switchboard: bytes, media events, time and commands in; bytes, media commands and news out.

After any of the verbs ``receive``, ``broken``, ``media_event``, ``tick`` and ``command``, send what
``outbox`` returns, tell the house what ``events`` returns, and call ``tick`` at ``next_timer``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from telephony.media import control as media
from telephony.pbx import (
    arrival,
    booking,
    calling_back,
    commands,
    doors,
    ears,
    mailroom,
    notes,
    orders,
    own_names,
    queueing,
    referring,
    ringing,
    texting,
    waiting,
)
from telephony.pbx.admission import Admission, TurnedAway
from telephony.pbx.alarms import alarm
from telephony.pbx.callback import CALLBACKS
from telephony.pbx.desk import ACTIVITIES, Activity, Desk, Step
from telephony.pbx.enrolment import ENROLMENT
from telephony.pbx.errors import NotNow
from telephony.pbx.events import BoardEvent
from telephony.pbx.gateway import HEALTH
from telephony.pbx.ivr import VISIT
from telephony.pbx.leg_states import LEGS
from telephony.pbx.legs import ALLOWED, Legs, PortPool, here
from telephony.pbx.mailroom import LISTENING
from telephony.pbx.mobile import REPORTING
from telephony.pbx.plan import BoardPlan, GatewayPlan
from telephony.pbx.queue import next_pair
from telephony.pbx.stages import STAGES
from telephony.pbx.trunk_events import ForwardsChanged
from telephony.pbx.voicemail import LEAVING
from telephony.pbx.watching import Watching
from telephony.pbx.works import Works
from telephony.sip import events as sip
from telephony.sip.core import SipCore
from telephony.sip.events import Flow

MACHINES: Final = (
    STAGES, ACTIVITIES, VISIT, LEGS, HEALTH, ENROLMENT, CALLBACKS, LEAVING, LISTENING,
    REPORTING
)  # fmt: skip
"""Every table of the switchboard; the room's README draws them."""


class Board:
    """A B2BUA with menus, queues and desks; it owns no socket and no clock."""

    def __init__(
        self,
        sip_core: SipCore,
        engine: media.MediaEngine,
        ports: PortPool,
        plan: BoardPlan,
        *,
        entropy: Callable[[int], bytes],
        wall: Callable[[float], datetime] = datetime.fromtimestamp,
        advertise: Callable[[Flow], str] = here,
        bind: Callable[[Flow], str] = here,
        reach: Callable[[GatewayPlan], Flow | None] = lambda gateway: None,
        answers_to: Callable[[str], bool] = lambda host: False,
        now: float = 0.0,
    ) -> None:
        """Make a board; sound is received on ``bind`` and asked for at ``advertise``."""
        self.core = sip_core
        legs = Legs(sip_core, engine, ports, entropy, plan.codecs, advertise, bind)
        self.works = Works(plan, legs, engine, entropy, wall, reach, answers_to)
        self.works.take_plan(plan, now)
        self._admission = Admission(plan.realm, entropy, self._password_of, self._guessed)
        self._watching = Watching(self.works)

    # ── the verbs ────────────────────────────────────────────────────────────

    def receive(self, flow: Flow, data: bytes, now: float) -> None:
        """Take what came from the network."""
        self.core.receive(flow, data, now)
        self._settle(now)

    def broken(self, flow: Flow, why: str, now: float) -> None:
        """A stream broke, or a datagram could not be sent."""
        self.core.broken(flow, why, now)
        if flow.reliable:
            for extension in self.works.registrar.broken(flow):
                self.works.telephone(extension, why, now)
        self._settle(now)

    def tick(self, now: float) -> None:
        """Let everything happen that is due."""
        self.core.tick(now)
        while alarm := self.works.alarms.ring(now):
            self._rang(alarm, now)
        self._settle(now)

    def next_timer(self) -> float | None:
        """Say when ``tick`` is wanted next."""
        core, own = self.core.next_timer(), self.works.alarms.next()
        return core if own is None or (core is not None and core < own) else own

    def command(self, command: commands.Command, now: float) -> None:
        """Do what a person or another room asks."""
        works = self.works
        match command:
            case commands.SetDuty(extension=extension, duty=duty, reason=reason):
                works.choose(self._desk(extension), duty, reason, now)
            case commands.EndWrapup(extension=extension):
                desk = self._desk(extension)
                if desk.activity is Activity.WRAPPING:
                    works.move(desk, Step.WRAPPED, now)
            case commands.ExtendWrapup(extension=extension, seconds=seconds):
                if not works.extend(self._desk(extension), seconds, now):
                    raise NotNow("not_wrapping", "There is no summary to write, or no more time.")
            case commands.HangUpCall(call=name):
                if owner := works.owner(name):
                    owner.end("ordered", "board", now)
            case commands.HangUpAll(why=why):
                for owner in [*works.calls.values(), *works.rooms.values()]:
                    owner.end(why, "board", now)
                booking.hold_off(works, now)
            case commands.LeaveTrunks():
                works.upkeep.leave(now)
            case commands.AnswerLookup(call=name):
                if call := works.calls.get(name):
                    waiting.answered(call, command, now)
                    call.show()
            case commands.SetForwards(extension=extension, forwards=forwards):
                works.wish(self._desk(extension).extension, forwards, now)
                works.emit(ForwardsChanged(now, extension, forwards))
            case commands.LoadMessages(messages=messages):
                for message in messages:
                    works.mail.keep(message)
            case commands.MarkMessage(box=box, message=name, state=state):
                if known := works.mail.find(box, name):
                    mailroom.mark(works, known, state, now)
            case commands.SetPlan(plan=plan):
                works.take_plan(plan, now)
            case _:
                orders.carry_out(works, command, now)
        self._settle(now)

    def events(self) -> list[BoardEvent]:
        """Return and forget the news."""
        news, self.works.news = self.works.news, []
        return news

    def outbox(self) -> list[tuple[Flow, bytes]]:
        """Return and forget what must be sent."""
        return self.core.outbox()

    def media_event(self, event: media.MediaEvent, now: float) -> None:
        """Take what the media worker says."""
        ears.hear(self.works, event, now)
        self._settle(now)

    # ── inside ───────────────────────────────────────────────────────────────

    def _settle(self, now: float) -> None:
        """Deal with everything the last verb brought, until nothing is left."""
        while True:
            happened = self.core.events()
            for event in happened:
                self._hear(event, now)
            if self.works.match_due:
                self._match(now)
            elif not happened:
                self._watching.refresh(now)
                return

    def _hear(self, event: sip.SipEvent, now: float) -> None:
        match event:
            case sip.Invited():
                arrival.arrive(self.works, self._admission, event, now)
            case sip.Requested(leg=None):
                self._asked(event, now)
            case sip.Subscribed():
                self._watching.subscribed(self._admission, event, now)
            case sip.Unsubscribed():
                self._watching.unsubscribed(event)
            case sip.Referred():
                referring.referred(self.works, event, now)
            case sip.Responded() if self.works.upkeep.hear(event, now):
                return
            case sip.Responded() if texting.hear(self.works, event, now):
                return
            case _:
                told = self.works.legs.hear(event, now)
                if told is None:
                    return
                leg, said = told
                self.works.hear(leg, said, now)

    def _match(self, now: float) -> None:
        """Pair waiting calls with free desks."""
        works = self.works
        works.match_due = False
        queueing.clear(works, now)
        while pair := next_pair(works.queues.values(), works.desks, now, works.free_desks.desks):
            if call := works.calls.get(pair[0]):
                ringing.offer(call, pair[1], now)
                call.show()
            else:
                calling_back.offer(works, works.callbacks[pair[0]], pair[1][0], now)

    def _password_of(self, user: str) -> str | None:
        return self.works.plan.password_of(user)

    def _desk(self, extension: str) -> Desk:
        try:
            return self.works.desks[extension]
        except KeyError:
            raise NotNow(
                "no_such_desk", f"There is no desk {extension}; choose one of the plan."
            ) from None

    def _rang(self, alarm: tuple[str, str], now: float) -> None:
        """Something's time has come."""
        kind, whose = alarm
        if kind in ("desk", "rest"):
            self._desk_due(kind, whose, now)
        elif kind == "upkeep":
            self.works.upkeep.due(whose, now)
        elif kind == "door":
            doors.knock(self.works, whose, now)
        elif kind == "callback":
            calling_back.rested(self.works, whose, now)
        elif kind in ("ringing", "asked"):
            orders.rung_out(self.works, whose, now)
        elif kind == "silence":
            ears.still_silent(self.works, whose, now)
        elif kind == "bindings":
            for extension in self.works.registrar.expire(now):
                self.works.telephone(extension, "expired", now)
            self._watch_bindings()
        elif owner := self.works.owner(whose):
            owner.due(kind, now)

    def _desk_due(self, kind: str, extension: str, now: float) -> None:
        """The law of the desk: what nobody ended ends by itself."""
        works = self.works
        works.match_due = True
        desk = works.desks.get(extension)
        if desk is None:
            return
        if kind == "rest":
            works.free_desks.note(desk, now)
            return
        if desk.activity is not Activity.WRAPPING:
            works.emit(alarm(now, "desk_overran", desk.owner, desk=extension))
            if owner := works.owner(desk.owner or ""):
                owner.end("overran", "board", now)
        if desk.activity is not Activity.IDLE and (desk.deadline or now) <= now:
            works.free(desk, now)

    # ── who comes in ─────────────────────────────────────────────────────────

    def _asked(self, event: sip.Requested, now: float) -> None:
        """Answer a request outside calls."""
        request = event.request
        if request.method == "OPTIONS":
            lines = [("Allow", ALLOWED), ("Accept", "application/sdp")]
            status = own_names.options_status(self.works, event)
            self.core.respond(event.key, status, now, headers=lines)
        elif request.method == "REGISTER":
            self._register(event, now)
        elif request.method == "MESSAGE":
            notes.came(self.works, self._admission, event, now)
        else:
            self.core.respond(event.key, 405, now, headers=[("Allow", ALLOWED)])

    def _register(self, event: sip.Requested, now: float) -> None:
        works, request = self.works, event.request
        asked = self._admission.check(request, event.flow, now)
        if isinstance(asked, TurnedAway):
            return self.core.respond(event.key, asked.status, now, headers=asked.headers)
        extension = request.to.uri.user
        if asked.user != extension or extension not in works.desks:
            return self.core.respond(event.key, 403, now)
        before = len(works.registrar.of(extension))
        verdict = works.registrar.register(extension, request, event.flow, now)
        self.core.respond(event.key, verdict.status, now, headers=verdict.headers)
        if len(works.registrar.of(extension)) != before:
            works.telephone(
                extension, "registered" if works.registrar.of(extension) else "left", now
            )
        doors.watch(works, extension, now)
        self._watch_bindings()
        return None

    def _guessed(self, host: str, user: str, now: float) -> None:
        desk = user if user in self.works.desks else "?"
        self.works.emit(alarm(now, "password_guessed", host=host, desk=desk))

    def _watch_bindings(self) -> None:
        at = self.works.registrar.next_expiry()
        if at is None:
            self.works.alarms.cancel(("bindings", ""))
        else:
            self.works.alarms.set(("bindings", ""), at)
