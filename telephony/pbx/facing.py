"""Whom a telephone that rings is going to talk to: what it shows, and what its lists keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telephony.pbx.call import Call


def calling(call: Call) -> tuple[str, str]:
    """Number and name at a call's calling end; once that end has handed on, of whoever stayed."""
    end, place = call.caller, call.plan.place
    if end.extension and end.extension != call.source.extension:
        return end.extension, ""
    if end.number:
        number = place.read(end.number)
        return (place.write(number, "national") if number else end.number), ""
    return call.source.caller, call.source.name
