"""Call control by WebSocket, ``/api/control``: orders in, answers and news out (SCH-14, SEA-24).

One who has logged in sends orders as JSON, each with an ``id`` of the sender's choosing, and gets one
``Done`` or ``Refused`` for each. ``Subscribe`` opens the news: everything the switchboard tells of the
own desk's calls, of the desks in one's charge, or of all for instructors. Every item of it has a number,
``seq``; who was cut off subscribes ``since`` the last one heard and misses nothing. Importable anywhere:
pydantic and the standard library only.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, Field

from classroom.door.entry import Reason, lines
from classroom.door.lines import LinesState
from classroom.door.wire import Duty, Part

Extension: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{1,8}$")]
Dialled: TypeAlias = Annotated[str, Field(pattern=r"^[0-9*#+]{1,32}$")]


class Order(Part):
    """What every order has."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    """The sender's own; the answer carries it."""


# ── the own desk ─────────────────────────────────────────────────────────────


class SetDuty(Order):
    """Choose off, ready or break (示忙 示闲 小休)."""

    do: Literal["duty"] = "duty"
    duty: Duty
    reason: Reason = ""


class EndWrapup(Order):
    """The summary is written; the desk is free."""

    do: Literal["end_wrapup"] = "end_wrapup"


class ExtendWrapup(Order):
    """More time for the summary, as far as the queue allows."""

    do: Literal["extend_wrapup"] = "extend_wrapup"
    seconds: float = Field(60.0, gt=0, le=3600)


class Hold(Order):
    """The far end hears music (保持)."""

    do: Literal["hold"] = "hold"


class Resume(Order):
    """Go on with the talk (恢复)."""

    do: Literal["resume"] = "resume"


class Mute(Order):
    """Nobody hears the desk, or everybody again (静音)."""

    do: Literal["mute"] = "mute"
    muted: bool = True


class HangUp(Order):
    """Put the handset down (挂机)."""

    do: Literal["hang_up"] = "hang_up"


class Transfer(Order):
    """Send the call on in a single step (单步转移)."""

    do: Literal["transfer"] = "transfer"
    number: Dialled


class Consult(Order):
    """Ask somebody aside; the customer hears music (咨询)."""

    do: Literal["consult"] = "consult"
    number: Dialled


class CancelConsult(Order):
    """Let the consulted go and turn back (取消咨询)."""

    do: Literal["cancel_consult"] = "cancel_consult"


class Toggle(Order):
    """Turn from the customer to the consulted, or back (切换)."""

    do: Literal["toggle"] = "toggle"


class CompleteTransfer(Order):
    """Hand the customer over to the consulted (转移)."""

    do: Literal["complete_transfer"] = "complete_transfer"


class ThreeWay(Order):
    """Customer, agent and consulted talk to each other (三方通话)."""

    do: Literal["three_way"] = "three_way"


class Dial(Order):
    """Ring the own telephone; when it is lifted, call this number (拨号)."""

    do: Literal["dial"] = "dial"
    number: Dialled


class SendText(Order):
    """Send a short message to a mobile telephone; ``text_sent`` tells what became of it (发短信)."""

    do: Literal["send_text"] = "send_text"
    number: Dialled
    text: Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(lines)]
    ref: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,32}$")] = ""
    """Your own name for it, told with its news."""


class Redial(Order):
    """Ring the own telephone, then call once more what the desk dialled last (重拨)."""

    do: Literal["redial"] = "redial"


class WorkOutside(Order):
    """Take calls at the own telephone outside that the house set, or at the desk again (移动坐席)."""

    do: Literal["work_outside"] = "work_outside"
    outside: bool = True


class Park(Order):
    """Let the call wait in a slot for anybody to fetch; empty is the first free one (停放)."""

    do: Literal["park"] = "park"
    slot: Annotated[str, Field(pattern=r"^[0-9*#]{0,8}$")] = ""


class Retrieve(Order):
    """Ring the own telephone for the call in a slot (取回)."""

    do: Literal["retrieve"] = "retrieve"
    slot: Annotated[str, Field(pattern=r"^[0-9*#]{1,8}$")]


class PickUp(Order):
    """Take a call that rings at another desk, or anywhere in the own group (代接)."""

    do: Literal["pick_up"] = "pick_up"
    at: Extension | None = None


class StartRecording(Order):
    """Record the talk from now on (录音)."""

    do: Literal["start_recording"] = "start_recording"


class StopRecording(Order):
    """Record the talk no more (停止录音)."""

    do: Literal["stop_recording"] = "stop_recording"


class PauseRecording(Order):
    """Let the recording hold silence while a card number is said, or end that (暂停录音)."""

    do: Literal["pause_recording"] = "pause_recording"
    paused: bool = True


class Rate(Order):
    """Leave the customer to the rating; the own part of the call is over (评分)."""

    do: Literal["rate"] = "rate"


# ── over a desk in one's charge ──────────────────────────────────────────────


class Listen(Order):
    """Hear a desk's call; nobody hears you (监听)."""

    do: Literal["listen"] = "listen"
    extension: Extension


