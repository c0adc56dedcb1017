"""How a call may end: each word of the call journal's result, and what it means (LCA-20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Result: TypeAlias = Literal[
    "hung_up", "lost", "rated", "flow_ended", "message_left", "listened", "transferred",
    "unreached", "not_reached", "not_lifted", "queue_full", "queue_empty", "cancelled",
    "force_released", "ordered", "overran", "empty", "sound_lost", "closing",
]  # fmt: skip

RESULTS: Final[Mapping[Result, str]] = {
    "hung_up": "One of the two put the handset down; `by` says who.",
    "lost": "A telephone vanished, or the network lost the call.",
    "rated": "The talk was over and the caller left by the rating.",
    "flow_ended": "The menu came to its end and hung up.",
    "message_left": "The caller left a voice message, or said nothing into the mailbox.",
    "listened": "An agent listened to voice messages.",
    "transferred": "This call went on in another one that its agent joined it with.",
    "unreached": "The number that was dialled could not be had; `status` says why.",
    "not_reached": "An agent was there for a callback, and its caller did not answer.",
    "not_lifted": "An agent ordered a call and did not lift the own telephone.",
    "queue_full": "The queue was full, and the caller heard busy.",
    "queue_empty": "Nobody worked for the queue, and the caller heard busy.",
    "cancelled": "A callback was cancelled while it was being tried.",
    "force_released": "A supervisor ended it by force.",
    "ordered": "Somebody ended it from a screen or a program.",
    "overran": "It lasted longer than the house lets a call last.",
    "empty": "Nobody was left in the conference.",
    "sound_lost": "The process that carries the sound died.",
    "closing": "The server was stopped.",
}
"""What people read of it is in the screens' own tables, under ``results``."""
