"""Leaving a voice message: the announcement, the tone, the words, and what ends them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from telephony.machine import Machine
from telephony.media.control import RecordingBroken, RecordingClosed, Watch
from telephony.pbx import waiting
from telephony.pbx.alarms import alarm
from telephony.pbx.dialplan import saying_flow
from telephony.pbx.mail_events import BoxOpened, MessageDropped, MessageLeft
from telephony.pbx.mailbox import BoxPlan, Message
from telephony.pbx.stages import Stage, Turn

if TYPE_CHECKING:
    from telephony.pbx.call import Call
    from telephony.pbx.works import Works

LEAST: Final = 1.0
"""Shorter messages are none."""
PATIENCE: Final = 8.0
"""Who has said nothing by then after the tone leaves no message."""


class Phase(Enum):
    """How far a caller has come."""

    GREETING = "greeting"
    SPEAKING = "speaking"
    THANKED = "thanked"


class Happens(Enum):
    """What can happen on the way."""

    BEEP = "beep"
    END = "end"


LEAVING: Final = Machine(
    "leaving a message",
    Phase.GREETING,
    {
        (Phase.GREETING, Happens.BEEP): Phase.SPEAKING,
        (Phase.SPEAKING, Happens.END): Phase.THANKED,
    },
)


@dataclass(slots=True)
class Leaving:
    """One caller leaving one message."""

    box: BoxPlan
    phase: Phase = LEAVING.first
    skipped: bool = False
    """The announcement was cut short by a key; the tone alone still comes."""
    recording: str = ""
    began: float = 0.0
    """When the tone had sounded."""

    def played(self, call: Call, now: float) -> None:
        """Go on after the announcement, or after the thanks."""
        if self.phase is Phase.GREETING:
            begin(call, self, now)
        elif self.phase is Phase.THANKED:
            call.end("message_left", "caller", now)

    def pressed(self, call: Call, key: str, now: float) -> None:
        """A key cuts the announcement short; # ends the message."""
        if self.phase is Phase.GREETING and not self.skipped:
            self.skipped = True
            if not call.sound.tell(("voicemail.beep",), now):
                begin(call, self, now)
        elif self.phase is Phase.SPEAKING and key == "#":
            finish(call, self, now)

    def due(self, call: Call, now: float) -> None:
        """The longest message, or so much silence, is over."""
        if self.phase is Phase.SPEAKING:
            finish(call, self, now)

    def spoke(self, call: Call, speaking: bool, now: float) -> None:
        """The caller began to speak, or fell silent."""
        if self.phase is not Phase.SPEAKING:
            return
        if speaking:
            if draft := call.works.drafts.get(self.recording):  # A full disk has ended it.
                draft.spoken = True
            call.sleep("hush")
        else:
            call.wake("hush", now + self.box.silence)

    def hung_up(self, call: Call, now: float) -> None:
        """Nothing is to be done: the recording ends with the call."""


@dataclass(slots=True)
class Draft:
    """A message whose file is not whole yet."""

    call: str
    message: Message
    spoken: bool = False


Drafts: TypeAlias = "dict[str, Draft]"


def enter(call: Call, name: str, now: float) -> bool:
    """Lead a caller to a mailbox; False: there is none, or it is full and a flow knows better than to end."""
    works = call.works
    box = works.plan.box(name)
    if box is None or works.plan.message_path(name, call.id) is None:
        return False
    if len(works.mail.of(name)) >= box.most:
        call.emit(alarm(now, "mailbox_full", call.id, box=name))
        return full(call, now)
    call.withdraw(now)
    answer(call, now)
    call.mail = Leaving(box)
    call.emit(BoxOpened(now, call.id, name, leaving=True))
    if not call.sound.tell((*box.greeting, "voicemail.beep"), now):
        begin(call, call.mail, now)
    return True


def full(call: Call, now: float) -> bool:
    """Tell a caller whom no flow waits for that the mailbox takes no more; False: one waits."""
    if call.comes_back is not None:
        return False
    call.withdraw(now)
    answer(call, now)
    waiting.begin(call, saying_flow("mailbox full", ("voicemail.full",)), now)
    return True


def answer(call: Call, now: float) -> None:
    """Take the caller out of wherever it waits."""
    if call.stage in (Stage.DIALLING, Stage.QUEUED, Stage.OFFERED):
        call.turn(Turn.GIVE_UP)
    elif call.stage is not Stage.FLOW:
        call.turn(Turn.ENTER)
    call.visit = None
    if not call.caller.answered:
        call.works.legs.answer(call.caller, now)


def begin(call: Call, leaving: Leaving, now: float) -> None:
    """The tone has sounded: record."""
    works, box = call.works, leaving.box
    path = works.plan.message_path(box.name, call.id)
    assert path is not None
    leaving.phase = LEAVING.step(leaving.phase, Happens.BEEP)
    leaving.recording, leaving.began = f"{call.id}/mail", now
    left = works.wall(now).timestamp()
    message = Message(call.id, box.name, call.source.caller, left, path, 0.0)
    works.drafts[leaving.recording] = Draft(call.id, message)
    call.sound.stop_recording(now)
    call.sound.record(path, now, leaving.recording)
    works.media.send(Watch(call.caller.name))
    call.wake("mail", now + box.longest)
    call.wake("hush", now + max(PATIENCE, box.silence))


def finish(call: Call, leaving: Leaving, now: float) -> None:
    """The message is over: thank, or say that there was none, and hang up."""
    draft = call.works.drafts.get(leaving.recording)
    dropped = draft is not None and (not draft.spoken or now - leaving.began < LEAST)
    leaving.phase = LEAVING.step(leaving.phase, Happens.END)
    call.sleep("mail")
    call.sleep("hush")
    call.sound.stop_recording(now)
    if not call.sound.tell(("voicemail.nothing" if dropped else "voicemail.thanks",), now):
        call.end("message_left", "caller", now)


def closed(works: Works, event: RecordingClosed | RecordingBroken, now: float) -> bool:
    """A file is whole: keep the message, or drop it when nobody spoke; False: it is no message."""
    draft = works.drafts.pop(event.recording, None)
    if draft is None:
        return False
    if not draft.spoken or event.seconds < LEAST:
        works.emit(MessageDropped(now, draft.call, event.path))
        return True
    told = draft.message
    message = Message(told.id, told.box, told.caller, told.left, told.path, event.seconds)
    works.mail.keep(message)
    works.emit(MessageLeft(now, draft.call, message))
    works.show_waiting(message.box, now)
    return True


def nobody(call: Call, now: float) -> None:
    """There is no such box: say sorry and hang up."""
    answer(call, now)
    waiting.come_back(call, now, ("queue.gave_up",))
