"""Telephones behind a router that translates addresses: it forgets after half a minute whom nobody speaks to.

What a telephone sends keeps its door open, what comes from outside need not (RFC 4787 REQ-6): so it is asked
whether it is there (OPTIONS), and its answer does it. What the answer says is all the same.
"""

from __future__ import annotations

from typing import Final

from telephony.pbx.registrar import Binding
from telephony.pbx.works import Works
from telephony.sip import uri as uris

BEAT: Final = 25.0
"""Common routers keep a UDP door open for 30 seconds and more."""


def watch(works: Works, extension: str, now: float) -> None:
    """Keep the doors of a desk's telephones open from now on."""
    for binding in works.registrar.of(extension):
        key = ("door", f"{extension} {binding.contact}")
        if _behind_one(binding) and key not in works.alarms:
            works.alarms.set(key, now + BEAT)


def knock(works: Works, whose: str, now: float) -> None:
    """Ask a telephone, and again later, as long as it is registered."""
    extension, _, contact = whose.partition(" ")
    for binding in works.registrar.of(extension):
        if binding.contact == contact and _behind_one(binding):
            account = f"<sip:{extension}@{works.plan.realm}>"
            works.legs.core.request(
                "OPTIONS", contact, to=account, from_=account, flow=binding.flow, now=now
            )
            works.alarms.set(("door", whose), now + BEAT)


def _behind_one(binding: Binding) -> bool:
    """Say whether a telephone is elsewhere than it says; a stream keeps its door open itself."""
    return not binding.flow.reliable and uris.parse(binding.contact).host != binding.flow.remote[0]
