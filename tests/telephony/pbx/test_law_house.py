"""The law once more, for the whole house: supervisors, forwards, messages, ratings, bad days.

``LAB_LAW_EXAMPLES=5000 python -m pytest tests/telephony/pbx/test_law_house.py --timeout 7200`` is the
long run; every example is forty steps in a random order. It throws true dice: hypothesis likes to try
what it tried before, a little changed.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from telephony.media import control
from telephony.pbx import commands
from telephony.pbx import desk_orders as desk
from telephony.pbx import supervisor_orders as over
from telephony.pbx.calls_plan import CallsPlan
from telephony.pbx.forwards import VOICEMAIL, Forwards
from telephony.pbx.mailbox import BoxPlan
from telephony.pbx.party import Mode, Role
from telephony.pbx.plan import BoardPlan
from telephony.pbx.supervision_events import SupervisionBegan, SupervisionEnded
from telephony.sip import events as sip
from tests.stage.exchange import dials, register, seat
from tests.telephony.pbx.test_law import SEATS, picks, seats
from tests.telephony.pbx.test_law_calls import CONFERS, MAKES, BusySchool, numbers

pytestmark = pytest.mark.story

LEADERS = {"1003": frozenset({"1001", "1002"}), "1002": frozenset({"1001", "1003"})}
"""Two supervisors, each in the other's charge, so that a supervisor is supervised, too."""
BOX = "000010003"
KEYS = ("greeting", "thanks", "pin", "wrong_pin", "keys", "none", "bye", "new.1", "old.1")
EXAMPLES = int(os.environ.get("LAB_LAW_EXAMPLES", "20"))

OVERSEES: dict[str, Any] = {
    "listen": lambda seat, who, number: over.Supervise(who, seat),
    "whisper": lambda seat, who, number: over.Supervise(who, seat, Mode.WHISPER),
    "barge": lambda seat, who, number: over.Supervise(who, seat, Mode.BARGE),
    "take over": lambda seat, who, number: over.Intercept(who, seat),
    "answer for": lambda seat, who, number: over.AnswerFor(who, seat),
    "release": lambda seat, who, number: over.ForceRelease(who, seat),
    "send on": lambda seat, who, number: over.ForceTransfer(who, seat, number),
    "leave off": lambda seat, who, number: over.StopSupervising(who),
}
ORDERS: dict[str, Any] = {
    **{f"agent: {what}": lambda seat, who, number, make=make: make(seat, number)
       for what, make in MAKES.items()},
    **{f"conference: {what}": lambda seat, who, number, make=make: make(seat)
       for what, make in CONFERS.items()},
    **{f"supervisor: {what}": make for what, make in OVERSEES.items()},
    "start recording": lambda seat, who, number: desk.StartRecording(seat),
    "stop recording": lambda seat, who, number: desk.StopRecording(seat),
    "pause recording": lambda seat, who, number: desk.PauseRecording(seat),
    "go on recording": lambda seat, who, number: desk.PauseRecording(seat, False),
    "rate": lambda seat, who, number: desk.Rate(seat),
    "answer": lambda seat, who, number: desk.Answer(seat),
    "redial": lambda seat, who, number: desk.Redial(seat),
}  # fmt: skip
orders = st.sampled_from(sorted(ORDERS))
oversees = st.sampled_from(sorted(OVERSEES))
ASKS = ("cancel", "toggle", "complete", "three-way", "hang up")
leaders = st.sampled_from(sorted(LEADERS))
targets = st.sampled_from(["", "", *SEATS, "13800000001", VOICEMAIL])
seconds = st.sampled_from([0.0, 0.3, 0.7, 2.0])


