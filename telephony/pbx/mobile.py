"""The mobile seat (TEL-28): an agent serves the queue from a telephone outside and reports by keys.

Which number it is, the house decides (``DeskPlan.mobile``); calling in from anywhere changes duty and
wrap-up, never where the calls ring.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from telephony.machine import Machine
from telephony.pbx import outing, voicemail
from telephony.pbx.alarms import alarm
from telephony.pbx.desk import Activity, Desk, Duty, Step
from telephony.pbx.desk_orders import WorkOutside
from telephony.pbx.errors import NotNow

if TYPE_CHECKING:
    from telephony.pbx.call import Call
    from telephony.pbx.works import Works

KEY_SECONDS: Final = 10.0
TRIES: Final = 3
LONGEST: Final = 20
"""So many digits of a log-in or a PIN are kept."""
AT_EASE: Final = 60.0
"""So long at most no customer rings an agent who is calling in: that telephone is busy."""
MORE_WRAPUP: Final = 60.0


class Phase(Enum):
    """Where an agent who calls in is."""

    LOGIN = "login"
    """The extension is typed, as the number that calls is nobody's seat."""
    PIN = "pin"
    MENU = "menu"
    LEAVING = "leaving"


class Happens(Enum):
    """What can happen to an agent who calls in."""

    NAMED = "named"
    WRONG = "wrong"
    KNOWN = "known"
    END = "end"


REPORTING: Final = Machine(
    "reporting from outside",
    Phase.LOGIN,
    {
        (Phase.LOGIN, Happens.NAMED): Phase.PIN,
        (Phase.LOGIN, Happens.KNOWN): Phase.MENU,
        (Phase.LOGIN, Happens.END): Phase.LEAVING,
        (Phase.PIN, Happens.WRONG): Phase.LOGIN,
        (Phase.PIN, Happens.KNOWN): Phase.MENU,
        (Phase.PIN, Happens.END): Phase.LEAVING,
        (Phase.MENU, Happens.END): Phase.LEAVING,
    },
)


@dataclass(slots=True)
class Reporting:
    """One agent on the telephone: who it is, then keys for duty and wrap-up."""

    phase: Phase = REPORTING.first
    extension: str = ""
    typed: str = ""
    tries: int = 0

    # ── a caller's visit, as at a mailbox ────────────────────────────────────

    def played(self, call: Call, now: float) -> None:
        """Everything was told: wait for a key, or hang up."""
        if self.phase is Phase.LEAVING:
            self.hung_up(call, now)
            call.end("flow_ended", "board", now)
        else:
            call.wake("mail", now + KEY_SECONDS)

    def pressed(self, call: Call, key: str, now: float) -> None:
        """Take a key."""
        call.sleep("mail")
        if self.phase is Phase.MENU:
            self.tries = 0
            self._chose(call, key, now)
        elif self.phase is not Phase.LEAVING:
            self._typed(call, key, now)

    def due(self, call: Call, now: float) -> None:
        """Nobody presses a key."""
        if self.phase is Phase.MENU:
            self.tries += 1
            self._say(call, "mobile.keys", now) if self.tries < TRIES else self._leave(call, now)
        elif self.phase is not Phase.LEAVING:
            self._typed(call, "#", now)

    def spoke(self, call: Call, speaking: bool, now: float) -> None:
        """Words are of no use here."""

    def hung_up(self, call: Call, now: float) -> None:
        """The agent's telephone is down again and may ring."""
        if desk := call.works.desks.get(self.extension):
            call.works.rest(desk, 0.0, now)

    # ── who it is ────────────────────────────────────────────────────────────

    def known(self, call: Call, extension: str, now: float) -> None:
        """It is this desk's agent: tell how things stand, then the keys."""
        self.phase = REPORTING.step(self.phase, Happens.KNOWN)
        self.extension, self.tries = extension, 0
        desk = call.works.desks[extension]
        call.works.rest(desk, AT_EASE, now)
        wraps = desk.activity is Activity.WRAPPING
        self._say(call, f"mobile.is.{'wrapping' if wraps else desk.duty.value}", now, keys=True)

    def _typed(self, call: Call, key: str, now: float) -> None:
        if key != "#":
            self.typed = (self.typed + key)[:LONGEST]
            call.sound.hush(now)
            call.wake("mail", now + KEY_SECONDS)
            return
        typed, self.typed = self.typed, ""
        if self.phase is Phase.PIN:
            self._proved(call, typed, now)
        elif typed:
            self.extension = typed
            self.phase = REPORTING.step(self.phase, Happens.NAMED)
            self._say(call, "mobile.pin", now)
        else:
            self._again(call, "mobile.login", now)

    def _proved(self, call: Call, pin: str, now: float) -> None:
        works, extension, where = call.works, self.extension, call.source.trunk or ""
        desk, box = works.plan.desks.get(extension), works.plan.box(extension)
        right = box.pin if desk and box and extension in works.desks else ""
        guesses = works.pins.left(where, extension, now) > 0
        if right and not guesses and hmac.compare_digest(pin.encode(), right.encode()):
            works.pins.right(where, extension)
            return self.known(call, extension, now)
        if works.pins.wrong(where, extension, now):
            told = extension if desk else "?"
            works.emit(alarm(now, "password_guessed", call.id, host=where, desk=told))
        self.phase, self.extension = REPORTING.step(self.phase, Happens.WRONG), ""
        return self._again(call, "mobile.wrong", now)

    def _again(self, call: Call, prompt: str, now: float) -> None:
        self.tries += 1
        self._say(call, prompt, now) if self.tries < TRIES else self._leave(call, now)

    # ── what is reported ─────────────────────────────────────────────────────

    def _chose(self, call: Call, key: str, now: float) -> None:
        """1 ready, 2 break, 3 off, 4 more time to write, 5 written, * enough."""
        works = call.works
        desk = works.desks.get(self.extension)
        if desk is None or key == "*":
            return self._leave(call, now)
        match key:
            case "1" | "2":
                return self._at_work(call, desk, key == "1", now)
            case "3":
                works.choose(desk, Duty.OFF, "", now)
                return self._leave(call, now, "mobile.off")
            case "4":
                done = works.extend(desk, MORE_WRAPUP, now)
                said = "mobile.extended" if done else "mobile.not_extended"
            case "5" if desk.activity is Activity.WRAPPING:
                works.move(desk, Step.WRAPPED, now)
                said = "mobile.written"
            case "5":
                said = "mobile.not_extended"
            case _:
                return self._say(call, "mobile.keys", now)
        return self._say(call, said, now, keys=True)

    def _at_work(self, call: Call, desk: Desk, ready: bool, now: float) -> None:
        works = call.works
        try:
            works.work_outside(desk, number_of(works, desk.extension), now)
        except NotNow as no:
            return self._leave(call, now, f"mobile.{no.code.removeprefix('mobile_')}")
        if not ready:
            works.choose(desk, Duty.BREAK, "", now)
            return self._say(call, "mobile.break", now, keys=True)
        works.choose(desk, Duty.READY, "", now)
        works.rest(desk, AT_EASE, now)
        return self._leave(call, now, "mobile.ready")

    def _say(self, call: Call, prompt: str, now: float, *, keys: bool = False) -> None:
        if not call.sound.tell((prompt, "mobile.keys") if keys else (prompt,), now):
            self.played(call, now)

    def _leave(self, call: Call, now: float, why: str = "") -> None:
        self.phase = REPORTING.step(self.phase, Happens.END)
        self._say(call, why or "mobile.bye", now)


