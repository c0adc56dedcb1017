"""The control desk: a person's order becomes a command of the switchboard, if that person may."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from classroom.allowance import Allowance
from classroom.bus import Bus, Note
from classroom.door import control as ask
from classroom.door.lines import LinesState
from classroom.door.seats import RecentCall
from classroom.errors import Refusal
from classroom.floor import Floor
from classroom.panel import lines_of
from classroom.past import Past
from classroom.store.people import Person
from classroom.words import WORDS
from telephony.pbx import commands, desk_orders
from telephony.pbx import conference_orders as rooms
from telephony.pbx import events as news
from telephony.pbx import supervisor_orders as over
from telephony.pbx.desk import Duty
from telephony.pbx.errors import NotNow, PbxError
from telephony.pbx.glance import Glance
from telephony.pbx.mail_events import MessageChanged, MessageLeft
from telephony.pbx.party import Mode
from telephony.switchboard import Switchboard

Made = Callable[[str, Any], commands.Command]

COMMANDS: Final[Mapping[type[ask.Order], Made]] = {
    ask.SetDuty: lambda me, o: commands.SetDuty(me, Duty(o.duty), o.reason),
    ask.EndWrapup: lambda me, o: commands.EndWrapup(me),
    ask.ExtendWrapup: lambda me, o: commands.ExtendWrapup(me, o.seconds),
    ask.Hold: lambda me, o: desk_orders.Hold(me),
    ask.Resume: lambda me, o: desk_orders.Resume(me),
    ask.Mute: lambda me, o: desk_orders.Mute(me, o.muted),
    ask.HangUp: lambda me, o: desk_orders.HangUp(me),
    ask.Transfer: lambda me, o: desk_orders.Transfer(me, o.number),
    ask.Consult: lambda me, o: desk_orders.Consult(me, o.number),
    ask.CancelConsult: lambda me, o: desk_orders.CancelConsult(me),
    ask.Toggle: lambda me, o: desk_orders.Toggle(me),
    ask.CompleteTransfer: lambda me, o: desk_orders.CompleteTransfer(me),
    ask.ThreeWay: lambda me, o: desk_orders.JoinAll(me),
    ask.Dial: lambda me, o: desk_orders.Dial(me, o.number),
    ask.SendText: lambda me, o: desk_orders.SendText(me, o.number, o.text, o.ref),
    ask.WorkOutside: lambda me, o: desk_orders.WorkOutside(me, o.outside),
    ask.Redial: lambda me, o: desk_orders.Redial(me),
    ask.Park: lambda me, o: desk_orders.Park(me, o.slot),
    ask.Retrieve: lambda me, o: desk_orders.Retrieve(me, o.slot),
    ask.PickUp: lambda me, o: desk_orders.PickUp(me, o.at),
    ask.StartRecording: lambda me, o: desk_orders.StartRecording(me),
    ask.StopRecording: lambda me, o: desk_orders.StopRecording(me),
    ask.PauseRecording: lambda me, o: desk_orders.PauseRecording(me, o.paused),
    ask.Rate: lambda me, o: desk_orders.Rate(me),
    ask.Listen: lambda me, o: over.Supervise(me, o.extension, Mode.LISTEN),
    ask.Whisper: lambda me, o: over.Supervise(me, o.extension, Mode.WHISPER),
    ask.Barge: lambda me, o: over.Supervise(me, o.extension, Mode.BARGE),
    ask.StopSupervising: lambda me, o: over.StopSupervising(me),
    ask.Intercept: lambda me, o: over.Intercept(me, o.extension),
    ask.AnswerFor: lambda me, o: over.AnswerFor(me, o.extension),
    ask.ForceRelease: lambda me, o: over.ForceRelease(me, o.extension),
    ask.ForceTransfer: lambda me, o: over.ForceTransfer(me, o.extension, o.number),
    ask.OpenConference: lambda me, o: rooms.OpenConference(o.name, me, o.record),
    ask.Invite: lambda me, o: rooms.Invite(o.name, o.number),
    ask.Kick: lambda me, o: rooms.Kick(o.name, o.number),
    ask.MuteMember: lambda me, o: rooms.MuteMember(o.name, o.number, o.muted),
    ask.LockConference: lambda me, o: rooms.LockConference(o.name, o.locked),
    ask.EndConference: lambda me, o: rooms.EndConference(o.name),
}
"""Each order of the door as a command of the board."""

DESKLESS: Final = (ask.ForceRelease, ask.ForceTransfer, ask.ConferenceOrder, ask.SendText)
"""What needs no telephone of one's own."""

PRIVATE: Final = {"text", "headers", "given", "values", "digits", "ask", "path"}
"""What people said and keyed in stays in the call's own record and is no news; nor where files lie."""


MAIL: Final = ("message_left", "message_changed")
"""News of a mailbox go to the desks that may hear it; it stands where others have a desk."""


