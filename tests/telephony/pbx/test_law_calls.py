"""The law again, with everything an agent can do to a call: transfer, consult, park, dial, confer.

``LAB_LAW_EXAMPLES=5000 python -m pytest tests/telephony/pbx/test_law_calls.py --timeout 7200`` is the
long run; every example is forty steps in a random order.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from telephony.errors import LocalError
from telephony.pbx import commands
from telephony.pbx import conference_orders as confer
from telephony.pbx import desk_orders as desk
from telephony.pbx.call import Call
from telephony.pbx.conference import Conference
from telephony.pbx.errors import NotNow
from tests.stage.exchange import HOST
from tests.telephony.pbx.test_law import SEATS, School, picks, seats

pytestmark = pytest.mark.story

NUMBERS = (*SEATS, "000010000", "000010001", "4711", "110", "700", "701")
numbers = st.sampled_from(NUMBERS)
MAKES: dict[str, Any] = {
    "hold": lambda seat, number: desk.Hold(seat),
    "resume": lambda seat, number: desk.Resume(seat),
    "mute": lambda seat, number: desk.Mute(seat),
    "hang up": lambda seat, number: desk.HangUp(seat),
    "transfer": desk.Transfer,
    "consult": desk.Consult,
    "consult again": desk.Consult,
    "cancel": lambda seat, number: desk.CancelConsult(seat),
    "toggle": lambda seat, number: desk.Toggle(seat),
    "complete": lambda seat, number: desk.CompleteTransfer(seat),
    "three-way": lambda seat, number: desk.JoinAll(seat),
    "dial": desk.Dial,
    "park": lambda seat, number: desk.Park(seat),
    "retrieve": lambda seat, number: desk.Retrieve(seat, "701"),
    "pick up": lambda seat, number: desk.PickUp(seat),
}
EXAMPLES = int(os.environ.get("LAB_LAW_EXAMPLES", "15"))
orders = st.sampled_from(sorted(MAKES))
CONFERS: dict[str, Any] = {
    "open": lambda seat: confer.OpenConference("88", chair=seat),
    "invite": lambda seat: confer.Invite("88", seat),
    "kick": lambda seat: confer.Kick("88", seat),
    "mute": lambda seat: confer.MuteMember("88", seat),
    "lock": lambda seat: confer.LockConference("88"),
    "end": lambda seat: confer.EndConference("88"),
}


class BusySchool(School):
    """Agents who transfer, consult, park, fetch, pick up, dial and confer, while telephones die."""

    def order(self, order: commands.Command) -> None:
        with suppress(NotNow):
            self.exchange.command(order)

    @rule(seat=seats, what=orders, number=numbers)
    def an_agent_orders(self, seat: str, what: str, number: str) -> None:
        self.order(MAKES[what](seat, number))

    @precondition(lambda self: self.busy())
    @rule(pick=picks, what=orders, number=numbers, then=st.sampled_from([0.0, 0.6, 2.0]))
    def an_agent_in_a_talk_orders(self, pick: int, what: str, number: str, then: float) -> None:
        seat, _ = self.talk(pick)
        self.order(MAKES[what](seat, number))
        self.world.run(then)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, number=numbers)
    def a_telephone_refers(self, pick: int, number: str) -> None:
        seat, leg = self.talk(pick)
        with suppress(LocalError):  # It is over, or not answered yet.
            self.phones[seat].core.refer(leg, f"sip:{number}@{HOST}", self.world.now)
        self.world.flush()

    @precondition(lambda self: self.busy())
    @rule(pick=picks, second=picks)
    def a_telephone_joins_two_calls(self, pick: int, second: int) -> None:
        seat, leg = self.talk(pick)
        other = self.one(self.phones[seat], second)
        if other and other != leg:
            with suppress(LocalError):  # One of them is not far enough for it.
                self.phones[seat].core.refer(leg, None, self.world.now, replaces=other)
        self.world.flush()

    @rule(seat=seats, code=st.sampled_from(["*8", "**1002", "701", "*688"]))
    def an_agent_dials_a_code(self, seat: str, code: str) -> None:
        self.an_agent_calls(seat, code)

    @rule(seat=seats, what=st.sampled_from(sorted(CONFERS)))
    def a_conference(self, seat: str, what: str) -> None:
        self.order(CONFERS[what](seat))

    # ── the law ──────────────────────────────────────────────────────────────

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def every_leg_is_known_to_its_owner(self) -> None:
        works = self.exchange.board.works
        for leg in works.legs.by_name.values():
            owner: Any = works.owner(leg.call)
            assert owner is not None, f"{leg.name} belongs to nobody"
            if isinstance(owner, Call | Conference):
                assert leg in list(owner.legs()), f"{leg.name} is lost in {leg.call}"

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def nobody_hears_a_leg_of_another_call(self) -> None:
        works, sound = self.exchange.board.works, self.exchange.sound
        for listener, row in sound.rows.items():
            mine = works.legs.by_name.get(listener)
            for speaker in row:
                theirs = works.legs.by_name.get(speaker)
                assert not (mine and theirs) or mine.call == theirs.call

    def teardown(self) -> None:
        if hasattr(self, "exchange"):  # A conference of one waits for hours, as it should.
            self.order(confer.EndConference("88"))
        super().teardown()
        if hasattr(self, "exchange"):
            works = self.exchange.board.works
            left = {kind for kind, _ in works.alarms.pending()}
            assert left <= {"bindings", "upkeep"}, f"alarms left: {left}"
            assert not any(desk.aside or desk.owes for desk in works.desks.values())


TestBusySchool = BusySchool.TestCase
TestBusySchool.settings = settings(
    max_examples=EXAMPLES,
    phases=[Phase.reuse, Phase.generate, Phase.shrink][: 3 if EXAMPLES <= 30 else 2],
    backend="hypothesis" if EXAMPLES <= 30 else "hypothesis-urandom",
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
