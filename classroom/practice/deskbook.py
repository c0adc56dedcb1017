"""What desks do: told to the floor, and each change written with its time."""

from __future__ import annotations

import time
from collections.abc import Callable

from classroom.door import wire
from classroom.floor import Floor
from classroom.practice.beside import Roll
from classroom.store.desks import DeskLog
from classroom.store.ledger import Ledger
from telephony.pbx.events import DeskChanged


class DeskBook:
    """Every desk's duty and activity."""

    def __init__(
        self, ledger: Ledger, floor: Floor, roll: Roll, clock: Callable[[], float]
    ) -> None:
        self._ledger, self._floor, self._roll, self._clock = ledger, floor, roll, clock

    def board(self, event: DeskChanged) -> None:
        """Take one change."""
        began, now = time.time(), self._clock()
        self._floor.set_desk(
            wire.DeskState.model_validate(
                {
                    "extension": event.extension,
                    "name": self._roll.name_of(event.extension),
                    "duty": event.duty,
                    "reason": event.reason,
                    "activity": event.activity,
                    "since": began - (now - event.since),
                    "call_id": event.call,
                    "registered": event.registered,
                    "mobile": event.mobile,
                    "until": event.until and began + event.until - now,
                }
            )
        )
        self._ledger.keep(
            DeskLog(
                extension=event.extension,
                login=self._roll.login_of(event.extension),
                began=began,
                duty=event.duty,
                reason=event.reason,
                activity=event.activity,
                call_id=event.call,
            )
        )

    def is_summed_up(self, call: str, *, but: str = "") -> bool:
        """Say whether no agent who had this call writes its summary any more, but for one desk's."""
        writes = (desk for desk in self._floor.desks.values() if desk.activity == "wrapping")
        return not any(desk.call_id == call and desk.extension != but for desk in writes)
