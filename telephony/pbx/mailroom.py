"""Listening to one's messages by telephone: the PIN, then each message with keys for what becomes of it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from telephony.machine import Machine
from telephony.pbx import voicemail
from telephony.pbx.mail_events import BoxOpened, MessageChanged
from telephony.pbx.mailbox import BoxPlan, Message, State

if TYPE_CHECKING:
    from telephony.pbx.call import Call
    from telephony.pbx.works import Works

KEY_SECONDS: Final = 10.0
TRIES: Final = 3
MOST_COUNTED: Final = 5
"""Larger numbers of messages are spoken as this."""


class Phase(Enum):
    """Where the listener is."""

    PIN = "pin"
    HEARING = "hearing"
    """A message and the keys are told, or a key is waited for."""
    LEAVING = "leaving"


class Happens(Enum):
    """What can happen to a listener."""

    KNOWN = "known"
    END = "end"


LISTENING: Final = Machine(
    "listening to messages",
    Phase.PIN,
    {
        (Phase.PIN, Happens.KNOWN): Phase.HEARING,
        (Phase.PIN, Happens.END): Phase.LEAVING,
        (Phase.HEARING, Happens.END): Phase.LEAVING,
    },
)


@dataclass(slots=True)
class Listening:
    """Somebody who hears the own messages and the groups' at the telephone."""

    extension: str
    box: BoxPlan
    """The own box, whose PIN is asked for."""
    phase: Phase = LISTENING.first
    typed: str = ""
    tries: int = 0
    left: list[Message] = field(default_factory=list)
    """Not told yet; the first is the one that is being heard."""

    def played(self, call: Call, now: float) -> None:
        """Everything asked for was told: wait for a key, or hang up."""
        if self.phase is Phase.LEAVING:
            call.end("listened", "caller", now)
            return
        if self.phase is Phase.HEARING:
            mark(call.works, self.left[0], "heard", now)
        call.wake("mail", now + KEY_SECONDS)

    def pressed(self, call: Call, key: str, now: float) -> None:
        """Take a key."""
        call.sleep("mail")
        if self.phase is Phase.PIN:
            self._typed(call, key, now)
        elif self.phase is Phase.HEARING:
            self._chose(call, key, now)

    def due(self, call: Call, now: float) -> None:
        """Nobody presses a key."""
        if self.phase is Phase.PIN:
            self._typed(call, "#", now)
        elif self.phase is Phase.HEARING:
            self.tries += 1
            self._tell(call, (), now) if self.tries < TRIES else self._leave(call, now)

    def spoke(self, call: Call, speaking: bool, now: float) -> None:
        """Words are of no use here."""

    def hung_up(self, call: Call, now: float) -> None:
        """Nothing is to be done: what was chosen is done already."""

    def _typed(self, call: Call, key: str, now: float) -> None:
        if key != "#" and len(self.typed) < len(self.box.pin):
            self.typed += key
        if key != "#" and len(self.typed) < len(self.box.pin):
            call.sound.hush(now)
            call.wake("mail", now + KEY_SECONDS)
            return
        typed, self.typed = self.typed, ""
        if hmac.compare_digest(typed.encode(), self.box.pin.encode()):
            self.known(call, now)
            return
        self.tries += 1
        if self.tries >= TRIES:
            self._leave(call, now, "voicemail.wrong_pin")
        else:
            self._say(call, ("voicemail.wrong_pin", "voicemail.pin"), now)

    def known(self, call: Call, now: float) -> None:
        """The box is its owner's: tell how many messages there are, then the first."""
        self.phase, self.tries = LISTENING.step(self.phase, Happens.KNOWN), 0
        works = call.works
        self.left = works.mail.of(*works.plan.boxes_of(self.extension))
        new, old = works.messages(self.extension)
        counts = tuple(
            f"voicemail.{what}.{min(MOST_COUNTED, count)}"
            for what, count in (("new", new), ("old", old))
            if count
        )
        if self.left:
            self._tell(call, counts, now)
        else:
            self._leave(call, now, "voicemail.none")

    def _chose(self, call: Call, key: str, now: float) -> None:
        """1 again, 2 save, 3 delete, # next, * enough."""
        self.tries = 0
        if key == "*":
            return self._leave(call, now)
        if key == "1":
            return self._tell(call, (), now)  # the next one where this one was deleted meanwhile
        if state := STATES.get(key):
            mark(call.works, self.left[0], state, now)
        elif key != "#":
            return self._say(call, ("voicemail.keys",), now)
        del self.left[0]
        return self._tell(call, (), now)

    def _tell(self, call: Call, before: tuple[str, ...], now: float) -> None:
        mail = call.works.mail
        self.left = [one for one in self.left if mail.find(one.box, one.id)]
        if not self.left:
            return self._leave(call, now)
        return self._say(call, (*before, f"file:{self.left[0].path}", "voicemail.keys"), now)

    def _say(self, call: Call, prompts: tuple[str, ...], now: float) -> None:
        if not call.sound.tell(prompts, now):
            self.played(call, now)

    def _leave(self, call: Call, now: float, why: str = "") -> None:
        self.phase = LISTENING.step(self.phase, Happens.END)
        self._say(call, (why, "voicemail.bye") if why else ("voicemail.bye",), now)


STATES: Final[dict[str, State]] = {"2": "saved", "3": "deleted"}
"""What becomes of a message by a key."""


def enter(call: Call, extension: str, now: float) -> None:
    """Let a desk hear its messages and its groups'."""
    works = call.works
    box = works.plan.box(extension)
    if box is None:
        return voicemail.nobody(call, now)
    voicemail.answer(call, now)
    call.mail = listening = Listening(extension, box)
    call.emit(BoxOpened(now, call.id, box.name, leaving=False))
    if box.pin:
        listening._say(call, ("voicemail.pin",), now)
    else:
        listening.known(call, now)
    return None


def mark(works: Works, message: Message, state: State, now: float) -> bool:
    """Change a message's state and tell everybody; False: it was so already, or is gone."""
    changed = works.mail.mark(message.box, message.id, state)
    if changed is None:
        return False
    works.emit(MessageChanged(now, changed))
    works.show_waiting(message.box, now)
    return True
