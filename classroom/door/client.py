"""The way in, from outside: one person's typed client of the HTTP API and of the floor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

from pydantic import TypeAdapter
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from classroom.door import wire
from classroom.door.answering_wire import ForwardsState, MessageMark, PinChange, VoiceMessage
from classroom.door.customer_client import CustomerDoor
from classroom.door.flow_client import FlowDoor
from classroom.door.letter_client import LetterDoor
from classroom.door.lines import ConferenceTape, LinesState
from classroom.door.queues import MoreWrapup, QueueLogLines, QueueState
from classroom.door.refused import DoorError, DoorLost, DoorRefused, SpeechLater, lost
from classroom.door.seats import ANY_CALL, TAKEN, CallWish, RecentCall, SeatRules, Sit, Unlock
from classroom.door.trace import CallTrace

__all__ = ["DoorClient", "DoorError", "DoorLost", "DoorRefused", "SpeechLater", "lost"]

_EVENTS: TypeAdapter[wire.FloorEvent] = TypeAdapter(wire.FloorEvent)
_REFUSED, _TAKEN = 4401, 4409


class DoorClient(FlowDoor, CustomerDoor, LetterDoor):
    """One person's way into the server; every method may raise DoorRefused or DoorLost."""

    # ── coming in ────────────────────────────────────────────────────────────

    async def login(self, login: str, password: str) -> wire.Session:
        """Come in; status 401 on a wrong password, 429 after too many of them."""
        answer = await self._ask("POST", "login", wire.Login(login=login, password=password))
        self.session = wire.Session.model_validate_json(answer)
        self._http.headers["Authorization"] = f"Bearer {self.session.token}"
        return self.session

    async def consent(self) -> None:
        """Agree to the notice."""
        await self._ask("POST", "consent")
        if self.session is not None:
            self.session = self.session.model_copy(update={"consented": True})

    async def me(self) -> wire.Person:
        """Who the token belongs to."""
        return wire.Person.model_validate_json(await self._ask("GET", "me"))

    async def people(self) -> list[wire.Person]:
        """Everybody; instructors only."""
        return await self._list(wire.Person, "people")

    async def health(self) -> wire.Health:
        """How the server is, with its alarms."""
        return wire.Health.model_validate_json(await self._ask("GET", "health"))

    # ── the seat ─────────────────────────────────────────────────────────────

    async def seat_rules(self) -> SeatRules:
        """What the school decided of its seats: reasons, the locked screen."""
        return SeatRules.model_validate_json(await self._ask("GET", "seat"))

    async def sit(self, *, again: bool = False) -> None:
        """Be the one seat of this log-in; status 409 while another one is in a call."""
        await self._ask("POST", "seat/sit", Sit(again=again))

    async def unlock(self, password: str) -> None:
        """Prove that the agent is back; status 403 on a wrong password, 429 after too many."""
        await self._ask("POST", "seat/unlock", Unlock(password=password))

    async def recents(self) -> list[RecentCall]:
        """What the own telephone dialled, answered and missed last, the newest first."""
        return await self._list(RecentCall, "seat/recents")

    # ── desks and lessons ────────────────────────────────────────────────────

    async def my_desk(self) -> wire.DeskState:
        """The own desk."""
        return wire.DeskState.model_validate_json(await self._ask("GET", "desk"))

    async def desk(self, duty: wire.Duty, reason: str = "") -> wire.DeskState:
        """Set the duty."""
        change = wire.DutyChange(duty=duty, reason=reason)
        return wire.DeskState.model_validate_json(await self._ask("POST", "desk", change))

    async def desks(self) -> list[wire.DeskState]:
        """Every desk; instructors only."""
        return await self._list(wire.DeskState, "desks")

    async def queues(self) -> list[QueueState]:
        """Every queue as it is now; instructors only."""
        return await self._list(QueueState, "queues")

    async def queue_log(self, lines: int = 200) -> list[str]:
        """The newest lines of ``queue_log``; instructors only."""
        told = await self._ask("GET", "queues/log", query={"lines": lines})
        return QueueLogLines.model_validate_json(told).lines

    async def more_wrapup(self, seconds: float = 60.0) -> wire.DeskState:
        """More time for the summary."""
        more = MoreWrapup(seconds=seconds)
        return wire.DeskState.model_validate_json(await self._ask("POST", "desk/wrapup", more))

    async def lines(self) -> LinesState:
        """Channels, callers who wait, conferences; instructors only."""
        return LinesState.model_validate_json(await self._ask("GET", "lines"))

    async def conferences(self) -> list[ConferenceTape]:
        """Recordings of conferences that are over, the latest first; instructors only."""
        return await self._list(ConferenceTape, "conferences")

    async def conference_recording(self, tape: str) -> bytes:
        """One of them as a two-channel WAV."""
        return await self._ask("GET", f"conferences/{tape}/recording")

    async def briefing(self) -> wire.Briefing | None:
        """What the next call will be judged by; none while no lesson is on."""
        try:
            return wire.Briefing.model_validate_json(await self._ask("GET", "briefing"))
        except DoorRefused as refused:
            if refused.status == 404:
                return None
            raise

    async def scenarios(self) -> list[tuple[str, str, str]]:
        """Every scenario as id, title, language; instructors only."""
        rows = await self._list(wire.ScenarioRow, "scenarios")
        return [(row.id, row.title, row.lang) for row in rows]

    async def lessons(self) -> list[wire.LessonState]:
        """The lessons, latest first; instructors only."""
        return await self._list(wire.LessonState, "lessons")

    async def start_lesson(self, order: wire.LessonOrder) -> wire.LessonState:
        """Let customers call; instructors only."""
        return wire.LessonState.model_validate_json(await self._ask("POST", "lessons", order))

    async def stop_lesson(self, lesson: int) -> wire.LessonState:
        """No new calls; those under way go on; instructors only."""
        return wire.LessonState.model_validate_json(await self._ask("DELETE", f"lessons/{lesson}"))

    # ── calls ────────────────────────────────────────────────────────────────

    async def calls(
        self,
        *,
        agent: str | None = None,
        limit: int = 100,
        before: float | None = None,
        which: CallWish = ANY_CALL,
    ) -> list[wire.CallSummary]:
        """The calls, latest first; a student's own."""
        query = {"agent": agent, "limit": limit, "before": before, **which.model_dump()}
        return await self._list(wire.CallSummary, "calls", query)

    async def call(self, call_id: str) -> wire.CallRecord:
        """One call, whole."""
        return wire.CallRecord.model_validate_json(await self._ask("GET", f"calls/{call_id}"))

    async def trace(self, call_id: str) -> CallTrace:
        """One call's way through the house, step by step, past or running."""
        return CallTrace.model_validate_json(await self._ask("GET", f"calls/{call_id}/trace"))

    async def act(self, call_id: str, action: wire.Action) -> None:
        """Tell what the agent did on screen."""
        await self._ask("POST", f"calls/{call_id}/actions", action)

    async def wrap_up(self, call_id: str, wrapup: wire.Wrapup) -> None:
        """Submit the call summary."""
        await self._ask("POST", f"calls/{call_id}/wrapup", wrapup)

    async def draft(self, call_id: str, written: wire.Wrapup) -> None:
        """Keep a call summary that is being written."""
        await self._ask("PUT", f"calls/{call_id}/draft", written)

    async def drafted(self, call_id: str) -> wire.Wrapup:
        """What this person had written of the call's summary."""
        return wire.Wrapup.model_validate_json(await self._ask("GET", f"calls/{call_id}/draft"))

    async def model(self, call_id: str) -> wire.ModelAnswer:
        """The model answer of the call's scenario; instructors only."""
        answer = await self._ask("GET", f"calls/{call_id}/model")
        return wire.ModelAnswer.model_validate_json(answer)

    async def recording(self, call_id: str, *, shape: Literal["pcm16", "raw"] = "pcm16") -> bytes:
        """The recording as a two-channel WAV."""
        return await self._ask("GET", f"calls/{call_id}/recording", query={"as": shape})

    async def judge(self, call_id: str, verdict: wire.Verdict) -> None:
        """Put a verdict beside the automatic score; instructors only."""
        await self._ask("POST", f"calls/{call_id}/verdict", verdict)

    async def regrade(self, call_id: str) -> wire.Scorecard:
        """Grade again; instructors only."""
        answer = await self._ask("POST", f"calls/{call_id}/regrade")
        return wire.Scorecard.model_validate_json(answer)

    async def speech(
        self,
        text: str,
        call_id: str | None = None,
        *,
        lang: wire.Lang | None = None,
        voice: str | None = None,
    ) -> bytes:
        """The sound of a line as a WAV; raises SpeechLater when it follows after the call."""
        order = wire.SpeechOrder(text=text, lang=lang or self.lang, voice=voice, call_id=call_id)
        try:
            return await self._ask("POST", "speech", order)
        except DoorRefused as refused:
            if refused.status == 503:
                raise SpeechLater(str(refused), 503) from refused
            raise

    # ── the floor ────────────────────────────────────────────────────────────

    async def floor(self, *, reconnect: bool = False) -> AsyncIterator[wire.FloorEvent]:
        """Everything as it is, then every change.

        Without ``reconnect`` it ends with DoorLost; with it, it comes back by itself for ever and
        begins with everything again.
        """
        opened = connect(
            f"ws://{self.server}/api/floor",
            additional_headers={
                "Authorization": self._http.headers.get("Authorization", ""),
                "Accept-Language": self.lang,
            },
            proxy=None,
            max_queue=256,
        )
        if not reconnect:
            async for event in self._once(opened):
                yield event
            raise self._lost()
        async for socket in opened:
            try:
                async for message in socket:
                    yield _EVENTS.validate_json(message)
            except ConnectionClosed as closed:
                self._raise_refusal(closed)

    async def _once(self, opened: connect) -> AsyncIterator[wire.FloorEvent]:
        try:
            async with opened as socket:
                async for message in socket:
                    yield _EVENTS.validate_json(message)
        except ConnectionClosed as closed:
            self._raise_refusal(closed)
        except (OSError, WebSocketException) as error:
            raise self._lost() from error

    def _raise_refusal(self, closed: ConnectionClosed) -> None:
        codes = {_REFUSED: 401, _TAKEN: TAKEN}
        if closed.rcvd is not None and closed.rcvd.code in codes:
            raise DoorRefused(closed.rcvd.reason, codes[closed.rcvd.code]) from closed

    # ── calls that nobody takes ──────────────────────────────────────────────

    async def forwards(self) -> ForwardsState:
        """What the own desk wishes for calls it does not take."""
        return ForwardsState.model_validate_json(await self._ask("GET", "forwards"))

    async def forward(self, state: ForwardsState) -> ForwardsState:
        """Send the own desk's calls on."""
        return ForwardsState.model_validate_json(await self._ask("PUT", "forwards", state))

    async def messages(self) -> list[VoiceMessage]:
        """The voice messages of the own desk and its groups, the new ones first."""
        return await self._list(VoiceMessage, "messages")

    async def mark_message(self, message: str, mark: MessageMark) -> None:
        """A message was heard, or is to be saved or deleted."""
        await self._ask("POST", f"messages/{message}", mark)

    async def message_sound(self, message: str) -> bytes:
        """The message as WAV."""
        return await self._ask("GET", f"messages/{message}/sound")

    async def choose_pin(self, pin: str) -> None:
        """Choose the PIN of the own mailbox."""
        await self._ask("PUT", "mailbox", PinChange(pin=pin))
