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
    if what == "mood":
        return words.or_plain("what", what), _mood(words, value)
    act, _, end = what.rpartition("_")
    if end in SPANS and words.knows(f"what.{act}"):
        return words.or_plain("what", act), words(f"span.{end}", who=value)
    return words.or_plain("what", what), words.or_plain(NAMED.get(what, ""), value)


def _mood(words: Words, value: str) -> str:
    """Write ``patience=76,trust=50`` in words."""
    parts = (part.partition("=") for part in value.split(","))
    return words("mood.and").join(f"{words.or_plain('mood', name)} {n}" for name, _, n in parts)