class WholeHouse(BusySchool):
    """Whatever a house has, in any order, while telephones die, start anew and lose their sound."""

    @initialize(seed=st.integers(0, 2**32 - 1))
    def open(self, seed: int) -> None:
        super().open(seed)
        self.extra = seat(self.world, "1002", host="10.0.3.2", registers=False)
        self.extra.on(sip.Invited, partial(self.rings, self.extra))

    def plan(self) -> BoardPlan:
        plan = super().plan()
        return replace(
            plan,
            charges=LEADERS,
            calls=self.manner(self.seed),
            numbers={**plan.numbers, BOX: ("voicemail", "1001")},
            boxes={"1001": BoxPlan("1001", pin="12", longest=30.0, most=3)},
            prompts={**plan.prompts, **{f"voicemail.{key}": "tone:440:2" for key in KEYS}},
            message_path=lambda box, call: f"/mail/{box}/{call}.wav",
        )

    def manner(self, dice: int) -> CallsPlan:
        records = ("always", "on demand", "never")[dice % 3]
        return CallsPlan(resume_rings=dice % 2 == 0, record=records, longest_pause=20.0)  # type: ignore[arg-type]

    # ── orders ───────────────────────────────────────────────────────────────

    an_agent_orders = an_agent_in_a_talk_orders = a_conference = None  # type: ignore[assignment]
    """One rule has them all: the fewer rules, the oftener each comes."""

    @rule(name=seats, other=seats, what=orders, number=numbers, then=seconds)
    def somebody_orders(self, name: str, other: str, what: str, number: str, then: float) -> None:
        self.order(ORDERS[what](name, other, number))
        self.world.run(then)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, other=leaders, what=orders, number=numbers, then=seconds)
    def somebody_orders_in_a_talk(
        self, pick: int, other: str, what: str, number: str, then: float
    ) -> None:
        self.somebody_orders(self.talk(pick)[0], other, what, number, then)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, leader=leaders, what=oversees, next_=st.none() | oversees, number=numbers,
          then=seconds)  # fmt: skip
    def a_supervisor_oversees_a_talk(
        self, pick: int, leader: str, what: str, next_: str | None, number: str, then: float
    ) -> None:
        """In one way, and perhaps in another a little later."""
        self.manners[leader] = "lifts"
        seat = self.talk(pick)[0]
        self.somebody_orders(seat, leader, f"supervisor: {what}", number, then)
        if next_:
            self.somebody_orders(seat, leader, f"supervisor: {next_}", number, 1.0)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, then=seconds, lifts=st.sampled_from(["lifts", "lifts", "rings", "refuses"]))
    def an_agent_holds_and_resumes(self, pick: int, then: float, lifts: str) -> None:
        """With the handset put down in between where the house wants it (SEA-09)."""
        seat, _ = self.talk(pick)
        self.order(desk.Hold(seat))
        self.world.run(then)
        self.manners[seat] = lifts
        self.order(desk.Resume(seat))
        self.world.run(then)

    @precondition(lambda self: self.busy())
    @rule(pick=picks, other=seats, what=st.sampled_from([None, *ASKS]), then=seconds)
    def an_agent_asks_a_colleague(
        self, pick: int, other: str, what: str | None, then: float
    ) -> None:
        """Who is there, free and lifts."""
        seat, _ = self.talk(pick)
        self.manners[other] = "lifts"
        self.a_telephone(other, "comes")
        self.order(commands.EndWrapup(other))
        self.order(desk.Consult(seat, other))
        self.world.run(then)
        if what:
            self.somebody_orders(seat, other, f"agent: {what}", other, then)

    # ── wishes ───────────────────────────────────────────────────────────────

    @rule(
        name=seats, always=targets, busy=targets, unanswered=targets, undisturbed=st.booleans(),
        follow=st.lists(st.sampled_from([*SEATS, "13800000002"]), max_size=3),
    )  # fmt: skip
    def an_agent_wishes(self, name: str, follow: list[str], **wishes: Any) -> None:
        after: dict[str, Any] = {"after": 5.0, "follow_seconds": 5.0}
        self.order(commands.SetForwards(name, Forwards(follow=tuple(follow), **wishes, **after)))

    # ── messages ─────────────────────────────────────────────────────────────

    @rule(then=seconds)
    def a_customer_calls_a_mailbox(self, then: float) -> None:
        dials(self.customers, BOX)
        self.world.run(then)

    @rule(name=seats, then=seconds)
    def an_agent_listens_to_messages(self, name: str, then: float) -> None:
        self.an_agent_calls(name, "*97")
        self.world.run(then)

    @precondition(lambda self: self.exchange.board.works.legs.by_name)
    @rule(pick=picks, speaks=st.booleans(), then=seconds)
    def somebody_speaks_or_falls_silent(self, pick: int, speaks: bool, then: float) -> None:
        name, now = self.leg(pick), self.world.now
        told = control.SpeechBegan(name, now) if speaks else control.SpeechEnded(name, now, now)
        self.exchange.media(told)
        self.world.run(then)

    @precondition(lambda self: self.exchange.board.works.legs.by_name)
    @rule(pick=picks, keys=st.sampled_from(["#", "12", "1", "2", "3", "4", "*", "3#"]))
    def somebody_presses_keys(self, pick: int, keys: str) -> None:
        for key in keys:
            if self.exchange.board.works.legs.by_name:
                self.exchange.media(control.Digit(self.leg(pick), key, self.world.now))

    @rule(pick=picks, state=st.sampled_from(["heard", "saved", "deleted"]))
    def a_message_is_marked_on_screen(self, pick: int, state: Any) -> None:
        if kept := self.exchange.board.works.mail.of("1001"):
            self.order(commands.MarkMessage("1001", kept[pick % len(kept)].id, state))

    # ── bad days ─────────────────────────────────────────────────────────────

    def leg(self, pick: int) -> str:
        names = sorted(self.exchange.board.works.legs.by_name)
        return names[pick % len(names)]

    @rule(name=seats)
    def a_telephone_starts_anew(self, name: str) -> None:
        """It crashed: what it knew of its calls is gone, what we send there is refused."""
        phone = self.phones[name]
        self.gone.discard(phone.address)
        phone.starts_anew()
        register(phone)
        self.world.run(0.1)

    @rule(expires=st.sampled_from([3600, 3600, 0]))
    def a_desk_has_another_telephone(self, expires: int) -> None:
        register(self.extra, expires=expires)
        self.world.run(0.1)

    @precondition(lambda self: self.exchange.board.works.legs.by_name)
    @rule(pick=picks)
    def a_leg_finds_no_socket(self, pick: int) -> None:
        self.exchange.media(control.LegFailed(self.leg(pick), "address in use"))

    @precondition(lambda self: self.exchange.sound.recordings)
    @rule(pick=picks)
    def a_disk_is_full(self, pick: int) -> None:
        recordings = self.exchange.sound.recordings
        name = sorted(recordings)[pick % len(recordings)]
        told = control.RecordingBroken(name, recordings[name], "no space left on device", 2.0)
        self.exchange.media(told)

    @rule(dry=st.booleans())
    def the_ports_run_out_or_come_back(self, dry: bool) -> None:
        self.exchange.ports.dry = dry

    @rule(dice=st.integers(0, 5))
    def the_plan_changes(self, dice: int) -> None:
        plan = self.exchange.board.works.plan
        self.order(commands.SetPlan(replace(plan, calls=self.manner(dice))))

    @precondition(lambda self: len(self.exchange.board.works.calls) > 2)
    @rule()
    def the_house_is_cleared(self) -> None:
        self.order(commands.HangUpAll())

    # ── the law ──────────────────────────────────────────────────────────────

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def nobody_talks_to_a_telephone_that_is_gone(self) -> None:
        """Only who holds may have put the handset down."""
        for call in self.exchange.board.works.calls.values():
            if call.talking:
                gone = [leg for leg in (call.caller, call.callee) if leg is None or leg.gone]
                assert gone in ([], [call.holder])

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def every_telephone_that_rings_to_join_rings_no_longer_than_its_alarm(self) -> None:
        works = self.exchange.board.works
        for call in works.calls.values():
            for name, party in call.joined.items():
                if not party.leg.answered:
                    assert ("ringing", name) in works.alarms, f"{name} rings for ever"

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def nobody_hears_who_listens(self) -> None:
        rows = self.exchange.sound.rows
        for call in self.exchange.board.works.calls.values():
            for name, party in call.joined.items():
                if party.role is Role.SUPERVISOR and party.mode is Mode.LISTEN:
                    assert not [who for who, row in rows.items() if name in row]

    @invariant()
    @precondition(lambda self: hasattr(self, "exchange"))
    def sound_and_ports_belong_to_legs(self) -> None:
        legs = self.exchange.board.works.legs.by_name
        assert self.exchange.sound.legs <= set(legs)
        assert self.exchange.ports.taken == {leg.port for leg in legs.values()}

    def teardown(self) -> None:
        if hasattr(self, "exchange"):
            self.exchange.ports.dry = False
        super().teardown()
        if hasattr(self, "exchange"):
            assert not self.exchange.board.works.drafts
            self.what_supervisors_did_ends()

    def what_supervisors_did_ends(self) -> None:
        acts: Counter[tuple[str, str, str]] = Counter()
        for event in self.exchange.all(SupervisionBegan):
            acts[event.call, event.supervisor, event.act] += 1
        for ended in self.exchange.all(SupervisionEnded):
            acts[ended.call, ended.supervisor, ended.act] -= 1
        assert not [act for act, count in acts.items() if count]


