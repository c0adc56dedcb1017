"""What the screens ask of the server; ``connect`` gives the real one, tests bring their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from classroom.door.answering_wire import ForwardsState, MessageMark, VoiceMessage
from classroom.door.control import Missed, News, Order
from classroom.door.customers import Customer, CustomerEdit, CustomerPage, LetterState
from classroom.door.flow_wire import FlowEdit, FlowPage, FlowRow, FlowSound, FlowVariables
from classroom.door.letters import LetterAnswer, LetterBrief, LetterEnd, LetterPage, Sent
from classroom.door.lines import ConferenceTape, LinesState
from classroom.door.queues import QueueState
from classroom.door.seats import ANY_CALL, CallWish, RecentCall, SeatRules
from classroom.door.wire import (
    Action,
    Briefing,
    CallRecord,
    CallSummary,
    DeskState,
    Duty,
    FloorEvent,
    Health,
    Lang,
    LessonOrder,
    LessonState,
    Session,
    Verdict,
    Wrapup,
)


class Door(Protocol):
    """One person's way into the server.

    Every method raises ``Refused`` when the server says no and ``ServerLost`` when it cannot be
    reached.
    """

    async def login(self, login: str, password: str) -> Session:
        """Come in; ``Refused`` with status 401 on a wrong password."""

    async def consent(self) -> None:
        """Agree to the notice."""

    async def close(self) -> None:
        """Leave."""

    async def seat_rules(self) -> SeatRules:
        """The reasons for being not ready, and whether the screen locks with them."""

    def floor(self) -> AsyncIterator[FloorEvent]:
        """Everything that happens from now on; ends with ``ServerLost``."""


class Controls(Protocol):
    """One person's hand on the switchboard; ``Refused`` and ``ServerLost`` as at the door."""

    async def do(self, order: type[Order], **values: Any) -> None:
        """Carry out one order."""

    def news(self, *events: str, own: bool = False) -> AsyncIterator[News | Missed]:
        """What happens on the switchboard, until the connection ends."""

    async def close(self) -> None:
        """Let go."""


class SummaryDoor(Protocol):
    """What whoever had a call asks for its summary."""

    async def wrap_up(self, call_id: str, wrapup: Wrapup) -> None:
        """Submit the call summary."""

    async def draft(self, call_id: str, written: Wrapup) -> None:
        """Keep a call summary that is being written."""

    async def drafted(self, call_id: str) -> Wrapup:
        """What this agent had written of the call's summary."""


class SeatDoor(Door, SummaryDoor, Protocol):
    """What a student's seat asks."""

    async def sit(self, *, again: bool = False) -> None:
        """Be the one seat of this log-in; ``Refused`` with status ``TAKEN`` where another one is."""

    async def desk(self, duty: Duty, reason: str = "") -> DeskState:
        """Set the duty."""

    async def unlock(self, password: str) -> None:
        """Prove that the agent is back; ``Refused`` with status 403 on a wrong password."""

    async def calls(
        self, *, limit: int = 100, before: float | None = None, which: CallWish = ANY_CALL
    ) -> Sequence[CallSummary]:
        """The own calls that fit, the newest first."""

    async def recents(self) -> Sequence[RecentCall]:
        """What the own telephone dialled, answered and missed last, the newest first."""

    async def forwards(self) -> ForwardsState:
        """What the own desk wishes for calls it does not take."""

    async def forward(self, state: ForwardsState) -> ForwardsState:
        """Send the own desk's calls on."""

    async def messages(self) -> Sequence[VoiceMessage]:
        """The voice messages of the own desk and its groups, the new ones first."""

    async def mark_message(self, message: str, mark: MessageMark) -> None:
        """A message was heard, or is to be saved or deleted."""

    async def message_sound(self, message: str) -> bytes:
        """The message as WAV."""

    async def more_wrapup(self, seconds: float = 60.0) -> DeskState:
        """More time for the summary, as far as the queue allows."""

    async def briefing(self) -> Briefing | None:
        """What the next call will be judged by; none while no lesson is on."""

    async def act(self, call_id: str, action: Action) -> None:
        """Tell what the agent did on screen."""

    async def call(self, call_id: str) -> CallRecord:
        """One call, whole."""

    async def customer(self, call_id: str) -> CustomerPage:
        """The customer of a running call: the record, and the last calls with this number."""

    async def edit_customer(self, call_id: str, edit: CustomerEdit) -> CustomerPage:
        """Change it on the spot; ``Refused`` with status 409 where somebody else did in between."""

    async def letters(self) -> Sequence[LetterBrief]:
        """The line of letters in its order, then the own ones that are done."""

    async def next_letter(self) -> LetterPage:
        """The own letter, or the next of the line; ``Refused`` unless ready, or where none waits."""

    async def letter(self, letter: int) -> LetterPage:
        """One letter, whole."""

    async def answer_letter(self, letter: int, answer: LetterAnswer) -> LetterPage:
        """Answer it; ``Refused`` with status 409 where somebody else has it by now."""

    async def return_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Give it back to the line."""

    async def close_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Be done with it without an answer."""

    async def speech(
        self, text: str, call_id: str | None = None, *, lang: Lang | None = None
    ) -> bytes:
        """The sound of a line as a WAV; ``SoundLater`` when it follows after the call."""


