"""What the door asks of running calls and desks, put together from the rooms that know."""

from __future__ import annotations

from classroom.door import wire
from classroom.errors import Refusal
from classroom.practice.afterwards import Afterwards
from classroom.practice.shelf import Shelf
from classroom.practice.witness import Witness
from classroom.store.records import Records
from telephony.pbx.commands import EndWrapup, ExtendWrapup, SetDuty
from telephony.pbx.desk import Duty
from telephony.pbx.errors import NotNow
from telephony.switchboard import Switchboard


class DeskRoom:
    """Desks and calls, as the door sees them."""

    def __init__(
        self,
        switchboard: Switchboard,
        witness: Witness,
        afterwards: Afterwards,
        shelf: Shelf,
        records: Records,
    ) -> None:
        self._switchboard, self._witness, self._afterwards = switchboard, witness, afterwards
        self._shelf, self._records = shelf, records

    def set_duty(self, extension: str, duty: wire.Duty, reason: str) -> None:
        """Carry the agent's choice to the board."""
        self._switchboard.command(SetDuty(extension, Duty(duty), reason))

    def extend_wrapup(self, extension: str, seconds: float) -> None:
        """Give the agent more time for the summary."""
        try:
            self._switchboard.command(ExtendWrapup(extension, seconds))
        except NotNow as error:
            raise Refusal(409, f"not_now_{error.code}") from error

    def act(self, call_id: str, action: wire.Action, by: str) -> None:
        """Keep what the agent did on screen."""
        self._witness.act(call_id, action, by)

    def wrap_up(self, call_id: str, wrapup: wire.Wrapup, by: str) -> None:
        """Keep the call summary; the desk is free."""
        extension = self._witness.wrap_up(call_id, wrapup, by)
        self._switchboard.command(EndWrapup(extension))

    def draft(self, call_id: str, written: wire.Wrapup, by: str) -> None:
        """Keep a call summary that is being written."""
        self._witness.draft(call_id, written, by)

    def drafted(self, call_id: str, by: str) -> wire.Wrapup:
        """What this agent had written of the summary."""
        return self._witness.drafted(call_id, by)

    def speak_later(self, call_id: str, text: str) -> None:
        """Put the sound of this line into the recording after the call."""
        self._witness.speak_later(call_id, text)

    async def model(self, call_id: str) -> wire.ModelAnswer | None:
        """The model answer, filled in for this call."""
        if (running := self._witness.calls.get(call_id)) and running.ordered:
            return self._shelf.model(running.ordered.scenario, running.facts)
        call = await self._records.call(call_id)
        if call is None or not call.scenario:
            return None
        facts = {name: str(value) for name, value in call.facts.items()}
        return self._shelf.model(self._shelf.scenario(call.scenario), facts)

    async def regrade(self, call_id: str) -> wire.Scorecard:
        """Grade again and keep the new scorecard beside the old."""
        return await self._afterwards.regrade(call_id)

    async def judge(self, call_id: str, verdict: wire.Verdict) -> None:
        """Keep an instructor's verdict."""
        await self._afterwards.judge(call_id, verdict)