class Whisper(Order):
    """Only the agent hears you (密语)."""

    do: Literal["whisper"] = "whisper"
    extension: Extension


class Barge(Order):
    """Everybody hears you (强插)."""

    do: Literal["barge"] = "barge"
    extension: Extension


class StopSupervising(Order):
    """Leave the supervised call; it goes on."""

    do: Literal["stop_supervising"] = "stop_supervising"


class Intercept(Order):
    """Take the call over (拦截)."""

    do: Literal["intercept"] = "intercept"
    extension: Extension


class AnswerFor(Order):
    """Take the call that rings at a desk (代答)."""

    do: Literal["answer_for"] = "answer_for"
    extension: Extension


class ForceRelease(Order):
    """End a desk's call on both sides (强拆)."""

    do: Literal["force_release"] = "force_release"
    extension: Extension


class ForceTransfer(Order):
    """Send a desk's customer on; the customer dials nothing again (强转)."""

    do: Literal["force_transfer"] = "force_transfer"
    extension: Extension
    number: Dialled


# ── conferences, for instructors ─────────────────────────────────────────────

ConferenceName: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]


class ConferenceOrder(Order):
    """What every order about a conference has."""

    name: ConferenceName


class OpenConference(ConferenceOrder):
    """Open a conference of this number (召开会议)."""

    do: Literal["open_conference"] = "open_conference"
    record: bool = True


class Invite(ConferenceOrder):
    """Ring somebody for the conference (邀请)."""

    do: Literal["invite"] = "invite"
    number: Dialled


class Kick(ConferenceOrder):
    """Put a member out, or take an invitation back (请出)."""

    do: Literal["kick"] = "kick"
    number: Dialled


class MuteMember(ConferenceOrder):
    """Nobody hears a member, or everybody again (禁言)."""

    do: Literal["mute_member"] = "mute_member"
    number: Dialled
    muted: bool = True


class LockConference(ConferenceOrder):
    """Nobody steps in uninvited, or everybody again (锁定)."""

    do: Literal["lock_conference"] = "lock_conference"
    locked: bool = True


class EndConference(ConferenceOrder):
    """Send everybody home (结束会议)."""

    do: Literal["end_conference"] = "end_conference"


# ── the news ─────────────────────────────────────────────────────────────────


class Subscribe(Order):
    """Hear the news; ``events`` names those wanted, none means all.

    With ``since`` what came after that number is told first; where it is no longer known, ``Missed``.
    """

    do: Literal["subscribe"] = "subscribe"
    events: list[str] = Field(default_factory=list)
    own: bool = False
    """Only of the own desk, not of those in one's charge."""
    since: int | None = None
    """The ``seq`` last heard, before the connection was lost."""


class Unsubscribe(Order):
    """Hear no more news."""

    do: Literal["unsubscribe"] = "unsubscribe"


AnyOrder: TypeAlias = Annotated[
    SetDuty | EndWrapup | ExtendWrapup | Hold | Resume | Mute | HangUp | Transfer | Consult
    | CancelConsult | Toggle | CompleteTransfer | ThreeWay | Dial | Redial | Park | Retrieve | PickUp
    | SendText | WorkOutside | StartRecording | StopRecording | PauseRecording | Rate
    | Listen | Whisper | Barge | StopSupervising | Intercept | AnswerFor | ForceRelease
    | ForceTransfer
    | OpenConference | Invite | Kick | MuteMember | LockConference | EndConference
    | Subscribe | Unsubscribe,
    Field(discriminator="do"),
]  # fmt: skip


# ── what comes back ──────────────────────────────────────────────────────────


class Done(Part):
    """The order was carried out."""

    type: Literal["done"] = "done"
    id: str
    seq: int = 0
    """After ``Subscribe``: the number of the news before which nothing was missed."""


class Refused(Part):
    """The order was not carried out; ``problem`` says what to do in the asker's language."""

    type: Literal["refused"] = "refused"
    id: str
    code: str
    problem: str


STANDING = "standing"
"""What is going on in the own call: told at once to a ``Subscribe`` that names it."""


class News(Part):
    """Something happened on the switchboard; ``at`` in ``fields`` is its monotonic clock."""

    type: Literal["news"] = "news"
    seq: int = 0
    """Its number: they rise, with gaps where others are told, and a new start of the server goes on above."""
    event: str
    """The event's name: ``desk_offered``, ``desk_answered``, ``call_ended`` …"""
    queue_log: str = ""
    """Its name for report tools, where it has one: CONNECT, ABANDON …"""
    fields: dict[str, Any]


class Missed(Part):
    """Not all news since then are kept; begin anew from what is now: ``lines``, and ``standing``, next."""

    type: Literal["missed"] = "missed"
    seq: int
    """The number of the latest news."""
    problem: str
    """What to do, in the asker's language."""
    lines: LinesState | None = None
    """The switchboard at this moment; for instructors."""


Answer: TypeAlias = Annotated[Done | Refused | News | Missed, Field(discriminator="type")]