def enter(call: Call, now: float) -> None:
    """Answer somebody who calls in; the seat's own number is proof, any other is asked for log-in and PIN."""
    voicemail.answer(call, now)
    call.mail = reporting = Reporting()
    if extension := call.source.extension or whose(call.works, call.source.caller):
        reporting.known(call, extension, now)
    else:
        reporting._say(call, "mobile.login", now)


def whose(works: Works, caller: str) -> str:
    """Find the desk whose agent alone has this number; empty: there is none."""
    place, number = works.plan.place, works.plan.place.read(caller)
    plans = works.plan.desks.values()
    mine = [desk.extension for desk in plans if number and desk.mobile]
    mine = [one for one in mine if place.read(works.plan.desks[one].mobile) == number]
    return mine[0] if len(mine) == 1 and mine[0] in works.desks else ""


def number_of(works: Works, extension: str) -> str:
    """Find where an agent may work outside; raises NotNow where the house or its lines do not let them."""
    desk = works.plan.desks.get(extension)
    number = works.plan.place.read(desk.mobile) if desk else None
    if desk is None or number is None:
        raise NotNow(
            "mobile_not_allowed",
            f"Desk {extension} is no mobile seat; ask an instructor to set it.",
        )
    if not desk.agreed:
        raise NotNow(
            "mobile_not_agreed",
            f"The agent of desk {extension} has not agreed to being recorded; log in at a seat first.",
        )
    if isinstance(outing.trunks_for(works.plan, number, agent=True), outing.NoWay):
        raise NotNow(
            "mobile_no_way",
            f"No line leads to the mobile seat {extension}: a live line calls nobody yet, and that of the "
            "virtual customers reaches no telephone; add a practice trunk (lab trunk add).",
        )
    return desk.mobile


def switch(works: Works, order: WorkOutside, now: float) -> None:
    """Let an agent work outside, or at the desk again."""
    desk = works.desks.get(order.extension)
    if desk is None:
        raise NotNow("no_such_desk", f"There is no desk {order.extension}; choose one of the plan.")
    works.work_outside(desk, number_of(works, order.extension) if order.outside else "", now)
