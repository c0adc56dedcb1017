"""Customers who are called: whoever has called once can be reached at the same number."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from classroom.practice.orders import PlaceCall
from telephony.errors import BadMessage
from telephony.phone import PhoneCall
from telephony.sip import headers as grammar

REMEMBERED: Final = 500
"""So many customers are at home; the one who called longest ago moves out first."""
RINGS: Final = 2.0
"""Seconds until a customer lifts."""
NOT_IN_USE: Final = 404
BUSY: Final = 486


class AtHome:
    """Which customer has which number."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, PlaceCall] = OrderedDict()

    def remember(self, order: PlaceCall) -> None:
        """From now on this customer can be called."""
        self._known.pop(order.caller, None)
        self._known[order.caller] = order
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def called(self, call: PhoneCall) -> PlaceCall | None:
        """Find who is called, as an order whose id is that of the board's call."""
        order = self._known.get(number_of(call))
        if order is None:
            return None
        name = call.headers.get("X-Lab-Call") or call.id
        return order.model_copy(update={"order_id": name})


def number_of(call: PhoneCall) -> str:
    """Read which number was dialled."""
    try:
        return grammar.name_addr(call.headers.get("To")).uri.user
    except BadMessage:
        return ""