class ControlDesk:
    """Carries orders to the board and its news to whoever may hear it."""

    def __init__(
        self,
        switchboard: Callable[[], Switchboard],
        floor: Floor,
        charges: Callable[[], Mapping[str, frozenset[str]]],
    ) -> None:
        self._switchboard, self._floor, self._charges = switchboard, floor, charges
        self.bus: Bus[ask.News] = Bus()
        self.past = Past()
        self._texts = Allowance()
        self._dialled: dict[str, str] = {}
        """Calls that a desk dialled: whose they are."""

    def carry_out(self, who: Person, order: ask.Order) -> None:
        """Do what this person orders; raises Refusal where it cannot be done."""
        if isinstance(order, ask.ConferenceOrder) and who.role == "student":
            raise Refusal(403, "not_allowed")
        if isinstance(order, ask.SendText) and who.role == "student":
            self._texts.count(who.login)
        me = who.extension or who.login
        if who.extension is None and not isinstance(order, DESKLESS):
            raise Refusal(403, "no_desk")
        try:
            self._switchboard().command(COMMANDS[type(order)](me, order))
        except NotNow as error:
            key = f"not_now_{error.code}"
            about = getattr(order, "extension", None) or getattr(order, "at", None)
            if about is None and f"{key}_near" in WORDS:
                key = f"{key}_near"
            if key in WORDS:
                raise Refusal(409, key, extension=about or me) from error
            raise Refusal(409, "not_now", code=error.code, why=error) from error
        except PbxError as error:
            raise Refusal(409, "not_now", code="refused", why=error) from error

    def lines(self) -> LinesState:
        """The switchboard at this moment."""
        return lines_of(self._switchboard().panel(), self._floor, time.monotonic())

    def standing(self, who: Person) -> ask.News:
        """Tell a person who comes (back) in what is going on in the own call."""
        found = Glance() if who.extension is None else self._switchboard().glance(who.extension)
        return ask.News(seq=self.past.last, event=ask.STANDING, fields=dataclasses.asdict(found))

    def charge(self, who: Person) -> frozenset[str]:
        """The desks that this person may supervise."""
        return self._charges().get(who.login, frozenset())

    def recents(self, extension: str) -> list[RecentCall]:
        """List what the telephone of a desk did last; the board's seconds become the world's."""
        since = time.time() - time.monotonic()
        return [
            RecentCall(at=since + one.at, kind=one.kind, number=one.number, call_id=one.call)
            for one in self._switchboard().recents(extension)
        ]

    def tell(self, event: news.BoardEvent) -> None:
        """Publish one event of the board."""
        fields = {
            field.name: _plain(getattr(event, field.name))
            for field in dataclasses.fields(event)
            if field.name not in PRIVATE and field.name != "queue_log"
        }
        item = ask.News(
            seq=self.past.number(),
            event=name_of(type(event)),
            queue_log=getattr(event, "queue_log", ""),
            fields=fields,
        )
        whose, dialled = self._whose(event)
        note = Note(item, whose, also=dialled)
        self.past.keep(note)
        self.bus.publish(note)

    def may_hear(self, who: Person, *, own_only: bool = False) -> Callable[[Note[ask.News]], bool]:
        """Say which news this person may hear: of the own desk and of those in charge.

        With ``own_only`` those in charge are left out, as a seat's screen shows its own call. Who stands
        behind a desk is told to those who have it in charge, never to the desk itself.
        """
        charge = frozenset() if own_only else self.charge(who)
        own, everything = who.extension or who.login, who.role != "student" and not own_only

        def may(note: Note[ask.News]) -> bool:
            if note.extension is None:
                return everything
            if note.event.event in MAIL:
                return everything or own in self._switchboard().hearers(note.extension)
            secret = note.event.event.startswith("supervision")
            mine = own in (note.extension, note.also)
            return note.extension in charge or (mine and not secret)

        return may

    def _whose(self, event: news.BoardEvent) -> tuple[str | None, str | None]:
        """Say which desk an event is about, and which one dialled the call where it is about all of it."""
        if isinstance(event, MessageLeft | MessageChanged):
            return event.message.box, None
        call = getattr(event, "call", None)
        if isinstance(event, news.CallStarted) and event.extension:
            self._dialled[event.call] = event.extension
        dialled = self._dialled.get(call or "")
        if isinstance(event, news.CallEnded):
            self._dialled.pop(event.call, None)
        if extension := getattr(event, "extension", None):
            return str(extension), dialled if isinstance(event, news.DeskAnswered) else None
        return (self._floor.owner(call) or dialled, dialled) if call else (None, None)


def name_of(kind: type[Any]) -> str:
    """Write an event's name as the news does: ``DeskAnswered`` is ``desk_answered``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower()


def _plain(value: Any) -> Any:
    """Make a field fit for JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        told = dataclasses.asdict(value)
        told.pop("path", None)  # where the server keeps its files is nobody's business
        return told
    if isinstance(value, (str, int, float, bool, type(None), list, tuple, dict)):
        return value
    return str(getattr(value, "value", value))
