"""What an item of a call's timeline is called, and its value, in the present language."""

from __future__ import annotations

from typing import Final

from lab.words import Words

NAMED: Final = {
    "queued": "queues",
    "menu_chosen": "menus",
    "customer_left": "outcomes",
    "ended": "sides",
    "consult_over": "whys",
    "missed": "whys",
    "queue_left": "whys",
    "recording_paused": "whys",
    "released": "results",
}
"""Where the names of an item's value are written, by what happened."""
SPANS: Final = ("began", "ended")
"""The ends of what lasts: ``listen_began``, ``listen_ended``."""


def named(words: Words, what: str, value: str) -> tuple[str, str]:
    """Say what happened, and to what or whom."""
    act, _, end = what.rpartition("_")
    if end in SPANS and words.knows(f"what.{act}"):
        return words.or_plain("what", act), words(f"span.{end}", who=value)
    return words.or_plain("what", what), words.or_plain(NAMED.get(what, ""), value)
