"""Voice messages: who has which, heard or new; the sound itself lies in files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from telephony.pbx.call import Call

State: TypeAlias = Literal["new", "heard", "saved", "deleted"]


@dataclass(frozen=True, slots=True)
class BoxPlan:
    """A mailbox as people decide it; every desk has one under its extension."""

    name: str
    pin: str = ""
    """Asked for when its owner listens by telephone; empty: the telephone's password is proof."""
    greeting: tuple[str, ...] = ("voicemail.greeting",)
    longest: float = 120.0
    silence: float = 5.0
    """So much silence ends a message."""
    most: int = 100
    """A box with so many messages takes no more."""
    owners: tuple[str, ...] = ()
    """Extensions besides its own whose lamps show its messages and who may listen: a group's box."""


@dataclass(frozen=True, slots=True)
class Message:
    """One voice message."""

    id: str
    box: str
    caller: str
    """Empty when withheld."""
    left: float
    """When, as seconds since 1970."""
    path: str
    seconds: float
    state: State = "new"


@dataclass(slots=True)
class Mailboxes:
    """Every message by box and id, the oldest first."""

    boxes: dict[str, dict[str, Message]] = field(default_factory=dict)

    def keep(self, message: Message) -> None:
        """Take a message in, or in its new state."""
        if message.state == "deleted":
            self.boxes.get(message.box, {}).pop(message.id, None)
        else:
            self.boxes.setdefault(message.box, {})[message.id] = message

    def of(self, *boxes: str) -> list[Message]:
        """List the messages of boxes: the new ones first, the oldest of equals first."""
        kept = (one for box in boxes for one in self.boxes.get(box, {}).values())
        return sorted(kept, key=lambda one: (one.state != "new", one.left))

    def find(self, box: str, message: str) -> Message | None:
        """Find one message."""
        return self.boxes.get(box, {}).get(message)

    def mark(self, box: str, message: str, state: State) -> Message | None:
        """Change a message's state; a saved one is not merely heard any more. None: no change."""
        known = self.find(box, message)
        if known is None or known.state == state or (known.state, state) == ("saved", "heard"):
            return None
        changed = replace(known, state=state)
        self.keep(changed)
        return changed

    def count(self, *boxes: str) -> tuple[int, int]:
        """Count new and old messages."""
        kept = self.of(*boxes)
        new = sum(one.state == "new" for one in kept)
        return new, len(kept) - new


class Mail(Protocol):
    """A caller at a mailbox, to leave a message or to listen."""

    def played(self, call: Call, now: float) -> None:
        """Go on: every prompt is over."""

    def pressed(self, call: Call, key: str, now: float) -> None:
        """Take a key."""

    def due(self, call: Call, now: float) -> None:
        """Go on: its time is over."""

    def spoke(self, call: Call, speaking: bool, now: float) -> None:
        """Learn that the caller began to speak, or fell silent."""

    def hung_up(self, call: Call, now: float) -> None:
        """Learn that the caller hung up."""
