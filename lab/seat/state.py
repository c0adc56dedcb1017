"""What a seat knows at one moment: fed by the floor and the telephone, drawn by the screen."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from classroom.door.customers import CustomerPage, CustomerShown
from classroom.door.letters import LettersWaiting
from classroom.door.wire import (
    Activity,
    Briefing,
    CallCard,
    Caption,
    CardPopped,
    DeskChanged,
    DeskState,
    Duty,
    FloorEvent,
    Graded,
    Scorecard,
    ScriptStep,
    StepsChanged,
)
from lab.seat.company import Company
from lab.words import Advice


class Pane(enum.Enum):
    """What the middle of the screen shows."""

    BRIEFING = "briefing"
    """Between calls: what the next one will be judged by."""
    RINGING = "ringing"
    """The card has popped."""
    TALK = "talk"
    """In a call."""
    WRAPUP = "wrapup"
    """The call summary is due."""
    RESULT = "result"
    """The scorecard of the call just ended."""


@dataclass(slots=True)
class Spoken:
    """One utterance on the screen."""

    who: str
    text: str
    at: float | None = None
    """Seconds since answer; none until the server has heard it."""
    speaking: bool = False
    note: str = ""
    """A key of the section ``talk``: why the line differs from what was sent."""
    aside: bool = False
    """Said to whom the agent asked, not to the customer."""


@dataclass(slots=True)
class SeatState:
    """Everything the seat's screen shows."""

    name: str = ""
    extension: str = ""
    duty: Duty = "off"
    reason: str = ""
    rest: bool = False
    """The reason counts as break (小休), as the school says."""
    lock_due: bool = False
    """The reason is confirmed; the screen locks as soon as no call is in progress."""
    locked: bool = False
    activity: Activity = "idle"
    began: float = 0.0
    """When duty or activity last changed, on the seat's clock."""
    registered: bool = False
    mobile: bool = False
    """The own calls ring at a telephone outside."""
    telephone_trouble: str = ""
    sound_trouble: str = ""
    sound_card: bool | None = None
    """Whether the agent hears and speaks; None until the telephone knows."""
    connected: bool = True
    outage: str = ""
    """What the server's outage cost, a key of the section ``outage``; until the agent goes on."""
    briefing: Briefing | None = None
    card: CallCard | None = None
    caller: str = ""
    """The number that the telephone shows."""
    conference: str = ""
    """The conference that the telephone was rung for."""
    has_call: bool = False
    """The telephone has a call, ringing or answered."""
    answered_at: float | None = None
    held_at: float | None = None
    muted: bool = False
    company: Company = field(default_factory=Company)
    """Who else is in the call."""
    talk: list[Spoken] = field(default_factory=list)
    steps: list[ScriptStep] = field(default_factory=list)
    wrap_began: float = 0.0
    wrap_until: float | None = None
    """When wrap-up ends by itself, on the seat's clock."""
    letters: int = 0
    """Mails and faxes that wait for any desk."""
    letter: int | None = None
    """The letter that this desk has."""
    letter_drafts: dict[int, str] = field(default_factory=dict)
    """Answers that are being written."""
    letter_faxes: dict[int, dict[str, str]] = field(default_factory=dict)
    """By what those of them that are faxes are to leave."""
    new_messages: int = 0
    """Voice messages that nobody has heard."""
    scorecard: Scorecard | None = None
    result_of: str | None = None
    """The call whose scorecard is shown or awaited."""
    advice: Advice | None = None
    """What else can be done here, told between calls by who opened the seat."""
    customer: CustomerPage | None = None
    """Who is in the call, once the server has looked it up."""
    editing: bool = False
    """The customer's record is being changed."""
    record_opened: bool = False
    card_spent: bool = False
    """The card belongs to a call that is over."""
    card_again: bool = False
    """The card came once more in mid-call: the call leaves this telephone and rings at it again."""
    handed_in: str | None = None
    """The call whose summary is handed in; the server may not know it yet."""

    @property
    def pane(self) -> Pane:
        """Which pane is due."""
        if self.activity == "wrapping":
            return Pane.WRAPUP
        if self.answered_at is not None or self.activity in ("talking", "holding"):
            return Pane.TALK
        if self.has_call or self.activity == "offered":
            return Pane.RINGING
        return Pane.RESULT if self.result_of else Pane.BRIEFING

    @property
    def between(self) -> bool:
        """Whether no call and no summary is in progress."""
        return self.pane in (Pane.BRIEFING, Pane.RESULT)

    @property
    def post(self) -> bool:
        """Whether a letter waits, or lies at this desk."""
        return bool(self.letters or self.letter)

    @property
    def live(self) -> bool:
        """Whether a real customer is on the line."""
        return self.card is not None and self.card.line == "live"

    @property
    def outward(self) -> bool:
        """Whether the card is of somebody whom this seat called."""
        return self.card is not None and self.card.caller == self.extension

    @property
    def silenced(self) -> str:
        """Why nobody would hear a line now: a key of the section ``entry``, or nothing.

        Aside, whoever is consulted hears it.
        """
        if self.held and not self.company.aside:
            return "on_hold"
        return "muted" if self.muted else ""

    @property
    def record(self) -> dict[str, str]:
        """What is known of the customer at this moment."""
        if self.customer is not None:
            return self.customer.record
        return self.card.record if self.card else {}

    @property
    def stranded(self) -> bool:
        """Whether the own call is at a telephone that died with an earlier seat."""
        return self.answered_at is not None and not self.has_call and not self.mobile

    @property
    def held(self) -> bool:
        """Whether the customer hears music."""
        return self.held_at is not None

    def take(self, event: FloorEvent, now: float) -> bool:
        """Let one event of the floor in; tell whether it changed anything here."""
        match event:
            case DeskChanged(desk=desk, at=at) if desk.extension == self.extension:
                self._desk(desk, now, max(0.0, at - desk.since) if at else 0.0)
            case CardPopped(extension=extension, card=card) if extension == self.extension:
                self._pop(card)
            case CustomerShown(call_id=call_id, extension=extension, page=page) if (
                extension == self.extension and self._is_mine(call_id)
            ):
                self.customer = page
            case Caption(call_id=call_id) if self._is_mine(call_id):
                self._hear(event)
            case StepsChanged(call_id=call_id, steps=steps) if self._is_mine(call_id):
                self.steps = steps
            case Graded(call_id=call_id, scorecard=scorecard) if call_id == self.result_of:
                self.scorecard = scorecard
            case LettersWaiting(waiting=waiting):
                self.letters = waiting
            case _:
                return False
        return True

    def rang(self, caller: str, conference: str = "") -> None:
        """The telephone rings."""
        self.has_call, self.caller, self.outage = True, caller, ""
        self.conference = conference
        if self.card_spent:
            self.card = self.customer = None
            self.steps = []
        if self.card is None:
            self.talk = []
        self.muted, self.handed_in = False, None
        self.company = self.company.begun()

    def answered(self, now: float) -> None:
        """The agent took the call."""
        self.answered_at, self.held_at = now, None
        self.result_of, self.scorecard = None, None

    def over(self) -> None:
        """The telephone's call has ended; the server says what comes next."""
        self.has_call, self.caller, self.card_spent = False, "", not self.card_again
        self.conference, self.card_again = "", False
        self.answered_at, self.held_at, self.muted = None, None, False
        self.company = Company()

    def says(self, text: str, now: float, note: str = "") -> Spoken:
        """The agent's line, before the server has heard it; to a colleague, no server tells its time."""
        aside = self.company.aside
        inside = (self.card is None or aside) and self.answered_at is not None
        at = now - (self.answered_at or now) if inside else None
        line = Spoken("agent", text, at, note=note, aside=aside)
        self.talk.append(line)
        return line

    def reads(self, text: str, now: float) -> None:
        """A colleague at the other end typed a line."""
        at = now - self.answered_at if self.answered_at is not None else None
        self.talk.append(Spoken("colleague", text, at))

    def submitted(self) -> None:
        """The call summary is in; the scorecard is awaited, where the call has a scenario to judge it by."""
        self.result_of = self.card.call_id if self.card and self.card.scenario else None
        self.handed_in = self.card.call_id if self.card else None
        self.wrap_until = None

    def _is_mine(self, call_id: str) -> bool:
        return self.card is not None and self.card.call_id == call_id

    def _desk(self, desk: DeskState, now: float, age: float) -> None:
        if (desk.duty, desk.activity) != (self.duty, self.activity):
            self.began = now
        was, self.activity = self.activity, desk.activity
        self.duty, self.reason, self.rest = desk.duty, desk.reason, desk.rest
        self.mobile = desk.mobile
        if desk.activity == "wrapping" and desk.call_id and desk.call_id == self.handed_in:
            self.activity = "idle"
        elif desk.activity == "wrapping":
            self._wrap_up(desk, now - age, begins=was != "wrapping")
        if was == "wrapping" and desk.activity != "wrapping" and self.result_of is None:
            self.submitted()
        if desk.activity == "holding" and self.held_at is None:
            self.held_at = now
        elif desk.activity == "talking" and was == "holding":
            self.held_at = None
        if desk.activity == "talking" and self.answered_at is None:
            self.answered_at = now
        elif desk.activity == "idle" and self.answered_at is not None and not self.has_call:
            self.over()  # no telephone here tells of the end

    def _wrap_up(self, desk: DeskState, began: float, *, begins: bool) -> None:
        """A seat that was started anew goes on with the time that is left."""
        if begins:
            self._begin_wrapup(began)
        if desk.until is not None:
            self.wrap_until = self.wrap_began + (desk.until - desk.since)

    def _begin_wrapup(self, began: float) -> None:
        self.over()
        self.wrap_began = began
        self.result_of, self.scorecard = None, None
        seconds = self.card.wrap_seconds if self.card else 0.0
        self.wrap_until = began + seconds if seconds > 0 else None

    def _pop(self, card: CallCard) -> None:
        if self.card is None or self.card.call_id != card.call_id:
            self.customer, self.editing = None, False
            self.talk, self.record_opened = [], False
        elif self.answered_at is not None and not self.card_spent:
            self.card_again = True
        self.card, self.steps, self.card_spent = card, card.steps, False
        if self.activity != "wrapping":
            self.wrap_until = None

    def _hear(self, caption: Caption) -> None:
        for line in self.talk:
            same_moment = line.at == caption.at and line.who == caption.who
            awaited = line.at is None and line.who == caption.who and line.text == caption.text
            if same_moment or awaited:
                line.at, line.text, line.speaking = caption.at, caption.text, caption.speaking
                return
        self.talk.append(Spoken(caption.who, caption.text, caption.at, caption.speaking))
