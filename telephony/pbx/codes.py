"""Codes dialled at a desk to send its calls on: *72 always, *90 when busy, *92 unanswered, *78 not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from telephony.pbx.forwards import VOICEMAIL, Forwards

Kind: TypeAlias = Literal["always", "busy", "unanswered"]

ON: Final[dict[str, Kind]] = {"*72": "always", "*90": "busy", "*92": "unanswered"}
"""Followed by the number, or by nothing for the mailbox."""
OFF: Final[dict[str, Kind]] = {"*73": "always", "*91": "busy", "*93": "unanswered"}
UNDISTURBED: Final = {"*78": True, "*79": False}

_NUMBER: Final = re.compile(r"\+?[0-9]{0,20}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a code asks for, and the prompt that confirms it."""

    forwards: Forwards
    target: str
    """The number that calls go to from now on, to be looked at first; empty: none."""
    prompt: str


def wish(now: Forwards, dialled: str) -> Wish | None:
    """Read a code; None: it is none."""
    if dialled in UNDISTURBED:
        on = UNDISTURBED[dialled]
        return Wish(replace(now, undisturbed=on), "", "undisturbed.on" if on else "undisturbed.off")
    if dialled in OFF:
        return Wish(_with(now, OFF[dialled], ""), "", "forward.off")
    kind = ON.get(dialled[:3])
    if kind is None or not _NUMBER.fullmatch(dialled[3:]):
        return None
    target = dialled[3:] or VOICEMAIL
    return Wish(_with(now, kind, target), target, "forward.on")


def _with(now: Forwards, kind: Kind, target: str) -> Forwards:
    match kind:
        case "always":
            return replace(now, always=target)
        case "busy":
            return replace(now, busy=target)
        case "unanswered":
            return replace(now, unanswered=target)
