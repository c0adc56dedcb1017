"""The agent's hands: what a seat does at the server and at its telephone, without a screen."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from classroom.door.answering_wire import VoiceMessage
from classroom.door.seats import ReadyText, SeatRules
from classroom.door.wire import (
    Action,
    DeskChanged,
    DeskState,
    Duty,
    FloorEvent,
    Lang,
    ScriptStep,
    Wrapup,
)
from lab.errors import TOLD, Refused, ServerLost, TelephoneLost
from lab.parts.door import SeatDoor
from lab.parts.feed import follow
from lab.seat.deeds import CONSULT, END_CALL, END_WRAPUP, RESUME, TOGGLE, Deed
from lab.seat.line import Line
from lab.seat.mouth import Mouth
from lab.seat.outage import Outage
from lab.seat.state import Pane, SeatState
from lab.seat.telephone import (
    CallEnded,
    Rang,
    Registered,
    SoundCard,
    SoundLost,
    Telephone,
    TelephoneCall,
    Unregistered,
    WordsCame,
)

REVIEW = "review"
"""The break in which a student reads the scorecard; the next call waits for F2."""
QUICK = 0.4
"""Seconds a line's words wait for its sound, so that the customer knows how long it lasts."""


class Desk:
    """Keeps ``state`` true and does what the keys ask; ``changed`` is called after every change."""

    def __init__(
        self,
        state: SeatState,
        door: SeatDoor,
        telephone: Telephone | None,
        *,
        lang: Lang,
        clock: Callable[[], float],
        changed: Callable[[], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.state = state
        self.door = door
        self.telephone = telephone
        self.lang = lang
        self.clock = clock
        self.changed = changed
        self.pause = pause
        self.call: TelephoneCall | None = None
        self.line: Line | None = None
        """The hand on the switchboard, where there is one."""
        self._holds = False
        """The hold was put by our own telephone."""
        self.rules: SeatRules | None = None
        """What the school decided of its seats, once the server has told."""
        self.on_rules: Callable[[SeatRules], None] = lambda rules: None
        self.callable = asyncio.Event()
        """Set while the server can ring this seat."""
        self.unsent: list[tuple[str, Wrapup]] = []
        self._tongue = asyncio.Lock()
        self._mouth = Mouth(state, door, lang=lang, clock=clock, changed=lambda: self.changed())
        self._outage: Outage | None = None
        self._mending: asyncio.Task[None] | None = None

    # ── what happens to the seat ─────────────────────────────────────────────

    async def follow_floor(self) -> None:
        """Read the floor for ever; ends with ``Refused`` once another seat has taken this log-in."""
        await follow(
            self.door,
            on_event=self._on_event,
            on_back=self._on_back,
            on_lost=self._on_lost,
            pause=self.pause,
        )

    async def follow_telephone(self) -> None:
        """Open the telephone and read what happens to it; without one the seat goes on."""
        if self.telephone is None:
            return
        try:
            await self.telephone.start()
            async for event in self.telephone.events():
                self._on_telephone(event)
                self.changed()
        except TelephoneLost as error:
            self.state.telephone_trouble = str(error)
            self.state.registered = False
            self.changed()

    async def close(self) -> None:
        """Leave: end the call, sign off, stop."""
        with contextlib.suppress(*TOLD):
            if self.call is not None:
                await self.call.hang_up()
        with contextlib.suppress(*TOLD):
            await self.door.desk("off")
        await self.stop()

    async def stop(self) -> None:
        """Take the telephone off the network and close the door, without a word to the server."""
        if self.telephone is not None:
            await self.telephone.close()
        if self.line is not None:
            await self.line.close()
        await self.door.close()
        self.tidy()

    def tidy(self) -> None:
        """Remove the sounds of this seat's lines; what is still being mended stays as it is."""
        if self._mending is not None:
            self._mending.cancel()
        self._mouth.tidy()

    def _on_event(self, event: FloorEvent) -> None:
        if not self.state.take(event, self.clock()):
            return
        if isinstance(event, DeskChanged):
            (self.callable.set if event.desk.registered else self.callable.clear)()
            if event.desk.extension == self.state.extension:
                self._mend(event.desk)
        self.changed()

    async def _on_back(self) -> None:
        await self.door.sit(again=True)
        unsent, self.unsent = self.unsent, []
        for index, (call_id, wrapup) in enumerate(unsent):
            try:
                await self.door.wrap_up(call_id, wrapup)
            except Refused:
                continue  # the server has it already, or graded the call without it
            except ServerLost:
                self.unsent = unsent[index:]
                raise
        await self.read_rules()
        await self.read_briefing()
        await self._read_scorecard()
        if self._outage is not None and self.telephone is not None:
            self.telephone.again()
        self.state.connected = True
        self.changed()

    @property
    def texts(self) -> list[ReadyText]:
        """The short messages that the school has ready."""
        return self.rules.texts if self.rules else []

    async def read_rules(self) -> None:
        """Ask what the school decided of its seats."""
        self.rules = await self.door.seat_rules()
        self.on_rules(self.rules)

    async def count_mail(self) -> None:
        """Ask how many voice messages nobody has heard."""
        with contextlib.suppress(Refused, ServerLost):
            self.counted(await self.door.messages())

    def counted(self, messages: Sequence[VoiceMessage]) -> None:
        """Keep how many voice messages are new."""
        self.state.new_messages = sum(one.state == "new" for one in messages)
        self.changed()

    async def _read_scorecard(self) -> None:
        """The marks may have come while the server was out of reach."""
        state = self.state
        if state.result_of is None or state.scorecard is not None:
            return
        with contextlib.suppress(Refused):
            state.scorecard = (await self.door.call(state.result_of)).scorecard

    def _on_lost(self, error: ServerLost) -> None:
        state = self.state
        state.connected = False
        if self._outage is None:
            summing = state.pane is Pane.WRAPUP
            self._outage = Outage(state.duty, state.reason, self.call is not None, summing)
        self.changed()

    def _mend(self, desk: DeskState) -> None:
        """After an outage: where the server forgot this seat, go on as before and say what is lost."""
        outage, self._outage = self._outage, None
        if outage is None or not outage.forgotten(desk):
            return
        self.state.outage = outage.sentence()
        call, self.call = self.call, None
        self.state.over()
        self._mending = asyncio.create_task(self._resume(outage, call))

    async def _resume(self, outage: Outage, call: TelephoneCall | None) -> None:
        with contextlib.suppress(*TOLD):
            if call is not None:
                await call.hang_up()
        with contextlib.suppress(*TOLD):
            await self._read_scorecard()
            if outage.duty == "ready" and not outage.summing:
                await self.begin_ready()
            elif outage.summing or outage.duty == "break":
                await self.set_duty("break", REVIEW if outage.summing else outage.reason)

    def _on_telephone(self, event: object) -> None:
        match event:
            case Registered():
                self.state.registered, self.state.telephone_trouble = True, ""
            case Unregistered(why=why):
                self.state.registered, self.state.telephone_trouble = False, why
            case SoundLost(why=why):
                self.state.sound_trouble = why
            case SoundCard(works=works):
                self.state.sound_card, self.state.sound_trouble = works, ""
            case Rang(call=call):
                self.call, self._holds = call, False
                self.state.rang(call.caller, call.conference)
            case WordsCame(call=call, text=text) if call is self.call:
                self.state.reads(text, self.clock())
            case CallEnded(call=call) if call is self.call:
                self.call = None
                self.state.over()

    # ── what the agent does ──────────────────────────────────────────────────

    async def read_briefing(self) -> None:
        """Ask what the next call will be judged by."""
        try:
            self.state.briefing = await self.door.briefing()
        except Refused:
            self.state.briefing = None
        self.changed()

    async def set_duty(self, duty: Duty, reason: str = "") -> None:
        """Ready, break with a reason, or off."""
        desk = await self.door.desk(duty, reason)
        state = self.state
        if duty == "ready":
            state.result_of, state.scorecard = None, None
        if (state.duty, state.activity) != (desk.duty, desk.activity):
            state.began = self.clock()
        state.duty, state.reason, state.rest = desk.duty, desk.reason, desk.rest
        self.changed()
        if duty == "ready":
            await self.read_briefing()

    async def be_away(self, reason: str) -> None:
        """Not ready for a reason; the screen locks once no call is in progress."""
        await self.set_duty("break", reason)
        self.state.lock_due = self.rules is not None and self.rules.lock
        self.changed()

    async def more_time(self) -> None:
        """More time for the summary."""
        desk = await self.door.more_wrapup()
        self.state.take(DeskChanged(desk=desk), self.clock())
        self.changed()

    async def begin_ready(self) -> None:
        """Ready as soon as the server can ring this seat."""
        await self.callable.wait()
        await self.set_duty("ready")

    async def answer(self) -> None:
        """Take the ringing call."""
        if self.call is None or self.state.answered_at is not None:
            return
        await self.call.answer()
        self.state.answered(self.clock())
        self.changed()

    async def hang_up(self) -> None:
        """End the call, or refuse it while it rings."""
        if self.call is None:
            return await self.order(END_CALL) if self.state.stranded else None
        call, self.call = self.call, None
        self.state.over()
        self.changed()
        await call.hang_up()

    async def toggle_hold(self) -> None:
        """Hold, or take back; with somebody consulted, turn from the one to the other."""
        if self.call is None or self.state.answered_at is None:
            return
        if self.state.company.asked:
            await self.order(TOGGLE)
        elif self.state.held and not self._holds:
            await self.order(RESUME)
        elif self.state.held:
            await self.call.resume()
            self._holds, self.state.held_at = False, None
        else:
            await self.call.hold()
            self._holds, self.state.held_at = True, self.clock()
        self.changed()

    async def order(self, deed: Deed, typed: str = "") -> None:
        """Have the switchboard do something with the call, or begin one; or do it at the telephone."""
        if deed.order is None:
            return await self._at_handset(deed, typed)
        if self.line is None:
            return
        await self.line.do(deed, typed)
        if deed is CONSULT and self._holds and self.call is not None:
            self._holds = False
            await self.call.resume()  # the customer stays on hold at the switchboard

    async def _at_handset(self, deed: Deed, typed: str) -> None:
        if deed.name in ("hold", "resume"):
            await self.toggle_hold()
        elif deed.name in ("mute", "unmute"):
            await self.toggle_mute()
        elif deed.name == "hang_up":
            await self.hang_up()
        elif self.call is not None and self.state.answered_at is not None:
            await self.call.press(typed)

    async def toggle_mute(self) -> None:
        """Mute, or speak again."""
        if self.call is None or self.state.answered_at is None:
            return
        await self.call.mute(not self.state.muted)
        self.state.muted = not self.state.muted
        self.changed()

    async def say(self, text: str, step: ScriptStep | None = None) -> None:
        """Carry a line as text, then its sound; ``TelephoneLost`` when it was not sent.

        Sound that is at hand tells the customer how long to listen; no line waits long for it.
        """
        if self.call is None or self.state.answered_at is None:
            raise TelephoneLost("")
        line, call = self.state.says(text, self.clock()), self.call
        self.changed()
        fetching = asyncio.ensure_future(self._mouth.fetch(text, line))
        try:
            async with self._tongue:
                await asyncio.wait({fetching}, timeout=QUICK)
                seconds = self._mouth.lasts(fetching.result()) if fetching.done() else None
                await call.say(text, picked=step.id if step else None, sound=seconds)
        except TelephoneLost:
            fetching.cancel()
            self.state.talk.remove(line)
            self.changed()
            raise
        if step is not None:
            self._tick_off(step)
        await self._mouth.play(fetching, line, call, lambda: call is self.call)

    def _tick_off(self, step: ScriptStep) -> None:
        self.state.steps = [
            known.model_copy(update={"done": True}) if known.id == step.id else known
            for known in self.state.steps
        ]
        self.changed()

    async def act(self, what: str, value: str = "") -> None:
        """Tell the server what was done on screen."""
        if self.state.card is not None:
            await self.door.act(self.state.card.call_id, Action(what=what, value=value))

    async def open_record(self) -> None:
        """The agent looks at the customer's record, told once a call."""
        if not self.state.record_opened:
            self.state.record_opened = True
            await self.act("opened_record")

    async def submit(self, wrapup: Wrapup) -> bool:
        """Hand in the call summary; false when it waits for the server to come back."""
        card = self.state.card
        if card is None:
            return True
        self.state.submitted()
        self.state.activity = "idle"
        self.changed()
        try:
            if self.state.duty == "ready" and self.state.result_of:
                await self.set_duty("break", REVIEW)
            await self.door.wrap_up(card.call_id, wrapup)
        except ServerLost:
            self.unsent.append((card.call_id, wrapup))
            return False
        except Refused:
            await self.order(END_WRAPUP)  # the call is closed; the desk is not
            raise
        return True