class FlowDoor(Protocol):
    """What the editor of flows asks."""

    async def flows(self) -> list[FlowRow]:
        """Every flow."""

    async def flow(self, name: str) -> FlowPage:
        """One flow, as a text and as a tree of forms."""

    async def edit_flow(self, name: str, change: FlowEdit) -> FlowPage:
        """Change one part of a draft; nothing is saved."""

    async def new_flow(self, name: str, title: str) -> FlowPage:
        """Draft a new flow; nothing is saved."""

    async def store_variables(self, name: str, change: FlowVariables) -> FlowPage:
        """Store all the variables of a draft; nothing is saved."""

    async def upload_sound(self, name: str, prompt: str, data: bytes) -> FlowSound:
        """Send the recording of a prompt; the answer names the file that the prompt is to say."""

    async def delete_flow(self, name: str) -> None:
        """Take a flow of the school's own away."""

    async def put_flow(self, name: str, text: str, version: str | None = None) -> FlowPage:
        """Check a flow and put it live; where it has problems nothing is saved.

        With the ``version`` it began from: refused (409) where others saved it meanwhile.
        """

    async def try_flow(self, name: str) -> FlowRow:
        """Make a flow ready to be tried; the row says which number a seat dials."""


class CustomersDoor(Protocol):
    """What the page of customers' records asks."""

    async def customers(
        self, find: str = "", *, played: bool = False, limit: int = 100, after: str = ""
    ) -> Sequence[Customer]:
        """The records in which every word stands."""

    async def change_customer(self, customer: int, edit: CustomerEdit) -> Customer:
        """Change a record; ``Refused`` with status 409 where somebody else did in between."""


class LettersDoor(Protocol):
    """What the console's page of letters asks."""

    async def letters(
        self, *, state: LetterState | None = None, find: str = "", limit: int = 100, after: int = 0
    ) -> Sequence[LetterBrief]:
        """The line of letters in its order, then the done ones."""

    async def letter(self, letter: int) -> LetterPage:
        """One letter, whole."""

    async def return_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Give it back to the line."""

    async def close_letter(self, letter: int, end: LetterEnd) -> LetterPage:
        """Be done with it without an answer."""

    async def letters_out(self, receiver: str = "", limit: int = 100) -> Sequence[Sent]:
        """The out-box, the newest first."""


class ConsoleDoor(Door, SummaryDoor, FlowDoor, CustomersDoor, LettersDoor, Protocol):
    """What an instructor's console asks."""

    async def desks(self) -> Sequence[DeskState]:
        """Every desk."""

    async def lines(self) -> LinesState:
        """Channels in use, callers who wait, conferences."""

    async def queues(self) -> Sequence[QueueState]:
        """How each queue serves."""

    async def calls(self) -> Sequence[CallSummary]:
        """The calls, latest first."""

    async def call(self, call_id: str) -> CallRecord:
        """One call, whole."""

    async def conferences(self) -> Sequence[ConferenceTape]:
        """Recordings of conferences that are over, the latest first."""

    async def conference_recording(self, tape: str) -> bytes:
        """One of them as a two-channel WAV."""

    async def recording(self, call_id: str) -> bytes:
        """The recording as a two-channel WAV."""

    async def judge(self, call_id: str, verdict: Verdict) -> None:
        """Put a verdict beside the automatic score."""

    async def health(self) -> Health:
        """How the server is, with its alarms."""

    async def scenarios(self) -> Sequence[tuple[str, str, str]]:
        """Every scenario as id, title, language."""

    async def lessons(self) -> Sequence[LessonState]:
        """The lessons, latest first."""

    async def start_lesson(self, order: LessonOrder) -> LessonState:
        """Let customers call."""

    async def stop_lesson(self, lesson: int) -> LessonState:
        """No new calls; those under way go on."""
