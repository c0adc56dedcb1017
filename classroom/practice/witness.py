"""Sees everything that happens to calls and writes it down as it happens.

Board events, the carrier's reports and the agents' actions come in here; evidence rows go to the
ledger at once, the floor is told, and a call that is complete is handed on to be graded.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

import structlog

from classroom.door import wire
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.practice import orders, tracks
from classroom.practice.beside import Carrier, LineWord, Roll
from classroom.practice.card import Business, card_of, outward_card
from classroom.practice.company import Company
from classroom.practice.deskbook import DeskBook
from classroom.practice.listening import Listening
from classroom.practice.opencall import OpenCall, Ordered
from classroom.practice.parts import Parts
from classroom.practice.recordings import Recorded, Recordings
from classroom.practice.shelf import Shelf
from classroom.practice.summaries import NOTHING, Summaries
from classroom.store.calls import Call
from classroom.store.ledger import Ledger
from classroom.store.records import summary_of
from classroom.words import say
from telephony.pbx import events as news
from telephony.pbx.trunk_events import OutsideDialled

_log = structlog.get_logger("board")
LATE_SECONDS: Final = 10.0
"""How long a call that left the board waits for its recording and its customer's last word."""


class Witness:
    """The evidence of every running call."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        floor: Floor,
        shelf: Shelf,
        carrier: Carrier,
        roll: Roll,
        seconds_of: Callable[[str], float],
        words: Callable[[str], str],
        over: Callable[[OpenCall], None],
        moved: Callable[[OpenCall], None],
        clock: Callable[[], float] = time.monotonic,
        place: Callable[[str], str | None],
        relative: Callable[[str], str] = lambda path: path,
        wrap_seconds: float = 0.0,
        popped: Callable[[OpenCall, str], None] = lambda call, extension: None,
    ) -> None:
        self._ledger, self._floor, self._shelf = ledger, floor, shelf
        self._carrier, self._roll = carrier, roll
        self._seconds_of = seconds_of
        self._over, self._moved, self._popped = over, moved, popped
        self._clock = clock
        self._wrap_seconds = wrap_seconds
        self.calls: dict[str, OpenCall] = {}
        self._expected: dict[str, Ordered] = {}
        self._business = Business()
        self._recordings = Recordings(ledger, place, relative)
        self._deskbook = DeskBook(ledger, floor, roll, clock)
        self._parts = Parts(ledger, roll.login_of)
        self._summaries = Summaries(ledger, roll, clock)
        self._company = Company(ledger, roll.login_of)
        self.listening = Listening(ledger, floor, shelf, words)

    # ── what others ask of it ────────────────────────────────────────────────

    def expect(self, ordered: Ordered) -> None:
        """A customer is about to call."""
        self._expected[ordered.order_id] = ordered

    def forget(self, order_id: str) -> None:
        """This customer never came."""
        self._expected.pop(order_id, None)

    def act(self, call_id: str, action: wire.Action, by: str = "") -> None:
        """Keep what the agent did on screen."""
        call, desk = self._open(call_id), self._roll.extension_of(by) if by else ""
        self._ledger.keep(call.action(self._clock(), action.what, action.value, desk))

    def wrap_up(self, call_id: str, wrapup: wire.Wrapup, by: str) -> str:
        """Keep the call summary; returns the desk that is free by it.

        Whoever passed the call on writes a summary as well; the call waits for the last of them.
        """
        call = self._open(call_id)
        desk = self._summaries.hand_in(call, wrapup, by)
        call.wrapped = self._deskbook.is_summed_up(call.id, but=desk)
        self.settle(call)
        return desk

    def draft(self, call_id: str, written: wire.Wrapup, by: str) -> None:
        """Keep a call summary that is being written."""
        self._summaries.draft(self._open(call_id), written, by)

    def drafted(self, call_id: str, by: str) -> wire.Wrapup:
        """What this agent had written of the summary."""
        return self._open(call_id).drafts.get(by, NOTHING)

    def speak_later(self, call_id: str, text: str) -> None:
        """The sound of this line goes into the recording after the call."""
        self._open(call_id).late.append(text)

    def _open(self, call_id: str) -> OpenCall:
        call = self.calls.get(call_id)
        if call is None:
            raise Refusal(409, "call_is_over", call=call_id)
        return call

    # ── what the board says ──────────────────────────────────────────────────

    def board(self, event: news.BoardEvent) -> None:
        """Take one event of the news."""
        if isinstance(event, news.CallStarted):
            self._started(event)
        elif isinstance(event, news.DeskChanged):
            self._desk(event)
        elif isinstance(event, news.Alarm):
            self._alarm(event)
        elif call := self.calls.get(getattr(event, "call", None) or ""):
            self._happened(call, event)
            if self._parts.board(call, event):
                self.publish(call)
            if isinstance(event, OutsideDialled) and not event.desk:
                self._dialled(call, event.number)

    def _alarm(self, event: news.Alarm) -> None:
        """Tell of the switchboard's trouble, the log too; what stopped a recording is told with its call."""
        where = {name: event.values[name] for name in ("trunk", "gateway") if name in event.values}
        _log.warning("alarm", code=event.code, **where)
        if event.code != "recording_stopped" or event.call not in self.calls:
            self._floor.alarm(say(f"board_{event.code}", None, **event.values))

    def _happened(self, call: OpenCall, event: news.BoardEvent) -> None:
        match event:
            case news.DeskOffered():
                self._offered(call, event)
            case news.DeskAnswered():
                self._answered(call, event)
            case news.TalkEnded():
                self._talk_ended(call, event)
            case news.CallEnded():
                self._ended(call, event)
            case news.RecordingBegan() | news.RecordingClosed() | news.RecordingBroken():
                self._recording(call, event)
            case news.Held() | news.Resumed():
                self._held(call, event)
            case news.Queued(at=at, queue=queue):
                call.row.queue = queue
                self._line(call, at, "queued", queue, **tracks.requested(event))
                self._tell_customer(call, "queued")
                self.publish(call)
            case news.MenuChosen(at=at, menu=menu, key=key):
                self._line(call, at, "menu_chosen", menu, key=key)
            case news.QueueLeft(at=at, why=why):
                self._line(call, at, "queue_left", why)
            case news.DeskRang(at=at, extension=extension):
                self._line(call, at, "rang", extension)
            case news.DeskMissed(at=at, why=why):
                self._line(call, at, "missed", why)
                call.row.state = "queued"
                self.publish(call)
            case news.Rated(at=at, score=score):
                call.row.rating = score
                self._line(call, at, "rated", str(score))
            case _ if self._company.board(call, event):
                pass
            case _:
                self.listening.board(call, event)

    def _started(self, event: news.CallStarted) -> None:
        ordered = self._expected.pop(event.order or "", None)
        row = Call(
            id=event.call,
            line=event.line,
            direction="inside" if event.extension or event.callback else "in",
            caller=event.caller or "withheld",
            dialled=event.dialled,
            started=time.time(),
            began_clock=event.at,
            transport=event.transport,
            dialled_by=self._roll.login_of(event.extension) if event.extension else "",
        )
        call = OpenCall(row, ordered, dialler=event.extension or "", kept=event.callback != "")
        if ordered is not None:
            call.customer_gone = False
            self._business.called(event.caller, ordered.scenario)
            row.lesson_id, row.scenario = ordered.lesson, ordered.scenario.id
            row.seed, row.level, row.lang = ordered.seed, ordered.level, ordered.scenario.lang
            call.facts = self._shelf.facts(ordered.scenario, ordered.seed)
            row.facts = dict(call.facts)
        self.calls[event.call] = call
        self.publish(call)
        self._line(call, event.at, "started", **tracks.came_in(event))

    def _offered(self, call: OpenCall, event: news.DeskOffered) -> None:
        row = call.row
        row.state, row.extension = "ringing", event.extension
        row.agent, row.queue_seconds = self._roll.login_of(event.extension), event.waited
        self.publish(call)
        self._floor.pop(
            event.extension, card_of(self._shelf, call, event.waited, self._wrap_seconds)
        )
        seen = tracks.offered(event, row.agent, popped=self._clock())
        self._line(call, event.at, "offered", event.extension, **seen)
        self._popped(call, event.extension)

    def _answered(self, call: OpenCall, event: news.DeskAnswered) -> None:
        row = call.row
        row.state, row.extension = "talking", event.extension
        row.agent = self._roll.login_of(event.extension)
        seen = tracks.connected(event, told=self._clock())
        self._line(call, event.at, "answered", event.extension, **seen)
        if event.transferred:
            return self._passed_on(call, event)
        row.answered_clock = event.at
        row.queue_seconds, row.ring_seconds = round(event.waited, 3), round(event.rang, 3)
        row.codec, row.transport = event.codec, event.transport or row.transport
        row.facts = dict(call.facts)
        clip = self._seconds_of(f"agent.{event.extension}") if event.queue else 0.0
        self._tell_customer(call, "answered", clip)
        self.publish(call)
        for said in call.before:
            update = {"at": call.at(said.at), "until": call.at(said.until)}
            self._floor.caption(said.model_copy(update=update))
        call.before = []
        return None

    def _passed_on(self, call: OpenCall, event: news.DeskAnswered) -> None:
        """Another desk has the call now: it sees the card, too."""
        self.publish(call)
        self._floor.pop(
            event.extension, card_of(self._shelf, call, event.waited, self._wrap_seconds)
        )
        self._popped(call, event.extension)

    def _dialled(self, call: OpenCall, number: str) -> None:
        """A desk calls somebody outside: it sees the card of that customer, once."""
        if call.dialler and not call.answered and not self._floor.popped(call.id):
            about, seconds = self._business.of(number), self._wrap_seconds
            self._floor.pop(call.dialler, outward_card(self._shelf, call, about, seconds))
            self._popped(call, call.dialler)

    def _held(self, call: OpenCall, event: news.Held | news.Resumed) -> None:
        if event.by == "callee":
            what: LineWord = "held" if isinstance(event, news.Held) else "resumed"
            self._line(call, event.at, what)
            self._tell_customer(call, what)

    def _talk_ended(self, call: OpenCall, event: news.TalkEnded) -> None:
        call.talk_ended = True
        call.row.talk_seconds = round(event.talked, 3)
        call.row.ended_clock = event.at
        self._line(call, event.at, "ended", event.by)
        if call.answered:
            call.row.state = "wrapping"
        if event.by == "callee":
            self._tell_customer(call, "rating")
        self.publish(call)

    def _ended(self, call: OpenCall, event: news.CallEnded) -> None:
        call.ended = True
        row = call.row
        row.ended_clock = row.ended_clock or event.at
        self._line(call, event.at, "released", event.why)
        if not call.answered:
            row.queue_seconds = round(event.waited, 3)
            row.state = call.ends_unanswered(event.by)
        else:
            call.wrapped = self._deskbook.is_summed_up(call.id)
        self.publish(call)
        self.settle(call)

    def _desk(self, event: news.DeskChanged) -> None:
        self._deskbook.board(event)
        if event.activity != "wrapping":
            for call in list(self.calls.values()):
                if event.activity == "idle" or event.call != call.id:
                    self._summaries.left(call, event.extension)
                if call.talk_ended and call.ended and self._deskbook.is_summed_up(call.id):
                    call.wrapped = True
                    self.settle(call)

    def _recording(self, call: OpenCall, event: Recorded) -> None:
        self._recordings.board(call, event)
        if isinstance(event, news.RecordingBroken):
            self._line(call, self._clock(), "recording_stopped", event.why)
            self._floor.alarm(say("recording_broken", call=call.id, why=event.why))
        self.settle(call)

    # ── what the carrier says ────────────────────────────────────────────────

    def carrier(self, report: orders.Report) -> None:
        """Take one report of the practice carrier."""
        if isinstance(report, orders.CarrierAlarm):
            self._floor.alarm(report.text)
        call = self.calls.get(getattr(report, "order_id", None) or "")
        if call is None:
            self._never_came(report)
            return
        match report:
            case orders.CustomerSpeaks():
                self.listening.customer(call, report)
            case orders.CustomerHeard():
                self.listening.heard(call, report)
            case orders.MoodChanged(at=at, mood=mood):
                call.row.mood = dict(mood)
                self._line(call, at, "mood", ",".join(f"{k}={v}" for k, v in mood.items()))
            case orders.CustomerRated(rating=rating):
                call.row.rating = call.row.rating or rating
            case orders.CustomerEnded():
                self._customer_ended(call, report)

    def _never_came(self, report: orders.Report) -> None:
        if isinstance(report, orders.CustomerEnded) and report.order_id in self._expected:
            ordered = self._expected.pop(report.order_id)
            self._floor.alarm(say("call_failed", order=report.order_id, why=report.why))
            call = OpenCall(Call(id=ordered.order_id, state="ended", started=0, began_clock=0))
            call.ordered = ordered
            self._moved(call)

    def _customer_ended(self, call: OpenCall, report: orders.CustomerEnded) -> None:
        row = call.row
        row.outcome, row.mood = report.outcome, dict(report.mood)
        row.rating = row.rating if row.rating is not None else report.rating
        self._line(call, report.at, "customer_left", report.outcome)
        call.customer_gone = True
        self.publish(call)
        self.settle(call)

    def carrier_lost(self) -> None:
        """The carrier died: no customer of its calls will say anything more."""
        for call in list(self.calls.values()):
            if not call.customer_gone:
                call.row.outcome, call.customer_gone = "broken_off", True
                self.settle(call)

    def give_up(self) -> None:
        """The house closes: no call waits for anything any more."""
        for call in list(self.calls.values()):
            self._summaries.left(call)
            call.ended = call.wrapped = call.recorded = call.customer_gone = True
            call.row.outcome = call.row.outcome or "broken_off"
            self.settle(call)

    # ── underneath ───────────────────────────────────────────────────────────

    def publish(self, call: OpenCall) -> None:
        """Keep the call's row and show it on the floor."""
        self._ledger.keep(call.row)
        name = self._roll.name_of(call.row.extension) if call.row.extension else ""
        self._floor.set_call(summary_of(call.row, name, None, None), call.row.extension)
        self._moved(call)

    def settle(self, call: OpenCall) -> None:
        """Hand the call on once it is complete; until then, wait only so long for what is late."""
        if call.id not in self.calls:
            return
        if call.complete:
            self._close(call)
        elif call.ended and (call.wrapped or not call.answered) and call.patience is None:
            call.patience = asyncio.get_running_loop().call_later(
                LATE_SECONDS, self._wait_no_longer, call
            )

    def _wait_no_longer(self, call: OpenCall) -> None:
        if not call.customer_gone:
            call.row.outcome = call.row.outcome or "broken_off"
        call.recorded = call.customer_gone = True
        self.settle(call)

    def _close(self, call: OpenCall) -> None:
        del self.calls[call.id]
        self._recordings.forget(call.id)
        if call.patience is not None:
            call.patience.cancel()
        self._over(call)

    def _line(
        self, call: OpenCall, clock: float, what: str, value: str = "", **more: object
    ) -> None:
        self._ledger.keep(call.line(clock, what, value, **more))

    def _tell_customer(self, call: OpenCall, what: LineWord, announcement: float = 0.0) -> None:
        if not call.customer_gone:
            self._carrier.line_does(call.id, what, announcement)