RULES = {rule.function.__name__: rule for rule in WholeHouse.setup_state().rules}
WEIGHTS = {
    "a_talk_begins": 8,
    "a_talk_begins_outside": 6,
    "a_supervisor_oversees_a_talk": 8,
    "somebody_orders_in_a_talk": 8,
    "an_agent_holds_and_resumes": 4,
    "an_agent_asks_a_colleague": 4,
    "an_agent_hangs_up": 3,
    "time_passes": 4,
    "somebody_orders": 3,
    "somebody_presses_keys": 3,
    "a_customer_calls": 3,
    "a_telephone_starts_anew": 2,
    "a_telephone_refers": 2,
}
"""How often each comes beside the others; once where nothing is written."""


class HouseByChance(WholeHouse):
    """Draws each step by weight: hypothesis itself leaves rules out by lot, and talks with them."""

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        may = [
            name
            for name, rule in RULES.items()
            if all(condition(self) for condition in rule.preconditions)
            for _ in range(WEIGHTS.get(name, 1))
        ]
        deed = RULES[data.draw(st.sampled_from(may), "deed")]
        deed.function(self, **{key: data.draw(of, key) for key, of in deed.arguments.items()})


for name, each in RULES.items():  # There they are methods, and rules no longer.
    setattr(HouseByChance, name, each.function)

TestWholeHouse = HouseByChance.TestCase
TestWholeHouse.settings = settings(
    max_examples=EXAMPLES,
    phases=[Phase.reuse, Phase.generate, Phase.shrink][: 3 if EXAMPLES <= 30 else 2],
    backend="hypothesis" if EXAMPLES <= 30 else "hypothesis-urandom",
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
