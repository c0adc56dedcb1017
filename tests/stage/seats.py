"""What a stage server knows of one seat: its rules, its calls, its forwards, its messages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from classroom.door.answering_wire import ForwardsState, MessageMark, VoiceMessage
from classroom.door.customers import CustomerEdit, CustomerFields, CustomerPage
from classroom.door.seats import ANY_CALL, BusyReason, CallWish, RecentCall, SeatRules
from classroom.door.wire import CallRecord, CallSummary, DeskState, Lang, Wrapup
from classroom.school.seats import Seats
from classroom.words import say
from lab.errors import Refused


class StageSeat(ABC):
    """One seat's side of a server."""

    lang: Lang

    def __init__(self) -> None:
        self.rules: SeatRules = Seats().rules()
        self.the_calls: list[CallRecord] = []
        self.the_recents: list[RecentCall] = []
        self.the_forwards = ForwardsState()
        self.the_messages: list[VoiceMessage] = []
        self.more: DeskState | None = None
        self.the_customer = CustomerPage(number="")
        self.the_draft = Wrapup(summary="", disposition="")
        self.keeps_drafts = True
        self.taken = ""
        """The sentence by which the seat is told that another one has its log-in."""
        self.refuses = ""
        """The sentence by which the next forward is refused."""

    @abstractmethod
    def _ask(self, what: str, value: object = None) -> None: ...

    @abstractmethod
    def _proves(self, password: str) -> bool: ...

    def reasons(self, *reasons: BusyReason, lock: bool = True) -> None:
        self.rules = SeatRules(lock=lock, reasons=list(reasons))

    async def seat_rules(self) -> SeatRules:
        self._ask("seat_rules")
        return self.rules

    async def sit(self, *, again: bool = False) -> None:
        self._ask("sit", again)
        if self.taken:
            raise Refused(self.taken, 409)

    async def unlock(self, password: str) -> None:
        self._ask("unlock")
        if not self._proves(password):
            raise Refused(say("wrong_unlock", self.lang), 403)

    async def draft(self, call_id: str, written: Wrapup) -> None:
        self._ask("draft", written)
        if not self.keeps_drafts:
            raise Refused("HTTP 404 Not Found", 404)
        self.the_draft = written

    async def drafted(self, call_id: str) -> Wrapup:
        self._ask("drafted", call_id)
        if not self.keeps_drafts:
            raise Refused("HTTP 404 Not Found", 404)
        return self.the_draft

    async def more_wrapup(self, seconds: float = 60.0) -> DeskState:
        self._ask("more_wrapup", seconds)
        if self.more is None:
            raise Refused(say("not_now_not_wrapping", self.lang), 409)
        return self.more

    async def calls(
        self, *, limit: int = 100, before: float | None = None, which: CallWish = ANY_CALL
    ) -> Sequence[CallSummary]:
        self._ask("calls", (limit, before, which))
        rows = [record.summary for record in self.the_calls]
        return [
            row for row in rows
            if (before is None or row.started < before)
            and (which.number is None or which.number in row.caller + " " + row.dialled)
            and (which.direction is None or row.direction == which.direction)
            and (which.result is None or row.answered == (which.result == "answered"))
        ][:limit]  # fmt: skip

    async def recents(self) -> Sequence[RecentCall]:
        self._ask("recents")
        return self.the_recents

    async def forwards(self) -> ForwardsState:
        self._ask("forwards")
        return self.the_forwards

    async def forward(self, state: ForwardsState) -> ForwardsState:
        self._ask("forward", state)
        if self.refuses:
            raise Refused(self.refuses, 422)
        self.the_forwards = state
        return state

    async def customer(self, call_id: str) -> CustomerPage:
        self._ask("customer", call_id)
        return self.the_customer

    async def edit_customer(self, call_id: str, edit: CustomerEdit) -> CustomerPage:
        self._ask("edit_customer", edit)
        page = self.the_customer
        if edit.version != page.version:
            by, at = page.changed_by, "11-22 20:00:00"
            raise Refused(say("customer_changed", self.lang, by=by, at=at), 409)
        fields = CustomerFields.model_validate({**page.fields.model_dump(), **edit.changes()})
        update = {"fields": fields, "version": page.version + 1, "changed_by": "1007"}
        self.the_customer = page.model_copy(update=update)
        return self.the_customer

    async def messages(self) -> Sequence[VoiceMessage]:
        self._ask("messages")
        return [one for one in self.the_messages if one.state != "deleted"]

    async def mark_message(self, message: str, mark: MessageMark) -> None:
        self._ask("mark_message", (message, mark.state))
        self.the_messages = [
            one.model_copy(update={"state": mark.state}) if one.id == message else one
            for one in self.the_messages
            if (one.id, mark.state) != (message, "deleted")
        ]

    async def message_sound(self, message: str) -> bytes:
        self._ask("message_sound", message)
        return b"RIFF"
